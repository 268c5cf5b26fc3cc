/* SPDX-License-Identifier: MIT
 * JSON: a run as one object on one line, and the program's tables as arrays of objects.
 *
 * Accuracies are fractions with ten digits; what is not a number is null; two equal runs give
 * equal bytes but for seconds_training and samples_per_second. */
#ifndef OUBLI_UI_CLI_JSON_H
#define OUBLI_UI_CLI_JSON_H

#include <stdio.h>

#include "ui/cli/headless.h"

/* Writes the line of a learner of a finished run.  False and err if memory is short. */
bool json_run(FILE *out, const struct run *run, int learner, struct err *err)
    __attribute__((warn_unused_result));

/* Writes the array behind a topic of `oubli list`; `topic` is one that is listed. */
bool json_list(FILE *out, const char *topic, struct err *err) __attribute__((warn_unused_result));

#endif
