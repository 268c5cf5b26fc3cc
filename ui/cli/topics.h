/* SPDX-License-Identifier: MIT
 * The pages of `oubli help`, written from the program's own tables. */
#ifndef OUBLI_UI_CLI_TOPICS_H
#define OUBLI_UI_CLI_TOPICS_H

#include "ui/cli/page.h"

/* Writes the page of that name: of a subcommand or of a topic.  False if there is none. */
bool topic_write(const struct page *page, const char *name);

/* Their names, subcommands first; NULL after the last. */
const char *topic_name(int i);

#endif
