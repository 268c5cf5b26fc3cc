/* SPDX-License-Identifier: MIT
 * The heatmap's numbers. */
#ifndef OUBLI_LAB_MAP_H
#define OUBLI_LAB_MAP_H

#include "lab/snapshot.h"
#include "net/network.h"

/* Fills the map of `values` (P), minus `reference` (P) unless that is NULL, for the part in
 * map->request: value of largest magnitude of each cell, as |.| unless map->is_signed.  `values`
 * NULL: all NAN. */
void map_fill(struct map *map, const struct network *net, const real *values,
              const real *reference);

#endif
