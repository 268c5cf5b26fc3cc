/* SPDX-License-Identifier: MIT
 * What a run was made of, in its line of JSON: enough to make it again bit for bit.
 *
 *   config      an object of texts, the rows of session/config_rows.h
 *   script      an array of timed commands as --at takes them, "400:strategy ewc on"
 *   arithmetic  LAB_ARITHMETIC of who has trained it; with the same on the kernels of the field
 *               blas_core the same bits come out
 *
 * Both directions. */
#ifndef OUBLI_UI_CLI_JSON_CONFIG_H
#define OUBLI_UI_CLI_JSON_CONFIG_H

#include <jansson.h>

#include "lab/script.h"
#include "session/config_rows.h"

/* Puts the three fields into the object; of a script NULL none. */
bool json_config_write(json_t *object, const struct config *config, const struct script *script,
                       int arithmetic, struct err *err) __attribute__((warn_unused_result));

/* Reads them back; the values may be hostile.  `arithmetic` is 0 where it is not said.  False and
 * err if they are not there: an older version wrote none. */
bool json_config_read(const json_t *object, struct config_kept *kept, struct script *script,
                      int *arithmetic, struct err *err) __attribute__((warn_unused_result));

/* How many commands of the run stand in no script: somebody gave them by hand. */
int json_config_by_hand(const json_t *object, const struct script *script);

#endif
