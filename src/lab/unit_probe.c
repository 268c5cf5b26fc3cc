/* SPDX-License-Identifier: MIT */
#include "lab/unit_probe.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "net/influence.h"

enum {
    ROWS = 128,       /* examples, and rows of a pass at most */
    ROWS_LONG = 32,   /* of several positions each */
    POSITIONS = 1024, /* of a pass, about */
};

/* Of a unit, over all it gave: before (x), now (y). */
struct sums {
    double n, x, y, xx, yy, xy;
};

struct unit_probe {
    struct network net;
    struct workspace ws, before;
    struct arena arena;
    int rows;            /* of a pass */
    real *x;             /* (rows, d) */
    int *label;          /* (rows) */
    int *shift;          /* (rows) */
    struct range *range; /* (rows) */
    int *targets;        /* (rows T) */
    struct range *of;    /* (rows T) */
    struct sums *sums;   /* (U) */
};

static int rows_of(const struct network *net)
{
    int rows = POSITIONS / net->n_positions;
    return rows > ROWS ? ROWS : rows > 1 ? rows : 1;
}

static bool count_memory(size_t *size, const struct network *net, size_t rows)
{
    size_t positions = rows * (size_t)net->n_positions;
    return workspace_size_add(size, net, (int)rows) && workspace_size_add(size, net, (int)rows) &&
           arena_size_add(size, rows * (size_t)net->n_inputs, sizeof(real)) &&
           arena_size_add(size, rows, sizeof(int)) && arena_size_add(size, rows, sizeof(int)) &&
           arena_size_add(size, rows, sizeof(struct range)) &&
           arena_size_add(size, positions, sizeof(int)) &&
           arena_size_add(size, positions, sizeof(struct range)) &&
           arena_size_add(size, (size_t)net->n_units, sizeof(struct sums));
}

static void lay_out(struct unit_probe *probe)
{
    const struct network *net = &probe->net;
    struct arena *arena = &probe->arena;
    size_t rows = (size_t)probe->rows, positions = rows * (size_t)net->n_positions;
    workspace_init(&probe->ws, net, probe->rows, arena);
    workspace_init(&probe->before, net, probe->rows, arena);
    probe->x = arena_alloc(arena, rows * (size_t)net->n_inputs, sizeof(real));
    probe->label = arena_alloc(arena, rows, sizeof(int));
    probe->shift = arena_alloc(arena, rows, sizeof(int));
    probe->range = arena_alloc(arena, rows, sizeof(struct range));
    probe->targets = arena_alloc(arena, positions, sizeof(int));
    probe->of = arena_alloc(arena, positions, sizeof(struct range));
    probe->sums = arena_alloc(arena, (size_t)net->n_units, sizeof(struct sums));
}

struct unit_probe *unit_probe_create(const struct network *net, struct err *err)
{
    struct unit_probe *probe = calloc(1, sizeof *probe);
    size_t size = 0;
    if (!probe) {
        err_set(err, ERR_FAILED, "memory: no room to look at units");
        return NULL;
    }
    probe->net = *net;
    probe->rows = rows_of(net);
    if (!count_memory(&size, net, (size_t)probe->rows) || !arena_init(&probe->arena, size, err)) {
        free(probe);
        return NULL;
    }
    lay_out(probe);
    return probe;
}

void unit_probe_destroy(struct unit_probe *probe)
{
    if (probe) {
        arena_fini(&probe->arena);
        free(probe);
    }
}

bool unit_probe_fits(const struct unit_probe *probe, const struct network *net)
{
    const struct network *of = &probe->net;
    bool fits = of->kind == net->kind && of->n_params == net->n_params &&
                of->n_unit_layers == net->n_unit_layers && of->n_units == net->n_units &&
                of->n_inputs == net->n_inputs && of->n_outputs == net->n_outputs;
    for (int l = 0; fits && l < net->n_unit_layers; l++) {
        fits = of->unit_layers[l].n == net->unit_layers[l].n;
    }
    return fits && of->n_tensors == net->n_tensors &&
           memcmp(&of->own, &net->own, sizeof of->own) == 0;
}

int unit_probe_rows(const struct unit_probe *probe)
{
    return probe->net.n_positions > 1 ? ROWS_LONG : ROWS;
}

