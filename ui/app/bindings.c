/* SPDX-License-Identifier: MIT
 * The table of keys, and what each of them does. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "strategies/table.h"
#include "tasks/suite.h"
#include "ui/app/actions.h"
#include "ui/app/look.h"
#include "ui/app/playback.h"
#include "ui/app/send.h"
#include "ui/panels/learners.h"
#include "ui/panels/microscope.h"
#include "ui/panels/panel.h"
#include "ui/panels/samples.h"

/* ---- lines ---- */

static void send(struct app *app, const struct key_binding *binding)
{
    app_send(app, "%s", binding->text);
}

static void look(struct app *app, const struct key_binding *binding)
{
    actions_look(app, "%s", binding->text);
}

/* The word behind the one that the command would be given now, the first behind the last. */
static void next_word(struct app *app, const struct key_binding *binding)
{
    struct look look = {&app->frame.view, app->theme, app->glyphs};
    char argument[LOOK_ARGUMENT_MAX];
    int command = look_find(binding->text, argument), i = 0;
    const struct look_state now = look_state(&look);
    const char *help, *word;
    while ((word = look_word(command, i, &help)) && strcmp(word, now.argument[command]) != 0) {
        i++;
    }
    const char *next = word ? look_word(command, i + 1, &help) : NULL;
    actions_look(app, "%s %s", binding->text, next ? next : look_word(command, 0, &help));
}

static void type_line(struct app *app, const struct key_binding *binding)
{
    palette_open(&app->frame.palette, binding->text);
    app->frame.view.overlay = OVERLAY_PALETTE;
}

/* A line about the selected learner; with an argument something is to follow. */
static void type_about_learner(struct app *app, const struct key_binding *binding)
{
    char text[LEARNER_NAME_MAX + 16];
    snprintf(text, sizeof text, "%s %s%s", binding->text, view_learner(&app->frame.view)->name,
             binding->argument ? " " : "");
    type_line(app, &(struct key_binding){.text = text});
}

static void type_note(struct app *app, const struct key_binding *binding)
{
    if (app->player) {
        app_send(app, "note here"); /* says what a recording cannot */
    } else {
        type_line(app, binding);
    }
}

static void type_question(struct app *app, const struct key_binding *binding)
{
    if (app->frame.view.facts->form == DATA_TEXT && !app->player) {
        type_line(app, binding);
    } else {
        app_say(app, true,
                app->player ? "this is a recording: nobody is there to answer"
                            : "only a network that learns texts can be asked: *oubli --data text*");
    }
}

/* What the key has changed may not be on the screen. */
static void say_hidden(struct app *app, enum panel_id id)
{
    const struct view *view = &app->frame.view;
    struct layout layout = actions_layout(app);
    char text[96];
    if (app->player) {
        return;
    }
    if (rect_is_empty(layout.panels[id])) {
        snprintf(text, sizeof text, "this is seen in *%s*, which is not on the screen: *Tab*",
                 panel_at(id)->name);
        app_say(app, false, text);
    } else if (id == PANEL_DRIFT && view->has_summary && !view->is_enlarged &&
               !view_has_learners(view)) {
        app_say(app, false, "this is seen in *drift*, behind what is left: *Esc*");
    }
}

/* ---- training ---- */

/* Nothing trains, nor could it go on: which keys lead out. */
static bool say_over(struct app *app)
{
    const struct view *view = &app->frame.view;
    enum lab_state state = view->snapshot->state;
    if (app->player || (state != LAB_ENDED && state != LAB_DIVERGED)) {
        return false;
    }
    app_say(app, false,
            state == LAB_DIVERGED       ? "It diverged: *b* goes back, at half the rate"
            : view->timeline->is_stream ? "The stream is over: *R* begins it anew"
                                        : "The sequence is over: *R* begins anew, *: task A* "
                                          "trains a task again");
    return true;
}

