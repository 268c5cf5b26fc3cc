/* SPDX-License-Identifier: MIT */
#include "ui/plot/plan.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"

/* ---- choosing ---- */

/* "a, b, c" of what there is. */
static void add_name(char *names, size_t size, const char *name)
{
    size_t used = strlen(names);
    snprintf(names + used, size - used, "%s%s", used ? ", " : "", name);
}

/* Of those of the examples held out the beginning stands for all: there is not room for them. */
static bool no_metric(const struct sweep *sweep, const char *name, struct err *err)
{
    char names[240] = "";
    bool has_held = false;
    for (int m = 0; m < MERGED_METRICS; m++) {
        const char *metric = merged_metric_name((enum merged_metric)m);
        bool is_held = strncmp(metric, MERGED_VALIDATION, strlen(MERGED_VALIDATION)) == 0;
        if (!sweep_has_metric(sweep, (enum merged_metric)m) || (is_held && has_held)) {
            continue;
        }
        has_held |= is_held;
        add_name(names, sizeof names, is_held ? MERGED_VALIDATION "NAME" : metric);
    }
    return err_set(err, ERR_USAGE, "--metric: one of %s expected, found '%.40s'", names, name);
}

static bool find_metric(struct plan *plan, const char *name, struct err *err)
{
    for (int m = 0; m < MERGED_METRICS; m++) {
        plan->metric = (enum merged_metric)m;
        if (strcmp(merged_metric_name(plan->metric), name) == 0 &&
            sweep_has_metric(plan->sweep, plan->metric)) {
            return true;
        }
    }
    return no_metric(plan->sweep, name, err);
}

/* Where all runs of a sweep diverged there are steps at least. */
static bool find_usual_metric(struct plan *plan, struct err *err)
{
    for (int m = 0; m < MERGED_METRICS; m++) {
        plan->metric = (enum merged_metric)m;
        if (sweep_has_metric(plan->sweep, plan->metric)) {
            return true;
        }
    }
    return err_set(err, ERR_FAILED, "%.140s: no run has a number in any metric", plan->sweep->path);
}

static bool no_key(const struct sweep *sweep, const char *name, struct err *err)
{
    char names[240] = "";
    for (int k = 0; k < sweep->n_keys; k++) {
        if (sweep->keys[k].is_number) {
            add_name(names, sizeof names, sweep->keys[k].name);
        }
    }
    return err_set(err, ERR_USAGE, "--x: a varied key with numbers expected (%s), found '%.40s'",
                   names[0] ? names : "there is none", name);
}

static bool find_x(struct plan *plan, const char *name, struct err *err)
{
    const struct sweep *sweep = plan->sweep;
    plan->x = name ? sweep_key_find(sweep, name) : -1;
    if (name && (plan->x < 0 || !sweep->keys[plan->x].is_number)) {
        return no_key(sweep, name, err);
    }
    for (int k = 0; !name && plan->x < 0 && k < sweep->n_keys; k++) {
        plan->x = sweep->keys[k].is_number && sweep->keys[k].n_values > 1 ? k : -1;
    }
    plan->n_x = plan->x < 0 ? 1 : sweep->keys[plan->x].n_values;
    return true;
}

/* Numbers whose steps grow with them: of three or more the middle one is nearer to the geometric
 * mean of the ends than to their half. */
static bool grows(const struct sweep_key *key)
{
    double low = key->numbers[0], high = key->numbers[key->n_values - 1];
    double middle = key->numbers[key->n_values / 2];
    if (!(low > 0) || key->n_values < 3) {
        return low > 0 && high >= 8 * low;
    }
    return high >= 8 * low && fabs(middle - sqrt(low * high)) < fabs(middle - (low + high) / 2);
}

/* ---- lines ---- */

/* ".lambda" of ewc.lambda says enough where the value stands beside it. */
static const char *short_name(const char *name)
{
    const char *point = strrchr(name, '.');
    return point ? point + 1 : name;
}

