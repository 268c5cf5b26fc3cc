/* SPDX-License-Identifier: MIT
 * The rows of the scoreboard: runs that are over, and those that go on. */
#ifndef OUBLI_UI_PANELS_BOARD_H
#define OUBLI_UI_PANELS_BOARD_H

#include "ui/panels/view.h"

enum { BOARD_ROWS_MAX = SCORES_MAX + LEARNERS_MAX, BOARD_WITH_MAX = 96 };

struct board_row {
    const struct run_score *score; /* NULL: that learner of the snapshot goes on */
    int learner;                   /* its index; of a run that is over -1 */
    const char *name;
    bool knows_on;
    uint32_t on, ever_on; /* strategies, now and at any time */
    double average, forgetting, learning, memory;
    long steps;
};

/* The rows in the order that view->sort says, runs that are over by their numbers first; what is
 * not known stands last.  Returns how many. */
int board_rows(const struct view *view, struct board_row rows[BOARD_ROWS_MAX]);

/* A run that is over. */
struct board_row board_row_of(const struct run_score *score);

/* "EWC, replay"; "(EWC), replay" where EWC was on for a while; "nothing"; "?" where it is not
 * known.  Returns text. */
char *board_with(const struct board_row *row, char text[BOARD_WITH_MAX]);

/* The colour of a run, by its (first) strategy. */
enum role board_role(const struct board_row *row);

#endif
