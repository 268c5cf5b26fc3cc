/* SPDX-License-Identifier: MIT
 * The summary of headless runs as tables of at most 80 columns. */
#ifndef OUBLI_UI_CLI_REPORT_H
#define OUBLI_UI_CLI_REPORT_H

#include <stdio.h>

#include "ui/cli/headless.h"

enum { REPORT_DATA_MAX = 256 };

/* `n` seeds from `first` on, of which so many were done. */
struct seeds {
    uint64_t first;
    int n, n_done;
};

/* What was run.  Data and suite as a text of REPORT_DATA_MAX bytes; the line that begins with it
 * and names the seeds; network, strategies and what was done on the way, of several learners what
 * all have, and a line for each. */
void report_data(const struct headless *run, char *text, size_t size);
void report_head(FILE *out, const char *data, const struct seeds *seeds);
void report_session(FILE *out, const struct headless *run);

/* R of each learner of one run, tasks across, after each task down, in percent.  What does not fit
 * is left out in the middle; of several learners none is shown if there are many tasks. */
void report_matrices(FILE *out, const struct headless *run);

/* The metrics of all results.  Of one learner: of one run, or mean and standard deviation (n - 1)
 * over those that did not diverge and a line for each.  Of several: a line for each learner, with
 * the same over the seeds.  Percent, and percent points.  Then the tasks that a learner did not
 * learn, if there are any. */
void report_metrics(FILE *out, const struct result *results, int n);

#endif
