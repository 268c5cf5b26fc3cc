/* SPDX-License-Identifier: MIT
 * Going back: every step of a run can be had again, bit for bit. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "lab/lab.h"
#include "lab/learner.h"
#include "strategies/table.h"
#include "support/labs.h"

enum { STEPS = 40, STAGES = 4, TOTAL = STEPS * STAGES, ALL_STEPS = 1000000 };

struct planned {
    long step;
    const char *line;
};

/* What a person does at which step, in the order of steps; ended by a NULL line. */
static const struct planned nothing[] = {{0, NULL}};
static const struct planned busy[] = {{0, "set lr 0.05"},
                                      {15, "strategy replay on"},
                                      {45, "strategy ewc on"},
                                      {50, "consolidate"},
                                      {56, "putback A 2"},
                                      {62, "set ewc.lambda 3"},
                                      {70, "strategy lora on"},
                                      {85, "set lora.rank 2"},
                                      {90, "unplug"},
                                      {95, "strategy lora off"},
                                      {100, "putback A all"},
                                      {110, "next"},
                                      {121, "strategy freeze on"},
                                      {130, "note look"},
                                      {132, "putback C 1"},
                                      {133, "observe l2 off"},
                                      {0, NULL}};

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
    if (strcmp(suite, "kinds") == 0) { /* of text, by a transformer */
        static const char *const settings[][2] = {
            {"model", "transformer"}, {"blocks", "1"}, {"heads", "2"},  {"width", "8"},
            {"context", "16"},        {"batch", "4"},  {"steps", "40"}, {"ewc.samples", "10"}};
        config.data = "text";
        for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
            enum param_id id;
            cr_assert(param_find(settings[i][0], &id));
            cr_assert(param_parse(&learner->params, id, settings[i][1], NULL));
        }
    }
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
        lab_advance(lab, 1);
        if (record) {
            memcpy(record + (size_t)lab_steps_done(lab) * size, theta_of(lab), size);
        }
    }
}

