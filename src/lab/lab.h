/* SPDX-License-Identifier: MIT
 * The lab: one suite, one or more learners in lockstep on the same batches.
 *
 * Deterministic: the same config, script and commands at the same steps give the same bits,
 * whatever the number of cores and however the work is cut up.  Called by one thread; `trainer`
 * gives it a thread of its own, `oubli run` calls it directly.  Several learners are worked on by
 * as many threads as there are cores, within a call.  Telemetry goes out through the journal (what
 * happened) and snapshots (what is); neither changes training. */
#ifndef OUBLI_LAB_LAB_H
#define OUBLI_LAB_LAB_H

#include <stdio.h>

#include "base/watch.h"
#include "lab/config.h"
#include "lab/journal.h"
#include "lab/script.h"
#include "lab/snapshot.h"
#include "tasks/suite.h"

struct lab;      /* opaque */
struct learner;  /* learner.h */
struct handover; /* handover.h */

/* Raised whenever the same config, seed and commands give other bits on the same kernels: what a
 * recording was made with, it is compared with bit for bit.
 *
 *   1  all products by BLAS, subnormal numbers kept
 *   2  small products fused multiply-adds (net/product.h), subnormal numbers flushed, Fisher's
 *      squares summed over outputs first, tables split by a draw, streams of their own beyond the
 *      reference's (base/rng.h), a replay memory that grows fairly, Adam's means corrected for what
 *      they were taken with
 *   3  LoRA's gradients from what goes in and what comes back, not from that of the whole matrix */
enum { LAB_ARITHMETIC = 3 };

/* Raised whenever probes (probe.h) are taken at other steps of the same session, or say other
 * numbers: nothing that trains, but entries of the journal.
 *
 *   1  as often as a hundredth of training
 *   2  by costs that were measured again, at a pace by the time that it leaves */
enum { LAB_PROBING = 2 };

/* A file that the selected learner's weights go to, once so many steps are done. */
struct save_wish {
    const char *path; /* borrowed; NULL = none */
    long step;        /* LONG_MAX = at the end */
};

/* How the lab measures itself. */
struct lab_options {
    const struct script *script; /* copied; may be NULL */
    bool can_be_taught; /* a person may: texts have a task for lessons (a script that teaches says
                           so itself) */
    bool keeps_history; /* going back can be asked for (a script that does says so itself) */
    double speed;       /* at the start, steps a second; 0 = as fast as it can */
    int hands;          /* threads at work at once, 0 = as many as there are cores */
    struct save_wish save;
    const struct watch *watch; /* of the data being read, for the call; NULL: nobody does */
};

/* Opens the data, makes suite and learners.  The config is copied, texts and all.  Returns owned;
 * NULL and err on trouble with data,
 * suite, network or a script that names a task the suite has not. */
struct lab *lab_create(const struct config *config, const struct lab_options *options,
                       struct err *err) __attribute__((warn_unused_result));
void lab_destroy(struct lab *lab);

/* Who is told, about every 20 ms, while steps are taken again to get to a moment, from within
 * lab_apply, and while strategies consolidate at the end of a stage, from within lab_advance.  When
 * it gives up the lab is as it was before that command, which the journal has already, or before
 * the end of the stage: that is to be done by whoever goes on from there (lab_hand_over,
 * lab_resume), and this lab is not to go on. */
void lab_set_watch(struct lab *lab, const struct watch *watch);

/* False and err if something was to be saved in time (save_wish) and is in no file: it has not been
 * its time, or it could not be written. */
bool lab_has_kept_wish(const struct lab *lab, struct err *err) __attribute__((warn_unused_result));

/* A learner by its name, or if that is NULL by its number (lab_learner_id). */
struct whose {
    const char *name; /* borrowed */
    int id;
};

/* In the place of what was to be saved in time: once so many steps are done (LONG_MAX: at the end),
 * if they are still to come, a learner's weights go to the stream, which is borrowed. */
