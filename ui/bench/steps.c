/* SPDX-License-Identifier: MIT
 * The time of a training step, always as a ratio to other work done in turns with it. */
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/subnormal.h"
#include "base/thread.h"
#include "lab/learner.h"
#include "net/matrix.h"
#include "ui/bench/bench.h"
#include "ui/bench/images.h"
#include "ui/screen/message.h"

enum { ROUNDS = 101, STEPS_MAX = 64, ROUND_NS = 3000000, WARM_UP_NS = 50000000 };
enum { IMAGES_TRAIN = 12800, IMAGES_TEST = 128 };
enum { TASKS_MANY = 100, STEPS_PER_TASK = 20 };
enum { AGE_OLD = 20000, AGE_YOUNG = 1000, AGE_STEPS = 1000 };

/* ---- taking turns ---- */

/* Does a piece of work `n` times. */
typedef void (*work_function)(void *context, int n);

struct side {
    work_function work;
    void *context;
};

/* So many of them. */
struct round {
    struct side side;
    int n;
};

/* A bench_side. */
static bool time_round(void *context, double *taken, struct err *err)
{
    const struct round *round = context;
    int64_t begin = clock_ns();
    (void)err;
    round->side.work(round->side.context, round->n);
    *taken = (double)(clock_ns() - begin);
    return true;
}

/* The median over the rounds of the time of `a` divided by that of `b`, each done n times a
 * round. */
static double median_of_rounds(struct side a, struct side b, int n)
{
    struct round of_a = {a, n}, of_b = {b, n};
    double ratio = (double)NAN;
    bool ok = bench_ratio((struct bench_side){time_round, &of_a},
                          (struct bench_side){time_round, &of_b}, ROUNDS, &ratio, NULL);
    assert(ok); /* steps do not fail */
    return ratio;
}

/* The same once both are warm, for so many times that a round is long enough for the clock. */
static double median_ratio(struct side a, struct side b)
{
    int n = 1;
    int64_t until = clock_ns() + WARM_UP_NS;
    while (clock_ns() < until) {
        int64_t begin = clock_ns();
        a.work(a.context, n);
        b.work(b.context, n);
        int64_t taken = clock_ns() - begin;
        n = taken < ROUND_NS && n < STEPS_MAX ? n + 1 : n;
    }
    return median_of_rounds(a, b, n);
}

/* ---- what is trained ---- */

struct shape {
    const char *name, *net;
    int batch;
    const char *data;        /* NULL: generated images */
    const char *settings[4]; /* NULL-terminated: "width=64" */
};

static const struct shape shapes[] = {
    {"64-100-100-10 b32", "100,100", 32, "digits", {NULL}},
    {"784-256-256-10 b128", "256,256", 128, NULL, {NULL}},
};

/* Sixteen characters, sixteen numbers for each. */
static const struct shape text_shape = {
    "text 16x16-256-256-64 b128", "256,256", 128, "text", {NULL}};

/* Two blocks of four heads over windows of 64 characters, as text is trained by default, and of a
 * width at which the products weigh more. */
static const struct shape transformers[] = {
    {"transformer 2x64 t64 b16", "1", 16, "text", {"model=transformer", "width=64", NULL}},
    {"transformer 2x256 t64 b4", "1", 4, "text", {"model=transformer", "width=256", NULL}},
};
static const double transformer_targets[] = {1.60, 1.25};
enum { CONTEXT = 64 };

enum { N_SHAPES = sizeof shapes / sizeof *shapes };

/* The shape's data; images of random grey values where only their number and size matter. */
static struct dataset *open_data(const struct shape *shape, struct err *err)
{
    char folder[BENCH_FOLDER_MAX];
    if (shape->data) {
        return dataset_open(shape->data, NULL, err);
    }
    struct dataset *dataset = bench_images_write(folder, IMAGES_TRAIN, IMAGES_TEST, err)
                                  ? dataset_open(folder, NULL, err)
                                  : NULL;
    bench_images_remove(folder);
    return dataset;
}

/* A learner in its stage, with the batches it takes. */
struct rig {
    struct batches *batches;
    struct feed *feed;
    struct learner *learner;
    int stage;
    int rows[STEPS_MAX]; /* of the last steps' batches */
    bool has_diverged;   /* then steps are cut short and their time means nothing */
};

/* What a rig is made with: "ewc", "ewc.mode=online" ... */
struct setup {
    const char *strategies;
    const char *settings[4]; /* NULL-terminated */
    int stages;              /* that have ended before the measured one */
};

static bool set_all(struct params *params, const char *const *settings)
{
    bool ok = true;
    for (; ok && *settings; settings++) {
        const char *equals = strchr(*settings, '=');
        char name[32];
        enum param_id id;
        snprintf(name, sizeof name, "%.*s", (int)(equals - *settings), *settings);
        ok = param_find(name, &id) && param_parse(params, id, equals + 1, NULL);
    }
    return ok;
}