static void put_label(const struct plan *plan, struct plan_line *line)
{
    const struct sweep *sweep = plan->sweep;
    size_t used = 0;
    line->label[0] = '\0';
    for (int k = 0; k < sweep->n_keys && used < sizeof line->label; k++) {
        const struct sweep_key *key = &sweep->keys[k];
        if (k != plan->x && key->n_values > 1) {
            used += (size_t)snprintf(line->label + used, sizeof line->label - used, "%s%s%s%s",
                                     used ? " " : "", key->is_number ? short_name(key->name) : "",
                                     key->is_number ? " " : "", key->texts[line->at[k]]);
        }
    }
    if (used == 0) {
        snprintf(line->label, sizeof line->label, "all runs");
    }
}

static bool is_line_of(const struct plan *plan, const struct plan_line *line,
                       const struct sweep_cell *cell)
{
    for (int k = 0; k < plan->sweep->n_keys; k++) {
        if (k != plan->x && line->at[k] != cell->at[k]) {
            return false;
        }
    }
    return true;
}

static void fill_line(struct plan *plan, struct plan_line *line)
{
    int at[SWEEP_KEYS_MAX];
    bool is_whole = false;
    double best = (double)NAN, first = (double)NAN;
    memcpy(at, line->at, sizeof at);
    line->best = line->colour = -1;
    line->is_flat = plan->n_x > 1;
    for (int i = 0; i < plan->n_x; i++) {
        if (plan->x >= 0) {
            at[plan->x] = i;
        }
        line->cells[i] = sweep_cell_find(plan->sweep, at);
        if (line->cells[i] < 0) {
            continue;
        }
        struct spread spread = sweep_spread(plan->sweep, line->cells[i], plan->judge);
        double shown = sweep_spread(plan->sweep, line->cells[i], plan->metric).mean;
        first = line->best < 0 ? shown : first;
        line->is_flat =
            line->is_flat && (line->best < 0 || (spread.mean == best && shown == first));
        bool has_all = spread.n > 0 && spread.n_lost == 0;
        if ((has_all && !is_whole && spread.n > 0) ||
            (has_all == is_whole && sweep_is_better(plan->judge, spread.mean, best))) {
            best = spread.mean;
            is_whole = has_all;
            line->best = i;
        }
    }
    put_label(plan, line);
}

static bool no_memory(struct err *err)
{
    return err_set(err, ERR_FAILED, "memory: none left to draw a sweep");
}

static bool make_lines(struct plan *plan, struct err *err)
{
    const struct sweep *sweep = plan->sweep;
    plan->lines = calloc((size_t)sweep->n_cells, sizeof *plan->lines);
    if (!plan->lines) {
        return no_memory(err);
    }
    for (int c = 0; c < sweep->n_cells; c++) {
        int i = plan->n_lines - 1;
        while (i >= 0 && !is_line_of(plan, &plan->lines[i], &sweep->cells[c])) {
            i--;
        }
        if (i >= 0) {
            continue;
        }
        struct plan_line *line = &plan->lines[plan->n_lines++];
        memcpy(line->at, sweep->cells[c].at, sizeof line->at);
        line->cells = calloc((size_t)plan->n_x, sizeof *line->cells);
        if (!line->cells) {
            return no_memory(err);
        }
        fill_line(plan, line);
    }
    return true;
}

/* True if line `a` at its best is better than `b` at its own; a mean of all seeds comes first. */
static bool is_better_line(const struct plan *plan, int a, int b)
{
    struct spread one = sweep_spread(plan->sweep, plan_cell(plan, a), plan->judge);
    struct spread other = sweep_spread(plan->sweep, plan_cell(plan, b), plan->judge);
    bool is_whole = one.n_lost == 0, is_other_whole = other.n_lost == 0;
    return is_whole != is_other_whole ? is_whole
                                      : sweep_is_better(plan->judge, one.mean, other.mean);
}

/* The best ones get colours, in the order of the grid. */
static void choose(struct plan *plan)
{
    plan->best = -1;
    for (int n = 0; n < PLAN_SHOWN_MAX && n < plan->n_lines; n++) {
        int next = -1;
        for (int i = 0; i < plan->n_lines; i++) {
            if (plan->lines[i].colour < 0 && plan->lines[i].best >= 0 &&
                (next < 0 || is_better_line(plan, i, next))) {
                next = i;
            }
        }
        if (next < 0) {
            break;
        }
        plan->best = plan->best < 0 ? next : plan->best;
        plan->lines[next].colour = 0;
    }
    for (int i = 0; i < plan->n_lines; i++) {
        if (plan->lines[i].colour == 0) {
            plan->lines[i].colour = plan->n_shown;
            plan->shown[plan->n_shown++] = i;
        }
    }
}

