/* SPDX-License-Identifier: MIT
 * The table of strategies: adding one is one file and one line here. */
#ifndef OUBLI_STRATEGIES_TABLE_H
#define OUBLI_STRATEGIES_TABLE_H

#include "strategies/strategy.h"

enum { STRATEGIES_MAX = 16 };

/* ROW(name) for each: `strategy_name` is defined in a file of its own. */
#define STRATEGY_LIST(ROW)                                                                         \
    ROW(lowlr)                                                                                     \
    ROW(ewc)                                                                                       \
    ROW(replay)                                                                                    \
    ROW(lora)                                                                                      \
    ROW(l2)                                                                                        \
    ROW(freeze)                                                                                    \
    ROW(decay)                                                                                     \
    ROW(joint)

#define STRATEGY_EXTERN(name) extern const struct strategy strategy_##name;
STRATEGY_LIST(STRATEGY_EXTERN)
#undef STRATEGY_EXTERN

/* All strategies in the order in which their hooks run and in which they are listed. */
int strategy_count(void);
const struct strategy *strategy_at(int i);

/* Index of the strategy called `name`, -1 if there is none. */
int strategy_find(const char *name);

#endif
