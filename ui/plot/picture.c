/* SPDX-License-Identifier: MIT */
#include "ui/plot/picture.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/range.h"
#include "tasks/clean.h"
#include "ui/plot/figures.h"

enum {
    WIDE = 100,       /* columns from which the plane stands above */
    PLANE_W = 34,     /* at least */
    COURSE_W = 28,    /* at least */
    BOTTOM_MIN = 8,   /* rows that panels below need */
    TWO_ROWS_MIN = 20 /* rows from which there are panels below */
};

/* ---- layout ---- */

static void lay_courses(struct picture_layout *layout, struct rect room, int n_lines)
{
    int n = min_int(min_int(room.w / COURSE_W, n_lines), COURSE_MAX);
    for (int i = 0; i < n; i++) {
        layout->courses[i] = rect_cut_left(&room, room.w / (n - i));
    }
    layout->n_courses = n;
}

struct picture_layout picture_layout(struct rect screen, bool has_curves, int n_lines)
{
    struct picture_layout layout = {0};
    struct rect rest = screen;
    layout.title = rect_cut_top(&rest, 1);
    layout.words = rect_cut_top(&rest, 1);
    bool is_wide = screen.w >= WIDE, is_high = screen.h >= TWO_ROWS_MIN;
    int bottom_h = is_high ? max_int(rest.h * 2 / 5, BOTTOM_MIN) : 0;
    struct rect bottom = rect_cut_bottom(&rest, bottom_h);
    if (!has_curves) {
        layout.bars = rect_cut_left(&rest, is_wide ? rest.w * 3 / 5 : rest.w / 2);
        layout.plane = rest;
    } else if (is_wide) {
        layout.curves = rect_cut_left(&rest, rest.w * 3 / 5);
        layout.plane = rest;
        layout.bars = rect_cut_left(&bottom, max_int(bottom.w * 2 / 5, PLANE_W));
    } else {
        layout.curves = rect_cut_left(&rest, rest.w * 11 / 20);
        layout.bars = rest;
        layout.plane = rect_cut_left(&bottom, min_int(bottom.w, PLANE_W + 4));
    }
    lay_courses(&layout, bottom, n_lines);
    return layout;
}

/* ---- words ---- */

char *picture_words(const struct plan *plan, char *buf, size_t size)
{
    char value[64], where[160], other[64];
    int best = plan->best, second = -1;
    if (best < 0 || !plan->about.better) {
        snprintf(buf, size, best < 0 ? "no run has a number" : "%s of %d combinations",
                 plan->about.words, plan->sweep->n_cells);
        return buf;
    }
    int cell = plan_cell(plan, best);
    struct spread spread = sweep_spread(plan->sweep, cell, plan->metric);
    plan_spread_text(plan->metric, &spread, value, sizeof value);
    size_t used = (size_t)snprintf(buf, size, "best %s%s %s%s: %s",
                                   plan->judge == plan->metric ? "" : "by validation, ",
                                   plan->about.words, value, plan->about.is_share ? " %" : "",
                                   plan_best_text(plan, best, where, sizeof where));
    for (int i = 0; i < plan->n_shown; i++) {
        int line = plan->shown[i];
        bool is_next =
            line != best && (second < 0 || sweep_is_better(plan->judge, plan_rank(plan, line),
                                                           plan_rank(plan, second)));
        second = is_next ? line : second;
    }
    if (second >= 0 && used < size) {
        struct spread pair = sweep_paired(plan->sweep, cell, plan_cell(plan, second), plan->metric);
        plan_number(plan, fabs(pair.mean), value, sizeof value);
        clean_copy(other, sizeof other, plan->lines[second].label);
        snprintf(buf + used, size - used,
                 pair.n < 2                           ? ", next is %s, %s off (one seed)"
                 : pair.mean * plan->about.better < 0 ? ", although behind %s by %s there"
                 : spread_is_clear(&pair)             ? ", clearly ahead of %s by %s"
                                                      : ", not clearly ahead of %s (by %s)",
                 other, value);
    }
    return buf;
}

static void draw_title(const struct pen *pen, const struct plan *plan)
{
    const struct sweep *sweep = plan->sweep;
    int x = 1 + pen_text(pen, 1, 0, style_bold(ROLE_ACCENT), "oubli sweep") + 2;
    for (int k = 0; k < sweep->n_keys; k++) {
        char text[96];
        const struct sweep_key *key = &sweep->keys[k];
        if (key->n_values > 1) {
            snprintf(text, sizeof text, "%s (%d)", key->name, key->n_values);
        } else {
            snprintf(text, sizeof text, "%s %s", key->name, key->texts[0]);
        }
        x += pen_text(pen, x, 0, style_of(ROLE_TEXT), text);
        x += pen_text(pen, x, 0, style_of(ROLE_DIM), k + 1 < sweep->n_keys ? " × " : "");
    }
    char runs[64];
    snprintf(runs, sizeof runs, "%d run%s, %d seed%s", sweep->n_runs, sweep->n_runs == 1 ? "" : "s",
             sweep->n_seeds, sweep->n_seeds == 1 ? "" : "s");
    if (x + 2 + pen_columns(pen, runs) < pen->area.w) {
        pen_text_right(pen, pen->area.w - 1, 0, style_of(ROLE_DIM), runs);
    }
}

/* ---- all of it ---- */

int picture_courses(const struct plan *plan, struct rect screen, int lines[COURSE_MAX])
{
    int most = picture_layout(screen, plan->x >= 0, plan->n_shown).n_courses, n = 0;
    for (int i = 0; i < plan->n_shown; i++) { /* the best come first */
        int line = plan->shown[i], at = n;
        while (at > 0 && sweep_is_better(plan->judge, plan_rank(plan, line),
                                         plan_rank(plan, lines[at - 1]))) {
            at--;
        }
        n = min_int(n + 1, most);
        for (int k = n - 1; k > at; k--) {
            lines[k] = lines[k - 1];
        }
        if (at < n) {
            lines[at] = line;
        }
    }
    return n;
}

void picture_draw_sweep(const struct pen *pen, const struct plan *plan,
                        const struct course *courses)
{
    struct rect screen = pen_rect(pen);
    struct picture_layout layout = picture_layout(screen, plan->x >= 0, plan->n_shown);
    int lines[COURSE_MAX], n = picture_courses(plan, screen, lines);
    char words[400];
    struct pen title = pen_sub(pen, layout.title), below = pen_sub(pen, layout.words);
    struct pen curves = pen_sub(pen, layout.curves), bars = pen_sub(pen, layout.bars),
               plane = pen_sub(pen, layout.plane);
    draw_title(&title, plan);
    pen_glyph(&below, 1, 0, style_bold(ROLE_ACCENT), GLYPH_RIGHT);
    pen_text_max(&below, 3, 0, below.area.w - 4, style_of(ROLE_BODY),
                 picture_words(plan, words, sizeof words));
    if (!rect_is_empty(layout.curves)) {
        figure_curves(&curves, plan);
    }
    figure_bars(&bars, plan);
    figure_plane(&plane, plan);
    for (int i = 0; i < n; i++) {
        struct pen part = pen_sub(pen, layout.courses[i]);
        figure_course(&part, plan, lines[i], &courses[i]);
    }
}
