/* SPDX-License-Identifier: MIT
 * Datasets: labelled examples with a fixed train/test split.
 *
 * Letters of shapes: n examples, d features, c classes. */
#ifndef OUBLI_TASKS_DATASET_H
#define OUBLI_TASKS_DATASET_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/param.h"
#include "base/watch.h"
#include "tasks/notes.h"
#include "tasks/reading.h"

/* One side of the split.  A feature is `bytes[i*d + j] * scale` where the data came as bytes, else
 * `floats[i*d + j]`; just one of the two pointers is set.  Borrowed from the dataset. */
struct examples {
    int n;
    int stride;             /* features from one example to the next; 0 = d.  Running text: 1 */
    const uint8_t *bytes;   /* (n, d) or NULL */
    const float *floats;    /* (n, d) or NULL */
    float scale;            /* of bytes: 1/16 for the digits, 1/255 for images */
    const uint16_t *labels; /* (n), each in 0 .. c-1 */
};

struct dataset_kind;

/* A part of the data that is a task of its own in the suite `kinds`: a kind of text, a place in the
 * plane.  Its examples stand together. */
struct group {
    char name[32];
    char prompt[48];                    /* of a kind of text: what it is asked to continue, ... */
    char primer[PARAM_CONTEXT_MAX + 1]; /* ... and a context of what stands before that */
    int train_first, n_train;
    int test_first, n_test;
    int validation_first, n_validation; /* 0: nothing is held out */
};

struct dataset {
    const struct dataset_kind *kind; /* NULL if dataset_open has not made it */
    char name[64];                   /* "digits", "fashion", or the last part of the path */
    int n_features;                  /* d */
    int n_symbols; /* features are symbols 0 .. n_symbols-1, for an embedding; 0 = numbers */
    int width;     /* of an image, 0 where the features are not an image */
    int height;
    int n_classes;        /* c */
    char **class_names;   /* (c) "0", "shirt" ...; owned by the dataset */
    char **feature_names; /* (d) of a CSV, else NULL */
    double *means, *sds;  /* (d) of a CSV: a feature x was means[j] + sds[j] x; else NULL */
    bool is_said_again;   /* what is asked of an example are its features: a class for each */
    int n_groups;         /* 0 = the data has no tasks of its own */
    int n_groups_usual;   /* how many of them, from the first, make a session unless more is said */
    struct group *groups; /* (n_groups) */
    struct examples train, test;
    struct examples validation; /* held out of those to train on; n 0 = none */
    struct notes notes;         /* what the user should know of how it was read */
    struct arena arena;         /* owns all of the above */
};

/* What examples are, to be shown. */
enum data_form { DATA_TABLE, DATA_IMAGES, DATA_TEXT, DATA_PLANE, DATA_FEATURES };

/* A dataset that can be named: the table behind `--data` and `oubli list datasets`. */
struct dataset_kind {
    const char *name;    /* "digits", "fashion", "DIR", "FILE.csv" */
    const char *summary; /* one line */
    const char *source;  /* where it comes from, licence */
    enum data_form form;
    const char *suite; /* default of --suite */
    const char *net;   /* default of --net, as text */
    int batch;         /* default of --batch */
    const char *score; /* what is measured of a task, where that is no accuracy: "kept share" */
    int epochs;        /* default of --epochs ... */
    int epochs_split;  /* ... and of --epochs with the suite split */
    enum model model;  /* default of --model, where nothing that is named speaks against it */
    /* Other parameters with defaults of their own, for each kind of network that may learn from it,
     * as in "optimizer=adam lr=0.002 steps=600"; NULL = none.  An optimizer is named first, and lr
     * and ewc.lambda with it: they hold for no other.  Steps give way to --epochs. */
    const char *settings[MODEL_COUNT];
    double seconds[MODEL_COUNT]; /* that a task takes at the default pace; 0: never there */
};

/* The table, ended by an entry with a NULL name. */
const struct dataset_kind *dataset_kinds(void);

/* The kind that `spec` (what --data says) would open: a name, a folder, a path that ends in .csv.
 * NULL and err if it is neither: ERR_FAILED where it looks like a path, ERR_USAGE where like a
 * name. */
const struct dataset_kind *dataset_kind_of(const char *spec, struct err *err);

/* `text` with what is measured of a task in place of the word accuracy; kind NULL: as it is.
 * Returns buf. */
char *dataset_words(const struct dataset_kind *kind, const char *text, char *buf, size_t size);

/* What else is said of data; zero is nothing. */
struct dataset_options {
    struct data_reading reading;
    bool is_conversation;      /* of `text`: the grammars of a desk instead of kinds of text */
    int context;               /* symbols of a window of text; 0: TEXT_CONTEXT */
    uint64_t seed;             /* of what is generated */
    const struct watch *watch; /* of what is read and made; NULL: nobody does */
};

/* What can be said against opening it without reading it: there is no such data, an option is of
 * other data, a file is missing or is none.  `options` may be NULL.  Takes a millisecond; NULL and
 * err as dataset_open. */
const struct dataset_kind *dataset_check(const char *spec, const struct dataset_options *options,
                                         struct err *err);

/* Opens `spec`; `options` may be NULL.  An option of other data is ERR_USAGE.  Returns owned; NULL
 * and err on any trouble: the line names the file, what was expected, what was found and what to
 * do. */
struct dataset *dataset_open(const char *spec, const struct dataset_options *options,
                             struct err *err) __attribute__((warn_unused_result));

/* NULL is allowed. */
void dataset_close(struct dataset *dataset);

#endif
