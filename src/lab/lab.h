/* SPDX-License-Identifier: MIT
 * The lab: one suite, one learner (later several in lockstep) on the same batches.
 *
 * Deterministic: the same config, script and commands at the same steps give the same bits.  Knows
 * no threads and no clock but to measure its own speed; `trainer` runs it in a thread, `oubli run`
 * calls it directly. Telemetry goes out through the journal (what happened) and snapshots (what
 * is); neither changes training. */
#ifndef OUBLI_LAB_LAB_H
#define OUBLI_LAB_LAB_H

#include "lab/config.h"
#include "lab/journal.h"
#include "lab/script.h"
#include "lab/snapshot.h"
#include "tasks/suite.h"

struct lab; /* opaque */

/* How the lab measures itself. */
struct lab_options {
    const struct script *script; /* borrowed, must outlive the lab; may be NULL */
    bool keeps_history; /* `rewind STEP` can be asked for (a script that does says so itself) */
    double speed;       /* at the start, steps a second; 0 = as fast as it can */
};

/* Opens the data, makes suite and learner.  Returns owned; NULL and err on trouble with data,
 * suite, network or a script that names a task the suite has not. */
struct lab *lab_create(const struct config *config, const struct lab_options *options,
                       struct err *err) __attribute__((warn_unused_result));
void lab_destroy(struct lab *lab);

/* Carries out a command between two steps and writes it to the journal.  A command that cannot be
 * carried out (no adapter to unplug, a task there is not) is written as refused and sets err;
 * nothing changes. */
bool lab_apply(struct lab *lab, const struct command *command, struct err *err);

/* Does the next piece of work: one training step, with the evaluations that are due and what the
 * script says. Returns the state after it; only LAB_TRAINING does anything. */
enum lab_state lab_step(struct lab *lab);

enum lab_state lab_state(const struct lab *lab);
double lab_speed(const struct lab *lab);
long lab_steps_done(const struct lab *lab);
long lab_total_steps(const struct lab *lab);
double lab_seconds_training(const struct lab *lab);
long lab_samples_trained(const struct lab *lab);

/* Takes a snapshot, heatmap included; changes nothing that trains. */
void lab_snapshot(struct lab *lab, struct snapshot *snapshot);

/* Borrowed for the lab's life; the journal may be read from any thread. */
const struct journal *lab_journal(const struct lab *lab);
const struct suite *lab_suite(const struct lab *lab);
const struct config *lab_config(const struct lab *lab);
struct learner *lab_learner(const struct lab *lab, int learner);

/* |W_l - W_l at the end of the first stage| / |the latter| per layer, weights only; NAN before
 * that. */
double lab_total_drift(const struct lab *lab, int learner, int layer);

#endif
