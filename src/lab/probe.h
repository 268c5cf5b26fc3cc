/* SPDX-License-Identifier: MIT
 * Probes: numbers read off a learner while it trains.  They change nothing.
 *
 * A probe is a file with a `const struct probe` and a line in probe_id.h.  It is taken at every
 * look at a learner, becomes an entry of the journal and a curve of its own by that, and is in
 * recordings, CSV, JSON and what `verify` compares. */
#ifndef OUBLI_LAB_PROBE_H
#define OUBLI_LAB_PROBE_H

#include <stdbool.h>

#include "lab/learner.h"
#include "lab/probe_id.h"

/* What has a value of its own: the learner; each task, when it is looked at; each part of the
 * network. */
enum probe_index { PROBE_OF_LEARNER, PROBE_OF_TASK, PROBE_OF_PART };

/* A learner between two steps.  All borrowed. */
struct probed {
    struct learner *learner;
    const struct suite *suite; /* has the test examples */
    int task;                  /* the one in training */
    double loss;               /* mean over the batches since the last look, nats */
    const real *stage_start;   /* (P) its weights when the stage began */
    const struct score *score; /* of the task that is asked for; of no task: NULL */
};

struct probe {
    const char *name;   /* a word: the entry's kind in recordings */
    const char *unit;   /* "%": a share, drawn beside the drift; "nats", "bits" */
    const char *metric; /* its name in CSV, before the name of a part: "_layer_1" */
    const char *json;   /* its name in JSON, a value for the end of each stage; NULL: not there */
    enum probe_index index;
    double min, max;     /* what it can be, both included */
    bool is_since_stage; /* measured against the stage's beginning: its curve breaks off there */
    bool is_in_rows;     /* of tasks: of all of them at a stage's end */

    /* Of task or part number `i`; NAN: there is nothing to say, and no entry.  Called by the thread
     * that trains this learner. */
    double (*measure)(const struct probed *probed, int i);
};

/* |W - V|_F / |V|_F over a part of w and v (P), what `drift` measures; NAN where V is 0. */
double drift_between(const struct network *net, const real *w, const real *v, int part);

#define PROBE_EXTERN(id, name) extern const struct probe probe_##name;
PROBE_LIST(PROBE_EXTERN)
#undef PROBE_EXTERN

const struct probe *probe_at(enum probe_id id);

/* -1 if there is none of that name. */
int probe_find(const char *name);

/* How many values it has at most, with so many tasks. */
int probe_size(const struct probe *probe, int n_tasks);

/* One value of each probe; NAN for those that have another index, or nothing to say. */
struct measures {
    double of[PROBE_COUNT];
};

/* Measures all that are indexed like that, for task or part number `i`. */
void measures_take(struct measures *measures, enum probe_index index, const struct probed *probed,
                   int i);

#endif
