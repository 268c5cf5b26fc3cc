/* SPDX-License-Identifier: MIT */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "lab/learner.h"
#include "net/blas.h"
#include "ui/cli/cmd.h"
#include "ui/cli/headless.h"
#include "ui/cli/json.h"
#include "ui/cli/output.h"
#include "ui/cli/report.h"
#include "ui/screen/message.h"
#include "ui/screen/terminal.h"

/* All runs of one `oubli run`; everything is printed at its end. */
struct batch_of_runs {
    const struct options *options;
    struct output table, json;
    int n_results;
    struct result *results; /* (n_seeds * LEARNERS_MAX) by seed, then learner */
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
    message_line("stopped by %s at step %ld of %ld; nothing was written", signal_word(stop),
                 lab_steps_done(run->lab), lab_total_steps(run->lab));
}

static void warn_diverged(const struct run *run)
{
    for (int i = 0; i < run->n_results; i++) {
        const struct result *result = &run->results[i];
        bool is_one = run->n_results == 1;
        if (result->has_diverged) {
            output_warn("seed %llu%s%s diverged at step %ld: the loss is not finite; lower %s (now "
                        "%g)",
                        (unsigned long long)result->seed, is_one ? "" : ": ",
                        is_one ? "" : result->name, result->diverged_step,
                        is_one ? "--lr" : "its lr", result->diverged_rate);
        }
    }
}

/* The line of a learner of the lab; `names` has room for those of the tasks. */
static struct json_run line_of(const struct run *run, int i, const char **names)
{
    const struct lab *lab = run->lab;
    const struct suite *suite = lab_suite(lab);
    const struct network *net = learner_network(lab_learner(lab, i));
    const struct result *result = &run->results[i];
    struct json_run line = {
        .journal = lab_journal(lab),
        .chronicle = &run->chronicle,
        .track = run_track(run, i),
        .config = lab_config(lab),
        .begun = run_begun(run, i),
        .on = learner_on(lab_learner(lab, i)),
        .suite = suite_name(suite),
        .scenario = scenario_name(suite_scenario(suite)),
        .is_task_given = suite_scenario(suite) == SCENARIO_TASK,
        .task_names = names,
        .n_stages = suite_n_stages(suite),
        .n_layers = net->n_layers,
        .has_diverged = result->has_diverged,
        .diverged_step = result->diverged_step,
        .steps = result->steps,
        .metrics = result->metrics,
        .memory_bytes = result->memory_bytes,
        .seconds_training = result->seconds_training,
        .samples_per_second = result->samples_per_second,
        .version = OUBLI_VERSION,
        .build = OUBLI_BUILD,
        .blas_core = blas_core(),
    };
    memcpy(line.width, net->width, sizeof line.width);
    for (int l = 0; l < net->n_layers; l++) {
        line.drift[l] = lab_total_drift(lab, i, l);
    }
    for (int t = 0; t < suite_n_tasks(suite); t++) {
        names[t] = suite_task(suite, t)->name;
    }
    return line;
}

static bool no_memory(struct err *err)
{
    return err_set(err, ERR_FAILED, "memory: none left for the results");
}

/* accuracy: (n_tasks, c) */
static bool measure_classes(const struct run *run, int learner, double *accuracy)
{
    const struct suite *suite = lab_suite(run->lab);
    bool ok = true;
    for (int t = 0; ok && t < suite_n_tasks(suite); t++) {
        ok = lab_class_accuracy(run->lab, learner, t,
                                accuracy + (size_t)t * (size_t)suite_dataset(suite)->n_classes);
    }
    return ok;
}

static bool write_lines(FILE *out, const struct run *run, struct err *err)
{
    const struct suite *suite = lab_suite(run->lab);
    size_t n_tasks = (size_t)suite_n_tasks(suite), c = (size_t)suite_dataset(suite)->n_classes;
    const char **names = calloc(n_tasks, sizeof *names);
    double *accuracy = calloc(n_tasks * c, sizeof *accuracy);
    bool ok = (names && accuracy) || no_memory(err);
    for (int i = 0; ok && i < run->n_results; i++) {
        struct json_run line = line_of(run, i, names);
        line.n_classes = (int)c;
        line.class_names = suite_dataset(suite)->class_names;
        line.class_accuracy = accuracy;
        ok = (measure_classes(run, i, accuracy) || no_memory(err)) && json_run(out, &line, err);
    }
    free(accuracy);
    free(names);
    return ok;
}

/* Trains with one seed and notes what came of it.  Returns the exit code; 0 = go on. */
static int train_one(struct batch_of_runs *all, int i, struct run *run)
{
    const struct options *options = all->options;
    struct config config = options->config;
    struct err err = {0};
    config.seed += (uint64_t)i;
    if (!run_open(run, &config, &options->script, options->record != NULL, &err)) {
        return output_fail(&err);
    }
    all->progress.seed = i;
    if (options->record && !run_record(run, options->record, &err)) {
        return output_fail(&err);
    }
    int stop = run_train(run, &all->progress);
    if (!run_record_end(run, &err)) {
        return output_fail(&err);
    }
    if (stop) {
        say_stopped(run, stop);
        return 128 + stop;
    }
    for (int j = 0; j < run->n_results; j++) {
        all->results[all->n_results++] = run->results[j];
    }
    warn_diverged(run);
    if (i == 0) {
        run_warn(run);
        report_session(all->table.stream, run, options->n_seeds);
    }
    if (options->n_seeds == 1) {
        report_matrices(all->table.stream, run);
    }
    return !options->json || write_lines(all->json.stream, run, &err) ? 0 : output_fail(&err);
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
    report_metrics(all->table.stream, all->results, all->n_results);
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
    struct batch_of_runs all = {
        .options = &headless,
        .results = calloc((size_t)options->n_seeds * LEARNERS_MAX, sizeof *all.results),
        .progress = progress_begin(options->n_seeds)};
    int code = !all.results ? (err_set(&err, ERR_FAILED, "memory: none left"), output_fail(&err))
               : output_open(&all.table, &err) && output_open(&all.json, &err) ? train_all(&all)
                                                                               : output_fail(&err);
    output_close(&all.table);
    output_close(&all.json);
    free(all.results);
    return code;
}
