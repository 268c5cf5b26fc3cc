/* SPDX-License-Identifier: MIT
 * Sweeps: values of a knob, and the learners that have them. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/rng.h"
#include "lab/learner_spec.h"
#include "lab/sweep.h"
#include "lab/timeline.h"
#include "strategies/table.h"
#include "support/labs.h"

enum { ALL = 1000000 };

static const char *const one[] = {"a: strategy=ewc", NULL};

static int values_of(const char *knob, const char *text, double own, int room, double *values)
{
    enum param_id id;
    struct sweep sweep;
    struct err err = {0};
    struct params params = params_default();
    cr_assert(param_find(knob, &id));
    cr_assert(sweep_parse(id, text, &sweep, &err), "%s %s: %s", knob, text, err.msg);
    params.value[id] = own;
    return sweep_values(&sweep, &params, room, values);
}

/* ---- values ---------------------------------------------------------------------------------- */

Test(sweep, is_spaced_as_the_knob_goes)
{
    static const struct {
        const char *knob, *text;
        double own;
        int room, n;
        double values[SWEEP_MAX];
    } cases[] = {
        {"ewc.lambda", "1..1e4 5", 10, 7, 5, {1, 10, 100, 1000, 1e4}},
        {"ewc.lambda", "1..1e4", 10, 3, 3, {1, 100, 1e4}},
        {"ewc.lambda", "1..10 3", 10, 7, 3, {1, 3.16, 10}},
        {"ewc.lambda", "3", 10, 7, 3, {0.1, 10, 1000}},
        {"ewc.gamma", "0..1 5", 1, 7, 5, {0, 0.25, 0.5, 0.75, 1}},
        {"ewc.gamma", "", 1, 2, 2, {0, 1}},
        {"lr", "", 0.1, 4, 4, {0.001, 0.01, 0.1, 1}},
        {"lr", "3", 3, 4, 3, {0.03, 0.3, 3}}, /* it stands beyond where a sweep would end */
        {"replay.memory", "1..8", 200, 7, 6, {1, 2, 3, 4, 6, 8}},
        {"consolidate.every", "0..4 3", 0, 7, 3, {0, 2, 4}},  /* no ratio leads away from 0 */
        {"consolidate.every", "3", 0, 7, 3, {5, 224, 10000}}, /* 0 is for never */
        {"freeze.layers", "", 2, 4, 2, {1, 2}}, /* two hidden layers, and the head always learns */
        {"freeze.layers", "1..4", 2, 4, 4, {1, 2, 3, 4}}, /* as it was asked for */
        {"ewc.form", "", 0, 7, 2, {0, 1}},
        {"ewc.form", "proximal..explicit", 0, 7, 2, {0, 1}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double values[SWEEP_MAX];
        int n = values_of(cases[i].knob, cases[i].text, cases[i].own, cases[i].room, values);
        cr_expect_eq(n, cases[i].n, "%s %s: %d", cases[i].knob, cases[i].text, n);
        for (int k = 0; k < n && n == cases[i].n; k++) {
            cr_expect_float_eq(values[k], cases[i].values[k], 1e-9 * cases[i].values[k],
                               "%s %s: %g, not %g", cases[i].knob, cases[i].text, values[k],
                               cases[i].values[k]);
        }
    }
}

/* How many values a sweep of the layers to freeze has for a network. */
static int frozen_of(const char *spec, int room)
{
    struct learner_config config = {.params = params_default()};
    const struct sweep sweep = {.knob = PARAM_FREEZE_LAYERS};
    struct err err = {0};
    double values[SWEEP_MAX];
    cr_assert(learner_spec_parse(spec, &config, &err), "%s: %s", spec, err.msg);
    int n = sweep_values(&sweep, &config.params, room, values);
    for (int i = 0; i < n; i++) {
        cr_expect_eq(values[i], i + 1, "%s", spec);
    }
    return n;
}

Test(sweep, freezes_no_more_layers_than_the_network_has_below_its_head)
{
    cr_expect_eq(frozen_of("a: net=9", 7), 1);
    cr_expect_eq(frozen_of("a: net=9,9,9", 7), 3);
    cr_expect_eq(frozen_of("a: net=9,9,9,9,9,9", 4), 4);
    cr_expect_eq(frozen_of("a: model=transformer blocks=1", 7), 1);
    cr_expect_eq(frozen_of("a: model=transformer blocks=4", 7), 3);
    cr_expect_eq(frozen_of("a: model=transformer blocks=24", 7), 7);
}

Test(sweep, of_layers_says_where_there_is_but_one)
{
    struct lab *lab = labs_open_plain(2, "net=9", one);
    struct err err = {0};
    cr_expect_not(labs_try(lab, "sweep freeze.layers", &err));
    cr_expect(strstr(err.msg, "2 values or more to try expected, freeze.layers has 1:"), "%s",
              err.msg);
    cr_expect_not(labs_try(lab, "sweep ewc.form", &err));
    cr_expect(strstr(err.msg, "ewc.form has 1 besides its own: turn it instead"), "%s", err.msg);
    cr_expect_eq(lab_n_learners(lab), 1);
    lab_destroy(lab);
    lab = labs_open_plain(2, "net=9,9,9", one);
    labs_tell(lab, "sweep freeze.layers");
    cr_expect_eq(lab_n_learners(lab), 4);
    lab_destroy(lab);
}

/* Whatever is asked for: rising, of the table, both ends of the range, no more than wanted; and a
 * line that makes a learner with just that value. */
Test(sweep, has_values_of_the_table_for_any_knob_and_room)
{
    struct rng rng = rng_stream(15, 0);
    for (int i = 0; i < 20000; i++) {
        enum param_id id = (enum param_id)rng_below(&rng, PARAM_COUNT);
        const struct param *param = param_at(id);
        struct params params = params_default();
        struct sweep sweep = {.knob = id, .n = rng_below(&rng, SWEEP_MAX + 1)};
        if (param->when != PARAM_WHEN_LIVE) {
            continue;
        }
        for (int k = rng_below(&rng, 40); k > 0; k--) {
            params.value[id] = param_nudge(&params, id, rng_below(&rng, 2) ? 3 : -3);
        }
        sweep.low = params.value[id];
        sweep.high = param_nudge(&params, id, 1 + rng_below(&rng, 30));
        sweep.has_range = rng_below(&rng, 2) && sweep.low < sweep.high;
        int room = SWEEP_LEAST + rng_below(&rng, LEARNERS_MAX - SWEEP_LEAST);
        int most = sweep.n > 0 && sweep.n < room ? sweep.n : room;
        double values[SWEEP_MAX];
        int n = sweep_values(&sweep, &params, room, values);
        cr_assert(n >= 1 && n <= most && n <= SWEEP_MAX, "%s: %d of %d", param->name, n, most);
        for (int k = 0; k < n; k++) {
            cr_assert(param_allows(param, values[k]), "%s: %g", param->name, values[k]);
            cr_assert(k == 0 || values[k] > values[k - 1], "%s", param->name);
        }
        if (sweep.has_range && most > 1) {
            cr_assert(values[0] == sweep.low && values[n - 1] == sweep.high, "%s", param->name);
        }
        char spec[SWEEP_SPEC_MAX];
        struct learner_config config = {.params = params_default()};
        struct err err = {0};
        uint32_t on = (uint32_t)rng_below(&rng, 1 << strategy_count());
        sweep_spec(id, values[0], on, 1 + rng_below(&rng, 9), spec);
        cr_assert(learner_spec_parse(spec, &config, &err), "%s: %s", spec, err.msg);
        cr_assert_eq(config.params.value[id], values[0], "%s", spec);
        cr_assert((config.on & on) == on && sweep_turns(id, config.on), "%s", spec);
    }
}

Test(sweep, says_in_a_line_what_cannot_be)
{
    static const struct {
        const char *line, *said;
    } cases[] = {
        {"sweep", "expected: sweep KEY"},
        {"sweep foo", "sweep: no parameter is called 'foo'"},
        {"sweep ewc.lambd", "did you mean ewc.lambda"},
        {"sweep batch", "batch is fixed when the session starts"},
        {"sweep ewc.lambda 1..1e9", "ewc.lambda: a number from 0.01 to 1000000 expected"},
        {"sweep lr 0..1", "lr: a number from"},
        {"sweep lr 1..0.1", "the lower first, found '1..0.1'"},
        {"sweep lr 0.1..0.1", "the lower first"},
        {"sweep lr 0.1..", "lr: a number from"},
        {"sweep lr 1", "2 to 7 values, expected, found '1'"},
        {"sweep lr 8", "2 to 7 values"},
        {"sweep lr much", "found 'much'"},
        {"sweep lr 0.1..1 0.2..1", "KEY [LOW..HIGH] [COUNT]"},
        {"sweep lr 3 0.2..1", "KEY [LOW..HIGH] [COUNT]"},
        {"sweep lr 0.1..1 3 4", "expected: sweep KEY"},
        {"sweep off 3", "sweep off: nothing behind it"},
        {"sweep ewc.form explicit..often", "ewc.form: one of"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct command command;
        struct err err = {0};
        cr_expect_not(command_parse(cases[i].line, &command, &err), "%s", cases[i].line);
        cr_expect(strstr(err.msg, cases[i].said) && !strchr(err.msg, '\n'), "%s: %s", cases[i].line,
                  err.msg);
    }
}

/* ---- what does nothing ----------------------------------------------------------------------- */

static const struct idle {
    const char *settings, *learner;
} idle[] = {
    {"net=9,9 batch=4 steps=8 ewc.samples=8 replay.memory=8", "a:"},
    {"net=9,9 batch=4 steps=8 ewc.samples=8 replay.memory=8",
     "a: optimizer=momentum ewc.mode=online"},
    {"suite=stream net=9,9 batch=4 steps=8 ewc.samples=8 replay.memory=8",
     "a: consolidate.every=4"},
    {"suite=stream net=9,9 batch=4 steps=8 ewc.samples=8 replay.memory=8",
     "a: strategy=ewc consolidate.every=4"},
};

/* Whether any two learners come to other weights. */
static bool come_apart(struct lab *lab)
{
    labs_run(lab, ALL, ALL);
    size_t size = learner_network(lab_learner(lab, 0))->n_params * sizeof(real);
    bool is_apart = false;
    for (int i = 1; i < lab_n_learners(lab); i++) {
        is_apart |= memcmp(learner_answer(lab_learner(lab, i), 0),
                           learner_answer(lab_learner(lab, 0), 0), size) != 0;
    }
    return is_apart;
}

/* What a sweep would have made. */
static void fork_values(struct lab *lab, enum param_id id)
{
    const struct sweep sweep = {.knob = id};
    double values[SWEEP_MAX];
    int n = sweep_values(&sweep, learner_params(lab_learner(lab, 0)), SWEEP_MAX, values);
    uint32_t on = learner_on(lab_learner(lab, 0));
    for (int i = 0; i < n; i++) {
        char line[SWEEP_SPEC_MAX + 8], spec[SWEEP_SPEC_MAX];
        sweep_spec(id, values[i], on, 1, spec);
        snprintf(line, sizeof line, "fork x%d%s", i, strchr(spec, ':'));
        labs_tell(lab, "learner a");
        labs_tell(lab, line);
    }
    labs_tell(lab, "remove a");
}

/* It is swept if values come to other weights, and else refused in one line that says why; returns
 * whether it was. */
static bool expect_swept_or_refused(const struct idle *of, enum param_id id, long at)
{
    const char *const learners[] = {of->learner, NULL};
    char line[64];
    struct err err = {0};
    struct lab *lab = labs_open_plain(4, of->settings, learners);
    labs_run(lab, at, ALL);
    snprintf(line, sizeof line, "sweep %s", param_at(id)->name);
    bool is_swept = labs_try(lab, line, &err);
    if (is_swept) {
        labs_tell(lab, "remove a");
    } else if (strstr(err.msg, "values or more to try")) {
        lab_destroy(lab);
        return true;
    } else {
        fork_values(lab, id);
    }
    cr_expect(is_swept == come_apart(lab), "%s %s, %s at %ld: %s", of->settings, of->learner, line,
              at, err.msg);
    cr_expect(is_swept || strstr(err.msg, ": turn it") || strstr(err.msg, ": begin with ") ||
                  strstr(err.msg, " first"),
              "%s: '%s'", line, err.msg);
    lab_destroy(lab);
    return is_swept;
}

/* Of every knob, and in sessions of other kinds of those that hang on something; in the second
 * task, in the first where that tells. */
Test(sweep, of_a_knob_that_does_nothing_is_refused)
{
    int n_refused = 0;
    for (size_t i = 0; i < sizeof idle / sizeof *idle; i++) {
        for (int id = 0; id < PARAM_COUNT; id++) {
            const struct param *param = param_at((enum param_id)id);
            bool may_differ = i == 0 || param->needs || param->where != PARAM_EVERYWHERE;
            if (param->when == PARAM_WHEN_LIVE && may_differ) {
                n_refused += !expect_swept_or_refused(&idle[i], (enum param_id)id, 11);
            }
            if (param->where == PARAM_IN_FIRST_TASK) {
                cr_expect(expect_swept_or_refused(&idle[i], (enum param_id)id, 5));
            }
        }
    }
    cr_expect_gt(n_refused, 9, "%d", n_refused);
}

/* ---- learners -------------------------------------------------------------------------------- */

static void expect_as_by_hand(const char *settings, const char *learner)
{
    static const char *const values[] = {"1", "10", "100"};
    const char *const learners[] = {learner, NULL};
    struct lab *lab = labs_open_plain(3, settings, learners);
    struct lab *hand = labs_open_plain(3, settings, learners);
    labs_run(lab, 57, ALL);
    labs_run(hand, 57, ALL);
    labs_tell(lab, "sweep ewc.lambda 1..100 3");
    for (int i = 0; i < 3; i++) {
        char line[64];
        snprintf(line, sizeof line, "fork lambda_%s: strategy=ewc ewc.lambda=%s", values[i],
                 values[i]);
        labs_tell(hand, "learner a");
        labs_tell(hand, line);
    }
    cr_expect_eq(labs_look(lab)->selected, 0, "who is looked at stays");
    labs_run(lab, ALL, 10);
    labs_run(hand, ALL, ALL);
    cr_assert_eq(lab_n_learners(lab), 4);
    for (int i = 0; i < 4; i++) {
        const char *name = lab_learner_name(hand, i);
        cr_expect_eq(labs_hash_of(lab, name), labs_hash_of(hand, name), "%s", name);
        cr_expect(labs_same_measures(lab, name, hand, name, 58), "%s", name);
    }
    cr_expect_neq(labs_hash_of(lab, "lambda_1"), labs_hash_of(lab, "lambda_100"));
    lab_destroy(lab);
    lab_destroy(hand);
}

Test(sweep, has_the_bits_of_forks_made_by_hand)
{
    expect_as_by_hand("", "a:");
}

Test(sweep, has_them_as_a_transformer)
{
    expect_as_by_hand(LABS_TRANSFORMER_SESSION, "a:");
}

Test(sweep, does_not_try_again_what_its_learner_stands_for)
{
    struct lab *lab = labs_open_plain(2, "ewc.lambda=10", one);
    labs_run(lab, 20, ALL);
    labs_tell(lab, "sweep ewc.lambda 1..100 3");
    cr_expect_eq(lab_n_learners(lab), 3);
    cr_expect_eq(labs_find(lab, "lambda_10"), -1);
    labs_tell(lab, "sweep off");
    labs_tell(lab, "strategy ewc off"); /* now it does not */
    labs_tell(lab, "sweep ewc.lambda 1..100 3");
    cr_expect_geq(labs_find(lab, "lambda_10"), 0);
    lab_destroy(lab);
}

Test(sweep, fills_the_room_there_is_and_no_more)
{
    struct lab *lab = labs_open_plain(2, "", one);
    struct err err = {0};
    labs_tell(lab, "sweep lr");
    cr_expect(lab_n_learners(lab) >= LEARNERS_MAX - 1, "but for the one that it stands for");
    while (lab_n_learners(lab) < LEARNERS_MAX) {
        labs_tell(lab, "fork");
    }
    cr_expect_not(labs_try(lab, "sweep l2.lambda", &err));
    cr_expect(strstr(err.msg, "room for 2 learners expected, 8 of 8"), "%s", err.msg);
    labs_tell(lab, "sweep off");
    cr_expect_not(labs_try(lab, "sweep off", &err));
    cr_expect(strstr(err.msg, "a sweep that goes on expected"), "%s", err.msg);
    lab_destroy(lab);
}

Test(sweep, ends_with_the_chosen_value_alone)
{
    struct lab *lab = labs_open_plain(2, "", one);
    labs_run(lab, 20, ALL);
    labs_tell(lab, "sweep ewc.lambda 1..100 3");
    labs_run(lab, 50, ALL);
    labs_tell(lab, "learner lambda_100");
    uint64_t kept = labs_hash_of(lab, "lambda_100");
    labs_tell(lab, "sweep off");
    cr_expect_eq(lab_n_learners(lab), 2);
    cr_expect_eq(labs_hash_of(lab, "lambda_100"), kept);
    cr_expect_eq(labs_look(lab)->selected, labs_find(lab, "lambda_100"));
    labs_tell(lab, "rewind 49"); /* that is undone by going back */
    cr_expect_geq(labs_find(lab, "lambda_1"), 0);
    labs_tell(lab, "rewind 19"); /* and so is the sweep */
    cr_expect_eq(lab_n_learners(lab), 1);
    labs_tell(lab, "sweep ewc.lambda 1..100 3");
    labs_tell(lab, "restart"); /* all of them from the start */
    labs_tell(lab, "learner a");
    labs_tell(lab, "sweep off");
    cr_expect_eq(lab_n_learners(lab), 1);
    lab_destroy(lab);
}

Test(sweep, goes_back_bit_for_bit)
{
    struct lab *lab = labs_open_plain(3, "", one);
    labs_run(lab, 33, ALL);
    labs_tell(lab, "sweep ewc.lambda 1..1000 4");
    labs_run(lab, 90, ALL);
    uint64_t then = labs_hash_of(lab, "lambda_100");
    labs_run(lab, 110, ALL);
    labs_tell(lab, "rewind 60");
    cr_assert_geq(labs_find(lab, "lambda_100"), 0);
    labs_run(lab, 90, ALL);
    cr_expect_eq(labs_hash_of(lab, "lambda_100"), then);
    lab_destroy(lab);
}

/* What a reader of the journal makes of it. */
Test(sweep, is_known_by_its_learners)
{
    struct lab *lab = labs_open_plain(3, "", one);
    struct timeline timeline, copy;
    labs_tell(lab, "fork b");
    labs_tell(lab, "learner a");
    labs_tell(lab, "sweep l2.lambda 0.1..1 2");
    labs_run(lab, 20, ALL);
    labs_tell(lab, "fork c");
    labs_tell(lab, "restart");
    cr_assert(timeline_init(&timeline, 3, NULL));
    timeline_read(&timeline, lab_journal(lab));
    cr_assert(timeline_copy(&copy, &timeline, NULL));
    for (int i = 0; i < lab_n_learners(lab); i++) {
        const struct track *track = timeline_track(&copy, lab_learner_id(lab, i));
        bool is_of = strncmp(track->name, "lambda_", 7) == 0;
        cr_expect_eq(track->sweep >= 0, is_of, "%s", track->name);
        cr_expect(!is_of || track->knob == PARAM_L2_LAMBDA);
    }
    timeline_fini(&timeline);
    timeline_fini(&copy);
    lab_destroy(lab);
}
