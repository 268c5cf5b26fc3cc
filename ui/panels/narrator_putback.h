/* SPDX-License-Identifier: MIT
 * What is said of a layer that has been put back. */
#ifndef OUBLI_UI_PANELS_NARRATOR_PUTBACK_H
#define OUBLI_UI_PANELS_NARRATOR_PUTBACK_H

#include <stddef.h>

#include "ui/panels/view.h"

/* What came back by that mark's command, and what it cost, as it was measured right then. */
void narrator_putback(const struct view *view, const struct mark *mark,
                      const struct command *command, char *text, size_t size);

#endif
