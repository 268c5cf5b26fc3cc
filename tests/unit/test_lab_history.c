/* SPDX-License-Identifier: MIT
 * Going back: every step of a run can be had again, bit for bit. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "lab/lab.h"
#include "lab/learner.h"
#include "strategies/table.h"

enum { STEPS = 40, STAGES = 4, TOTAL = STEPS * STAGES };

struct planned {
    long step;
    const char *line;
};

/* What a person does at which step, in the order of steps; ended by a NULL line. */
static const struct planned nothing[] = {{0, NULL}};
static const struct planned busy[] = {{0, "set lr 0.05"},          {15, "strategy replay on"},
                                      {45, "strategy ewc on"},     {50, "consolidate"},
                                      {62, "set ewc.lambda 3"},    {70, "strategy lora on"},
                                      {85, "set lora.rank 2"},     {90, "unplug"},
                                      {95, "strategy lora off"},   {110, "next"},
                                      {121, "strategy freeze on"}, {130, "note look"},
                                      {133, "observe l2 off"},     {0, NULL}};

static struct lab *open_lab(const char *suite, int n_tasks, int steps, const char *strategies)
{
    struct config config = config_default();
    struct lab_options options = {.keeps_history = true};
    struct learner_config *learner = &config.learners[0];
    struct err err = {0};
    config.suite = suite;
    config.n_tasks = n_tasks;
    cr_assert(param_parse(&learner->params, PARAM_NET, "12", NULL));
    learner->params.value[PARAM_STEPS] = steps;
    learner->observed = config_observed_by_default();
    cr_assert(config_parse_strategies(strategies, &learner->on, &err), "%s", err.msg);
    struct lab *lab = lab_create(&config, &options, &err);
    cr_assert(lab, "%s", err.msg);
    return lab;
}

static void apply(struct lab *lab, const char *line)
{
    struct command command;
    struct err err = {0};
    cr_assert(command_parse(line, &command, &err), "%s", err.msg);
    cr_assert(lab_apply(lab, &command, &err), "%s: %s", line, err.msg);
}

static size_t size_of(const struct lab *lab)
{
    return learner_network(lab_learner(lab, 0))->n_params * sizeof(real);
}

static const real *theta_of(const struct lab *lab)
{
    return learner_theta(lab_learner(lab, 0));
}

/* Trains until `until` steps are done, doing what is planned for steps from `from` on. */
static void train(struct lab *lab, const struct planned *plan, long from, long until,
                  unsigned char *record)
{
    size_t size = size_of(lab);
    int next = 0;
    while (plan[next].line && plan[next].step < from) {
        next++;
    }
    while (lab_steps_done(lab) < until && lab_state(lab) != LAB_ENDED) {
        while (plan[next].line && plan[next].step == lab_steps_done(lab)) {
            apply(lab, plan[next++].line);
        }
        lab_step(lab);
        if (record) {
            memcpy(record + (size_t)lab_steps_done(lab) * size, theta_of(lab), size);
        }
    }
}

/* A run with a memory of all its weights, then the same lab thrown back and forth. */
static void expect_every_step_again(const char *strategies, const struct planned *plan)
{
    struct lab *lab = open_lab("permuted", STAGES, STEPS, strategies);
    size_t size = size_of(lab);
    unsigned char *record = calloc(TOTAL + 1, size);
    train(lab, plan, 0, TOTAL, record);
    long end = lab_steps_done(lab);
    struct rng rng = rng_stream(11, 1);
    for (int round = 0; round < 25; round++) {
        char line[32];
        long now = lab_steps_done(lab), step = 1 + rng_below(&rng, (int)now);
        snprintf(line, sizeof line, "rewind %ld", step);
        apply(lab, line);
        cr_assert_eq(lab_steps_done(lab), step);
        cr_assert_eq(memcmp(theta_of(lab), record + (size_t)step * size, size), 0,
                     "%s: other weights at step %ld, from step %ld", strategies, step, now);
        train(lab, plan, step + 1, step + rng_below(&rng, 60), NULL);
    }
    train(lab, plan, lab_steps_done(lab) + 1, TOTAL, NULL);
    cr_assert_eq(lab_steps_done(lab), end);
    cr_assert_eq(memcmp(theta_of(lab), record + (size_t)end * size, size), 0, "%s: another end",
                 strategies);
    free(record);
    lab_destroy(lab);
}

