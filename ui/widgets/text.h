/* SPDX-License-Identifier: MIT
 * Paragraphs: UTF-8 words wrapped into the pen's area.
 *
 * Markup: `*bold*` is written bold and bright, `_name_` dim; a mark counts only at the edge of a
 * word, so 2*3 and a_b stay as they are.  A newline starts a new line, an empty line stays
 * empty. */
#ifndef OUBLI_UI_WIDGETS_TEXT_H
#define OUBLI_UI_WIDGETS_TEXT_H

#include "ui/screen/pen.h"

/* Writes the text from row `y` on, leaving out the first `skip` rows (scrolling).  Returns the
 * number of rows the whole text takes at this width, which may be more than were written. */
int text_draw(const struct pen *pen, int y, int skip, struct style style, const char *text);

/* The same without drawing. */
int text_rows(const struct pen *pen, const char *text);

/* One line with markup, from column x, not wrapped.  Returns the columns it takes. */
int text_line(const struct pen *pen, int x, int y, struct style style, const char *text);

/* The same, of which only so much is written as there is room for: pieces are left out from the
 * end, first those that three blanks keep apart, then sentences, what follows a semicolon, colon or
 * comma, or stands behind a dot between blanks, and at last words. */
int text_line_fit(const struct pen *pen, int x, int y, struct style style, const char *text);

#endif
