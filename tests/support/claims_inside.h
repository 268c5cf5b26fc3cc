/* SPDX-License-Identifier: MIT
 * What the files that check claims share: the journal read by hand, what a pattern has found in a
 * sentence, and a check for each kind of claim.
 *
 *   claims_record.c    what the journal has of a learner
 *   claims_match.c     groups of a pattern, and how a number is compared
 *   claims_tasks.c     how a task does, how all do, and what a stream is mixed of
 *   claims_windows.c   why answers moved
 *   claims_sweeps.c    which value of a sweep keeps and learns best
 *   claims.c           the list of kinds */
#ifndef OUBLI_TESTS_SUPPORT_CLAIMS_INSIDE_H
#define OUBLI_TESTS_SUPPORT_CLAIMS_INSIDE_H

#include <regex.h>

#include "support/claims.h"

/* ---- claims_record.c ---- */

/* What holds in the journal of the learner that is looked at, read without the program's own
 * reader. */
struct record {
    struct entry *measures; /* owned */
    long n;
};

/* With what was there before it was forked; free measures. */
struct record record_read(const struct claims *claims, const struct learner_state *learner);

/* The last accuracy on the task at or before that step; NAN if there is none. */
double record_accuracy(const struct record *record, int task, double step);

/* The best of its rows of R by then. */
double record_best(const struct record *record, int task, double step);

/* Its row of R after that stage; NAN if there is none. */
double record_cell(const struct record *record, int stage, int task);

/* ---- claims_match.c ---- */

enum { CLAIM_GROUPS = 10 };

/* A match: its groups as letters and numbers. */
struct match {
    struct claims *claims;
    const struct record *record;
    const char *text;
    regmatch_t groups[CLAIM_GROUPS];
    char *why;
    size_t size;
};

bool match_has(const struct match *match, int group);
long match_number(const struct match *match, int group); /* -1: not there */
int match_task(const struct match *match, int group);    /* of its letter */

/* False, and why. */
bool match_fails(const struct match *match, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* True if that share is what was said in percent. */
bool match_is(const struct match *match, const char *what, long said, double share);

/* The moment it is about, the stage then, and a task's accuracy then. */
double match_step(const struct match *match);
const struct stage *match_stage(const struct match *match);
double match_now(const struct match *match, int task);

/* ---- a check for each kind; false and why ---- */

typedef bool claim_check(const struct match *match);

claim_check claim_fell, claim_rose, claim_most, claim_now, claim_stage; /* claims_tasks.c */
claim_check claim_average, claim_end, claim_mixture;                    /* the same */
claim_check claim_fall_in_steps, claim_moved, claim_stage_fall;         /* claims_windows.c */
claim_check claim_stage_share, claim_held, claim_since, claim_own, claim_back; /* the same */
claim_check claim_sweep, claim_both, claim_alike;                              /* claims_sweeps.c */

#endif
