/* SPDX-License-Identifier: MIT */
#include "support/swept.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "session/merged.h"

enum { TASKS = 3, JSON_MAX = 4096 };

static const char *const methods[] = {"none", "ewc",  "replay", "ewc+replay",
                                      "l2",   "lora", "freeze", "decay"};

void swept_path(char path[64])
{
    snprintf(path, 64, "/tmp/oubli-swept-XXXXXX");
    close(mkstemp(path));
    unlink(path);
}

/* What a seed adds: of no mean, and not the same for all methods. */
static double luck(int method, int seed)
{
    return 0.02 * sin(3.0 * seed + 1) + 0.005 * sin(7.0 * seed * (method + 1));
}

/* Accuracy on a task after a stage: the more it holds on, the less it learns. */
static double accuracy(int method, int lambda, int seed, int stage, int task)
{
    double held = method == 0 ? 0 : method == 2 ? 0.75 : 0.1 + 0.09 * lambda + 0.03 * method;
    double learned = 0.95 - (method == 2 ? 0.1 : 0.35 * held * held);
    double value = stage < task ? 0.1 : learned - (1 - held) * 0.25 * (stage - task);
    return fmin(fmax(value + luck(method, seed), 0), 1);
}

/* Its metrics, and the line of JSON as far as anybody reads it here. */
static void fill_row(struct merged_row *row, char json[JSON_MAX], int method, int lambda, int seed,
                     bool is_lost)
{
    double r[TASKS][TASKS], sum = 0, learned = 0, lost = 0;
    int n = snprintf(json, JSON_MAX,
                     "{\"stages\":[{\"task\":\"A\"},{\"task\":\"B\"},"
                     "{\"task\":\"C\"}],\"R\":[");
    for (int i = 0; i < TASKS; i++) {
        for (int t = 0; t < TASKS; t++) {
            r[i][t] = accuracy(method, lambda, seed, i, t);
            n += snprintf(json + n, (size_t)(JSON_MAX - n), is_lost ? "%snull" : "%s%.6f",
                          t ? "," : "[", r[i][t]);
        }
        n += snprintf(json + n, (size_t)(JSON_MAX - n), "]%s", i + 1 < TASKS ? "," : "]}");
    }
    for (int t = 0; t < TASKS; t++) {
        sum += r[TASKS - 1][t] / TASKS;
        learned += r[t][t] / TASKS;
        lost += t + 1 < TASKS ? (r[t][t] - r[TASKS - 1][t]) / (TASKS - 1) : 0;
    }
    for (int m = 0; m < MERGED_METRICS; m++) {
        row->metrics[m] = (double)NAN;
    }
    row->metrics[MERGED_steps] = 120;
    if (is_lost) {
        row->metrics[MERGED_diverged_step] = 17;
    } else {
        row->metrics[MERGED_average_accuracy] = sum;
        row->metrics[MERGED_forgetting] = lost;
        row->metrics[MERGED_backward_transfer] = -lost;
        row->metrics[MERGED_learning_accuracy] = learned;
    }
    row->json = json;
}

static struct merged_about about_of(const struct swept *swept)
{
    struct merged_about about = {.command = "oubli sweep", .version = "0.1.0"};
    about.keys[about.n_keys++] = (struct merged_key){"strategy", false, "none,ewc,replay"};
    if (swept->n_lambdas > 0) {
        about.keys[about.n_keys++] = (struct merged_key){"ewc.lambda", true, "1..1e4 log 9"};
    }
    return about;
}

/* The jobs of a combination; the number of the next one. */
static int add_jobs(struct merged_writer *writer, const struct swept *swept, int method, int lambda,
                    int job)
{
    static const char *const learners[] = {"wide", "narrow"};
    char json[JSON_MAX];
    struct err err = {0};
    bool is_missing = swept->has_accidents && method == 1 && lambda == 2;
    for (int seed = 0; seed < swept->n_seeds; seed++, job++) {
        for (int l = 0; l == 0 || l < swept->n_learners; l++) {
            bool is_lost = swept->has_accidents && method == 2 && lambda == 1 && seed == 1;
            struct merged_row row = {.job = job,
                                     .seed = seed,
                                     .learner =
                                         swept->n_learners > 1 ? learners[l] : methods[method],
                                     .keys = {{0, methods[method]}, {pow(10, lambda / 2.0), NULL}}};
            fill_row(&row, json, method, lambda + l, seed, is_lost);
            if (swept->is_held_out) {
                row.metrics[MERGED_validation_average_accuracy] =
                    1 - row.metrics[MERGED_average_accuracy];
            }
            cr_assert(is_missing || merged_add(writer, &row, &err), "%s", err.msg);
        }
    }
    return job;
}

void swept_write(const char *path, const struct swept *swept)
{
    struct err err = {0};
    struct merged_about about = about_of(swept);
    struct merged_writer *writer = merged_create(path, &about, &err);
    int job = 0;
    cr_assert_not_null(writer, "%s", err.msg);
    for (int m = 0; m < swept->n_methods; m++) {
        for (int l = 0; l == 0 || l < swept->n_lambdas; l++) {
            job = add_jobs(writer, swept, m, l, job);
        }
    }
    cr_assert(merged_settle(writer, &err), "%s", err.msg);
    merged_discard(writer);
}
