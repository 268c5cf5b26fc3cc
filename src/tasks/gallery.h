/* SPDX-License-Identifier: MIT
 * A gallery: a few test examples of every task, always the same, to be looked at: as pictures of a
 * few grey levels, or as rows of the features of a table that tell its classes apart best.
 *
 * Plain values, made once from a suite and small enough to be kept in a recording.  Tasks that see
 * the same data in their own way have the same examples, class by class in turn. */
#ifndef OUBLI_TASKS_GALLERY_H
#define OUBLI_TASKS_GALLERY_H

#include <stdbool.h>
#include <stdint.h>

#include "tasks/suite.h"

enum {
    GALLERY_EACH_MAX = 24,          /* examples of a task; of pictures with many pixels half */
    GALLERY_CLASSES_MAX = 64,       /* data with more has no gallery */
    GALLERY_COLUMNS_MAX = 8,        /* features of a table */
    GALLERY_NAME_MAX = 24,          /* bytes of a name, its NUL counted */
    GALLERY_SIDE_MAX = 32,          /* pixels of a picture; larger ones are reduced */
    GALLERY_LEVELS = 16,            /* of grey */
    GALLERY_SETS_BYTES = 192 * 1024 /* of all pictures, two pixels a byte, or of all rows */
};

struct gallery_task {
    int n;                       /* examples */
    int index[GALLERY_EACH_MAX]; /* (n) their numbers in the task's test set */
    int label[GALLERY_EACH_MAX]; /* (n) their classes */
    int first_class, n_classes;  /* that the task has */
    int shift;                   /* a class of them stands at the output class + shift */
    int seen, plain; /* sets: the examples as the task sees them, as the data has them; -1 = none */
};

struct gallery {
    int n_tasks;
    struct gallery_task *tasks; /* (n_tasks) */
    bool has_own_outputs;       /* each task answers at outputs of its own, and all compete */
    int n_classes;
    char class_names[GALLERY_CLASSES_MAX][GALLERY_NAME_MAX];
    int width, height; /* of a picture; 0 = there are none, but rows of a table */
    int n_columns;     /* of a row */
    char column_names[GALLERY_COLUMNS_MAX][GALLERY_NAME_MAX];
    int n_each, n_sets; /* examples of a set */
    uint8_t *levels; /* (n_sets, n_each, height, width) 0 .. GALLERY_LEVELS-1; NULL for a table */
    float *values;   /* (n_sets, n_each, n_columns) as they stand in the table; else NULL */
};

/* True if the data is pictures or a table, of not too many classes. */
bool gallery_is_possible(const struct dataset *dataset);

/* Returns owned; NULL and err where memory is short.  Only where it is possible. */
struct gallery *gallery_create(const struct suite *suite, struct err *err)
    __attribute__((warn_unused_result));

/* An empty one of that size, for a reader: tasks, classes, columns and sides must be set in `like`.
 * NULL where memory is short. */
struct gallery *gallery_of_size(const struct gallery *like) __attribute__((warn_unused_result));

/* NULL is allowed. */
void gallery_destroy(struct gallery *gallery);

/* A picture of a set (height, width), or a row (n_columns); NULL if there is none. */
const uint8_t *gallery_picture(const struct gallery *gallery, int set, int i);
const float *gallery_row(const struct gallery *gallery, int set, int i);

/* The class that an output stands for when the task is asked, and through `of` the task whose
 * output it is; -1 if none of that task's. */
int gallery_class(const struct gallery *gallery, int task, int output, int *of);

/* The same as a person reads it: "7", "Sandal"; "7 of C" where the output is another task's and
 * does not tell by its class alone.  Returns buf. */
char *gallery_answer(const struct gallery *gallery, int task, int output, char *buf, size_t size);

#endif
