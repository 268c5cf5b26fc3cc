/* SPDX-License-Identifier: MIT
 * Put it back: what an old task would get right with one layer as it was when that task had been
 * learned; where classes come one after the other, what its own outputs still know. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/range.h"
#include "tasks/suite.h"
#include "ui/panels/panel.h"
#include "ui/widgets/bar.h"
#include "ui/widgets/percent.h"
#include "ui/widgets/text.h"

enum { MARK = 2, VALUE = 4, GAIN = 5, BAR_LEAST = 6, LABEL_MAX = 24 };

/* ---- rows: as it is now, each layer, all of it ---- */

static const struct putback *putback_of(const struct view *view)
{
    const struct exhibits *exhibits = &view->snapshot->exhibits;
    return exhibits->has[EXHIBIT_PUTBACK] ? &exhibits->putback : NULL;
}

/* The parameters of the learner that it is of: names follow from them. */
static const struct params *params_of(const struct view *view, const struct putback *of)
{
    const struct snapshot *snapshot = view->snapshot;
    for (int i = 0; i < snapshot->n_learners; i++) {
        if (snapshot->learners[i].id == of->learner &&
            network_n_modules(&snapshot->learners[i].params) == of->scores.n_modules) {
            return &snapshot->learners[i].params;
        }
    }
    return NULL;
}

static int n_bars(const struct putback *of)
{
    return of->scores.n_modules + 1;
}

/* Bar number i, from 1; 0 is "now". */
static double value_of(const struct putback *of, int i)
{
    return i == 0                      ? of->scores.now
           : i <= of->scores.n_modules ? of->scores.with[i - 1]
                                       : of->scores.all;
}

static void label_of(const struct view *view, const struct putback *of, int i,
                     char label[LABEL_MAX])
{
    const struct params *params = params_of(view, of);
    if (i == 0 || i > of->scores.n_modules) {
        snprintf(label, LABEL_MAX, "%s", i == 0 ? "now" : "all");
    } else if (params) {
        network_module_name(params, i - 1, label, LABEL_MAX);
    } else {
        snprintf(label, LABEL_MAX, "layer %d", i);
    }
}

static int chosen_bar(const struct view *view, const struct putback *of)
{
    return min_int(view->putback_bar, n_bars(of));
}

/* Where things stand. */
struct sheet {
    int top;          /* the row of "now" */
    int first, shown; /* bars below it */
    int label, bar;   /* columns */
};

/* Where only the task's own outputs competed, at least twice as much would be right, and most of
 * what had been. */
static bool is_drowned(const struct putback *of)
{
    double own = of->outputs.accuracy;
    return of->has_outputs && own >= 2 * of->scores.now && own >= 0.75 * of->scores.all;
}

/* What the curve has at that moment may be older, or of more test examples. */
static bool is_as_the_curve(const struct view *view, const struct track *track,
                            const struct putback *of)
{
    long step = of->step == MAP_STEP_NOW ? view->snapshot->step : of->step;
    const struct series *curve = track ? track_curve(track, PROBE_ACCURACY, of->task) : NULL;
    double value = curve ? series_at(curve, (double)step) : (double)NAN;
    return isfinite(value) && percent(value) == percent(of->scores.now);
}

/* What follows from the numbers. */
static void conclude(const struct putback *of, const char *letter, char *text, size_t size)
{
    int lost = percent_lost(of->scores.all, of->scores.now);
    if (is_drowned(of)) {
        snprintf(text, size,
                 ". *%s* is *drowned, not gone*: among its own outputs *%d %%* are right.", letter,
                 percent(of->outputs.accuracy));
    } else if (lost >= LOST_LEAST && of->has_outputs) {
        snprintf(text, size, ". Among its own outputs *%d %%* are right.",
                 percent(of->outputs.accuracy));
    } else if (lost >= LOST_LEAST) {
        snprintf(text, size, ". With one layer as it was then:");
    } else {
        snprintf(text, size, ": %s is lost.", lost > 0 ? "hardly anything" : "nothing");
    }
}

