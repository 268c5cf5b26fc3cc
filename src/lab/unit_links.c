/* SPDX-License-Identifier: MIT */
#include "lab/unit_links.h"

#include <math.h>

struct candidate {
    int from, to;
    double strength;
};

/* Puts it among the n strongest, whose last one goes where there is no room. */
static void take_in(struct candidate *best, int *n, int most, struct candidate candidate)
{
    int at = *n < most ? (*n)++ : most - 1;
    for (; at > 0 && best[at - 1].strength < candidate.strength; at--) {
        best[at] = best[at - 1];
    }
    best[at] = candidate;
}

/* Between layer l of units and the next. */
static int find_between(const struct network *net, const real *theta, const double *level,
                        const struct units *units, int l, int most, struct candidate *best)
{
    const struct unit_layer_seen *low = &units->layers[l], *high = &units->layers[l + 1];
    const struct part *w = &net->parts[l + 1];
    int n = 0;
    for (int i = low->first; i < low->first + low->n_shown; i++) {
        int u = units->units[i].number;
        for (int j = high->first; j < high->first + high->n_shown; j++) {
            size_t at = w->at + (size_t)u * w->stride + (size_t)units->units[j].number;
            double strength = level[net->unit_layers[l].first + u] * fabs((double)theta[at]);
            if (strength > 0 && (n < most || strength > best[n - 1].strength)) {
                take_in(best, &n, most, (struct candidate){i, j, strength});
            }
        }
    }
    return n;
}

void unit_links_find(const struct network *net, const real *theta, const double *level,
                     struct units *units)
{
    bool is_joined = net->n_parts == net->n_unit_layers + 1;
    units->n_links = 0;
    for (int l = 0; is_joined && theta && l + 1 < units->n_layers; l++) {
        struct candidate best[UNITS_LINKS_EACH];
        int n = find_between(net, theta, level, units, l, UNITS_LINKS_EACH, best);
        for (int i = 0; i < n && units->n_links < UNITS_LINKS_MAX; i++) {
            units->links[units->n_links++] = (struct unit_link){
                best[i].from, best[i].to, (uint8_t)(255 * best[i].strength / best[0].strength)};
        }
    }
}
