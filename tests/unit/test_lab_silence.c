/* SPDX-License-Identifier: MIT
 * Silenced units: which are meant, what it costs whom, and that it is done again and undone. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/labs.h"

static void expect_refused(struct lab *lab, const char *line, const char *words)
{
    struct err err = {0};
    cr_expect_not(labs_try(lab, line, &err), "%s, where '%s' was expected", line, words);
    cr_expect_not_null(strstr(err.msg, words), "'%s' expected in '%s'", words, err.msg);
}

static int count_silenced(const struct lab *lab, int learner)
{
    const struct learner *of = lab_learner(lab, learner);
    const uint8_t *silenced = learner_silenced(of);
    int n = 0;
    for (int u = 0; silenced && u < learner_network(of)->n_units; u++) {
        n += silenced[u];
    }
    return n;
}

Test(silence, units_are_meant_by_number_and_add_up_until_off)
{
    struct lab *lab =
        labs_open_plain(2, "net=9,4", (const char *const[]){"a: strategy=none", NULL});
    labs_run(lab, 10, 10);
    labs_tell(lab, "silence 1,3-5@1");
    cr_expect_eq(count_silenced(lab, 0), 4);
    labs_tell(lab, "silence 4@2");
    cr_expect_eq(count_silenced(lab, 0), 5);
    const uint8_t *silenced = learner_silenced(lab_learner(lab, 0));
    cr_expect(silenced[0] && !silenced[1] && silenced[2] && silenced[4] && silenced[12]);
    expect_refused(lab, "silence 5@2", "units 1 to 4 of layer 2");
    expect_refused(lab, "silence 4-3@2", "units 1 to 4 of layer 2");
    expect_refused(lab, "silence 1@3", "layer 1 to 2");
    expect_refused(lab, "silence B@1", "a task that has begun expected, found B");
    expect_refused(lab, "silence A/B@1", "a task that has begun expected, found B");
    cr_expect_eq(count_silenced(lab, 0), 5, "what is refused changes nothing");
    labs_tell(lab, "silence off");
    cr_expect_eq(count_silenced(lab, 0), 0);
    lab_destroy(lab);
}

Test(silence, all_curves_answer_at_once_and_when_it_is_undone)
{
    struct lab *lab = labs_open_plain(2, "net=30 steps=300 batch=32",
                                      (const char *const[]){"a: strategy=none", NULL});
    labs_run(lab, 350, 50);
    double before[2], after[2];
    for (int t = 0; t < 2; t++) {
        before[t] = learner_score(lab_learner(lab, 0), t, 1).accuracy;
    }
    long looks = labs_count_measures(lab, PROBE_ACCURACY);
    labs_tell(lab, "silence 1-25@1");
    cr_expect_geq(labs_count_measures(lab, PROBE_ACCURACY), looks + 2, "both tasks are looked at");
    for (int t = 0; t < 2; t++) {
        after[t] = learner_score(lab_learner(lab, 0), t, 1).accuracy;
        cr_expect_lt(after[t], before[t] - 0.1);
    }
    labs_tell(lab, "silence off");
    for (int t = 0; t < 2; t++) {
        cr_expect_eq(learner_score(lab_learner(lab, 0), t, 1).accuracy, before[t]);
    }
    lab_destroy(lab);
}

/* Trained on meanwhile, gone back before it, and the same once more: bit for bit. */
Test(silence, is_done_again_and_undone_by_going_back)
{
    static const char *const settings[] = {"net=12,7", LABS_TRANSFORMER_SESSION};
    for (int i = 0; i < 2; i++) {
        static const char *const learners[] = {"a: strategy=ewc+replay", "b: strategy=lora", NULL};
        struct lab *lab = labs_open_plain(2, settings[i], learners);
        struct lab *plain = labs_open_plain(2, settings[i], learners);
        labs_run(lab, 50, 7);
        uint64_t before = labs_hash(lab, 0);
        labs_tell(lab, "silence A+B@2");
        int n = count_silenced(lab, 0);
        cr_expect_gt(n, 0);
        labs_run(lab, 60, 7);
        uint64_t trained = labs_hash(lab, 0);
        labs_tell(lab, "rewind 55");
        cr_expect_eq(count_silenced(lab, 0), n, "it was done by then");
        labs_run(lab, 60, 3);
        cr_expect_eq(labs_hash(lab, 0), trained);
        labs_tell(lab, "rewind 49");
        cr_expect_eq(count_silenced(lab, 0), 0, "it was not done yet");
        labs_run(lab, 50, 1);
        cr_expect_eq(labs_hash(lab, 0), before);
        labs_run(lab, 80, 7);
        labs_run(plain, 80, 7);
        cr_expect_eq(labs_hash(lab, 0), labs_hash(plain, 0), "no trace of it is left");
        lab_destroy(lab);
        lab_destroy(plain);
    }
}

