/* SPDX-License-Identifier: MIT
 * A run that is over as lines of JSON: one for each learner that is there. */
#ifndef OUBLI_UI_CLI_RUN_LINES_H
#define OUBLI_UI_CLI_RUN_LINES_H

#include "ui/cli/headless.h"

/* Writes them.  False and err if memory is short. */
bool run_lines(FILE *out, const struct headless *run, struct err *err)
    __attribute__((warn_unused_result));

#endif
