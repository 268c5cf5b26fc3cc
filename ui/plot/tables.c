/* SPDX-License-Identifier: MIT */
#include "ui/plot/tables.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/range.h"
#include "ui/widgets/table.h"
#include "ui/widgets/text.h"

enum { TEXT_MAX = 48, COLUMNS_MAX = TABLE_COLUMNS_MAX, KEY_PRIORITY = 100, NOTE_ROWS_MAX = 8 };

/* What a table borrows. */
struct sheet {
    int n_rows, n_columns;
    struct table_column columns[COLUMNS_MAX];
    char titles[COLUMNS_MAX][TEXT_MAX];
    struct table_cell *cells;
    char (*texts)[TEXT_MAX]; /* (n_rows, n_columns) */
};

static bool make_sheet(struct sheet *sheet, int n_rows, int n_columns, struct err *err)
{
    size_t n = (size_t)max_int(n_rows, 1) * (size_t)n_columns;
    sheet->n_rows = n_rows;
    sheet->n_columns = n_columns;
    sheet->cells = calloc(n, sizeof *sheet->cells);
    sheet->texts = calloc(n, sizeof *sheet->texts);
    return (sheet->cells && sheet->texts) ||
           err_set(err, ERR_FAILED, "memory: none left for a table");
}

static void free_sheet(struct sheet *sheet)
{
    free(sheet->cells);
    free(sheet->texts);
}

static char *put(struct sheet *sheet, int row, int column, struct style style)
{
    size_t at = (size_t)row * (size_t)sheet->n_columns + (size_t)column;
    sheet->cells[at] = (struct table_cell){.text = sheet->texts[at], .style = style};
    return sheet->texts[at];
}

static void name_column(struct sheet *sheet, int i, enum table_align align, int priority)
{
    sheet->columns[i] =
        (struct table_column){.title = sheet->titles[i], .align = align, .priority = priority};
}

/* Head, rows and what is said below, over a grid of that size. */
static bool draw_sheet(struct grid *grid, const struct sheet *sheet, const char *head,
                       const char *note, int cols, const struct glyphs *glyphs,
                       enum color_depth depth, struct err *err)
{
    int rows = 1 + 1 + sheet->n_rows + NOTE_ROWS_MAX;
    if (!grid_resize(grid, cols, rows, err)) {
        return false;
    }
    struct pen pen = pen_make(grid, glyphs, depth);
    struct pen body = pen_sub(&pen, (struct rect){0, 1, cols, sheet->n_rows + 1});
    struct pen below = pen_sub(&pen, (struct rect){1, sheet->n_rows + 2, cols - 2, NOTE_ROWS_MAX});
    struct table table = {.columns = sheet->columns,
                          .n_columns = sheet->n_columns,
                          .cells = sheet->cells,
                          .n_rows = sheet->n_rows,
                          .selected = -1};
    pen_text_max(&pen, 1, 0, cols - 1, style_bold(ROLE_TITLE), head);
    table_draw(&body, &table);
    text_draw(&below, 0, 0, style_of(ROLE_DIM), note);
    grid->rows = sheet->n_rows + 2 + min_int(text_rows(&below, note), NOTE_ROWS_MAX);
    return true;
}

/* ---- combinations ---- */

int tables_metrics(const struct plan *plan, enum merged_metric metrics[MERGED_METRICS])
{
    int n = 0;
    metrics[n++] = plan->metric;
    if (plan->judge != plan->metric) {
        metrics[n++] = plan->judge;
    }
    for (int pass = 0; pass < 2; pass++) { /* shares, then what they cost */
        for (int m = 0; m < MERGED_METRICS; m++) {
            struct sweep_metric about = sweep_metric_at((enum merged_metric)m);
            bool is_wanted = about.is_share ? pass == 0 : pass == 1 && about.better < 0;
            if (is_wanted && (enum merged_metric)m != plan->metric &&
                (enum merged_metric)m != plan->judge &&
                sweep_has_metric(plan->sweep, (enum merged_metric)m)) {
                metrics[n++] = (enum merged_metric)m;
            }
        }
    }
    return n;
}

