/* SPDX-License-Identifier: MIT */
#include "session/table.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What all rows of a learner begin with. */
struct table {
    FILE *out;
    const struct timeline *timeline;
    const struct track *track;
    const struct params *params; /* of the learner */
    uint64_t seed;
};

/* In quotes where a comma, a quote or a line's end would break it; behind an apostrophe where a
 * spreadsheet would take it for a formula. */
static void write_text(FILE *out, const char *text)
{
    const char *mark = text[0] && strchr("=+-@\t\r", text[0]) ? "'" : "";
    if (!text[strcspn(text, ",\"\r\n")]) {
        fprintf(out, "%s%s", mark, text);
        return;
    }
    fprintf(out, "\"%s", mark);
    for (; *text; text++) {
        fputs(*text == '"' ? "\"" : "", out);
        fputc(*text, out);
    }
    fputc('"', out);
}

/* As few digits as give the same number back. */
static void write_value(FILE *out, double value)
{
    char text[40];
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) == value) {
            break;
        }
    }
    fputs(text, out);
}

/* `task` -1: the row is of no task. */
static void write_row(const struct table *table, double step, int task, const char *metric,
                      double value)
{
    char letter[4];
    if (!isfinite(value)) {
        return;
    }
    write_text(table->out, table->track->name);
    fprintf(table->out, ",%" PRIu64 ",%.0f,%s,", table->seed, step,
            task < 0 ? "" : task_letter(task, letter));
    write_text(table->out, metric);
    fputc(',', table->out);
    write_value(table->out, value);
    fputc('\n', table->out);
}

static void write_series(const struct table *table, int task, const char *metric,
                         const struct series *series)
{
    for (int i = 0; i < series->n; i++) {
        write_row(table, series->step[i], task, metric, series->value[i]);
    }
}

/* "drift_layer_1", "drift_block_2_queries": a name of which letters and digits stay. */
static void add_name(const char *name, char *metric, size_t size)
{
    size_t used = strlen(metric);
    bool is_apart = true;
    for (const char *at = name; *at && used + 3 < size; at++) {
        bool is_word = (*at >= 'a' && *at <= 'z') || (*at >= '0' && *at <= '9');
        if (is_word && is_apart) {
            metric[used++] = '_';
        }
        if (is_word) {
            metric[used++] = *at;
        }
        is_apart = !is_word;
    }
    metric[used] = '\0';
}

/* Value number `i` of a probe, "cka_layer_2". */
static void write_value_of(const struct table *table, enum probe_id id, int i)
{
    const struct probe *probe = probe_at(id);
    struct probe_keys keys = probe_keys(probe, i);
    const struct series *series = track_curve(table->track, id, i);
    char metric[64], name[NETWORK_NAME_MAX];
    int used = snprintf(metric, sizeof metric, "%s", probe->metric);
    if (series->n == 0 || keys.part >= network_n_parts(table->params) ||
        keys.module >= network_n_modules(table->params)) {
        return; /* a file may speak of what there is not */
    }
    if (keys.part >= 0) {
        network_part_name(table->params, keys.part, name, sizeof name);
        add_name(name, metric, sizeof metric);
    } else if (keys.layer >= 0) {
        probe_layer_name(table->params, keys.layer, name, sizeof name);
        add_name(name, metric, sizeof metric);
    } else if (keys.module >= 0) {
        network_module_name(table->params, keys.module, name, sizeof name);
        add_name(name, metric, sizeof metric);
    } else if (keys.point >= 0) {
        snprintf(metric + used, sizeof metric - (size_t)used, "_%d", keys.point);
    }
    write_series(table, keys.task, metric, series);
}

static bool is_of_tasks(const struct probe *probe)
{
    return probe_keys(probe, 0).task >= 0;
}

/* What the probes that speak of tasks, or of none, have said of `task`, or of none. */
static void write_probes(const struct table *table, bool of_tasks, int task)
{
    for (int p = 0; p < PROBE_COUNT; p++) {
        const struct probe *probe = probe_at((enum probe_id)p);
        int n = probe_size(probe, 1);
        for (int i = 0; is_of_tasks(probe) == of_tasks && i < n; i++) {
            write_value_of(table, (enum probe_id)p, of_tasks ? task * n + i : i);
        }
    }
}

static void write_curves(const struct table *table)
{
    const struct track *track = table->track;
    for (int t = 0; t < track->n_tasks; t++) {
        write_row(table, 0, t, "initial_accuracy", track->initial[t]);
    }
    for (int t = 0; t < track->n_tasks; t++) {
        write_probes(table, true, t);
    }
    write_series(table, -1, "average_accuracy", &track->average);
    write_probes(table, false, -1);
}

static void write_matrix(const struct table *table)
{
    const struct timeline *timeline = table->timeline;
    for (int row = 0; row < timeline_rows(timeline); row++) {
        const struct stage *stage = &timeline->stages[row];
        struct metrics metrics = timeline_metrics_after(timeline, table->track, row + 1);
        char metric[32], letter[4];
        snprintf(metric, sizeof metric, "R[after %s]", task_letter(stage->task, letter));
        for (int t = 0; t < timeline->n_tasks; t++) {
            write_row(table, (double)stage->end, t, metric,
                      timeline_r(timeline, table->track, row, t));
        }
        if (row < table->track->n_complete) {
            write_row(table, (double)stage->end, -1, "forgetting", metrics.forgetting);
            write_row(table, (double)stage->end, -1, "learning_accuracy",
                      metrics.learning_accuracy);
            write_row(table, (double)stage->end, -1, "minimum_accuracy", metrics.minimum_accuracy);
        }
    }
}

static const struct params *params_of(const struct snapshot *snapshot, int id)
{
    const struct params *params = NULL;
    for (int i = 0; i < snapshot->n_learners; i++) {
        params = snapshot->learners[i].id == id ? &snapshot->learners[i].params : params;
    }
    return params;
}

bool table_write(FILE *out, const struct timeline *timeline, const struct snapshot *snapshot,
                 uint64_t seed)
{
    fputs("learner,seed,step,task,metric,value\n", out);
    for (int i = 0; i < timeline->n_tracks; i++) {
        const struct track *track = &timeline->tracks[i];
        struct table table = {out, timeline, track, params_of(snapshot, track->id), seed};
        if (track->is_there && table.params) {
            write_curves(&table);
            write_matrix(&table);
        }
    }
    return !ferror(out);
}
