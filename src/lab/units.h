/* SPDX-License-Identifier: MIT
 * The exhibit `network`: the units of each layer, the tasks they serve, the strongest connections
 * between them, and what the first layer's weights look like as pictures.
 *
 * Which tasks: two, that one is told from the other (unit_groups.h), or all that have begun.
 * Labels are those of two looks in succession, so that they do not flicker.  All of it is of the
 * network with all its units; those that are silenced are marked. */
#ifndef OUBLI_LAB_UNITS_H
#define OUBLI_LAB_UNITS_H

#include <stdbool.h>
#include <stdint.h>

#include "lab/unit_groups.h"
#include "net/network.h"

enum {
    UNITS_LAYERS_MAX = NETWORK_UNIT_LAYERS_MAX + 1, /* with that of outputs */
    UNITS_OUTPUTS_MAX = 32,
    UNITS_MAX = 1536,       /* units that are shown, of all layers */
    UNITS_LINKS_EACH = 48,  /* between two layers */
    UNITS_LINKS_MAX = 384,  /* all */
    UNITS_PICTURES_MAX = 8, /* of the first layer */
    UNITS_PIXELS_MAX = 1024,
    UNITS_LEVELS = 16,
    UNITS_ALL_TASKS = 99 /* asked for in a request's place; 1 + a task: that one and the present */
};

struct unit_seen {
    int number;       /* in its layer, from 0 */
    uint8_t serves;   /* bits: 1 << i for tasks[i] */
    uint8_t size;     /* the larger of its shares, as a root, in 1/255 of the layer's largest */
    uint8_t own_size; /* the same of tasks[0] alone */
    uint8_t change;   /* of what it gives to inputs of tasks[0], since that task's end: 0 .. 1 of
                         1 - correlation, in 1/255 */
    bool is_silenced;
};

struct unit_layer_seen {
    int n;              /* units */
    int first, n_shown; /* which of the units below; of many the most influential */
    bool is_told_apart; /* units that serve one task are those of that task: they can be named */
    bool is_heads, is_outputs; /* outputs: drawn as what links end at, of no task */
    int alone[UNIT_TASKS_MAX], several, neither; /* of all n */
    int n_silenced;
};

/* |weight| times what the lower unit gives on average; from and to are places among the units
 * below. */
struct unit_link {
    int from, to;
    uint8_t strength; /* in 1/255 of the strongest between these layers */
};

/* Row u of W1 as a picture in each of two tasks' arrangement of pixels. */
struct unit_picture {
    int number;
    float smooth[2]; /* Moran's I */
    uint8_t levels[2][UNITS_PIXELS_MAX];
};

struct units {
    long step;   /* the moment this is of; MAP_STEP_NOW = the present */
    int learner; /* id */
    int n_tasks, tasks[UNIT_TASKS_MAX];
    float chance;    /* accuracy of guessing */
    bool has_change; /* tasks[0] has ended before */
    int n_layers, n;
    struct unit_layer_seen layers[UNITS_LAYERS_MAX];
    struct unit_seen units[UNITS_MAX];
    int n_links;
    struct unit_link links[UNITS_LINKS_MAX];
    int n_pictures, width, height; /* 0: none, the inputs are no picture */
    int n_smooth, n_smooth_then;   /* rows of W1 with I > 0.2 in tasks[0]'s arrangement, now and at
                                      that task's end; -1: not known */
    struct unit_picture pictures[UNITS_PICTURES_MAX];
};

#endif
