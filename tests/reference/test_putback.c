/* SPDX-License-Identifier: MIT
 * Where the first task is lost while the second is learned: its accuracy with one layer at a time
 * put back, against float64 runs (where.tsv), and what its own outputs still know of it. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "lab/putback.h"
#include "support/study.h"
#include "support/table.h"

enum { N_TASKS = 5, N_EPOCHS = 10, N_LAYERS = 3, N_SEEDS = 3, OUTPUTS = 10 };

#ifdef OUBLI_DOUBLE
static const double tolerance = 1e-5; /* printed with five digits */
#else
static const double tolerance = 0.012; /* 4 of 359 test digits: those runs round otherwise */
#endif

static const struct {
    const char *name, *suite;
} suites[] = {{"perm", "permuted"}, {"class", "split/class"}};

static const struct {
    const char *name, *settings;
} strategies[] = {{"none", ""},
                  {"ewc", "on=ewc ewc.form=explicit ewc.lambda=10"},
                  {"replay", "on=replay replay.memory=200"},
                  {"lora", "on=lora lora.mode=merge"}};

enum { N_SUITES = 2, N_STRATEGIES = 4 };

/* Two tasks of a run: the first is learned, then the second. */
struct pair {
    struct study study;
    double learned; /* accuracy on the first when it had been */
    real *end;      /* (P) the weights then */
    real *scratch;  /* (P) */
    struct putback_scores scores;
};

static void train(struct study *study, int stage)
{
    study_stage(study, stage, stage, N_EPOCHS * batches_per_epoch(study->batches, stage));
}

static struct pair pair_open(const char *suite, int seed, const char *settings)
{
    struct pair pair = {.study = study_open(suite, N_TASKS, (uint64_t)seed, settings)};
    struct learner *learner = pair.study.learner;
    pair.scratch = malloc(study_size(&pair.study) * sizeof *pair.scratch);
    cr_assert(pair.scratch);
    train(&pair.study, 0);
    pair.learned = learner_score(learner, 0, 1).accuracy;
    pair.end = study_keep(&pair.study);
    train(&pair.study, 1);
    putback_measure(&pair.scores, learner, learner_answer(learner, 0), pair.end, 0, 1,
                    pair.scratch);
    return pair;
}

static void pair_close(struct pair *pair)
{
    free(pair->end);
    free(pair->scratch);
    study_close(&pair->study);
}

static struct putback_outputs outputs_of(struct pair *pair)
{
    struct putback_outputs outputs;
    struct learner *learner = pair->study.learner;
    double logits[OUTPUTS];
    cr_assert(putback_has_outputs(pair->study.suite, 0));
    putback_measure_outputs(&outputs, learner, pair->study.suite, learner_answer(learner, 0), 0, 1,
                            logits);
    return outputs;
}

ParameterizedTestParameters(putback, each_layer_heals_what_it_does_in_the_reference)
{
    static int numbers[N_SUITES * N_STRATEGIES * N_SEEDS];
    for (int i = 0; i < N_SUITES * N_STRATEGIES * N_SEEDS; i++) {
        numbers[i] = i;
    }
    return cr_make_param_array(int, numbers, N_SUITES *N_STRATEGIES *N_SEEDS);
}

ParameterizedTest(const int *number, putback, each_layer_heals_what_it_does_in_the_reference)
{
    int suite = *number / (N_STRATEGIES * N_SEEDS), seed = *number % N_SEEDS;
    int strategy = *number / N_SEEDS % N_STRATEGIES;
    char seed_text[4];
    snprintf(seed_text, sizeof seed_text, "%d", seed);
    const char *keys[] = {suites[suite].name, strategies[strategy].name, seed_text, NULL};
    struct pair pair = pair_open(suites[suite].suite, seed, strategies[strategy].settings);
    struct table *table = table_open("where.tsv");
    int row = table_find(table, 0, keys);
    cr_assert(row >= 0 && pair.scores.n_modules == N_LAYERS);
    const double *with = pair.scores.with;
    const double ours[] = {pair.learned, pair.scores.now, with[0], with[1], with[2]};
    for (int i = 0; i < 2 + N_LAYERS; i++) {
        double theirs = table_number(table, row, 3 + i);
        cr_expect(fabs(ours[i] - theirs) < tolerance, "%s %s %d, column %d: %.5f, reference %.5f",
                  keys[0], keys[1], seed, i, ours[i], theirs);
    }
    cr_expect_eq(pair.scores.all, pair.learned, "with all of it the task is as it was");
    table_close(table);
    pair_close(&pair);
}

/* Where classes come one after the other the first ones are not gone: of seeds 0 to 2, at accuracy
 * 0, 97 % are right among their own outputs, whose logits are -0.5 on average beside 5.5. */
Test(putback, old_classes_are_drowned_as_in_the_reference)
{
    double accuracy = 0, own = 0, other = 0;
    for (int seed = 0; seed < N_SEEDS; seed++) {
        struct pair pair = pair_open("split/class", seed, "");
        struct putback_outputs outputs = outputs_of(&pair);
        cr_expect_eq(pair.scores.now, 0);
        cr_expect_eq(outputs.n_tasks, N_TASKS);
        accuracy += outputs.accuracy / N_SEEDS;
        own += outputs.logits[0] / N_SEEDS;
        other += outputs.logits[1] / N_SEEDS;
        pair_close(&pair);
    }
    cr_expect_float_eq(accuracy, 0.97, 0.005);
    cr_expect_float_eq(own, -0.5, 0.05);
    cr_expect_float_eq(other, 5.5, 0.05);
}
