/* SPDX-License-Identifier: MIT */
#include "ui/panels/summary.h"

#include <math.h>
#include <stdio.h>

#include "ui/widgets/percent.h"
#include "ui/widgets/text.h"

/* "A  ━━━━━━━━───────  32  ▼65": what is left of what was learned, as a line. */
static void draw_task(const struct pen *pen, const struct view *view, int y, int task)
{
    double now = series_last(&view_track(view)->accuracy[task]), best = view_best(view, task);
    char letter[4];
    int w = pen->area.w - 16, x = 3;
    pen_text(pen, 0, y, style_bold(style_task(task)), task_letter(task, letter));
    if (!isfinite(now) || w < 4) {
        return;
    }
    int kept = (int)lround(w * now), learned = (int)lround(w * best);
    pen_hline(pen, x, y, w, style_of(ROLE_FAINT), GLYPH_GUIDE);
    pen_hline(pen, x, y, learned, style_of(ROLE_BAD), GLYPH_TIME_REST);
    pen_hline(pen, x, y, kept, style_bold(style_task(task)), GLYPH_TIME);
    pen_printf(pen, x + w + 1, y, style_bold(ROLE_TEXT), "%3d", percent(now));
    if (view_lost(view, task) > 0) {
        pen_printf(pen, x + w + 6, y, style_of(ROLE_BAD), "▼%d", view_lost(view, task));
    }
}

static void draw_next(const struct pen *pen, int y, bool is_stream)
{
    const char *const wide[] = {
        "*R*    again, with what is on now",
        "*1-8*  switch a strategy first: try *3* replay",
        is_stream ? "*b*    back to a moment of the curves" : "*: task A*   train A once more",
        "*Esc*  back to the drift   *q* quit",
    };
    static const char *const narrow[] = {"*R* again   *1-8* switch first",
                                         "*Esc* drift   *q* quit"};
    bool is_wide = pen->area.w >= 42;
    for (int i = 0; i < (is_wide ? 4 : 2) && y + i < pen->area.h; i++) {
        text_line(pen, 0, y + i, style_of(ROLE_DIM), (is_wide ? wide : narrow)[i]);
    }
}

void summary_draw(const struct pen *pen, struct rect rect, const struct view *view)
{
    const struct chronicle *chronicle = view->chronicle;
    struct metrics metrics = chronicle_metrics(chronicle, view_track(view));
    struct box box = {.title = "what is left", .note = "learned ─ kept ━"};
    struct pen inside = pen_box(pen, rect, &box);
    bool is_wide = inside.area.w >= 42;
    int y = 0, room = inside.area.h - (is_wide ? 8 : 6) - view->has_previous;
    text_line(&inside, 0, y++, style_of(ROLE_DIM),
              is_wide ? "of each task, in percent of its test set" : "percent right");
    for (int t = 0, n = view_n_tasks(view); t < n && t < room; t++) {
        draw_task(&inside, view, ++y, t);
    }
    y += 2;
    char text[160];
    snprintf(text, sizeof text,
             is_wide ? "%s *%d*   left *%d*   forgotten *%d*" : "%s *%d* left *%d* lost *%d*",
             chronicle->is_stream ? "over time" : "learned",
             percent(chronicle->is_stream ? metrics.over_time : metrics.learning_accuracy),
             percent(metrics.average_accuracy), percent(metrics.forgetting));
    text_line(&inside, 0, y++, style_of(ROLE_BODY), text);
    if (view->has_previous) {
        snprintf(
            text, sizeof text,
            is_wide ? "_last:_ left *%d*, forgotten *%d*, %s" : "_before:_ left *%d* lost *%d*, %s",
            percent(view->previous_left), percent(view->previous_forgotten), view->previous_with);
        text_line(&inside, 0, y++, style_of(ROLE_BODY), text);
    }
    if (view_is_live(view)) {
        draw_next(&inside, y + 1, chronicle->is_stream);
    }
}
