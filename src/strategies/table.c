/* SPDX-License-Identifier: MIT */
#include "strategies/table.h"

#include <string.h>

#define STRATEGY_EXTERN(name) extern const struct strategy strategy_##name;
STRATEGY_LIST(STRATEGY_EXTERN)

#define STRATEGY_ROW(name) &strategy_##name,
static const struct strategy *const table[] = {STRATEGY_LIST(STRATEGY_ROW)};

int strategy_count(void)
{
    return STRATEGY_COUNT;
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

void strategies_archive(uint32_t *set, struct archive *archive)
{
    uint64_t bits = *set;
    archive_unsigned(archive, &bits, (UINT64_C(1) << strategy_count()) - 1);
    *set = (uint32_t)bits;
}
