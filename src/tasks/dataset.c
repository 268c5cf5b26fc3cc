/* SPDX-License-Identifier: MIT */
#include "tasks/dataset.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tasks/clean.h"
#include "tasks/formats.h"
#include "tasks/idx_names.h"

enum {
    KIND_DIGITS,
    KIND_FASHION,
    KIND_TEXT,
    KIND_PLANE, /* and after it those of each shape, in their order */
    KIND_FEATURES = KIND_PLANE + PLANE_SHAPES,
    KIND_FOLDER,
    KIND_TABLE,
    KIND_COUNT
};
enum { CLASS_NAME_SIZE = 16 };

static const struct dataset_kind kinds[KIND_COUNT + 1] = {
    [KIND_DIGITS] = {.name = "digits",
                     .summary = "1797 handwritten digits, 8x8; inside the program",
                     .source = "Alpaydin & Kaynak 1998, UCI Optical Recognition of Handwritten "
                               "Digits, CC BY 4.0",
                     .form = DATA_IMAGES,
                     .suite = "permuted",
                     .net = "100,100",
                     .batch = 32,
                     .epochs = 10,
                     .epochs_split = 10,
                     .seconds = {8}},
    [KIND_FASHION] = {.name = "fashion",
                      .summary = "Fashion-MNIST, 70000 pictures of clothes, 28x28",
                      .source =
                          "Xiao, Rasul & Vollgraf 2017, MIT; apt install dataset-fashion-mnist",
                      .form = DATA_IMAGES,
                      .suite = "permuted",
                      .net = "256,256",
                      .batch = 128,
                      .epochs = 1,
                      .epochs_split = 2,
                      .seconds = {8}},
    [KIND_TEXT] =
        {.name = "text",
         .summary = "kinds of text, a character at a time: code, support, prose ...",
         .source = "grammars inside the program, or your files: --texts",
         .form = DATA_TEXT,
         .suite = "kinds",
         .net = "256,256",
         .batch = 128,
         .epochs = 1,
         .epochs_split = 1,
         .model = MODEL_TRANSFORMER,
         .settings =
             {[MODEL_MLP] = "optimizer=adam lr=0.002 steps=600 replay.memory=10000 ewc.samples=250 "
                            "ewc.lambda=10000 lora.rank=16",
              [MODEL_TRANSFORMER] =
                  "optimizer=adam lr=0.003 adam.beta2=0.99 clip=1 batch=16 steps=250 context=64 "
                  "lowlr.tasks=later freeze.layers=1 replay.memory=200 ewc.fisher=sampled "
                  "ewc.samples=200 consolidate.every=250 "
                  "ewc.form=explicit ewc.lambda=100 lora.rank=8 lora.alpha=16 lora.mode=shared"},
         .seconds = {[MODEL_MLP] = 20, [MODEL_TRANSFORMER] = 8}},
    [KIND_PLANE +
        PLANE_MOONS] = {.name = "plane",
                        .summary =
                            "points in the plane: two moons, in five places (also plane:moons)",
                        .source = "made from the seed",
                        .form = DATA_PLANE,
                        .suite = "kinds",
                        .net = "100,100",
                        .batch = 32,
                        .epochs = 1,
                        .epochs_split = 1,
                        .settings = {"steps=1600 lora.alpha=2"},
                        .seconds = {8}},
    [KIND_PLANE + PLANE_SPIRALS] = {.name = "plane:spirals",
                                    .summary = "the same with two spirals",
                                    .source = "made from the seed",
                                    .form = DATA_PLANE,
                                    .suite = "kinds",
                                    .net = "100,100",
                                    .batch = 32,
                                    .epochs = 1,
                                    .epochs_split = 1,
                                    .settings = {"optimizer=adam lr=0.003 steps=1600"},
                                    .seconds = {8}},
    [KIND_PLANE + PLANE_RINGS] = {.name = "plane:rings",
                                  .summary = "the same with a disc in a ring",
                                  .source = "made from the seed",
                                  .form = DATA_PLANE,
                                  .suite = "kinds",
                                  .net = "100,100",
                                  .batch = 32,
                                  .epochs = 1,
                                  .epochs_split = 1,
                                  .settings = {"steps=1600 lora.alpha=2"},
                                  .seconds = {8}},
    [KIND_PLANE + PLANE_BLOBS] = {.name = "plane:blobs",
                                  .summary = "ten heaps of points in the plane, a class each",
                                  .source = "made from the seed",
                                  .form = DATA_PLANE,
                                  .suite = "split",
                                  .net = "64,64",
                                  .batch = 32,
                                  .epochs = 1,
                                  .epochs_split = 1,
                                  .settings = {"steps=1000"},
                                  .seconds = {8}},
    [KIND_FEATURES] = {.name = "features",
                       .summary = "five sparse features through two numbers: superposition",
                       .source = "made from the seed, after Elhage et al. 2022, arXiv:2209.10652",
                       .form = DATA_FEATURES,
                       .suite = "kinds",
                       .net = "2",
                       .batch = 128,
                       .score = "kept share",
                       .epochs = 1,
                       .epochs_split = 1,
                       .model = MODEL_TIED,
                       .settings = {[MODEL_TIED] = "optimizer=adam lr=0.02 steps=300 "
                                                   "replay.memory=2000 ewc.lambda=10000"},
                       .seconds = {[MODEL_TIED] = 8}},
    [KIND_FOLDER] = {.name = "DIR",
                     .summary = "a folder of four IDX files, like MNIST, plain or .gz",
                     .source = "yours",
                     .form = DATA_IMAGES,
                     .suite = "permuted",
                     .net = "256,256",
                     .batch = 128,
                     .epochs = 1,
                     .epochs_split = 2,
                     .seconds = {8}},
    [KIND_TABLE] = {.name = "FILE.csv",
                    .summary = "a table of numbers with a label column (--label), standardised",
                    .source = "yours",
                    .suite = "permuted",
                    .net = "100,100",
                    .batch = 32,
                    .epochs = 10,
                    .epochs_split = 10,
                    .seconds = {8}},
};

