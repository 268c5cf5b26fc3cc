/* SPDX-License-Identifier: MIT */
#include "ui/cli/run_lines.h"

#include <stdlib.h>

#include "lab/learner.h"
#include "net/blas.h"
#include "ui/cli/json.h"

static bool no_memory(struct err *err)
{
    return err_set(err, ERR_FAILED, "memory: none left for the results");
}

/* The line of a learner of the lab; `names` has room for those of the tasks. */
static struct json_run line_of(const struct headless *run, int i, const char **names)
{
    const struct lab *lab = run->lab;
    const struct suite *suite = lab_suite(lab);
    const struct network *net = learner_network(lab_learner(lab, i));
    const struct result *result = &run->results[i];
    struct json_run line = {
        .journal = lab_journal(lab),
        .timeline = &run->timeline,
        .track = headless_track(run, i),
        .config = lab_config(lab),
        .script = lab_script(lab),
        .arithmetic = LAB_ARITHMETIC,
        .begun = headless_begun(run, i),
        .on = learner_on(lab_learner(lab, i)),
        .suite = suite_name(suite),
        .scenario = scenario_name(suite_scenario(suite)),
        .is_task_given = suite_scenario(suite) == SCENARIO_TASK,
        .task_names = names,
        .n_stages = suite_n_stages(suite),
        .n_parts = net->n_parts,
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
    network_text(net, line.net, sizeof line.net);
    for (int part = 0; part < net->n_parts; part++) {
        line.drift[part] = lab_total_drift(lab, i, part);
    }
    for (int t = 0; t < suite_n_tasks(suite); t++) {
        names[t] = suite_task(suite, t)->name;
    }
    return line;
}

/* accuracy: (n_tasks, c) */
static bool measure_classes(const struct headless *run, int learner, double *accuracy)
{
    const struct suite *suite = lab_suite(run->lab);
    bool ok = true;
    for (int t = 0; ok && t < suite_n_tasks(suite); t++) {
        ok = lab_class_accuracy(run->lab, learner, t,
                                accuracy + (size_t)t * (size_t)suite_dataset(suite)->n_classes);
    }
    return ok;
}

bool run_lines(FILE *out, const struct headless *run, struct err *err)
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
