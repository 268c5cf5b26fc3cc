/* SPDX-License-Identifier: MIT
 * A table of the user's as a dataset: inputs and a label.
 *
 * Letters: n rows, d features, c classes, T tasks.  Features are standardised with the mean and the
 * standard deviation of the train rows, x' = (x - mean) / sd; a column that is constant there
 * becomes 0, and so does a value that is missing. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tasks/clean.h"
#include "tasks/csv_notes.h"
#include "tasks/csv_table.h"
#include "tasks/dataset.h"
#include "tasks/formats.h"
#include "tasks/gz.h"

/* Of a feature over the train rows. */
struct moments {
    int n; /* rows that have a value */
    double first;
    double mean;
    double sd; /* 0 for a constant column, where rounding of the mean would leave a little */
    bool varies;
};

/* moments: (d), zero at first */
static void find_moments(struct moments *moments, const struct csv_table *table)
{
    int d = table->d;
    for (int i = 0; i < table->n; i++) {
        for (int j = 0; j < d && !table->is_test[i]; j++) {
            double x = csv_table_value(table, i, j);
            moments[j].first = moments[j].n == 0 ? x : moments[j].first;
            moments[j].varies |= !isnan(x) && x != moments[j].first;
            moments[j].n += !isnan(x);
        }
    }
    for (int i = 0; i < table->n; i++) {
        for (int j = 0; j < d && !table->is_test[i]; j++) {
            double x = csv_table_value(table, i, j);
            moments[j].mean += isnan(x) ? 0 : x / moments[j].n;
        }
    }
    for (int i = 0; i < table->n; i++) {
        for (int j = 0; j < d && !table->is_test[i]; j++) {
            double away = csv_table_value(table, i, j) - moments[j].mean;
            moments[j].sd += isnan(away) ? 0 : away * away / moments[j].n;
        }
    }
    for (int j = 0; j < d; j++) {
        moments[j].sd = moments[j].varies ? sqrt(moments[j].sd) : 0;
    }
}

/* A test value may lie any distance from the train rows: kept within what a float holds. */
static float standardise(double x, struct moments moments)
{
    double z = moments.sd > 0 && !isnan(x) ? (x - moments.mean) / moments.sd : 0;
    return (float)fmax(-(double)FLT_MAX, fmin(z, (double)FLT_MAX));
}

/* ---- memory ---- */

/* "width", and of a category "sex=male". */
static size_t name_length(const struct csv_table *table, struct csv_input input)
{
    const struct csv_column *column = &table->columns.all[input.column];
    return sizeof column->name +
           (input.category < 0 ? 0 : 1 + strlen(column->values.text[input.category]));
}

static size_t texts_size(const struct csv_table *table)
{
    size_t size = 0;
    for (int k = 0; k < table->classes->n; k++) {
        size += strlen(table->classes->text[k]) + 1;
    }
    for (int j = 0; j < table->d; j++) {
        size += name_length(table, table->inputs[j]) + 1;
    }
    return size;
}

static bool reserve(struct dataset *dataset, const struct csv_table *table, struct err *err)
{
    size_t size = 0, d = (size_t)table->d, c = (size_t)table->classes->n;
    size_t n_test = (size_t)table->n_test, n_train = (size_t)table->n - n_test;
    size_t n_groups = table->tasks ? (size_t)table->tasks->n : 0;
    bool fits =
        arena_size_add(&size, n_train, d * sizeof(float)) &&
        arena_size_add(&size, n_test, d * sizeof(float)) &&
        arena_size_add(&size, n_train, sizeof(uint16_t)) &&
        arena_size_add(&size, n_test, sizeof(uint16_t)) &&
        arena_size_add(&size, c, sizeof(char *)) && arena_size_add(&size, d, sizeof(char *)) &&
        arena_size_add(&size, d, sizeof(double)) && arena_size_add(&size, d, sizeof(double)) &&
        arena_size_add(&size, n_groups, sizeof(struct group)) &&
        arena_size_add(&size, texts_size(table), 1);
    if (!fits) {
        return err_set(err, ERR_FAILED, "%s: too large for the memory of this machine",
                       table->path);
    }
    return arena_init(&dataset->arena, size, err);
}

/* ---- filling in ---- */

/* Where the examples of each side stand that are filled in. */
struct sides {
    struct examples *examples[2];
    float *x[2];
    uint16_t *labels[2];
};

