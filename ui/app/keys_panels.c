/* SPDX-License-Identifier: MIT
 * Keys: what arrows and letters mean to the panel that has the focus; the knobs have them where
 * it does not want them. */
#include "strategies/table.h"
#include "ui/app/actions.h"
#include "ui/app/key_rows.h"
#include "ui/app/send.h"
#include "ui/panels/learners.h"
#include "ui/panels/network.h"
#include "ui/panels/panel.h"
#include "ui/panels/samples.h"

static void move_x(struct app *app, const struct key_binding *binding)
{
    key_move_in(app, app->frame.view.focus, binding->argument, 0);
}

/* The cursor on the curves: where the panel has none of its own, by columns of those beside it. */
static void move_moment(struct app *app, const struct key_binding *binding)
{
    enum panel_id focus = app->frame.view.focus;
    bool has_curves = !rect_is_empty(actions_layout(app).panels[PANEL_ACCURACY]);
    key_move_in(app, focus == PANEL_WHY && has_curves ? PANEL_ACCURACY : focus, binding->argument,
                0);
}

static void move_y(struct app *app, const struct key_binding *binding)
{
    key_move_in(app, app->frame.view.focus, 0, binding->argument);
}

static void choose_knob(struct app *app, const struct key_binding *binding)
{
    key_move_in(app, PANEL_KNOBS, 0, binding->argument);
}

static void plain(struct app *app, const struct key_binding *binding)
{
    if (samples_has_views(&app->frame.view)) {
        key_next_word(app, binding);
    } else {
        app_say(app, false, "these samples are shown as the data has them; there is no other view");
    }
}

/* What is chosen with the cursor in the past is of then; it is the present that would change. */
static void put_back(struct app *app, const struct key_binding *binding)
{
    const struct view *view = &app->frame.view;
    if (view_is_past(view) && view_is_live(view) && view->putback_bar > 0) {
        app_say(app, false, "put back works on the present: *Esc* takes the cursor away");
    } else {
        key_enter(app, binding);
    }
}

static void switch_selected(struct app *app, const struct key_binding *binding)
{
    (void)binding;
    actions_switch_strategy(app, app->frame.view.strategy);
}

/* By the next column, or the same the other way round. */
static void sort(struct app *app, const struct key_binding *binding)
{
    const struct view *view = &app->frame.view;
    bool is_next = binding->argument > 0;
    bool (*has)(enum learner_column column) =
        view->focus == PANEL_SCOREBOARD ? board_has_column : learners_has_column;
    int column = (int)view->sort;
    do {
        column = (column + is_next) % COLUMN_COUNT;
    } while (is_next && !has((enum learner_column)column));
    actions_look(app, "sort %s%s", learners_column_words[column],
                 !is_next && !view->is_sorted_back ? " back" : "");
}

/* The run that is chosen on the scoreboard comes back as a ghost, or goes; of two the newer stays
 * when a third comes. */
static void call_back(struct app *app, const struct key_binding *binding)
{
    (void)binding;
    const struct view *view = &app->frame.view;
    const int *ghosts = view->ghosts;
    int run = scoreboard_find(&view->timeline->board, view->run) ? view->run : 0;
    if (run == 0) {
        app_say(app, false,
                view->timeline->board.n > 0
                    ? "*↑ ↓* choose a run that is over; what goes on is there already"
                    : "no run is over yet: *R* begins another, *b* and *f* leave one behind");
    } else if (ghosts[0] == run || ghosts[1] == run) {
        int other = ghosts[0] == run ? ghosts[1] : ghosts[0];
        actions_look(app, other > 0 ? "ghost %d" : "ghost off", other);
    } else if (ghosts[0] > 0) {
        actions_look(app, "ghost %d %d", run, ghosts[0]);
        app_say(app, false, "two runs: *v* shows both as averages, *Enter* task by task");
    } else {
        actions_look(app, "ghost %d", run);
        app_say(app, false, "it is dotted on the curves and the plane; *g* again lets it go");
    }
}

/* Along a sweep, in the plane (whose rows name panels) and at its knob; else the chosen knob. */
static void turn_or_choose(struct app *app, const struct key_binding *binding)
{
    const struct view_sweep sweep = view_sweep(&app->frame.view);
    bool is_its_knob = binding->panels != 0 || sweep.knob == app->frame.view.knob;
    if (sweep.n > 0 && is_its_knob) {
        key_move_in(app, PANEL_PLANE, binding->argument, 0);
    } else {
        key_turn_chosen(app, binding);
    }
}

/* Joint training sees all data at once, naive training does nothing: what others lie between. */
struct landmarks {
    bool has_joint, has_naive;
};

