/* SPDX-License-Identifier: MIT */
#include "strategies/table.h"

#include <string.h>

#define STRATEGY_ROW(name) &strategy_##name,
static const struct strategy *const table[] = {STRATEGY_LIST(STRATEGY_ROW)};
#undef STRATEGY_ROW

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
