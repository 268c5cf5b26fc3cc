/* SPDX-License-Identifier: MIT
 * A config as rows of key and value, all text, that read back as exactly the same config:
 *
 *   data, suite, tasks, scenario ("own": the suite's), seed
 *   lessons                 only if there are, as each row of tasks/reading.h (label, texts ...)
 *   eval-every              steps between two looks, if it was said
 *   probes                  those that are on from the start, if there are
 *   start, start.sha256     the file with the initial weights, if there is one
 *   learners                how many
 *   learner.0 ...           as --learner takes it: the name (if it has one from a person), what is
 * on and observed, what has been set defaults.0 ...          the values of the other parameters, so
 * that a later version with other defaults trains the same common                  the parameters
 * that all learners share, those set ... common.defaults         ... and the others
 */
#ifndef OUBLI_SESSION_CONFIG_ROWS_H
#define OUBLI_SESSION_CONFIG_ROWS_H

#include "lab/config.h"

enum { CONFIG_KEY_MAX = 32, CONFIG_VALUE_MAX = 4096, CONFIG_WORD_MAX = 256 };

/* Takes a row; the texts are lent for the call.  Returns false to give up. */
typedef bool (*config_put)(void *context, const char *key, const char *value, struct err *err);

/* The value of a key, lent until the next call; NULL if there is none. */
typedef const char *(*config_get)(void *context, const char *key);

/* A config with the texts it points to: do not copy it by assignment. */
struct config_kept {
    struct config config;
    char data[CONFIG_VALUE_MAX], start[CONFIG_VALUE_MAX], suite[CONFIG_WORD_MAX];
    char reading[READING_COUNT][CONFIG_VALUE_MAX];
};

/* ERR_FAILED if a text is too long, or a parameter that is common differs between learners. */
bool config_rows_write(const struct config *config, config_put put, void *context, struct err *err)
    __attribute__((warn_unused_result));

/* The values may be hostile: what is read is what the command line could have said.  Whether the
 * data is there shows only when it is opened. */
bool config_rows_read(struct config_kept *kept, config_get get, void *context, struct err *err)
    __attribute__((warn_unused_result));

#endif