/* What the task had is what R says; bars may be of fewer test examples. */
static void heading(const struct view *view, const struct putback *of, char *text, size_t size)
{
    char letter[4], conclusion[120];
    const struct track *track = timeline_track(view->timeline, of->learner);
    double row = track ? timeline_r(view->timeline, track, of->stage, of->task) : (double)NAN;
    int had = percent(isfinite(row) ? row : of->scores.all), now = percent(of->scores.now);
    task_letter(of->task, letter);
    conclude(of, letter, conclusion, sizeof conclusion);
    if (had == now && !is_drowned(of)) {
        snprintf(text, size, "*%s* has *%d %%*, as when it had been learned: nothing is lost.",
                 letter, now);
    } else {
        snprintf(text, size, "*%s* had *%d %%* when learned and has %s*%d %%* now%s", letter, had,
                 is_as_the_curve(view, track, of) ? "" : "about ", now, conclusion);
    }
}

static struct sheet sheet_of(const struct pen *pen, const struct view *view,
                             const struct putback *of)
{
    char text[240], label[LABEL_MAX];
    heading(view, of, text, sizeof text);
    struct sheet sheet = {.top = text_rows(pen, text)};
    if (sheet.top + 1 + n_bars(of) > pen->area.h) {
        sheet.top = 0; /* the numbers say it, too */
    }
    for (int i = 0; i <= n_bars(of); i++) {
        label_of(view, of, i, label);
        sheet.label = max_int(sheet.label, pen_columns(pen, label) + 1);
    }
    sheet.bar = pen->area.w - MARK - sheet.label - VALUE - GAIN;
    if (sheet.bar < BAR_LEAST) {
        sheet.label = max_int(sheet.label + sheet.bar - BAR_LEAST, 4);
        sheet.bar = max_int(pen->area.w - MARK - sheet.label - VALUE - GAIN, 0);
    }
    int room = max_int(pen->area.h - sheet.top - 1, 0);
    sheet.shown = min_int(room, n_bars(of));
    sheet.first = clamp_int(chosen_bar(view, of) - sheet.shown, 0, n_bars(of) - sheet.shown) + 1;
    return sheet;
}

/* ---- drawing ---- */

/* What was there already in the task's colour, what comes back behind it. */
static void draw_bar(const struct pen *pen, const struct sheet *sheet, const struct putback *of,
                     int i, int y)
{
    double now = of->scores.now, value = value_of(of, i);
    int x = MARK + sheet->label;
    struct bar whole = {.value = value, .max = 1, .role = ROLE_GOOD};
    struct bar before = {
        .value = fmin(now, value), .max = 1, .role = style_task(of->task), .is_bare = true};
    bar_draw(pen, x, y, sheet->bar, &whole);
    bar_draw(pen, x, y, sheet->bar, &before);
}

static void draw_row(const struct pen *pen, const struct view *view, const struct sheet *sheet,
                     const struct putback *of, int i, int y)
{
    char label[LABEL_MAX], text[16];
    bool is_chosen = i > 0 && i == chosen_bar(view, of);
    struct style style = is_chosen ? style_bold(ROLE_ACCENT) : style_of(ROLE_DIM);
    /* numbers stand side by side: this one is what they differ by */
    int gain = percent(value_of(of, i)) - percent(of->scores.now);
    label_of(view, of, i, label);
    if (is_chosen) {
        pen_glyph(pen, 0, y, style, GLYPH_RIGHT);
    }
    pen_text_max(pen, MARK, y, sheet->label - 1, style, label);
    draw_bar(pen, sheet, of, i, y);
    snprintf(text, sizeof text, "%*d", VALUE, percent(value_of(of, i)));
    int x = MARK + sheet->label + sheet->bar;
    x += pen_text(pen, x, y, style_bold(ROLE_TEXT), text);
    if (i > 0 && gain != 0) {
        snprintf(text, sizeof text, "%+*d", GAIN, gain);
        pen_text(pen, x, y, style_of(gain > 0 ? ROLE_GOOD : ROLE_BAD), text);
    }
}

/* The mean logit of a task's outputs: a bar to the left or right of zero. */
static void draw_logit(const struct pen *pen, const struct sheet *sheet, const struct putback *of,
                       int task, int y, double most)
{
    char text[16], letter[4];
    double logit = of->outputs.logits[task];
    int half = sheet->bar / 2, zero = MARK + sheet->label + half;
    int cells = min_int((int)lround(fabs(logit) / most * half), half);
    bool is_own = task == of->task;
    snprintf(text, sizeof text, "%s%s", task_letter(task, letter), is_own ? ", own" : "");
    pen_text_max(pen, MARK, y, sheet->label - 1, style_of(is_own ? ROLE_TEXT : ROLE_DIM), text);
    pen_hline(pen, MARK + sheet->label, y, 2 * half, style_of(ROLE_FAINT), GLYPH_BAR_REST);
    pen_hline(pen, logit < 0 ? zero - cells : zero, y, cells, style_of(style_task(task)),
              GLYPH_BAR);
    snprintf(text, sizeof text, "%*.1f", VALUE + 2, logit);
    pen_text(pen, MARK + sheet->label + sheet->bar, y, style_of(ROLE_TEXT), text);
}