static struct sides make_sides(struct dataset *dataset, const struct csv_table *table)
{
    struct sides sides = {.examples = {&dataset->train, &dataset->test}};
    for (int s = 0; s < 2; s++) {
        size_t n = (size_t)(s == 0 ? table->n - table->n_test : table->n_test);
        sides.x[s] = arena_alloc(&dataset->arena, n, (size_t)table->d * sizeof(float));
        sides.labels[s] = arena_alloc(&dataset->arena, n, sizeof(uint16_t));
        *sides.examples[s] =
            (struct examples){.floats = sides.x[s], .labels = sides.labels[s], .scale = 1};
    }
    return sides;
}

static void add_example(struct sides *sides, const struct csv_table *table, int i,
                        const struct moments *moments)
{
    int s = table->is_test[i];
    size_t row = (size_t)sides->examples[s]->n++, d = (size_t)table->d;
    for (size_t j = 0; j < d; j++) {
        sides->x[s][row * d + j] = standardise(csv_table_value(table, i, (int)j), moments[j]);
    }
    sides->labels[s][row] = table->classes->code[i];
}

/* moments: (d).  Examples of a task stand together. */
static void fill_examples(struct dataset *dataset, const struct csv_table *table,
                          const struct moments *moments)
{
    struct sides sides = make_sides(dataset, table);
    int n_tasks = table->tasks ? table->tasks->n : 0;
    for (int i = 0; i < table->n && n_tasks == 0; i++) {
        add_example(&sides, table, i, moments);
    }
    dataset->n_groups = dataset->n_groups_usual = n_tasks;
    dataset->groups = arena_alloc(&dataset->arena, (size_t)n_tasks, sizeof *dataset->groups);
    for (int t = 0; t < n_tasks; t++) {
        struct group *group = &dataset->groups[t];
        *group = (struct group){.train_first = dataset->train.n, .test_first = dataset->test.n};
        clean_copy(group->name, sizeof group->name, table->tasks->text[t]);
        for (int i = 0; i < table->n; i++) {
            if (table->tasks->code[i] == t) {
                add_example(&sides, table, i, moments);
            }
        }
        group->n_train = dataset->train.n - group->train_first;
        group->n_test = dataset->test.n - group->test_first;
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
    bool has_names = table->columns.has_header;
    dataset->class_names = arena_alloc(arena, (size_t)table->classes->n, sizeof(char *));
    char **features = arena_alloc(arena, (size_t)table->d, sizeof(char *));
    char *room = (char *)arena->base + arena->used; /* the rest of the arena is counted for texts */
    for (int k = 0; k < table->classes->n; k++) {
        dataset->class_names[k] = put_text(&room, table->classes->text[k]);
    }
    for (int j = 0; j < table->d; j++) {
        const struct csv_input *input = &table->inputs[j];
        const struct csv_column *column = &table->columns.all[input->column];
        features[j] = put_text(&room, column->name);
        if (input->category >= 0) {
            has_names = true;
            room[-1] = '=';
            put_text(&room, column->values.text[input->category]);
        }
    }
    dataset->feature_names = has_names ? features : NULL;
}

static bool fill(struct dataset *dataset, const struct csv_table *table, struct moments *moments,
                 struct err *err)
{
    dataset->n_features = table->d;
    dataset->n_classes = table->classes->n;
    if (!reserve(dataset, table, err)) {
        return false;
    }
    find_moments(moments, table);
    fill_examples(dataset, table, moments);
    keep_moments(dataset, moments);
    fill_names(dataset, table);
    csv_notes_add(&dataset->notes, table);
    return true;
}

static struct dataset *dataset_of_table(const struct csv_table *table, struct err *err)
{
    struct dataset *dataset = dataset_empty(table->path, err);
    struct moments *moments = calloc((size_t)table->d, sizeof *moments);
    if (dataset && !moments) {
        err_set(err, ERR_FAILED, "%s: no memory for the table; make it smaller", table->path);
    }
    bool ok = dataset && moments && fill(dataset, table, moments, err);
    free(moments);
    if (!ok) {
        dataset_close(dataset);
        return NULL;
    }
    return dataset;
}

static bool can_be_opened(const char *path, struct err *err)
{
    struct gz gz = {0};
    bool ok = gz_open(&gz, path, err);
    gz_close(&gz);
    return ok;
}

bool csv_check(const char *path, const struct dataset_options *options, struct err *err)
{
    const char *test = options->reading.text[READING_TEST];
    return can_be_opened(path, err) && (!test || can_be_opened(test, err));
}

struct dataset *csv_open(const char *path, const struct dataset_options *options, struct err *err)
{
    struct csv_table table;
    bool done = csv_table_read(&table, path, &options->reading, options->watch, err);
    struct dataset *dataset = done ? dataset_of_table(&table, err) : NULL;
    csv_table_fini(&table);
    return dataset;
}
