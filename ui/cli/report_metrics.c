/* SPDX-License-Identifier: MIT
 * What came out: metrics of one learner, or several side by side. */
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "ui/cli/page.h"
#include "ui/cli/report.h"

enum { WIDTH = 80 };

static const struct metric {
    const char *name, *head, *unit;
    size_t offset;
} metric_table[] = {
    {"average accuracy", "average", "%", offsetof(struct result, metrics.average_accuracy)},
    {"forgetting", "forgetting", "points", offsetof(struct result, metrics.forgetting)},
    {"backward transfer", "backward", "points", offsetof(struct result, metrics.backward_transfer)},
    {"forward transfer", "forward", "points", offsetof(struct result, metrics.forward_transfer)},
    {"learning accuracy", "learning", "%", offsetof(struct result, metrics.learning_accuracy)},
    {"average over time", "over time", "%", offsetof(struct result, metrics.over_time)},
    {"minimum accuracy", "minimum", "%", offsetof(struct result, metrics.minimum_accuracy)},
    {"validation", "validation", "%", offsetof(struct result, validation)},
};

enum { BACKWARD = 2, OVER_TIME = 5, MINIMUM = 6, VALIDATION = 7, N_METRICS = 5 };

/* Metric number `i` of the report: of a stream the average over time says more than backward
 * transfer. */
static const struct metric *metric_at(const struct result *results, int i)
{
    return &metric_table[results->is_stream && i == BACKWARD ? OVER_TIME : i];
}

static bool has_minimum(const struct result *results)
{
    return isfinite(results->metrics.minimum_accuracy);
}

/* The same of a table, which has no room for one more: where it was asked how deep tasks fell, that
 * stands in backward transfer's place. */
static const struct metric *column_at(const struct result *results, int i)
{
    return i == BACKWARD && has_minimum(results) ? &metric_table[MINIMUM] : metric_at(results, i);
}

static double percent_of(const struct result *result, const struct metric *metric)
{
    double value;
    memcpy(&value, (const char *)result + metric->offset, sizeof value);
    return 100 * value;
}

static void print_divergence(FILE *out, const struct result *result)
{
    char letter[4];
    fprintf(out, "diverged at step %ld in task %s: the loss is not finite (learning rate %.4g)",
            result->diverged_step, task_letter(result->diverged_task, letter),
            result->diverged_rate);
}

/* Mean and standard deviation over the runs where there is a value; returns how many those are. */
static int statistics(const struct result *results, int n, const struct metric *metric,
                      double *mean, double *deviation)
{
    double sum = 0, squares = 0;
    int n_finite = 0;
    for (int i = 0; i < n; i++) {
        double x = percent_of(&results[i], metric);
        sum += isfinite(x) ? x : 0;
        n_finite += isfinite(x);
    }
    *mean = n_finite ? sum / n_finite : (double)NAN;
    for (int i = 0; i < n; i++) {
        double x = percent_of(&results[i], metric);
        squares += isfinite(x) ? (x - *mean) * (x - *mean) : 0;
    }
    *deviation = n_finite > 1 ? sqrt(squares / (n_finite - 1)) : (double)NAN;
    return n_finite;
}

static void print_metric(FILE *out, const struct result *results, int n,
                         const struct metric *metric)
{
    enum { NAME = 18, NUMBER = 8 };
    double mean, deviation;
    char name[40];
    int n_finite = statistics(results, n, metric, &mean, &deviation);
    int used =
        fprintf(out, "%-*s", NAME, dataset_words(results->kind, metric->name, name, sizeof name));
    if (!n_finite) {
        fprintf(out, "%*s\n", NAME + NUMBER - used, "-");
        return;
    }
    fprintf(out, "%*.2f", NAME + NUMBER - used, mean);
    if (n > 1 && n_finite > 1) {
        fprintf(out, " ± %.2f", deviation);
    }
    fprintf(out, " %s\n", metric->unit);
}

/* Where examples are held out. */
static void print_validation(FILE *out, const struct result *results, int n)
{
    double mean, deviation;
    if (statistics(results, n, &metric_table[VALIDATION], &mean, &deviation) > 0) {
        print_metric(out, results, n, &metric_table[VALIDATION]);
    }
}

static void print_diverged(FILE *out, int n_diverged, int n)
{
    fprintf(out, "%d of %d runs diverged and %s not in these means\n", n_diverged, n,
            n_diverged == 1 ? "is" : "are");
}

