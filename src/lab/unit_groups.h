/* SPDX-License-Identifier: MIT
 * Which tasks the units of a layer serve, from their influence (net/influence.h).
 *
 *   s_t(u) = I_u(t) / sum_u I_u(t)     carry set C_t: the fewest units with sum s_t >= 0.95
 *
 * Two tasks A, B: a unit in C_A or C_B serves A if s_A > 2 s_B, B if s_B > 2 s_A, else both.  More:
 * it serves t if it is in C_t and s_t is at least half of its largest s.  One: if it is in C_t. The
 * others serve neither: silencing them all costs next to nothing.
 *
 * Labels follow the present weights: "serves A" means that A's answers run through it, not that A's
 * answers are right. */
#ifndef OUBLI_LAB_UNIT_GROUPS_H
#define OUBLI_LAB_UNIT_GROUPS_H

#include <stdbool.h>
#include <stdint.h>

enum { UNIT_TASKS_MAX = 8 }; /* that are told apart at once */

/* Of n units: s (n_tasks, n), the influence on each task, not yet divided by its sum; serves (n)
 * becomes bits, 1 << i for task i.  False, and all zero, where memory is short or an influence is
 * not finite. */
bool unit_groups_find(const double *influence, int n_tasks, int n, uint8_t *serves)
    __attribute__((warn_unused_result));

#endif
