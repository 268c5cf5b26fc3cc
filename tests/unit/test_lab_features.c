/* SPDX-License-Identifier: MIT
 * Superposition: features of a later task write over those of an earlier one, unless it is
 * replayed; the arrows that are shown are the weights. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "net/network.h"
#include "support/labs.h"
#include "tasks/feed.h"

enum { STEPS = 300, SEEDS = 10, FEATURES = 5, A = 2 };

static const double PI = 3.14159265358979323846;

static struct lab *open_features(const char *learner, uint64_t seed)
{
    struct config config = config_default();
    struct err err = {0};
    config.data = "features";
    config.seed = seed;
    cr_assert(config_parse_strategies(learner, &config.learners[0].on, &err), "%s", err.msg);
    config.learners[0].observed = config_observed_by_default();
    struct lab *lab = lab_create(&config, &(struct lab_options){.keeps_history = true}, &err);
    cr_assert_not_null(lab, "%s", err.msg);
    return lab;
}

/* What a run has come to. */
struct outcome {
    double kept[2];        /* of A and of B */
    double a_then, length; /* of A at its end; of A's arrows now, mean */
    double gap[2];         /* between neighbours, degrees: the least and the most */
};

static void measure(const real *theta, struct outcome *outcome)
{
    double angles[FEATURES];
    for (int i = 0; i < FEATURES; i++) {
        double x = (double)theta[2 * i], y = (double)theta[2 * i + 1], angle = atan2(y, x);
        int k = i;
        outcome->length += i < A ? hypot(x, y) / A : 0;
        for (; k > 0 && angles[k - 1] > angle; k--) {
            angles[k] = angles[k - 1];
        }
        angles[k] = angle;
    }
    outcome->gap[0] = 360;
    for (int i = 0; i < FEATURES; i++) {
        double next = i + 1 < FEATURES ? angles[i + 1] : angles[0] + 2 * PI;
        double gap = (next - angles[i]) * 180 / PI;
        outcome->gap[0] = fmin(outcome->gap[0], gap);
        outcome->gap[1] = fmax(outcome->gap[1], gap);
    }
}

static struct outcome run(const char *learner, uint64_t seed)
{
    struct lab *lab = open_features(learner, seed);
    struct outcome outcome = {0};
    labs_run(lab, STEPS - 1, STEPS); /* behind the boundary more is asked of A */
    outcome.a_then = learner_score(lab_learner(lab, 0), 0, 1).accuracy;
    labs_run(lab, 2L * STEPS, STEPS);
    for (int t = 0; t < 2; t++) {
        outcome.kept[t] = learner_score(lab_learner(lab, 0), t, 1).accuracy;
    }
    measure(learner_theta(lab_learner(lab, 0)), &outcome);
    lab_destroy(lab);
    return outcome;
}

/* Means over seeds 0 .. 9; of A without a strategy seeds differ by 0.2, so that its mean is known
 * to 0.07. */
Test(superposition, is_written_over_by_what_comes_next)
{
    struct outcome mean = {0};
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct outcome outcome = run("none", seed);
        cr_expect_gt(outcome.kept[1], 0.99, "seed %d", (int)seed);
        cr_expect_gt(outcome.a_then, 0.99, "seed %d", (int)seed);
        mean.kept[0] += outcome.kept[0] / SEEDS;
        mean.length += outcome.length / SEEDS;
    }
    cr_expect_float_eq(mean.kept[0], 0.2, 0.2, "A has %g", mean.kept[0]);
    cr_expect_float_eq(mean.length, 0.6, 0.15, "A's arrows are %g long", mean.length);
}

Test(superposition, replay_makes_a_pentagon)
{
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct outcome outcome = run("replay", seed);
        cr_expect_float_eq(outcome.kept[0], 0.94, 0.04, "seed %d: %g", (int)seed, outcome.kept[0]);
        cr_expect_float_eq(outcome.kept[1], 0.95, 0.02, "seed %d: %g", (int)seed, outcome.kept[1]);
        cr_expect_float_eq(outcome.length, 1.14, 0.07, "seed %d: %g", (int)seed, outcome.length);
        cr_expect(outcome.gap[0] > 66 && outcome.gap[1] < 78, "seed %d: %g-%g", (int)seed,
                  outcome.gap[0], outcome.gap[1]);
    }
}

