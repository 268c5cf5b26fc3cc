/* SPDX-License-Identifier: MIT */
#include "net/influence.h"

#include <math.h>
#include <string.h>

enum { LAYERS_EXACT = 2 };

bool influence_is_of_all_outputs(const struct network *net)
{
    return net->n_positions == 1 && net->n_unit_layers <= LAYERS_EXACT;
}

/* Who takes what comes back. */
struct taking {
    const struct network *net;
    int n;
    double *sums;
};

/* sum over a row's positions, and over what a unit gives, of h dh. */
static double slope_of(const struct network *net, const struct unit_layer *of, const real *h,
                       const real *dh, int row, int unit)
{
    double slope = 0;
    for (int t = 0; t < net->n_positions; t++) {
        size_t at =
            (((size_t)row * net->n_positions + t) * of->n + (size_t)unit) * (size_t)of->width;
        for (int e = 0; e < of->width; e++) {
            slope += (double)h[at + (size_t)e] * (double)dh[at + (size_t)e];
        }
    }
    return slope;
}

static void take(void *context, int layer, const real *h, const real *dh)
{
    const struct taking *taking = context;
    const struct unit_layer *of = &taking->net->unit_layers[layer];
    for (int i = 0; i < taking->n; i++) {
        for (int u = 0; u < of->n; u++) {
            double slope = slope_of(taking->net, of, h, dh, i, u);
            taking->sums[of->first + u] += slope * slope / 2;
        }
    }
}

/* dlogits = sqrt(p_c) (p - e_c) of the c-th output that competes, so that squares are weighted by
 * p_c; 0 for rows that have fewer. */
static void ask_output(const struct influence_rows *rows, int width, int c, const real *p,
                       real *dlogits)
{
    for (int i = 0; i < rows->n; i++) {
        const real *from = p + (size_t)i * width;
        real *to = dlogits + (size_t)i * width;
        int output = rows->ranges[i].first + c;
        bool competes = c < rows->ranges[i].count;
        real weight = competes ? (real)sqrt((double)from[output]) : 0;
        for (int j = 0; j < width; j++) {
            to[j] = weight * from[j];
        }
        if (competes) {
            to[output] = weight * (from[output] - 1);
        }
    }
}

void influence_add(const struct network *net, const real *theta, const struct influence_rows *rows,
                   struct workspace *ws, double *sums)
{
    struct taking taking = {net, rows->n, sums};
    int n = rows->n * net->n_positions, width = net->n_outputs, most = 0;
    network_forward(net, theta, rows->x, rows->n, ws);
    if (!influence_is_of_all_outputs(net)) {
        loss_softmax(ws->dlogits, ws->logits, rows->ranges, n, width);
        for (int i = 0; i < n; i++) {
            ws->dlogits[(size_t)i * width + rows->targets[i]] -= 1;
        }
        network_units_backward(net, theta, rows->n, ws, take, &taking);
        return;
    }
    loss_softmax(ws->logits, ws->logits, rows->ranges, n, width);
    for (int i = 0; i < n; i++) {
        most = rows->ranges[i].count > most ? rows->ranges[i].count : most;
    }
    for (int c = 0; c < most; c++) {
        ask_output(rows, width, c, ws->logits, ws->dlogits);
        network_units_backward(net, theta, rows->n, ws, take, &taking);
    }
}
