/* SPDX-License-Identifier: MIT
 * Lines that change only how things are looked at: "focus matrix", "zoom two", "compare average",
 * "theme light", "glyphs ascii".  Typed in the palette, or read from a recording. */
#ifndef OUBLI_UI_APP_LOOK_H
#define OUBLI_UI_APP_LOOK_H

#include "ui/panels/view.h"
#include "ui/screen/glyphs.h"
#include "ui/screen/theme.h"

struct look {
    struct view *view; /* with a chronicle */
    const struct theme *theme;
    const struct glyphs *glyphs;
};

/* Carries out a line.  False, and nothing has changed, if it is not one of these or its argument
 * not one of those it has. */
bool look_line(struct look *look, const char *line);

/* The focus to a panel; what stands in front of it goes away. */
void look_focus(struct view *view, enum panel_id id);

#endif
