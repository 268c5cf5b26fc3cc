/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lab/learner.h"
#include "net/blas.h"
#include "session/recording.h"
#include "ui/cli/cmd.h"
#include "ui/cli/headless.h"
#include "ui/cli/output.h"
#include "ui/cli/report.h"
#include "ui/cli/run_lines.h"
#include "ui/cli/runs.h"
#include "ui/screen/terminal.h"

enum { WARNINGS_MS = 300 }; /* to be taken by a terminal that nobody reads */

/* What came of a run, until it is its turn to be written. */
struct kept {
    char data[REPORT_DATA_MAX];
    struct output session, lines, warnings; /* for the table, JSON, stderr */
    int n_results;
    struct result results[LEARNERS_MAX];
};

/* All runs of one `oubli run`: JSON is written as they are done, the table at the end in the order
 * of seeds. */
struct batch_of_runs {
    const struct options *options;
    struct kept **kept; /* (n_seeds) NULL = not done or written */
    char data[REPORT_DATA_MAX];
    struct output session;    /* of the first of them ... */
    int first, n_written;     /* ... which is this one, of so many that were written */
    struct output_lines file; /* of JSON */
    int n_results;
    struct result *results; /* (n_seeds * LEARNERS_MAX) by seed, then learner */
};

/* What would have helped. */
static void advice_text(const struct result *result, bool is_one, char *text, size_t size)
{
    if (isfinite(result->diverged_gauge)) {
        snprintf(text, size,
                 "EWC's explicit step is stable while lr * lambda * F stays below 2, and it is "
                 "%.2g; lower ewc.lambda (now %g), or set ewc.form=proximal",
                 result->diverged_gauge, result->diverged_lambda);
    } else {
        int n = snprintf(text, size, "lower %s (now %g)", is_one ? "--lr" : "its lr",
                         result->diverged_rate);
        if (isfinite(result->diverged_alpha)) {
            snprintf(text + n, size - (size_t)n, " or lora.alpha (now %g)", result->diverged_alpha);
        }
    }
}

static void warn_diverged(const struct headless *run, FILE *out)
{
    for (int i = 0; i < run->n_results; i++) {
        const struct result *result = &run->results[i];
        bool is_one = run->n_results == 1;
        char advice[240];
        if (result->has_diverged) {
            advice_text(result, is_one, advice, sizeof advice);
            output_warn(out, "seed %llu%s%s diverged at step %ld: the loss is not finite; %s",
                        (unsigned long long)result->seed, is_one ? "" : ": ",
                        is_one ? "" : result->name, result->diverged_step, advice);
        }
    }
}

static bool no_memory(struct err *err)
{
    return err_set(err, ERR_FAILED, "memory: none left for the results");
}

static void free_kept(struct kept *kept)
{
    if (kept) {
        output_close(&kept->session);
        output_close(&kept->lines);
        output_close(&kept->warnings);
    }
    free(kept);
}

static bool fill_kept(struct kept *kept, const struct options *options, int i,
                      const struct headless *run, struct err *err)
{
    if (!output_open(&kept->session, err) || !output_open(&kept->lines, err) ||
        !output_open(&kept->warnings, err)) {
        return false;
    }
    kept->n_results = run->n_results;
    memcpy(kept->results, run->results, sizeof kept->results);
    warn_diverged(run, kept->warnings.stream);
    if (i == 0) {
        headless_warn(run, kept->warnings.stream);
    }
    report_data(run, kept->data, sizeof kept->data);
    report_session(kept->session.stream, run);
    if (options->n_seeds == 1) {
        report_matrices(kept->session.stream, run);
    }
    return (!options->json || run_lines(kept->lines.stream, run, err)) &&
           output_finish(&kept->session, err) && output_finish(&kept->lines, err) &&
           output_finish(&kept->warnings, err);
}

static bool begin(void *context, int i, struct runs_one *one, struct err *err)
{
    const struct options *options = ((const struct batch_of_runs *)context)->options;
    (void)err;
    one->config = options->config;
    one->config.seed += (uint64_t)i;
    one->script = &options->script;
    return true;
}

static void end_nothing(void *context, struct runs_one *one)
{
    (void)context;
    (void)one;
}

static int say_failed(void *context, int i, const struct err *err)
{
    (void)context;
    (void)i;
    return output_fail(err);
}

/* Any thread. */
static bool keep(void *context, int i, struct headless *run, struct err *err)
{
    struct batch_of_runs *all = context;
    struct kept *kept = calloc(1, sizeof *kept);
    if (!kept) {
        return no_memory(err);
    }
    if (!fill_kept(kept, all->options, i, run, err)) {
        free_kept(kept);
        return false;
    }
    all->kept[i] = kept;
    return true;
}

static bool is_json_printed(const struct options *options)
{
    return options->json && strcmp(options->json, "-") == 0;
}

static int write_json(struct batch_of_runs *all, struct output *lines)
{
    struct err err = {0};
    if (is_json_printed(all->options)) {
        return output_print(lines, true);
    }
    return !all->options->json || output_add(&all->file, lines, &err) ? 0 : output_fail(&err);
}

