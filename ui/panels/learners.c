/* SPDX-License-Identifier: MIT */
#include "ui/panels/learners.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "strategies/table.h"
#include "ui/panels/panel.h"
#include "ui/widgets/percent.h"
#include "ui/widgets/table.h"

enum { CELL_MAX = 40 };

const char *const learners_column_words[] = {"order", "average", "forgetting", "learning", "memory",
                                             "time",  "name",    "steps",      NULL};

/* Columns of the table, in the order in which they stand; mark and number come first. */
static const struct column {
    enum learner_column column; /* what a click on its title sorts by */
    const char *title, *name;
    enum table_align align;
    bool is_more_better;
    int priority;
} columns[] = {
    {COLUMN_ORDER, NULL, "the order they came in", TABLE_LEFT, false, 100},
    {COLUMN_ORDER, NULL, NULL, TABLE_LEFT, false, 99},
    {COLUMN_NAME, "learner", "name", TABLE_LEFT, false, 98},
    {COLUMN_AVERAGE, "average", "average accuracy", TABLE_RIGHT, true, 97},
    {COLUMN_FORGETTING, "forgot", "forgetting", TABLE_RIGHT, false, 96},
    {COLUMN_LEARNING, "learned", "learning accuracy", TABLE_RIGHT, true, 95},
    {COLUMN_MEMORY, "memory", "memory", TABLE_RIGHT, false, 94},
    {COLUMN_TIME, "µs/step", "time a step", TABLE_RIGHT, false, 93},
    {COLUMN_NAME, "with", NULL, TABLE_LEFT, false, 92},
};

enum { N_COLUMNS = sizeof columns / sizeof *columns };

/* Everything the table borrows, filled anew for each picture. */
struct sheet {
    struct table_column columns[N_COLUMNS];
    struct table_cell cells[LEARNERS_MAX * N_COLUMNS];
    char texts[LEARNERS_MAX * N_COLUMNS][CELL_MAX];
    struct table table;
};

static double time_of(const struct learner_state *learner)
{
    return learner->steps > 0 ? learner->seconds_training * 1e6 / (double)learner->steps
                              : (double)NAN;
}

static double value_of(const struct view *view, int i, enum learner_column column)
{
    const struct learner_state *learner = &view->snapshot->learners[i];
    struct metrics metrics = view_metrics(view, i);
    switch (column) {
    case COLUMN_AVERAGE:
        return metrics.average_accuracy;
    case COLUMN_FORGETTING:
        return metrics.forgetting;
    case COLUMN_LEARNING:
        return metrics.learning_accuracy;
    case COLUMN_MEMORY:
        return (double)view_memory(learner);
    case COLUMN_TIME:
        return time_of(learner);
    default:
        return i;
    }
}

static const struct column *find(enum learner_column column)
{
    int i = 0;
    while (i < N_COLUMNS && (columns[i].column != column || !columns[i].name)) {
        i++;
    }
    return i < N_COLUMNS ? &columns[i] : &columns[0];
}

bool learners_has_column(enum learner_column column)
{
    return column != COLUMN_STEPS;
}

const char *learners_column_name(enum learner_column column)
{
    return column == COLUMN_STEPS ? "steps" : find(column)->name;
}

/* True if b should stand before a. */
static bool is_before(const struct view *view, int b, int a)
{
    const struct snapshot *snapshot = view->snapshot;
    int direction = view->is_sorted_back ? -1 : 1;
    if (view->sort == COLUMN_NAME) {
        return direction * strcmp(snapshot->learners[b].name, snapshot->learners[a].name) < 0;
    }
    double x = value_of(view, b, view->sort), y = value_of(view, a, view->sort);
    if (!isfinite(x) || !isfinite(y)) {
        return isfinite(x) && !isfinite(y); /* what is not known stands last */
    }
    return direction * (find(view->sort)->is_more_better ? x - y : y - x) > 0;
}

int learners_order(const struct view *view, int order[LEARNERS_MAX])
{
    int n = view->snapshot->n_learners;
    for (int i = 0; i < n; i++) {
        int at = i;
        while (at > 0 && is_before(view, i, order[at - 1])) {
            order[at] = order[at - 1];
            at--;
        }
        order[at] = i;
    }
    return n;
}

static void put_percent(char *text, double x)
{
    if (isfinite(x)) {
        snprintf(text, CELL_MAX, "%d", percent(x));
    }
}

