/* SPDX-License-Identifier: MIT */
#include "ui/bench/bench.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"
#include "net/blas.h"

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double bench_quantile(double *values, int n, double part)
{
    qsort(values, (size_t)n, sizeof *values, compare);
    int i = (int)ceil(part * n) - 1;
    return values[i > 0 ? i : 0];
}

bool bench_ratio(struct bench_side a, struct bench_side b, int turns, double *ratio,
                 struct err *err)
{
    double ratios[BENCH_TURNS_MAX];
    assert(turns <= BENCH_TURNS_MAX);
    for (int i = 0; i < turns; i++) {
        bool a_first = i % 2 == 0;
        struct bench_side first = a_first ? a : b, second = a_first ? b : a;
        double taken[2];
        if (!first.take(first.context, &taken[0], err) ||
            !second.take(second.context, &taken[1], err)) {
            return false;
        }
        ratios[i] = a_first ? taken[0] / taken[1] : taken[1] / taken[0];
    }
    *ratio = bench_quantile(ratios, turns, 0.5);
    return true;
}

bool bench_is_met(const struct bench_figure *figure)
{
    return figure->is_floor ? figure->value >= figure->target : figure->value <= figure->target;
}

static void print_row(FILE *table, const struct bench_figure *figure)
{
    bool is_ratio = strcmp(figure->unit, "ratio") == 0 || strcmp(figure->unit, "x") == 0;
    int decimals = is_ratio                             ? 3
                   : strcmp(figure->unit, "%") == 0     ? 2
                   : strcmp(figure->unit, "bytes") == 0 ? 0
                                                        : 1;
    fprintf(table, "%-24s %-46s %8.*f %-5s %s %-5g %5d  %s\n", figure->figure, figure->label,
            decimals, figure->value, figure->unit, figure->is_floor ? ">=" : "<=", figure->target,
            figure->n, bench_is_met(figure) ? "met" : "missed");
    fflush(table);
}

void bench_add(struct bench *bench, struct bench_figure figure, const char *label, ...)
{
    va_list arguments;
    va_start(arguments, label);
    vsnprintf(figure.label, sizeof figure.label, label, arguments);
    va_end(arguments);
    assert(bench->n < BENCH_FIGURES_MAX);
    bench->figures[bench->n++] = figure;
    if (bench->table) {
        print_row(bench->table, &figure);
    }
    if (bench->added) {
        bench->added(bench->context, bench->n);
    }
}

static void print_head(FILE *table)
{
    char kernels[200];
    core_choice_text(blas_choice(), kernels, sizeof kernels);
    fprintf(table,
            "BLAS kernels: %s\nsome minutes; n: rounds taken in turns, starts, frames, keys, "
            "moments\n%-24s %-46s %8s %-5s %-8s %5s\n",
            kernels, "figure", "case", "value", "unit", "target", "n");
}

static const struct {
    const char *name;
    bool (*take)(struct bench *bench, struct err *err);
} sections[] = {
    {"steps", bench_steps},     {"learners", bench_learners}, {"history", bench_history},
    {"session", bench_session}, {"exhibits", bench_exhibits}, {"probes", bench_probes},
    {"live", bench_live},
};
enum { N_SECTIONS = sizeof sections / sizeof *sections };

const char *bench_section(int i)
{
    return i < N_SECTIONS ? sections[i].name : NULL;
}

static bool has_section(const char *name)
{
    for (int i = 0; i < N_SECTIONS; i++) {
        if (strcmp(sections[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

bool bench_check(const char *const *names, int n, struct err *err)
{
    char all[80] = "";
    for (int i = 0; i < N_SECTIONS; i++) {
        snprintf(all + strlen(all), sizeof all - strlen(all), "%s%s", i ? ", " : "",
                 sections[i].name);
    }
    for (int i = 0; i < n; i++) {
        struct nearest nearest = {.typed = names[i]};
        for (int k = 0; k < N_SECTIONS; k++) {
            nearest_offer(&nearest, sections[k].name);
        }
        if (!has_section(names[i])) {
            return err_set(err, ERR_USAGE, "bench: one of %s expected, found '%.40s'%s%s%s", all,
                           names[i], nearest.word ? "; did you mean " : "",
                           nearest.word ? nearest.word : "", nearest.word ? "?" : "");
        }
    }
    return true;
}

static bool is_wanted(const char *section, const char *const *names, int n)
{
    for (int i = 0; i < n; i++) {
        if (strcmp(names[i], section) == 0) {
            return true;
        }
    }
    return n == 0;
}

bool bench_run(struct bench *bench, const char *const *names, int n, struct err *err)
{
    if (bench->table) {
        print_head(bench->table);
    }
    bool ok = true;
    for (int i = 0; ok && i < N_SECTIONS; i++) {
        ok = !is_wanted(sections[i].name, names, n) || sections[i].take(bench, err);
    }
    return ok;
}
