/* SPDX-License-Identifier: MIT
 * A sweep for gnuplot (5 or newer): a script, and the data that it reads.
 *
 * The data has a block for each line of the plan, with a comment that names it: x, mean, std and
 * how many seeds, one combination a row; NaN where there is none.  Without an axis there is one
 * block, a row for each line with its name in quotes before.  Shares are in percent. */
#ifndef OUBLI_UI_PLOT_GNUPLOT_H
#define OUBLI_UI_PLOT_GNUPLOT_H

#include <stdio.h>

#include "ui/plot/plan.h"

void gnuplot_write_data(const struct plan *plan, FILE *out);

/* `data`: the path by which the script finds it. */
void gnuplot_write_script(const struct plan *plan, const char *data, FILE *out);

#endif
