/* SPDX-License-Identifier: MIT
 * Sparse features: rows in which each feature is there seldom, and independently of the others. */
#include "base/rng.h"
#include "tasks/dataset.h"
#include "tasks/formats.h"

enum { FEATURES = 5, TRAIN = 38400 /* 300 batches of 128 */ };

static const double ON = 0.1;
static const float levels[FEATURES_LEVELS] = {0.25F, 0.5F, 0.75F, 1};

/* Its label is the largest feature; nobody is asked for it. */
static void draw_rows(struct rng *rng, float *x, uint16_t *labels)
{
    for (int i = 0; i < TRAIN; i++, x += FEATURES) {
        for (int j = 0; j < FEATURES; j++) {
            double on = rng_unit(rng), value = rng_unit(rng);
            x[j] = on < ON ? (float)value : 0;
            labels[i] = x[j] > x[labels[i]] ? (uint16_t)j : labels[i];
        }
    }
}

/* One feature alone, at each level. */
static void list_levels(float *x, uint16_t *labels)
{
    for (int i = 0; i < FEATURES * FEATURES_LEVELS; i++, x += FEATURES) {
        labels[i] = (uint16_t)(i / FEATURES_LEVELS);
        x[labels[i]] = levels[i % FEATURES_LEVELS];
    }
}

/* Rows to be filled. */
struct side {
    float *x;
    uint16_t *labels;
};

static struct side lay_out(struct dataset *dataset, struct examples *examples, int n)
{
    struct side side = {arena_alloc(&dataset->arena, (size_t)n * FEATURES, sizeof(float)),
                        arena_alloc(&dataset->arena, (size_t)n, sizeof(uint16_t))};
    *examples = (struct examples){.n = n, .floats = side.x, .labels = side.labels, .scale = 1};
    return side;
}

struct dataset *features_open(uint64_t seed, struct err *err)
{
    size_t size = 0, n = TRAIN, n_test = FEATURES * FEATURES_LEVELS;
    struct dataset *dataset = dataset_empty("features", err);
    if (!dataset) {
        return NULL;
    }
    bool fits = arena_size_add(&size, n * FEATURES, sizeof(float)) &&
                arena_size_add(&size, n, sizeof(uint16_t)) &&
                arena_size_add(&size, n_test * FEATURES, sizeof(float)) &&
                arena_size_add(&size, n_test, sizeof(uint16_t)) &&
                class_names_size_add(&size, FEATURES);
    if (!fits || !arena_init(&dataset->arena, size, err)) {
        dataset_close(dataset);
        return NULL;
    }
    struct rng rng = rng_stream(seed, rng_stream_features());
    dataset->n_features = dataset->n_classes = FEATURES;
    dataset->is_said_again = true;
    struct side train = lay_out(dataset, &dataset->train, TRAIN);
    draw_rows(&rng, train.x, train.labels);
    struct side test = lay_out(dataset, &dataset->test, FEATURES * FEATURES_LEVELS);
    list_levels(test.x, test.labels);
    static const char *const names[FEATURES] = {"1", "2", "3", "4", "5"};
    class_names_set(dataset, names);
    return dataset;
}
