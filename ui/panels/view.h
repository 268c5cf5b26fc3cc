/* SPDX-License-Identifier: MIT
 * The view: all that panels draw from.  What trains (timeline, snapshot) comes from telemetry,
 * what is looked at (cursor, zoom, focus) from keys; a panel reads both and writes neither. */
#ifndef OUBLI_UI_PANELS_VIEW_H
#define OUBLI_UI_PANELS_VIEW_H

#include "lab/snapshot.h"
#include "lab/timeline.h"
#include "tasks/gallery.h"
#include "ui/panels/panel_id.h"
#include "ui/screen/pen.h"
#include "ui/widgets/heatmap.h"
#include "ui/widgets/stroke.h"

/* What does not change in a session; plain text and numbers, so that a recording can hold it. */
struct facts {
    const char *data;      /* "digits" */
    const char *suite;     /* "permuted" */
    const char *scenario;  /* "domain" */
    const char *optimizer; /* "sgd" */
    enum data_form form;
    const struct dataset_kind *kind; /* NULL: not known */
    int n_tasks;                   /* of the sequence; a timeline may have one more, for lessons */
    const char *const *task_names; /* (n_tasks, and that one) "permuted 1" */
    char net[128]; /* "64-100-100-10": the shape of the first learner's network; of others: */
    int n_inputs, n_symbols, n_outputs; /* of all networks (network_init); 0 = not known */
    uint64_t seed;
    double pace;                   /* steps a second that count as x1 */
    const struct gallery *gallery; /* examples to look at; NULL = the data has none to show */
    const char **own_names;        /* those, where these facts own the array */
    struct gallery *own;           /* the same where these facts own it */
};

/* How much of the run the curves show. */
enum zoom { ZOOM_ALL, ZOOM_TWO_TASKS, ZOOM_TASK, ZOOM_COUNT };

/* Whose curves, and of what. */
enum compare {
    COMPARE_NOT,     /* all tasks of the selected learner */
    COMPARE_AVERAGE, /* average accuracy of each learner */
    COMPARE_TASK,    /* one task, of each learner */
    COMPARE_COUNT
};

/* What the table of learners is sorted by. */
enum learner_column {
    COLUMN_ORDER, /* as they came */
    COLUMN_AVERAGE,
    COLUMN_FORGETTING,
    COLUMN_LEARNING,
    COLUMN_MEMORY,
    COLUMN_TIME,
    COLUMN_NAME,
    COLUMN_STEPS, /* of the scoreboard alone, as the time a step takes is of the learners' table */
    COLUMN_COUNT
};

/* What the network's panel shows: whom units serve, what has changed of what they give, or the
 * first layer's weights as pictures. */
enum network_look { NETWORK_SERVES, NETWORK_CHANGE, NETWORK_PICTURES, NETWORK_LOOKS };

/* What lies over the panels. */
enum overlay { OVERLAY_NONE, OVERLAY_HELP, OVERLAY_EXPLAIN, OVERLAY_PALETTE };

/* A recording: being made, or being played. */
struct tape {
    bool is_recording, has_failed;
    bool is_played, is_paused;
    double seconds, length, speed; /* of what is played */
};

/* A session that is not there yet. */
struct loading {
    bool is_on;
    bool is_bare;     /* nothing is known but what was asked for: there is nothing to draw of it */
    double part;      /* of it done, 0 .. 1; NAN = not known */
    const char *word; /* "loading" */
    const char *detail; /* of what, "Fashion-MNIST, 70000 pictures ..."; may be "" */
};

struct view {
    struct tape tape;
    struct loading loading;
    bool is_picture; /* nobody is at the keys: none are named */
    const struct facts *facts;
    const struct timeline *timeline;
    const struct snapshot *snapshot;

    enum panel_id focus;
    bool is_enlarged; /* the focused panel fills the screen */
    bool has_summary; /* the end: what was learned stands where the drift was */

    enum compare compare;
    int compare_task; /* of COMPARE_TASK */
    enum learner_column sort;
    bool is_sorted_back; /* worst first */

    int run; /* number of the run that is chosen on the scoreboard; 0 = the selected learner */
    int ghosts[2]; /* those that are called back, the newer first; 0 = none */

    bool holds_plane; /* its axes begin there, or earlier where a point needs it (plane.h) */
    double plane_begin[2];

