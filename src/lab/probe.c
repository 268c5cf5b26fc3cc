/* SPDX-License-Identifier: MIT
 * The table of probes, and those that training and evaluation give anyway. */
#include "lab/probe.h"

#include <math.h>
#include <string.h>

static double accuracy(const struct probed *probed, int task)
{
    (void)task;
    return probed->score->accuracy;
}

static double bits(const struct probed *probed, int task)
{
    (void)task;
    return probed->score->bits;
}

static double loss(const struct probed *probed, int none)
{
    (void)none;
    return probed->loss;
}

const struct probe probe_accuracy = {
    .name = "accuracy",
    .unit = "%",
    .metric = "accuracy",
    .index = PROBE_OF_TASK,
    .min = 0,
    .max = 1,
    .measure = accuracy,
};

const struct probe probe_bits = {
    .name = "bits",
    .unit = "bits",
    .metric = "bits_per_character",
    .json = "bits_per_character",
    .index = PROBE_OF_TASK,
    .min = 0,
    .max = (double)INFINITY,
    .is_in_rows = true,
    .measure = bits,
};

const struct probe probe_loss = {
    .name = "loss",
    .unit = "nats",
    .metric = "loss",
    .index = PROBE_OF_LEARNER,
    .min = -(double)INFINITY,
    .max = (double)INFINITY,
    .measure = loss,
};

#define PROBE_ROW(id, name) [PROBE_##id] = &probe_##name,
static const struct probe *const probes[PROBE_COUNT] = {PROBE_LIST(PROBE_ROW)};

const struct probe *probe_at(enum probe_id id)
{
    return probes[id];
}

int probe_find(const char *name)
{
    for (int i = 0; i < PROBE_COUNT; i++) {
        if (strcmp(probes[i]->name, name) == 0) {
            return i;
        }
    }
    return -1;
}

int probe_size(const struct probe *probe, int n_tasks)
{
    return probe->index == PROBE_OF_TASK   ? n_tasks
           : probe->index == PROBE_OF_PART ? NETWORK_PARTS_MAX
                                           : 1;
}

void measures_take(struct measures *measures, enum probe_index index, const struct probed *probed,
                   int i)
{
    for (int p = 0; p < PROBE_COUNT; p++) {
        measures->of[p] = probes[p]->index == index ? probes[p]->measure(probed, i) : (double)NAN;
    }
}
