/* SPDX-License-Identifier: MIT
 * The narrator: one line that says in plain words what just happened and why it matters.  From
 * telemetry and commands alone, so that a recording has it too. */
#ifndef OUBLI_UI_PANELS_NARRATOR_H
#define OUBLI_UI_PANELS_NARRATOR_H

#include "ui/panels/view.h"

/* Writes the sentence, with the markup of widgets/text.h.  Returns its role: ROLE_GOOD, ROLE_WARN
 * or ROLE_BAD for the mark before it. */
enum role narrator_say(const struct view *view, char *text, size_t size);

#endif