    enum zoom zoom;
    bool has_cursor; /* on the curves */
    double cursor;   /* step */

    struct map_request
        map;          /* what the drift panel shows (asked for; the snapshot tells what it has) */
    double map_scale; /* value at the end of the heat ramp */
    bool has_map_cursor;
    int map_row, map_col;              /* of the snapshot's map */
    bool has_weight;                   /* one is under the microscope, ... */
    struct weight_choice weight;       /* ... this one */
    struct heatmap_memory *map_memory; /* lets colours hold still; NULL for a single picture */

    bool is_typing; /* what is written appears word by word: of each text the first ... */
    int typed;      /* ... so many characters */

    enum probe_id probe; /* whose curves stand beside the accuracies */

    int attending_head;  /* whose looks are shown, from 1 as they are counted; 0 = all */
    int attending_place; /* the character that is chosen, from 1; 0 = the one written last */

    enum network_look network_look; /* what the network's panel shows */
    int network_place; /* whose units it tells from the present task's: 1 + task; 0: the first's;
                          UNITS_ALL_TASKS */
    int putback_bar;   /* the layer that is chosen, from 1, all of them behind the last; 0 = none */
    int putback_task;  /* whose, from 1; 0 = the task that lost most */

    int strategy;       /* selected row */
    enum param_id knob; /* selected knob */

    bool has_previous; /* how the run before this one ended */
    double previous_left, previous_forgotten;
    char previous_with[180];

    bool has_matrix_cursor;
    int matrix_row, matrix_col;

    enum overlay overlay;
    int scroll;       /* rows the help or explanation is scrolled by */
    bool shows_plain; /* samples as the data has them, not as the task sees them */
    bool has_sample;  /* one is chosen: this task's, this one */
    int sample_task, sample;
};

/* True if keys change what trains: it is no recording that is played, and no picture. */
static inline bool view_is_live(const struct view *view)
{
    return !view->is_picture && !view->tape.is_played;
}

/* What the panels share. */

/* The panel that shows what this data is best seen in; it stands beside the curves. */
enum panel_id view_picture(const struct view *view);

/* True once the task had been met, at the cursor if there is one; who learns all at once has met
 * all. */
bool view_has_met(const struct view *view, int task);

/* The shape of a learner's network: "64-100-100-10"; where only the first one's is known, that.
 * Returns buf. */
enum { NET_TEXT_MAX = 128 };
char *view_net_text(const struct facts *facts, const struct params *params, char buf[NET_TEXT_MAX]);

/* True if each task has outputs of its own, and all compete. */
bool view_has_own_outputs(const struct view *view);

/* True if a moment of the past is looked at. */
bool view_is_past(const struct view *view);

/* True if at the end what is left stands where the heatmap was; not while a weight is looked at,
 * for that shows where it lies. */
bool view_shows_summary(const struct view *view);

/* The learner that is looked at. */
const struct learner_state *view_learner(const struct view *view);

/* Its curves; never NULL, but empty before anything has been measured.  The same of learner number
 * i of the snapshot. */
const struct track *view_track(const struct view *view);
const struct track *view_track_at(const struct view *view, int i);

/* True if there is more than one learner to look at. */
bool view_has_learners(const struct view *view);

/* Metrics of learner number i of the snapshot, now or at the cursor: of what the curves show then.
 */
struct metrics view_metrics(const struct view *view, int i);

/* R of learner number i, now or at the cursor. */
double view_r(const struct view *view, int i, int row, int task);

/* True if learner number i had diverged, at the cursor if there is one. */
bool view_has_diverged(const struct view *view, int i);

/* What makes it easier for a learner than for others: "it is told the task", "it sees all data";
 * NULL if nothing does. */
const char *view_advantage(const struct learner_state *learner);

/* True if no strategy is on. */
bool view_is_bare(const struct learner_state *learner);

/* Bytes that its strategies keep. */
size_t view_memory(const struct learner_state *learner);

/* True if what the mark tells has happened to the selected learner: to it, to all, or to whom it
 * was forked from before that. */
bool view_concerns(const struct view *view, const struct mark *mark);

/* True if the selected learner (or whom it comes from, at a cursor in the past) can be forked:
 * there is room, its loss is finite, and there is something to come that a copy could do otherwise.
 */
