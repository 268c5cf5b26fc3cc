/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/range.h"
#include "strategies/table.h"
#include "ui/panels/board.h"
#include "ui/panels/panel.h"
#include "ui/widgets/percent.h"
#include "ui/widgets/scatter.h"
#include "ui/widgets/slider.h"
#include "ui/widgets/text.h"

enum { TRAIL_MAX = 128 };

/* Everything the plane borrows, filled anew for each picture. */
struct plot {
    struct scatter_point points[LEARNERS_MAX + 2]; /* learners, then what is called back */
    char called[2][LEARNER_NAME_MAX + 16];
    int learners[LEARNERS_MAX]; /* of each point */
    char labels[LEARNERS_MAX][24], names[LEARNERS_MAX][LEARNER_NAME_MAX + 10];
    double trail_x[LEARNERS_MAX][TRAIL_MAX], trail_y[LEARNERS_MAX][TRAIL_MAX];
    int path[LEARNERS_MAX]; /* points of the sweep */
    struct scatter scatter;
};

enum landmark { LANDMARK_NONE, LANDMARK_JOINT, LANDMARK_NAIVE };

/* A learner that is there to be compared with: trained on all tasks at once, or from the start with
 * nothing on (a fresh fork has nothing on yet). */
static enum landmark landmark_of(const struct view *view, int i)
{
    const struct learner_state *learner = &view->snapshot->learners[i];
    if (!view_has_learners(view) || view_has_diverged(view, i)) {
        return LANDMARK_NONE;
    }
    bool is_joint = learner->strategies[strategy_find("joint")].is_on;
    bool is_naive = view_is_bare(learner) && learner->parent < 0;
    return is_joint ? LANDMARK_JOINT : is_naive ? LANDMARK_NAIVE : LANDMARK_NONE;
}

/* "none (naive)": the first of its kind is named, unless it is called so. */
static void put_name(const struct view *view, int i, char *text, size_t size)
{
    static const char *const names[] = {NULL, "joint", "naive"};
    enum landmark landmark = landmark_of(view, i);
    for (int k = 0; k < i; k++) {
        landmark = landmark_of(view, k) == landmark ? LANDMARK_NONE : landmark;
    }
    const char *own = view->snapshot->learners[i].name, *name = names[landmark];
    bool has_other = name && strcmp(name, own) != 0;
    snprintf(text, size, "%s%s%s%s", own, has_other ? " (" : "", has_other ? name : "",
             has_other ? ")" : "");
}

