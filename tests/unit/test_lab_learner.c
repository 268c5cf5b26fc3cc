/* SPDX-License-Identifier: MIT
 * A learner as bytes: it goes on with the same bits, keeps no more than it needs, and no bytes can
 * make it crash. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "lab/learner.h"
#include "net/kernels.h"
#include "strategies/table.h"
#include "support/study.h"

struct kept {
    unsigned char *bytes;
    size_t size;
};

static struct kept keep(struct learner *learner)
{
    struct archive archive = {0};
    struct kept kept;
    learner_archive(learner, &archive);
    cr_assert(!archive.has_failed);
    kept.bytes = archive_take(&archive, &kept.size);
    return kept;
}

static bool become(struct learner *learner, const unsigned char *bytes, size_t size)
{
    struct archive archive = archive_reader(bytes, size);
    learner_archive(learner, &archive);
    return !archive.has_failed && archive_is_at_end(&archive);
}

/* ---- going on ------------------------------------------------------------------------------- */

enum { OTHERS = 2, TASKS = 4 };

static void step_all(struct study *study, struct learner *const *others, int n)
{
    for (int i = 0; i < n; i++) {
        struct batch batch = feed_next(study->feed);
        double loss = learner_step(study->learner, &batch);
        for (int k = 0; k < OTHERS; k++) {
            double again = learner_step(others[k], &batch);
            cr_assert_eq(loss, again);
        }
    }
}