static struct landmarks landmarks_of(const struct snapshot *snapshot)
{
    struct landmarks landmarks = {0};
    int joint = strategy_find("joint");
    for (int i = 0; i < snapshot->n_learners; i++) {
        const struct learner_state *learner = &snapshot->learners[i];
        landmarks.has_joint |= learner->strategies[joint].is_on;
        landmarks.has_naive |= view_is_bare(learner);
    }
    return landmarks;
}

static void add_landmarks(struct app *app, const struct key_binding *binding)
{
    (void)binding;
    struct landmarks landmarks = landmarks_of(app->frame.view.snapshot);
    if (!landmarks.has_joint) {
        app_send(app, "add joint: strategy=joint");
    }
    if (!landmarks.has_naive) {
        app_send(app, "add naive: strategy=none");
    }
    if (landmarks.has_joint && landmarks.has_naive) {
        app_say(app, false, "joint and naive training are there already");
    }
}

/* Or no room for what is missing. */
static bool has_landmarks(const struct view *view)
{
    struct landmarks landmarks = landmarks_of(view->snapshot);
    return (landmarks.has_joint && landmarks.has_naive) ||
           view->snapshot->n_learners == LEARNERS_MAX;
}

static bool has_no_sweep(const struct view *view)
{
    return view_sweep(view).n == 0;
}

static bool has_no_views(const struct view *view)
{
    return !samples_has_views(view);
}

static void silence(struct app *app, const struct key_binding *binding)
{
    (void)binding;
    struct panel_lines lines = network_silence_lines(&app->frame.view);
    actions_carry_out(app, &lines);
}

#define ON(panel) (1u << (panel))

enum { CURVES = ON(PANEL_ACCURACY) | ON(PANEL_LAYERS) | ON(PANEL_WHY) };
enum { CELLS = ON(PANEL_DRIFT) | ON(PANEL_MATRIX) | ON(PANEL_SAMPLES) };
enum { HEADS = ON(PANEL_ATTENTION) };
enum { WITH_LEARNERS = ON(PANEL_LEARNERS) | ON(PANEL_PLANE) };
enum { RUNS = ON(PANEL_SCOREBOARD), SORTED = ON(PANEL_LEARNERS) | RUNS };