void lab_wish_weights(struct lab *lab, FILE *out, const struct whose *whose, long step);

/* Carries out a command between two steps and writes it to the journal.  A command that cannot be
 * carried out (no adapter to unplug, a task there is not) is written as refused and sets err;
 * nothing changes. */
bool lab_apply(struct lab *lab, const struct command *command, struct err *err);

/* The same for a command of a journal: `learner` is whom it concerned, as its entry says. */
bool lab_apply_to(struct lab *lab, const struct command *command, int learner, struct err *err);

/* Writes that a view was refused, as an entry of another journal of this session says: whoever
 * looks is not there when it is trained again. */
void lab_refuse_again(struct lab *lab, const struct entry *entry);

/* Does the next piece of work: up to `most` training steps, until an evaluation is due, the script
 * says something or the stage ends, and what is due then.  Returns the state after it; only
 * LAB_TRAINING does anything. */
enum lab_state lab_advance(struct lab *lab, long most);

/* While a journal tells what was done, the script only passes: its lines are taken as done where
 * they stand, and where such a command is carried out. */
void lab_pass_script(struct lab *lab, bool is_passed);

enum lab_state lab_state(const struct lab *lab);
double lab_speed(const struct lab *lab);
long lab_steps_done(const struct lab *lab);
long lab_total_steps(const struct lab *lab);

/* About how many steps of all learners fit into so much time, at least 1. */
long lab_steps_within(const struct lab *lab, int64_t ns);

/* Sums over the learners that are there. */
double lab_seconds_training(const struct lab *lab);
long lab_samples_trained(const struct lab *lab);

/* The whole state as bytes, where somebody asks for it; borrowed for the lab's life, any thread. It
 * is given at the end of lab_apply and lab_advance, once the session has begun, while history is
 * kept.  lab_hand_over: `is_last` gives it unasked, before training ends. */
struct handover *lab_handover(const struct lab *lab);
void lab_hand_over(struct lab *lab, bool is_last);

/* A lab that has just been made of the same config, with history, becomes the one whose state those
 * bytes are, its journal what it was then: the first entries of `recorded`, with their times. Going
 * on gives the same bits, and so does going back: what came before the boundaries among the bytes
 * is trained again from the first step.  Safe for any bytes; after a failure the lab is as it was.
 */
bool lab_resume(struct lab *lab, const void *bytes, size_t size, const struct journal *recorded,
                struct err *err) __attribute__((warn_unused_result));

/* Takes a snapshot, heatmap included; changes nothing that trains. */
void lab_snapshot(struct lab *lab, struct snapshot *snapshot);

/* Borrowed for the lab's life; the journal may be read from any thread. */
const struct journal *lab_journal(const struct lab *lab);
const struct suite *lab_suite(const struct lab *lab);   /* without lessons */
const struct config *lab_config(const struct lab *lab); /* as the session began */
const struct script *lab_script(const struct lab *lab); /* NULL if there is none */

/* The learners that are there, in order; numbers and pointers change with the next command. */
int lab_n_learners(const struct lab *lab);
struct learner *lab_learner(const struct lab *lab, int learner);
const char *lab_learner_name(const struct lab *lab, int learner);
int lab_learner_id(const struct lab *lab, int learner);
/* With its switches and knobs of now. */
struct learner_config lab_learner_config(const struct lab *lab, int learner);
/* What it has trained itself: a fork's past is its parent's. */
double lab_learner_seconds(const struct lab *lab, int learner);
long lab_learner_steps(const struct lab *lab, int learner);
long lab_learner_samples(const struct lab *lab, int learner);

/* Accuracy now on the examples of each class in the task's test set, as many of them as a row of R
 * looks at: accuracy (c), NAN for a class the task has not.  False where memory is short. */
bool lab_class_accuracy(struct lab *lab, int learner, int task, double *accuracy);

/* |W - W at the end of the first stage| / |the latter| of a part of the network; NAN before
 * that. */
double lab_total_drift(const struct lab *lab, int learner, int part);

#endif
