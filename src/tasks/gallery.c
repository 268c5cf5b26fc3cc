/* SPDX-License-Identifier: MIT */
#include "tasks/gallery.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tasks/clean.h"

enum { MANY_PIXELS = 256, EACH_LEAST = 4, TELLING_ROWS = 20000 };

bool gallery_is_possible(const struct dataset *dataset)
{
    bool is_table = dataset->width == 0 && dataset->train.floats && dataset->test.floats;
    return dataset->n_symbols == 0 && dataset->n_groups == 0 && !dataset->is_said_again &&
           (dataset->width > 0 || is_table) && dataset->n_classes <= GALLERY_CLASSES_MAX;
}

/* ---- memory ---- */

static size_t picture_size(const struct gallery *gallery)
{
    return (size_t)gallery->width * (size_t)gallery->height;
}

/* Bytes that an example takes in a recording. */
static size_t example_bytes(const struct gallery *gallery)
{
    size_t pixels = picture_size(gallery);
    return pixels ? (pixels + 1) / 2 : (size_t)gallery->n_columns * sizeof(float);
}

struct gallery *gallery_of_size(const struct gallery *like)
{
    struct gallery *gallery = malloc(sizeof *gallery);
    if (!gallery) {
        return NULL;
    }
    *gallery = *like;
    size_t examples = (size_t)like->n_sets * (size_t)like->n_each;
    size_t pixels = examples * picture_size(like), values = examples * (size_t)like->n_columns;
    gallery->tasks = calloc((size_t)like->n_tasks, sizeof *gallery->tasks);
    gallery->levels = pixels ? calloc(pixels, 1) : NULL;
    gallery->values = !pixels && values ? calloc(values, sizeof *gallery->values) : NULL;
    if (!gallery->tasks || (!gallery->levels && !gallery->values && examples > 0)) {
        gallery_destroy(gallery);
        return NULL;
    }
    return gallery;
}

void gallery_destroy(struct gallery *gallery)
{
    if (gallery) {
        free(gallery->tasks);
        free(gallery->levels);
        free(gallery->values);
        free(gallery);
    }
}

const uint8_t *gallery_picture(const struct gallery *gallery, int set, int i)
{
    bool is_there = gallery->levels && set >= 0 && set < gallery->n_sets && i < gallery->n_each;
    size_t at = (size_t)set * (size_t)gallery->n_each + (size_t)i;
    return is_there ? gallery->levels + at * picture_size(gallery) : NULL;
}

const float *gallery_row(const struct gallery *gallery, int set, int i)
{
    bool is_there = gallery->values && set >= 0 && set < gallery->n_sets && i < gallery->n_each;
    size_t at = (size_t)set * (size_t)gallery->n_each + (size_t)i;
    return is_there ? gallery->values + at * (size_t)gallery->n_columns : NULL;
}

/* ---- which examples ---- */

/* True if the task has all of the data: then it has the same examples as all others. */
static bool has_all(const struct suite *suite, int task)
{
    return suite_task(suite, task)->n_test == suite_dataset(suite)->test.n;
}

/* The first test examples of each class, class by class in turn. */
static void choose(struct gallery_task *chosen, const struct suite *suite, int task, int n_each)
{
    int at[GALLERY_CLASSES_MAX][GALLERY_EACH_MAX], n[GALLERY_CLASSES_MAX] = {0};
    int n_test = suite_task(suite, task)->n_test, first = chosen->first_class;
    int n_full = 0;
    for (int i = 0; i < n_test && n_full < chosen->n_classes; i++) {
        int source = suite_source_index(suite, task, SPLIT_TEST, i);
        int class = suite_dataset(suite)->test.labels[source] - first;
        if (n[class] < n_each) {
            at[class][n[class]++] = i;
            n_full += n[class] == n_each;
        }
    }
    for (int round = 0; round < n_each; round++) {
        for (int k = 0; k < chosen->n_classes && chosen->n < n_each; k++) {
            if (round < n[k]) {
                chosen->index[chosen->n] = at[k][round];
                chosen->label[chosen->n++] = first + k;
            }
        }
    }
}

/* ---- pictures ---- */

/* The mean over the pixels of `x` (from) that pixel i of n (to) stands for. */
static void span(int i, int n, int from, int *begin, int *end)
{
    *begin = i * from / n;
    *end = (i + 1) * from / n;
}

