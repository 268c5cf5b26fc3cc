/* SPDX-License-Identifier: MIT
 * The smaller, the larger, the one that is kept within bounds. */
#ifndef OUBLI_BASE_RANGE_H
#define OUBLI_BASE_RANGE_H

static inline int min_int(int a, int b)
{
    return a < b ? a : b;
}

static inline int max_int(int a, int b)
{
    return a > b ? a : b;
}

/* `low` if there is no room between the two. */
static inline int clamp_int(int x, int low, int high)
{
    return max_int(low, min_int(x, high));
}

#endif
