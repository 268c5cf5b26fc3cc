/* SPDX-License-Identifier: MIT
 * Strategies consolidate at the end of a stage: where that takes long it is told how far it is, and
 * whoever watches may give up; nothing else comes of being watched. */
#include <criterion/criterion.h>
#include <math.h>
#include <unistd.h>

#include "lab/handover.h"
#include "support/labs.h"

TestSuite(consolidation, .timeout = 120);

enum { ALL = 1000000, STEPS = 40 };

static const char settings[] = LABS_TRANSFORMER " steps=40 context=16 ewc.samples=3000";
static const char *const two[] = {"a: strategy=ewc", "b: observe=ewc", NULL};

struct watched {
    struct lab *lab;
    int n_told, n_said;
    double last;
    bool goes_on;
};

static bool is_told(void *context, double part)
{
    struct watched *watched = context;
    const struct snapshot *snapshot = labs_look(watched->lab);
    bool is_said = isfinite(snapshot->consolidated);
    cr_expect(part >= watched->last && part <= 1);
    cr_expect(!is_said || snapshot->consolidated == part);
    cr_expect(snapshot->stage == 0 && snapshot->step == STEPS);
    watched->last = part;
    watched->n_said += is_said;
    if (watched->n_told++ == 0) {
        usleep(250000); /* that makes it long */
    }
    return watched->goes_on || !is_said;
}

static void watch(struct lab *lab, struct watched *watched)
{
    watched->lab = lab;
    lab_set_watch(lab, &(struct watch){is_told, watched});
}

static struct lab *open_lab(const char *const *learners)
{
    return labs_open_text(SCENARIO_DOMAIN, settings, learners);
}

static void expect_same(struct lab *a, struct lab *b)
{
    cr_expect(labs_same_journal(a, b));
    for (int i = 0; i < 2; i++) {
        cr_expect_eq(labs_hash(a, i), labs_hash(b, i));
    }
}

/* One that is given up when it is told how far it is; it must be, once. */
static void give_up(struct lab *lab)
{
    struct watched watched = {.goes_on = false};
    watch(lab, &watched);
    labs_run(lab, STEPS, ALL);
    cr_assert_eq(watched.n_said, 1);
}

Test(consolidation, that_takes_long_is_told_and_gives_the_same_bits)
{
    struct lab *lab = open_lab(two), *plain = open_lab(two);
    struct watched watched = {.goes_on = true};
    watch(lab, &watched);
    labs_run(lab, STEPS, ALL);
    labs_run(plain, STEPS, ALL);
    cr_expect_geq(watched.n_said, 1, "%d times told", watched.n_told);
    cr_expect(isnan(labs_look(lab)->consolidated));
    lab_set_watch(lab, &(struct watch){0});
    labs_run(lab, STEPS + 3, ALL);
    labs_run(plain, STEPS + 3, ALL);
    expect_same(lab, plain);
    lab_destroy(plain);
    lab_destroy(lab);
}

/* Another lab becomes what the lab is that was given up, and goes on. */
static struct lab *resumed(struct lab *lab, const char *const *learners)
{
    struct lab *next = open_lab(learners);
    struct err err = {0};
    long n;
    handover_ask(lab_handover(lab));
    lab_hand_over(lab, false);
    const struct archive *state = handover_take(lab_handover(lab), &n);
    cr_assert_not_null(state);
    cr_assert(lab_resume(next, state->bytes, state->n, lab_journal(lab), &err), "%s", err.msg);
    cr_expect_eq(labs_look(next)->stage_step, STEPS);
    lab_advance(next, 1); /* of which the end takes none */
    labs_run(next, STEPS + 3, ALL);
    return next;
}

/* As when a person leaves meanwhile: the end of the stage is done by whoever goes on. */
Test(consolidation, that_is_given_up_is_done_by_who_goes_on)
{
    struct lab *lab = open_lab(two), *plain = open_lab(two);
    give_up(lab);
    cr_expect_eq(labs_count(lab, ENTRY_STAGE_END), 0);
    struct lab *next = resumed(lab, two);
    labs_run(plain, STEPS + 3, ALL);
    expect_same(next, plain);
    lab_destroy(next);
    lab_destroy(plain);
    lab_destroy(lab);
}

static const char *const diverging[] = {"a: strategy=ewc", "b: strategy=l2 optimizer=sgd clip=0",
                                        NULL};

/* The loss of b is about to run away, so many steps before the end of the stage. */
static struct lab *open_diverging(long before)
{
    struct lab *lab = open_lab(diverging);
    labs_run(lab, STEPS - before, ALL);
    labs_tell(lab, "learner b");
    labs_tell(lab, "set l2.lambda 10");
    labs_tell(lab, "set lr 10");
    labs_run(lab, STEPS - 1, ALL);
    return lab;
}

/* True if it was so that it ceased to be finite by the last step. */
static bool gives_up_at_a_divergence(long before)
{
    struct lab *plain = open_diverging(before);
    bool was_finite = labs_count(plain, ENTRY_DIVERGED) == 0;
    labs_run(plain, STEPS, ALL);
    bool is_it = was_finite && labs_count(plain, ENTRY_DIVERGED) == 1;
    if (is_it) {
        struct lab *lab = open_diverging(before);
        give_up(lab);
        cr_expect(labs_look(lab)->learners[1].has_diverged);
        cr_expect_eq(labs_count(lab, ENTRY_DIVERGED), 1);
        struct lab *next = resumed(lab, diverging);
        labs_run(plain, STEPS + 3, ALL);
        expect_same(next, plain);
        lab_destroy(next);
        lab_destroy(lab);
    }
    lab_destroy(plain);
    return is_it;
}

Test(consolidation, that_is_given_up_does_not_hide_who_has_diverged)
{
    bool is_met = false;
    for (long before = STEPS / 3; before < STEPS && !is_met; before++) { /* it takes some twenty */
        is_met = gives_up_at_a_divergence(before);
    }
    cr_expect(is_met, "no loss ceased to be finite by the last step");
}