static void pause_or_resume(struct app *app, const struct key_binding *binding)
{
    (void)binding;
    const struct view *view = &app->frame.view;
    if (!say_over(app)) {
        bool is_going = app->player ? !view->tape.is_paused : view->snapshot->state == LAB_TRAINING;
        app_send(app, is_going ? "pause" : "resume");
    }
}

static void next_task(struct app *app, const struct key_binding *binding)
{
    (void)binding;
    if (!say_over(app)) {
        app_send(app, "next");
    }
}

static void switch_strategy(struct app *app, const struct key_binding *binding)
{
    actions_switch_strategy(app,
                            binding->argument < 0 ? app->frame.view.strategy : binding->argument);
}

static void change_speed(struct app *app, const struct key_binding *binding)
{
    double speed = app->frame.view.snapshot->speed;
    if (binding->argument == 0) {
        app->speed_before_max = speed > 0 ? speed : app->speed_before_max;
        app_send(app, "speed max");
    } else if (speed > 0) {
        double times = binding->argument > 0 ? 2 : 0.5;
        app_send(app, "speed %.6g", fmin(fmax(speed * times, app->facts.pace / 64), 1e6));
    } else if (binding->argument < 0) {
        app_send(app, "speed %.6g", app->speed_before_max);
    }
}

static void plug(struct app *app, const struct key_binding *binding)
{
    (void)binding;
    struct view now = app->frame.view;
    now.has_cursor = false;
    app_send(app, view_is_unplugged(&now) ? "plug" : "unplug");
}

static void take_cursor_away(struct app *app)
{
    actions_look(app, "cursor off");
    actions_look(app, "weight off");
    actions_look(app, "cell off");
    actions_look(app, "sample off");
    actions_look(app, "character off");
}

/* Back to the start of the task; after a divergence with half the learning rate. */
static void rewind_task(struct app *app, const struct key_binding *binding)
{
    (void)binding;
    const struct view *view = &app->frame.view;
    if (view->has_cursor) {
        app_send(app, "rewind %.0f", view->cursor);
        take_cursor_away(app);
        return;
    }
    if (view_learner(view)->has_diverged) {
        double lr = view_learner(view)->params.value[PARAM_LR];
        app_send(app, "learner %s", view_learner(view)->name);
        app_send_set(app, PARAM_LR, fmax(lr / 2, param_at(PARAM_LR)->min));
    } else if (view->snapshot->state == LAB_ENDED) {
        app_say(
            app, false,
            "this is the end: *R* begins anew; with the cursor on the curves *b* goes back there");
        return;
    }
    app_send(app, "rewind");
}

static void record(struct app *app, const struct key_binding *binding)
{
    (void)binding;
    app->record_path[0] = '\0';
    app->wants_recording = true;
}

static void seek_mark(struct app *app, const struct key_binding *binding)
{
    playback_seek_mark(app, binding->argument);
}

/* ---- knobs ---- */

static void turn_chosen(struct app *app, const struct key_binding *binding)
{
    actions_turn(app, app->frame.view.knob, binding->argument);
}

static void turn_rate(struct app *app, const struct key_binding *binding)
{
    actions_turn(app, PARAM_LR, binding->argument);
}

static void knob_back(struct app *app, const struct key_binding *binding)
{
    (void)binding;
    enum param_id id = app->frame.view.knob;
    actions_put_knob(app, id, actions_start(app)->value[id], "where it began");
}

/* ---- panels ---- */

/* What arrow keys mean to a panel; false if nothing. */
static bool move_in(struct app *app, enum panel_id id, int dx, int dy)
{
    struct grid none = {0};
    struct pen pen = actions_panel_pen(app, &none, id);
    struct panel_lines lines = panel_at(id)->move(&pen, &app->frame.view, dx, dy);
    actions_carry_out(app, &lines);
    return lines.text[0] != '\0';
}

static void move_x(struct app *app, const struct key_binding *binding)
{
    move_in(app, app->frame.view.focus, binding->argument, 0);
}

