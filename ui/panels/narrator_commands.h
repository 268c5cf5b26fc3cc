/* SPDX-License-Identifier: MIT
 * What the narrator says of commands: the sentence of the command's row (lab/command_list.h) or,
 * where more has to be looked at, that of a function here. */
#ifndef OUBLI_UI_PANELS_NARRATOR_COMMANDS_H
#define OUBLI_UI_PANELS_NARRATOR_COMMANDS_H

#include "ui/panels/view.h"

/* A command's sentence and its role; false where it has none, or not any more. */
bool narrator_command(const struct view *view, const struct mark *mark, char *text, size_t size,
                      enum role *role);

#endif
