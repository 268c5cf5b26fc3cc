/* SPDX-License-Identifier: MIT */
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "net/blas.h"
#include "ui/cli/bench.h"
#include "ui/cli/cmd.h"
#include "ui/cli/output.h"

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

bool bench_is_met(const struct bench_figure *figure)
{
    return figure->is_floor ? figure->value >= figure->target : figure->value <= figure->target;
}

void bench_add(struct bench *bench, const struct bench_figure *figure)
{
    if (bench->n < BENCH_FIGURES_MAX) {
        bench->figures[bench->n++] = *figure;
    }
    bool is_ratio = strcmp(figure->unit, "ratio") == 0 || strcmp(figure->unit, "x") == 0;
    fprintf(bench->table, "%-24s %-46s %8.*f %-5s %s %-5g %5d  %s\n", figure->figure, figure->label,
            is_ratio                             ? 3
            : strcmp(figure->unit, "bytes") == 0 ? 0
                                                 : 1,
            figure->value, figure->unit, figure->is_floor ? ">=" : "<=", figure->target, figure->n,
            bench_is_met(figure) ? "met" : "missed");
    fflush(bench->table);
}

static bool write_figure(FILE *out, const struct bench_figure *figure)
{
    json_t *value = isfinite(figure->value) ? json_real(figure->value) : json_null();
    json_t *object =
        json_pack("{s:s, s:s, s:o, s:s, s:f, s:b, s:i, s:s}", "figure", figure->figure, "case",
                  figure->label, "value", value, "unit", figure->unit, "target", figure->target,
                  "met", bench_is_met(figure), "n", figure->n, "blas_core", blas_core());
    bool ok = object && json_dumpf(object, out, JSON_COMPACT | JSON_REAL_PRECISION(6)) == 0 &&
              fputc('\n', out) != EOF;
    json_decref(object);
    return ok;
}

/* One object a line, to the file or the standard output. */
static int write_json(const struct bench *bench, const char *path)
{
    struct output output = {0};
    struct err err;
    bool ok = output_open(&output, &err);
    for (int i = 0; ok && i < bench->n; i++) {
        ok = write_figure(output.stream, &bench->figures[i]) ||
             err_set(&err, ERR_FAILED, "memory: none left for JSON");
    }
    bool is_stdout = strcmp(path, "-") == 0;
    ok = ok && (is_stdout || output_save(&output, path, &err));
    int code = !ok ? output_fail(&err) : is_stdout ? output_print(&output, true) : 0;
    output_close(&output);
    return code;
}

int cmd_bench(const struct options *options)
{
    bool is_stdout = options->json && strcmp(options->json, "-") == 0;
    struct bench bench = {.table = is_stdout ? stderr : stdout};
    struct err err = {0};
    char kernels[200];
    if (!blas_setup(NULL, &err)) {
        return output_fail(&err);
    }
    core_choice_text(blas_choice(), kernels, sizeof kernels);
    if (options->json && !is_stdout && !output_can_save(options->json, &err)) {
        return output_fail(&err);
    }
    fprintf(bench.table,
            "BLAS kernels: %s\ntwo minutes; n: rounds taken in turns, starts, frames, keys, "
            "moments\n%-24s %-46s %8s %-5s %-8s %5s\n",
            kernels, "figure", "case", "value", "unit", "target", "n");
    if (!bench_steps(&bench, &err) || !bench_learners(&bench, &err) ||
        !bench_history(&bench, &err) || !bench_session(&bench, &err) ||
        !bench_exhibits(&bench, &err) || !bench_live(&bench, &err)) {
        return output_fail(&err);
    }
    return options->json ? write_json(&bench, options->json) : 0;
}