/* Where it stood at the ends of the stages so far (or so far at the cursor), then where it is. */
static int fill_trail(struct plot *plot, const struct view *view, int i, double x, double y)
{
    const struct track *track = view_track_at(view, plot->learners[i]);
    int n_rows = view->has_cursor ? timeline_rows_at(view->timeline, (long)view->cursor)
                                  : timeline_rows(view->timeline);
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

/* A fork was where its parent was before it branched off. */
static bool is_there(const struct view *view, int learner)
{
    bool is_born =
        !view->has_cursor || view->cursor >= (double)view->snapshot->learners[learner].born;
    return is_born && !view_has_diverged(view, learner);
}

static void add_point(struct plot *plot, const struct view *view, int learner)
{
    const struct learner_state *state = &view->snapshot->learners[learner];
    struct metrics metrics = view_metrics(view, learner);
    double x = 1 - metrics.forgetting, y = metrics.learning_accuracy;
    int i = plot->scatter.n_points++;
    plot->learners[i] = learner;
    snprintf(plot->labels[i], sizeof plot->labels[i], "%d", (state->slot + 1) % 100);
    put_name(view, learner, plot->names[i], sizeof plot->names[i]);
    plot->points[i] = (struct scatter_point){.label = plot->labels[i],
                                             .name = plot->names[i],
                                             .role = view_learner_role(state),
                                             .mark = view_learner_mark(state),
                                             .line = view_learner_line(state),
                                             .x = is_there(view, learner) ? x : (double)NAN,
                                             .y = y,
                                             .trail_x = plot->trail_x[i],
                                             .trail_y = plot->trail_y[i],
                                             .has_focus = learner == view->snapshot->selected};
    plot->points[i].n_trail = fill_trail(plot, view, i, x, y);
}

/* A run that was called back stands where it ended. */
static void add_called(struct plot *plot, const struct view *view, int g)
{
    const struct run_score *score = view_called(view, g);
    if (score) {
        const struct board_row row = board_row_of(score);
        snprintf(plot->called[g], sizeof plot->called[g], "(%d %s)", score->number, score->name);
        plot->points[plot->scatter.n_points++] = (struct scatter_point){.label = plot->called[g],
                                                                        .role = board_role(&row),
                                                                        .mark = GLYPH_OFF,
                                                                        .x = 1 - row.forgetting,
                                                                        .y = row.learning};
    }
}

/* The points of a sweep stand for values, and a line joins them; of their ways that of the chosen
 * one alone is shown. */
static void join(struct plot *plot, const struct view *view, const struct view_sweep *sweep)
{
    for (int k = 0; k < sweep->n; k++) {
        int i = sweep->learners[k]; /* there is a point for each learner, in their order */
        const struct params *params = &view->snapshot->learners[i].params;
        param_format(params, sweep->knob, plot->labels[i], sizeof plot->labels[i]);
        plot->points[i].name = NULL;
        plot->points[i].n_trail = k == sweep->chosen ? plot->points[i].n_trail : 0;
        plot->path[k] = i;
    }
    plot->scatter.path = plot->path;
    plot->scatter.n_path = sweep->n;
    plot->scatter.hides_front = true;
}

static void fill(struct plot *plot, const struct view *view)
{
    const struct view_sweep sweep = view_sweep(view);
    plot->scatter =
        (struct scatter){.points = plot->points, .x_name = "keeping", .y_name = "learning"};
    for (int i = 0; i < view->snapshot->n_learners; i++) {
        add_point(plot, view, i);
    }
    for (int g = 0; g < 2; g++) {
        add_called(plot, view, g);
    }
    plot->scatter.hides_front = plot->scatter.n_points < 2;
    if (sweep.n > 0) {
        join(plot, view, &sweep);
    }
}

enum { SLIDER_ROWS = 8 }; /* below them there is no room for one */

/* The plane itself: below it stands the knob of a sweep. */
static struct pen plane_pen(const struct pen *pen, const struct view *view)
{
    struct rect rect = pen_rect(pen);
    if (view_sweep(view).n > 0 && rect.h >= SLIDER_ROWS) {
        rect_cut_bottom(&rect, 1);
    }
    return pen_sub(pen, rect);
}

static void draw_slider(const struct pen *pen, const struct view *view)
{
    const struct view_sweep sweep = view_sweep(view);
    char value[40] = "← → choose";
    if (sweep.chosen >= 0) {
        param_format(&view_learner(view)->params, sweep.knob, value, sizeof value);
    }
    struct slider slider = {.label = param_at(sweep.knob)->title,
                            .value = value,
                            .position = sweep.chosen < 0 ? (double)NAN
                                                         : (double)sweep.chosen / (sweep.n - 1),
                            .value_w = 10,
                            .has_focus = view->focus == PANEL_PLANE,
                            .is_off = sweep.chosen < 0};
    slider_draw(pen, pen->area.h - 1, &slider);
}

static struct panel_lines click(const struct pen *pen, const struct view *view, int x, int y)
{
    struct panel_lines lines = {0};
    struct plot plot;
    struct pen plane = plane_pen(pen, view);
    fill(&plot, view);
    int i = scatter_at(&plane, &plot.scatter, x, y);
    if (i >= view->snapshot->n_learners) {
        panel_line(&lines, "run %d",
                   view->ghosts[!view_called(view, 0) || i > view->snapshot->n_learners]);
    } else if (i >= 0) {
        panel_line(&lines, "learner %s", view->snapshot->learners[plot.learners[i]].name);
    }
    return lines;
}

/* Along a sweep; else as in the table of learners, so that there is one order. */
static struct panel_lines move(const struct pen *pen, const struct view *view, int dx, int dy)
{
    const struct view_sweep sweep = view_sweep(view);
    struct panel_lines lines = {0};
    if (dx != 0 && sweep.n > 0) {
        int to = sweep.chosen < 0 ? sweep.n / 2 : clamp_int(sweep.chosen + dx, 0, sweep.n - 1);
        panel_line(&lines, "learner %s", view->snapshot->learners[sweep.learners[to]].name);
    }
    return dx != 0 ? lines : panel_learners.move(pen, view, dx, dy);
}

enum { ALONE_ROWS = 8 };

/* In the middle of a row, if it fits. */
static void say_middle(const struct pen *pen, int y, const char *text)
{
    struct pen trial = pen_sub(pen, (struct rect){0, 0, 0, 0});
    int w = text_line(&trial, 0, 0, style_of(ROLE_DIM), text), x = (pen->area.w - w) / 2;
    if (w + 5 <= pen->area.w) {
        text_line(pen, x > 5 ? x : 5, y, style_of(ROLE_DIM), text);
    }
}

static void draw(const struct pen *pen, const struct view *view)
{
    struct plot plot;
    bool is_placed = false;
    struct pen plane = plane_pen(pen, view);
    fill(&plot, view);
    scatter_draw(&plane, &plot.scatter);
    if (plane.area.h < pen->area.h) {
        draw_slider(pen, view);
    }
    for (int i = 0; i < plot.scatter.n_points; i++) {
        is_placed |= isfinite(plot.points[i].x);
    }
    if (!is_placed) {
        say_middle(pen, pen->area.h / 2, "points appear with the second task");
    }
    if (!view_has_learners(view) && view_is_live(view) && pen->area.h >= ALONE_ROWS) {
        say_middle(pen, pen->area.h / 2 + 1,
                   view_can_fork(view)
                       ? "one learner is one point: *J* adds joint and naive, *f* forks it"
                       : "one learner is one point: *J* adds joint and naive");
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
        "*A sweep* (L: what does this knob do?) is copies of one learner with other values of a "
        "knob: "
        "the line joins them from the lowest value to the highest. Where it climbs and goes right "
        "at once, more is better in both; where it falls back, more is too much.\n\n"
        "*Equation.* x = 1 − forgetting, y = learning accuracy = (1/T) Σ_j R[j][j]\n\n"
        "*Keys here.* ↑ ↓ select · ← → along a sweep · L begins and ends one · J adds joint and "
        "naive training to compare with · < > select "
        "· f fork\n\n"
        "_Mermillod et al. 2013 (the dilemma); Riemer et al. 2019, arXiv:1810.11910_",
    .note = note,
    .draw = draw,
    .click = click,
    .move = move,
};