static bool is_same(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

static void check_same(struct study *study, struct learner *other, const char *settings)
{
    cr_expect(study_is(study, learner_theta(other)), "%s: other weights", settings);
    for (int t = 0; t < TASKS; t++) {
        cr_expect_eq(learner_score(study->learner, t, 1).accuracy,
                     learner_score(other, t, 1).accuracy, "%s", settings);
    }
    int ewc = strategy_find("ewc");
    cr_expect(is_same(learner_gauge(study->learner, ewc), learner_gauge(other, ewc)));
    cr_expect_eq(learner_rate(study->learner), learner_rate(other));
    struct kept a = keep(study->learner), b = keep(other);
    cr_expect(a.size == b.size && memcmp(a.bytes, b.bytes, a.size) == 0, "%s: other state",
              settings);
    free(a.bytes);
    free(b.bytes);
}

/* Written in the middle of the third stage, read by a fresh learner and by one that went elsewhere;
 * all go on over a boundary. */
static void check_goes_on(const char *suite, const char *settings)
{
    struct study study = study_open(suite, TASKS, 0, settings),
                 used = study_open(suite, TASKS, 0, settings);
    struct learner *others[OTHERS] = {study_learner(&study), used.learner};
    study_stage(&used, 0, 2, 25);
    study_stage(&used, 1, 3, 15);
    study_stage(&study, 0, 0, 25);
    study_stage(&study, 1, 1, 25);
    study_begin(&study, 2, 2);
    study_steps(&study, 10);
    struct kept kept = keep(study.learner);
    for (int k = 0; k < OTHERS; k++) {
        cr_assert(become(others[k], kept.bytes, kept.size), "%s", settings);
        check_same(&study, others[k], settings);
    }
    step_all(&study, others, 30);
    learner_consolidate(study.learner);
    study_begin(&study, 3, 3);
    for (int k = 0; k < OTHERS; k++) {
        learner_consolidate(others[k]);
        learner_stage_begin(others[k], 3, 3);
    }
    step_all(&study, others, 30);
    for (int k = 0; k < OTHERS; k++) {
        check_same(&study, others[k], settings);
    }
    free(kept.bytes);
    learner_destroy(others[0]);
    study_close(&study);
    study_close(&used);
}

/* SGD goes as far as its rate times what it is clipped to; Adam's memory is the one that was asked
 * for. */
Test(learner, clip_and_beta2_are_those_of_the_parameters)
{
    struct study sgd = study_open("permuted", 2, 0, "optimizer=sgd lr=0.1 clip=0.01");
    real *before = study_keep(&sgd);
    study_begin(&sgd, 0, 0);
    cr_assert(study_steps(&sgd, 1));
    double moved =
        sqrt(kernel_sum_squared_difference(learner_theta(sgd.learner), before, study_size(&sgd)));
    cr_expect(fabs(moved - 0.001) < 1e-5, "moved by %g", moved);
    study_set(&sgd, "clip=0");
    free(before);
    before = study_keep(&sgd);
    cr_assert(study_steps(&sgd, 1));
    moved =
        sqrt(kernel_sum_squared_difference(learner_theta(sgd.learner), before, study_size(&sgd)));
    cr_expect(moved > 0.01, "moved by %g without a clip", moved);
    struct study shorter = study_open("permuted", 2, 0, "optimizer=adam adam.beta2=0.9");
    struct study usual = study_open("permuted", 2, 0, "optimizer=adam");
    study_begin(&shorter, 0, 0);
    study_begin(&usual, 0, 0);
    cr_assert(study_steps(&shorter, 5) && study_steps(&usual, 5));
    free(before);
    before = study_keep(&usual);
    cr_expect(!study_is(&shorter, before));
    free(before);
    study_close(&sgd);
    study_close(&shorter);
    study_close(&usual);
}

static const char *const variants[] = {
    "",
    "optimizer=momentum lr=0.01",
    "optimizer=adam lr=0.001 clip=0.5 adam.beta2=0.99",
    "ewc.form=explicit lora.mode=per-task",
    "ewc.mode=online lora.mode=shared replay.memory=40 optimizer=adam lr=0.001",
};
enum { VARIANTS = sizeof variants / sizeof *variants };

Test(learner_archive, every_strategy_alone_goes_on_with_the_same_bits)
{
    for (int i = 0; i < strategy_count(); i++) {
        for (int v = 0; v < VARIANTS; v++) {
            char settings[200];
            snprintf(settings, sizeof settings, "net=40,30 on=%s %s", strategy_at(i)->name,
                     variants[v]);
            check_goes_on("permuted", settings);
        }
    }
}

/* The embedding stands before what LoRA, freeze and the others count as the first layer. */
Test(learner_archive, every_strategy_goes_on_with_text)
{
    static const char *const adapters[] = {"shared", "per-task", "merge"};
    for (int i = 0; i < strategy_count() + 3; i++) {
        char settings[200];
        snprintf(settings, sizeof settings,
                 "net=24,20 embedding=6 optimizer=adam lr=0.002 ewc.samples=50 on=%s "
                 "lora.mode=%s",
                 i < strategy_count() ? strategy_at(i)->name : "lora+ewc+replay", adapters[i % 3]);
        check_goes_on(i % 2 ? "kinds/class" : "kinds", settings);
    }
}

Test(learner_archive, every_strategy_goes_on_with_a_transformer)
{
    static const char *const adapters[] = {"lora.mode=shared", "lora.mode=per-task lora.on=mlp",
                                           "lora.mode=merge lora.on=attention"};
    for (int i = 0; i < strategy_count() + 3; i++) {
        char settings[240];
        snprintf(
            settings, sizeof settings,
            "model=transformer blocks=1 heads=2 width=8 batch=8 optimizer=adam lr=0.003 clip=1 "
            "adam.beta2=0.99 ewc.form=explicit ewc.samples=10 on=%s %s",
            i < strategy_count() ? strategy_at(i)->name : "lora+ewc+replay", adapters[i % 3]);
        check_goes_on("kinds", settings);
    }
}

Test(learner_archive, combinations_go_on_with_the_same_bits)
{
    static const char *const sets[] = {"none", "ewc+replay", "lora+replay", "l2+freeze",
                                       "ewc+replay+lora+l2+freeze+decay+joint"};
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
        for (int v = 0; v < VARIANTS; v++) {
            char settings[200];
            snprintf(settings, sizeof settings, "net=40,30 on=%s observed=ewc+replay+l2 %s",
                     sets[i], variants[v]);
            check_goes_on("permuted", settings);
        }
    }
}

Test(learner_archive, every_pair_goes_on_with_the_same_bits)
{
    for (int i = 0; i < strategy_count(); i++) {
        for (int k = i + 1; k < strategy_count(); k++) {
            char settings[120];
            snprintf(settings, sizeof settings, "net=20 on=%s+%s", strategy_at(i)->name,
                     strategy_at(k)->name);
            check_goes_on("permuted", settings);
        }
    }
}

