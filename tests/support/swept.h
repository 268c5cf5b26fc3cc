/* SPDX-License-Identifier: MIT
 * Merged runs of a sweep that nobody trained: the same numbers each time. */
#ifndef OUBLI_TESTS_SUPPORT_SWEPT_H
#define OUBLI_TESTS_SUPPORT_SWEPT_H

#include <stdbool.h>

struct swept {
    int n_methods; /* of none, ewc, replay, ewc+replay, l2, lora, freeze, decay */
    int n_lambdas; /* of 1, 3.16, 10 ...: key ewc.lambda; 0: it is not varied */
    int n_seeds;
    int n_learners;     /* of each job; 0 means 1 */
    bool has_accidents; /* a run that diverged, and a combination without a run */
    bool is_held_out;   /* validation says that what is bad on the test is good */
};

/* Makes the file, which must not be there; fails the test if it cannot. */
void swept_write(const char *path, const struct swept *swept);

/* A path of a file that is not there. */
void swept_path(char path[64]);

#endif
