/* SPDX-License-Identifier: MIT
 * The panel of the matrix R, for the cursor and for clicks. */
#ifndef OUBLI_UI_PANELS_MATRIX_H
#define OUBLI_UI_PANELS_MATRIX_H

#include "ui/panels/view.h"

/* How many rows it has: the visits, and the stages still planned. */
int panel_matrix_rows(const struct view *view);

/* The row and column of R under a cell of the panel's inside; false if there is none. */
bool panel_matrix_at(const struct pen *pen, const struct view *view, int x, int y, int cell[2]);

#endif
