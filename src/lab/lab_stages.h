/* SPDX-License-Identifier: MIT
 * The inside of the lab, private to its files: its state, and what happens when stages begin, go on
 * and end.
 *
 *   seat.c          one learner and what is kept about it
 *   lab.c           making it, going on, what it tells about itself
 *   lab_stages.c    this header's first functions
 *   lab_script.c    the script's lines
 *   lab_commands.c  lab_apply
 *   lab_learners.c  learners come, go and are chosen
 *   lab_snapshot.c  lab_snapshot
 *   lab_past.c      whose weights of which moment are shown
 *   lab_exhibits.c  what is shown of the selected learner
 *   lab_writing.c   of that, what it writes
 *   lab_surface.c   and its answer everywhere in the plane
 *   lab_samples.c   its answers to examples
 *   lab_history.c   going back to any step
 *   lab_regroup.c   going back with the learners of now
 *   lab_log.c       the log of commands
 *   lab_moments.c   which checkpoints are kept
 *   lab_archive.c   what it consists of, as bytes
 *   lab_resume.c    the whole of it as bytes, and going on from there */
#ifndef OUBLI_LAB_LAB_STAGES_H
#define OUBLI_LAB_LAB_STAGES_H

#include "base/pool.h"
#include "base/watch.h"
#include "lab/config.h"
#include "lab/exhibits.h"
#include "lab/handover.h"
#include "lab/journal.h"
#include "lab/schedule.h"
#include "lab/script.h"
#include "lab/seat.h"
#include "lab/snapshot.h"
#include "tasks/batches.h"
#include "tasks/suite.h"

/* Where the session stands. */
struct position {
    long step, stage_step, stage_steps;
    int stage, task, previous_task;
    int planned;         /* stages of the suite's sequence that have begun */
    int detour;          /* the task asked for with `task`, -1 = none */
    int interrupted;     /* the task that a lesson has interrupted, -1 = none; ... */
    long left;           /* ... it had so many steps to go */
    int taught;          /* characters of lessons */
    bool is_first_visit; /* of this stage's task */
    bool is_cut;         /* this stage ends before its time */
    int turn, n_seen;    /* of the schedule; kept up to date only in a moment */
};

/* A learner at a moment. */
struct record {
    struct seat_facts facts;
    struct learner_config config;
    size_t size;
    unsigned char *bytes; /* (size) owned; see seat_save */
};

/* The lab at the start of a stage or at a look; with the commands since then every later step can
 * be had again. */
struct moment {
    struct position at;
    double speed;
    int n_commands;   /* of the log that came before it */
    bool is_boundary; /* start of a stage */
    uint64_t number;  /* never given twice in a lab */
    int n_records;
    struct record *records; /* (n_records) owned */
    size_t bytes;           /* all of it */
};

/* A command that took effect: when, whom it concerned, and what it brought about. */
struct logged_command {
    int stage;
    long step;
    int target; /* id of a learner, LEARNER_ALL */
    int made;   /* id of the learner that a fork made, -1 */
    struct command command;
};

/* What no moment holds of a learner that was removed, should going back bring it again. */
struct departed {
    int id;
    size_t size;     /* bytes */
    real *first_end; /* (P) owned; see struct references */
};

enum { DEPARTED_MAX = 16 };

/* Moments, thinned evenly when they are too many, and the log of commands. */
struct history {
    bool is_kept;
    int n;
    struct moment *moments; /* (MOMENTS_MOST) in the order of steps */
    uint64_t n_numbered;
    size_t bytes, budget;
    int64_t kept_ns; /* training time when the last moment was kept */
    int n_commands, capacity;
    struct logged_command *commands;
    int n_departed;
    struct departed departed[DEPARTED_MAX]; /* the last so many */
};

/* What a learner wrote when it had learned a task. */
struct writing_memory {
    bool has;
    int learner, task, stage;
    struct passage passage;
};

