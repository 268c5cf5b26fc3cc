/* SPDX-License-Identifier: MIT
 * Samples: what a learner answers to the examples of a gallery (tasks/gallery.h), and its accuracy
 * per class.  Plain values, an exhibit of the snapshot. */
#ifndef OUBLI_LAB_SAMPLES_H
#define OUBLI_LAB_SAMPLES_H

#include <stdint.h>

#include "tasks/gallery.h"

enum { SAMPLES_TASKS_MAX = 8, SAMPLES_TOP = 10, SAMPLES_CERTAIN = 255 };

/* The likeliest answers to an example, the first is the one that is given; those of a probability
 * that rounds to 0 are left out. */
struct sample {
    int n;
    uint16_t output[SAMPLES_TOP];
    uint8_t probability[SAMPLES_TOP]; /* of SAMPLES_CERTAIN */
};

struct sampled_task {
    int task;
    struct sample samples[GALLERY_EACH_MAX]; /* the first n_each of the task's examples */
    float accuracy[GALLERY_CLASSES_MAX];     /* of each class; NAN: the task has not, not known */
};

struct samples {
    long step;   /* the moment they are of; MAP_STEP_NOW = the present */
    int learner; /* id */
    int n_tasks, n_each, n_classes;
    struct sampled_task tasks[SAMPLES_TASKS_MAX]; /* (n_tasks) in the order of tasks */
};

#endif
