/* SPDX-License-Identifier: MIT */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "ui/cli/cmd.h"
#include "ui/cli/headless.h"
#include "ui/cli/json.h"
#include "ui/cli/output.h"
#include "ui/cli/report.h"
#include "ui/screen/terminal.h"

/* All runs of one `oubli run`; everything is printed at its end. */
struct batch_of_runs {
    const struct options *options;
    struct output table, json;
    struct result *results; /* (n_seeds) */
    struct progress progress;
};

static const char *signal_word(int number)
{
    static const struct {
        int number;
        const char *word;
    } words[] = {
        {SIGHUP, "SIGHUP"}, {SIGINT, "SIGINT"}, {SIGQUIT, "SIGQUIT"}, {SIGTERM, "SIGTERM"}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (words[i].number == number) {
            return words[i].word;
        }
    }
    return "a signal";
}

static void say_stopped(const struct run *run, int stop)
{
    fprintf(stderr, "oubli: stopped by %s at step %ld of %ld; nothing was written\n",
            signal_word(stop), lab_steps_done(run->lab), lab_total_steps(run->lab));
}

/* Trains with one seed and notes what came of it.  Returns the exit code; 0 = go on. */
static int train_one(struct batch_of_runs *all, int i, struct run *run)
{
    const struct options *options = all->options;
    struct config config = options->config;
    struct err err = {0};
    config.seed += (uint64_t)i;
    if (!run_open(run, &config, &options->script, &err)) {
        return output_fail(&err);
    }
    all->progress.seed = i;
    int stop = run_train(run, &all->progress);
    if (stop) {
        say_stopped(run, stop);
        return 128 + stop;
    }
    all->results[i] = run->result;
    if (run->result.has_diverged) {
        output_warn("seed %llu diverged at step %ld: the loss is not finite; lower --lr (now %g)",
                    (unsigned long long)config.seed, run->result.diverged_step,
                    run->result.diverged_rate);
    }
    if (i == 0) {
        run_warn(run);
        report_session(all->table.stream, run, options->n_seeds);
    }
    if (options->n_seeds == 1) {
        report_matrix(all->table.stream, run);
    }
    return !options->json || json_run(all->json.stream, run, &err) ? 0 : output_fail(&err);
}

static int print(struct batch_of_runs *all)
{
    const struct options *options = all->options;
    struct err err = {0};
    if (options->json && strcmp(options->json, "-") == 0) {
        return output_print(&all->json, true);
    }
    if (options->json && !output_save(&all->json, options->json, &err)) {
        return output_fail(&err);
    }
    report_metrics(all->table.stream, all->results, options->n_seeds);
    return output_print(&all->table, false);
}

static int train_all(struct batch_of_runs *all)
{
    int code = 0;
    for (int i = 0; i < all->options->n_seeds && code == 0; i++) {
        struct run run;
        code = train_one(all, i, &run);
        run_close(&run);
    }
    terminal_release();
    return code ? code : print(all);
}

int cmd_run(const struct options *options)
{
    struct options headless = *options;
    struct err err = {0};
    options_observe(&headless, false);
    bool is_file = options->json && strcmp(options->json, "-") != 0;
    if (is_file && !output_can_save(options->json, &err)) {
        return output_fail(&err);
    }
    struct batch_of_runs all = {.options = &headless,
                                .results = calloc((size_t)options->n_seeds, sizeof *all.results),
                                .progress = progress_begin(options->n_seeds)};
    int code = !all.results ? (err_set(&err, ERR_FAILED, "memory: none left"), output_fail(&err))
               : output_open(&all.table, &err) && output_open(&all.json, &err) ? train_all(&all)
                                                                               : output_fail(&err);
    output_close(&all.table);
    output_close(&all.json);
    free(all.results);
    return code;
}