struct sampler; /* lab_samples.c */

/* A learner as it was at a moment, while that is looked at. */
struct past {
    struct seat *seat; /* owned; NULL = none */
    uint64_t moment;   /* its number */
};

/* An exhibit that is asked for, and when it is made next. */
struct showing {
    struct exhibit_request request;
    int64_t due_ns;
    long step; /* at which it was made last, and after how many commands */
    uint64_t n_commands;
    int learner; /* id of whom it was last made */
};

struct lab {
    struct config config;
    struct script *script;    /* owned, may be NULL */
    bool is_done[SCRIPT_MAX]; /* script lines that have taken effect */
    bool is_script_passed;    /* a journal says what was done */
    struct watch watch;
    struct dataset *dataset;
    struct suite *suite;
    struct batches *batches;
    struct pool *pool; /* NULL: nothing to share out, or one core */
    int hands;         /* threads at work at once */
    struct journal *journal;
    struct handover *handover;
    struct schedule schedule;
    struct history history;

    int n_seats;
    struct seat *seats[LEARNERS_MAX + 1]; /* one more for a moment, while learners are regrouped */
    struct seat *alone; /* brought up to the present by itself, NULL = none; owned by its maker */
    int selected;       /* id */
    bool is_to_all;     /* commands to learners reach all of them */
    int next_id;
    int made;           /* id for the learner of a fork that is carried out again, -1 = a new one */
    bool is_regrouping; /* the learners of now come back: names and room are not checked */

    bool is_silent;   /* steps are taken again: nothing is measured or written */
    bool is_given_up; /* whoever watches has ended it on the way back: nothing is written any more,
                         and its state is that of no step */
    double taken_again;
    int64_t watched_ns;

    enum lab_state state;
    bool is_begun;
    double speed;
    struct position at;
    const struct position *present; /* what a snapshot tells while `alone` catches up, else NULL */

    struct map_request request;
    struct past past;
    struct showing showing[EXHIBIT_COUNT];
    struct exhibits exhibits; /* as they were last made */
    struct writing_memory writing_memory[WRITING_TASKS_MAX];
    char asked[WRITING_PROMPT_MAX]; /* a person's own prompt; "" = none */
    struct sampler *sampler;        /* NULL until samples are asked for */
    uint64_t n_snapshots, n_commands;
    int64_t training_ns; /* wall time of stretches, those taken again not counted */
    double step_ns;      /* what a step of all learners takes, a running mean */
    int64_t rate_ns;     /* when the rate was last taken */
    long rate_samples;
    double samples_per_second;
};

/* ---- lab_stages.c ---- */

/* Writes an entry of the present stage and step into the journal, unless silent. */
void lab_add_entry(struct lab *lab, enum entry_kind kind, int learner, int task, double value,
                   const char *text);

/* Steps that a visit of the task has. */
long lab_steps_of(const struct lab *lab, int task);

/* The state before the first step: baseline, first stage. */
void lab_begin_session(struct lab *lab);

/* Begins a visit of so many steps: data, optimizers, strategies, checkpoint. */
void lab_begin_stage(struct lab *lab, int stage, int task, long steps);

/* Trains until a look is due, the stage ends, the script has something to say or `most` steps are
 * done; then what is due. */
void lab_go_on(struct lab *lab, long most);

/* Looks at all learners now, where other weights have come to answer. */
void lab_look(struct lab *lab);

/* Says who is there. */
void lab_call_up(struct lab *lab, const struct seat *seat);

/* ---- lab_script.c ---- */

/* Carries out the lines that are due now. */
void lab_run_script(struct lab *lab);

/* Steps until the script has its next line to carry out, LONG_MAX = none in this stage. */
long lab_steps_to_script(const struct lab *lab);

/* A command of a journal may be that of a script's line that is due: then the line is done. */
void lab_pass_line(struct lab *lab, const struct command *command);