static void print_each(FILE *out, const struct result *results, int n)
{
    fprintf(out, "\n%-12s", "seed");
    for (int j = 0; j < N_METRICS; j++) {
        fprintf(out, "%12s", column_at(results, j)->head);
    }
    fputc('\n', out);
    for (int i = 0; i < n; i++) {
        fprintf(out, "%-12llu", (unsigned long long)results[i].seed);
        if (results[i].has_diverged) {
            char letter[4];
            fprintf(out, "  diverged at step %ld in task %s", results[i].diverged_step,
                    task_letter(results[i].diverged_task, letter));
        }
        for (int j = 0; j < N_METRICS && !results[i].has_diverged; j++) {
            double x = percent_of(&results[i], column_at(results, j));
            if (isfinite(x)) {
                fprintf(out, "%12.2f", x);
            } else {
                fprintf(out, "%12s", "-");
            }
        }
        fputc('\n', out);
    }
}

static void print_one(FILE *out, const struct result *results, int n)
{
    int n_diverged = 0;
    for (int i = 0; i < n; i++) {
        n_diverged += results[i].has_diverged;
    }
    if (n == 1 && n_diverged) {
        print_divergence(out, results);
        fputc('\n', out);
    } else {
        for (int j = 0; j < N_METRICS; j++) {
            print_metric(out, results, n, metric_at(results, j));
        }
        if (has_minimum(results)) {
            print_metric(out, results, n, &metric_table[MINIMUM]);
        }
        print_validation(out, results, n);
    }
    if (n > 1) {
        if (n_diverged) {
            print_diverged(out, n_diverged, n);
        }
        print_each(out, results, n);
    }
}

/* ---- several learners ---- */

/* In the order of the table. */
static const struct {
    int metric; /* of the metric table */
    int width, width_seeds;
} columns[] = {{0, 10, 10}, {1, 11, 11}, {4, 10, 10}, {2, 10, 11}};

enum { N_COLUMNS = sizeof columns / sizeof *columns, MEMORY_WIDTH = 7, STEP_WIDTH = 7 };

static bool comes_first(const struct result *results, int i)
{
    for (int j = 0; j < i; j++) {
        if (strcmp(results[j].name, results[i].name) == 0) {
            return false;
        }
    }
    return true;
}

/* Gathers the results of the learner that number `first` is of; returns how many. */
static int gather(struct result *gathered, const struct result *results, int n, int first)
{
    int n_found = 0;
    for (int i = first; i < n; i++) {
        if (strcmp(results[i].name, results[first].name) == 0) {
            gathered[n_found++] = results[i];
        }
    }
    return n_found;
}

/* "9.8 kB", "141 kB"; "-" for nothing. */
static void format_bytes(char *buf, size_t size, double bytes)
{
    static const char *const units[] = {"B", "kB", "MB", "GB"};
    int unit = 0;
    for (; bytes >= 999.5 && unit < 3; unit++) {
        bytes /= 1000;
    }
    snprintf(buf, size, bytes > 0 ? "%.*f %s" : "-", bytes < 9.95 && unit > 0, bytes, units[unit]);
}

/* "45 µs", "1.2 ms"; "-" if it is not known. */
static void format_time(char *buf, size_t size, double seconds)
{
    bool is_small = seconds < 999.5e-6;
    double value = seconds * (is_small ? 1e6 : 1e3);
    snprintf(buf, size, isfinite(seconds) ? "%.*f %s" : "-", value < 9.95, value,
             is_small ? "µs" : "ms");
}

/* In columns of the terminal, not bytes. */
static void print_right(FILE *out, const char *text, int width)
{
    int n = 0;
    for (const char *at = text; *at; at++) {
        n += ((unsigned char)*at & 0xC0) != 0x80;
    }
    fprintf(out, "%*s%s", width > n ? width - n : 0, "", text);
}

static void print_group_metric(FILE *out, const struct result *results, int n, int column,
                               bool has_seeds)
{
    double mean, deviation;
    char text[40] = "-";
    int n_finite =
        statistics(results, n, column_at(results, columns[column].metric), &mean, &deviation);
    if (n_finite && isfinite(deviation)) {
        snprintf(text, sizeof text, "%.1f±%.1f", mean, deviation);
    } else if (n_finite) {
        snprintf(text, sizeof text, has_seeds ? "%.1f" : "%.2f", mean);
    }
    print_right(out, text, has_seeds ? columns[column].width_seeds : columns[column].width);
}

static void print_group(FILE *out, const struct result *results, int n, int name_width,
                        bool has_seeds)
{
    double bytes = 0, seconds = 0;
    int n_diverged = 0;
    char text[40];
    for (int i = 0; i < n; i++) {
        bytes += (double)results[i].memory_bytes / n;
        seconds += results[i].step_seconds / n;
        n_diverged += results[i].has_diverged;
    }
    fprintf(out, "%-*s", name_width, results->name);
    if (n_diverged == n && n == 1) {
        fprintf(out, "  diverged at step %ld in task %s", results->diverged_step,
                task_letter(results->diverged_task, (char[4]){0}));
        fputc('\n', out);
        return;
    }
    for (int j = 0; j < N_COLUMNS; j++) {
        print_group_metric(out, results, n, j, has_seeds);
    }
    format_bytes(text, sizeof text, bytes);
    print_right(out, text, MEMORY_WIDTH);
    format_time(text, sizeof text, seconds);
    print_right(out, text, STEP_WIDTH);
    fputc('\n', out);
    if (n_diverged) {
        fputs("  ", out);
        print_diverged(out, n_diverged, n);
    }
}

