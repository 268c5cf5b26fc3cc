/* SPDX-License-Identifier: MIT */
#include "ui/bench/bench.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

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

bool bench_run(struct bench *bench, struct err *err)
{
    if (bench->table) {
        print_head(bench->table);
    }
    return bench_steps(bench, err) && bench_learners(bench, err) && bench_history(bench, err) &&
           bench_session(bench, err) && bench_exhibits(bench, err) && bench_probes(bench, err) &&
           bench_live(bench, err);
}
