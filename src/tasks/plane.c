/* SPDX-License-Identifier: MIT */
#include "tasks/formats.h"

#include <math.h>
#include <stdio.h>

#include "base/rng.h"
#include "tasks/dataset.h"

enum { PLACES = 5, TRAIN = 400, TEST = 200, BLOBS = 10 };

static const double pi = 3.14159265358979323846;

/* Where a group stands and which way its shape is turned (degrees).  On a ring, each opposite to
 * the one before and turned as it was carried round: what one task leaves behind is of no use to
 * the next. */
static const struct place {
    const char *name;
    double x, y, turn;
} places[PLACES] = {
    {"left", -2.09, 0.46, 10},        {"lower right", 1.29, -1.21, 154}, {"top", 0, 1.5, 298},
    {"lower left", -1.29, -1.21, 82}, {"right", 2.09, 0.46, 226},
};

/* ---- shapes: a point of a class, about one unit around 0 ---- */

static void draw_moon(int class, struct rng *rng, double at[2])
{
    double angle = pi * rng_unit(rng), side = class == 0 ? 1 : -1;
    at[0] = 0.75 * side * (cos(angle) - 0.5) + 0.08 * rng_normal(rng);
    at[1] = 0.75 * side * (sin(angle) - 0.25) + 0.08 * rng_normal(rng);
}

static void draw_spiral(int class, struct rng *rng, double at[2])
{
    double along = sqrt(rng_unit(rng)), angle = pi * (class + 2 * along);
    at[0] = 0.9 * along * cos(angle) + 0.03 * rng_normal(rng);
    at[1] = 0.9 * along * sin(angle) + 0.03 * rng_normal(rng);
}

static void draw_ring(int class, struct rng *rng, double at[2])
{
    double angle = 2 * pi * rng_unit(rng);
    double radius = class == 0 ? 0.35 * sqrt(rng_unit(rng)) : 0.75 + 0.05 * rng_normal(rng);
    at[0] = radius * cos(angle);
    at[1] = radius * sin(angle);
}

/* Ten heaps around the middle, those of a task side by side. */
static void draw_blob(int class, struct rng *rng, double at[2])
{
    double angle = 2 * pi * class / BLOBS;
    at[0] = 2.1 * cos(angle) + 0.22 * rng_normal(rng);
    at[1] = 1.4 * sin(angle) + 0.22 * rng_normal(rng);
}

static const struct shape {
    const char *name;
    int n_classes, n_places;
    void (*draw)(int class, struct rng *rng, double at[2]);
} shapes[PLANE_SHAPES] = {
    [PLANE_MOONS] = {"plane", 2, PLACES, draw_moon},
    [PLANE_SPIRALS] = {"plane:spirals", 2, PLACES, draw_spiral},
    [PLANE_RINGS] = {"plane:rings", 2, PLACES, draw_ring},
    [PLANE_BLOBS] = {"plane:blobs", BLOBS, 0, draw_blob},
};

/* ---- the dataset ---- */

static void draw_group(const struct shape *shape, const struct place *place, struct rng *rng, int n,
                       float *x, uint16_t *labels)
{
    double turn = place ? place->turn * pi / 180 : 0, c = cos(turn), s = sin(turn);
    for (int i = 0; i < n; i++) {
        double at[2];
        int class = i % shape->n_classes;
        shape->draw(class, rng, at);
        x[2 * i] = (float)((place ? place->x : 0) + c * at[0] - s * at[1]);
        x[2 * i + 1] = (float)((place ? place->y : 0) + s * at[0] + c * at[1]);
        labels[i] = (uint16_t) class;
    }
}

static bool reserve(struct dataset *dataset, int n_groups, struct err *err)
{
    size_t size = 0, n = (size_t)(n_groups ? n_groups : PLACES) * (TRAIN + TEST);
    bool fits = arena_size_add(&size, n, 2 * sizeof(float)) &&
                arena_size_add(&size, n, sizeof(uint16_t)) &&
                arena_size_add(&size, 4, 64) && /* rounding of the four parts */
                arena_size_add(&size, (size_t)n_groups, sizeof(struct group)) &&
                class_names_size_add(&size, dataset->n_classes);
    return fits && arena_init(&dataset->arena, size, err);
}

/* Each group has a stream of its own for each side, so that none depends on how large another is.
 */
static void fill(struct dataset *dataset, const struct shape *shape, uint64_t seed)
{
    int n_groups = shape->n_places;
    struct examples *sides[2] = {&dataset->train, &dataset->test};
    static const int each[2] = {TRAIN, TEST};
    for (int side = 0; side < 2; side++) {
        int n = each[side] * PLACES;
        float *x = arena_alloc(&dataset->arena, 2 * (size_t)n, sizeof *x);
        uint16_t *labels = arena_alloc(&dataset->arena, (size_t)n, sizeof *labels);
        *sides[side] = (struct examples){.n = n, .floats = x, .labels = labels, .scale = 1};
        int n_parts = n_groups ? n_groups : 1, part = n / n_parts;
        for (int g = 0; g < n_parts; g++) {
            struct rng rng = rng_stream(seed, rng_stream_plane(2 * g + side));
            draw_group(shape, n_groups ? &places[g] : NULL, &rng, part, x + 2 * (size_t)(g * part),
                       labels + g * part);
        }
    }
    dataset->groups = arena_alloc(&dataset->arena, (size_t)n_groups, sizeof *dataset->groups);
    for (int g = 0; g < n_groups; g++) {
        struct group *group = &dataset->groups[g];
        snprintf(group->name, sizeof group->name, "%s", places[g].name);
        group->train_first = g * TRAIN;
        group->test_first = g * TEST;
        group->n_train = TRAIN;
        group->n_test = TEST;
    }
    dataset->n_groups = dataset->n_groups_usual = n_groups;
}

struct dataset *plane_open(enum plane_shape shape, uint64_t seed, struct err *err)
{
    const struct shape *of = &shapes[shape];
    struct dataset *dataset = dataset_empty(of->name, err);
    if (!dataset) {
        return NULL;
    }
    dataset->n_features = 2;
    dataset->n_classes = of->n_classes;
    if (!reserve(dataset, of->n_places, err)) {
        dataset_close(dataset);
        return NULL;
    }
    fill(dataset, of, seed);
    class_names_set(dataset, NULL);
    return dataset;
}