static void reduce(uint8_t *levels, const real *x, const struct gallery *gallery,
                   const struct dataset *dataset)
{
    for (int y = 0; y < gallery->height; y++) {
        for (int k = 0; k < gallery->width; k++) {
            int top, bottom, left, right;
            double sum = 0;
            span(y, gallery->height, dataset->height, &top, &bottom);
            span(k, gallery->width, dataset->width, &left, &right);
            for (int i = top; i < bottom; i++) {
                for (int j = left; j < right; j++) {
                    sum += (double)x[i * dataset->width + j];
                }
            }
            double mean = sum / ((bottom - top) * (right - left));
            double level = round(mean * (GALLERY_LEVELS - 1));
            levels[y * gallery->width + k] = (uint8_t)fmin(fmax(level, 0), GALLERY_LEVELS - 1);
        }
    }
}

static void draw_set(struct gallery *gallery, const struct suite *suite, int task, int set, real *x)
{
    size_t size = picture_size(gallery);
    for (int i = 0; i < gallery->tasks[task].n; i++) {
        suite_example(suite, task, SPLIT_TEST, gallery->tasks[task].index[i], x);
        reduce(gallery->levels + ((size_t)set * (size_t)gallery->n_each + (size_t)i) * size, x,
               gallery, suite_dataset(suite));
    }
}

/* ---- rows ---- */

/* How far apart the classes are in feature j, next to how far they spread: the variance between
 * their means over that inside them. */
static double telling(const struct dataset *dataset, int j)
{
    const struct examples *train = &dataset->train;
    double sum[GALLERY_CLASSES_MAX] = {0}, squares = 0, between = 0, all = 0;
    int n[GALLERY_CLASSES_MAX] = {0}, rows = train->n < TELLING_ROWS ? train->n : TELLING_ROWS;
    for (int i = 0; i < rows; i++) {
        double x = (double)train->floats[(size_t)i * (size_t)dataset->n_features + (size_t)j];
        sum[train->labels[i]] += x;
        n[train->labels[i]]++;
        squares += x * x;
        all += x;
    }
    for (int k = 0; k < dataset->n_classes; k++) {
        between += n[k] ? sum[k] * sum[k] / n[k] : 0;
    }
    double inside = squares - between;
    between -= all * all / rows;
    return between > 0 ? between / fmax(inside, 1e-9 * squares) : 0;
}

/* The features that tell most, the best first. */
static void choose_columns(struct gallery *gallery, const struct dataset *dataset,
                           int columns[GALLERY_COLUMNS_MAX])
{
    double best[GALLERY_COLUMNS_MAX];
    int n = 0;
    for (int j = 0; j < dataset->n_features; j++) {
        double value = telling(dataset, j);
        int at = n < GALLERY_COLUMNS_MAX ? n++ : n;
        for (; at > 0 && best[at - 1] < value; at--) {
            if (at < GALLERY_COLUMNS_MAX) {
                best[at] = best[at - 1];
                columns[at] = columns[at - 1];
            }
        }
        if (at < GALLERY_COLUMNS_MAX) {
            best[at] = value;
            columns[at] = j;
        }
    }
    for (int k = 0; k < n; k++) {
        char *name = gallery->column_names[k];
        if (dataset->feature_names) {
            clean_copy(name, GALLERY_NAME_MAX, dataset->feature_names[columns[k]]);
        } else {
            snprintf(name, GALLERY_NAME_MAX, "feature %d", columns[k] + 1);
        }
    }
    gallery->n_columns = n;
}

static void copy_rows(struct gallery *gallery, const struct suite *suite, int task, int set,
                      const int columns[GALLERY_COLUMNS_MAX])
{
    const struct dataset *dataset = suite_dataset(suite);
    for (int i = 0; i < gallery->tasks[task].n; i++) {
        int row = suite_source_index(suite, task, SPLIT_TEST, gallery->tasks[task].index[i]);
        const float *x = dataset->test.floats + (size_t)row * (size_t)dataset->n_features;
        float *values = gallery->values + ((size_t)set * (size_t)gallery->n_each + (size_t)i) *
                                              (size_t)gallery->n_columns;
        for (int k = 0; k < gallery->n_columns; k++) {
            int j = columns[k];
            double value = (double)x[j];
            values[k] = (float)(dataset->sds ? dataset->means[j] + dataset->sds[j] * value : value);
        }
    }
}

/* ---- all of it ---- */

/* How many examples, and how many sets of them have room. */
static void plan_sets(struct gallery *gallery, const struct suite *suite)
{
    int n = gallery->n_tasks;
    size_t bytes = example_bytes(gallery);
    gallery->n_each = picture_size(gallery) > MANY_PIXELS ? GALLERY_EACH_MAX / 2 : GALLERY_EACH_MAX;
    if (!has_all(suite, 0)) { /* each task has its own: rather few than none */
        int fit = (int)(GALLERY_SETS_BYTES / (bytes * (size_t)n));
        gallery->n_each = fit < gallery->n_each ? fit : gallery->n_each;
        gallery->n_each = gallery->n_each < EACH_LEAST ? EACH_LEAST : gallery->n_each;
    }
    int sets = (int)(GALLERY_SETS_BYTES / (bytes * (size_t)gallery->n_each));
    gallery->n_sets = sets < 1 ? 1 : sets < n ? sets : n;
}

