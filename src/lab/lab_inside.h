/* SPDX-License-Identifier: MIT
 * The inside of the lab, private to its files.  The lab is what is kept about a run and shown of
 * it; training is the run's (run.h).  Each file calls only those above it:
 *
 *   lab_facts.c     what it tells about itself
 *   lab_tell.c      what is written into the journal
 *   lab_script.c    the script's lines: which are due
 *   lab_past.c      whose weights of which moment are shown
 *   lab_writing.c, lab_surface.c, lab_arrows.c, lab_samples.c,
 *   lab_attention.c, lab_units.c, units_code.c,
 *   why_walk.c, lab_why.c, why_code.c
 *                   what is shown of the selected learner
 *   lab_trail.c, lab_matters.c, lab_microscope.c
 *                   single weights, and what is known of them
 *   lab_exhibits.c  when that is made
 *   lab_snapshot.c  lab_snapshot
 *   lab_saving.c    weights into files
 *   lab_training.c  the session begins and goes on
 *   lab_back.c      going back: another run is brought there and put in place
 *   lab_learners.c  learners come, go and are chosen
 *   lab_sweep.c     several at once, with other values of a knob
 *   lab_putback.c   what putting a layer back would do
 *   lab_archive.c, lab_sense.c   what it consists of, as bytes, and whether that can be
 *   lab_resume.c    the whole of it as bytes, and going on from there
 *   lab_commands.c  lab_apply
 *   lab.c           making it, lab_advance */
#ifndef OUBLI_LAB_LAB_INSIDE_H
#define OUBLI_LAB_LAB_INSIDE_H

#include <stdio.h>

#include "base/rng.h"
#include "base/watch.h"
#include "lab/exhibits.h"
#include "lab/handover.h"
#include "lab/history.h"
#include "lab/journal.h"
#include "lab/run.h"
#include "lab/script.h"
#include "lab/snapshot.h"

/* Where the session stands and what led there: what a checkpoint in a file holds. */
struct session {
    struct run *run; /* owned */
    struct history history;
    int next_id;    /* of learners */
    int selected;   /* id */
    bool is_to_all; /* commands to learners reach all of them */
    bool is_paused; /* while the run could go on */
};

/* What a learner wrote when it had learned a task. */
struct writing_memory {
    bool has;
    int learner, task, stage;
    int most; /* characters that there was room for */
    struct passage passage;
};

/* The text of the exhibit `attention`. */
struct attending_text {
    bool has;
    int learner, task;
    char prompt[WRITING_PROMPT_MAX];
    int n_given, n;
    int n_rested; /* times it was looked at since its line came to an end */
    struct rng rng;
    uint8_t symbols[ATTENDING_TEXT_MAX]; /* (n) */
};

struct sampler;      /* lab_samples.c */
struct unit_watcher; /* lab_units.c */

/* An exhibit that is asked for, and when it is made next. */
struct showing {
    struct exhibit_request request;
    int64_t due_ns;
    long step; /* at which it was made last, and after how many commands */
    uint64_t n_commands;
    int learner; /* id of whom it was last made */
};

/* A learner as it was at a checkpoint, while that is looked at. */
struct past {
    struct member *member; /* owned; NULL = none */
    uint64_t checkpoint;   /* its number */
};

/* What a task's weights of its end get right, for the exhibit `putback`; commands may change that
 * (units are silenced), and so may another moment. */
struct task_then {
    bool has;
    int learner, task, stage;
    uint64_t checkpoint, n_commands;
    double accuracy;
};

/* What mattered to a task, as EWC found it at the end of that stage. */
enum { MATTERS_RANKS = 2000 };
struct matters {
    int learner, stage;
    real *fisher;              /* (P) owned; NULL: this is none */
    int n_ranks;               /* 0: it is not known */
    float rank[MATTERS_RANKS]; /* every so many of them, from the least on */
};

