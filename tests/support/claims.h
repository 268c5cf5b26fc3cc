/* SPDX-License-Identifier: MIT
 * Claims: what a sentence of the narrator says in numbers, found in its text and compared with the
 * journal, and what no sentence may say at all. */
#ifndef OUBLI_TESTS_SUPPORT_CLAIMS_H
#define OUBLI_TESTS_SUPPORT_CLAIMS_H

#include "lab/lab.h"
#include "ui/panels/view.h"

/* The moment that a sentence is about. */
struct claims {
    const struct lab *lab;
    const struct view *view; /* as it was said; one learner, or the selected one */
    int n_checked;           /* numbers found so far, and true */
};

/* The sentence is true of that moment; else `why` says what is not.  Every percentage and every
 * "points" in it must be of a kind that can be checked. */
bool claims_hold(struct claims *claims, const char *text, char *why, size_t size);

/* A text without its markup. */
void claims_plain(const char *text, char *buf, size_t size);

/* The first phrase in the text that nothing here may claim; NULL if there is none. */
const char *claims_forbidden(const char *text);

#endif
