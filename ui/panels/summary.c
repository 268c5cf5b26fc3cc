/* SPDX-License-Identifier: MIT */
#include "ui/panels/summary.h"

#include <math.h>
#include <stdio.h>

#include "strategies/table.h"
#include "ui/widgets/percent.h"
#include "ui/widgets/text.h"

/* "A  ━━━━━━━━───────  32  ▼65": what is left of what was learned, as a line. */
static void draw_task(const struct pen *pen, const struct view *view, int task)
{
    double now = view_accuracy(view, task), best = view_best(view, task);
    char letter[4];
    int w = pen->area.w - 16, x = 3;
    pen_text(pen, 0, 0, style_bold(style_task(task)), task_letter(task, letter));
    if (!isfinite(now) || w < 4) {
        return;
    }
    int kept = (int)lround(w * now), learned = isfinite(best) ? (int)lround(w * best) : kept;
    pen_hline(pen, x, 0, w, style_of(ROLE_FAINT), GLYPH_GUIDE);
    pen_hline(pen, x, 0, learned, style_of(ROLE_BAD), GLYPH_TIME_REST);
    pen_hline(pen, x, 0, kept, style_bold(style_task(task)), GLYPH_TIME);
    pen_printf(pen, x + w + 1, 0, style_bold(ROLE_TEXT), "%3d", percent(now));
    if (view_lost(view, task) > 0) {
        pen_printf(pen, x + w + 6, 0, style_of(ROLE_BAD), "▼%d", view_lost(view, task));
    }
}

/* How it fits: all tasks before what to press next, and that before empty rows. */
struct plan {
    int columns, rows; /* of tasks */
    bool is_airy, has_next;
};

/* What was on, and how the run before ended: as many rows as that takes. */
struct words {
    char with[200], before[240];
    int with_rows, before_rows;
};

enum { NEXT_WIDE = 4, NEXT_NARROW = 2, WIDE = 42, TASK_COLUMNS = 26 };

static struct words words_of(const struct pen *pen, const struct view *view)
{
    struct words words = {0};
    char run[180];
    snprintf(words.with, sizeof words.with, "_with_ %s", view_run_text(view, run, sizeof run));
    words.with_rows = text_rows(pen, words.with);
    if (view->has_previous) {
        snprintf(words.before, sizeof words.before,
                 pen->area.w >= WIDE ? "_last:_ left *%d*, forgotten *%d*, %s"
                                     : "_before:_ left *%d* lost *%d*, %s",
                 percent(view->previous_left), percent(view->previous_forgotten),
                 view->previous_with);
        words.before_rows = text_rows(pen, words.before);
    }
    return words;
}

static struct plan plan_of(const struct pen *pen, const struct view *view,
                           const struct words *words)
{
    int n = view_n_tasks(view), most = pen->area.w / TASK_COLUMNS;
    int fixed = 2 + words->with_rows + words->before_rows;
    int next = 1 + (pen->area.w >= WIDE ? NEXT_WIDE : NEXT_NARROW);
    for (int try = view_is_live(view) ? 0 : 2; try < 4; try++) {
        struct plan plan = {.is_airy = try % 2 == 0, .has_next = try < 2};
        int room = pen->area.h - fixed - 2 * plan.is_airy - (plan.has_next ? next : 0);
        for (plan.columns = 1; plan.columns == 1 || plan.columns <= most; plan.columns++) {
            plan.rows = (n + plan.columns - 1) / plan.columns;
            if (plan.rows <= room) {
                return plan;
            }
        }
    }
    int left = pen->area.h - fixed;
    return (struct plan){.columns = most > 1 ? most : 1, .rows = left > 1 ? left : 1};
}

/* Column by column; where not all fit, the last place says how many there are more. */
static void draw_tasks(const struct pen *pen, const struct view *view, int y,
                       const struct plan *plan)
{
    int n = view_n_tasks(view), places = plan->columns * plan->rows,
        w = pen->area.w / plan->columns;
    int shown = n <= places ? n : places - 1;
    for (int i = 0; i < (n <= places ? n : places); i++) {
        struct rect place = {i / plan->rows * w, y + i % plan->rows, w, 1};
        struct pen one = pen_sub(pen, place);
        if (i < shown) {
            draw_task(&one, view, i);
        } else {
            pen_printf(&one, 0, 0, style_of(ROLE_DIM), "and %d more", n - shown);
        }
    }
}

