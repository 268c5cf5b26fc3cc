/* SPDX-License-Identifier: MIT */
#include "support/claims_inside.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support/labs.h"

struct record record_read(const struct claims *claims, const struct learner_state *learner)
{
    struct record record = {0}, before = {0};
    record.measures = labs_measures(claims->lab, learner->id, &record.n);
    if (learner->parent >= 0) { /* its past is that of whom it comes from */
        before.measures = labs_measures(claims->lab, learner->parent, &before.n);
        size_t size = sizeof *before.measures;
        struct entry *all = calloc((size_t)(before.n + record.n) + 1, size);
        long n = 0;
        for (long i = 0; all && i < before.n; i++) {
            if (before.measures[i].step <= learner->born) {
                all[n++] = before.measures[i];
            }
        }
        memcpy(all + n, record.measures, (size_t)record.n * size);
        free(record.measures);
        free(before.measures);
        record = (struct record){all, n + record.n};
    }
    return record;
}

double record_accuracy(const struct record *record, int task, double step)
{
    double found = (double)NAN;
    for (long i = 0; i < record->n; i++) {
        const struct entry *entry = &record->measures[i];
        bool is_accuracy = entry->kind == ENTRY_MATRIX || entry->kind == ENTRY_BASELINE ||
                           (entry->kind == ENTRY_MEASURE && entry->probe == PROBE_ACCURACY);
        if (is_accuracy && entry->task == task && (double)entry->step <= step) {
            found = entry->value;
        }
    }
    return found;
}

double record_best(const struct record *record, int task, double step)
{
    double found = (double)NAN;
    for (long i = 0; i < record->n; i++) {
        const struct entry *entry = &record->measures[i];
        if (entry->kind == ENTRY_MATRIX && entry->task == task && (double)entry->step <= step) {
            found = fmax(found, entry->value);
        }
    }
    return found;
}

double record_cell(const struct record *record, int stage, int task)
{
    double found = (double)NAN;
    for (long i = 0; i < record->n; i++) {
        const struct entry *entry = &record->measures[i];
        bool is_it = entry->kind == ENTRY_MATRIX && entry->stage == stage && entry->task == task;
        found = is_it ? entry->value : found;
    }
    return found;
}