Test(silence, reaches_the_selected_learner_or_all_and_goes_along_with_a_fork)
{
    struct lab *lab = labs_open_plain(
        2, "net=9,4", (const char *const[]){"a: strategy=none", "b: strategy=ewc", NULL});
    labs_run(lab, 10, 10);
    labs_tell(lab, "learner b");
    labs_tell(lab, "silence 1-3@1");
    cr_expect(count_silenced(lab, 0) == 0 && count_silenced(lab, 1) == 3);
    labs_tell(lab, "fork c");
    cr_expect_eq(count_silenced(lab, 2), 3);
    labs_tell(lab, "learner all");
    labs_tell(lab, "silence 9@1");
    cr_expect(count_silenced(lab, 0) == 1 && count_silenced(lab, 1) == 4);
    labs_tell(lab, "silence off");
    labs_tell(lab, "add d: strategy=replay");
    cr_expect_eq(count_silenced(lab, 3), 0);
    labs_tell(lab, "silence 2@2");
    labs_tell(lab, "restart");
    cr_expect(count_silenced(lab, 0) == 0 && count_silenced(lab, 1) == 0, "the start is as it was");
    lab_destroy(lab);
}

/* ---- who is looked at ------------------------------------------------------------------------ */

/* What exhibits show of step 55, in bytes; the present is elsewhere. */
static void look_back(struct lab *lab, struct exhibits *exhibits)
{
    labs_tell(lab, "map 1 drift task 8x8 55");
    *exhibits = labs_look(lab)->exhibits;
}

/* With the cursor in the past the units of now are no matter. */
Test(silence, the_past_is_shown_with_the_units_of_then)
{
    static const struct {
        const char *settings, *show, *silence;
        enum exhibit exhibit;
    } cases[] = {{"net=9,7", "show samples", "silence 1-6@1", EXHIBIT_SAMPLES},
                 {"net=30 batch=32", "show putback 9x40 1", "silence 1-25@1", EXHIBIT_PUTBACK},
                 {"net=9,7 data=plane", "show surface", "silence 1-6@1", EXHIBIT_SURFACE},
                 {LABS_TRANSFORMER_SESSION, "show writing", "silence 1-40@2", EXHIBIT_WRITING}};
    struct exhibits before, after;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct {
            const void *bytes[2];
            size_t size;
        } shown[] = {
            [EXHIBIT_SAMPLES] = {{&before.samples, &after.samples}, sizeof before.samples},
            [EXHIBIT_PUTBACK] = {{&before.putback, &after.putback}, sizeof before.putback},
            [EXHIBIT_SURFACE] = {{&before.surface, &after.surface}, sizeof before.surface},
            [EXHIBIT_WRITING] = {{before.writing.rows, after.writing.rows},
                                 sizeof before.writing.rows},
        };
        struct lab *lab =
            labs_open_plain(2, cases[i].settings, (const char *const[]){"a: strategy=none", NULL});
        memset(&before, 0, sizeof before);
        memset(&after, 0, sizeof after);
        labs_tell(lab, "speed 1000");
        labs_tell(lab, cases[i].show);
        labs_run(lab, 70, 5);
        labs_tell(lab, "pause");
        look_back(lab, &before);
        labs_tell(lab, cases[i].silence);
        look_back(lab, &after);
        cr_assert(before.has[cases[i].exhibit] && after.has[cases[i].exhibit]);
        const void *const *bytes = shown[cases[i].exhibit].bytes;
        cr_expect_eq(memcmp(bytes[0], bytes[1], shown[cases[i].exhibit].size), 0, "%s",
                     cases[i].show);
        lab_destroy(lab);
    }
}