const struct key_binding keys_panels[] = {
    {"left", move_moment, -1, NULL, CURVES, "← →", "cursor",
     "curves: cursor, by a column; with Shift by ten", KEY_PLAYS, NULL},
    {"right", move_moment, +1, NULL, CURVES, NULL, NULL, NULL, KEY_PLAYS, NULL},
    {"shift-left", move_moment, -10, NULL, CURVES, NULL, NULL, NULL, KEY_PLAYS, NULL},
    {"shift-right", move_moment, +10, NULL, CURVES, NULL, NULL, NULL, KEY_PLAYS, NULL},
    {",", move_moment, -PANEL_POINT, NULL, CURVES, ", .", NULL,
     "curves: cursor by one measured step", KEY_PLAYS, NULL},
    {".", move_moment, +PANEL_POINT, NULL, CURVES, NULL, NULL, NULL, KEY_PLAYS, NULL},
    {"home", move_moment, -PANEL_EDGE, NULL, CURVES, "Home End", NULL,
     "curves: cursor to the first, last step", KEY_PLAYS, NULL},
    {"end", move_moment, +PANEL_EDGE, NULL, CURVES, NULL, NULL, NULL, KEY_PLAYS, NULL},
    {"left", move_x, -1, NULL, CELLS, "← →", "cursor", "drift, matrix, samples: cursor", KEY_PLAYS,
     NULL},
    {"right", move_x, +1, NULL, CELLS, NULL, NULL, NULL, KEY_PLAYS, NULL},
    {"up", move_y, -1, NULL, CELLS, "↑ ↓", NULL, "drift, matrix, samples: cursor", KEY_PLAYS, NULL},
    {"down", move_y, +1, NULL, CELLS, NULL, NULL, NULL, KEY_PLAYS, NULL},
    {"left", move_x, -1, NULL, HEADS, "← →", "character", "attention: choose a character",
     KEY_PLAYS, NULL},
    {"right", move_x, +1, NULL, HEADS, NULL, NULL, NULL, KEY_PLAYS, NULL},
    {"up", move_y, -1, NULL, HEADS, "↑ ↓", "head", "attention: a head, or all together", KEY_PLAYS,
     NULL},
    {"down", move_y, +1, NULL, HEADS, NULL, NULL, NULL, KEY_PLAYS, NULL},
    {"left", move_x, -1, NULL, ON(PANEL_NETWORK), "← →", "what",
     "network: groups, change, pictures", KEY_PLAYS, NULL},
    {"right", move_x, +1, NULL, ON(PANEL_NETWORK), NULL, NULL, NULL, KEY_PLAYS, NULL},
    {"up", move_y, -1, NULL, ON(PANEL_NETWORK), "↑ ↓", "task",
     "network: whose units are told apart", KEY_PLAYS, NULL},
    {"down", move_y, +1, NULL, ON(PANEL_NETWORK), NULL, NULL, NULL, KEY_PLAYS, NULL},
    {"h", silence, 0, NULL, ON(PANEL_NETWORK), "h", "silence",
     "network: hush the first task's units, or none", 0, NULL},
    {"enter", put_back, 0, "enlarge", ON(PANEL_PUTBACK), "Enter", "put back",
     "put it back: the chosen layer, really", 0, NULL},
    {"up", move_y, -1, NULL, ON(PANEL_PUTBACK), "↑ ↓ ← →", "layer, task",
     "put it back: choose a layer, another task", KEY_PLAYS, NULL},
    {"down", move_y, +1, NULL, ON(PANEL_PUTBACK), NULL, NULL, NULL, KEY_PLAYS, NULL},
    {"left", move_x, -1, NULL, ON(PANEL_PUTBACK), NULL, NULL, NULL, KEY_PLAYS, NULL},
    {"right", move_x, +1, NULL, ON(PANEL_PUTBACK), NULL, NULL, NULL, KEY_PLAYS, NULL},
    {"p", plain, 0, "pictures", ON(PANEL_SAMPLES), "p", "plain, seen",
     "samples: unpermuted, or as the task sees them", KEY_PLAYS, has_no_views},
    {"up", move_y, -1, NULL, ON(PANEL_STRATEGIES), "↑ ↓", "select", "strategies: select one",
     KEY_PLAYS, NULL},
    {"down", move_y, +1, NULL, ON(PANEL_STRATEGIES), NULL, NULL, NULL, KEY_PLAYS, NULL},
    {"x", switch_selected, 0, NULL, ON(PANEL_STRATEGIES), "x", "on / off",
     "strategies: switch the selected one", 0, NULL},
    {"up", key_next_learner, -1, NULL, WITH_LEARNERS, "↑ ↓", "select",
     "learners, plane: select one", KEY_PLAYS, key_is_alone},
    {"down", key_next_learner, +1, NULL, WITH_LEARNERS, NULL, NULL, NULL, KEY_PLAYS, key_is_alone},
    {"up", move_y, -1, NULL, RUNS, "↑ ↓", "run", "scoreboard: choose a run", KEY_PLAYS, NULL},
    {"down", move_y, +1, NULL, RUNS, NULL, NULL, NULL, KEY_PLAYS, NULL},
    {"g", call_back, 0, NULL, RUNS, "g", "ghost", "scoreboard: call a run back, let it go",
     KEY_PLAYS, NULL},
    {"o", sort, +1, NULL, SORTED, "o O", "sort", "learners, scoreboard: sort by another column",
     KEY_PLAYS, NULL},
    {"O", sort, -1, NULL, SORTED, NULL, NULL, NULL, KEY_PLAYS, NULL},
    {"S", key_look, 0, "focus knobs", RUNS, NULL, NULL, NULL, KEY_PLAYS, NULL},
    {"e", key_type_about_learner, 1, "rename", ON(PANEL_LEARNERS), "e", "rename",
     "learners: rename the selected one", KEY_TYPES, NULL},
    {"d", key_type_about_learner, 0, "remove", ON(PANEL_LEARNERS), "d", "remove",
     "learners: remove the selected one", KEY_TYPES, key_is_alone},
    {"A", key_type, 0, "add ", WITH_LEARNERS, "A", NULL,
     "learners, plane: add one, there from the start", KEY_TYPES, NULL},
    {"J", add_landmarks, 0, NULL, ON(PANEL_PLANE), "J", "joint, naive",
     "plane: add joint and naive training", 0, has_landmarks},

    {"left", turn_or_choose, -1, NULL, ON(PANEL_PLANE), "← →", "value",
     "plane: along a sweep, from value to value", KEY_PLAYS, has_no_sweep},
    {"right", turn_or_choose, +1, NULL, ON(PANEL_PLANE), NULL, NULL, NULL, KEY_PLAYS, NULL},

    {"up", choose_knob, -1, NULL, 0, "↑ ↓", "knob", "knobs: choose one", 0, NULL},
    {"down", choose_knob, +1, NULL, 0, NULL, NULL, NULL, 0, NULL},
    {"left", turn_or_choose, -1, NULL, 0, "← →", "turn", "knobs: turn the chosen one", 0, NULL},
    {"right", turn_or_choose, +1, NULL, 0, NULL, NULL, NULL, 0, NULL},
    {NULL, NULL, 0, NULL, 0, NULL, NULL, NULL, 0, NULL},
};
