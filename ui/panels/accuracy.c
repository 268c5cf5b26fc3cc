/* SPDX-License-Identifier: MIT
 * Accuracy on every task's test set while the network learns one after the other. */
#include "ui/panels/accuracy.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/range.h"
#include "strategies/table.h"
#include "tasks/suite.h"
#include "ui/panels/board.h"
#include "ui/panels/cursor.h"
#include "ui/panels/panel.h"

enum { CURVES_MAX = 64, MARKS_MAX = 64, SPANS_MAX = 64, LABEL_MAX = 32, NOTE_W = 3 /* "▼99" */ };
enum { CLOSE = 8 }; /* a stage has so many places for marks of one kind */

/* Everything the plot borrows, filled anew for each picture. */
struct curves {
    struct plot_series series[CURVES_MAX];
    char labels[CURVES_MAX][LABEL_MAX];
    char notes[CURVES_MAX][16];
    struct plot_marker markers[MARKS_MAX];
    char marker_labels[MARKS_MAX][LABEL_MAX];
    struct plot_span spans[SPANS_MAX];
    char span_labels[SPANS_MAX][4];
    struct line_plot plot;
};

/* Back to where a copy was made: that is why. */
static bool is_for_fork(const struct timeline *timeline, int i)
{
    const struct mark *mark = &timeline->marks[i], *next = mark + 1;
    struct command command;
    return i + 1 < timeline->n_marks && next->kind == ENTRY_COMMAND && next->step == mark->step &&
           command_parse(next->text, &command, NULL) &&
           (command.kind == COMMAND_FORK || command.kind == COMMAND_SWEEP);
}

void accuracy_mark_label(const struct timeline *timeline, int i, char *label, size_t size)
{
    const struct mark *mark = &timeline->marks[i];
    struct command command;
    label[0] = '\0';
    if (mark->kind == ENTRY_DIVERGED) {
        snprintf(label, size, "diverged");
    } else if (mark->kind == ENTRY_REWIND && mark->step > 0) {
        snprintf(label, size, is_for_fork(timeline, i) ? "fork" : "back");
    }
    if (mark->kind != ENTRY_COMMAND || !command_parse(mark->text, &command, NULL)) {
        return;
    }
    switch (command.kind) {
    case COMMAND_STRATEGY:
        snprintf(label, size, "%s %s", strategy_at(command.index)->title,
                 command.on ? "on" : "off");
        break;
    case COMMAND_SET:
        snprintf(label, size, "%s %s", param_at((enum param_id)command.index)->name, command.text);
        break;
    case COMMAND_SWEEP:
        snprintf(label, size, "sweep %s",
                 command.on ? param_at((enum param_id)command.index)->name : "off");
        break;
    case COMMAND_NOTE:
        snprintf(label, size, "%s", command.text);
        break;
    case COMMAND_CONSOLIDATE:
    case COMMAND_PUTBACK:
    case COMMAND_PLUG:
    case COMMAND_UNPLUG:
    case COMMAND_SILENCE:
        snprintf(label, size, "%s", mark->text);
        break;
    default:
        break;
    }
}

/* The same knob, switch or work, whichever way. */
static bool is_of_one_kind(const struct mark *a, const struct mark *b)
{
    struct command this, next;
    return a->kind == ENTRY_COMMAND && b->kind == ENTRY_COMMAND && a->learner == b->learner &&
           command_parse(a->text, &this, NULL) && command_parse(b->text, &next, NULL) &&
           this.kind == next.kind && this.index == next.index &&
           (this.kind == COMMAND_SET || this.kind == COMMAND_STRATEGY ||
            this.kind == COMMAND_CONSOLIDATE);
}

bool accuracy_mark_goes_on(const struct view *view, int i)
{
    const struct timeline *timeline = view->timeline;
    const struct mark *marks = timeline->marks;
    return i + 1 < timeline->n_marks && is_of_one_kind(&marks[i], &marks[i + 1]) &&
           (marks[i + 1].step - marks[i].step) * CLOSE < view->snapshot->stage_steps;
}

/* The part of a curve from a step on, with the point before it, so that it hangs together. */
static struct plot_series part_of(const struct series *from, double begin)
{
    int first = series_count(from, begin);
    first -= first > 0;
    return (struct plot_series){
        .x = from->step + first, .y = from->value + first, .n = from->n - first};
}

