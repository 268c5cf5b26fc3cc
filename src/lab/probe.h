/* SPDX-License-Identifier: MIT
 * Probes: numbers read off a learner while it trains.  They change nothing.
 *
 * A probe is a file with a `const struct probe` and a line in probe_id.h.  Whatever it says becomes
 * an entry of the journal and a curve by that, and is in recordings, CSV, JSON, the page and what
 * `verify` compares.
 *
 * A few come with training and evaluation and are always there.  The others are taken only while
 * they are on, and so seldom that they are a hundredth of the work of training, or at a pace of the
 * time that it leaves (probe_room): how often follows from steps and sizes, never from the
 * clock. */
#ifndef OUBLI_LAB_PROBE_H
#define OUBLI_LAB_PROBE_H

#include <stdbool.h>
#include <stdint.h>

#include "lab/ends.h"
#include "lab/learner.h"
#include "lab/probe_id.h"
#include "lab/probing.h"

/* What has a value of its own: the learner; each task; each part or layer of the network; and of
 * each task each layer, module or point of something that is drawn. */
enum probe_index {
    PROBE_OF_LEARNER,
    PROBE_OF_TASK,
    PROBE_OF_PART,
    PROBE_OF_LAYER,
    PROBE_OF_TASK_AND_LAYER,
    PROBE_OF_TASK_AND_MODULE,
    PROBE_OF_TASK_AND_POINT
};

enum { PROBE_POINTS_MAX = 256, PROBE_EXAMPLES = 128 /* that most probes show a network */ };

/* When it is taken. */
enum probe_when {
    PROBE_ALWAYS,    /* at each look, on or not: it costs nothing */
    PROBE_AT_LOOKS,  /* some looks, and ends of stages */
    PROBE_AT_ENDS,   /* ends of stages, before strategies consolidate */
    PROBE_AT_ANCHOR, /* ends of stages, when strategies have consolidated */
    PROBE_AT_STEPS   /* each of the first PROBE_STEPS steps of a stage but the first */
};

enum { PROBE_STEPS = 100 };

/* A learner between two steps.  All borrowed. */
struct probed {
    struct learner *learner;
    const struct suite *suite; /* has the test examples */
    int stage, task;           /* in training */
    double loss;               /* mean over the batches since the last look, nats */
    const real *stage_start;   /* (P) its weights when the stage began */
    const struct score *score; /* of the task that is asked for; of no task: NULL */
    const real *importance;    /* (P) what strategies held for important before they consolidated;
                                  PROBE_AT_ANCHOR alone, else NULL, also where they had nothing */
    int turn;                  /* of this probe, from 0: whose turn it is among tasks */
    struct probing *room;      /* to work with; NULL for those that are always there */
    int n_tasks;
    const struct ends *ends; /* of stages: see probe_end */
};

/* What probes have said. */
struct finding {
    enum probe_id probe;
    int i;
    long step;
    double value;
};

/* A list that grows; zeroed = empty. */
struct findings {
    int n, capacity;
    struct finding *all; /* owned */
    enum probe_id probe; /* of those that are put now ... */
    long step;           /* ... and when that is */
};
void findings_fini(struct findings *findings);

/* What a layer makes of PROBE_EXAMPLES test examples of a task (n, width): now, and at the task's
 * end. */
struct probe_layer {
    int i, n, width;
    const real *now, *before;
};

struct probe {
    const char *name;   /* a word: the entry's kind in recordings */
    const char *title;  /* of its picture: "drift per layer, %" */
    const char *about;  /* what it is for who asks, under *What you see.*, *What to look for.*,
                           *Equation.* and *Source.*, which tests look for to the letter; markup of
                           ui/widgets/text.h */
    const char *unit;   /* "%": a share; "nats", "bits", "units"; "" */
    const char *metric; /* its name in CSV, before the name of a part: "_layer_1" */
    const char *json; /* a key of its own in JSON, a value for the end of each stage; NULL: none, it
                         is in `probes` like all */
    enum probe_index index;
    enum probe_when when;
    double min, max;     /* what it can be, both included */
    bool is_since_stage; /* measured against the stage's beginning: its curve breaks off there */
    bool is_in_rows;     /* of tasks: of all of them at a stage's end */
    int n_points,
        n_columns;   /* of the picture it gives of a task: a curve (0 columns), or a field */
    int first_stage; /* it has nothing to say before: 1, what needs an earlier task's end */

    /* PROBE_ALWAYS: of task or part number `i`; NAN: there is nothing to say, and no entry.  Called
     * by the thread that trains this learner. */
    double (*measure)(const struct probed *probed, int i);