static void describe(struct gallery *gallery, const struct suite *suite)
{
    const struct dataset *dataset = suite_dataset(suite);
    gallery->n_tasks = suite_n_tasks(suite);
    gallery->has_own_outputs = suite_scenario(suite) == SCENARIO_CLASS;
    gallery->n_classes = dataset->n_classes;
    for (int k = 0; k < dataset->n_classes; k++) {
        clean_copy(gallery->class_names[k], GALLERY_NAME_MAX, dataset->class_names[k]);
    }
    gallery->width = dataset->width < GALLERY_SIDE_MAX ? dataset->width : GALLERY_SIDE_MAX;
    gallery->height = dataset->height < GALLERY_SIDE_MAX ? dataset->height : GALLERY_SIDE_MAX;
}

static void describe_task(struct gallery *gallery, const struct suite *suite, int t)
{
    struct gallery_task *task = &gallery->tasks[t];
    suite_classes(suite, t, &task->first_class, &task->n_classes);
    task->shift = suite_shift(suite, t);
    if (t > 0 && has_all(suite, t)) {
        *task = gallery->tasks[0];
        task->shift = suite_shift(suite, t);
    } else {
        choose(task, suite, t, gallery->n_each);
    }
}

/* The sets: one for each task that sees its examples as no set so far has them. */
static void fill_sets(struct gallery *gallery, const struct suite *suite, const int *columns,
                      real *x)
{
    int used = 0;
    for (int t = 0; t < gallery->n_tasks; t++) {
        struct gallery_task *task = &gallery->tasks[t];
        bool is_same = t > 0 && has_all(suite, t);
        task->seen = task->plain = is_same ? 0 : -1;
        if ((is_same && !gallery->levels) || used == gallery->n_sets) {
            task->seen = is_same && gallery->levels ? -1 : task->seen;
            continue;
        }
        if (gallery->levels) {
            draw_set(gallery, suite, t, used, x);
        } else {
            copy_rows(gallery, suite, t, used, columns);
        }
        task->seen = used++;
        task->plain = is_same ? 0 : task->seen;
    }
    gallery->n_sets = used;
}

struct gallery *gallery_create(const struct suite *suite, struct err *err)
{
    const struct dataset *dataset = suite_dataset(suite);
    struct gallery like = {0};
    int columns[GALLERY_COLUMNS_MAX] = {0};
    assert(gallery_is_possible(dataset));
    describe(&like, suite);
    if (like.width == 0) {
        choose_columns(&like, dataset, columns);
    }
    plan_sets(&like, suite);
    struct gallery *gallery = gallery_of_size(&like);
    real *x = malloc((size_t)dataset->n_features * sizeof *x);
    if (!gallery || !x) {
        err_set(err, ERR_FAILED, "memory: no room for the pictures of %d tasks", like.n_tasks);
        gallery_destroy(gallery);
        free(x);
        return NULL;
    }
    for (int t = 0; t < gallery->n_tasks; t++) {
        describe_task(gallery, suite, t);
    }
    fill_sets(gallery, suite, columns, x);
    free(x);
    return gallery;
}

/* ---- names ---- */

int gallery_class(const struct gallery *gallery, int task, int output, int *of)
{
    for (int k = 0; k < gallery->n_tasks; k++) {
        int t = (task + k) % gallery->n_tasks; /* its own first */
        const struct gallery_task *asked = &gallery->tasks[t];
        int class = output - asked->shift;
        if (class >= asked->first_class && class < asked->first_class + asked->n_classes) {
            *of = t;
            return class;
        }
        if (!gallery->has_own_outputs) {
            break;
        }
    }
    *of = -1;
    return -1;
}

char *gallery_answer(const struct gallery *gallery, int task, int output, char *buf, size_t size)
{
    int of;
    char letter[4];
    int class = gallery_class(gallery, task, output, &of);
    bool is_told = of == task || class < 0 || /* or nobody else has that class */
                   class < gallery->tasks[task].first_class ||
                   class >= gallery->tasks[task].first_class + gallery->tasks[task].n_classes;
    if (class < 0) {
        snprintf(buf, size, "none");
    } else if (is_told) {
        snprintf(buf, size, "%s", gallery->class_names[class]);
    } else {
        snprintf(buf, size, "%s of %s", gallery->class_names[class], task_letter(of, letter));
    }
    return buf;
}