static struct learner_config make_config(const struct shape *shape, const char *optimizer,
                                         const struct setup *setup)
{
    struct config config = config_default();
    struct params *params = &config.learners[0].params;
    char batch[16];
    struct err err;
    snprintf(batch, sizeof batch, "%d", shape->batch);
    bool ok = param_parse(params, PARAM_NET, shape->net, &err) &&
              param_parse(params, PARAM_BATCH, batch, &err) &&
              param_parse(params, PARAM_OPTIMIZER, optimizer, &err) &&
              config_parse_strategies(setup->strategies, &config.learners[0].on, &err);
    params->is_set[PARAM_NET] = params->is_set[PARAM_BATCH] = true;
    config_resolve(&config, &dataset_kinds()[0]);
    ok = ok && set_all(params, shape->settings) && set_all(params, setup->settings);
    assert(ok); /* all of this is written in this file */
    config.learners[0].observed = config.learners[0].on;
    return config.learners[0];
}

static void rig_begin(struct rig *rig, const struct suite *suite, int stage)
{
    int task = suite_stage_task(suite, stage);
    rig->stage = stage;
    learner_stage_begin(rig->learner, stage, task);
    batches_begin(rig->batches, stage, task);
    feed_begin(rig->feed, 0);
}

/* A work_function: training steps, batch and all. */
static void run_steps(void *context, int n)
{
    struct rig *rig = context;
    for (int i = 0; i < n; i++) {
        struct batch batch = feed_next(rig->feed);
        rig->rows[i % STEPS_MAX] = batch.n;
        rig->has_diverged |= !isfinite(learner_step(rig->learner, &batch));
    }
}

static void rig_close(struct rig *rig)
{
    learner_destroy(rig->learner);
    feed_destroy(rig->feed);
    batches_destroy(rig->batches);
    *rig = (struct rig){0};
}

static bool rig_open(struct rig *rig, const struct suite *suite,
                     const struct learner_config *config, int stages, struct err *err)
{
    int batch = (int)config->params.value[PARAM_BATCH];
    *rig = (struct rig){0};
    rig->batches = batches_create(suite, batch, 0, err);
    rig->feed = rig->batches ? feed_create(rig->batches, err) : NULL;
    rig->learner = rig->feed ? learner_create(config, suite, 0, err) : NULL;
    if (!rig->learner) {
        rig_close(rig);
        return false;
    }
    rig_begin(rig, suite, 0);
    for (int stage = 1; stage <= stages; stage++) {
        run_steps(rig, STEPS_PER_TASK);
        learner_consolidate(rig->learner);
        rig_begin(rig, suite, stage);
    }
    return true;
}

/* ---- a step and its own products ---- */

/* The matrices of a step, without the step. */
struct products {
    const struct rig *rig;
    const struct network *net;
    struct workspace ws;
    real *x, *theta, *grad;
    struct arena arena;
};

static bool products_open(struct products *products, const struct rig *rig, int rows,
                          struct err *err)
{
    const struct network *net = learner_network(rig->learner);
    *products = (struct products){.rig = rig, .net = net};
    size_t size = 0;
    bool fits = workspace_size_add(&size, net, rows) &&
                arena_size_add(&size, (size_t)rows * net->n_inputs, sizeof(real)) &&
                arena_size_add(&size, net->n_params, sizeof(real)) &&
                arena_size_add(&size, net->n_params, sizeof(real));
    assert(fits);
    if (!arena_init(&products->arena, size, err)) {
        return false;
    }
    workspace_init(&products->ws, net, rows, &products->arena);
    products->x = arena_alloc(&products->arena, (size_t)rows * net->n_inputs, sizeof(real));
    products->theta = arena_alloc(&products->arena, net->n_params, sizeof(real));
    products->grad = arena_alloc(&products->arena, net->n_params, sizeof(real));
    for (int i = 0; i < rows * net->n_inputs; i++) {
        products->x[i] = (real)0.5;
    }
    memcpy(products->theta, learner_theta(rig->learner), net->n_params * sizeof(real));
    return true;
}

/* By BLAS, added to what is there: it has neither biases nor rectifiers. */
static void bare(void *context, const struct product *product)
{
    (void)context;
    struct product of = *product;
    of.is_rectified = false;
    of.start = of.start == PRODUCT_FROM_ROW ? PRODUCT_FROM_C : of.start;
    matrix_multiply_blas(&of);
}

/* A work_function: BLAS's products of as many steps, on as many rows as those had. */
static void run_products(void *context, int n)
{
    struct products *products = context;
    for (int i = 0; i < n; i++) {
        network_products(products->net, products->theta, products->x,
                         products->rig->rows[i % STEPS_MAX], &products->ws, products->grad, bare,
                         NULL);
    }
}