struct tables_best tables_best(const struct sweep *sweep, enum merged_metric metric)
{
    struct tables_best best = {sweep_judge(sweep, metric), (double)NAN};
    for (int c = 0; sweep_metric_at(metric).better != 0 && c < sweep->n_cells; c++) {
        struct spread spread = sweep_spread(sweep, c, best.judge);
        if (spread.n_lost == 0 && sweep_is_better(best.judge, spread.mean, best.mean)) {
            best.mean = spread.mean;
        }
    }
    return best;
}

bool tables_is_best(const struct sweep *sweep, int cell, const struct tables_best *best)
{
    struct spread spread = sweep_spread(sweep, cell, best->judge);
    return sweep->n_cells > 1 && spread.n_lost == 0 && spread.mean == best->mean;
}

const char *tables_choice(const struct plan *plan)
{
    return plan->judge == plan->metric ? "each at its best"
                                       : "each at its best by the examples held out (val.), shown "
                                         "as it does on the test";
}

char *tables_title(enum merged_metric metric, char *buf, size_t size)
{
    struct sweep_metric about = sweep_metric_at(metric);
    snprintf(buf, size, "%s%s%s", about.brief, about.is_share ? " %" : "",
             about.better > 0   ? " ↑"
             : about.better < 0 ? " ↓"
                                : "");
    return buf;
}

/* Keys, seeds, metrics: what of them has a column. */
struct shape {
    int keys[SWEEP_KEYS_MAX], n_keys;
    enum merged_metric metrics[MERGED_METRICS];
    int n_metrics;
};

static struct shape shape_of(const struct plan *plan)
{
    struct shape shape = {0};
    for (int k = 0; k < plan->sweep->n_keys; k++) {
        shape.keys[shape.n_keys] = k;
        shape.n_keys += plan->sweep->keys[k].n_values > 1;
    }
    shape.n_metrics = tables_metrics(plan, shape.metrics);
    shape.n_metrics = min_int(shape.n_metrics, COLUMNS_MAX - shape.n_keys - 1);
    return shape;
}

static void name_columns(struct sheet *sheet, const struct plan *plan, const struct shape *shape)
{
    int i = 0;
    for (; i < shape->n_keys; i++) {
        const struct sweep_key *key = &plan->sweep->keys[shape->keys[i]];
        snprintf(sheet->titles[i], TEXT_MAX, "%.40s", key->name);
        name_column(sheet, i, key->is_number ? TABLE_RIGHT : TABLE_LEFT, KEY_PRIORITY);
    }
    snprintf(sheet->titles[i], TEXT_MAX, "seeds");
    name_column(sheet, i++, TABLE_RIGHT, 50);
    for (int m = 0; m < shape->n_metrics; m++, i++) {
        tables_title(shape->metrics[m], sheet->titles[i], TEXT_MAX);
        name_column(sheet, i, TABLE_RIGHT, 40 - m);
    }
}

/* "5", or "3 of 5": those with a number in the plan's metric. */
static void put_seeds(struct sheet *sheet, int row, int column, const struct spread *spread)
{
    bool is_whole = spread->n_lost == 0;
    char *text = put(sheet, row, column, style_of(is_whole ? ROLE_BODY : ROLE_BAD));
    snprintf(text, TEXT_MAX, is_whole ? "%d" : "%d of %d", spread->n, spread->n + spread->n_lost);
}