/* An output that is 0 everywhere gets no gradient: what is gone does not come back. */
Test(superposition, replay_that_comes_too_late_heals_nothing)
{
    for (int late = 0; late < 2; late++) {
        struct lab *lab = open_features("none", 0);
        labs_run(lab, STEPS + (late ? 30 : 10), STEPS);
        labs_tell(lab, "strategy replay on");
        labs_run(lab, 2L * STEPS, STEPS);
        double kept = learner_score(lab_learner(lab, 0), 0, 1).accuracy;
        cr_expect(late ? kept < 0.1 : kept > 0.9, "%g", kept);
        lab_destroy(lab);
    }
}

/* ---- where only the present group's outputs count ---- */

/* 300 steps of each task, outputs first .. end-1 of which are asked for: without lab and learner.
 */
static double train_alone(uint64_t seed, double *kept_b)
{
    struct lab *lab = open_features("none", seed);
    struct learner *learner = lab_learner(lab, 0);
    const struct suite *suite = lab_suite(lab);
    const struct network *net = learner_network(learner);
    struct err err = {0};
    enum { ROWS = 128, P = 15 };
    size_t size = 0;
    struct arena arena;
    struct workspace ws;
    struct optimizer optimizer = {.kind = OPTIMIZER_ADAM};
    struct optimizer_rates rates = optimizer_rates(learner_params(learner), 0.02);
    real *theta = learner_initial(learner), grad[P];
    struct batches *batches = batches_create(suite, ROWS, seed, &err);
    struct feed *feed = feed_create(batches, &err);
    struct range ranges[ROWS];
    cr_assert(workspace_size_add(&size, net, ROWS) &&
              optimizer_size_add(&size, OPTIMIZER_ADAM, P) && arena_init(&arena, size, &err));
    workspace_init(&ws, net, ROWS, &arena);
    optimizer_init(&optimizer, OPTIMIZER_ADAM, P, &arena);
    for (int t = 0; t < 2; t++) {
        batches_begin(batches, t, t);
        feed_begin(feed, 0);
        optimizer_reset(&optimizer);
        for (int i = 0; i < ROWS; i++) {
            ranges[i] = t == 0 ? (struct range){0, A} : (struct range){A, FEATURES - A};
        }
        for (int s = 0; s < STEPS; s++) {
            struct batch batch = feed_next(feed);
            const struct targets of = {batch.labels, ranges, batch.n};
            network_forward(net, theta, batch.x, batch.n, &ws);
            network_loss(net, &ws, &of);
            network_backward(net, theta, batch.n, &ws, grad);
            optimizer_step(&optimizer, theta, grad, 0, &rates, NULL);
        }
    }
    const struct range all = {0, FEATURES};
    double kept = learner_score_with(learner, theta, 0, 1, &all, NULL).accuracy;
    *kept_b += learner_score_with(learner, theta, 1, 1, &all, NULL).accuracy / SEEDS;
    arena_fini(&arena);
    feed_destroy(feed);
    batches_destroy(batches);
    lab_destroy(lab);
    return kept;
}

/* Then arrows stay as long as they are and collide. */
Test(superposition, collides_where_only_the_present_group_counts)
{
    double kept_a = 0, kept_b = 0;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        kept_a += train_alone(seed, &kept_b) / SEEDS;
    }
    cr_expect_float_eq(kept_a, 0.3, 0.2, "%g", kept_a);
    cr_expect_float_eq(kept_b, 0.5, 0.15, "%g", kept_b);
}

/* ---- strategies, going back ---- */

Test(superposition, other_strategies_do_what_they_are_for)
{
    struct outcome ewc = run("ewc", 1), joint = run("joint", 1), lora = run("lora", 1);
    struct outcome freeze = run("freeze", 1), lowlr = run("lowlr", 1), l2 = run("l2", 1);
    cr_expect(ewc.kept[0] > 0.7 && ewc.kept[1] > 0.7, "%g %g", ewc.kept[0], ewc.kept[1]);
    cr_expect(joint.kept[0] > 0.9 && joint.kept[1] > 0.9, "%g %g", joint.kept[0], joint.kept[1]);
    cr_expect(lora.kept[0] < 0.2 && lora.kept[1] > 0.9, "%g %g", lora.kept[0], lora.kept[1]);
    cr_expect(freeze.kept[0] > 0.7 && freeze.kept[1] < 0.6, "%g", freeze.kept[0]);
    cr_expect(l2.kept[0] > 0.5 && l2.kept[1] < 0.9, "%g %g", l2.kept[0], l2.kept[1]);
    cr_expect(lowlr.kept[1] < 0.8, "%g", lowlr.kept[1]);
}