bool plan_make(struct plan *plan, const struct sweep *sweep, const char *metric, const char *x,
               struct err *err)
{
    *plan = (struct plan){.sweep = sweep, .x = -1, .best = -1};
    if (!(metric ? find_metric(plan, metric, err) : find_usual_metric(plan, err)) ||
        !find_x(plan, x, err)) {
        return false;
    }
    plan->about = sweep_metric_at(plan->metric);
    plan->judge = sweep_judge(sweep, plan->metric);
    plan->is_log = plan->x >= 0 && grows(&sweep->keys[plan->x]);
    if (!make_lines(plan, err)) {
        return false;
    }
    choose(plan);
    return true;
}

void plan_fini(struct plan *plan)
{
    for (int i = 0; i < plan->n_lines; i++) {
        free(plan->lines[i].cells);
    }
    free(plan->lines);
    plan->lines = NULL;
    plan->n_lines = 0;
}

int plan_cell(const struct plan *plan, int line)
{
    const struct plan_line *at = &plan->lines[line];
    return at->best < 0 ? -1 : at->cells[at->best];
}

double plan_rank(const struct plan *plan, int line)
{
    int cell = plan_cell(plan, line);
    return cell < 0 ? (double)NAN : sweep_spread(plan->sweep, cell, plan->judge).mean;
}

/* ---- words ---- */

char *plan_best_text(const struct plan *plan, int line, char *buf, size_t size)
{
    const struct plan_line *at = &plan->lines[line];
    if (plan->x < 0 || at->best < 0 || at->is_flat) {
        snprintf(buf, size, "%s", at->label);
        return buf;
    }
    const struct sweep_key *key = &plan->sweep->keys[plan->x];
    bool is_alone = plan->n_lines == 1;
    snprintf(buf, size, "%s%s%s %s", is_alone ? "" : at->label, is_alone ? "" : ", ",
             is_alone ? key->name : short_name(key->name), key->texts[at->best]);
    return buf;
}

enum role plan_role(const struct plan_line *line)
{
    return style_task(line->colour);
}

enum glyph plan_mark(const struct plan_line *line)
{
    static const enum glyph marks[PLAN_SHOWN_MAX] = {
        GLYPH_ON,  GLYPH_DIAMOND,      GLYPH_UP,   GLYPH_SQUARE,
        GLYPH_OFF, GLYPH_DIAMOND_OPEN, GLYPH_DOWN, GLYPH_SQUARE_OPEN};
    return line->colour < 0 ? GLYPH_POINT : marks[line->colour];
}

char *plan_metric_text(enum merged_metric metric, double value, char *buf, size_t size)
{
    double large = fabs(value);
    if (!isfinite(value)) {
        snprintf(buf, size, "-");
    } else if (sweep_metric_at(metric).is_share) {
        snprintf(buf, size, "%.1f", 100 * value);
    } else if (large >= 1e6) {
        snprintf(buf, size, "%.3gM", value / 1e6);
    } else if (large >= 1e4) {
        snprintf(buf, size, "%.3gk", value / 1e3);
    } else {
        snprintf(buf, size, "%.3g", value);
    }
    return buf;
}

char *plan_number(const struct plan *plan, double value, char *buf, size_t size)
{
    return plan_metric_text(plan->metric, value, buf, size);
}

char *plan_spread_text(enum merged_metric metric, const struct spread *spread, char *buf,
                       size_t size)
{
    char mean[24], std[24];
    plan_metric_text(metric, spread->mean, mean, sizeof mean);
    if (isfinite(spread->std)) {
        plan_metric_text(metric, spread->std, std, sizeof std);
        snprintf(buf, size, "%s ±%s", mean, std);
    } else {
        snprintf(buf, size, "%s", mean);
    }
    return buf;
}
