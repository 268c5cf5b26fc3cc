/* SPDX-License-Identifier: MIT
 * Training a session again from what is written down of it - config, seed, commands - and holding
 * every number against the recorded one.  The same build on the same BLAS kernels gives the same
 * bits. */
#ifndef OUBLI_SESSION_RETRAIN_H
#define OUBLI_SESSION_RETRAIN_H

#include "lab/lab.h"

/* What came of it. */
struct verdict {
    bool is_equal;
    long n_entries;  /* there again: compared, passed over, or in the lab's journal before */
    long n_commands; /* carried out again */
    double worst;    /* largest difference of two numbers, where both are finite */
    /* The first difference: its place in the journal, and both entries (texts borrowed); a lab that
     * stopped short has none: has_retrained is false. */
    long at;
    struct entry recorded, retrained;
    bool has_retrained;
};

/* Called about every 20 ms with the entries compared so far; false gives up. */
struct retrain_watch {
    bool (*goes_on)(void *context, long n);
    void *context;
};

/* How close it has to come. */
struct retrain_terms {
    double tolerance;    /* numbers may differ by so much */
    bool without_probes; /* what probes say that can be switched on is compared with nothing: they
                            were taken at other steps (LAB_PROBING) */
};

/* Takes the lab, made from the recorded config, with history, before its first step or gone on from
 * a checkpoint (lab_resume), through the rest of the recorded journal.  `terms` NULL: every bit has
 * to come out. Stops at the first difference.  Returns false and err if the lab cannot go on for
 * another reason, or the watch gave up. */
bool retrain(struct lab *lab, const struct journal *recorded, const struct retrain_terms *terms,
             const struct retrain_watch *watch, struct verdict *verdict, struct err *err)
    __attribute__((warn_unused_result));

#endif