/* It has gone back to where it stands now: lines of later steps are due again.  `with_learners`:
 * with those of now, to the start of a stage, whose own lines come again as well. */
void lab_script_again(struct lab *lab, bool with_learners);

/* ---- lab_commands.c ---- */

/* What a command does to the learner with id `target` (or all), without writing it down; see
 * lab_apply. */
bool lab_carry_out(struct lab *lab, const struct command *command, int target, struct err *err);

/* ---- lab_learners.c ---- */

/* The seat with that id or name, NULL if there is none. */
struct seat *lab_seat(const struct lab *lab, int id);
struct seat *lab_seat_called(const struct lab *lab, const char *name);
/* The same, or who was called so last and is called otherwise now. */
struct seat *lab_seat_known_as(const struct lab *lab, const char *name);
/* Who has no name from a person, and does something else than the name says, is renamed. */
void lab_name_by_deeds(struct lab *lab);
/* The selected one; never NULL. */
struct seat *lab_selected(const struct lab *lab);
/* Goes to another learner if the selected one is gone. */
void lab_reselect(struct lab *lab);

/* Two may have the same slot or name once one has been added to the past: the later gives way. */
void lab_tell_apart(struct lab *lab);

/* Takes over a seat, which has been made for it and for which there is room. */
void lab_take_in(struct lab *lab, struct seat *seat);

bool lab_fork(struct lab *lab, const struct command *command, int target, struct err *err);
bool lab_add(struct lab *lab, const struct command *command, struct err *err);
bool lab_rename(struct lab *lab, const struct command *command, int target, struct err *err);
bool lab_remove(struct lab *lab, const struct command *command, int target, struct err *err);
bool lab_select(struct lab *lab, const struct command *command, struct err *err);

/* Switches and knobs of a learner. */
struct settings {
    struct params params;
    uint32_t on, observed;
};
struct settings lab_settings(const struct seat *seat);

/* ---- lab_past.c ---- */

/* The moment that is looked at: the last one kept before the step that the map asks for.  NULL: the
 * present, or none was kept. */
const struct moment *lab_moment_shown(const struct lab *lab);

/* The learner in `seat` as it was at that moment, or whom it comes from; borrowed until the next
 * call.  NULL if it is not there, or memory is short. */
struct seat *lab_seat_then(struct lab *lab, const struct moment *moment, const struct seat *seat);
void lab_forget_past(struct lab *lab);

/* The weights of a learner that answer for `task`: of now, or of the moment that is looked at; NULL
 * if that was not kept.  Borrowed until the next call. */
const real *lab_weights_shown(struct lab *lab, struct seat *seat, int task);

/* ---- lab_exhibits.c ---- */

/* Shows an exhibit, or does not any more. */
void lab_show(struct lab *lab, enum exhibit exhibit, const struct exhibit_request *request);

/* Makes what is due and tells all that is shown; changes nothing that trains. */
void lab_exhibit(struct lab *lab, struct exhibits *exhibits);

/* ---- lab_writing.c ---- */

/* What was written when tasks had been learned, in a past that is no more. */
void lab_forget_writing(struct lab *lab);

/* False if the data is not text. */
bool lab_make_writing(struct lab *lab, const struct exhibit_request *request,
                      struct exhibits *exhibits);

/* ---- lab_surface.c ---- */

/* The surface of the selected learner; false where the data is not in the plane, or of a moment
 * that was not kept. */
bool lab_make_surface(struct lab *lab, const struct exhibit_request *request,
                      struct exhibits *exhibits);
/* ---- lab_samples.c ---- */

/* Makes the answers of the selected learner; false if the data has no gallery. */
bool lab_make_samples(struct lab *lab, const struct exhibit_request *request,
                      struct exhibits *exhibits);
void lab_destroy_sampler(struct sampler *sampler);

/* ---- lab_moments.c ---- */

