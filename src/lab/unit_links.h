/* SPDX-License-Identifier: MIT
 * The strongest connections between the units that are shown. */
#ifndef OUBLI_LAB_UNIT_LINKS_H
#define OUBLI_LAB_UNIT_LINKS_H

#include "lab/units.h"

/* From theta (P) and what units give on average, level (U), into units->links: of each pair of
 * neighbouring layers the UNITS_LINKS_EACH with the largest level |weight|.  None where layers are
 * not joined by a matrix of their own (a transformer's blocks write into one stream). */
void unit_links_find(const struct network *net, const real *theta, const double *level,
                     struct units *units);

#endif