/* "*52*", "–" where nothing was measured. */
static const char *share_text(double share, char *buf, size_t size)
{
    snprintf(buf, size, "–");
    if (isfinite(share)) {
        snprintf(buf, size, "*%d*", percent(share));
    }
    return buf;
}

/* What the tasks' lines come to; a row. */
static void draw_total(const struct pen *pen, const struct view *view, int y)
{
    struct metrics metrics = view_metrics(view, view->snapshot->selected);
    bool is_stream = view->timeline->is_stream;
    char text[200], learned[8], left[8], lost[8];
    snprintf(text, sizeof text,
             pen->area.w >= WIDE ? "%s %s   left %s   forgotten %s" : "%s %s left %s lost %s",
             is_stream ? "over time" : "learned",
             share_text(is_stream ? metrics.over_time : metrics.learning_accuracy, learned, 8),
             share_text(metrics.average_accuracy, left, 8),
             share_text(metrics.forgetting, lost, 8));
    text_line(pen, 0, y, style_of(ROLE_BODY), text);
}

static void draw_next(const struct pen *pen, int y, const struct view *view)
{
    bool is_stream = view->timeline->is_stream;
    char try[64], narrow[64];
    snprintf(try, sizeof try, "*1-%d*  switch a strategy first", STRATEGY_DIGITS);
    snprintf(narrow, sizeof narrow, "*R* again   *1-%d* switch first", STRATEGY_DIGITS);
    int best[] = {strategy_find("replay"), strategy_find("ewc")};
    for (int i = 0; i < 2; i++) {
        if (!view_learner(view)->strategies[best[i]].is_on) { /* the key would take it away */
            snprintf(try, sizeof try, "*1-%d*  switch a strategy first: try *%d* %s",
                     STRATEGY_DIGITS, best[i] + 1, strategy_at(best[i])->title);
            break;
        }
    }
    const char *const wide[] = {
        view->timeline->board.n > 0 ? "*R*    again, with what is on now   *S* all runs"
                                    : "*R*    again, with what is on now",
        try,
        is_stream ? "*b*    back to a moment of the curves" : "*: task A*   train A once more",
        "*Esc*  back to the drift   *q* quit",
    };
    const char *const short_ones[] = {narrow, "*Esc* drift   *q* quit"};
    bool is_wide = pen->area.w >= WIDE;
    for (int i = 0; i < (is_wide ? NEXT_WIDE : NEXT_NARROW) && y + i < pen->area.h; i++) {
        text_line_fit(pen, 0, y + i, style_of(ROLE_DIM), (is_wide ? wide : short_ones)[i]);
    }
}

void summary_draw(const struct pen *pen, struct rect rect, const struct view *view)
{
    char title[48] = "what is left";
    if (view->has_cursor) {
        snprintf(title, sizeof title, "what was left at step %.0f", view->cursor);
    }
    struct box box = {.title = title, .note = "learned ─ kept ━"};
    struct pen inside = pen_box(pen, rect, &box);
    struct words words = words_of(&inside, view);
    struct plan plan = plan_of(&inside, view, &words);
    bool is_wide = inside.area.w >= WIDE, is_kept = view->facts->form == DATA_FEATURES;
    text_line(&inside, 0, 0, style_of(ROLE_DIM),
              is_kept   ? "of each task, percent kept"
              : is_wide ? "of each task, in percent of its test set"
                        : "percent right");
    int y = 1 + plan.is_airy;
    draw_tasks(&inside, view, y, &plan);
    y += plan.rows + plan.is_airy;
    draw_total(&inside, view, y++);
    text_draw(&inside, y, 0, style_of(ROLE_BODY), words.with);
    y += words.with_rows;
    text_draw(&inside, y, 0, style_of(ROLE_BODY), words.before);
    y += words.before_rows;
    if (plan.has_next) {
        draw_next(&inside, y + 1, view);
    }
}
