/* SPDX-License-Identifier: MIT
 * Suites: an ordered sequence of tasks made from a dataset.
 *
 * A *task* is one thing to learn: a train set, a test set, a name and a letter.  A *stage* is one
 * visit of a task in the sequence; the suite `repeat` visits the same task more than once (A B A B
 * ...).
 *
 * Each task sees the data through a sparse linear view of its features, x'[i] = sum_k w[i][k]
 * x[from[i][k]]: one tap for the identity and permutations, four for rotations (bilinear). */
#ifndef OUBLI_TASKS_SUITE_H
#define OUBLI_TASKS_SUITE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/real.h"
#include "tasks/dataset.h"

enum { SUITE_TASKS_MAX = 1000, SUITE_OUTPUTS_MAX = 16384 };
enum { SUITE_PARTS_USUAL = 2 }; /* tasks of data that is said again, unless more is said */

/* What is known at test time (van de Ven & Tolias 2019, arXiv:1904.07734). */
enum scenario {
    SCENARIO_TASK,   /* the task is given: answers are restricted to its own outputs */
    SCENARIO_DOMAIN, /* same outputs for every task, task not given */
    SCENARIO_CLASS,  /* new classes with each task, task not given: all outputs compete */
    SCENARIO_COUNT
};

enum split { SPLIT_TRAIN, SPLIT_TEST, SPLIT_VALIDATION, SPLIT_COUNT };

struct task {
    char name[48];    /* "original", "permuted 1", "2 3", "rotated 36°" (UTF-8) */
    int first_output; /* the outputs that compete for this task: first_output .. +n_outputs-1; */
    int n_outputs;    /*   all of the net's outputs unless the scenario gives the task, or they
                           grow */
    int n_train;      /* examples */
    int n_test;
    int n_validation; /* held out of those to train on; 0 = none */
};

struct suite; /* opaque: tasks, views, index lists; borrows its dataset */

struct suite_kind {
    const char *name;       /* "permuted" ... */
    const char *summary;    /* one line */
    enum scenario scenario; /* the default one */
    bool is_stream;         /* tasks come as a drifting mixture, no boundary is announced */
};

/* The table behind --suite and `oubli list suites`; NULL past the last. */
const struct suite_kind *suite_kind_at(int i);

/* "task", "domain", "class". */
const char *scenario_name(enum scenario scenario);

/* How the suite is made.  n_tasks 0 = the suite's own default (5; split: as many as there are pairs
 * of classes, at most 5). */
struct suite_config {
    const char *name; /* of a suite_kind */
    int n_tasks;   /* stages for `repeat` (alternating two permuted tasks), tasks for all others */
    int scenario;  /* enum scenario, or -1 for the suite's own */
    uint64_t seed; /* of the permutations */
    bool can_be_taught; /* the suite `kinds` of texts ends with a task for a person's lessons */
};

/* Makes the suite; borrows `dataset`, which must outlive it.  Returns owned, NULL and err
 * (ERR_USAGE) if the name is unknown or the dataset cannot be cut that way (e.g. more tasks than
 * classes; rotating what is not an image). */
struct suite *suite_create(const struct suite_config *config, const struct dataset *dataset,
                           struct err *err) __attribute__((warn_unused_result));
void suite_destroy(struct suite *suite);

/* The same tasks with lessons of its own, none so far.  Borrows `suite`, which must outlive it.
 * Returns owned, NULL and err. */
struct suite *suite_share(const struct suite *suite, struct err *err)
    __attribute__((warn_unused_result));

const struct dataset *suite_dataset(const struct suite *suite);
const char *suite_name(const struct suite *suite);
enum scenario suite_scenario(const struct suite *suite);

/* True if what comes is a mixture of the tasks (stream.h).  A stage is then the time in which its
 * task comes most often: something to tell of, which learners are not told. */
bool suite_is_stream(const struct suite *suite);

/* True if each task adds outputs to those that compete: its n_outputs are those up to its own, and
 * of all tasks as many compete as the largest of what has been met so far. */
bool suite_grows(const struct suite *suite);

int suite_n_tasks(const struct suite *suite);
int suite_n_stages(const struct suite *suite); /* of the planned sequence */
int suite_stage_task(const struct suite *suite,
                     int stage);                 /* which task the planned stage stages */
int suite_n_features(const struct suite *suite); /* inputs of the network */
int suite_n_outputs(const struct suite *suite);  /* outputs of the network */
int suite_max_train(const struct suite *suite);  /* largest n_train */
const struct task *suite_task(const struct suite *suite, int task);

/* Example `i` of the task's split, seen as the task sees it: x (d) is written, the output index of
 * its label is returned.  Any thread; never allocates. */
int suite_example(const struct suite *suite, int task, enum split split, int i, real *x);

/* Rows first .. first+n-1 of the task's split: x (n, d) and labels (n; output indices) are written.
 * Any thread; never allocates. */
void suite_rows(const struct suite *suite, int task, enum split split, int first, int n, real *x,
                int *labels);

/* The number, among the dataset's examples of that split, behind the task's example `i` (for
 * showing it). */
int suite_source_index(const struct suite *suite, int task, enum split split, int i);

/* The task of a person's lessons, the last one; it is not part of the planned sequence.  -1 = none.
 */
int suite_lesson_task(const struct suite *suite);

/* Adds a lesson, a text; false if there is no room, or no such task.  Batches that have begun with
 * that task do not know of it.  How many characters have been taught. */
bool suite_teach(struct suite *suite, const char *text);
int suite_taught(const struct suite *suite);

/* The group of the dataset behind a task (the first one where tasks are views of all data); NULL if
 * the data has none. */
const struct group *suite_group(const struct suite *suite, int task);

/* The classes that the task has: first .. first+n-1. */
void suite_classes(const struct suite *suite, int task, int *first, int *n);

/* The outputs of those classes: n from first on. */
void suite_own_outputs(const struct suite *suite, int task, int *first, int *n);

/* The output of class 0 of the task, and features (d) as the task sees them: x (d).  Any thread. */
int suite_shift(const struct suite *suite, int task);
void suite_see(const struct suite *suite, int task, const uint8_t *features, real *x);

/* "A" .. "Z", then "AA", "AB" ...; buf holds at least 4 bytes.  Returns buf. */
char *task_letter(int task, char buf[4]);

/* The task of a letter ("B" or "b"), -1 if it is none of n_tasks. */
int task_from_letter(const char *letter, int n_tasks);

#endif