/* The last value of a probe. */
static double last_value(const struct lab *lab, enum probe_id probe)
{
    long n;
    struct entry *all = labs_measures(lab, 0, &n);
    double value = -1;
    for (long i = 0; i < n; i++) {
        value = all[i].probe == probe ? all[i].value : value;
    }
    free(all);
    return value;
}

/* Probes and `why` speak of the network that answers. */
Test(silence, what_is_measured_is_without_those_units)
{
    struct lab *lab = labs_open_plain(2, "net=30 batch=32 steps=100 probes=stability",
                                      (const char *const[]){"a: strategy=none", NULL});
    labs_tell(lab, "speed 100000");
    labs_run(lab, 110, 5);
    labs_tell(lab, "silence 1-25@1");
    labs_tell(lab, "show why 1x16");
    labs_run(lab, 120, 1);
    labs_tell(lab, "pause");
    double accuracy = learner_score(lab_learner(lab, 0), 0, 1).accuracy;
    cr_expect_eq(last_value(lab, PROBE_STABILITY), accuracy);
    const struct exhibits *exhibits = &labs_look(lab)->exhibits;
    cr_assert(exhibits->has[EXHIBIT_WHY] && exhibits->why.task == 0);
    cr_expect_eq(exhibits->why.accuracy[1], accuracy);
    lab_destroy(lab);
}

/* ---- groups are causes: what it costs whom to silence one ------------------------------------ */

/* Points of A and of E that silencing costs. */
static void cost_of(struct lab *lab, const char *group, double cost[2])
{
    static const int tasks[] = {0, 4};
    char line[60];
    struct learner *learner = lab_learner(lab, 0);
    for (int i = 0; i < 2; i++) {
        cost[i] += 100 * learner_score(learner, tasks[i], 1).accuracy / 3;
    }
    snprintf(line, sizeof line, "silence %s", group);
    labs_tell(lab, line);
    for (int i = 0; i < 2; i++) {
        cost[i] -= 100 * learner_score(learner, tasks[i], 1).accuracy / 3;
    }
    labs_tell(lab, "silence off");
}

Test(silence, a_task_s_units_cost_that_task_and_the_others_nobody)
{
    double a[2] = {0}, e[2] = {0}, neither[2] = {0}, alone[2] = {0};
    for (int seed = 0; seed < 3; seed++) {
        char settings[120];
        snprintf(settings, sizeof settings,
                 "net=100,100 batch=32 epochs=10 steps=450 lr=0.1 replay.memory=200 seed=%d", seed);
        struct lab *lab =
            labs_open_plain(5, settings, (const char *const[]){"a: strategy=replay", NULL});
        labs_run(lab, 5 * 450, 450);
        cost_of(lab, "A/E@1", a);
        cost_of(lab, "E/A@1", e);
        cost_of(lab, "neither@1", neither);
        cost_of(lab, "A@1", alone);
        lab_destroy(lab);
    }
    cr_expect(a[0] > 10 && a[0] >= 2 * a[1], "A's: A %.1f, E %.1f", a[0], a[1]);
    cr_expect(e[1] > 10 && e[1] >= 2 * e[0], "E's: A %.1f, E %.1f", e[0], e[1]);
    cr_expect(neither[0] <= 5 && neither[1] <= 5, "%.1f, %.1f", neither[0], neither[1]);
    cr_expect(alone[0] >= 2 * alone[1], "A's alone: A %.1f, E %.1f", alone[0], alone[1]);
}