static void move_y(struct app *app, const struct key_binding *binding)
{
    move_in(app, app->frame.view.focus, 0, binding->argument);
}

static void choose_knob(struct app *app, const struct key_binding *binding)
{
    move_in(app, PANEL_KNOBS, 0, binding->argument);
}

/* Into what is under the cursor; where there is nothing the panel is enlarged. */
static void enter(struct app *app, const struct key_binding *binding)
{
    const struct view *view = &app->frame.view;
    const struct panel *panel = panel_at(view->focus);
    struct panel_lines lines = panel->enter ? panel->enter(view) : (struct panel_lines){0};
    if (lines.text[0] == '\0') {
        next_word(app, binding);
    }
    actions_carry_out(app, &lines);
}

/* The heatmap shows where the weight lies. */
static void find_weight(struct app *app)
{
    const struct view *view = &app->frame.view;
    struct sighting seen = microscope_sighting(view);
    int cell[2];
    if (!seen.of || !seen.is_asked || app->player) {
        return;
    }
    if (seen.weight->part != view->map.part) {
        actions_map(app, seen.weight->part, view->map.what, view->map.since);
    }
    microscope_cell(view, seen.weight, cell);
    actions_look(app, "weight %d %d", cell[0] + 1, cell[1] + 1);
}

static void jump(struct app *app, const struct key_binding *binding)
{
    struct panel_lines lines = microscope_jump(&app->frame.view, binding->argument > 0);
    if (lines.text[0] == '\0') {
        app_say(app, false, "nothing has moved yet: no weight shows it better than others");
    }
    actions_carry_out(app, &lines);
    find_weight(app);
}

static void move_weight(struct app *app, const struct key_binding *binding)
{
    bool is_x = binding->text != NULL;
    if (!move_in(app, PANEL_MICROSCOPE, is_x ? binding->argument : 0,
                 is_x ? 0 : binding->argument)) {
        app_say(app, false,
                "a recording keeps the weight that was looked at and those that *j* *k* lead to");
    }
    find_weight(app);
}

static void next_panel(struct app *app, const struct key_binding *binding)
{
    actions_look(app, "focus %s", panel_at(panel_next(&app->frame.view, binding->argument))->name);
}

static void zoom(struct app *app, const struct key_binding *binding)
{
    next_word(app, binding);
    say_hidden(app, PANEL_ACCURACY);
}

static void plain(struct app *app, const struct key_binding *binding)
{
    if (samples_has_views(&app->frame.view)) {
        next_word(app, binding);
    } else {
        app_say(app, false, "these samples are shown as the data has them; there is no other view");
    }
}

/* This task's start, the session's start, then the end of each task that has begun. */
static int next_since(const struct view *view)
{
    int since = view->map.since;
    if (since == MAP_SINCE_TASK) {
        return MAP_SINCE_START;
    }
    since = since == MAP_SINCE_START ? 0 : since + 1;
    bool has_ended = since < view->timeline->n_tasks && timeline_rows(view->timeline) > 0 &&
                     timeline_has_begun(view->timeline, since) && since != view->snapshot->task;
    return has_ended ? since : MAP_SINCE_TASK;
}

static void map_layer(struct app *app, const struct key_binding *binding)
{
    const struct map_request map = app->frame.view.map;
    int n = view_learner(&app->frame.view)->n_parts;
    actions_map(app, (map.part + n + binding->argument) % n, map.what, map.since);
    say_hidden(app, PANEL_DRIFT);
}

static void map_what(struct app *app, const struct key_binding *binding)
{
    (void)binding;
    const struct map_request map = app->frame.view.map;
    actions_map(app, map.part, (enum map_what)((map.what + 1) % MAP_WHAT_COUNT), map.since);
    say_hidden(app, PANEL_DRIFT);
}

static void map_since(struct app *app, const struct key_binding *binding)
{
    (void)binding;
    actions_map(app, app->frame.view.map.part, MAP_WHAT_DRIFT, next_since(&app->frame.view));
    say_hidden(app, PANEL_DRIFT);
}

