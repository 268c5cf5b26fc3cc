/* SPDX-License-Identifier: MIT
 * Sessions of text: every strategy in every scenario, bits per character beside accuracy, and that
 * the old texts are forgotten where nothing keeps them and kept where something does. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "strategies/table.h"
#include "support/labs.h"
#include "tasks/alphabet.h"
#include "tasks/text.h"

enum { KINDS = TEXT_USUAL };

static void run_to_end(struct lab *lab)
{
    while (lab_advance(lab, 1000) == LAB_TRAINING) {
    }
    cr_assert_eq(lab_state(lab), LAB_ENDED);
}

/* R of a learner: accuracy on task j after stage i. */
static double matrix_at(const struct lab *lab, const char *name, int stage, int task)
{
    int id = lab_learner_id(lab, labs_find(lab, name));
    const struct journal *journal = lab_journal(lab);
    for (long i = 0; i < journal_length(journal); i++) {
        struct entry entry = journal_at(journal, i);
        if (entry.kind == ENTRY_MATRIX && entry.learner == id && entry.stage == stage &&
            entry.task == task) {
            return entry.value;
        }
    }
    cr_assert_fail("no R[%d][%d] of %s", stage, task, name);
    return NAN;
}

/* Bits per character of every task that has begun, beside every accuracy. */
static void check_bits(const struct lab *lab)
{
    const struct journal *journal = lab_journal(lab);
    long n_bits = 0;
    for (long i = 0; i < journal_length(journal); i++) {
        struct entry entry = journal_at(journal, i);
        if (entry.kind == ENTRY_MEASURE && entry.probe == PROBE_BITS) {
            cr_assert(entry.value >= 0 && entry.value < 60, "%g bits", entry.value);
            cr_assert(entry.task >= 0 && entry.task < KINDS);
            n_bits++;
        }
    }
    cr_expect_gt(n_bits, 10);
}

Test(text_sessions, every_strategy_learns_whether_the_task_is_given_or_not)
{
    for (int scenario = SCENARIO_TASK; scenario <= SCENARIO_CLASS; scenario += 2) {
        for (int first = 0; first < strategy_count(); first += 4) { /* four learners at once */
            char specs[4][120];
            const char *learners[5] = {NULL};
            for (int i = 0; i < 4 && first + i < strategy_count(); i++) {
                snprintf(specs[i], sizeof specs[i], "l%d: strategy=%s%s", first + i,
                         strategy_at(first + i)->name,
                         strcmp(strategy_at(first + i)->name, "lora") == 0 ? " lora.mode=per-task"
                                                                           : "");
                learners[i] = specs[i];
            }
            struct lab *lab = labs_open_text(
                (enum scenario)scenario,
                "net=24 embedding=6 batch=32 steps=30 ewc.samples=60 lr=0.01", learners);
            cr_expect_eq(suite_n_outputs(lab_suite(lab)), KINDS * ALPHABET_SIZE);
            run_to_end(lab);
            check_bits(lab);
            for (int i = 0; learners[i]; i++) {
                char name[16];
                snprintf(name, sizeof name, "l%d", first + i);
                double learned = matrix_at(lab, name, 0, 0);
                cr_expect(learned > 0.05 && learned <= 1, "%s in scenario %d: %g", specs[i],
                          scenario, learned);
            }
            lab_destroy(lab);
        }
    }
}

/* A row of a transformer is as many answers as it has positions. */
Test(text_sessions, of_a_transformer_are_looked_at_also_flat_out)
{
    static const char *const alone[] = {"a:", NULL};
    struct lab *lab =
        labs_open_text(SCENARIO_DOMAIN, LABS_TRANSFORMER " context=64 batch=16 steps=60", alone);
    labs_tell(lab, "speed max");
    labs_run(lab, 59, 1000);
    long n_looks = 0;
    for (long i = 0; i < journal_length(lab_journal(lab)); i++) {
        struct entry entry = journal_at(lab_journal(lab), i);
        n_looks += entry.kind == ENTRY_MEASURE && entry.probe == PROBE_LOSS;
    }
    cr_expect_geq(n_looks, 15); /* every third step or so */
    lab_destroy(lab);
}

Test(text_sessions, what_nothing_keeps_is_forgotten)
{
    static const char *const learners[] = {"none",
                                           "replay: strategy=replay",
                                           "lora: strategy=lora lora.mode=per-task",
                                           "freeze: strategy=freeze",
                                           "joint: strategy=joint",
                                           NULL};
    struct lab *lab = labs_open_text(SCENARIO_DOMAIN, "net=48 batch=32 steps=200", learners);
    run_to_end(lab);
    double learned = matrix_at(lab, "none", 0, 0), left = matrix_at(lab, "none", 2, 0);
    cr_expect(learned > 0.6 && left < learned - 0.25, "%g, then %g", learned, left);
    double kept = matrix_at(lab, "replay", 2, 0);
    cr_expect_gt(kept, left + 0.2, "replay %g, none %g", kept, left);
    cr_expect_gt(matrix_at(lab, "joint", 2, 0), left + 0.15);
    cr_expect_eq(matrix_at(lab, "lora", 2, 0), matrix_at(lab, "lora", 0, 0),
                 "nothing of the first task moves, its embedding neither");
    cr_expect_gt(matrix_at(lab, "lora", 2, 2), matrix_at(lab, "lora", 0, 2) + 0.05);
    lab_destroy(lab);
}