/* Makes room for the history if the session can use one (`wanted`, or the script goes back). */
bool lab_history_init(struct lab *lab, bool wanted, struct err *err);
void lab_history_fini(struct lab *lab);

/* Forgets all: the session begins anew. */
void lab_history_clear(struct lab *lab);

/* The present becomes a moment, if it is worth one. */
void lab_history_keep(struct lab *lab, bool is_boundary);

/* Takes over what a moment holds of a learner; false when memory is short. */
bool lab_history_take_record(struct lab *lab, struct moment *moment, const struct record *record);

/* A learner that has not been there so far is put into a moment. */
bool lab_history_add_record(struct lab *lab, struct moment *moment, struct seat *seat);

/* That learner is in no moment any more. */
void lab_history_forget(struct lab *lab, int id);

/* The moment at or before `step`, -1 = none; the boundary of a moment's stage, NULL = none. */
int lab_history_find(const struct lab *lab, long step);
const struct moment *lab_history_boundary(const struct lab *lab, const struct moment *moment);
const struct record *moment_record(const struct moment *moment, int id);

/* The learner in that moment, or whom it comes from if it was not there yet; NULL = none. */
const struct record *lab_history_record(const struct lab *lab, const struct moment *moment, int id);

/* A learner goes; and one that is back gets what was remembered of it. */
void lab_history_remember(struct lab *lab, const struct seat *seat);
void lab_history_remind(const struct lab *lab, struct seat *seat);

/* Drops moments until the budget holds. */
void lab_history_thin(struct lab *lab);

/* Drops the moments from number `n` on. */
void lab_history_cut(struct lab *lab, int n);

/* ---- lab_log.c ---- */

/* A command that will be carried out is remembered, its learner as `target`, not by name (another
 * may have that name when it is carried out again); then, when it is known: with the learner it has
 * made, or not at all if it was refused. */
void lab_history_log(struct lab *lab, const struct command *command, int target);
bool lab_history_append(struct lab *lab, const struct logged_command *logged);
void lab_history_settle(struct lab *lab, bool was_carried_out);

/* The most learners that were there at once since the session began, and when that was.  Between
 * two commands at one step there may be one more, for which the lab has a seat. */
int lab_history_most_learners(const struct lab *lab, long *step);

/* Carries out a command of the lab's own, and remembers it; `made`: id for the learner of a fork.
 */
bool lab_carry_out_logged(struct lab *lab, const struct command *command, int target, int made);

/* Whom a learner was forked from, -1 = nobody since the session began; it may be gone itself. */
int lab_history_parent(const struct lab *lab, int id);

/* Whom a learner comes from among those that were there when `stage` began. */
int lab_history_origin(const struct lab *lab, int id, int stage);

/* ---- lab_history.c ---- */

/* Goes to `step`, or to the start of `stage` if that is not -1; the rest of log and moments is
 * dropped. */
bool lab_go_back(struct lab *lab, long step, int stage, struct err *err);

/* Writes into the journal where the session stands now, and who is there. */
void lab_tell_rewind(struct lab *lab);

/* Back to when `step` steps had been done, everything as it was then, in the last stage that stood
 * there: the nearest moment before it, and the steps and commands from there again. */
bool lab_rewind(struct lab *lab, long step, struct err *err);

/* Brings a learner at its initial weights up to the present, as if it had been there from the
 * start: it becomes part of every moment. */
bool lab_catch_up(struct lab *lab, struct seat *seat, struct err *err);

/* ---- lab_regroup.c ---- */

/* Back to the start of this stage (of that in which the learner with id `target` diverged), the
 * learners, switches and knobs of now. */
bool lab_rewind_stage(struct lab *lab, int target, struct err *err);

/* Back to the very start, the learners, switches and knobs of now. */
bool lab_restart(struct lab *lab, struct err *err);

/* Switches and knobs become those: each difference is a command that goes into the log. */
void lab_impose(struct lab *lab, struct seat *seat, const struct settings *settings);

#endif
