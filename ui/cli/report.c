/* SPDX-License-Identifier: MIT */
#include "ui/cli/report.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "lab/learner.h"
#include "strategies/table.h"
#include "ui/cli/page.h"

enum { WIDTH = 80, LABEL = 11, CELL = 6, ROWS_MOST = 24 };

/* ---- what was run ---- */

static void print_strategies(FILE *out, const struct learner_config *learner)
{
    struct page page = {out, WIDTH};
    char text[1024];
    size_t used = (size_t)snprintf(text, sizeof text, "strategies: %s", learner->on ? "" : "none");
    bool is_first = true;
    for (int i = 0; i < strategy_count() && used < sizeof text; i++) {
        if (!((learner->on >> i) & 1u)) {
            continue;
        }
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", is_first ? "" : " + ",
                                 strategy_at(i)->name);
        is_first = false;
        for (int j = 0; j < PARAM_COUNT && used < sizeof text; j++) {
            enum param_id id = (enum param_id)j;
            char value[64];
            if (param_is_owned_by(param_at(id), strategy_at(i)->name)) {
                used +=
                    (size_t)snprintf(text + used, sizeof text - used, " %s=%s", param_at(id)->name,
                                     param_format(&learner->params, id, value, sizeof value));
            }
        }
    }
    page_wrap(&page, 0, 2, text);
}

static void print_training(FILE *out, const struct run *run)
{
    const struct params *params = &lab_config(run->lab)->learners[0].params;
    const struct network *net = learner_network(lab_learner(run->lab, 0));
    struct page page = {out, WIDTH};
    char text[400], a[32], b[32], c[32], d[32], per_task[64];
    size_t used = (size_t)snprintf(text, sizeof text, "net %d", net->width[0]);
    for (int l = 1; l <= net->n_layers; l++) {
        used += (size_t)snprintf(text + used, sizeof text - used, "-%d", net->width[l]);
    }
    bool has_steps = params->value[PARAM_STEPS] > 0;
    enum param_id length = has_steps ? PARAM_STEPS : PARAM_EPOCHS;
    snprintf(per_task, sizeof per_task, "%s %s a task", param_format(params, length, d, sizeof d),
             has_steps ? "steps" : "epochs");
    snprintf(text + used, sizeof text - used, " %s · %s · lr %s · batch %s · %s",
             param_format(params, PARAM_ACTIVATION, a, sizeof a),
             param_format(params, PARAM_OPTIMIZER, b, sizeof b),
             param_format(params, PARAM_LR, c, sizeof c),
             param_format(params, PARAM_BATCH, (char[32]){0}, 32), per_task);
    page_wrap(&page, 0, 2, text);
}

void report_session(FILE *out, const struct run *run, int n_seeds)
{
    const struct suite *suite = lab_suite(run->lab);
    unsigned long long seed = lab_config(run->lab)->seed;
    struct page page = {out, WIDTH};
    char text[256], seeds[64];
    snprintf(seeds, sizeof seeds, "seed %llu", seed);
    if (n_seeds > 1) {
        snprintf(seeds, sizeof seeds, "seeds %llu to %llu", seed,
                 seed + (unsigned long long)n_seeds - 1);
    }
    int n_stages = suite_n_stages(suite), n_tasks = suite_n_tasks(suite);
    char stages[48] = "";
    if (n_stages != n_tasks) {
        snprintf(stages, sizeof stages, " in %d stages", n_stages);
    }
    snprintf(text, sizeof text, "%s · %s, scenario %s · %d task%s%s · %s",
             suite_dataset(suite)->name, suite_name(suite), scenario_name(suite_scenario(suite)),
             n_tasks, n_tasks == 1 ? "" : "s", stages, seeds);
    page_wrap(&page, 0, 2, text);
    print_training(out, run);
    print_strategies(out, &lab_config(run->lab)->learners[0]);
}

/* ---- R ---- */

/* `n` things of which `most` fit: the first and the last of them, a gap between. */
struct cut {
    int n, head, tail; /* shown: 0 .. head-1 and tail .. n-1 */
};

static struct cut cut_of(int n, int most)
{
    if (n <= most) {
        return (struct cut){n, n, n};
    }
    int head = (most - 1) / 2;
    return (struct cut){n, head, n - (most - 1 - head)};
}

/* The one after `i`; -1 stands for the gap. */
static int cut_next(const struct cut *cut, int i)
{
    return i < 0 ? cut->tail : i + 1 == cut->head && cut->tail > cut->head ? -1 : i + 1;
}

