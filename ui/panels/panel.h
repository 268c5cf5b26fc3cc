/* SPDX-License-Identifier: MIT
 * Panels: each shows one thing inside a frame.  Pure functions from the view to cells. */
#ifndef OUBLI_UI_PANELS_PANEL_H
#define OUBLI_UI_PANELS_PANEL_H

#include "ui/panels/view.h"

struct panel {
    const char *name;  /* for `focus NAME` */
    const char *title; /* in the frame */
    const char *about; /* what you see, the equation, the source; markup of widgets/text.h */
    /* The words at the right end of the top line, which has room for `columns`; "" for none. */
    void (*note)(const struct view *view, int columns, char *text, size_t size);
    /* Draws the inside. */
    void (*draw)(const struct pen *pen, const struct view *view);
};

/* The table, by enum panel_id. */
const struct panel *panel_at(enum panel_id id);

/* Frame, note and inside.  Returns the pen of the inside, for clicks. */
struct pen panel_draw(const struct pen *pen, struct rect rect, const struct view *view,
                      enum panel_id id);

extern const struct panel panel_accuracy, panel_drift, panel_strategies, panel_knobs, panel_matrix,
    panel_layers, panel_learners, panel_plane, panel_writing, panel_surface, panel_samples;

#endif