/* The first layers, and the embedding before them. */
Test(text_sessions, frozen_layers_take_the_embedding_with_them)
{
    static const char *const learners[] = {"a: strategy=freeze", NULL};
    struct lab *lab = labs_open_text(SCENARIO_DOMAIN, "net=24,20 embedding=6 steps=20", learners);
    labs_run(lab, 20, 1000);
    const struct network *net = learner_network(lab_learner(lab, 0));
    size_t size = net->n_params * sizeof(real);
    real *before = malloc(size);
    memcpy(before, learner_theta(lab_learner(lab, 0)), size);
    run_to_end(lab);
    const real *after = learner_theta(lab_learner(lab, 0));
    cr_expect_eq(memcmp(before, after, net->layers[1] * sizeof(real)), 0);
    cr_expect_neq(memcmp(before + net->layers[2], after + net->layers[2],
                         (net->n_params - net->layers[2]) * sizeof(real)),
                  0);
    free(before);
    lab_destroy(lab);
}

/* 2^-bits is the geometric mean of what was given to the right characters. */
Test(text_sessions, bits_are_those_of_a_direct_evaluation)
{
    static const char *const learners[] = {"a", NULL};
    struct lab *lab = labs_open_text(SCENARIO_DOMAIN, "net=24 embedding=6 steps=60", learners);
    run_to_end(lab);
    struct learner *learner = lab_learner(lab, 0);
    const struct suite *suite = lab_suite(lab);
    for (int t = 0; t < KINDS; t++) {
        double nats = 0;
        int n = suite_task(suite, t)->n_test, right = 0;
        for (int i = 0; i < n; i++) {
            real x[TEXT_CONTEXT];
            int label = suite_example(suite, t, SPLIT_TEST, i, x), best = 0;
            const real *z = learner_logits(learner, learner_theta(learner), x, 1);
            double sum = 0;
            for (int k = 0; k < ALPHABET_SIZE; k++) {
                sum += exp((double)z[k]);
                best = z[k] > z[best] ? k : best;
            }
            nats += log(sum) - (double)z[label];
            right += best == label;
        }
        struct score score = learner_score(learner, t, 1);
        cr_expect_float_eq(score.bits, nats / n / log(2), 1e-4);
        cr_expect_float_eq(score.accuracy, (double)right / n, 1e-9);
    }
    lab_destroy(lab);
}

Test(text_sessions, numbers_have_no_bits_per_character)
{
    static const char *const learners[] = {"a", NULL};
    struct lab *lab = labs_open_plain(2, "", learners);
    run_to_end(lab);
    cr_expect_eq(labs_count_measures(lab, PROBE_BITS), 0);
    cr_expect(isnan(learner_score(lab_learner(lab, 0), 0, 1).bits));
    lab_destroy(lab);
}

Test(text_sessions, another_scenario_changes_no_text)
{
    static const char *const learners[] = {"a", NULL};
    struct lab *domain = labs_open_text(SCENARIO_DOMAIN, "", learners),
               *class = labs_open_text(SCENARIO_CLASS, "", learners);
    for (int t = 0; t < KINDS; t++) {
        real x[TEXT_CONTEXT], y[TEXT_CONTEXT];
        for (int i = 0; i < 1000; i += 10) {
            int a = suite_example(lab_suite(domain), t, SPLIT_TRAIN, i, x);
            int b = suite_example(lab_suite(class), t, SPLIT_TRAIN, i, y);
            cr_assert_arr_eq(x, y, sizeof x);
            cr_assert_eq(b, a + t * ALPHABET_SIZE);
        }
    }
    lab_destroy(domain);
    lab_destroy(class);
}

/* By default the context follows from all networks together; whoever comes later has theirs. */
Test(text_sessions, who_is_added_has_the_context_of_the_session)
{
    static const char *const learners[] = {"a: net=8", NULL};
    struct lab *lab = labs_open_text(SCENARIO_DOMAIN, "steps=4", learners);
    labs_tell(lab, "add b: model=transformer blocks=1 heads=1 width=8");
    cr_assert_eq(lab_n_learners(lab), 2);
    cr_expect_eq(learner_params(lab_learner(lab, 1))->value[PARAM_CONTEXT],
                 learner_params(lab_learner(lab, 0))->value[PARAM_CONTEXT]);
    lab_destroy(lab);
}