/* A learner with anchors, memory and adapters becomes one that has none yet. */
Test(learner_archive, what_was_there_before_is_forgotten)
{
    static const char settings[] =
        "net=20 on=ewc+replay+lora+l2+joint optimizer=adam lr=0.001 lora.mode=per-task";
    struct study study = study_open("permuted", TASKS, 0, settings),
                 used = study_open("permuted", TASKS, 0, settings);
    struct learner *others[OTHERS] = {study_learner(&study), used.learner};
    struct kept kept = keep(study.learner);
    study_stage(&used, 0, 2, 25);
    study_stage(&used, 1, 3, 15);
    for (int k = 0; k < OTHERS; k++) {
        cr_assert(become(others[k], kept.bytes, kept.size));
    }
    for (int t = 0; t < TASKS; t++) {
        study_begin(&study, t, t);
        learner_stage_begin(others[0], t, t);
        learner_stage_begin(others[1], t, t);
        step_all(&study, others, 10);
        learner_consolidate(study.learner);
        learner_consolidate(others[0]);
        learner_consolidate(others[1]);
    }
    check_same(&study, others[0], settings);
    check_same(&study, others[1], settings);
    free(kept.bytes);
    learner_destroy(others[0]);
    study_close(&study);
    study_close(&used);
}

/* Knobs and switches of the middle of a run are those of the learner that is read. */
Test(learner_archive, parameters_and_switches_are_kept)
{
    struct study study = study_open("permuted", 2, 0, "net=8 on=ewc observed=replay");
    struct learner *other = study_learner(&study);
    study_stage(&study, 0, 0, 5);
    study_set(&study, "ewc.lambda=3.25");
    study_set(&study, "replay.memory=17");
    study_switch(&study, "decay", true);
    study_switch(&study, "ewc", false);
    learner_observe(study.learner, strategy_find("l2"), true);
    struct kept kept = keep(study.learner);
    cr_assert(become(other, kept.bytes, kept.size));
    cr_expect_eq(learner_on(other), 1u << strategy_find("decay"));
    cr_expect_eq(learner_observed(other),
                 1u << strategy_find("replay") | 1u << strategy_find("l2"));
    for (int i = 0; i < PARAM_COUNT; i++) {
        cr_expect_eq(learner_params(other)->value[i], learner_params(study.learner)->value[i]);
        cr_expect_eq(learner_params(other)->is_set[i], learner_params(study.learner)->is_set[i]);
    }
    free(kept.bytes);
    learner_destroy(other);
    study_close(&study);
}

Test(learner_archive, begins_with_the_weights_and_leaves_the_gradient_out)
{
    struct study study = study_open("permuted", 2, 0, "net=8 on=ewc");
    size_t bytes = study_size(&study) * sizeof(real);
    study_stage(&study, 0, 0, 5);
    struct kept kept = keep(study.learner);
    cr_expect_arr_eq(kept.bytes, learner_theta(study.learner), bytes);
    cr_expect(learner_gradient(study.learner)[study_size(&study) - 1] != 0);
    cr_assert(become(study.learner, kept.bytes, kept.size));
    for (size_t i = 0; i < study_size(&study); i++) {
        cr_assert_eq(learner_gradient(study.learner)[i], 0);
    }
    free(kept.bytes);
    study_close(&study);
}

/* ---- size ----------------------------------------------------------------------------------- */

/* Vectors of P reals in an archive at the start of stage 1, beside `rest` bytes. */
static int count_vectors(const char *settings, size_t rest)
{
    struct study study = study_open("permuted", 4, 0, settings);
    study_stage(&study, 0, 0, 20);
    study_begin(&study, 1, 1);
    struct kept kept = keep(study.learner);
    size_t vector = study_size(&study) * sizeof(real);
    cr_expect(kept.size % vector >= rest && kept.size % vector < rest + 600, "%s: %zu bytes",
              settings, kept.size % vector);
    free(kept.bytes);
    study_close(&study);
    return (int)(kept.size / vector);
}

