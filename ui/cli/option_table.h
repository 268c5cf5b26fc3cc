/* SPDX-License-Identifier: MIT
 * The table of options: what each takes, and how.  For options.c alone. */
#ifndef OUBLI_UI_CLI_OPTION_TABLE_H
#define OUBLI_UI_CLI_OPTION_TABLE_H

#include "ui/cli/options.h"

#define SEED_LAST (UINT64_C(1) << 53) /* JSON readers hold whole numbers up to here exactly */

/* Takes the value of a parameter for the learners that say nothing else. */
bool options_take_param(struct options *options, enum param_id id, const char *value,
                        struct err *err) __attribute__((warn_unused_result));

/* Puts words before the message that is there; returns false. */
bool options_prefix(struct err *err, const char *words);

#endif