static void fill_row(struct sheet *sheet, const struct plan *plan, const struct shape *shape,
                     const struct tables_best *best, int cell)
{
    const struct sweep *sweep = plan->sweep;
    int i = 0;
    for (; i < shape->n_keys; i++) {
        const struct sweep_key *key = &sweep->keys[shape->keys[i]];
        snprintf(put(sheet, cell, i, style_of(ROLE_TEXT)), TEXT_MAX, "%s",
                 key->texts[sweep->cells[cell].at[shape->keys[i]]]);
    }
    struct spread spread = sweep_spread(sweep, cell, plan->metric);
    put_seeds(sheet, cell, i++, &spread);
    for (int m = 0; m < shape->n_metrics; m++, i++) {
        char value[40];
        spread = sweep_spread(sweep, cell, shape->metrics[m]);
        bool is_best = tables_is_best(sweep, cell, &best[m]);
        plan_spread_text(shape->metrics[m], &spread, value, sizeof value);
        snprintf(put(sheet, cell, i, is_best ? style_bold(ROLE_GOOD) : style_of(ROLE_BODY)),
                 TEXT_MAX, "%s%s", value, is_best ? " ★" : "  ");
    }
}

static void note_of(const struct plan *plan, char *note, size_t size)
{
    const struct sweep *sweep = plan->sweep;
    size_t used = 0;
    if (sweep->n_cells > TABLES_ROWS_MAX) {
        used = (size_t)snprintf(note, size, "the first %d of %d combinations; the file has all. ",
                                TABLES_ROWS_MAX, sweep->n_cells);
    }
    used += (size_t)snprintf(
        note + used, size - used, "%s",
        sweep->n_seeds > 1
            ? "mean ± standard deviation over the seeds, of the runs that have a number; ★ "
              "the best mean where none is lost; ↑ more is better, ↓ less is"
            : "one seed: no deviation; ★ the best; ↑ more is better, ↓ less is");
    if (plan->judge != plan->metric) {
        snprintf(note + used, size - used,
                 "; val.: of the examples held out, which also choose the ★ of the same metric on "
                 "the test");
    }
}

bool tables_combinations(struct grid *grid, const struct plan *plan, int cols,
                         const struct glyphs *glyphs, enum color_depth depth, struct err *err)
{
    struct sheet sheet = {0};
    struct shape shape = shape_of(plan);
    struct tables_best best[MERGED_METRICS];
    int n_rows = min_int(plan->sweep->n_cells, TABLES_ROWS_MAX);
    char note[480];
    bool ok = make_sheet(&sheet, n_rows, shape.n_keys + 1 + shape.n_metrics, err);
    if (ok) {
        for (int m = 0; m < shape.n_metrics; m++) {
            best[m] = tables_best(plan->sweep, shape.metrics[m]);
        }
        name_columns(&sheet, plan, &shape);
        for (int c = 0; c < n_rows; c++) {
            fill_row(&sheet, plan, &shape, best, c);
        }
        note_of(plan, note, sizeof note);
        ok = draw_sheet(grid, &sheet, "combinations", note, cols, glyphs, depth, err);
    }
    free_sheet(&sheet);
    return ok;
}

/* ---- pairs ---- */

/* The better of two comes first, so that a difference of more-is-better is positive. */
static void add_pair(struct pair *pair, const struct plan *plan, int a, int b)
{
    int one = plan_cell(plan, a), other = plan_cell(plan, b);
    bool is_turned =
        sweep_is_better(plan->metric, sweep_spread(plan->sweep, other, plan->metric).mean,
                        sweep_spread(plan->sweep, one, plan->metric).mean);
    pair->a = is_turned ? b : a;
    pair->b = is_turned ? a : b;
    pair->difference =
        sweep_paired(plan->sweep, plan_cell(plan, pair->a), plan_cell(plan, pair->b), plan->metric);
}

