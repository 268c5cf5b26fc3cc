/* SPDX-License-Identifier: MIT
 * The pages of `oubli help`, written from the program's own tables. */
#ifndef OUBLI_UI_CLI_TOPICS_H
#define OUBLI_UI_CLI_TOPICS_H

#include "ui/cli/page.h"

struct topic {
    const char *name;
    const char *summary; /* one line; NULL = not named in the overview */
    void (*write)(const struct page *page, const struct topic *topic);
};

/* The table, ended by a NULL name; and one by its name, NULL if there is none. */
const struct topic *topics(void);
const struct topic *topic_find(const char *name);

#endif
