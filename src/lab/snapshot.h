/* SPDX-License-Identifier: MIT
 * The snapshot: what the lab is at one moment.  Plain numbers, no pointers into the engine; what
 * happened on the way is in the journal. */
#ifndef OUBLI_LAB_SNAPSHOT_H
#define OUBLI_LAB_SNAPSHOT_H

#include <stdint.h>

#include "lab/command.h"
#include "lab/config.h"
#include "lab/exhibits.h"
#include "strategies/table.h"

enum { MAP_CELLS_MAX = 128 * 256, STATUS_TEXT_MAX = 24 };

enum lab_state {
    LAB_TRAINING,
    LAB_PAUSED,
    LAB_DIVERGED, /* paused because no learner's loss is finite */
    LAB_ENDED,    /* the sequence is over */
};

/* What has been saved, by --save and the command `save`: how often it was tried, and how the last
 * time ended. */
struct saved {
    int n;
    bool has_failed;
    char text[320]; /* "base.safetensors has the 108288 weights of naive"; or why it has not */
};

struct strategy_state {
    bool is_on, is_observed;
    double gauge;                 /* NAN where it means nothing */
    size_t bytes;                 /* kept */
    char status[STATUS_TEXT_MAX]; /* "3 anchors" */
};

struct learner_state {
    int id;   /* never given twice in a session */
    int slot; /* 0 .. LEARNERS_MAX-1, unlike that of any other that is there: for colour and sign */
    int parent; /* id of the learner it was forked from, -1 = none */
    long born;  /* the step at which that was */
    char name[LEARNER_NAME_MAX];
    struct params params;
    double rate; /* learning rate in force */
    double loss; /* running mean, nats */
    bool has_diverged;
    long diverged_step; /* steps it had done when its loss was not finite any more */
    long steps;         /* taken by it, and the time they took */
    double seconds_training;
    struct strategy_state strategies[STRATEGIES_MAX];
    int n_parts;                     /* of its network */
    double drift[NETWORK_PARTS_MAX]; /* |W - W_start of stage| / |W_start of stage| */
};

/* A part's matrix, max-pooled to at most the requested cells.  Row i, column j holds the value of
 * largest magnitude among inputs i*n_inputs/rows .. and units j*n_units/cols ..; NAN where it
 * cannot be said. */
struct map {
    struct map_request request; /* what was asked, so that a reader knows what this is */
    int n_inputs, n_units;      /* of the part */
    int rows, cols;
    long step;                  /* the moment these numbers are of; MAP_STEP_NOW = the present */
    float max;                  /* largest magnitude over the part */
    bool is_signed;             /* weights: negative values occur */
    float cells[MAP_CELLS_MAX]; /* (rows, cols) */
};

struct snapshot {
    uint64_t number; /* counts up by one per snapshot */
    enum lab_state state;
    long step;                    /* steps done */
    int stage, task;              /* the present stage */
    long stage_step, stage_steps; /* steps done in the stage, and its length */
    int n_stages;                 /* planned */
    int planned;                  /* stages of the suite's own sequence that have begun */
    bool has_interrupted;         /* a lesson has interrupted a task, which goes on after it */
    int interrupted;              /* that task */
    long total_steps;
    double speed;              /* steps a second asked for; 0 = as fast as it can */
    double samples_per_second; /* measured, 0 while not training */
    double seconds_training;   /* spent in steps, by all learners together */
    uint64_t n_commands;       /* done or refused; a trainer counts only those sent to it */
    struct saved saved;        /* not in recordings */
    double taken_again;        /* 0 .. 1 while steps are taken again to get to a moment, else NAN */
    double consolidated;  /* 0 .. 1 while strategies consolidate, if that takes long, else NAN */
    size_t history_bytes; /* of the checkpoints kept */
    int n_learners, selected; /* selected: index of the one panels show */
    bool is_to_all;           /* switches and knobs reach all learners, not the selected one */
    struct learner_state learners[LEARNERS_MAX];
    struct map map;           /* of the selected learner */
    struct exhibits exhibits; /* the same */
};

#endif