/* ---- learners ---- */

/* Who the selected one was at that step: itself, or whom it has been forked from since. */
static const struct learner_state *ancestor_at(const struct view *view, double step)
{
    const struct snapshot *snapshot = view->snapshot;
    const struct learner_state *learner = view_learner(view);
    for (int i = 0; i < snapshot->n_learners && (double)learner->born > step; i++) {
        if (snapshot->learners[i].id == learner->parent) {
            learner = &snapshot->learners[i];
            i = -1; /* it may have been forked itself */
        }
    }
    return learner;
}

/* What if?  From the cursor on, if there is one. */
static void fork_learner(struct app *app, const struct key_binding *binding)
{
    (void)binding;
    const struct view *view = &app->frame.view;
    if (view->has_cursor && view->cursor < (double)view->snapshot->step) {
        const struct learner_state *then = ancestor_at(view, view->cursor);
        if (then != view_learner(view)) { /* which will not be there any more */
            app_send(app, "learner %s", then->name);
        }
        app_send(app, "rewind %.0f", view->cursor);
        take_cursor_away(app);
    } else if (view->snapshot->state == LAB_ENDED) {
        app_say(app, false,
                "this is the end, a copy could not differ: put the cursor on the curves, then *f*");
        return;
    }
    app_send(app, "fork");
}

/* Up and down the table. */
static void next_learner(struct app *app, const struct key_binding *binding)
{
    if (!move_in(app, PANEL_LEARNERS, 0, binding->argument)) {
        app_say(app, false,
                view_can_fork(&app->frame.view)
                    ? "there is one learner: *f* forks it, *: add NAME* adds another"
                    : "there is one learner: *: add NAME* adds another");
    }
}

/* Switches and knobs reach all, or the selected one again. */
static void reach_all(struct app *app, const struct key_binding *binding)
{
    (void)binding;
    const struct view *view = &app->frame.view;
    bool is_to_all = view->snapshot->is_to_all;
    if (!view_has_learners(view)) {
        app_say(app, false,
                view_can_fork(view) ? "there is one learner: *f* forks it"
                                    : "there is one learner: *: add NAME* adds another");
        return;
    }
    app_send(app, "learner %s", is_to_all ? view_learner(view)->name : "all");
    app_say(app, false,
            is_to_all ? "switches and knobs reach the selected learner again"
                      : "switches and knobs reach *all learners* now; *a* or a selection ends it");
}

static void compare_task(struct app *app, int task)
{
    char letter[4];
    actions_look(app, "compare %s", task_letter(task, letter));
}

/* The curves: its tasks, the average of each, one task of each. */
static void compare(struct app *app, const struct key_binding *binding)
{
    (void)binding;
    const struct view *view = &app->frame.view;
    if (view->compare == COMPARE_AVERAGE) {
        compare_task(app, view->compare_task);
    } else {
        actions_look(app, view->compare == COMPARE_NOT ? "compare average" : "compare tasks");
    }
    say_hidden(app, PANEL_ACCURACY);
}

static void compare_next_task(struct app *app, const struct key_binding *binding)
{
    (void)binding;
    const struct view *view = &app->frame.view;
    bool was_there = view->compare == COMPARE_TASK;
    int next = was_there ? (view->compare_task + 1) % view_n_tasks(view) : 0;
    compare_task(app, timeline_has_begun(view->timeline, next) ? next : 0);
    say_hidden(app, PANEL_ACCURACY);
}

