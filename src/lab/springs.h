/* SPDX-License-Identifier: MIT
 * Which weights show best what springs do, by what has been pushed and pulled since a stage began
 * (pull.h):
 *
 *   held       pushed one way, pulled the other: the largest min(|push|, |pull|)
 *   stretched  the largest |pull| of those that have moved by more than 0.15 all the same
 *   free       |pull| < |push| / 10: those that have moved most
 *
 * Weights of all parts of the network (matrices, no biases); the first where two are equal. */
#ifndef OUBLI_LAB_SPRINGS_H
#define OUBLI_LAB_SPRINGS_H

#include "net/network.h"

enum spring_rule { SPRING_HELD, SPRING_STRETCHED, SPRING_FREE, SPRING_RULES };

struct spring_pick {
    int part, row, col; /* of the part: input and unit */
    double push, pull, score;
};

/* "held", "stretched", "free"; NULL past the last. */
const char *spring_rule_name(int rule);

/* The best `most` of a rule, best first; returns how many there are.  start, theta: the weights (P)
 * then and now; pull (P): what was pulled in between. */
int springs_pick(enum spring_rule rule, const struct network *net, const real *start,
                 const real *theta, const real *pull, struct spring_pick *picks, int most);

#endif