const struct dataset_kind *dataset_kinds(void)
{
    return kinds;
}

const struct dataset_kind *dataset_kind_of(const char *spec, struct err *err)
{
    for (int i = 0; i < KIND_FOLDER; i++) {
        if (strcmp(spec, kinds[i].name) == 0) {
            return &kinds[i];
        }
    }
    if (strcmp(spec, "plane:moons") == 0) {
        return &kinds[KIND_PLANE];
    }
    struct stat status;
    if (stat(spec, &status) == 0) {
        return &kinds[S_ISDIR(status.st_mode) ? KIND_FOLDER : KIND_TABLE];
    }
    int reason = errno;
    if (idx_names_is_set(spec)) {
        return &kinds[KIND_FOLDER];
    }
    bool is_plane = strncmp(spec, "plane", 5) == 0;
    bool is_path = strchr(spec, '/') || strchr(spec, '.');
    char shown[96];
    clean_copy(shown, sizeof shown, spec);
    if (is_path) {
        err_set(err, ERR_FAILED,
                "--data %s: cannot be read: %s; expected a folder of IDX files or a .csv file",
                shown, strerror(reason));
    } else if (is_plane) {
        err_set(err, ERR_USAGE,
                "--data %s: no such points; expected plane (or plane:moons), plane:spirals, "
                "plane:rings or plane:blobs",
                shown);
    } else {
        err_set(err, ERR_USAGE,
                "--data %s: no dataset of that name; expected digits, fashion, text, plane, "
                "features, a folder of IDX files or a .csv file (oubli list datasets)",
                shown);
    }
    return NULL;
}

static struct dataset *open_kind(const struct dataset_kind *kind, const char *spec,
                                 const struct dataset_options *options, struct err *err)
{
    int i = (int)(kind - kinds);
    if (i >= KIND_PLANE && i < KIND_PLANE + PLANE_SHAPES) {
        return plane_open((enum plane_shape)(i - KIND_PLANE), options->seed, err);
    }
    switch (i) {
    case KIND_FEATURES:
        return features_open(options->seed, err);
    case KIND_DIGITS:
        return digits_open(err);
    case KIND_FASHION:
        return fashion_open(options->watch, err);
    case KIND_TEXT:
        return text_open(options, err);
    case KIND_FOLDER:
        return idx_open(spec, options->watch, err);
    default:
        return csv_open(spec, options, err);
    }
}

/* The kind of `spec`, if all the options are of its kind. */
static const struct dataset_kind *kind_with(const char *spec, const struct dataset_options *options,
                                            struct err *err)
{
    static const char *const forms[] = {
        [READING_OF_TABLE] = "a table (FILE.csv)",
        [READING_OF_TEXT] = "--data text",
        [READING_OF_TABLE | READING_OF_TEXT] = "a table (FILE.csv) or --data text",
        [READING_OF_TABLE | READING_OF_OTHER] = "data with classes of its own"};
    const struct dataset_kind *kind = dataset_kind_of(spec, err);
    if (!kind) {
        return NULL;
    }
    unsigned form = kind == &kinds[KIND_TABLE]  ? READING_OF_TABLE
                    : kind == &kinds[KIND_TEXT] ? READING_OF_TEXT
                                                : READING_OF_OTHER;
    for (int i = 0; i < READING_COUNT; i++) {
        const struct reading_row *row = reading_at((enum reading_id)i);
        const char *text = options->reading.text[i];
        if (text && !(row->of & form)) {
            char shown[96];
            err_set(err, ERR_USAGE, "--%s: goes with %s, --data is %s; leave --%s out", row->name,
                    forms[row->of], clean_copy(shown, sizeof shown, spec), row->name);
            return NULL;
        }
        if (text && !reading_check((enum reading_id)i, text, err)) {
            return NULL;
        }
    }
    return kind;
}