/* One of those that there are rows for: the task's own, and of the others the largest. */
static bool has_row(const struct view *view, const struct putback *of, int task, int rows)
{
    const double *logits = of->outputs.logits;
    int n_larger = 0;
    for (int t = 0; t < of->outputs.n_tasks; t++) {
        bool is_other = t != of->task && t != task && timeline_has_begun(view->timeline, t);
        bool is_larger = logits[t] > logits[task] || (t < task && logits[t] == logits[task]);
        n_larger += is_other && is_larger;
    }
    return timeline_has_begun(view->timeline, task) && (task == of->task || n_larger < rows - 1);
}

/* What drowns it: from row y on. */
static void draw_outputs(const struct pen *pen, const struct view *view, const struct sheet *sheet,
                         const struct putback *of, int y)
{
    const struct putback_outputs *outputs = &of->outputs;
    char text[80], letter[4];
    double most = 1;
    int rows = pen->area.h - y - 1;
    for (int t = 0; t < outputs->n_tasks; t++) {
        most = timeline_has_begun(view->timeline, t) ? fmax(most, fabs(outputs->logits[t])) : most;
    }
    snprintf(text, sizeof text, "outputs' mean logit on %s:", task_letter(of->task, letter));
    pen_text_max(pen, 0, y++, pen->area.w, style_of(ROLE_DIM), text);
    for (int t = 0; t < outputs->n_tasks; t++) {
        if (has_row(view, of, t, rows)) {
            draw_logit(pen, sheet, of, t, y++, most);
        }
    }
}

/* Why there is nothing to see. */
static const char *nothing_text(const struct view *view)
{
    return timeline_rows(view->timeline) == 0
               ? "No task has been learned to its end yet: then it is seen here where in the "
                 "network it is lost."
           : view->tape.is_played ? "It was not recorded here."
                                  : "Being measured ...";
}

static void draw(const struct pen *pen, const struct view *view)
{
    const struct putback *of = putback_of(view);
    char text[240];
    if (!of || pen->area.h < 2) {
        text_draw(pen, 0, 0, style_of(ROLE_DIM), nothing_text(view));
        return;
    }
    struct sheet sheet = sheet_of(pen, view, of);
    if (sheet.top > 0) {
        heading(view, of, text, sizeof text);
        text_draw(pen, 0, 0, style_of(ROLE_BODY), text);
    }
    draw_row(pen, view, &sheet, of, 0, sheet.top);
    for (int k = 0; k < sheet.shown; k++) {
        draw_row(pen, view, &sheet, of, sheet.first + k, sheet.top + 1 + k);
    }
    int y = sheet.top + 1 + sheet.shown;
    y += y + 2 + of->outputs.n_tasks < pen->area.h; /* air */
    if (of->has_outputs && y + 2 < pen->area.h) {
        draw_outputs(pen, view, &sheet, of, y);
    }
}

/* ---- keys and clicks ---- */

/* The task stays while one of its bars is chosen, whichever loses most then. */
static void choose(const struct putback *of, int bar, struct panel_lines *lines)
{
    char letter[4];
    if (bar < 1) {
        panel_line(lines, "bar off");
    } else {
        panel_line(lines, "bar %d", bar);
        panel_line(lines, "lost %s", task_letter(of->task, letter));
    }
}

static struct panel_lines click(const struct pen *pen, const struct view *view, int x, int y)
{
    struct panel_lines lines = {0};
    const struct putback *of = putback_of(view);
    (void)x;
    if (!of) {
        return lines;
    }
    struct sheet sheet = sheet_of(pen, view, of);
    int k = y - sheet.top - 1;
    if (k >= 0 && k < sheet.shown) {
        choose(of, sheet.first + k, &lines);
    }
    return lines;
}

