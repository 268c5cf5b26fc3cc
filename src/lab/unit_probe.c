/* SPDX-License-Identifier: MIT */
#include "lab/unit_probe.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "net/influence.h"

enum { ROWS = 128, ROWS_LONG = 32 /* of several positions each */ };

/* Of a unit, over all it gave: before (x), now (y). */
struct sums {
    double n, x, y, xx, yy, xy;
};

struct unit_probe {
    struct network net;
    struct probing *room;    /* owned: rows, and what they give now */
    struct workspace before; /* what they gave before */
    struct arena arena;
    struct sums *sums; /* (U) */
};

struct unit_probe *unit_probe_create(const struct network *net, struct err *err)
{
    struct unit_probe *probe = calloc(1, sizeof *probe);
    size_t size = 0;
    int rows = probing_rows(net);
    bool ok = probe && workspace_size_add(&size, net, rows) &&
              arena_size_add(&size, (size_t)net->n_units, sizeof(struct sums)) &&
              arena_init(&probe->arena, size, err);
    if (!ok) {
        free(probe);
        err_set(err, ERR_FAILED, "memory: no room to look at units");
        return NULL;
    }
    probe->net = *net;
    workspace_init(&probe->before, &probe->net, rows, &probe->arena);
    probe->sums = arena_alloc(&probe->arena, (size_t)net->n_units, sizeof(struct sums));
    probe->room = probing_create(&probe->net, NULL, err);
    if (!probe->room) {
        unit_probe_destroy(probe);
        return NULL;
    }
    return probe;
}

void unit_probe_destroy(struct unit_probe *probe)
{
    if (probe) {
        probing_destroy(probe->room);
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

/* ---- influence, and what is given on average ---- */

static void add_levels(const struct network *net, const struct probing_pass *pass, double *level)
{
    for (int l = 0; l < net->n_unit_layers; l++) {
        const struct unit_layer *of = &net->unit_layers[l];
        const real *h = network_units(net, pass->ws, l);
        for (int i = 0; i < pass->n * net->n_positions * of->n; i++) {
            double sum = 0;
            for (int e = 0; e < of->width; e++) {
                sum += fabs((double)*h++);
            }
            level[of->first + i % of->n] += sum / of->width;
        }
    }
}

void unit_probe_influence(struct unit_probe *probe, const real *theta, const struct suite *suite,
                          const struct probing_examples *examples, double *influence, double *level)
{
    const struct network *net = &probe->net;
    int n = probing_count(suite, examples);
    memset(influence, 0, (size_t)net->n_units * sizeof *influence);
    memset(level, 0, (size_t)net->n_units * sizeof *level);
    probing_move(probe->room, suite);
    for (struct probing_pass pass = {0}; probing_rows_next(probe->room, examples, &pass);) {
        struct influence_rows rows = {pass.x, pass.targets, pass.ranges, pass.n};
        influence_add(net, theta, &rows, pass.ws, influence);
        add_levels(net, &pass, level);
    }
    for (int u = 0; u < net->n_units; u++) {
        influence[u] /= n;
        level[u] /= (double)n * net->n_positions;
    }
}

/* ---- change ---- */

/* What one unit gave at one position. */
static void add_given(struct sums *sums, const real *x, const real *y, int width)
{
    for (int e = 0; e < width; e++) {
        double a = (double)x[e], b = (double)y[e];
        sums->x += a;
        sums->y += b;
        sums->xx += a * a;
        sums->yy += b * b;
        sums->xy += a * b;
    }
    sums->n += width;
}

static void add_sums(struct unit_probe *probe, const struct probing_pass *pass)
{
    const struct network *net = &probe->net;
    for (int l = 0; l < net->n_unit_layers; l++) {
        const struct unit_layer *of = &net->unit_layers[l];
        const real *x = network_units(net, &probe->before, l);
        const real *y = network_units(net, pass->ws, l);
        for (int i = 0; i < pass->n * net->n_positions; i++) {
            for (int u = 0; u < of->n; u++, x += of->width, y += of->width) {
                add_given(&probe->sums[of->first + u], x, y, of->width);
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
                       const struct suite *suite, const struct probing_examples *examples,
                       double *change)
{
    const struct network *net = &probe->net;
    memset(probe->sums, 0, (size_t)net->n_units * sizeof *probe->sums);
    probing_move(probe->room, suite);
    for (struct probing_pass pass = {0}; probing_pass_next(probe->room, now, examples, &pass);) {
        network_forward(net, before, pass.x, pass.n, &probe->before);
        add_sums(probe, &pass);
    }
    for (int u = 0; u < net->n_units; u++) {
        change[u] = change_of(&probe->sums[u]);
    }
}