bool view_can_fork(const struct view *view);

/* A sweep that goes on: learners that differ in the value of one knob, and whom they were copied
 * from where that knob turns something for it, too. */
struct view_sweep {
    enum param_id knob;
    int n;                      /* 0 = there is none */
    int learners[LEARNERS_MAX]; /* indices of the snapshot, by rising value */
    int chosen;                 /* which of them is the selected learner, -1 = none */
};
struct view_sweep view_sweep(const struct view *view);

/* How a learner is told from others: by number, colour, line and mark.  All marks differ; colours
 * do where there are 256 of them. */
enum role view_learner_role(const struct learner_state *learner);
enum line_style view_learner_line(const struct learner_state *learner);
enum glyph view_learner_mark(const struct learner_state *learner);

/* "2 ewc"; "" while there is only one.  Returns buf. */
char *view_learner_text(const struct view *view, char *buf, size_t size);

/* "2 ewc · ", whose that id is, while there are several: of a recording what is shown is of whoever
 * was chosen then, not of who is chosen now.  Returns buf. */
char *view_whose(const struct view *view, int id, char *buf, size_t size);

/* Accuracy on the task now (at the cursor, if there is one), NAN if not measured. */
double view_accuracy(const struct view *view, int task);

/* What is lost of a task (the triangle): the best of its rows of R, complete by now (by the cursor,
 * if there is one), less what it has now; as forgetting counts it.  Before the task has a row
 * nothing can be lost of it.  view_best: that best, NAN without a row.  view_lost: in points, as
 * they are shown; 0 for less than LOST_LEAST, for that is noise. */
enum { LOST_LEAST = 2 };
double view_best(const struct view *view, int task);
int view_lost(const struct view *view, int task);

/* How many tasks there are to be seen: that of lessons only once something was taught. */
int view_n_tasks(const struct view *view);

/* The task of a stage: as it was trained; of one still to come, as the suite plans it. */
int view_stage_task(const struct view *view, int stage);

/* What would have been of the selected learner, or of whom it was forked from. */
const struct ghost *view_ghost(const struct view *view);

/* A run that is called back, the newer first (0) or the one before it (1); NULL if there is none.
 */
const struct run_score *view_called(const struct view *view, int i);

/* First and last step of the curves' window. */
void view_window(const struct view *view, double window[2]);

/* The knobs on offer, in order: the learning rate, then those of each strategy (all of them where
 * it is on or selected, else the main one).  Returns how many; `ids` holds PARAM_COUNT. */
int view_knobs(const struct view *view, enum param_id *ids);

/* The strategy that owns a parameter, -1 for those of training itself. */
int view_owner(enum param_id id);

/* The value as a person reads it beside its name: "×0.1", "λ 10", "rank 4"; the same of other
 * parameters than the selected learner's.  Returns buf. */
char *view_knob_text(const struct view *view, enum param_id id, char *buf, size_t size);
char *view_value_text(const struct params *params, enum param_id id, char *buf, size_t size);

/* The step since which the strategy is on, -1 if it is off or on from the start. */
long view_on_since(const struct view *view, int strategy);

/* 12345 -> "12.3k".  Returns buf. */
char *view_count_text(double n, char *buf, size_t size);

/* True if the strategy is on; after the end, if it was on when the sequence ended. */
bool view_was_on(const struct view *view, int strategy);

/* True if LoRA's adapter is out (was, at the cursor): the base alone answers.  And whether it was
 * when row `row` of R was measured, or is in the row of the stage that goes on. */
bool view_is_unplugged(const struct view *view);
bool view_row_is_unplugged(const struct view *view, int row);

/* True if some of its units are silenced (were, at the cursor). */
bool view_has_silenced(const struct view *view);

/* True if a switch or a knob was touched after the end: it holds for the next run. */
bool view_is_changed_since_end(const struct view *view);

/* "A, B and C" of the strategies that are on; "no strategy".  Returns buf. */
char *view_strategies_text(const struct view *view, char *buf, size_t size);

/* The same of the whole run, each with the steps at which it was: "EWC until step 900, replay since
 * step 1356"; what holds from the start to the end is named alone.  What was switched after the end
 * does not count; that an adapter is out does.  Returns buf. */
char *view_run_text(const struct view *view, char *buf, size_t size);

#endif