/* What would have been, had nobody gone back: as faint as a memory. */
static void add_ghost(struct curves *curves, const struct series *from, const char *label)
{
    if (curves->plot.n_series < CURVES_MAX && from->n > 0) {
        struct plot_series *series = &curves->series[curves->plot.n_series++];
        *series = (struct plot_series){.x = from->step,
                                       .y = from->value,
                                       .n = from->n,
                                       .role = ROLE_GHOST,
                                       .line = LINE_DOTTED,
                                       .label = label,
                                       .value = series_last(from)};
    }
}

/* The letter, the value and what is lost, at the curve's right end. */
static void add_series(struct curves *curves, const struct view *view, int task)
{
    const struct series *from = track_curve(view_track(view), PROBE_ACCURACY, task);
    if (curves->plot.n_series == CURVES_MAX || from->n == 0) {
        return;
    }
    int i = curves->plot.n_series++;
    double now = view_accuracy(view, task);
    int lost = view_lost(view, task);
    bool is_present = task == view->snapshot->task, is_over = view->snapshot->state == LAB_ENDED;
    task_letter(task, curves->labels[i]);
    curves->notes[i][0] = '\0';
    if (lost > 0) {
        snprintf(curves->notes[i], sizeof curves->notes[i], "▼%d", lost);
    } else if (is_present && !is_over) {
        snprintf(curves->notes[i], sizeof curves->notes[i], "▲");
    }
    bool is_short = curves->labels[i][1] == '\0'; /* one letter can stand on a curve */
    curves->series[i] = (struct plot_series){
        .x = from->step,
        .y = from->value,
        .n = from->n,
        .role = style_task(task),
        .sign = is_short ? (uint32_t)curves->labels[i][0] : 0,
        .label = isnan(now) ? NULL : curves->labels[i], /* not yet learned at the cursor */
        .note = curves->notes[i],
        .note_role = lost > 0 ? ROLE_BAD : ROLE_GOOD,
        .value = now,
        .weight = is_present ? 1000000 : 1000 - i,
        .has_focus = is_present};
}

/* ---- learners compared ---- */

static const struct series *compared(const struct view *view, const struct track *track)
{
    return view->compare == COMPARE_TASK ? track_curve(track, PROBE_ACCURACY, view->compare_task)
                                         : &track->average;
}

/* One curve per learner; a fork's begins where it branched off. */
static void add_learner(struct curves *curves, const struct view *view, const struct pen *pen,
                        int learner)
{
    const struct learner_state *state = &view->snapshot->learners[learner];
    const struct track *track = view_track_at(view, learner);
    const struct series *from = compared(view, track);
    if (curves->plot.n_series == CURVES_MAX || from->n == 0) {
        return;
    }
    int i = curves->plot.n_series++;
    bool is_selected = learner == view->snapshot->selected;
    double now = view->has_cursor ? series_at(from, view->cursor) : series_last(from);
    snprintf(curves->labels[i], LABEL_MAX, "%d %.10s", state->slot + 1, state->name);
    struct plot_series *series = &curves->series[i];
    *series = part_of(from, state->parent >= 0 ? (double)state->born : 0);
    series->sign = pen->glyphs->at[view_learner_mark(state)];
    series->has_sign_before = true;
    series->role = view_learner_role(state);
    if (view->compare == COMPARE_AVERAGE && !view->timeline->is_stream) {
        series->rest = (double)view->snapshot->stage_steps / 8; /* a new task counts, untrained */
    }
    series->line = view_learner_line(state);
    series->label = isnan(now) ? NULL : curves->labels[i];
    series->value = now;
    series->weight = is_selected ? 1000000 : 1000 - i;
    series->has_focus = is_selected;
    if (view_has_diverged(view, learner)) {
        snprintf(curves->notes[i], sizeof curves->notes[i], "diverged");
        series->note = curves->notes[i];
        series->note_role = ROLE_BAD;
    }
}

/* A learner that had not been born when the session went back. */
static void add_abandoned(struct curves *curves, const struct view *view, const struct track *track)
{
    const struct ghost *ghost = &track->ghost;
    const struct series *from = !ghost->accuracy ? &ghost->average
                                : view->compare == COMPARE_TASK
                                    ? &ghost->accuracy[view->compare_task]
                                    : &ghost->average;
    if (!track->is_abandoned || from->n == 0 || curves->plot.n_series == CURVES_MAX) {
        return;
    }
    int i = curves->plot.n_series++;
    snprintf(curves->labels[i], LABEL_MAX, "(%.10s)", track->name);
    curves->series[i] = part_of(from, (double)track->born);
    curves->series[i].role = ROLE_GHOST;
    curves->series[i].line = LINE_DOTTED;
    curves->series[i].label = curves->labels[i];
    curves->series[i].value = series_last(from);
}

