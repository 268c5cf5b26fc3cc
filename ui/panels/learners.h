/* SPDX-License-Identifier: MIT
 * The table of learners: what each keeps, forgets, learns and costs. */
#ifndef OUBLI_UI_PANELS_LEARNERS_H
#define OUBLI_UI_PANELS_LEARNERS_H

#include "ui/panels/view.h"

/* Indices into the snapshot's learners in the order of the table; returns how many. */
int learners_order(const struct view *view, int order[LEARNERS_MAX]);

/* The index of the learner in a row of the panel's inside, -1 where there is none; the column whose
 * title stands there, COLUMN_COUNT where there is none. */
int learners_at(const struct pen *pen, const struct view *view, int x, int y);
enum learner_column learners_title_at(const struct pen *pen, const struct view *view, int x, int y);

/* "average accuracy" and so on, for messages. */
const char *learners_column_name(enum learner_column column);

#endif