static const struct setup plain = {.strategies = "none"};

static bool still_learns(const struct rig *rig, struct err *err)
{
    return !rig->has_diverged ||
           err_set(err, ERR_FAILED, "bench: the loss is not finite, so its step was cut short");
}

static bool measure_step(struct bench *bench, const struct shape *shape, const struct suite *suite,
                         const char *optimizer, double target, struct err *err)
{
    struct learner_config config = make_config(shape, optimizer, &plain);
    struct rig rig;
    struct products products = {0};
    bool ok =
        rig_open(&rig, suite, &config, 0, err) && products_open(&products, &rig, shape->batch, err);
    if (ok) {
        struct side step = {run_steps, &rig}, bare = {run_products, &products};
        bench_add(bench,
                  (struct bench_figure){.figure = "step_over_sgemm",
                                        .value = median_ratio(step, bare),
                                        .unit = "ratio",
                                        .target = target,
                                        .n = ROUNDS},
                  "%s %s", shape->name, optimizer);
        ok = still_learns(&rig, err);
    }
    arena_fini(&products.arena);
    rig_close(&rig);
    return ok;
}

/* ---- a strategy against the plain step ---- */

static const struct {
    const char *name;
    struct setup setup;
    int rows; /* of the plain step, in batches */
    double target;
} cases[] = {
    {"ewc", {"ewc", {NULL}, 1}, 1, 1.15},
    {"ewc explicit", {"ewc", {"ewc.form=explicit", "ewc.lambda=1", NULL}, 1}, 1, 1.15},
    {"l2", {"l2", {NULL}, 1}, 1, 1.15},
    {"lora rank 4", {"lora", {"lora.rank=4", "lr=0.01", NULL}, 1}, 1, 1.15},
    /* Replay passes its batch and as many old rows forward and backward.  A plain step on twice the
     * rows does the same, so that is what it may exceed by a tenth. */
    {"replay, to twice the rows", {"replay", {NULL}, 1}, 2, 1.10},
};

/* With SGD, whose plain step is the shortest: with Adam a strategy weighs less. */
static bool measure_strategy(struct bench *bench, const struct shape *shape,
                             const struct suite *suite, int i, struct err *err)
{
    struct shape base = *shape;
    base.batch *= cases[i].rows;
    struct learner_config with = make_config(shape, "sgd", &cases[i].setup);
    struct learner_config without = make_config(&base, "sgd", &plain);
    struct rig a = {0}, b = {0};
    int stages = cases[i].setup.stages;
    bool ok = rig_open(&a, suite, &with, stages, err) && rig_open(&b, suite, &without, stages, err);
    if (ok) {
        bench_add(bench,
                  (struct bench_figure){.figure = "strategy_over_plain",
                                        .value = median_ratio((struct side){run_steps, &a},
                                                              (struct side){run_steps, &b}),
                                        .unit = "ratio",
                                        .target = cases[i].target,
                                        .n = ROUNDS},
                  "%s sgd %s", shape->name, cases[i].name);
        ok = still_learns(&a, err) && still_learns(&b, err);
    }
    rig_close(&a);
    rig_close(&b);
    return ok;
}

/* ---- late in a long sequence ---- */

static bool measure_late(struct bench *bench, const struct dataset *dataset, struct err *err)
{
    static const struct setup setup = {"ewc+replay", {"ewc.mode=online", NULL}, 0};
    struct suite_config many = {.name = "permuted", .n_tasks = TASKS_MANY, .scenario = -1};
    struct learner_config config = make_config(&shapes[0], "sgd", &setup);
    struct suite *suite = suite_create(&many, dataset, err);
    struct rig late = {0}, early = {0};
    bool ok = suite && rig_open(&late, suite, &config, TASKS_MANY - 1, err) &&
              rig_open(&early, suite, &config, 1, err);
    if (ok) {
        bench_add(bench,
                  (struct bench_figure){.figure = "step_task100_over_task2",
                                        .value = median_ratio((struct side){run_steps, &late},
                                                              (struct side){run_steps, &early}),
                                        .unit = "ratio",
                                        .target = 1.05,
                                        .n = ROUNDS},
                  "%s sgd online ewc + replay", shapes[0].name);
        ok = still_learns(&late, err) && still_learns(&early, err);
    }
    rig_close(&late);
    rig_close(&early);
    suite_destroy(suite);
    return ok;
}

/* ---- late in a long task ---- */

/* Adam's moments of weights that get no gradient shrink and shrink: its steps 20 000 and more
 * against its steps 1000 and more. */
