/* SPDX-License-Identifier: MIT */
#include "support/entries.h"

struct entry entry_of(enum entry_kind kind, int learner, int stage, int task, long step,
                      double value)
{
    return (struct entry){.kind = kind,
                          .learner = learner,
                          .stage = stage,
                          .task = task,
                          .step = step,
                          .value = value};
}

struct entry entry_measure(enum probe_id probe, int learner, int stage, int number, long step,
                           double value)
{
    struct entry entry = entry_of(ENTRY_MEASURE, learner, stage, number, step, value);
    entry.probe = probe;
    return entry;
}

struct entry entry_learner(int id, int parent, long step, const char *name)
{
    return (struct entry){
        .kind = ENTRY_LEARNER, .learner = id, .task = parent, .step = step, .text = name};
}
