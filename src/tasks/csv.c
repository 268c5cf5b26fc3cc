/* SPDX-License-Identifier: MIT
 * A table of the user's as a dataset: numeric columns and a label.
 *
 * Letters: n rows, d features, c classes.  A fifth of each class is for testing.  Features are
 * standardised with the mean and the standard deviation of the train rows, x' = (x - mean) / sd; a
 * column that is constant there becomes 0. */
#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tasks/clean.h"
#include "tasks/csv_table.h"
#include "tasks/dataset.h"
#include "tasks/formats.h"
#include "tasks/gz.h"
#include "tasks/holdout.h"
#include "tasks/plain_text.h"

enum { COLUMN_NAME_MAX = 24 }; /* of a column without one */
static const size_t csv_text_max = (size_t)1 << 30;
static const double TEXT_SHARE = 0.1; /* of the time: getting the text; the rest, its rows */

/* Of a column over the train rows. */
struct moments {
    double mean;
    double sd; /* 0 for a constant column, where rounding of the mean would leave a little */
    bool varies;
};

/* A table, and which of its rows are for testing. */
struct halves {
    const struct csv_table *table;
    bool *is_test; /* (n) */
    int n_test;
};

/* moments: (d), zero at first */
static void find_moments(struct moments *moments, const struct halves *halves)
{
    const struct csv_table *table = halves->table;
    const double *first = NULL; /* of the train rows */
    size_t d = (size_t)table->n_features;
    int n_train = table->n - halves->n_test;
    for (int i = 0; i < table->n; i++) {
        const double *x = table->values + (size_t)i * d;
        first = first || halves->is_test[i] ? first : x;
        for (size_t j = 0; j < d && !halves->is_test[i]; j++) {
            moments[j].mean += x[j] / n_train;
            moments[j].varies |= x[j] != first[j];
        }
    }
    for (int i = 0; i < table->n; i++) {
        const double *x = table->values + (size_t)i * d;
        for (size_t j = 0; j < d && !halves->is_test[i]; j++) {
            double away = x[j] - moments[j].mean;
            moments[j].sd += away * away / n_train;
        }
    }
    for (size_t j = 0; j < d; j++) {
        moments[j].sd = moments[j].varies ? sqrt(moments[j].sd) : 0;
    }
}

/* A test value may lie any distance from the train rows: kept within what a float holds. */
static float standardise(double x, struct moments moments)
{
    double z = moments.sd > 0 ? (x - moments.mean) / moments.sd : 0;
    return (float)fmax(-(double)FLT_MAX, fmin(z, (double)FLT_MAX));
}

static bool reserve(struct dataset *dataset, const struct halves *halves, struct err *err)
{
    const struct csv_table *table = halves->table;
    size_t size = 0, d = (size_t)dataset->n_features, texts = 0;
    size_t n_test = (size_t)halves->n_test, n_train = (size_t)table->n - n_test;
    for (int k = 0; k < table->c; k++) {
        texts += strlen(table->class_texts[k]) + 1;
    }
    for (int k = 0; k < table->n_features && table->header; k++) {
        texts += strlen(table->header[table->feature_columns[k]]) + 1 + COLUMN_NAME_MAX;
    }
    bool fits = arena_size_add(&size, n_train, d * sizeof(float)) &&
                arena_size_add(&size, n_test, d * sizeof(float)) &&
                arena_size_add(&size, n_train, sizeof(uint16_t)) &&
                arena_size_add(&size, n_test, sizeof(uint16_t)) &&
                arena_size_add(&size, (size_t)table->c, sizeof(char *)) &&
                arena_size_add(&size, d, sizeof(char *)) &&
                arena_size_add(&size, d, sizeof(double)) &&
                arena_size_add(&size, d, sizeof(double)) && arena_size_add(&size, texts, 1);
    if (!fits) {
        return err_set(err, ERR_FAILED, "%s: too large for the memory of this machine",
                       table->path);
    }
    return arena_init(&dataset->arena, size, err);
}

/* moments: (d) */
static void fill_examples(struct dataset *dataset, const struct halves *halves,
                          const struct moments *moments)
{
    const struct csv_table *table = halves->table;
    struct examples *sides[2] = {&dataset->train, &dataset->test};
    size_t d = (size_t)dataset->n_features;
    float *x[2];
    uint16_t *labels[2];
    for (int s = 0; s < 2; s++) {
        size_t n = (size_t)(s == 0 ? table->n - halves->n_test : halves->n_test);
        x[s] = arena_alloc(&dataset->arena, n, d * sizeof(float));
        labels[s] = arena_alloc(&dataset->arena, n, sizeof(uint16_t));
        *sides[s] = (struct examples){.floats = x[s], .labels = labels[s], .scale = 1};
    }
    for (int i = 0; i < table->n; i++) {
        int s = halves->is_test[i];
        size_t row = (size_t)sides[s]->n++;
        for (size_t j = 0; j < d; j++) {
            x[s][row * d + j] = standardise(table->values[(size_t)i * d + j], moments[j]);
        }
        labels[s][row] = table->classes[i];
    }
}