static int count_examples(const struct unit_examples *examples)
{
    const struct task *task = suite_task(examples->suite, examples->task);
    int n = examples->split == SPLIT_TRAIN ? task->n_train : task->n_test;
    return examples->n < n ? examples->n : n;
}

/* The next rows from example `first` on. */
static struct influence_rows take_rows(struct unit_probe *probe,
                                       const struct unit_examples *examples, int first)
{
    const struct network *net = &probe->net;
    const struct task *task = suite_task(examples->suite, examples->task);
    int left = count_examples(examples) - first, n = left < probe->rows ? left : probe->rows;
    for (int i = 0; i < n; i++) {
        probe->label[i] = suite_example(examples->suite, examples->task, examples->split, first + i,
                                        probe->x + (size_t)i * net->n_inputs);
        probe->shift[i] = suite_shift(examples->suite, examples->task);
        probe->range[i] = (struct range){task->first_output, task->n_outputs};
    }
    loss_targets(probe->targets, probe->of, probe->x, probe->label, probe->shift, probe->range, n,
                 net->n_positions);
    return (struct influence_rows){probe->x, probe->targets, probe->of, n};
}

/* ---- influence, and what is given on average ---- */

static void add_levels(const struct unit_probe *probe, int n, double *level)
{
    const struct network *net = &probe->net;
    for (int l = 0; l < net->n_unit_layers; l++) {
        const struct unit_layer *of = &net->unit_layers[l];
        const real *h = network_units(net, &probe->ws, l);
        for (int i = 0; i < n * net->n_positions; i++) {
            for (int k = 0; k < of->n * of->width; k++) {
                level[of->first + k / of->width] += fabs((double)*h++) / of->width;
            }
        }
    }
}

void unit_probe_influence(struct unit_probe *probe, const real *theta,
                          const struct unit_examples *examples, double *influence, double *level)
{
    const struct network *net = &probe->net;
    int n = count_examples(examples);
    memset(influence, 0, (size_t)net->n_units * sizeof *influence);
    memset(level, 0, (size_t)net->n_units * sizeof *level);
    for (int first = 0; first < n; first += probe->rows) {
        struct influence_rows rows = take_rows(probe, examples, first);
        influence_add(net, theta, &rows, &probe->ws, influence);
        add_levels(probe, rows.n, level);
    }
    for (int u = 0; u < net->n_units; u++) {
        influence[u] /= n;
        level[u] /= (double)n * net->n_positions;
    }
}

/* ---- change ---- */

static void add_sums(struct unit_probe *probe, int n)
{
    const struct network *net = &probe->net;
    for (int l = 0; l < net->n_unit_layers; l++) {
        const struct unit_layer *of = &net->unit_layers[l];
        const real *x = network_units(net, &probe->before, l);
        const real *y = network_units(net, &probe->ws, l);
        for (int i = 0; i < n * net->n_positions; i++) {
            for (int k = 0; k < of->n * of->width; k++, x++, y++) {
                struct sums *sums = &probe->sums[of->first + k / of->width];
                double a = (double)*x, b = (double)*y;
                sums->n++;
                sums->x += a;
                sums->y += b;
                sums->xx += a * a;
                sums->yy += b * b;
                sums->xy += a * b;
            }
        }
    }
}

/* Variances that are rounding are none. */
static double change_of(const struct sums *sums)
{
    double xx = sums->xx - sums->x * sums->x / sums->n;
    double yy = sums->yy - sums->y * sums->y / sums->n;
    double xy = sums->xy - sums->x * sums->y / sums->n;
    bool has_x = xx > 1e-10 * sums->xx, has_y = yy > 1e-10 * sums->yy;
    return has_x && has_y ? 1 - xy / sqrt(xx * yy) : has_x || has_y ? 1 : 0;
}

void unit_probe_change(struct unit_probe *probe, const real *before, const real *now,
                       const struct unit_examples *examples, double *change)
{
    const struct network *net = &probe->net;
    int n = count_examples(examples);
    memset(probe->sums, 0, (size_t)net->n_units * sizeof *probe->sums);
    for (int first = 0; first < n; first += probe->rows) {
        struct influence_rows rows = take_rows(probe, examples, first);
        network_forward(net, before, rows.x, rows.n, &probe->before);
        network_forward(net, now, rows.x, rows.n, &probe->ws);
        add_sums(probe, rows.n);
    }
    for (int u = 0; u < net->n_units; u++) {
        change[u] = change_of(&probe->sums[u]);
    }
}
