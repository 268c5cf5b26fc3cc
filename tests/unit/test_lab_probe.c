/* SPDX-License-Identifier: MIT
 * When tasks are looked at, and what is read off the weights. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "lab/map.h"
#include "lab/measure.h"
#include "lab/schedule.h"
#include "support/tensors.h"

/* ---- schedule ------------------------------------------------------------------------------- */

static void check_looks(int n_tasks, bool is_paced)
{
    struct schedule schedule;
    int looks[100] = {0}, ticks = 6 * n_tasks, tasks[SCHEDULE_TASKS_MAX + 1];
    cr_assert(schedule_init(&schedule, n_tasks, NULL));
    for (int t = 0; t < n_tasks; t++) {
        schedule_begin(&schedule, t);
        schedule_begin(&schedule, t); /* a second stage changes nothing */
    }
    cr_expect_eq(schedule.n_seen, n_tasks);
    int present = n_tasks - 1, previous = n_tasks - 2, most = is_paced ? SCHEDULE_TASKS_MAX : 3;
    for (int tick = 0; tick < ticks; tick++) {
        tasks[SCHEDULE_TASKS_MAX] = 42;
        int n = schedule_tasks(&schedule, is_paced, present, previous, tasks);
        cr_assert_eq(n, n_tasks < most ? n_tasks : most, "%d tasks: %d", n_tasks, n);
        cr_assert(tasks[SCHEDULE_TASKS_MAX] == 42 && tasks[0] == present);
        for (int i = 0; i < n; i++) {
            looks[tasks[i]]++;
            for (int k = 0; k < i; k++) {
                cr_assert_neq(tasks[i], tasks[k], "each once");
            }
        }
    }
    int least = ticks, largest = 0;
    for (int t = 0; t < n_tasks - 2; t++) {
        least = looks[t] < least ? looks[t] : least;
        largest = looks[t] > largest ? looks[t] : largest;
    }
    cr_expect(n_tasks <= 2 || least >= ticks / n_tasks,
              "%d tasks: one was looked at %d times of %d", n_tasks, least, ticks);
    cr_expect(n_tasks <= 2 || largest - least <= 1 + least / 2, "%d tasks: %d to %d", n_tasks,
              least, largest);
    cr_expect(looks[present] == ticks && (n_tasks == 1 || looks[previous] == ticks));
    schedule_fini(&schedule);
}

Test(schedule, every_seen_task_has_its_turn_within_the_budget)
{
    for (int n = 1; n <= 100; n += n < 12 ? 1 : 22) {
        check_looks(n, false);
        check_looks(n, true);
    }
}

Test(schedule, unseen_tasks_are_not_looked_at)
{
    struct schedule schedule;
    int tasks[SCHEDULE_TASKS_MAX];
    cr_assert(schedule_init(&schedule, 50, NULL));
    schedule_begin(&schedule, 7);
    cr_expect_eq(schedule_tasks(&schedule, true, 7, -1, tasks), 1);
    schedule_begin(&schedule, 3);
    for (int i = 0; i < 20; i++) {
        cr_assert_eq(schedule_tasks(&schedule, true, 3, 7, tasks), 2);
    }
    schedule_reset(&schedule);
    cr_expect_eq(schedule_tasks(&schedule, true, 9, -1, tasks), 1);
    schedule_begin(&schedule, 7);
    cr_expect_eq(schedule.n_seen, 1);
    schedule_fini(&schedule);
}

static void check_ticks(long steps, bool is_paced, int batch, int n_test)
{
    long ticks = 0, last = 0, widest = 0, at[2000];
    for (long step = 1; step <= steps; step++) {
        if (schedule_is_due(step, steps, is_paced, batch, n_test)) {
            cr_assert(ticks < 2000);
            widest = step - last > widest ? step - last : widest;
            last = step;
            at[ticks++] = step;
        }
    }
    cr_expect(ticks < 2000 && ticks <= 180, "%ld steps: %ld ticks", steps, ticks);
    long interval = steps / 75 > 1 ? steps / 75 : 1;
    if (!is_paced) {
        long rows = 3L * (n_test < SCHEDULE_TICK_ROWS ? n_test : SCHEDULE_TICK_ROWS) / batch;
        interval = rows > interval ? rows : interval;
    }
    cr_expect(widest <= interval, "%ld steps: %ld between two ticks", steps, widest);
    for (long step = 1, i = 0; step < interval && step <= steps; step *= 2, i++) {
        cr_expect_eq(at[i], step, "dense after a boundary");
    }
    cr_expect(!is_paced || ticks >= (steps < 75 ? steps : 75), "%ld ticks of %ld steps", ticks,
              steps);
}

Test(schedule, ticks_are_dense_after_a_boundary_then_regular_and_few)
{
    static const long steps[] = {1, 2, 10, 74, 75, 76, 149, 150, 450, 4690, 100000};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        check_ticks(steps[i], true, 32, 359);
        check_ticks(steps[i], false, 32, 359);
        check_ticks(steps[i], false, 128, 10000);
        check_ticks(steps[i], true, 1, 1);
    }
}

/* ---- probes --------------------------------------------------------------------------------- */

enum { INPUTS = 13, UNITS = 11, ROOM = 400, PARTS = 3 };

/* Two layers, and as a part of their own the last five columns of the first. */
static struct network make_network(void)
{
    struct network net;
    struct params params = params_default();
    cr_assert(param_parse(&params, PARAM_NET, "11", NULL));
    cr_assert(network_init(&net, INPUTS, 0, 4, &params, ROOM, NULL));
    net.parts[net.n_parts++] = (struct part){.at = 6, .rows = INPUTS, .cols = 5, .stride = UNITS};
    cr_assert_eq(net.n_parts, PARTS);
    return net;
}