/* The microscope. */
struct scope {
    struct trail *past; /* owned: through a stage that is over; NULL = none */
    int learner;        /* its id */
    long begin;         /* the step at which that trail begins */
    bool has_found;     /* the weight that is asked for is this one, and stays it: */
    struct weight_choice asked;
    struct spring_pick found;
    struct matters matters[MICROSCOPE_ENDS_MAX];
};

enum { LAB_TEXTS_MAX = 3 + READING_COUNT }; /* data, suite, start, and how data is read */

struct lab {
    struct course course;
    struct session now;
    char *texts[LAB_TEXTS_MAX]; /* that the config points to; owned */
    int n_texts;
    struct script *script; /* owned, may be NULL */
    bool is_script_passed; /* a journal says what was done */
    struct journal *journal;
    long n_settled; /* entries of it that `now` has come after: not those of a command on its way */
    struct handover *handover;
    struct watch watch;
    double taken_again;  /* of steps that are taken again just now; else NAN */
    double consolidated; /* of what strategies do at the end of a stage, if that takes long; NAN */

    char save[COMMAND_TEXT_MAX]; /* where weights go when so many steps are done; "" = nowhere */
    FILE *save_to;               /* or into this stream; NULL */
    const char *save_name;       /* ... the weights of the learner of that name; NULL = ... */
    int save_id;                 /* ... number */
    long save_step;              /* LONG_MAX = at the end */
    bool is_save_over;           /* it was tried, once ... */
    struct err save_err;         /* ... and that is why it failed */
    struct saved saved;
    struct map_request request;
    struct past past;
    struct scope scope;
    struct showing showing[EXHIBIT_COUNT];
    struct exhibits exhibits; /* as they were last made */
    struct writing_memory writing_memory[WRITING_TASKS_MAX];
    char asked[WRITING_PROMPT_MAX]; /* a person's own prompt; "" = none */
    int n_turns;                    /* of the conversation, before that */
    long turns_at;                  /* the step at which it began */
    struct turn turns[WRITING_TURNS_MAX];
    struct attending_text attending;
    uint64_t why_commands;             /* how many had been given when it was last said why */
    struct sampler *sampler;           /* NULL until samples are asked for */
    struct unit_watcher *unit_watcher; /* NULL until the network is */
    int putback_task;                  /* the one that has lost most, as it was found last */
    struct task_then task_then[PUTBACK_TASKS_MAX]; /* of task number i modulo so many */
    uint64_t n_snapshots, n_commands;
    int64_t training_ns; /* wall time of segments, those taken again not counted */
    int64_t rate_ns;     /* when the rate was last taken */
    long rate_samples;
    double samples_per_second;
};

/* ---- lab_facts.c ---- */

/* The selected learner; never NULL. */
struct member *lab_selected(const struct lab *lab);

/* What a learner is now: its config with its switches and knobs. */
struct learner_config lab_config_now(const struct member *member);

/* ---- lab_tell.c ---- */

/* Writes an entry of the present stage and step into the journal. */
void lab_add_entry(struct lab *lab, enum entry_kind kind, int learner, int task, double value,
                   const char *text);

/* Says who is there. */
void lab_call_up(struct lab *lab, const struct member *member);

/* What the run's last segment has found, in the order of steps first who has diverged and what
 * probes have said of single steps; that alone; and the accuracies at the initial weights. */
void lab_tell_segment(struct lab *lab, const struct run *run);
void lab_tell_steps(struct lab *lab, const struct run *run);
void lab_tell_baseline(struct lab *lab, const struct run *run, const struct member *member);

/* ---- lab_script.c ---- */

/* The first line that is due now, -1 = none. */
int lab_script_due(const struct lab *lab);

/* Steps until the script has its next line to carry out, LONG_MAX = none in this stage. */
long lab_steps_to_script(const struct lab *lab);

/* A command of a journal may be that of a script's line that is due: then the line is done. */
void lab_pass_line(struct lab *lab, const struct command *command);