/* A run that was called back, in its own colours; of several tasks the newer one's alone. */
static void add_called(struct curves *curves, const struct view *view)
{
    for (int g = 1; g >= 0; g--) {
        const struct run_score *score = view_called(view, g);
        if (!score || curves->plot.n_series == CURVES_MAX) {
            continue;
        }
        int i = curves->plot.n_series;
        const struct board_row row = board_row_of(score);
        const struct series *from =
            view->compare == COMPARE_TASK ? &score->accuracy[view->compare_task] : &score->average;
        snprintf(curves->labels[i], LABEL_MAX, "%d %.10s", score->number, score->name);
        add_ghost(curves, from, curves->labels[i]);
        curves->series[i].role = board_role(&row);
    }
}

static void add_called_tasks(struct curves *curves, const struct run_score *score, int n_tasks)
{
    for (int t = 0; t < n_tasks && t < score->n_tasks; t++) {
        int i = curves->plot.n_series;
        add_ghost(curves, &score->accuracy[t], NULL);
        if (curves->plot.n_series > i) {
            curves->series[i].role = style_task(t);
        }
    }
}

/* What would have been, unless somebody has called back what shall be seen. */
static void add_what_was(struct curves *curves, const struct view *view)
{
    const struct ghost *ghost = view_ghost(view);
    if (ghost->accuracy) {
        add_ghost(curves,
                  view->compare == COMPARE_TASK ? &ghost->accuracy[view->compare_task]
                                                : &ghost->average,
                  "(before)");
    }
    for (int i = 0; i < view->timeline->n_tracks; i++) {
        add_abandoned(curves, view, &view->timeline->tracks[i]);
    }
}

static void add_learners(struct curves *curves, const struct view *view, const struct pen *pen)
{
    if (view_called(view, 0)) {
        add_called(curves, view);
    } else {
        add_what_was(curves, view);
    }
    for (int i = 0; i < view->snapshot->n_learners; i++) {
        add_learner(curves, view, pen, i);
    }
}

/* ---- marks and spans ---- */

/* Whose mark it is stands before it where learners are compared. */
static void mark_label(const struct view *view, int i, char *label)
{
    const struct mark *mark = &view->timeline->marks[i];
    char text[LABEL_MAX - 4]; /* whole: half a number would be another one */
    accuracy_mark_label(view->timeline, i, text, sizeof text);
    const struct snapshot *snapshot = view->snapshot;
    snprintf(label, LABEL_MAX, "%s", text);
    for (int k = 0; k < snapshot->n_learners && text[0] != '\0' && view_has_learners(view); k++) {
        const struct learner_state *learner = &snapshot->learners[k];
        if (learner->id == mark->learner && view->compare != COMPARE_NOT) {
            snprintf(label, LABEL_MAX, "%d %s", (learner->slot + 1) % 100, text);
        }
    }
    if (view->compare == COMPARE_NOT && !view_concerns(view, mark)) {
        label[0] = '\0';
    }
}

/* The last marks of the window. */
static void add_markers(struct curves *curves, const struct view *view, const double window[2])
{
    const struct timeline *timeline = view->timeline;
    for (int i = timeline->n_marks - 1; i >= 0 && curves->plot.n_markers < MARKS_MAX; i--) {
        const struct mark *mark = &timeline->marks[i];
        int k = curves->plot.n_markers;
        char *label = curves->marker_labels[k];
        mark_label(view, i, label);
        if (label[0] != '\0' && (double)mark->step >= window[0] &&
            !accuracy_mark_goes_on(view, i)) {
            bool is_bad = mark->kind == ENTRY_DIVERGED;
            curves->markers[k] =
                (struct plot_marker){(double)mark->step, label, is_bad ? ROLE_BAD : ROLE_TEXT};
            curves->plot.n_markers++;
        }
    }
}