/* By the next column, or the same the other way round. */
static void sort(struct app *app, const struct key_binding *binding)
{
    const struct view *view = &app->frame.view;
    bool is_next = binding->argument > 0;
    int column = is_next ? ((int)view->sort + 1) % COLUMN_COUNT : (int)view->sort;
    actions_look(app, "sort %s%s", learners_column_words[column],
                 !is_next && !view->is_sorted_back ? " back" : "");
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

/* ---- the screen ---- */

static void next_theme(struct app *app, const struct key_binding *binding)
{
    next_word(app, binding);
    app_say(app, false, app->theme->help);
}

static void next_glyphs(struct app *app, const struct key_binding *binding)
{
    next_word(app, binding);
    app_say(app, false, app->glyphs->name);
}

static void toggle_mouse(struct app *app, const struct key_binding *binding)
{
    (void)binding;
    actions_set_mouse(app, !app->has_mouse);
}

static void redraw(struct app *app, const struct key_binding *binding)
{
    (void)binding;
    app->wants_redraw = true;
}

/* True if somebody talks with it. */
static bool is_asked(const struct view *view)
{
    const struct exhibits *exhibits = &view->snapshot->exhibits;
    const struct writing *writing = &exhibits->writing;
    return view_is_live(view) && exhibits->has[EXHIBIT_WRITING] && writing->n > 0 &&
           writing->rows[writing->n - 1].task == WRITING_ASKED;
}

static void go_back(struct app *app, const struct key_binding *binding)
{
    (void)binding;
    const struct view *view = &app->frame.view;
    if (view->has_cursor || view->has_map_cursor || view->has_matrix_cursor || view->has_sample ||
        view->attending_place > 0) {
        take_cursor_away(app);
    } else if (view->focus == PANEL_MICROSCOPE && view->has_weight) {
        actions_look(app, "microscope off");
    } else if (is_asked(view) && (!view->is_enlarged || view->focus == PANEL_WRITING)) {
        app_send(app, "ask");
    } else {
        actions_look(app, view->is_enlarged ? "enlarge off" : "summary off");
    }
    app->frame.message[0] = '\0';
}

static void quit(struct app *app, const struct key_binding *binding)
{
    (void)binding;
    actions_quit(app);
}

/* ---- when they have nothing to do ---- */

static bool is_over(const struct view *view)
{
    enum lab_state state = view->snapshot->state;
    return !view->tape.is_played && (state == LAB_ENDED || state == LAB_DIVERGED);
}

static bool is_at_end(const struct view *view)
{
    return !view->tape.is_played && view->snapshot->state == LAB_ENDED && !view->has_cursor;
}

static bool is_alone(const struct view *view)
{
    return !view_has_learners(view);
}

static bool has_no_fork(const struct view *view)
{
    return !view_can_fork(view);
}

/* Or no room for what is missing. */
static bool has_landmarks(const struct view *view)
{
    struct landmarks landmarks = landmarks_of(view->snapshot);
    return (landmarks.has_joint && landmarks.has_naive) ||
           view->snapshot->n_learners == LEARNERS_MAX;
}

static bool has_no_views(const struct view *view)
{
    return !samples_has_views(view);
}

static bool has_no_texts(const struct view *view)
{
    return view->facts->form != DATA_TEXT;
}

static bool has_no_map_cursor(const struct view *view)
{
    return !view->has_map_cursor;
}

/* ---- the table ---- */

#define ON(panel) (1u << (panel))

enum { CURVES = ON(PANEL_ACCURACY) | ON(PANEL_LAYERS) };
enum { CELLS = ON(PANEL_DRIFT) | ON(PANEL_MATRIX) | ON(PANEL_SAMPLES), CURSORS = CURVES | CELLS };
enum { HEADS = ON(PANEL_ATTENTION) };
enum { WITH_LEARNERS = ON(PANEL_LEARNERS) | ON(PANEL_PLANE) };

static const struct key_binding bindings[] = {
    {"space", pause_or_resume, 0, NULL, 0, "space", "pause", "pause, and go on",
     KEY_PLAYS | KEY_PAUSES, is_over},
    {"n", next_task, 0, NULL, 0, "n", "next", "on to the next task, now", KEY_PLAYS, is_over},
    {"1", switch_strategy, 0, NULL, 0, "1-8", "strategy", "switch that strategy on or off", 0,
     NULL},
    {"2", switch_strategy, 1, NULL, 0, NULL, NULL, NULL, 0, NULL},
    {"3", switch_strategy, 2, NULL, 0, NULL, NULL, NULL, 0, NULL},
    {"4", switch_strategy, 3, NULL, 0, NULL, NULL, NULL, 0, NULL},
    {"5", switch_strategy, 4, NULL, 0, NULL, NULL, NULL, 0, NULL},
    {"6", switch_strategy, 5, NULL, 0, NULL, NULL, NULL, 0, NULL},
    {"7", switch_strategy, 6, NULL, 0, NULL, NULL, NULL, 0, NULL},
    {"8", switch_strategy, 7, NULL, 0, NULL, NULL, NULL, 0, NULL},

    {"left", move_x, -1, NULL, CURSORS, "← →", "cursor", "curves, drift, matrix, samples: cursor",
     KEY_PLAYS, NULL},
    {"right", move_x, +1, NULL, CURSORS, NULL, NULL, NULL, KEY_PLAYS, NULL},
    {"shift-left", move_x, -10, NULL, CURVES, NULL, NULL, NULL, KEY_PLAYS, NULL},
    {"shift-right", move_x, +10, NULL, CURVES, NULL, NULL, NULL, KEY_PLAYS, NULL},
    {"home", move_x, -PANEL_EDGE, NULL, CURVES, "Home End", NULL,
     "curves: cursor to the first, last step", KEY_PLAYS, NULL},
    {"end", move_x, +PANEL_EDGE, NULL, CURVES, NULL, NULL, NULL, KEY_PLAYS, NULL},
    {"up", move_y, -1, NULL, CELLS, "↑ ↓", NULL, "drift, matrix, samples: cursor", KEY_PLAYS, NULL},
    {"down", move_y, +1, NULL, CELLS, NULL, NULL, NULL, KEY_PLAYS, NULL},
    {"left", move_x, -1, NULL, HEADS, "← →", "character", "attention: choose a character",
     KEY_PLAYS, NULL},
    {"right", move_x, +1, NULL, HEADS, NULL, NULL, NULL, KEY_PLAYS, NULL},
    {"up", move_y, -1, NULL, HEADS, "↑ ↓", "head", "attention: a head, or all together", KEY_PLAYS,
     NULL},
    {"down", move_y, +1, NULL, HEADS, NULL, NULL, NULL, KEY_PLAYS, NULL},
    {"j", jump, 1, NULL, ON(PANEL_MICROSCOPE), "j k", "held, free",
     "weight: held, stretched, free; k: the next of them", KEY_PLAYS, NULL},
    {"k", jump, 0, NULL, ON(PANEL_MICROSCOPE), NULL, NULL, NULL, KEY_PLAYS, NULL},
    {"left", move_weight, -1, "x", ON(PANEL_MICROSCOPE), "← →", "unit",
     "weight: the next one, by its unit", KEY_PLAYS, NULL},
    {"right", move_weight, +1, "x", ON(PANEL_MICROSCOPE), NULL, NULL, NULL, KEY_PLAYS, NULL},
    {"up", move_weight, -1, NULL, ON(PANEL_MICROSCOPE), "↑ ↓", "input",
     "weight: the next one, by its input", KEY_PLAYS, NULL},
    {"down", move_weight, +1, NULL, ON(PANEL_MICROSCOPE), NULL, NULL, NULL, KEY_PLAYS, NULL},
    {"enter", enter, 0, "enlarge", ON(PANEL_DRIFT), "Enter", "weight",
     "drift: the weight under the cursor", KEY_PLAYS, has_no_map_cursor},
    {"p", plain, 0, "pictures", ON(PANEL_SAMPLES), "p", "plain, seen",
     "samples: unpermuted, or as the task sees them", KEY_PLAYS, has_no_views},
    {"up", move_y, -1, NULL, ON(PANEL_STRATEGIES), "↑ ↓", "select", "strategies: select one",
     KEY_PLAYS, NULL},
    {"down", move_y, +1, NULL, ON(PANEL_STRATEGIES), NULL, NULL, NULL, KEY_PLAYS, NULL},
    {"x", switch_strategy, -1, NULL, ON(PANEL_STRATEGIES), "x", "on / off",
     "strategies: switch the selected one", 0, NULL},
    {"up", next_learner, -1, NULL, WITH_LEARNERS, "↑ ↓", "select", "learners, plane: select one",
     KEY_PLAYS, is_alone},
    {"down", next_learner, +1, NULL, WITH_LEARNERS, NULL, NULL, NULL, KEY_PLAYS, is_alone},
    {"o", sort, +1, NULL, ON(PANEL_LEARNERS), "o O", "sort",
     "learners: sort by the next column, the other way", KEY_PLAYS, NULL},
    {"O", sort, -1, NULL, ON(PANEL_LEARNERS), NULL, NULL, NULL, KEY_PLAYS, NULL},
    {"e", type_about_learner, 1, "rename", ON(PANEL_LEARNERS), "e", "rename",
     "learners: rename the selected one", KEY_TYPES, NULL},
    {"d", type_about_learner, 0, "remove", ON(PANEL_LEARNERS), "d", "remove",
     "learners: remove the selected one", KEY_TYPES, is_alone},
    {"A", type_line, 0, "add ", WITH_LEARNERS, "A", NULL,
     "learners, plane: add one, there from the start", KEY_TYPES, NULL},
    {"J", add_landmarks, 0, NULL, ON(PANEL_PLANE), "J", "joint, naive",
     "plane: add joint and naive training", 0, has_landmarks},

    {"up", choose_knob, -1, NULL, 0, "↑ ↓", "knob", "knobs: choose one", 0, NULL},
    {"down", choose_knob, +1, NULL, 0, NULL, NULL, NULL, 0, NULL},
    {"left", turn_chosen, -1, NULL, 0, "← →", "turn", "knobs: turn the chosen one", 0, NULL},
    {"right", turn_chosen, +1, NULL, 0, NULL, NULL, NULL, 0, NULL},

    {"tab", next_panel, +1, NULL, 0, "Tab", "panel", "keys to the next panel; Shift-Tab: back",
     KEY_PLAYS, NULL},
    {"shift-tab", next_panel, -1, NULL, 0, NULL, NULL, NULL, KEY_PLAYS, NULL},
    {"enter", next_word, 0, "enlarge", 0, "Enter", NULL, "the panel fills the screen, and back",
     KEY_PLAYS, NULL},
    {"i", look, 0, "explain", 0, "i", "about", "explain this panel, equation and paper", KEY_PLAYS,
     NULL},
    {"R", send, 0, "restart", 0, "R", "again", "begin anew; a session: as it is set now", KEY_PLAYS,
     NULL},
    {"r", record, 0, NULL, 0, "r", "record", "record the session into a file, and stop", 0, NULL},
    {":", type_line, 0, "", 0, ":", "command", "type a command: Tab completes, ↑ ↓ history",
     KEY_PLAYS | KEY_TYPES, NULL},

    {"f", fork_learner, 0, NULL, 0, "f", "fork", "a copy from here, or the cursor: what if?", 0,
     has_no_fork},
    {"b", rewind_task, 0, NULL, 0, "b", "back", "back to this task's start, or the cursor",
     KEY_PLAYS, is_at_end},
    {"> .", next_learner, +1, NULL, 0, "< >", "learner", "select another learner", KEY_PLAYS,
     is_alone},
    {"< ,", next_learner, -1, NULL, 0, NULL, NULL, NULL, KEY_PLAYS, is_alone},
    {"]", change_speed, +1, NULL, 0, "[ ]", "speed", "slower, faster", KEY_PLAYS, is_over},
    {"[", change_speed, -1, NULL, 0, NULL, NULL, NULL, KEY_PLAYS, NULL},
    {"+ =", turn_rate, +1, NULL, 0, "+ -", "rate", "learning rate up or down", 0, NULL},
    {"-", turn_rate, -1, NULL, 0, NULL, NULL, NULL, 0, NULL},
    {")", seek_mark, +1, NULL, 0, "( )", "mark", "a recording: to the last, next mark", KEY_PLAYED,
     NULL},
    {"(", seek_mark, -1, NULL, 0, NULL, NULL, NULL, KEY_PLAYED, NULL},

    {"z", zoom, 0, "zoom", 0, "z", NULL, "curves: all tasks, the last two, this one", KEY_PLAYS,
     NULL},
    {"v", compare, 0, NULL, 0, "v", NULL, "curves: its tasks, or every learner", KEY_PLAYS, NULL},
    {"V", compare_next_task, 0, NULL, 0, "V", NULL, "curves: every learner, on the next task",
     KEY_PLAYS, NULL},
    {"a", reach_all, 0, NULL, 0, "a", NULL, "keys reach all learners, or the selected one", 0,
     NULL},
    {"l", map_layer, +1, NULL, 0, "l L", NULL, "drift: next layer, the one before", 0, NULL},
    {"L", map_layer, -1, NULL, 0, NULL, NULL, NULL, 0, NULL},
    {"w", map_what, 0, NULL, 0, "w", NULL, "drift: weights, gradient, Fisher, update ...", 0, NULL},
    {"s", map_since, 0, NULL, 0, "s", NULL, "drift: since a task began, the start, an end", 0,
     NULL},

    {"page-down", turn_chosen, -5, NULL, 0, "PgUp PgDn", NULL, "knobs: turn it faster", 0, NULL},
    {"page-up", turn_chosen, +5, NULL, 0, NULL, NULL, NULL, 0, NULL},
    {"0", knob_back, 0, NULL, 0, "0", NULL, "the chosen knob back to where it began", 0, NULL},
    {"}", change_speed, 0, NULL, 0, "}", NULL, "as fast as it can; [ comes back", KEY_PLAYS, NULL},
    {"c", send, 0, "consolidate", 0, "c", NULL, "consolidate: the end-of-task work now", 0, NULL},
    {"u", plug, 0, NULL, 0, "u", NULL, "unplug LoRA's adapter, and plug it in again", 0, NULL},
    {"m", type_note, 0, "note ", 0, "m", NULL, "put a note at this step", KEY_TYPES, NULL},
    {"t", type_question, 0, "ask ", 0, "t", NULL, "texts: say something, see what it answers",
     KEY_TYPES | KEY_DATA, has_no_texts},

    {"T", next_theme, 0, "theme", 0, "T", NULL, "next theme: dark, light, colour-blind-safe",
     KEY_PLAYS | KEY_SCREEN, NULL},
    {"G", next_glyphs, 0, "glyphs", 0, "G", NULL, "next glyphs: braille, block, ASCII",
     KEY_PLAYS | KEY_SCREEN, NULL},
    {"M", toggle_mouse, 0, NULL, 0, "M", NULL, "mouse on, off (on: Shift selects text)",
     KEY_PLAYS | KEY_SCREEN, NULL},
    {"ctrl-l", redraw, 0, NULL, 0, "Ctrl-L", NULL, "draw everything again", KEY_PLAYS | KEY_SCREEN,
     NULL},
    {"esc", go_back, 0, NULL, 0, "Esc", NULL, "close what is open, take the cursor away",
     KEY_PLAYS | KEY_SCREEN, NULL},
    {"? f1 h", look, 0, "help", 0, "?", "help", "this help", KEY_PLAYS | KEY_SCREEN | KEY_LAST,
     NULL},
    {"q", quit, 0, NULL, 0, "q", "quit", "leave; asks if a long session is lost by it",
     KEY_PLAYS | KEY_LAST | KEY_LEAVES, NULL},
    {NULL, NULL, 0, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

const struct key_binding *key_bindings(void)
{
    return bindings;
}
