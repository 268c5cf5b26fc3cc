/* SPDX-License-Identifier: MIT */
#include "strategies/table.h"

#include <string.h>

/* One file each. */
extern const struct strategy strategy_lowlr, strategy_ewc, strategy_replay, strategy_lora,
    strategy_l2, strategy_freeze, strategy_decay, strategy_joint;

static const struct strategy *const table[] = {
    &strategy_lowlr, &strategy_ewc,    &strategy_replay, &strategy_lora,
    &strategy_l2,    &strategy_freeze, &strategy_decay,  &strategy_joint,
};

int strategy_count(void)
{
    _Static_assert(sizeof table / sizeof *table <= STRATEGIES_MAX,
                   "a set of strategies is a 32-bit mask");
    return (int)(sizeof table / sizeof *table);
}

const struct strategy *strategy_at(int i)
{
    return table[i];
}

int strategy_find(const char *name)
{
    for (int i = 0; i < strategy_count(); i++) {
        if (strcmp(table[i]->name, name) == 0) {
            return i;
        }
    }
    return -1;
}