static bool has_seeds(const struct result *results, int n)
{
    return results[n - 1].seed != results[0].seed;
}

static void print_head(FILE *out, const struct result *results, int name_width, bool several)
{
    fprintf(out, "in %% and points%s; memory: what its strategies keep\n%-*s",
            several ? ", mean±std over the seeds" : "", name_width, "learner");
    for (int j = 0; j < N_COLUMNS; j++) {
        print_right(out, column_at(results, columns[j].metric)->head,
                    several ? columns[j].width_seeds : columns[j].width);
    }
    print_right(out, "memory", MEMORY_WIDTH);
    print_right(out, "a step", STEP_WIDTH);
    fputc('\n', out);
}

static void print_comparison(FILE *out, const struct result *results, int n)
{
    int name_width = (int)strlen("learner");
    bool several = has_seeds(results, n);
    struct result *gathered = calloc((size_t)n, sizeof *gathered);
    if (!gathered) {
        fprintf(out, "memory: none left for the comparison\n");
        return;
    }
    for (int i = 0; i < n; i++) {
        int length = (int)strlen(results[i].name);
        name_width = length > name_width ? length : name_width;
    }
    print_head(out, results, name_width, several);
    for (int i = 0; i < n; i++) {
        if (comes_first(results, i)) {
            print_group(out, gathered, gather(gathered, results, n, i), name_width, several);
        }
    }
    free(gathered);
}

/* ---- what was not learned ---- */

/* "not learned, known as little as at first: A, B and 7 more; the steps are too long (learning rate
 * 3)", of several results with the learner's name and how many of its runs. */
static void print_unlearned(FILE *out, const struct result *results, int n, int first)
{
    const struct result *worst = NULL;
    struct page page = {out, WIDTH};
    char text[320], letter[4];
    size_t used = 0;
    int n_runs = 0, n_without = 0;
    for (int i = first; i < n; i++) {
        bool is_of = strcmp(results[i].name, results[first].name) == 0;
        n_runs += is_of;
        n_without += is_of && results[i].n_unlearned > 0;
        worst = is_of && results[i].n_unlearned > (worst ? worst->n_unlearned : 0) ? &results[i]
                                                                                   : worst;
    }
    if (!worst) {
        return;
    }
    if (n > n_runs) {
        used += (size_t)snprintf(text, sizeof text, "%s: ", worst->name);
    }
    if (n_runs > 1) {
        used += (size_t)snprintf(text + used, sizeof text - used, "in %d of %d runs ", n_without,
                                 n_runs);
    }
    used += (size_t)snprintf(text + used, sizeof text - used,
                             "not learned, known as little as at first:");
    for (int i = 0; i < worst->n_unlearned && i < RESULT_TASKS; i++) {
        used += (size_t)snprintf(text + used, sizeof text - used, "%s %s", i ? "," : "",
                                 task_letter(worst->unlearned[i], letter));
    }
    if (worst->n_unlearned > RESULT_TASKS) {
        used += (size_t)snprintf(text + used, sizeof text - used, " and %d more",
                                 worst->n_unlearned - RESULT_TASKS);
    }
    if (worst->is_far) {
        snprintf(text + used, sizeof text - used, "; the steps are too long (learning rate %.3g)",
                 worst->rate);
    }
    page_wrap(&page, 0, 2, text);
}

static void print_effort(FILE *out, const struct result *results, int n, bool is_one)
{
    long steps = 0, samples = 0;
    double seconds = 0;
    for (int i = 0; i < n; i++) {
        steps += results[i].steps_taken;
        samples += results[i].samples;
        seconds += results[i].seconds_training;
    }
    fprintf(out, "\n%ld step%s %sin %.2f s of training, %.0f samples/s\n", steps,
            steps == 1 ? "" : "s", is_one ? "" : "of all learners ", seconds,
            seconds > 0 ? (double)samples / seconds : 0.0);
}

void report_metrics(FILE *out, const struct result *results, int n)
{
    bool is_one = true;
    for (int i = 1; i < n; i++) {
        is_one = is_one && strcmp(results[i].name, results[0].name) == 0;
    }
    fputc('\n', out);
    if (is_one) {
        print_one(out, results, n);
    } else {
        print_comparison(out, results, n);
    }
    for (int i = 0; i < n; i++) {
        if (comes_first(results, i)) {
            print_unlearned(out, results, n, i);
        }
    }
    print_effort(out, results, n, is_one);
}