static void add_spans(struct curves *curves, const struct view *view, const double window[2])
{
    const struct timeline *timeline = view->timeline;
    int first = timeline_stage_at(timeline, (long)window[0]);
    first = first < 0 ? 0 : first;
    int every = 1 + (timeline->n_stages - first - 1) / SPANS_MAX; /* thousands have no room */
    for (int i = first; i < timeline->n_stages; i += every) {
        const struct stage *stage = &timeline->stages[i];
        int k = curves->plot.n_spans++;
        curves->spans[k] =
            (struct plot_span){.x0 = (double)stage->begin,
                               .label = task_letter(stage->task, curves->span_labels[k]),
                               .text = timeline->is_stream ? "mostly"
                                       : stage->has_row    ? "learned"
                                                           : "learning",
                               .role = style_task(stage->task)};
    }
}

/* What its parent has done since a fork was made of it: what would be, had nothing been chosen. */
static void add_parent(struct curves *curves, const struct view *view, int n_tasks)
{
    const struct learner_state *learner = view_learner(view);
    const struct track *parent = timeline_track(view->timeline, learner->parent);
    for (int t = 0; parent && parent->is_there && t < n_tasks; t++) {
        int i = curves->plot.n_series;
        add_ghost(curves, track_curve(parent, PROBE_ACCURACY, t), NULL);
        if (curves->plot.n_series > i) {
            struct plot_series since =
                part_of(track_curve(parent, PROBE_ACCURACY, t), (double)learner->born);
            curves->series[i].x = since.x;
            curves->series[i].y = since.y;
            curves->series[i].n = since.n;
        }
    }
}

static void add_tasks(struct curves *curves, const struct view *view)
{
    const struct ghost *ghost = view_ghost(view);
    const struct run_score *called = view_called(view, 0);
    int present = view->snapshot->task, n_tasks = view_n_tasks(view);
    for (int t = 0; !called && ghost->accuracy && t < n_tasks; t++) {
        add_ghost(curves, &ghost->accuracy[t], NULL);
    }
    if (called) {
        add_called_tasks(curves, called, n_tasks);
    } else {
        add_parent(curves, view, n_tasks);
    }
    add_series(curves, view, present);
    for (int back = 1; back < n_tasks; back++) {
        add_series(curves, view, (present - back + n_tasks) % n_tasks);
    }
}

static void fill(struct curves *curves, const struct view *view, const struct pen *pen)
{
    double window[2];
    view_window(view, window);
    *curves = (struct curves){.plot = {.x0 = window[0],
                                       .x1 = window[1],
                                       .series = curves->series,
                                       .markers = curves->markers,
                                       .spans = curves->spans,
                                       .is_gradual = view->timeline->is_stream,
                                       .has_cursor = view->has_cursor,
                                       .cursor = view->cursor}};
    if (view->compare == COMPARE_NOT) {
        char last[4];
        int n = view->facts->n_tasks; /* 0: not known yet */
        curves->plot.label_w = n > 0 ? (int)strlen(task_letter(n - 1, last)) : 0;
        curves->plot.note_w = NOTE_W; /* whatever is lost, no curve moves aside */
        add_tasks(curves, view);
    } else {
        add_learners(curves, view, pen);
    }
    add_markers(curves, view, window);
    add_spans(curves, view, window);
}

double accuracy_steps_per_column(const struct pen *pen, const struct view *view)
{
    struct curves curves;
    fill(&curves, view, pen);
    return cursor_steps_per_column(pen, &curves.plot);
}

static struct panel_lines click(const struct pen *pen, const struct view *view, int x, int y)
{
    (void)y;
    struct curves curves;
    fill(&curves, view, pen);
    return cursor_click(pen, view, &curves.plot, x);
}

struct panel_lines accuracy_move(const struct pen *pen, const struct view *view, int dx, int dy)
{
    (void)dy;
    const struct series *measured[SUITE_TASKS_MAX + 1];
    int n = min_int(view_n_tasks(view), SUITE_TASKS_MAX + 1);
    struct curves curves;
    if (abs(dx) == PANEL_POINT) {
        for (int t = 0; t < n; t++) {
            measured[t] = track_curve(view_track(view), PROBE_ACCURACY, t);
        }
        return cursor_next_point(view, measured, n, dx / PANEL_POINT);
    }
    fill(&curves, view, pen);
    return cursor_move(pen, view, &curves.plot, dx);
}