static void print_cell(FILE *out, double accuracy)
{
    if (isfinite(accuracy)) {
        fprintf(out, "%*.1f", CELL, 100 * accuracy);
    } else {
        fprintf(out, "%*s", CELL, "-");
    }
}

static void print_matrix_row(FILE *out, const struct run *run, int row, const struct cut *columns)
{
    char letter[4];
    if (row < 0) {
        fprintf(out, "  ...\n");
        return;
    }
    fprintf(out, "  after %-*s", LABEL - 8, task_letter(run->chronicle.visits[row].task, letter));
    for (int t = 0; t < columns->n; t = cut_next(columns, t)) {
        if (t < 0) {
            fprintf(out, "%*s", CELL, "...");
        } else {
            print_cell(out, chronicle_r(&run->chronicle, run_track(run, 0), row, t));
        }
    }
    fputc('\n', out);
}

void report_matrix(FILE *out, const struct run *run)
{
    struct cut columns = cut_of(run->chronicle.n_tasks, (WIDTH - LABEL) / CELL);
    struct cut rows = cut_of(chronicle_rows(&run->chronicle), ROWS_MOST);
    char letter[4];
    fprintf(out, "\naccuracy on each task after each stage, %%\n%*s", LABEL, "");
    for (int t = 0; t < columns.n; t = cut_next(&columns, t)) {
        fprintf(out, "%*s", CELL, t < 0 ? "..." : task_letter(t, letter));
    }
    fputc('\n', out);
    for (int row = 0; row < rows.n; row = cut_next(&rows, row)) {
        print_matrix_row(out, run, row, &columns);
    }
}

/* ---- metrics ---- */

static const struct metric {
    const char *name, *head, *unit;
    size_t offset;
} metric_table[] = {
    {"average accuracy", "average", "%", offsetof(struct metrics, average_accuracy)},
    {"forgetting", "forgetting", "points", offsetof(struct metrics, forgetting)},
    {"backward transfer", "backward", "points", offsetof(struct metrics, backward_transfer)},
    {"forward transfer", "forward", "points", offsetof(struct metrics, forward_transfer)},
    {"learning accuracy", "learning", "%", offsetof(struct metrics, learning_accuracy)},
};

enum { N_METRICS = sizeof metric_table / sizeof *metric_table };

static double percent_of(const struct result *result, const struct metric *metric)
{
    double value;
    memcpy(&value, (const char *)&result->metrics + metric->offset, sizeof value);
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
    double mean, deviation;
    int n_finite = statistics(results, n, metric, &mean, &deviation);
    fprintf(out, "%-18s", metric->name);
    if (!n_finite) {
        fprintf(out, "%8s\n", "-");
        return;
    }
    fprintf(out, "%8.2f", mean);
    if (n > 1 && n_finite > 1) {
        fprintf(out, " ± %.2f", deviation);
    }
    fprintf(out, " %s\n", metric->unit);
}

static void print_each(FILE *out, const struct result *results, int n)
{
    fprintf(out, "\n%-12s", "seed");
    for (int j = 0; j < N_METRICS; j++) {
        fprintf(out, "%12s", metric_table[j].head);
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
            double x = percent_of(&results[i], &metric_table[j]);
            if (isfinite(x)) {
                fprintf(out, "%12.2f", x);
            } else {
                fprintf(out, "%12s", "-");
            }
        }
        fputc('\n', out);
    }
}

void report_metrics(FILE *out, const struct result *results, int n)
{
    long steps = 0, samples = 0;
    int n_diverged = 0;
    double seconds = 0;
    fputc('\n', out);
    for (int i = 0; i < n; i++) {
        steps += results[i].steps;
        samples += results[i].samples;
        seconds += results[i].seconds_training;
        n_diverged += results[i].has_diverged;
    }
    if (n == 1 && n_diverged) {
        print_divergence(out, results);
        fputc('\n', out);
    } else {
        for (int j = 0; j < N_METRICS; j++) {
            print_metric(out, results, n, &metric_table[j]);
        }
    }
    if (n > 1) {
        if (n_diverged) {
            fprintf(out, "%d of %d runs diverged and are not in these means\n", n_diverged, n);
        }
        print_each(out, results, n);
    }
    fprintf(out, "\n%ld steps in %.2f s of training, %.0f samples/s\n", steps, seconds,
            seconds > 0 ? (double)samples / seconds : 0.0);
}
