/* SPDX-License-Identifier: MIT
 * What the probes have said that are not always on: curves over the steps, and of those that draw a
 * picture of a task its numbers as they were measured last. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/export/html_inside.h"
#include "ui/widgets/percent.h"

enum { PLOT_W = 640, PLOT_H = 180, CURVES_MAX = 24 };

/* A probe of a learner. */
struct told {
    const struct html *html;
    const struct track *track;
    const struct params *params; /* of the learner; NULL where nothing is known of its network */
    enum probe_id id;
    int learner;
};

static const struct probe *probe_of(const struct told *told)
{
    return probe_at(told->id);
}

static const struct series *series_of(const struct told *told, int number)
{
    return track_curve(told->track, told->id, number);
}

static bool is_share(const struct told *told)
{
    return strcmp(probe_of(told)->unit, "%") == 0;
}

static void name_value(const struct told *told, int number, char *name, size_t size)
{
    struct probe_keys keys = probe_keys(probe_of(told), number);
    char letter[4] = "", what[NETWORK_NAME_MAX] = "";
    if (keys.task >= 0) {
        task_letter(keys.task, letter);
    }
    if (keys.part >= 0) {
        network_part_name(told->params, keys.part, what, sizeof what);
    } else if (keys.layer >= 0) {
        probe_layer_name(told->params, keys.layer, what, sizeof what);
    } else if (keys.module >= 0) {
        network_module_name(told->params, keys.module, what, sizeof what);
    }
    bool is_bare = !*letter && !*what;
    snprintf(name, size, "%s%s%s", letter, *letter && *what ? " " : "",
             is_bare ? probe_of(told)->name : what);
}

/* Is there something of that number: a file may speak of parts there are not. */
static bool is_there(const struct told *told, int number)
{
    struct probe_keys keys = probe_keys(probe_of(told), number);
    return series_of(told, number)->n > 0 && keys.part < network_n_parts(told->params) &&
           keys.module < network_n_modules(told->params) && (keys.task < told->html->n_tasks);
}

/* The first so many that have said something; returns how many. */
static int find_curves(const struct told *told, int numbers[CURVES_MAX])
{
    int n = 0, most = probe_size(probe_of(told), told->track->n_tasks);
    for (int i = 0; i < most && n < CURVES_MAX; i++) {
        if (is_there(told, i)) {
            numbers[n++] = i;
        }
    }
    return n;
}

/* Ends of the axis around 0 and all values; of shares up to 100 % there is nothing to be found. */
static void find_ends(const struct told *told, const int *numbers, int n, struct html_plot *plot)
{
    double low = 0, high = is_share(told) ? 1 : 1e-9;
    for (int k = 0; k < n; k++) {
        const struct series *series = series_of(told, numbers[k]);
        for (int i = 0; i < series->n; i++) {
            low = isfinite(series->value[i]) ? fmin(low, series->value[i]) : low;
            high = isfinite(series->value[i]) ? fmax(high, series->value[i]) : high;
        }
    }
    bool is_usual = is_share(told) && high <= 1;
    plot->bottom = is_usual ? 0 : low;
    plot->top = is_usual ? 0 : high;
}

/* A plot's curves go from 0 to 1. */
static void write_curve(const struct told *told, const struct html_plot *plot, int number,
                        int color)
{
    const struct series *from = series_of(told, number);
    double height = plot->top > plot->bottom ? plot->top - plot->bottom : 1;
    struct series scaled = {
        .n = from->n, .step = from->step, .value = malloc((size_t)from->n * sizeof *scaled.value)};
    char id[48];
    snprintf(id, sizeof id, "p%d-%d-%d", told->learner, (int)told->id, number);
    for (int i = 0; scaled.value && i < from->n; i++) {
        scaled.value[i] = (from->value[i] - plot->bottom) / height;
    }
    if (scaled.value) {
        html_plot_curve(told->html, id, &scaled, color % STYLE_TASKS, color >= STYLE_TASKS);
    }
    free(scaled.value);
}

static void write_legend(const struct told *told, const int *numbers, int n)
{
    FILE *out = told->html->out;
    fputs("<div class=\"side\"><ul class=\"legend\">\n", out);
    for (int k = 0; k < n; k++) {
        char name[2 * NETWORK_NAME_MAX];
        double last = series_last(series_of(told, numbers[k]));
        name_value(told, numbers[k], name, sizeof name);
        fprintf(out, "<li%s style=\"--c:var(--task%d)\"><span>",
                k >= STYLE_TASKS ? " class=\"dashed\"" : "", k % STYLE_TASKS);
        html_text(out, name);
        if (is_share(told)) {
            fprintf(out, "</span><b>%d\u202f%%</b></li>\n", percent(last));
        } else {
            fprintf(out, "</span><b>%.3g</b></li>\n", isfinite(last) ? last : 0);
        }
    }
    fputs("</ul></div>", out);
}

static void write_curves(const struct told *told)
{
    int numbers[CURVES_MAX], n = find_curves(told, numbers);
    struct html_plot plot = {PLOT_W, PLOT_H, probe_of(told)->title, 0, 0};
    find_ends(told, numbers, n, &plot);
    fputs("<div class=\"row\">\n", told->html->out);
    html_plot_begin(told->html, &plot);
    for (int k = 0; k < n; k++) {
        write_curve(told, &plot, numbers[k], k);
    }
    html_plot_end(told->html);
    write_legend(told, numbers, n);
    fputs("</div>\n", told->html->out);
}

/* The points of a task's picture, row by row. */
static void write_points(const struct told *told, int task)
{
    FILE *out = told->html->out;
    const struct probe *probe = probe_of(told);
    int columns = probe->n_columns > 0 ? probe->n_columns : probe->n_points;
    char letter[4];
    if (series_of(told, probe_number(probe, task, 0))->n == 0) {
        return;
    }
    fprintf(out, "<table><caption>of task %s</caption>\n<tbody>\n", task_letter(task, letter));
    for (int k = 0; k < probe->n_points; k++) {
        double value = series_last(series_of(told, probe_number(probe, task, k)));
        fprintf(out, "%s<td>%.2f</td>%s", k % columns == 0 ? "<tr>" : "",
                isfinite(value) ? value : 0, k % columns == columns - 1 ? "</tr>\n" : "");
    }
    fputs("</tbody></table>\n", out);
}

/* NULL: the learner is gone. */
static const struct params *params_of(const struct html *html, int id)
{
    const struct snapshot *snapshot = player_snapshot(html->player);
    for (int i = 0; i < snapshot->n_learners; i++) {
        if (snapshot->learners[i].id == id) {
            return &snapshot->learners[i].params;
        }
    }
    return NULL;
}

void html_probes(const struct html *html, int i)
{
    struct told told = {.html = html, .track = html->learners[i].track, .learner = i};
    told.params = params_of(html, told.track->id);
    for (int p = 0; told.params && p < PROBE_COUNT; p++) {
        const struct probe *probe = probe_at((enum probe_id)p);
        told.id = (enum probe_id)p;
        if (probe->when == PROBE_ALWAYS || !track_has(told.track, told.id)) {
            continue;
        }
        fputs("<section><h2>", html->out);
        html_text(html->out, probe->title);
        fputs("<small>", html->out);
        html_text(html->out, html->n_learners > 1 ? told.track->name : "");
        fputs("</small></h2>\n", html->out);
        if (probe->n_points == 0) {
            write_curves(&told);
        }
        for (int t = 0; probe->n_points > 0 && t < html->n_tasks; t++) {
            write_points(&told, t);
        }
        fputs("</section>\n", html->out);
    }
}