Test(history, gives_every_step_again_with_each_strategy_alone)
{
    expect_every_step_again("none", nothing);
    for (int i = 0; i < strategy_count(); i++) {
        expect_every_step_again(strategy_at(i)->name, nothing);
    }
}

Test(history, gives_every_step_again_with_several_at_once)
{
    expect_every_step_again("ewc+replay", nothing);
    expect_every_step_again("lora+replay+l2", nothing);
    expect_every_step_again("decay+freeze+ewc", nothing);
}

Test(history, takes_the_commands_of_the_time_again)
{
    expect_every_step_again("none", busy);
}

Test(history, reaches_every_step_when_checkpoints_were_thinned)
{
    enum { MANY = 300, SHORT = 3 };
    struct lab *lab = open_lab("repeat", MANY, SHORT, "replay");
    size_t size = size_of(lab);
    unsigned char *record = calloc(MANY * SHORT + 1, size);
    train(lab, nothing, 0, MANY * SHORT, record);
    struct rng rng = rng_stream(5, 1);
    for (long step = MANY * SHORT; step > 1; step -= 1 + rng_below(&rng, 60)) {
        char line[32];
        snprintf(line, sizeof line, "rewind %ld", step);
        apply(lab, line);
        cr_assert_eq(memcmp(theta_of(lab), record + (size_t)step * size, size), 0,
                     "other weights at step %ld", step);
    }
    free(record);
    lab_destroy(lab);
}

Test(history, keeps_what_a_task_that_began_anew_by_hand_began_with)
{
    struct lab *lab = open_lab("permuted", STAGES, STEPS, "none");
    train(lab, nothing, 0, STEPS + 20, NULL);
    apply(lab, "set lr 0.3");
    apply(lab, "rewind");
    train(lab, nothing, 0, STEPS + 10, NULL);
    size_t size = size_of(lab);
    real *then = malloc(size);
    memcpy(then, theta_of(lab), size);
    train(lab, nothing, 0, 3 * STEPS, NULL);
    char line[32];
    snprintf(line, sizeof line, "rewind %d", STEPS + 10);
    apply(lab, line);
    cr_expect_eq(memcmp(theta_of(lab), then, size), 0);
    cr_expect_float_eq(learner_params(lab_learner(lab, 0))->value[PARAM_LR], 0.3, 1e-12);
    free(then);
    lab_destroy(lab);
}

Test(history, refuses_what_it_cannot_give)
{
    struct lab *lab = open_lab("permuted", STAGES, STEPS, "none");
    struct command command;
    struct err err = {0};
    train(lab, nothing, 0, 30, NULL);
    cr_assert(command_parse("rewind 31", &command, NULL));
    cr_expect_not(lab_apply(lab, &command, &err));
    cr_expect(strstr(err.msg, "30"), "%s", err.msg);
    cr_expect_eq(lab_steps_done(lab), 30);
    cr_expect_not(command_parse("rewind x", &command, &err));
    cr_expect_not(command_parse("rewind -3", &command, &err));
    lab_destroy(lab);

    struct config config = config_default();
    struct lab_options options = {0};
    lab = lab_create(&config, &options, &err);
    lab_step(lab);
    cr_assert(command_parse("rewind 0", &command, NULL));
    cr_expect_not(lab_apply(lab, &command, &err));
    cr_expect(strstr(err.msg, "no checkpoints"), "%s", err.msg);
    lab_destroy(lab);
}
