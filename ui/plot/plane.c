/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>

#include "ui/plot/figures.h"
#include "ui/widgets/scatter.h"
#include "ui/widgets/text.h"

/* What the scatter borrows. */
struct drawing {
    struct scatter_point points[SCATTER_POINTS_MAX];
    double *ways; /* (n_shown, 2, n_x): x, y */
    struct scatter scatter;
};

static double keeping(const struct plan *plan, int cell)
{
    return 1 - sweep_spread(plan->sweep, cell, MERGED_forgetting).mean;
}

static double learning(const struct plan *plan, int cell)
{
    return sweep_spread(plan->sweep, cell, MERGED_learning_accuracy).mean;
}

/* A line at its best, with its way along the key. */
static void add_best(struct drawing *drawing, const struct plan *plan, int i)
{
    const struct plan_line *line = &plan->lines[plan->shown[i]];
    size_t n = (size_t)plan->n_x;
    double *x = drawing->ways + 2 * n * (size_t)i, *y = x + n;
    for (int k = 0; k < plan->n_x; k++) {
        x[k] = line->cells[k] < 0 ? (double)NAN : keeping(plan, line->cells[k]);
        y[k] = line->cells[k] < 0 ? (double)NAN : learning(plan, line->cells[k]);
    }
    drawing->points[drawing->scatter.n_points++] =
        (struct scatter_point){.name = line->label,
                               .role = plan_role(line),
                               .mark = plan_mark(line),
                               .x = x[line->best],
                               .y = y[line->best],
                               .trail_x = x,
                               .trail_y = y,
                               .n_trail = plan->x >= 0 ? plan->n_x : 0,
                               .has_focus = plan->shown[i] == plan->best};
}

/* The other combinations are points without a name, as many as there is room for. */
static void add_others(struct drawing *drawing, const struct plan *plan)
{
    for (int i = 0; i < plan->n_lines; i++) {
        const struct plan_line *line = &plan->lines[i];
        for (int k = 0; k < plan->n_x; k++) {
            bool is_other = line->cells[k] >= 0 && (line->colour < 0 || k != line->best);
            if (is_other && drawing->scatter.n_points < SCATTER_POINTS_MAX) {
                drawing->points[drawing->scatter.n_points++] = (struct scatter_point){
                    .role = line->colour < 0 ? ROLE_DIM : style_task_dim(line->colour),
                    .mark = GLYPH_POINT,
                    .x = keeping(plan, line->cells[k]),
                    .y = learning(plan, line->cells[k])};
            }
        }
    }
}

static bool is_placed(const struct drawing *drawing)
{
    bool is = false;
    for (int i = 0; i < drawing->scatter.n_points; i++) {
        is |= isfinite(drawing->points[i].x) && isfinite(drawing->points[i].y);
    }
    return is;
}

void figure_plane(const struct pen *pen, const struct plan *plan)
{
    struct box box = {.title = "plasticity ↔ stability", .note = "dotted: the front"};
    struct pen inside = pen_box(pen, pen_rect(pen), &box);
    struct drawing *drawing = calloc(1, sizeof *drawing);
    if (drawing) {
        drawing->ways = calloc(2 * (size_t)plan->n_x * PLAN_SHOWN_MAX, sizeof(double));
    }
    if (drawing && drawing->ways) {
        drawing->scatter =
            (struct scatter){.points = drawing->points, .x_name = "keeping", .y_name = "learning"};
        for (int i = 0; i < plan->n_shown; i++) {
            add_best(drawing, plan, i);
        }
        add_others(drawing, plan);
        if (is_placed(drawing)) {
            scatter_draw(&inside, &drawing->scatter);
        } else {
            text_draw(&inside, 0, 0, style_of(ROLE_DIM),
                      "forgetting and learning accuracy are known from two tasks on");
        }
        free(drawing->ways);
    }
    free(drawing);
}