/* Which lines are done for a run that another has gone back to: those of later steps are due again.
 * `with_learners`: with those of now, to the start of a stage, whose own lines come again as
 * well. */
void lab_script_again(const struct lab *lab, const struct run *from, struct run *to,
                      bool with_learners);

/* ---- lab_past.c ---- */

/* The moment that heatmap and exhibits are of: the last checkpoint kept before the step that the
 * map asks for. */
struct shown {
    bool is_now;                         /* the present; else */
    const struct checkpoint *checkpoint; /* NULL: nothing was kept of then */
    long step; /* MAP_STEP_NOW of the present, or where nothing was kept */
    int task;  /* in training then */
};
struct shown lab_shown(const struct lab *lab);

/* The same moment as a step that has been; where nothing was kept, the one that was asked for. */
long lab_step_shown(const struct lab *lab);

/* The learner as it answered at that moment: with the weights, adapters and silenced units of then,
 * but in `member` of now where that is the moment.  NULL if it was not kept.  Borrowed until the
 * next call. */
struct member *lab_member_shown(struct lab *lab, struct member *member);

/* Its weights that answered for `task`; NULL and borrowed as above. */
const real *lab_weights_shown(struct lab *lab, struct member *member, int task);

/* The learner in `member` as it was at that checkpoint, or whom it comes from; borrowed until the
 * next call.  NULL if it is not there, or memory is short. */
struct member *lab_member_then(struct lab *lab, const struct checkpoint *checkpoint,
                               const struct member *member);

/* The past that was shown may be no more. */
void lab_forget_past(struct lab *lab);

/* ---- lab_writing.c, lab_samples.c: beside the exhibit itself ---- */

/* What was written when tasks had been learned, in a past that is no more. */
void lab_forget_writing(struct lab *lab);

/* A symbol drawn from p^(1/temperature); the likeliest at temperature 0. */
int lab_draw_symbol(const real *p, double temperature, struct rng *rng);

/* What was asked before, and how it is answered now, becomes a turn of the conversation; `asked` ""
 * ends it. */
void lab_take_turn(struct lab *lab, const char *asked);

void lab_destroy_sampler(struct sampler *sampler);

/* ---- lab_why.c ---- */

/* The exhibit `why` is made (why_code.c has its row). */
bool lab_make_why(struct lab *lab, const struct exhibit_request *request,
                  struct exhibits *exhibits);

/* ---- lab_units.c ---- */

/* The exhibit `network` is made (units_code.c has its row). */
bool lab_make_units(struct lab *lab, const struct exhibit_request *request,
                    struct exhibits *exhibits);

void lab_destroy_unit_watcher(struct unit_watcher *watcher);

/* ---- lab_trail.c ---- */

/* After a command: whoever is under the microscope has its trail, of now and of the moment that is
 * looked at, and nobody else. */
void lab_catch_up(struct lab *lab);

/* The past may be another one. */
void lab_forget_scope(struct lab *lab);

/* The trail of the moment that is looked at. */
struct trail_shown {
    const struct trail *trail;
    const struct member *member; /* whose it is; as it is now */
    long begin;                  /* the step at which it begins */
    bool is_now;                 /* the moment is the present */
    bool is_of_present;          /* it goes through the present stage */
    int at;                      /* else the moment is that of this point */
};

/* False where there is none. */
bool lab_trail_shown(const struct lab *lab, struct trail_shown *of);

/* ---- lab_matters.c ---- */

/* Of the task that was trained in that stage; NULL if it is not known.  Borrowed until commands are
 * carried out. */
const struct matters *lab_matters(struct lab *lab, const struct member *member, int stage);

/* The share of weights that mattered more, 0 .. 1. */
double matters_top(const struct matters *matters, float fisher);

void lab_forget_matters(struct lab *lab);

/* ---- lab_exhibits.c ---- */