const struct dataset_kind *dataset_check(const char *spec, const struct dataset_options *options,
                                         struct err *err)
{
    static const struct dataset_options none = {0};
    options = options ? options : &none;
    const struct dataset_kind *kind = kind_with(spec, options, err);
    bool ok = kind != NULL;
    if (kind == &kinds[KIND_FASHION]) {
        ok = fashion_check(err);
    } else if (kind == &kinds[KIND_TEXT]) {
        ok = text_check(options->reading.text[READING_TEXTS], err);
    } else if (kind == &kinds[KIND_FOLDER]) {
        ok = idx_check(spec, err);
    } else if (kind == &kinds[KIND_TABLE]) {
        ok = csv_check(spec, options, err);
    }
    return ok ? kind : NULL;
}

static bool arrange(struct dataset *dataset, const struct dataset_options *options, struct err *err)
{
    const char *order = options->reading.text[READING_CLASS_ORDER],
               *share = options->reading.text[READING_VALIDATION];
    return (!order || arrange_classes(dataset, order, options->seed, err)) &&
           (!share || arrange_validation(dataset, share, err));
}

struct dataset *dataset_open(const char *spec, const struct dataset_options *options,
                             struct err *err)
{
    static const struct dataset_options none = {0};
    options = options ? options : &none;
    const struct dataset_kind *kind = kind_with(spec, options, err);
    struct dataset *dataset = kind ? open_kind(kind, spec, options, err) : NULL;
    if (dataset && !arrange(dataset, options, err)) {
        dataset_close(dataset);
        return NULL;
    }
    if (dataset) {
        dataset->kind = kind;
    }
    return dataset;
}

void dataset_close(struct dataset *dataset)
{
    if (dataset) {
        arena_fini(&dataset->arena);
        free(dataset);
    }
}

/* The last part of `path` without trailing slashes, cleaned. */
static void name_of_path(char *name, size_t size, const char *path)
{
    char copy[PATH_MAX];
    snprintf(copy, sizeof copy, "%s", path);
    size_t length = strlen(copy);
    while (length > 1 && copy[length - 1] == '/') {
        copy[--length] = '\0';
    }
    const char *slash = strrchr(copy, '/');
    clean_copy(name, size, slash && slash[1] ? slash + 1 : copy);
}

struct dataset *dataset_empty(const char *path, struct err *err)
{
    struct dataset *dataset = calloc(1, sizeof *dataset);
    if (!dataset) {
        err_set(err, ERR_FAILED, "memory: none left for a dataset");
        return NULL;
    }
    name_of_path(dataset->name, sizeof dataset->name, path);
    if (strcmp(dataset->name, ".") == 0 || strcmp(dataset->name, "..") == 0) {
        char whole[PATH_MAX];
        if (realpath(path, whole)) {
            name_of_path(dataset->name, sizeof dataset->name, whole);
        }
    }
    return dataset;
}

bool class_names_size_add(size_t *total, int n)
{
    return arena_size_add(total, (size_t)n, sizeof(char *)) &&
           arena_size_add(total, (size_t)n, CLASS_NAME_SIZE);
}

/* Room for a name of each class, empty. */
static void make_names(struct dataset *dataset)
{
    size_t n = (size_t)dataset->n_classes;
    dataset->class_names = arena_alloc(&dataset->arena, n, sizeof(char *));
    char *texts = arena_alloc(&dataset->arena, n, CLASS_NAME_SIZE);
    for (size_t i = 0; i < n; i++) {
        dataset->class_names[i] = texts + i * CLASS_NAME_SIZE;
    }
}

void class_names_set(struct dataset *dataset, const char *const *names)
{
    make_names(dataset);
    for (int i = 0; i < dataset->n_classes; i++) {
        if (names) {
            snprintf(dataset->class_names[i], CLASS_NAME_SIZE, "%s", names[i]);
        } else {
            snprintf(dataset->class_names[i], CLASS_NAME_SIZE, "%d", i);
        }
    }
}

void class_names_set_numbers(struct dataset *dataset, const uint16_t *numbers)
{
    make_names(dataset);
    for (int i = 0; i < dataset->n_classes; i++) {
        snprintf(dataset->class_names[i], CLASS_NAME_SIZE, "%d", numbers[i]);
    }
}
