/* SPDX-License-Identifier: MIT
 * What the files of src/tasks that read one format each share with dataset.c.  Private to
 * src/tasks. */
#ifndef OUBLI_TASKS_FORMATS_H
#define OUBLI_TASKS_FORMATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct dataset;
struct dataset_options;
struct watch;

/* One per format.  `path` is a file or folder (unused by the digits); each returns owned, NULL and
 * err. */
struct dataset *digits_open(struct err *err) __attribute__((warn_unused_result));
struct dataset *fashion_open(const struct watch *watch, struct err *err)
    __attribute__((warn_unused_result));
struct dataset *idx_open(const char *path, const struct watch *watch, struct err *err)
    __attribute__((warn_unused_result));
struct dataset *csv_open(const char *path, const struct dataset_options *options, struct err *err)
    __attribute__((warn_unused_result));

/* What those would say without reading more than headers: false and err. */
bool fashion_check(struct err *err) __attribute__((warn_unused_result));
bool idx_check(const char *path, struct err *err) __attribute__((warn_unused_result));
bool csv_check(const char *path, const struct dataset_options *options, struct err *err)
    __attribute__((warn_unused_result));
bool text_check(const char *texts, struct err *err) __attribute__((warn_unused_result));

/* Without files of a person's: the grammars inside the program. */
struct dataset *text_open(const struct dataset_options *options, struct err *err)
    __attribute__((warn_unused_result));

/* Points in the plane, made from a seed: data one can see whole.
 *
 *   moons, spirals, rings   two classes; group t is the same shape at its own place, turned its own
 *                           way: a task that one network can learn beside all the others
 *   blobs                   ten classes, a heap each, for the suite split: no groups
 *
 * Labels alternate, so that any run of examples is balanced. */
enum plane_shape { PLANE_MOONS, PLANE_SPIRALS, PLANE_RINGS, PLANE_BLOBS, PLANE_SHAPES };
struct dataset *plane_open(enum plane_shape shape, uint64_t seed, struct err *err)
    __attribute__((warn_unused_result));

/* Five sparse features, made from a seed: each is there with probability 0.1, its value U(0, 1),
 * and all are to be said again.  Test rows have one feature alone, at each of FEATURES_LEVELS
 * levels, feature by feature. */
enum { FEATURES_LEVELS = 4 };
struct dataset *features_open(uint64_t seed, struct err *err) __attribute__((warn_unused_result));

/* An empty dataset whose name is the last part of `path`; owned, NULL and err without memory. */
struct dataset *dataset_empty(const char *path, struct err *err)
    __attribute__((warn_unused_result));

/* Class names of at most 15 bytes.  The first counts the arena's room for n of them (false on
 * overflow); the second writes dataset->n_classes of them: `names`, or "0", "1" ... where that is
 * NULL. */
bool class_names_size_add(size_t *total, int n) __attribute__((warn_unused_result));
void class_names_set(struct dataset *dataset, const char *const *names);

/* The same with numbers (dataset->n_classes) for names. */
void class_names_set_numbers(struct dataset *dataset, const uint16_t *numbers);

/* ---- what is changed of a dataset when it has been read (arrange.c) ---- */

/* Numbers the classes anew: `order` is "given" (nothing changes), "shuffled" (drawn from the seed),
 * or the names of all of them with commas between.  False and err (ERR_USAGE) if it is none of
 * that. */
bool arrange_classes(struct dataset *dataset, const char *order, uint64_t seed, struct err *err)
    __attribute__((warn_unused_result));

/* Holds out a share of the training examples ("0.1"), of each class and group; always the same
 * ones. Of running text it is the end of each kind's, a window away from what is trained on.  False
 * and err if it is no share, or leaves a group nothing on one side. */
bool arrange_validation(struct dataset *dataset, const char *share, struct err *err)
    __attribute__((warn_unused_result));

/* ---- */

/* Which of the digits are for testing: every fifth, as in the reference runs. */
static inline bool row_is_test(int row)
{
    return row % 5 == 4;
}
static inline int rows_of_test(int rows)
{
    return rows / 5;
}

/* The digits as they ship, digits.csv.gz, inside the program. */
const unsigned char *digits_embedded(size_t *size);

#endif
