/* SPDX-License-Identifier: MIT
 * The table of strategies: adding one is one file and one line in table.c. */
#ifndef OUBLI_STRATEGIES_TABLE_H
#define OUBLI_STRATEGIES_TABLE_H

#include "strategies/strategy.h"

enum { STRATEGIES_MAX = 16 };

/* All strategies in the order in which their hooks run and in which they are listed. */
int strategy_count(void);
const struct strategy *strategy_at(int i);

/* Index of the strategy called `name`, -1 if there is none. */
int strategy_find(const char *name);

/* A set of them both ways: bit i of strategy number i. */
void strategies_archive(uint32_t *set, struct archive *archive);

#endif