Test(learner_archive, holds_no_more_than_is_needed)
{
    cr_expect_eq(count_vectors("", 0), 1);
    cr_expect_eq(count_vectors("optimizer=adam lr=0.001", 0), 1,
                 "moments are 0 at a stage's start");
    cr_expect_eq(count_vectors("on=ewc", 0), 3);
    cr_expect_eq(count_vectors("on=l2", 0), 2);
    cr_expect_eq(count_vectors("on=none observed=none", 0), 1);
    cr_expect_eq(count_vectors("on=joint", 0), 1, "the order is drawn again");
    cr_expect_eq(count_vectors("on=joint optimizer=adam lr=0.001", 0), 3, "its moments go on");
    cr_expect_eq(count_vectors("on=replay replay.memory=150", 150 * 8), 1);
    size_t adapter = 4 * (64 + 100 + 100 + 100 + 100 + 10) * sizeof(real);
    cr_expect_eq(count_vectors("on=lora", adapter), 2);
}

/* ---- other bytes ---------------------------------------------------------------------------- */

static const char everything[] =
    "net=1 batch=8 on=lowlr+ewc+replay+lora+l2+freeze+decay+joint optimizer=adam lr=0.001 "
    "ewc.samples=4 replay.memory=30 lora.mode=per-task lora.rank=1";

static struct study open_everything(void)
{
    struct study study = study_open("permuted", TASKS, 0, everything);
    study_stage(&study, 0, 0, 8);
    study_stage(&study, 1, 1, 8);
    study_begin(&study, 2, 2);
    study_steps(&study, 4);
    return study;
}

/* Whatever was read, the learner can be used. */
static void use(struct study *study, struct learner *learner)
{
    for (int i = 0; i < 2; i++) {
        struct batch batch = feed_next(study->feed);
        learner_step(learner, &batch);
        learner_score(learner, i, 1000);
        learner_consolidate(learner);
        learner_stage_begin(learner, 2 + i, 2 + i);
    }
    for (int i = 0; i < strategy_count(); i++) {
        char text[64];
        learner_switch(learner, i, (learner_on(learner) >> i & 1) == 0);
        learner_status(learner, i, text, sizeof text);
        learner_bytes(learner, i);
        learner_gauge(learner, i);
    }
    struct batch batch = feed_next(study->feed);
    learner_step(learner, &batch);
}

Test(learner_archive, truncated_bytes_fail_at_every_length)
{
    struct study study = open_everything();
    struct learner *learner = study_learner(&study);
    struct kept kept = keep(study.learner);
    batches_begin(study.batches, 0, 0);
    feed_begin(study.feed, 0);
    for (size_t size = 0, i = 0; size < kept.size; size += i++ % 8 == 0 ? 1 : 13) {
        unsigned char *cut = malloc(size + !size); /* of exactly that size, for the sanitizer */
        memcpy(cut, kept.bytes, size);
        struct archive archive = archive_reader(cut, size);
        learner_archive(learner, &archive);
        cr_assert(archive.has_failed, "%zu of %zu bytes", size, kept.size);
        if (i % 10 == 0) {
            use(&study, learner);
        }
        free(cut);
    }
    cr_assert(become(learner, kept.bytes, kept.size), "a failure leaves nothing behind");
    free(kept.bytes);
    learner_destroy(learner);
    study_close(&study);
}

Test(learner_archive, flipped_bits_never_crash)
{
    enum { RUNS = 2000 };
    struct study study = open_everything();
    struct learner *learner = study_learner(&study);
    struct kept kept = keep(study.learner);
    struct rng rng = rng_stream(3, 3);
    unsigned char *bytes = malloc(kept.size);
    size_t vector = study_size(&study) * sizeof(real);
    int n_read = 0;
    batches_begin(study.batches, 0, 0);
    feed_begin(study.feed, 0);
    for (int run = 0; run < RUNS; run++) {
        /* Weights are most of the bytes; every second time they are spared. */
        size_t first = run % 2 ? vector : 0;
        int n_flips = 1 + rng_below(&rng, 4);
        memcpy(bytes, kept.bytes, kept.size);
        for (int i = 0; i < n_flips; i++) {
            int at = rng_below(&rng, (int)(kept.size - first));
            bytes[first + (size_t)at] ^= (unsigned char)(1u << rng_below(&rng, 8));
        }
        if (become(learner, bytes, kept.size)) {
            struct kept again = keep(learner);
            n_read++;
            cr_expect(again.size == kept.size && memcmp(again.bytes, bytes, kept.size) == 0,
                      "run %d: what was taken is what is there", run);
            free(again.bytes);
        }
        use(&study, learner);
    }
    cr_expect(n_read > RUNS / 4 && n_read < RUNS, "some are noticed, not all: %d", RUNS - n_read);
    cr_assert(become(learner, kept.bytes, kept.size));
    free(bytes);
    free(kept.bytes);
    learner_destroy(learner);
    study_close(&study);
}

