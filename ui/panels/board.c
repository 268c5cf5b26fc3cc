/* SPDX-License-Identifier: MIT */
#include "ui/panels/board.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/panels/learners.h"

struct board_row board_row_of(const struct run_score *score)
{
    return (struct board_row){.score = score,
                              .learner = -1,
                              .name = score->name,
                              .knows_on = score->knows_on,
                              .on = score->on,
                              .ever_on = score->ever_on,
                              .average = score->metrics.average_accuracy,
                              .forgetting = score->metrics.forgetting,
                              .learning = score->metrics.learning_accuracy,
                              .memory = score->memory,
                              .steps = score->step};
}

/* Of what has been on of a learner that goes on the marks know only what is in sight. */
static struct board_row row_of_learner(const struct view *view, int i)
{
    const struct learner_state *learner = &view->snapshot->learners[i];
    const struct series *switches = &view_track_at(view, i)->on;
    struct metrics metrics = view_metrics(view, i);
    bool is_past = view_is_past(view);
    long step = is_past ? (long)view->cursor : view->snapshot->step;
    struct board_row row = {.learner = i,
                            .name = learner->name,
                            .knows_on = true,
                            .average = metrics.average_accuracy,
                            .forgetting = metrics.forgetting,
                            .learning = metrics.learning_accuracy,
                            .memory = is_past ? (double)NAN : (double)view_memory(learner),
                            .steps = step};
    for (int k = 0; k < strategy_count(); k++) {
        row.on |= learner->strategies[k].is_on ? UINT32_C(1) << k : 0;
    }
    if (is_past && series_count(switches, (double)step) > 0) {
        row.on = (uint32_t)series_at(switches, (double)step);
    }
    row.ever_on = row.on;
    for (int k = 0; k < switches->n && switches->step[k] <= (double)step; k++) {
        row.ever_on |= (uint32_t)switches->value[k];
    }
    return row;
}

/* ---- order ---- */

bool board_has_column(enum learner_column column)
{
    return column != COLUMN_TIME;
}

/* More is better of what this says. */
static double merit(const struct board_row *row, enum learner_column column)
{
    switch (column) {
    case COLUMN_AVERAGE:
        return row->average;
    case COLUMN_FORGETTING:
        return -row->forgetting;
    case COLUMN_LEARNING:
        return row->learning;
    case COLUMN_MEMORY:
        return -row->memory;
    case COLUMN_STEPS:
        return (double)row->steps;
    default:
        return 0;
    }
}

/* True if b should stand before a, which came before it. */
static bool is_before(const struct view *view, const struct board_row *b, const struct board_row *a)
{
    int direction = view->is_sorted_back ? -1 : 1;
    if (view->sort == COLUMN_ORDER) {
        return view->is_sorted_back;
    }
    if (view->sort == COLUMN_NAME) {
        return direction * strcmp(b->name, a->name) < 0;
    }
    double x = merit(b, view->sort), y = merit(a, view->sort);
    if (!isfinite(x) || !isfinite(y)) {
        return isfinite(x) && !isfinite(y);
    }
    return direction * (x - y) > 0;
}

static void insert(const struct view *view, struct board_row *rows, int n,
                   const struct board_row *row)
{
    int at = n;
    for (; at > 0 && is_before(view, row, &rows[at - 1]); at--) {
        rows[at] = rows[at - 1];
    }
    rows[at] = *row;
}

int board_rows(const struct view *view, struct board_row rows[BOARD_ROWS_MAX])
{
    const struct scoreboard *board = &view->timeline->board;
    int n = 0;
    for (int i = 0; i < board->n; i++) {
        const struct board_row row = board_row_of(&board->scores[i]);
        insert(view, rows, n++, &row);
    }
    for (int i = 0; i < view->snapshot->n_learners; i++) {
        const struct board_row row = row_of_learner(view, i);
        insert(view, rows, n++, &row);
    }
    return n;
}

/* ---- words and colours ---- */

char *board_with(const struct board_row *row, char text[BOARD_WITH_MAX])
{
    size_t used = 0;
    snprintf(text, BOARD_WITH_MAX, row->knows_on ? "nothing" : "?");
    for (int i = 0; row->knows_on && i < strategy_count() && used < BOARD_WITH_MAX; i++) {
        bool is_on = (row->on >> i) & 1u;
        if ((row->ever_on >> i) & 1u) {
            used +=
                (size_t)snprintf(text + used, BOARD_WITH_MAX - used, "%s%s%s%s", used ? ", " : "",
                                 is_on ? "" : "(", strategy_at(i)->title, is_on ? "" : ")");
        }
    }
    return text;
}

enum role board_role(const struct board_row *row)
{
    for (int i = 0; i < strategy_count(); i++) {
        if ((row->on >> i) & 1u) {
            return style_task(i);
        }
    }
    return ROLE_TEXT;
}