/* A run with a memory of all its weights, then the same lab thrown back and forth. */
static void expect_every_step_again(const char *suite, const char *strategies,
                                    const struct planned *plan)
{
    struct lab *lab = open_lab(suite, STAGES, STEPS, strategies);
    size_t size = size_of(lab);
    unsigned char *record = calloc(TOTAL + 1, size);
    train(lab, plan, 0, TOTAL, record);
    long end = lab_steps_done(lab);
    struct rng rng = rng_stream(11, 1);
    for (int round = 0; round < 50; round++) {
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
    expect_every_step_again("permuted", "none", nothing);
    for (int i = 0; i < strategy_count(); i++) {
        expect_every_step_again("permuted", strategy_at(i)->name, nothing);
    }
}

Test(history, gives_every_step_again_with_several_at_once)
{
    expect_every_step_again("permuted", "ewc+replay", nothing);
    expect_every_step_again("permuted", "lora+replay+l2", nothing);
    expect_every_step_again("permuted", "decay+freeze+ewc", nothing);
}

Test(history, gives_every_step_of_a_transformer_again)
{
    expect_every_step_again("kinds", "joint", nothing);
    expect_every_step_again("kinds", "freeze+l2", nothing);
    expect_every_step_again("kinds", "lora+replay+ewc", nothing);
    expect_every_step_again("kinds", "none", busy);
}

Test(history, takes_the_commands_of_the_time_again)
{
    expect_every_step_again("permuted", "none", busy);
}

/* What is put back may have been learned before the checkpoint from which the way goes, and again
 * since. */
Test(history, puts_back_again_what_was_put_back)
{
    static const struct planned there_and_back[] = {{42, "putback A 1"},
                                                    {85, "putback B all"},
                                                    {90, "putback A 2"},
                                                    {122, "putback A 1"},
                                                    {123, "putback B 2"},
                                                    {158, "putback A all"},
                                                    {0, NULL}};
    expect_every_step_again("repeat", "none", there_and_back);
    expect_every_step_again("repeat", "lora", there_and_back);
    expect_every_step_again("repeat", "ewc+replay", there_and_back);
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
    lab_advance(lab, 1);
    cr_assert(command_parse("rewind 0", &command, NULL));
    cr_expect_not(lab_apply(lab, &command, &err));
    cr_expect(strstr(err.msg, "no checkpoints"), "%s", err.msg);
    lab_destroy(lab);
}

/* ---- several learners ----------------------------------------------------------------------- */

/* Who was there at a step, after what was done at it. */
struct page {
    int n;
    struct {
        char name[LEARNER_NAME_MAX];
        uint64_t hash;
        bool has_diverged;
    } faces[LEARNERS_MAX];
};

/* Whom is a view, which going back does not bring back: it is said each time. */
static const struct {
    long step;
    const char *who, *line;
} crowd[] = {{12, "b", "fork d: lr=0.02"},
             {20, NULL, "speed 1000"},
             {25, "d", "strategy replay on"},
             {33, "d", "fork d-2"},
             {41, NULL, "rename d delta"},
             {48, "c", "consolidate"},
             {52, NULL, "remove b"},
             {55, "c", "fork b: strategy=none"},
             {60, NULL, "speed max"},
             {66, NULL, "add late: optimizer=adam strategy=ewc lr=0.001"},
             {68, "d-2", "putback A 1"},
             {70, "all", "set lr 0.04"},
             {72, "all", "putback A all"},
             {75, "all", "strategy l2 on"},
             {77, NULL, "next"},
             {77, "d-2", "fork e"},
             {90, "b", "rename bb"},
             {95, "a", "strategy lora on"},
             {101, "a", "unplug"},
             {104, "a", "plug"},
             {106, "a", "putback B 1"},
             {110, "a", "remove"},
             {113, NULL, "rename c a"},
             {120, NULL, "task A"},
             {124, "all", "putback A 2"},
             {130, "late", "fork f"},
             {131, NULL, "remove d-2"},
             {150, NULL, "note the end"},
             {0, NULL, NULL}};

static void write_page(struct lab *lab, struct page *page)
{
    const struct snapshot *snapshot = labs_look(lab);
    page->n = snapshot->n_learners;
    for (int i = 0; i < page->n; i++) {
        snprintf(page->faces[i].name, LEARNER_NAME_MAX, "%s", snapshot->learners[i].name);
        page->faces[i].hash = labs_hash(lab, i);
        page->faces[i].has_diverged = snapshot->learners[i].has_diverged;
    }
}

/* All that were there are there as they were; one more may have been added to the past. */
static void expect_page(struct lab *lab, const struct page *page, long from)
{
    struct page now;
    long step = lab_steps_done(lab);
    write_page(lab, &now);
    bool has_late = false;
    for (int i = 0; i < page->n; i++) {
        int at = labs_find(lab, page->faces[i].name);
        has_late |= strcmp(page->faces[i].name, "late") == 0;
        cr_assert(at >= 0, "step %ld from %ld: %s is not there", step, from, page->faces[i].name);
        cr_assert_eq(now.faces[at].hash, page->faces[i].hash, "step %ld from %ld: %s", step, from,
                     page->faces[i].name);
        cr_assert_eq(now.faces[at].has_diverged, page->faces[i].has_diverged);
    }
    cr_assert(now.n == page->n || (now.n == page->n + 1 && !has_late), "step %ld from %ld", step,
              from);
}

/* On to `until`; what is planned from step `from` on is done, but nobody is added twice. */
static void go_on(struct lab *lab, long from, long until, struct page *pages, bool is_first)
{
    int next = 0;
    while (crowd[next].line && crowd[next].step < from) {
        next++;
    }
    for (;;) {
        long step = lab_steps_done(lab);
        for (; crowd[next].line && crowd[next].step == step; next++) {
            char line[64];
            if (crowd[next].who) {
                snprintf(line, sizeof line, "learner %s", crowd[next].who);
                labs_tell(lab, line);
            }
            if (strncmp(crowd[next].line, "add", 3) != 0 || labs_find(lab, "late") < 0) {
                labs_tell(lab, crowd[next].line);
            }
        }
        lab_advance(lab, 0); /* a task that has been cut short ends at this step */
        if (is_first) {
            write_page(lab, &pages[step]);
        } else if (step >= from) {
            expect_page(lab, &pages[step], from);
        }
        if (step >= until || lab_advance(lab, 1) == LAB_ENDED) {
            return;
        }
    }
}

static void expect_same_end(struct lab *lab, struct lab *first)
{
    cr_assert_eq(lab_steps_done(lab), lab_steps_done(first));
    for (int i = 0; i < lab_n_learners(first); i++) {
        const char *name = lab_learner_name(first, i);
        cr_expect_eq(labs_hash_of(lab, name), labs_hash_of(first, name), "%s", name);
        cr_expect(labs_same_measures(lab, name, first, name, 0), "%s", name);
    }
}

static void expect_crowd_again(const char *settings, int hands, uint64_t seed)
{
    static const char *const three[] = {"a: strategy=ewc", "b: strategy=freeze+decay",
                                        "c: strategy=replay+lora", NULL};
    struct lab_options options = {.keeps_history = true, .hands = hands};
    struct lab *lab = labs_open(5, settings, three, &options);
    struct lab *first = labs_open(5, settings, three, &options);
    static struct page pages[6 * STEPS + 1];
    struct rng rng = rng_stream(seed, 1);
    go_on(first, 0, 6 * STEPS, pages, true);
    go_on(lab, 0, 6 * STEPS, pages, true);
    for (int round = 0; round < 50; round++) {
        char line[32];
        long step = rng_below(&rng, (int)lab_steps_done(lab) + 1);
        snprintf(line, sizeof line, "rewind %ld", step);
        labs_tell(lab, line);
        cr_assert_eq(lab_steps_done(lab), step);
        labs_tell(lab, step >= 20 && step < 60 ? "speed 1000" : "speed max"); /* stays else */
        lab_advance(lab, 0);
        expect_page(lab, &pages[step], -1);
        go_on(lab, step + 1, step + 1 + rng_below(&rng, 90), pages, false);
    }
    go_on(lab, lab_steps_done(lab) + 1, 6 * STEPS, pages, false);
    expect_same_end(lab, first);
    lab_destroy(lab);
    lab_destroy(first);
}

Test(history, gives_every_step_again_with_a_crowd)
{
    expect_crowd_again("", 1, 3);
    expect_crowd_again("", 2, 4);
    expect_crowd_again("optimizer=adam lr=0.005", 2, 5);
}

Test(history, gives_every_step_of_a_crowd_again_from_few_checkpoints)
{
    expect_crowd_again("net=100 lr=0.02 history.megabytes=1", 2, 6);
}

/* ---- its size ------------------------------------------------------------------------------- */

Test(history, stays_within_its_budget)
{
    enum { MANY = 100, SHORT = 10 };
    static const char *const three[] = {"a", "b: strategy=ewc", "c: strategy=replay", NULL};
    struct lab *lab = labs_open_plain(MANY, "steps=10 history.megabytes=1 net=20", three);
    static uint64_t kept[MANY * SHORT + 1][3];
    size_t most = 0, budget = 1u << 20;
    for (long step = 0; step <= MANY * SHORT; step++) {
        labs_run(lab, step, 1);
        for (int i = 0; i < 3; i++) {
            kept[step][i] = labs_hash(lab, i);
        }
        if (step % 3 == 0) {
            size_t bytes = labs_look(lab)->history_bytes;
            most = bytes > most ? bytes : most;
        }
    }
    cr_expect(most <= budget && most > budget / 2, "%zu bytes", most);
    struct rng rng = rng_stream(8, 1);
    for (long step = MANY * SHORT - 1; step > 1; step -= 1 + rng_below(&rng, 80)) {
        char line[32];
        snprintf(line, sizeof line, "rewind %ld", step);
        labs_tell(lab, line);
        for (int i = 0; i < 3; i++) {
            cr_assert_eq(labs_hash(lab, i), kept[step][i], "step %ld, learner %d", step, i);
        }
        cr_expect(labs_look(lab)->history_bytes <= budget);
    }
    lab_destroy(lab);
}

static void expect_same_drift(struct lab *lab, struct lab *plain, long step)
{
    char line[32];
    labs_run(lab, step, ALL_STEPS);
    snprintf(line, sizeof line, "rewind %ld", step);
    labs_tell(lab, line);
    labs_run(lab, ALL_STEPS, ALL_STEPS);
    labs_run(plain, ALL_STEPS, ALL_STEPS);
    cr_expect(labs_same_measures(lab, "a", plain, "a", 0), "step %ld", step);
}

/* Room for three moments: the first, the start of this task, which the drift is measured from, and
 * the last. */
Test(history, measures_drift_from_the_start_of_the_task_with_three_checkpoints)
{
    static const char *const three[] = {"a", "b", "c", NULL};
    for (long step = 2 * STEPS + 5; step < 3 * STEPS; step += 10) {
        struct lab_options options = {.keeps_history = true, .speed = 1000};
        const char *settings = "net=300 history.megabytes=1";
        struct lab *lab = labs_open(4, settings, three, &options);
        struct lab *plain = labs_open(4, settings, three, &options);
        expect_same_drift(lab, plain, step);
        lab_destroy(lab);
        lab_destroy(plain);
    }
}

Test(history, looks_again_as_often_as_it_did)
{
    struct lab *labs[2];
    for (int i = 0; i < 2; i++) {
        static const char *const one[] = {"a", NULL};
        labs[i] = labs_open_plain(2, "steps=200", one);
        labs_tell(labs[i], "speed 1000");
        labs_run(labs[i], i ? 20 : 30, ALL_STEPS);
        labs_tell(labs[i], "speed max");
    }
    labs_tell(labs[0], "rewind 20"); /* as fast as it can, from there on */
    expect_same_drift(labs[0], labs[1], 60);
    for (int i = 0; i < 2; i++) {
        lab_destroy(labs[i]);
    }
}

/* ---- the map of then ------------------------------------------------------------------------ */

Test(history, shows_the_weights_of_then)
{
    static const char *const two[] = {"a", "b: lr=0.3", NULL};
    static float kept[3 * STEPS + 1][2][64];
    struct lab *lab = labs_open_plain(3, "net=8", two);
    for (long step = 0; step <= 3 * STEPS; step++) {
        labs_run(lab, step, 1);
        for (int i = 0; i < 2; i++) {
            labs_tell(lab, i ? "learner b" : "learner a");
            labs_tell(lab, "map 1 weights start 8x8");
            const struct map *map = &labs_look(lab)->map;
            cr_assert(map->rows == 8 && map->cols == 8 && map->step == MAP_STEP_NOW);
            memcpy(kept[step][i], map->cells, sizeof kept[step][i]);
        }
    }
    long last = -1, n_moments = 0;
    for (long step = 0; step < 3 * STEPS; step++) {
        for (int i = 0; i < 2; i++) {
            char line[64];
            labs_tell(lab, i ? "learner b" : "learner a");
            snprintf(line, sizeof line, "map 1 weights start 8x8 %ld", step);
            labs_tell(lab, line);
            const struct map *map = &labs_look(lab)->map;
            cr_assert(map->step >= 0 && map->step <= step && map->step >= last, "%ld at %ld",
                      map->step, step);
            cr_assert_eq(memcmp(map->cells, kept[map->step][i], sizeof kept[0][0]), 0,
                         "learner %d at %ld, step %ld", i, map->step, step);
            n_moments += map->step > last;
            last = map->step;
        }
        cr_assert_geq(last, step / STEPS * STEPS, "every task begins with a moment");
    }
    cr_expect_geq(n_moments, 3);
    labs_tell(lab, "map 1 drift start 8x8 50");
    cr_expect_gt(labs_look(lab)->map.max, 0);
    labs_tell(lab, "map 1 gradient start 8x8 50");
    cr_expect(isnan(labs_look(lab)->map.cells[0]), "that is not kept");
    lab_destroy(lab);
}