/* "EWC, replay" or "nothing". */
static void put_strategies(char *text, const struct learner_state *learner)
{
    size_t used = 0;
    snprintf(text, CELL_MAX, "nothing");
    for (int i = 0; i < strategy_count() && used < CELL_MAX; i++) {
        if (learner->strategies[i].is_on) {
            used += (size_t)snprintf(text + used, CELL_MAX - used, "%s%s", used ? ", " : "",
                                     strategy_at(i)->title);
        }
    }
}

static void put_text(const struct view *view, int i, int k, char *text)
{
    const struct learner_state *learner = &view->snapshot->learners[i];
    enum learner_column column = columns[k].column;
    double value = value_of(view, i, column);
    text[0] = '\0';
    if (k == 1) {
        snprintf(text, CELL_MAX, "%d", learner->slot + 1);
    } else if (k == N_COLUMNS - 1) {
        put_strategies(text, learner);
    } else if (column == COLUMN_NAME) {
        snprintf(text, CELL_MAX, "%s", learner->name);
    } else if (column == COLUMN_MEMORY) {
        char count[16];
        snprintf(text, CELL_MAX, value > 0 ? "%sB" : "–", view_count_text(value, count, 16));
    } else if (column == COLUMN_TIME && isfinite(value)) {
        snprintf(text, CELL_MAX, "%.0f", value);
    } else {
        put_percent(text, value);
    }
}

static struct style style_at(const struct view *view, int i, int k)
{
    const struct learner_state *learner = &view->snapshot->learners[i];
    enum role own = view_learner_role(learner);
    double value = value_of(view, i, columns[k].column);
    if (k <= 2) {
        return style_bold(own);
    }
    if (view_has_diverged(view, i)) {
        return style_of(ROLE_BAD);
    }
    if (columns[k].column == COLUMN_FORGETTING && value > 0.1) {
        return style_of(ROLE_BAD);
    }
    return columns[k].column == COLUMN_AVERAGE ? style_bold(ROLE_TEXT) : style_of(ROLE_TEXT);
}

static void fill_row(struct sheet *sheet, const struct view *view, int row, int i)
{
    const struct learner_state *learner = &view->snapshot->learners[i];
    for (int k = 0; k < N_COLUMNS; k++) {
        int at = row * N_COLUMNS + k;
        char *text = sheet->texts[at];
        put_text(view, i, k, text);
        sheet->cells[at] = (struct table_cell){.text = text[0] ? text : NULL,
                                               .style = style_at(view, i, k),
                                               .mark = k == 0 ? view_learner_mark(learner) : 0};
        if (view_has_diverged(view, i) && columns[k].column == COLUMN_AVERAGE) {
            snprintf(text, CELL_MAX, "diverged");
            sheet->cells[at].text = text;
        }
    }
}

static void fill(struct sheet *sheet, const struct view *view)
{
    int order[LEARNERS_MAX], n = learners_order(view, order);
    for (int k = 0; k < N_COLUMNS; k++) {
        bool is_sorted = columns[k].name && columns[k].column == view->sort && columns[k].title;
        bool is_falling = columns[k].is_more_better != view->is_sorted_back;
        sheet->columns[k] = (struct table_column){.title = columns[k].title,
                                                  .align = columns[k].align,
                                                  .sort = !is_sorted   ? TABLE_UNSORTED
                                                          : is_falling ? TABLE_DOWN
                                                                       : TABLE_UP,
                                                  .priority = columns[k].priority};
    }
    sheet->table = (struct table){.columns = sheet->columns,
                                  .n_columns = N_COLUMNS,
                                  .cells = sheet->cells,
                                  .n_rows = n,
                                  .selected = -1};
    for (int row = 0; row < n; row++) {
        fill_row(sheet, view, row, order[row]);
        if (order[row] == view->snapshot->selected) {
            sheet->table.selected = row;
        }
    }
}

/* A title sorts by its column, the same again the other way round. */
static struct panel_lines click(const struct pen *pen, const struct view *view, int x, int y)
{
    struct panel_lines lines = {0};
    struct sheet sheet;
    int order[LEARNERS_MAX];
    learners_order(view, order);
    fill(&sheet, view);
    int row = table_row_at(pen, &sheet.table, x, y),
        column = table_column_at(pen, &sheet.table, x, y);
    if (row >= 0) {
        panel_line(&lines, "learner %s", view->snapshot->learners[order[row]].name);
    } else if (column >= 0) {
        enum learner_column by = columns[column].column;
        bool is_back = view->sort == by && !view->is_sorted_back;
        panel_line(&lines, "sort %s%s", learners_column_words[by], is_back ? " back" : "");
    }
    return lines;
}