/* Behind the weights, every bit on its own, and every number in turn out of its range. */
Test(learner_archive, no_field_can_make_it_crash)
{
    static const unsigned char extremes[] = {0x00, 0x7f, 0x80, 0xff};
    struct study study = open_everything();
    struct learner *learner = study_learner(&study);
    struct kept kept = keep(study.learner);
    unsigned char *bytes = malloc(kept.size);
    batches_begin(study.batches, 0, 0);
    feed_begin(study.feed, 0);
    for (size_t at = study_size(&study) * sizeof(real); at + 8 <= kept.size; at++) {
        for (int i = 0; i < 16; i++) {
            memcpy(bytes, kept.bytes, kept.size);
            if (i < 8) {
                bytes[at] ^= (unsigned char)(1u << i);
            } else {
                memset(bytes + at, extremes[i % 4], i < 12 ? 4 : 8);
            }
            become(learner, bytes, kept.size);
            use(&study, learner);
        }
    }
    free(bytes);
    free(kept.bytes);
    learner_destroy(learner);
    study_close(&study);
}

Test(learner_archive, of_another_shape_or_start_is_refused)
{
    static const char *const others[] = {
        "net=6 batch=8 optimizer=adam",
        "net=6 batch=8 activation=tanh",
        "net=6 batch=16",
        "net=7 batch=8",
        "net=6,6 batch=8",
        "net=0 batch=8",
        "net=6 batch=8 steps=3",
        "net=6 batch=8 epochs=3",
        "net=6 batch=8 optimizer=momentum",
    };
    struct study study = study_open("permuted", 2, 0, "net=6 batch=8");
    struct kept kept = keep(study.learner);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        struct study other = study_open("permuted", 2, 0, others[i]);
        cr_expect(!become(other.learner, kept.bytes, kept.size), "%s", others[i]);
        study_close(&other);
    }
    cr_expect(become(study.learner, kept.bytes, kept.size));
    free(kept.bytes);
    study_close(&study);
}

/* ---- silenced units -------------------------------------------------------------------------- */

Test(learner, silenced_units_are_part_of_it_and_learn_nothing)
{
    struct study study = study_open("permuted", 2, 0, "on=replay net=9,6");
    study_stage(&study, 0, 0, 450);
    double all = learner_score(study.learner, 0, 1).accuracy;
    uint8_t silenced[15] = {0, 1, 1, 1, 1, 0, 1, 1, 1, 0, 1, 1};
    learner_silence(study.learner, silenced);
    cr_expect_lt(learner_score(study.learner, 0, 1).accuracy, all - 0.1, "every pass goes by them");
    cr_assert_arr_eq(learner_silenced(study.learner), silenced, sizeof silenced);
    struct kept kept = keep(study.learner);
    real *before = study_keep(&study);
    study_steps(&study, 5);
    const struct network *net = learner_network(study.learner);
    const struct tensor *w = &net->tensors[0];
    for (int u = 0; u < 9; u++) {
        bool moved = false;
        for (int i = 0; i < w->rows; i++) {
            size_t at = w->at + (size_t)i * 9 + (size_t)u;
            moved |= learner_theta(study.learner)[at] != before[at];
        }
        cr_expect_eq(moved, !silenced[u], "unit %d", u);
    }
    learner_silence(study.learner, NULL);
    cr_expect_null(learner_silenced(study.learner));
    cr_assert(become(study.learner, kept.bytes, kept.size));
    cr_assert_arr_eq(learner_silenced(study.learner), silenced, sizeof silenced, "undone");
    struct learner *other = study_learner(&study);
    cr_assert(become(other, kept.bytes, kept.size));
    cr_expect_eq(learner_score(other, 0, 1).accuracy, learner_score(study.learner, 0, 1).accuracy);
    learner_destroy(other);
    free(before);
    free(kept.bytes);
    study_close(&study);
}
