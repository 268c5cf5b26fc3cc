/* SPDX-License-Identifier: MIT
 * The snapshot: what the lab is at one moment.  Plain numbers, no pointers into the engine; what
 * happened on the way is in the journal. */
#ifndef OUBLI_LAB_SNAPSHOT_H
#define OUBLI_LAB_SNAPSHOT_H

#include <stdint.h>

#include "lab/command.h"
#include "lab/config.h"
#include "strategies/table.h"

enum { MAP_CELLS_MAX = 128 * 256, STATUS_TEXT_MAX = 24 };

enum lab_state {
    LAB_TRAINING,
    LAB_PAUSED,
    LAB_DIVERGED, /* paused because the loss is not finite */
    LAB_ENDED,    /* the sequence is over */
};

struct strategy_state {
    bool is_on, is_observed;
    double gauge;                 /* NAN where it means nothing */
    size_t bytes;                 /* kept */
    char status[STATUS_TEXT_MAX]; /* "3 anchors" */
};

struct learner_state {
    char name[LEARNER_NAME_MAX];
    struct params params;
    double rate; /* learning rate in force */
    double loss; /* running mean, nats */
    struct strategy_state strategies[STRATEGIES_MAX];
    int n_layers;
    double drift[NETWORK_LAYERS_MAX]; /* |W - W_start of stage| / |W_start of stage| */
};

/* A layer's matrix, max-pooled to at most the requested cells.  Row i, column j holds the value of
 * largest magnitude among inputs i*n_inputs/rows .. and units j*n_units/cols ..; NAN where it
 * cannot be said. */
struct map {
    struct map_request request; /* what was asked, so that a reader knows what this is */
    int n_inputs, n_units;      /* of the layer */
    int rows, cols;
    float max;                  /* largest magnitude over the layer */
    bool is_signed;             /* weights: negative values occur */
    float cells[MAP_CELLS_MAX]; /* (rows, cols) */
};

struct snapshot {
    uint64_t number; /* counts up by one per snapshot */
    enum lab_state state;
    long step;                    /* steps done */
    int stage, task;              /* the present visit */
    long stage_step, stage_steps; /* steps done in the stage, and its length */
    int n_stages;                 /* planned */
    int planned;                  /* stages of the suite's own sequence that have begun */
    long total_steps;
    double speed;              /* steps a second asked for; 0 = as fast as it can */
    double samples_per_second; /* measured, 0 while not training */
    double seconds_training;   /* spent in steps */
    uint64_t n_commands;       /* done or refused; a trainer counts only those sent to it */
    int n_learners, selected;
    struct learner_state learners[LEARNERS_MAX];
    struct map map; /* of the selected learner */
};

#endif