/* The next task with an end, that way round. */
static int next_task(const struct view *view, int task, int direction)
{
    const struct timeline *timeline = view->timeline;
    int n = timeline->n_tasks;
    for (int k = 1; k < n; k++) {
        int t = (task + direction * k + n * k) % n;
        for (int i = 0; i < timeline->n_stages; i++) {
            if (timeline->stages[i].task == t && timeline->stages[i].has_row) {
                return t;
            }
        }
    }
    return task;
}

static struct panel_lines move(const struct pen *pen, const struct view *view, int dx, int dy)
{
    (void)pen;
    struct panel_lines lines = {0};
    const struct putback *of = putback_of(view);
    char letter[4];
    if (!of) {
        return lines;
    }
    if (dy != 0) {
        choose(of, min_int(chosen_bar(view, of) + dy, n_bars(of)), &lines);
    } else if (!view->tape.is_played) { /* of a recording there is what was looked at */
        panel_line(&lines, "lost %s", task_letter(next_task(view, of->task, dx), letter));
    }
    return lines;
}

static struct panel_lines enter(const struct view *view)
{
    struct panel_lines lines = {0};
    const struct putback *of = putback_of(view);
    char letter[4];
    int bar = of && !view->tape.is_played ? chosen_bar(view, of) : 0;
    if (bar > 0) {
        task_letter(of->task, letter);
        panel_line(&lines, bar > of->scores.n_modules ? "putback %s all" : "putback %s %d", letter,
                   bar);
    }
    return lines;
}

static struct exhibit_request room(const struct pen *pen, const struct view *view)
{
    bool is_shown = pen->area.w > 0 && pen->area.h > 1;
    return (struct exhibit_request){.is_shown = is_shown,
                                    .rows = is_shown ? pen->area.h : 0,
                                    .cols = is_shown ? pen->area.w : 0,
                                    .place = is_shown ? view->putback_task : 0};
}

/* Whose it is and of when, or how to go on. */
static long step(const struct view *view)
{
    const struct putback *of = putback_of(view);
    return of ? of->step : MAP_STEP_NOW;
}

static void note(const struct view *view, int columns, char *text, size_t size)
{
    const struct putback *of = putback_of(view);
    char name[40];
    view_learner_text(view, name, sizeof name);
    bool has_bar = of && chosen_bar(view, of) > 0;
    text[0] = '\0';
    if (of && view_is_live(view) && of->step == MAP_STEP_NOW && columns >= 24) {
        snprintf(text, size, "%s%s%s", name, name[0] ? " · " : "",
                 has_bar ? "Enter puts it back" : "↑ ↓ choose a layer");
    } else {
        snprintf(text, size, "%s", name);
    }
}

const struct panel panel_putback = {
    .name = "putback",
    .title = "put it back",
    .about =
        "*What you see.* Where in the network an old task is lost. *now*: the accuracy on the old "
        "task that has lost most since it had been learned (it stays until another has lost 2 "
        "points more). Below: what it would be if one layer, weights and bias, were again "
        "as it was when the task had been learned, and all else as it is; green is what would come "
        "back. *all*: the network of then. Each bar is a pass over the test examples, made "
        "anew as training goes on (of texts over a few of them).\n\n"
        "*Enter really puts the chosen layer back:* watch the old task rise and the present one "
        "fall. Training goes on from there; going back (b with the cursor) undoes it.\n\n"
        "*What to look for.* Where tasks differ in their inputs (permuted) the first layer heals "
        "most; where they differ in their classes (split), the last. Of a transformer often no "
        "layer alone is to blame. Bars need not add up.\n\n"
        "*Drowned, not gone.* Where new classes come (split, scenario class) the old ones read 0 "
        "%, "
        "and yet among their own outputs nearly all is right: the new outputs' logits are larger, "
        "on old examples too. Bars: the mean logit of each task's outputs.\n\n"
        "*Equation.* accuracy(θ, but θ_l = θ*_l) for each layer l; θ*: the weights when the task "
        "had "
        "been learned\n\n"
        "*Keys here.* ↑ ↓ layer · ← → another task · Enter puts it back · Esc: the task that lost "
        "most\n\n"
        "_Ramasesh, Dyer & Raghu 2020, arXiv:2007.07400; Zhang, Bengio & Singer 2019, "
        "arXiv:1902.01996_",
    .step = step,
    .note = note,
    .draw = draw,
    .room = room,
    .exhibit = EXHIBIT_PUTBACK,
    .click = click,
    .move = move,
    .enter = enter,
};