static struct panel_lines move(const struct pen *pen, const struct view *view, int dx, int dy)
{
    (void)pen;
    (void)dx;
    struct panel_lines lines = {0};
    int order[LEARNERS_MAX], n = learners_order(view, order), at = 0;
    for (int i = 0; i < n; i++) {
        at = order[i] == view->snapshot->selected ? i : at;
    }
    if (n > 1) {
        panel_line(&lines, "learner %s", view->snapshot->learners[order[(at + dy + n) % n]].name);
    }
    return lines;
}

/* Under the table, where there is room: what each learner is. */
static void draw_settings(const struct pen *pen, const struct view *view, int y)
{
    int order[LEARNERS_MAX], n = learners_order(view, order);
    for (int row = 0; row < n; row++) {
        const struct learner_state *learner = &view->snapshot->learners[order[row]];
        const char *advantage = view_advantage(learner);
        char with[CELL_MAX], text[160];
        put_strategies(with, learner);
        snprintf(text, sizeof text, "with %s, lr %.3g%s%s", with, learner->rate,
                 advantage ? ": " : "", advantage ? advantage : "");
        pen_glyph(pen, 1, y + row, style_bold(view_learner_role(learner)),
                  view_learner_mark(learner));
        pen_printf(pen, 3, y + row, style_bold(view_learner_role(learner)), "%d",
                   learner->slot + 1);
        pen_text_max(pen, 5, y + row, pen->area.w - 5, style_of(ROLE_DIM), text);
    }
}

static void draw(const struct pen *pen, const struct view *view)
{
    struct sheet sheet;
    fill(&sheet, view);
    table_draw(pen, &sheet.table);
    int n = view->snapshot->n_learners, y = n + 2;
    struct table_layout layout = table_layout(pen, &sheet.table);
    bool has_with = layout.n_columns == N_COLUMNS;
    if (!view_has_learners(view)) {
        if (y < pen->area.h && !view->tape.is_played) {
            pen_text_max(pen, 1, y, pen->area.w - 1, style_of(ROLE_DIM),
                         "f makes a copy of it: what if?");
        }
    } else if (!has_with && y + n <= pen->area.h) {
        draw_settings(pen, view, y);
    }
}

static void note(const struct view *view, int columns_free, char *text, size_t size)
{
    bool is_wide = columns_free >= 30;
    if (view->snapshot->is_to_all) {
        snprintf(text, size, "keys reach all");
    } else if (view->has_cursor) {
        snprintf(text, size, "at step %.0f", view->cursor);
    } else if (view->is_picture) {
        text[0] = '\0';
    } else if (view_can_fork(view)) {
        snprintf(text, size, is_wide ? "< > select · f fork · o sort" : "f fork");
    } else {
        snprintf(text, size, is_wide ? "< > select · o sort" : "o sort");
    }
}

const struct panel panel_learners = {
    .name = "learners",
    .title = "learners",
    .about =
        "*What you see.* Every learner began with the same weights and sees the same examples in "
        "the same order; they differ only in what you chose. Two with equal settings are equal to "
        "the last bit. *Average*: accuracy over the tasks seen so far. *Forgot*: what was known "
        "once and is not any more. *Learned*: how well each task was learned in its turn. "
        "*Memory*: what its strategies keep. *µs/step*: what a step takes.\n\n"
        "Whom nobody has named is called by what it does; a number tells apart those that do the "
        "same, "
        "and is not given again when one of them is gone.\n\n"
        "*What if?* f makes a copy of the selected one, from here on with settings of its own. "
        "With the cursor in the past it goes back there first: the same moment, another choice.\n\n"
        "*Keys everywhere.* < > select a learner · f fork · a keys reach all of them, or the "
        "selected one · v its tasks, the average of each, one task of each · V another task\n\n"
        "*Keys here.* ↑ ↓ select · o sort by the next column · O the other way round · e rename · "
        "d remove · A add one that has been there from the start\n\n"
        "_Lopez-Paz & Ranzato 2017, arXiv:1706.08840; Chaudhry et al. 2018, arXiv:1801.10112_",
    .note = note,
    .draw = draw,
    .click = click,
    .move = move,
};
