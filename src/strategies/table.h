/* SPDX-License-Identifier: MIT
 * The table of strategies: its list is in base/param.h. */
#ifndef OUBLI_STRATEGIES_TABLE_H
#define OUBLI_STRATEGIES_TABLE_H

#include "strategies/strategy.h"

/* In the order of the list (base/param.h): their hooks run in it, and they are listed in it. */
#define STRATEGY_ID(name) STRATEGY_##name,
enum {
    STRATEGY_LIST(STRATEGY_ID) STRATEGY_COUNT,
    STRATEGY_DIGITS = STRATEGY_COUNT < 9 ? STRATEGY_COUNT : 9, /* the first: a digit is their key */
    STRATEGIES_MAX = 16
};
#undef STRATEGY_ID
_Static_assert(STRATEGY_COUNT <= STRATEGIES_MAX, "learners hold so many");

int strategy_count(void);
const struct strategy *strategy_at(int i);

/* Index of the strategy called `name`, -1 if there is none. */
int strategy_find(const char *name);

/* A set of them both ways: bit i of strategy number i. */
void strategies_archive(uint32_t *set, struct archive *archive);

#endif