static void fill(real *x, uint64_t seed)
{
    struct rng rng = rng_stream(seed, 1);
    for (int i = 0; i < ROOM; i++) {
        x[i] = (real)(2 * rng_unit(&rng) - 1);
    }
}

static size_t place(const struct part *part, int input, int unit)
{
    return part->at + (size_t)(input * part->stride + unit);
}

Test(probe, drift_is_relative_and_of_the_weights_alone)
{
    struct network net = make_network();
    real w[ROOM], v[ROOM];
    fill(w, 1);
    fill(v, 2);
    for (int p = 0; p < PARTS; p++) {
        double moved = 0, norm = 0;
        for (int i = 0; i < net.parts[p].rows * net.parts[p].cols; i++) {
            size_t at = place(&net.parts[p], i / net.parts[p].cols, i % net.parts[p].cols);
            moved += pow((double)(w[at] - v[at]), 2);
            norm += pow((double)v[at], 2);
        }
        cr_expect(fabs(measure_drift(&net.parts[p], w, v) - sqrt(moved / norm)) < 1e-6);
    }
    memcpy(w, v, sizeof w);
    w[tensor_of(&net, TENSOR_BIAS, 0)->at] += 5;
    cr_expect_eq(measure_drift(&net.parts[0], w, v), 0, "a bias does not count");
    memset(v, 0, sizeof v);
    cr_expect(isnan(measure_drift(&net.parts[1], w, v)), "relative to nothing it cannot be said");
}

/* The cell that input i, unit j falls into has the largest magnitude of all that do. */
static void check_map(struct map *map, const struct network *net, const real *w, const real *v)
{
    static double best[MAP_CELLS_MAX];
    double largest = 0;
    memset(best, 0, sizeof best);
    map_fill(map, net, w, v);
    const struct part *part = &net->parts[map->request.part];
    int inputs = part->rows, units = part->cols;
    cr_assert(map->n_inputs == inputs && map->n_units == units);
    cr_assert(map->rows >= 1 && map->rows <= inputs && map->rows <= map->request.rows);
    cr_assert(map->cols >= 1 && map->cols <= units && map->cols <= map->request.cols);
    for (int r = 0; r < map->rows; r++) {
        for (int c = 0; c < map->cols; c++) {
            for (int i = r * inputs / map->rows; i < (r + 1) * inputs / map->rows; i++) {
                for (int j = c * units / map->cols; j < (c + 1) * units / map->cols; j++) {
                    size_t at = place(part, i, j);
                    double x = (double)w[at] - (v ? (double)v[at] : 0);
                    x = map->is_signed ? x : fabs(x);
                    double *cell = &best[r * map->cols + c];
                    *cell = fabs(x) > fabs(*cell) ? x : *cell;
                    largest = fmax(largest, fabs(x));
                }
            }
        }
    }
    for (int k = 0; k < map->rows * map->cols; k++) {
        cr_assert(fabs((double)map->cells[k] - best[k]) < 1e-6);
    }
    cr_assert(fabs((double)map->max - largest) < 1e-6, "no weight is left out");
}

Test(probe, map_shows_the_largest_of_each_cell)
{
    struct network net = make_network();
    static struct map map;
    real w[ROOM], v[ROOM];
    fill(w, 3);
    fill(v, 4);
    for (int rows = 1; rows <= 15; rows += 2) {
        for (int cols = 1; cols <= 13; cols += 3) {
            for (int k = 0; k < 4 * PARTS; k++) {
                map = (struct map){.request = {.part = k % PARTS, .rows = rows, .cols = cols},
                                   .is_signed = k / PARTS % 2};
                check_map(&map, &net, w, k / (2 * PARTS) ? v : NULL);
            }
        }
    }
}

Test(probe, map_of_what_is_not_known_is_nan_and_of_what_is_broken_shows_it)
{
    struct network net = make_network();
    static struct map map;
    real w[ROOM] = {0};
    map.request = (struct map_request){.part = 0, .rows = 4, .cols = 4};
    map_fill(&map, &net, NULL, w);
    for (int k = 0; k < 16; k++) {
        cr_expect(isnan(map.cells[k]));
    }
    cr_expect_eq(map.max, 0);
    w[0] = (real)NAN;
    w[UNITS - 1] = (real)INFINITY;
    w[1] = 100;
    map_fill(&map, &net, w, NULL);
    cr_expect(isnan(map.cells[0]), "a NaN is seen beside larger numbers");
    cr_expect(isinf(map.cells[3]));
}

Test(probe, largest_map_fits)
{
    struct network net;
    struct params params = params_default();
    struct map *map = calloc(1, sizeof *map);
    cr_assert(map && param_parse(&params, PARAM_NET, "600", NULL));
    cr_assert(network_init(&net, 3000, 0, 10, &params, 2000000, NULL));
    real *w = calloc(net.n_params, sizeof *w);
    cr_assert_not_null(w);
    w[tensor_of(&net, TENSOR_BIAS, 0)->at - 1] = 7;
    map->request = (struct map_request){.part = 0, .rows = 4096, .cols = 4096};
    map_fill(map, &net, w, NULL);
    cr_expect(map->rows * map->cols <= MAP_CELLS_MAX);
    cr_expect_eq(map->cells[map->rows * map->cols - 1], 7);
    free(w);
    free(map);
}
