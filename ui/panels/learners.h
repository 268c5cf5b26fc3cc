/* SPDX-License-Identifier: MIT
 * The table of learners: what each keeps, forgets, learns and costs. */
#ifndef OUBLI_UI_PANELS_LEARNERS_H
#define OUBLI_UI_PANELS_LEARNERS_H

#include "ui/panels/view.h"

/* Indices into the snapshot's learners in the order of the table; returns how many. */
int learners_order(const struct view *view, int order[LEARNERS_MAX]);

/* True if the table of learners, or the scoreboard, is sorted by that. */
bool learners_has_column(enum learner_column column);
bool board_has_column(enum learner_column column);

/* "order", "average" ... as commands call the columns, ended by NULL; "average accuracy" and so on,
 * for messages. */
extern const char *const learners_column_words[];
const char *learners_column_name(enum learner_column column);

#endif
