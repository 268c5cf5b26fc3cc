/* SPDX-License-Identifier: MIT */
#include "ui/panels/plane.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "strategies/table.h"
#include "ui/panels/panel.h"
#include "ui/widgets/percent.h"
#include "ui/widgets/scatter.h"

enum { TRAIL_MAX = 128 };

/* Everything the plane borrows, filled anew for each picture. */
struct plot {
    struct scatter_point points[LEARNERS_MAX];
    int learners[LEARNERS_MAX]; /* of each point */
    char labels[LEARNERS_MAX][4];
    double trail_x[LEARNERS_MAX][TRAIL_MAX], trail_y[LEARNERS_MAX][TRAIL_MAX];
    struct scatter_landmark landmarks[SCATTER_LANDMARKS_MAX];
    struct scatter scatter;
};

/* A learner that is there to be compared with: trained on all tasks at once, or with nothing on.
 * One that is called so needs no second name. */
static const char *landmark_name(const struct view *view, int i)
{
    const struct learner_state *learner = &view->snapshot->learners[i];
    const char *name = learner->strategies[strategy_find("joint")].is_on ? "joint"
                       : view_is_bare(learner)                           ? "naive"
                                                                         : NULL;
    bool is_shown = name && view_has_learners(view) && !view_has_diverged(view, i);
    return is_shown && strcmp(name, learner->name) != 0 ? name : NULL;
}

/* Where it stood at the ends of the visits so far (or so far at the cursor), then where it is. */
static int fill_trail(struct plot *plot, const struct view *view, int i, double x, double y)
{
    const struct track *track = view_track_at(view, plot->learners[i]);
    int n_rows = view->has_cursor ? chronicle_rows_at(view->chronicle, (long)view->cursor)
                                  : chronicle_rows(view->chronicle);
    n_rows = n_rows < track->n_complete ? n_rows : track->n_complete;
    int first = n_rows > TRAIL_MAX - 1 ? n_rows - (TRAIL_MAX - 1) : 0, n = 0;
    for (int row = first; row < n_rows; row++) {
        plot->trail_x[i][n] = track->trail[row].keeping;
        plot->trail_y[i][n++] = track->trail[row].learning;
    }
    plot->trail_x[i][n] = x;
    plot->trail_y[i][n++] = y;
    return n;
}

static void add_point(struct plot *plot, const struct view *view, int learner)
{
    const struct learner_state *state = &view->snapshot->learners[learner];
    struct metrics metrics = view_metrics(view, learner);
    double x = 1 - metrics.forgetting, y = metrics.learning_accuracy;
    const char *landmark = landmark_name(view, learner);
    if (landmark && plot->scatter.n_landmarks < SCATTER_LANDMARKS_MAX) {
        plot->landmarks[plot->scatter.n_landmarks++] = (struct scatter_landmark){landmark, x, y};
    }
    int i = plot->scatter.n_points++;
    plot->learners[i] = learner;
    snprintf(plot->labels[i], sizeof plot->labels[i], "%d", (state->slot + 1) % 100);
    plot->points[i] =
        (struct scatter_point){.label = plot->labels[i],
                               .name = state->name,
                               .role = view_learner_role(state),
                               .mark = view_learner_mark(state),
                               .line = view_learner_line(state),
                               .x = view_has_diverged(view, learner) ? (double)NAN : x,
                               .y = y,
                               .trail_x = plot->trail_x[i],
                               .trail_y = plot->trail_y[i],
                               .has_focus = learner == view->snapshot->selected};
    plot->points[i].n_trail = fill_trail(plot, view, i, x, y);
}

static void fill(struct plot *plot, const struct view *view)
{
    plot->scatter = (struct scatter){.points = plot->points,
                                     .landmarks = plot->landmarks,
                                     .x_name = "keeping",
                                     .y_name = "learning"};
    for (int i = 0; i < view->snapshot->n_learners; i++) {
        add_point(plot, view, i);
    }
    plot->scatter.hides_front = plot->scatter.n_points < 2;
}

int plane_at(const struct pen *pen, const struct view *view, int x, int y)
{
    struct plot plot;
    fill(&plot, view);
    int i = scatter_at(pen, &plot.scatter, x, y);
    return i < 0 ? -1 : plot.learners[i];
}

static void draw(const struct pen *pen, const struct view *view)
{
    struct plot plot;
    bool is_placed = false;
    fill(&plot, view);
    scatter_draw(pen, &plot.scatter);
    for (int i = 0; i < plot.scatter.n_points; i++) {
        is_placed |= isfinite(plot.points[i].x);
    }
    if (!is_placed) {
        static const char *const why = "points appear with the second task";
        int x = (pen->area.w - pen_columns(pen, why)) / 2;
        pen_text_max(pen, x > 5 ? x : 5, pen->area.h / 2, pen->area.w - 5, style_of(ROLE_DIM), why);
    }
}

static void note(const struct view *view, int columns, char *text, size_t size)
{
    struct metrics metrics = view_metrics(view, view->snapshot->selected);
    if (view->has_cursor && columns < 30) {
        snprintf(text, size, "at step %.0f", view->cursor);
    } else if (isfinite(metrics.forgetting)) {
        snprintf(text, size, "learned %d · kept %d", percent(metrics.learning_accuracy),
                 percent(1 - metrics.forgetting));
    } else {
        snprintf(text, size, "up and right is better");
    }
}

const struct panel panel_plane = {
    .name = "plane",
    .title = "plasticity ↔ stability",
    .about =
        "*What you see.* One point per learner. Up: it learns each new task well (plasticity). "
        "Right: it keeps the old ones (stability). The line behind a point is its way through the "
        "run, task by task. The star is the ideal: learn everything, keep everything. The dotted "
        "stairs join the learners that no other beats in both.\n\n"
        "*What to look for.* Plain training stands high and far left: it learns all and keeps "
        "little. A very low learning rate stands far right and low. EWC, replay and LoRA stand in "
        "between, and every knob moves the point along a line: more of the one for less of the "
        "other. Joint training, which sees all data at once, keeps everything and is slower at "
        "first: a landmark, not a rival.\n\n"
        "*Equation.* x = 1 − forgetting, y = learning accuracy = (1/T) Σ_j R[j][j]\n\n"
        "*Keys here.* ↑ ↓ select · J adds joint and naive training to compare with · < > select "
        "· f fork\n\n"
        "_Mermillod et al. 2013 (the dilemma); Riemer et al. 2019, arXiv:1810.11910_",
    .note = note,
    .draw = draw,
};