struct pair *pairs_of(const struct plan *plan, int *n)
{
    bool has_all = plan->n_lines <= PAIRS_ALL_MAX;
    size_t most = has_all ? (size_t)plan->n_lines * (size_t)plan->n_lines : (size_t)plan->n_lines;
    struct pair *pairs = calloc(most + 1, sizeof *pairs);
    *n = 0;
    for (int a = 0; pairs && a < plan->n_lines; a++) {
        for (int b = has_all ? a + 1 : plan->best; b >= 0 && b < plan->n_lines; b++) {
            if (a != b && plan_cell(plan, a) >= 0 && plan_cell(plan, b) >= 0) {
                add_pair(&pairs[(*n)++], plan, a, b);
            }
            if (!has_all) {
                break;
            }
        }
    }
    return pairs;
}

static void fill_pair(struct sheet *sheet, const struct plan *plan, const struct pair *pair,
                      int row)
{
    const struct spread *difference = &pair->difference;
    bool is_clear = spread_is_clear(difference), has_interval = difference->n > 1;
    char name[96], low[22], high[22];
    int i = 0;
    plan_best_text(plan, pair->a, name, sizeof name);
    snprintf(put(sheet, row, i++, style_of(ROLE_TEXT)), TEXT_MAX, "%.40s", name);
    plan_best_text(plan, pair->b, name, sizeof name);
    snprintf(put(sheet, row, i++, style_of(ROLE_TEXT)), TEXT_MAX, "%.40s", name);
    plan_spread_text(plan->metric, difference, put(sheet, row, i++, style_of(ROLE_BODY)), TEXT_MAX);
    plan_number(plan, difference->mean - difference->half, low, sizeof low);
    plan_number(plan, difference->mean + difference->half, high, sizeof high);
    snprintf(put(sheet, row, i++, style_of(ROLE_BODY)), TEXT_MAX, has_interval ? "%s to %s" : "-",
             low, high);
    snprintf(put(sheet, row, i++, style_of(ROLE_BODY)), TEXT_MAX, "%d", difference->n);
    snprintf(put(sheet, row, i, is_clear ? style_bold(ROLE_GOOD) : style_of(ROLE_DIM)), TEXT_MAX,
             "%s",
             is_clear       ? "clear"
             : has_interval ? "not clear"
                            : "one seed");
}

static void name_pairs(struct sheet *sheet, const struct plan *plan)
{
    static const char *const titles[] = {"better", "than", NULL, "95 % interval", "seeds", ""};
    static const int priorities[] = {100, 100, 90, 80, 70, 85};
    for (int i = 0; i < 6; i++) {
        snprintf(sheet->titles[i], TEXT_MAX, "%s",
                 titles[i]              ? titles[i]
                 : plan->about.is_share ? "by points"
                                        : "by");
        name_column(sheet, i, i < 2 || i == 5 ? TABLE_LEFT : TABLE_RIGHT, priorities[i]);
    }
}

bool tables_pairs(struct grid *grid, const struct plan *plan, int cols, const struct glyphs *glyphs,
                  enum color_depth depth, struct err *err)
{
    struct sheet sheet = {0};
    int n = 0;
    char head[128], note[400];
    struct pair *pairs = pairs_of(plan, &n);
    bool ok = pairs ? make_sheet(&sheet, n, 6, err)
                    : err_set(err, ERR_FAILED, "memory: none left for a table");
    if (ok) {
        name_pairs(&sheet, plan);
        for (int i = 0; i < n; i++) {
            fill_pair(&sheet, plan, &pairs[i], i);
        }
        snprintf(head, sizeof head, "differences in %s over the same seeds%s", plan->about.words,
                 plan->n_lines > PAIRS_ALL_MAX ? ", against the best" : "");
        snprintf(
            note, sizeof note,
            "%s; mean ± standard deviation of the differences seed by seed; clear: the 95 %% t "
            "interval does not hold 0 (not corrected for the number of pairs%s)",
            tables_choice(plan),
            plan->judge == plan->metric ? ", nor for having chosen the best" : "");
        ok = draw_sheet(grid, &sheet, head, note, cols, glyphs, depth, err);
    }
    free_sheet(&sheet);
    free(pairs);
    return ok;
}
