/* SPDX-License-Identifier: MIT
 * The finished runs of a sweep as one SQLite file: `oubli merge` writes it, `oubli plot` reads it.
 *
 *   table runs    a row for each (job, learner), in the order of jobs, then of learners
 *     job INTEGER       its number in the sweep, from 0
 *     seed INTEGER
 *     learner TEXT      its name
 *     one column for each key that was varied, in the order of --over, named as the key
 *                       ("ewc.lambda", "strategy"): REAL if all its values are numbers, else TEXT
 *     one column for each of MERGED_METRIC_LIST, REAL, named as in the JSON of `oubli run`; NULL
 *                       where that is null or is not there.  One that is called like a key is left
 * out. json TEXT         the learner's line of JSON PRIMARY KEY (job, learner) table sweep   key
 * TEXT, value TEXT over.KEY          for each key that was varied, in order: what --over says
 * behind KEY= command           the command line, as a shell takes it version           of oubli
 *
 * application_id 0x6f756273 ("oubs"), user_version 1.  A reader looks for columns by their names
 * and trusts nothing: more columns and tables do no harm.  One thread at a time. */
#ifndef OUBLI_SESSION_MERGED_H
#define OUBLI_SESSION_MERGED_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

/* ROW(name): numbers at the top of the line of JSON; those called validation_NAME are NAME in its
 * object `validation`.  Adding one is a line. */
#define MERGED_METRIC_LIST(ROW)                                                                    \
    ROW(average_accuracy)                                                                          \
    ROW(forgetting)                                                                                \
    ROW(backward_transfer)                                                                         \
    ROW(forward_transfer)                                                                          \
    ROW(learning_accuracy)                                                                         \
    ROW(average_over_time)                                                                         \
    ROW(minimum_accuracy)                                                                          \
    ROW(validation_average_accuracy)                                                               \
    ROW(validation_forgetting)                                                                     \
    ROW(validation_backward_transfer)                                                              \
    ROW(validation_learning_accuracy)                                                              \
    ROW(steps)                                                                                     \
    ROW(diverged_step)                                                                             \
    ROW(memory_bytes)                                                                              \
    ROW(seconds_training)                                                                          \
    ROW(samples_per_second)

#define MERGED_METRIC_ID(name) MERGED_##name,
enum merged_metric { MERGED_METRIC_LIST(MERGED_METRIC_ID) MERGED_METRICS };
#undef MERGED_METRIC_ID

enum {
    MERGED_KEYS_MAX = 8,   /* varied at once */
    MERGED_NAME_MAX = 48,  /* bytes of a key's name, with the NUL */
    MERGED_TEXT_MAX = 8192 /* of a spec and of the command line */
};

const char *merged_metric_name(enum merged_metric metric);

/* Behind it: the same metric of the examples that are held out. */
#define MERGED_VALIDATION "validation_"

/* A key's name can be a column: lower-case letters, digits, '.', '_' and '-', and none of job,
 * seed, learner, json. */
bool merged_is_key(const char *name);

struct merged_key {
    char name[MERGED_NAME_MAX];
    bool is_number;
    const char *spec; /* "1..1e4 log 9" */
};

/* What holds for all rows. */
struct merged_about {
    int n_keys;
    struct merged_key keys[MERGED_KEYS_MAX];
    const char *command, *version;
};

struct merged_value {
    double number;    /* of a key that is a number */
    const char *text; /* of any other */
};

struct merged_row {
    int64_t job, seed;
    const char *learner;
    struct merged_value keys[MERGED_KEYS_MAX]; /* (n_keys) */
    double metrics[MERGED_METRICS];            /* NAN = null, or no such column */
    const char *json;
};

struct merged_writer; /* opaque */

/* A new file in a place of its own, `path` with "-part" behind it.  NULL and err. */
struct merged_writer *merged_create(const char *path, const struct merged_about *about,
                                    struct err *err) __attribute__((warn_unused_result));

bool merged_add(struct merged_writer *writer, const struct merged_row *row, struct err *err)
    __attribute__((warn_unused_result));

/* Puts it, when all rows are in, in the place of what is at `path`, all at once.  False and err if
 * there is something else than merged runs. */
bool merged_settle(struct merged_writer *writer, struct err *err)
    __attribute__((warn_unused_result));

/* Takes away what was not settled.  NULL is allowed. */
void merged_discard(struct merged_writer *writer);

/* False and err if there is a file at `path` that is not merged runs and so is not replaced. */
bool merged_may_replace(const char *path, struct err *err) __attribute__((warn_unused_result));

struct merged; /* opaque: a file that is read */

/* NULL and err if it is not one. */
struct merged *merged_open(const char *path, struct err *err) __attribute__((warn_unused_result));

/* Borrowed. */
const struct merged_about *merged_about(const struct merged *merged);

enum merged_result { MERGED_FAILED, MERGED_ROW, MERGED_END };

/* The next row, in the order in which they were added; texts are borrowed until the next call. */
enum merged_result merged_next(struct merged *merged, struct merged_row *row, struct err *err)
    __attribute__((warn_unused_result));

/* The next row is the first again. */
void merged_rewind(struct merged *merged);

/* NULL is allowed. */
void merged_close(struct merged *merged);

#endif