    /* The others: says all that is to be said now (probe_put).  The same thread. */
    void (*take)(const struct probed *probed, struct findings *findings);
    /* Or what is to be said of each layer: where it speaks of layers of those of units, for the
     * task in training, `before` is NULL; where it speaks of tasks, too, of the outputs as well,
     * for the earlier task in turn. */
    double (*of_layer)(const struct probed *probed, const struct probe_layer *layer);
    /* What that costs, in examples passed forward through the network; one passed backward counts
     * as two.  A number, or where it depends on the network or the tasks a hook; and what goes over
     * the weights without an example, as examples of a single position. */
    double cost_examples, cost_weights;
    double (*cost)(const struct probed *probed);
};

#define PROBE_EXTERN(id, name) extern const struct probe probe_##name;
PROBE_LIST(PROBE_EXTERN)
#undef PROBE_EXTERN

const struct probe *probe_at(enum probe_id id);

/* -1 if there is none of that name. */
int probe_find(const char *name);

/* How many values it has at most, with so many tasks. */
int probe_size(const struct probe *probe, int n_tasks);

/* Of what value number `i` is; a layer counts from 0, -1: that says nothing.  And the number of
 * value `i` of a task (0 where it speaks of none). */
struct probe_keys {
    int task, part, layer, module, point;
};
struct probe_keys probe_keys(const struct probe *probe, int i);
int probe_number(const struct probe *probe, int task, int i);

/* What a layer is called: "layer 1", "block 2 · heads", and above all "outputs".  Returns buf. */
char *probe_layer_name(const struct params *params, int layer, char *buf, size_t size);

/* What answered for a task when its last stage was over; NULL where it has not been, or where that
 * is not kept. */
const struct end *probe_end(const struct probed *probed, int task);

/* True if the task has ended and is not in training now; the one of these whose turn it is, one
 * after the other, -1: there is none. */
bool probe_is_earlier(const struct probed *probed, int task);
int probe_task_in_turn(const struct probed *probed);

/* Puts down what a probe says of number `i` (part, layer ...; 0 where there are none) of a task (0
 * where it speaks of none); not where that is NAN, and what rounding has put out of its range is
 * put back.  Without memory it is not said. */
void probe_put(struct findings *findings, int task, int i, double value);

/* Puts down the accuracy on `most` test examples of a task, where `among` alone competes (NULL:
 * what does). */
void probe_put_accuracy(const struct probed *probed, struct findings *findings, int task, int most,
                        const struct range *among);

/* Takes it now, of a learner with room to work in. */
void probe_take(const struct probe *probe, const struct probed *probed, struct findings *findings);

/* ---- which are on: a set, bit i = probe_at(i) ---- */

/* "cka", "all": one word; "cka,dead": several.  ERR_USAGE where one is none, or always there. */
bool probe_parse_one(const char *name, uint32_t *set, struct err *err)
    __attribute__((warn_unused_result));
bool probe_parse_set(const char *text, uint32_t *set, struct err *err)
    __attribute__((warn_unused_result));
char *probe_format_set(uint32_t set, char *buf, size_t size);

/* Those that can be switched on; those that are taken then. */
uint32_t probe_all(void);
uint32_t probe_when_set(enum probe_when when);

/* "at each task's end": when that is, in words. */
const char *probe_when_words(enum probe_when when);

/* ---- when ---- */

/* Where training stands, after a step. */
struct probe_moment {
    int stage;
    long stage_step, stage_steps;
    long interval; /* steps between two regular looks */
    double room;   /* probe_room */
    bool is_end;   /* of the stage */
};

/* The examples that a step leaves a probe room for: a hundredth of its own work, `rows` forward and
 * backward; where it is to wait for the next one, at `speed` steps a second (0: it is not), at
 * least a hundredth of the time between, on a machine of 5e9 multiplications a second, which is a
 * slow one. */
double probe_room(const struct network *net, int rows, double speed);

/* Which turn of its own a probe of that cost has now, from 0; -1: none.
 *
 * A stage has as many turns as its steps have room for, at most one a look, evenly spaced, the last
 * at its end.  What is dearer has a turn in the first stage that has anything to say of it, then
 * rests for as many stages as that is worth. */
int probe_turn(const struct probe *probe, double cost, const struct probe_moment *moment);

/* What a turn costs, with what passes beside training's own take more than those: examples are
 * fetched one by one. */
double probe_cost(const struct probe *probe, const struct probed *probed);

/* Steps that have room for a turn. */
long probe_interval(const struct probe *probe, double cost, double room);

/* One value of each probe; NAN for those that have another index, or nothing to say. */
struct measures {
    double of[PROBE_COUNT];
};

/* Measures all that are always there and indexed like that, for task or part number `i`. */
void measures_take(struct measures *measures, enum probe_index index, const struct probed *probed,
                   int i);

#endif
