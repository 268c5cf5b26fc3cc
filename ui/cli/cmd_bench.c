/* SPDX-License-Identifier: MIT */
#include <jansson.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "net/blas.h"
#include "ui/bench/bench.h"
#include "ui/cli/cmd.h"
#include "ui/cli/output.h"
#include "ui/cli/progress.h"

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

/* Rows that nobody sees come are told of. */
static void tell(void *context, int n)
{
    struct progress *progress = context;
    int64_t now = clock_ns();
    if (progress_is_due(progress, now)) {
        struct progress_state state = {
            .fraction = (double)NAN, .task = -1, .unit = "figure", .step = n};
        progress_draw(progress, &state, now);
    }
}

/* Where the rows go: not among the lines of JSON. */
static FILE *table_of(const struct options *options)
{
    bool is_json = options->json && strcmp(options->json, "-") == 0;
    return !is_json ? stdout : options->is_quiet ? NULL : stderr;
}

const char *cmd_bench_section(int i)
{
    return bench_section(i);
}

int cmd_bench(const struct options *options)
{
    bool is_stdout = options->json && strcmp(options->json, "-") == 0;
    bool are_rows_seen = is_stdout || isatty(STDOUT_FILENO);
    struct progress progress = progress_begin(1, options->is_quiet || are_rows_seen);
    struct bench bench = {.table = table_of(options), .added = tell, .context = &progress};
    struct err err = {0};
    if (!bench_check(options->arguments, options->n_arguments, &err) || !blas_setup(NULL, &err)) {
        return output_fail(&err);
    }
    if (options->json && !is_stdout && !output_can_save(options->json, &err)) {
        return output_fail(&err);
    }
    bool ok = bench_run(&bench, options->arguments, options->n_arguments, &err);
    progress_clear(&progress);
    if (!ok) {
        return output_fail(&err);
    }
    return options->json ? write_json(&bench, options->json) : 0;
}