/* Outputs met are part of the state: over a boundary, both ways. */
Test(superposition, goes_back_bit_for_bit)
{
    static const char *const with[] = {"none", "replay", "ewc", "lora", "joint", "freeze+l2"};
    for (size_t i = 0; i < sizeof with / sizeof *with; i++) {
        struct lab *lab = open_features(with[i], 5), *straight = open_features(with[i], 5);
        labs_run(lab, STEPS + 150, 40);
        labs_tell(lab, "rewind 250");
        labs_run(lab, STEPS + 90, 7);
        labs_tell(lab, "rewind 350");
        labs_run(lab, 2L * STEPS, 100);
        labs_run(straight, 2L * STEPS, 100);
        cr_expect_eq(labs_hash(lab, 0), labs_hash(straight, 0), "%s", with[i]);
        lab_destroy(straight);
        lab_destroy(lab);
    }
}

/* A copy, and one that is trained again from the start, have met as many outputs as who was there,
 * and come to the same bits; so do all after the same steps once more. */
Test(superposition, who_comes_later_has_met_as_much)
{
    struct lab *lab = open_features("replay", 5);
    labs_run(lab, STEPS + 50, 40);
    labs_tell(lab, "fork copy");
    labs_tell(lab, "add late: strategy=replay");
    for (int again = 0; again < 2; again++) {
        labs_run(lab, 2L * STEPS, 100);
        cr_assert_eq(lab_n_learners(lab), 3);
        for (int i = 0; i < 3; i++) {
            cr_expect_eq(learner_n_met(lab_learner(lab, i)), FEATURES, "%d", i);
            cr_expect_eq(labs_hash(lab, i), labs_hash(lab, 0), "%d", i);
        }
        labs_tell(lab, "rewind 400");
    }
    lab_destroy(lab);
}

/* ---- what is shown ---- */

static const struct arrows *look(struct lab *lab)
{
    const struct exhibits *exhibits = &labs_look(lab)->exhibits;
    return exhibits->has[EXHIBIT_ARROWS] ? &exhibits->arrows : NULL;
}

static void expect_arrows(struct lab *lab, const struct arrows *arrows, const real *theta)
{
    double sums[2] = {0};
    cr_assert(arrows && arrows->n == FEATURES && arrows->n_hidden == 2);
    for (int i = 0; i < FEATURES; i++) {
        const struct arrow *arrow = &arrows->arrows[i];
        cr_expect_eq(arrow->task, i >= A);
        cr_expect(arrow->to[0] == (float)theta[2 * i] && arrow->to[1] == (float)theta[2 * i + 1]);
        cr_expect_eq(arrow->bias, (float)theta[2 * FEATURES + i]);
        sums[arrow->task] += (double)arrow->kept / (arrow->task ? FEATURES - A : A);
    }
    for (int t = 0; t < 2; t++) {
        cr_expect_float_eq(sums[t], learner_score(lab_learner(lab, 0), t, 1).accuracy, 1e-6);
    }
}

Test(arrows, are_the_weights_and_where_they_were)
{
    struct lab *lab = open_features("none", 2);
    real then[15];
    labs_tell(lab, "show arrows 14x50");
    labs_run(lab, 100, 10);
    labs_tell(lab, "pause");
    expect_arrows(lab, look(lab), learner_theta(lab_learner(lab, 0)));
    cr_expect_not(look(lab)->arrows[0].has_was);
    labs_tell(lab, "resume");
    labs_run(lab, STEPS, 10);
    memcpy(then, learner_theta(lab_learner(lab, 0)), sizeof then);
    labs_run(lab, STEPS + 40, 10);
    labs_tell(lab, "pause");
    expect_arrows(lab, look(lab), learner_theta(lab_learner(lab, 0)));
    const struct arrow *arrow = &look(lab)->arrows[1];
    cr_expect(arrow->has_was && arrow->was[0] == (float)then[2] && arrow->was[1] == (float)then[3]);
    cr_expect_not(look(lab)->arrows[A].has_was);
    lab_destroy(lab);
}

Test(arrows, are_of_features_alone)
{
    struct lab *lab = labs_open_plain(2, "", (const char *const[]){"a:", NULL});
    labs_tell(lab, "show arrows 14x50");
    cr_expect_null(look(lab));
    lab_destroy(lab);
    lab = open_features("none", 0);
    labs_tell(lab, "show why 1x8");
    labs_run(lab, STEPS + 40, 10);
    cr_expect_not(labs_look(lab)->exhibits.has[EXHIBIT_WHY], "nothing is right or wrong");
    lab_destroy(lab);
}
