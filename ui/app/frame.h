/* SPDX-License-Identifier: MIT
 * A frame: the whole screen, drawn from the view and what lies over it.  Pure: numbers in, cells
 * out. */
#ifndef OUBLI_UI_APP_FRAME_H
#define OUBLI_UI_APP_FRAME_H

#include "ui/app/palette.h"
#include "ui/panels/view.h"

struct frame {
    struct view view;
    struct palette palette; /* while OVERLAY_PALETTE */
    char message[200];      /* stands in the narrator's line while not empty */
    bool is_message_bad;
};

/* Draws the frame over the whole grid.  `cursor` becomes the cell of the text cursor, -1 -1 if
 * there is none. */
void frame_draw(const struct frame *frame, struct grid *grid, const struct glyphs *glyphs,
                enum color_depth depth, int cursor[2]);

/* How many rows of the help or explanation that is open lie below what a screen of that size
 * shows: how far it can be scrolled. */
int frame_scroll_most(const struct frame *frame, int cols, int rows, const struct glyphs *glyphs);

#endif