/* In the order of seeds, in which they need not come. */
static void add_results(struct batch_of_runs *all, const struct kept *kept)
{
    size_t n = (size_t)kept->n_results, at = (size_t)all->n_results;
    if (n == 0) {
        return;
    }
    while (at > 0 && all->results[at - 1].seed > kept->results[0].seed) {
        at--;
    }
    struct result *place = &all->results[at];
    memmove(place + n, place, ((size_t)all->n_results - at) * sizeof *place);
    memcpy(place, kept->results, n * sizeof *place);
    all->n_results += kept->n_results;
}

/* What the runs have in common is said once, as the first of them has it. */
static void keep_common(struct batch_of_runs *all, struct kept *kept, int i)
{
    if (all->n_written++ == 0 || i < all->first) {
        all->first = i;
        memcpy(all->data, kept->data, sizeof all->data);
        output_close(&all->session);
        all->session = kept->session;
        kept->session = (struct output){0};
    }
}

static int write_kept(void *context, int i)
{
    struct batch_of_runs *all = context;
    struct kept *kept = all->kept[i];
    terminal_write(STDERR_FILENO, kept->warnings.text, WARNINGS_MS);
    int code = write_json(all, &kept->lines);
    keep_common(all, kept, i);
    add_results(all, kept); /* for the table, also if there is no file */
    free_kept(kept);
    all->kept[i] = NULL;
    return code;
}

static int print_table(struct batch_of_runs *all)
{
    const struct options *options = all->options;
    const struct seeds seeds = {options->config.seed, options->n_seeds, all->n_written};
    struct output table = {0};
    struct err err = {0};
    if (is_json_printed(options) || all->n_results == 0) {
        return 0;
    }
    if (!output_open(&table, &err)) {
        return output_fail(&err);
    }
    report_head(table.stream, all->data, &seeds);
    fputs(all->session.text, table.stream);
    report_metrics(table.stream, all->results, all->n_results);
    int code = output_print(&table, false);
    output_close(&table);
    return code;
}

static void say_stopped(const struct options *options, const struct runs_end *end)
{
    char where[64], what[320] = "nothing was written";
    const char *file = options->is_headless ? options->arguments[0] : options->record;
    bool is_there = !options->is_headless || end->total_steps > 0;
    if (!is_there) {
        snprintf(where, sizeof where, "while it was trained again");
    } else if (options->n_seeds == 1) {
        snprintf(where, sizeof where, "at step %ld of %ld", end->step, end->total_steps);
    } else {
        snprintf(where, sizeof where, "after %d of %d seeds", end->n_written, options->n_seeds);
    }
    if (file) {
        snprintf(what, sizeof what, "%.250s %s", file, is_there ? "goes that far" : "is as it was");
    } else if (end->n_written > 0 && options->json && !is_json_printed(options)) {
        snprintf(what, sizeof what, "%.250s holds what was done", options->json);
    } else if (end->n_written > 0) {
        snprintf(what, sizeof what, "what was done was written");
    }
    struct err err;
    err_set(&err, ERR_FAILED, "stopped by %s %s; %s", runs_signal_word(end->stop), where, what);
    output_fail(&err);
}

static int train_all(struct batch_of_runs *all)
{
    const struct options *options = all->options;
    struct runs_end end;
    struct err err = {0};
    struct runs_job job = {.record = options->record,
                           .resume = options->is_headless ? options->arguments[0] : NULL,
                           .save = options_save(options),
                           .is_quiet = options->is_quiet,
                           .n = options->n_seeds,
                           .words = "seeds",
                           .context = all,
                           .begin = begin,
                           .end = end_nothing,
                           .keep = keep,
                           .write = write_kept,
                           .fail = say_failed};
    int code = runs_train(&job, &end);
    if (!output_end(&all->file, &err) && code == 0) {
        code = output_fail(&err);
    }
    int printed = print_table(all); /* of what was done, whatever came then */
    if (end.stop) {
        say_stopped(options, &end);
    }
    code = code ? code : printed;
    int saved = end.unsaved.code != ERR_NONE ? output_fail(&end.unsaved) : 0;
    return code ? code : saved;
}

/* What the report says of a session that is resumed. */
static bool take_seed(struct options *options, const char *path, struct err *err)
{
    struct recording *recording = recording_open(path, err);
    if (recording) {
        options->config.seed = recording_config(recording)->seed;
    }
    recording_close(recording);
    return recording != NULL;
}

int cmd_run(const struct options *options)
{
    struct options headless = *options;
    struct err err = {0};
    options_observe(&headless, false);
    if (options->is_headless && !take_seed(&headless, options->arguments[0], &err)) {
        return output_fail(&err);
    }
    if (options->save_path[0] != '\0' && !output_can_save(options->save_path, &err)) {
        return output_fail(&err);
    }
    if (options->json && !is_json_printed(options) && !output_can_save(options->json, &err)) {
        return output_fail(&err);
    }
    size_t n = (size_t)options->n_seeds;
    struct batch_of_runs all = {.options = &headless,
                                .kept = calloc(n, sizeof(struct kept *)),
                                .file = output_lines(options->json),
                                .results = calloc(n * LEARNERS_MAX, sizeof *all.results)};
    bool ok = (all.kept && all.results) || no_memory(&err);
    int code = ok ? train_all(&all) : output_fail(&err);
    for (size_t i = 0; all.kept && i < n; i++) {
        free_kept(all.kept[i]);
    }
    free(all.kept);
    free(all.results);
    output_close(&all.session);
    return code;
}
