/* SPDX-License-Identifier: MIT */
#include "lab/learner_name.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "strategies/table.h"

/* A number has room behind it. */
enum { DEEDS_MAX = LEARNER_NAME_MAX - 6 };

static void deeds(uint32_t on, char text[LEARNER_NAME_MAX])
{
    static const char more[] = "+more";
    size_t used = 0;
    snprintf(text, LEARNER_NAME_MAX, "naive");
    for (int i = 0; i < strategy_count(); i++) {
        const char *name = strategy_at(i)->name;
        bool is_last = on >> i == 1;
        size_t room = DEEDS_MAX - (is_last ? 0 : strlen(more));
        if (!((on >> i) & 1u)) {
            continue;
        }
        if (used + strlen(name) + 1 > room) {
            snprintf(text + used, LEARNER_NAME_MAX - used, "%s", more);
            return;
        }
        used +=
            (size_t)snprintf(text + used, LEARNER_NAME_MAX - used, "%s%s", used ? "+" : "", name);
    }
}

void learner_name_by_deeds(uint32_t on, int n, char name[LEARNER_NAME_MAX])
{
    deeds(on, name);
    size_t used = strlen(name);
    if (n > 1) {
        snprintf(name + used, LEARNER_NAME_MAX - used, "-%d", n);
    }
}

int learner_number_by_deeds(uint32_t on, const char *name)
{
    char stem[LEARNER_NAME_MAX];
    deeds(on, stem);
    size_t length = strlen(stem);
    if (strncmp(name, stem, length) != 0) {
        return 0;
    }
    const char *rest = name + length;
    size_t digits = rest[0] == '-' ? strspn(rest + 1, "0123456789") : 0;
    bool is_number = digits > 0 && digits < 5 && rest[1 + digits] == '\0';
    return rest[0] == '\0' ? 1 : is_number ? atoi(rest + 1) : 0;
}
