/* SPDX-License-Identifier: MIT
 * The layout: which panel stands where, a pure function of the screen's size and the focus.
 *
 * A panel is shown well or not at all.  Large screens show all of them; small ones keep accuracy
 * and the picture (the drift, or what the data is best seen in), with strategies and the chosen
 * knob in lines below; another panel that is focused takes the picture's place; the samples, which
 * need room, the right half.  Where learners are
 * compared, their table and the plane take the place of drift and knobs. */
#ifndef OUBLI_UI_APP_LAYOUT_H
#define OUBLI_UI_APP_LAYOUT_H

#include "ui/panels/view.h"
#include "ui/screen/grid.h"

enum { LAYOUT_COLS_LEAST = 60, LAYOUT_ROWS_LEAST = 16 };

struct layout {
    bool is_too_small; /* only a message fits */
    struct rect status, timeline, narrator, hints;
    struct rect panels[PANEL_COUNT]; /* empty where not shown */
    struct rect strip;               /* strategies of small screens, may be empty */
    struct rect knob;                /* the selected knob of small screens, may be empty */
};

/* What the layout depends on beside the size of the screen. */
struct layout_wants {
    enum panel_id focus;
    bool is_enlarged;
    enum panel_id picture; /* view_picture() */
    int n_learners;  /* with more than one, the table of them and the plane have their own places */
    bool has_weight; /* one is under the microscope */
    bool has_samples; /* they have a place on large screens */
};

struct layout layout_make(int cols, int rows, const struct layout_wants *wants);

/* That of a view. */
struct layout layout_of(const struct view *view, int cols, int rows);

/* The panel at a place; false where there is none. */
bool layout_panel_at(const struct layout *layout, int x, int y, enum panel_id *id);

#endif