/* Shows an exhibit, or does not any more. */
void lab_show(struct lab *lab, enum exhibit exhibit, const struct exhibit_request *request);

/* Makes what is due and tells all that is shown; changes nothing that trains. */
void lab_exhibit(struct lab *lab, struct exhibits *exhibits);

/* ---- lab_snapshot.c ---- */

/* The vectors (P) whose difference the heatmap shows of a learner; values NULL: nothing is known,
 * reference NULL: values themselves.  Borrowed until the next call of anything. */
struct mapped {
    const real *values, *reference;
};
struct mapped lab_mapped(struct lab *lab, struct member *member, const struct shown *shown);

/* ---- lab_saving.c ---- */

/* The weights of the selected learner, as they answer for the present task, to a file. */
bool lab_save(struct lab *lab, const char *path, struct err *err);

/* Saves what --save asks for, if the time has come; and how many steps that takes, LONG_MAX = none
 * in this stage. */
void lab_save_in_time(struct lab *lab);
long lab_steps_to_save(const struct lab *lab);

/* ---- lab_training.c ---- */

/* The state before the first step: baseline, first stage. */
void lab_begin_session(struct lab *lab);

/* A stage has begun: says so, and keeps a checkpoint. */
void lab_stage_has_begun(struct lab *lab);

/* The stage is over for whoever is left; the next one begins, or the sequence ends. */
void lab_end_stage(struct lab *lab);

/* Trains until a look is due, the stage ends, the script has something to say or `most` steps are
 * done; then what is due. */
void lab_go_on(struct lab *lab, long most);

/* ---- lab_back.c ---- */

/* Each puts another run in place once that has come there; false and err: all is as it was,
 * ERR_STOPPED where whoever watches has given up. */

/* Back to when `step` steps had been done, everything as it was then, in the last stage that stood
 * there. */
bool lab_rewind(struct lab *lab, long step, struct err *err);

/* Back to the start of this stage (of that in which the learner with id `target` diverged), the
 * learners, switches and knobs of now: they are forked anew from whom they come from, and get their
 * switches and knobs, by commands that go into the log. */
bool lab_rewind_stage(struct lab *lab, int target, struct err *err);

/* Back to the very start, the learners, switches and knobs of now. */
bool lab_restart(struct lab *lab, struct err *err);

/* The watch of steps that are taken again: tells the snapshots how far they are. */
struct watch lab_watch_retrace(struct lab *lab);

/* ---- lab_learners.c ---- */

bool lab_fork(struct lab *lab, const struct command *command, int target, struct err *err);
bool lab_sweep(struct lab *lab, const struct command *command, int target, struct err *err);
bool lab_add(struct lab *lab, const struct command *command, struct err *err);
bool lab_rename(struct lab *lab, const struct command *command, int target, struct err *err);
bool lab_remove(struct lab *lab, const struct command *command, int target, struct err *err);
bool lab_select(struct lab *lab, const struct command *command, struct err *err);

/* Who is called so, or was called so last and is called otherwise now; NULL = nobody. */
struct member *lab_known_as(const struct lab *lab, const char *name);

/* Who has no name from a person, and does something else than the name says, is renamed. */
void lab_name_by_deeds(struct lab *lab);

/* The learner that a command means: by name, else the one with that id; NULL and err, which lists
 * who is there. */
struct member *lab_meant(const struct lab *lab, const char *what, const char *name, int target,
                         struct err *err);

/* A copy of `parent`, as the text of the command says; NULL and err if it cannot be.  And one that
 * is there goes, which must not be the only one. */
struct member *lab_make_fork(struct lab *lab, const struct command *command,
                             const struct member *parent, struct err *err);
bool lab_let_go(struct lab *lab, const struct command *command, struct member *member,
                struct err *err);

/* Carries out an order in the run, and logs it. */
bool lab_carry_out_order(struct lab *lab, const struct order *order, struct err *err);

#endif