static bool measure_age(struct bench *bench, const struct shape *shape, const struct suite *suite,
                        struct err *err)
{
    struct learner_config config = make_config(shape, "adam", &plain);
    struct rig old = {0}, young = {0};
    bool ok = rig_open(&old, suite, &config, 0, err) && rig_open(&young, suite, &config, 0, err);
    if (ok) {
        run_steps(&old, AGE_OLD);
        run_steps(&young, AGE_YOUNG);
        bench_add(bench,
                  (struct bench_figure){.figure = "step_20000_over_step_1000",
                                        .value = median_of_rounds((struct side){run_steps, &old},
                                                                  (struct side){run_steps, &young},
                                                                  AGE_STEPS / ROUNDS),
                                        .unit = "ratio",
                                        .target = 1.05,
                                        .n = ROUNDS},
                  "%s adam", shape->name);
        ok = still_learns(&old, err) && still_learns(&young, err);
    }
    rig_close(&old);
    rig_close(&young);
    return ok;
}

/* ---- one learner on all cores ---- */

/* Steps that have two cores against the same steps on one. */
static bool measure_cores(struct bench *bench, const struct shape *shape, const struct suite *suite,
                          const char *optimizer, struct err *err)
{
    struct learner_config config = make_config(shape, optimizer, &plain);
    struct rig alone = {0}, shared = {0};
    if (thread_cores() < 2) {
        message_line("warning: bench: throughput_one_learner needs two cores; left out");
        return true;
    }
    struct pool *pool = pool_create(2, err);
    bool ok = pool && rig_open(&alone, suite, &config, 0, err) &&
              rig_open(&shared, suite, &config, 0, err);
    if (ok) {
        learner_share(shared.learner, pool);
        bench_add(bench,
                  (struct bench_figure){.figure = "throughput_one_learner",
                                        .value = median_ratio((struct side){run_steps, &alone},
                                                              (struct side){run_steps, &shared}),
                                        .unit = "x",
                                        .target = 1.6,
                                        .is_floor = true,
                                        .n = ROUNDS},
                  "%s %s, 2 cores", shape->name, optimizer);
        ok = still_learns(&alone, err) && still_learns(&shared, err);
    }
    rig_close(&alone);
    rig_close(&shared);
    pool_destroy(pool);
    return ok;
}

static bool measure_shape(struct bench *bench, const struct shape *shape, struct err *err)
{
    struct dataset *dataset = open_data(shape, err);
    struct suite_config config = {.name = "permuted", .n_tasks = 2, .scenario = -1};
    struct suite *suite = dataset ? suite_create(&config, dataset, err) : NULL;
    bool is_small = shape->data != NULL;
    bool ok = suite && measure_step(bench, shape, suite, "sgd", is_small ? 1.08 : 1.05, err) &&
              measure_step(bench, shape, suite, "adam", is_small ? 1.20 : 1.12, err);
    for (size_t i = 0; ok && i < sizeof cases / sizeof *cases; i++) {
        ok = measure_strategy(bench, shape, suite, (int)i, err);
    }
    ok =
        ok && (is_small ? measure_late(bench, dataset, err) && measure_age(bench, shape, suite, err)
                        : measure_cores(bench, shape, suite, "sgd", err));
    suite_destroy(suite);
    dataset_close(dataset);
    return ok;
}

static bool measure_text(struct bench *bench, struct err *err)
{
    struct dataset *dataset = dataset_open(text_shape.data, NULL, err);
    struct suite_config config = {.name = "kinds", .n_tasks = 2, .scenario = -1};
    struct suite *suite = dataset ? suite_create(&config, dataset, err) : NULL;
    bool ok = suite && measure_step(bench, &text_shape, suite, "adam", 1.35, err) &&
              measure_cores(bench, &text_shape, suite, "adam", err) &&
              measure_age(bench, &text_shape, suite, err);
    suite_destroy(suite);
    dataset_close(dataset);
    return ok;
}

static bool measure_transformers(struct bench *bench, struct err *err)
{
    struct dataset_options options = {.context = CONTEXT};
    struct dataset *dataset = dataset_open("text", &options, err);
    struct suite_config config = {.name = "kinds", .n_tasks = 2, .scenario = -1};
    struct suite *suite = dataset ? suite_create(&config, dataset, err) : NULL;
    bool ok = suite;
    for (size_t i = 0; ok && i < sizeof transformers / sizeof *transformers; i++) {
        ok = measure_step(bench, &transformers[i], suite, "adam", transformer_targets[i], err);
    }
    suite_destroy(suite);
    dataset_close(dataset);
    return ok;
}

bool bench_steps(struct bench *bench, struct err *err)
{
    uint64_t state = subnormal_flush(); /* as a lab does while it computes */
    bool ok = true;
    for (int i = 0; ok && i < N_SHAPES; i++) {
        ok = measure_shape(bench, &shapes[i], err);
    }
    ok = ok && measure_text(bench, err) && measure_transformers(bench, err);
    subnormal_restore(state);
    return ok;
}