static void draw(const struct pen *pen, const struct view *view)
{
    struct curves curves;
    fill(&curves, view, pen);
    line_plot_draw(pen, &curves.plot);
}

static void note(const struct view *view, int columns, char *text, size_t size)
{
    static const char *const zooms[] = {"all tasks", "last two tasks", "this task"};
    char what[96], name[40], letter[4];
    view_learner_text(view, name, sizeof name);
    if (view->compare == COMPARE_AVERAGE) {
        snprintf(what, sizeof what, "average over %s",
                 view->timeline->is_stream ? "all tasks" : "the tasks so far");
    } else if (view->compare == COMPARE_TASK) {
        snprintf(what, sizeof what, "task %s of each", task_letter(view->compare_task, letter));
    } else {
        snprintf(what, sizeof what, "%s%s%s%s", view_has_silenced(view) ? "units silenced · " : "",
                 name[0] ? name : "test", " · ", zooms[view->zoom]);
    }
    const struct run_score *called = view_called(view, 0);
    if (called && columns >= 60) {
        size_t used = strlen(what);
        snprintf(what + used, sizeof what - used, " · dotted: run %d", called->number);
    }
    if (view->has_cursor) {
        snprintf(text, size,
                 columns >= 46 && view->compare ? "%s · at step %.0f" : "%.0sat step %.0f", what,
                 view->cursor);
    } else {
        snprintf(text, size, "%s", what);
    }
}

/* Where nothing is right or wrong. */
static struct panel_text shown(const struct view *view)
{
    if (view->facts->form != DATA_FEATURES) {
        return (struct panel_text){panel_accuracy.title, panel_accuracy.about};
    }
    return (struct panel_text){
        "kept share",
        "*What you see.* One curve per task: how much of its features comes out again when one "
        "comes in alone, the mean over them, measured while the network trains; less than nothing "
        "is shown as 0. At the right end: the task's letter, what is kept now, and ▼ what is lost "
        "of it: the most it had when a task had been learned (the best row of R), less what it "
        "has now; ▲ is the task that is being learned. The outputs of features that are still to "
        "come are not counted before.\n\n"
        "*What to look for.* At the dotted line a new task begins, and the old curve falls within "
        "50 steps: its two directions are needed for three new features. The arrows beside show "
        "how.\n\n"
        "*Equation.* kept = 1 − Σ‖x' − x‖² / Σ‖x‖², one feature at 0.25, 0.5, 0.75 and 1\n\n"
        "*Keys here.* ← → cursor, these panels show that moment · b goes back to it · f forks "
        "there · Home End · z how much of the run · v V learners or tasks · Esc no cursor\n\n"
        "_Elhage et al. 2022, arXiv:2209.10652; McCloskey & Cohen 1989_"};
}

const struct panel panel_accuracy = {
    .name = "accuracy",
    .title = "accuracy",
    .about =
        "*What you see.* One curve per task: the share of its test examples that the network "
        "gets right, "
        "measured while it trains. A curve begins where its task begins to be learned. At the "
        "right end: the "
        "task's letter, its accuracy now, and ▼ what is lost of it: the most it had when a "
        "task had been learned (the best row of R), less what it has now; ▲ is the task "
        "that is being learned.\n\n"
        "*What to look for.* At each dotted line a new task begins. The same weights must now "
        "serve it, and the "
        "old curves fall: that is catastrophic forgetting. The first steps after the line are "
        "the steepest "
        "(the stability gap). In a stream there are no lines: one task fades into the next, "
        "and nobody says so.\n\n"
        "*Equation.* a_j(n) = share of task j's test examples right after step n\n\n"
        "*Several learners.* v shows one curve per learner, of its average accuracy or of one "
        "task; a fork's curve begins where it branched off. Dotted and grey: what would have "
        "been, had nobody gone back; of a fork, what its parent does. Dotted and coloured: a run "
        "that was called back (S, then g).\n\n"
        "*Keys here.* ← → cursor, by a column (Shift: ten; , . by one measured step); these panels "
        "show that moment: curves, R, table, plane, "
        "drift · b goes back to it · f forks "
        "there · Home End · z how much of the run · v V learners or tasks · Esc no cursor\n\n"
        "_McCloskey & Cohen 1989; De Lange et al. 2023, arXiv:2205.13452_",
    .note = note,
    .draw = draw,
    .shown = shown,
    .click = click,
    .move = accuracy_move,
};