/* moments: (d).  What a person typed can be shown again. */
static void keep_moments(struct dataset *dataset, const struct moments *moments)
{
    size_t d = (size_t)dataset->n_features;
    dataset->means = arena_alloc(&dataset->arena, d, sizeof(double));
    dataset->sds = arena_alloc(&dataset->arena, d, sizeof(double));
    for (size_t j = 0; j < d; j++) {
        dataset->means[j] = moments[j].mean;
        dataset->sds[j] = moments[j].sd;
    }
}

static char *put_text(char **room, const char *text)
{
    char *start = *room;
    size_t size = strlen(text) + 1;
    memcpy(start, text, size);
    clean_text(start);
    *room += size;
    return start;
}

static void fill_names(struct dataset *dataset, const struct csv_table *table)
{
    struct arena *arena = &dataset->arena;
    dataset->class_names = arena_alloc(arena, (size_t)table->c, sizeof(char *));
    char **features = arena_alloc(arena, (size_t)dataset->n_features, sizeof(char *));
    char *room = (char *)arena->base + arena->used; /* the rest of the arena is counted for texts */
    for (int k = 0; k < table->c; k++) {
        dataset->class_names[k] = put_text(&room, table->class_texts[k]);
    }
    for (int k = 0; k < table->n_features && table->header; k++) {
        int column = table->feature_columns[k];
        char number[COLUMN_NAME_MAX];
        bool has_name = table->header[column][0] != '\0';
        features[k] =
            put_text(&room, has_name ? table->header[column]
                                     : csv_table_column(table, column, number, sizeof number));
    }
    dataset->feature_names = table->header ? features : NULL;
}

static bool fill(struct dataset *dataset, const struct halves *halves, struct moments *moments,
                 struct err *err)
{
    const struct csv_table *table = halves->table;
    dataset->n_features = table->n_features;
    dataset->n_classes = table->c;
    dataset->notes = table->notes;
    if (!reserve(dataset, halves, err)) {
        return false;
    }
    find_moments(moments, halves);
    fill_examples(dataset, halves, moments);
    keep_moments(dataset, moments);
    fill_names(dataset, table);
    return true;
}

static struct dataset *dataset_of_table(const struct csv_table *table, struct err *err)
{
    struct dataset *dataset = dataset_empty(table->path, err);
    struct moments *moments = calloc((size_t)table->n_features, sizeof *moments);
    struct halves halves = {.table = table, .is_test = calloc((size_t)table->n, sizeof(bool))};
    bool ok = dataset && moments && halves.is_test;
    if (!ok) {
        err_set(err, ERR_FAILED, "%s: no memory for the table; make it smaller", table->path);
    }
    if (ok) {
        halves.n_test = holdout_draw(halves.is_test, table->classes, table->n, table->c, err);
        ok = halves.n_test > 0 && fill(dataset, &halves, moments, err);
    }
    free(halves.is_test);
    free(moments);
    if (!ok) {
        dataset_close(dataset);
        return NULL;
    }
    return dataset;
}

/* The whole text, plain UTF-8 with lines that end in LF; owned. */
static char *read_text(const char *path, const struct watch *watch, struct err *err)
{
    struct gz gz = {0};
    size_t size;
    struct watch_share share = {watch, 0, TEXT_SHARE};
    struct watch reading = watch_of(&share);
    bool is_open = gz_open(&gz, path, err);
    gz.watch = &reading;
    char *text = is_open ? gz_read_all(&gz, csv_text_max, &size, err) : NULL;
    gz_close(&gz);
    if (text && !plain_text_check(path, text, size, "a CSV file", err)) {
        free(text);
        return NULL;
    }
    if (text) {
        text[plain_text_lines(text, size)] = '\0';
    }
    return text;
}

static struct dataset *open_text(const char *path, char *text, const char *label_column,
                                 const struct watch *watch, struct err *err)
{
    struct csv_table table;
    struct watch_share share = {watch, TEXT_SHARE, 1};
    struct watch rows = watch_of(&share);
    bool done = csv_table_read(&table, path, text, label_column, &rows, err);
    struct dataset *dataset = done ? dataset_of_table(&table, err) : NULL;
    csv_table_fini(&table);
    return dataset;
}

bool csv_check(const char *path, struct err *err)
{
    struct gz gz = {0};
    bool ok = gz_open(&gz, path, err);
    gz_close(&gz);
    return ok;
}

struct dataset *csv_open(const char *path, const struct dataset_options *options, struct err *err)
{
    char *text = read_text(path, options->watch, err);
    if (!text) {
        return NULL;
    }
    /* 0.5 is 0.5 in every language: in this thread numbers are read as the language C does. */
    locale_t plain = newlocale(LC_NUMERIC_MASK, "C", (locale_t)0);
    locale_t before = plain ? uselocale(plain) : (locale_t)0;
    struct dataset *dataset =
        open_text(path, text, options->reading.text[READING_LABEL], options->watch, err);
    if (plain) {
        uselocale(before);
        freelocale(plain);
    }
    free(text);
    return dataset;
}
