/* SPDX-License-Identifier: MIT
 * Probes: numbers read off a network while it trains.  They change nothing. */
#ifndef OUBLI_LAB_PROBE_H
#define OUBLI_LAB_PROBE_H

#include "lab/snapshot.h"
#include "net/network.h"

/* |W - V|_F / |V|_F over a part of w and v (P). */
double probe_drift(const struct network *net, const real *w, const real *v, int part);

/* Fills the map of `values` (P), minus `reference` (P) unless that is NULL, for the part in
 * map->request: value of largest magnitude of each cell, as |.| unless map->is_signed.  `values`
 * NULL: all NAN. */
void probe_map(struct map *map, const struct network *net, const real *values,
               const real *reference);

#endif
