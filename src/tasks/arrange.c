/* SPDX-License-Identifier: MIT
 * What is changed of a dataset when it has been read: the order of its classes, and which of its
 * training examples are kept for validation. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "tasks/clean.h"
#include "tasks/dataset.h"
#include "tasks/formats.h"
#include "tasks/holdout.h"

enum { SHOWN = 48 };

static bool no_memory(struct err *err)
{
    return err_set(err, ERR_FAILED, "memory: no room to put the data in order");
}

/* What the arena holds, to be written to. */
static void *own(struct dataset *dataset, const void *pointer)
{
    return (char *)dataset->arena.base +
           ((const char *)pointer - (const char *)dataset->arena.base);
}

/* Of data whose answers are its features there is nothing to count. */
static bool set_no_classes(const struct dataset *dataset, enum reading_id id, struct err *err)
{
    return err_set(err, ERR_USAGE, "--%s: data with classes expected, %s found; leave --%s out",
                   reading_at(id)->name, dataset->name, reading_at(id)->name);
}

/* ---- classes ---- */

static int find_class(const struct dataset *dataset, const char *name, size_t length)
{
    for (int k = 0; k < dataset->n_classes; k++) {
        const char *class_name = dataset->class_names[k];
        if (strlen(class_name) == length && memcmp(class_name, name, length) == 0) {
            return k;
        }
    }
    return -1;
}

/* to: (c) the new number of each class, -1 at first */
static bool read_order(const struct dataset *dataset, const char *order, int *to, struct err *err)
{
    int n = 0;
    for (const char *at = order; *at; at += *at == ',') {
        size_t length = strcspn(at, ",");
        int k = find_class(dataset, at, length);
        if (k < 0 || to[k] >= 0) {
            char shown[SHOWN], name[SHOWN];
            snprintf(name, sizeof name, "%.*s", (int)(length < SHOWN ? length : SHOWN - 1), at);
            return err_set(err, ERR_USAGE,
                           "--class-order: given, shuffled or the %d classes of %s expected, each "
                           "once; %s '%s' found",
                           dataset->n_classes, dataset->name, k < 0 ? "no class" : "a second",
                           clean_copy(shown, sizeof shown, name));
        }
        to[k] = n++;
        at += length;
    }
    return n == dataset->n_classes ||
           err_set(err, ERR_USAGE, "--class-order: all %d classes of %s expected, %d found",
                   dataset->n_classes, dataset->name, n);
}

static void renumber(struct dataset *dataset, struct examples *examples, const int *to)
{
    uint16_t *labels = own(dataset, examples->labels);
    for (int i = 0; i < examples->n; i++) {
        labels[i] = (uint16_t)to[labels[i]];
    }
}

/* to: (c); names: (c) room */
static void apply_order(struct dataset *dataset, const int *to, char **names)
{
    int c = dataset->n_classes;
    for (int k = 0; k < c; k++) {
        names[to[k]] = dataset->class_names[k];
    }
    memcpy(dataset->class_names, names, (size_t)c * sizeof *names);
    renumber(dataset, &dataset->train, to);
    renumber(dataset, &dataset->test, to);
}

bool arrange_classes(struct dataset *dataset, const char *order, uint64_t seed, struct err *err)
{
    int c = dataset->n_classes;
    if (strcmp(order, "given") == 0) {
        return true;
    }
    if (dataset->is_said_again) {
        return set_no_classes(dataset, READING_CLASS_ORDER, err);
    }
    int *to = malloc((size_t)c * sizeof *to);
    char **names = malloc((size_t)c * sizeof *names);
    bool ok = (to && names) || no_memory(err);
    if (ok && strcmp(order, "shuffled") == 0) {
        struct rng rng = rng_stream(seed, rng_stream_classes());
        rng_shuffle(&rng, to, c);
    } else if (ok) {
        for (int k = 0; k < c; k++) {
            to[k] = -1;
        }
        ok = read_order(dataset, order, to, err);
    }
    if (ok) {
        apply_order(dataset, to, names);
    }
    free(to);
    free(names);
    return ok;
}

/* ---- validation ---- */

static bool read_share(const char *text, double *share, struct err *err)
{
    char *end;
    *share = strtod(text, &end);
    bool is_number = isdigit((unsigned char)*text) && end != text && *end == '\0';
    return (is_number && *share > 0 && *share <= 0.9) ||
           err_set(err, ERR_USAGE,
                   "--validation: a share of the training examples above 0, to 0.9, expected, "
                   "found '%.60s'",
                   text);
}

static bool set_too_small(const struct group *group, int n, struct err *err)
{
    return err_set(err, ERR_FAILED,
                   "--validation: enough examples to train and to validate on expected for each "
                   "task, %s has %d; hold out another share",
                   group ? group->name : "the data", n);
}

/* Its end, so far from the rest that no window has a character in both. */
static bool cut_text(struct dataset *dataset, double share, struct err *err)
{
    dataset->validation = dataset->train;
    for (int g = 0; g < dataset->n_groups; g++) {
        struct group *group = &dataset->groups[g];
        int n = (int)((double)group->n_train * share), gap = dataset->n_features;
        if (n <= 2 * gap || group->n_train - n <= 2 * gap) {
            return set_too_small(group, group->n_train, err);
        }
        group->n_validation = n;
        group->validation_first = group->train_first + group->n_train - n;
        group->n_train -= n + gap;
    }
    return true;
}

/* The group of each example, and its class: strata (n). */
static void find_strata(const struct dataset *dataset, int *strata)
{
    int c = dataset->n_classes;
    for (int i = 0; i < dataset->train.n; i++) {
        strata[i] = dataset->train.labels[i];
    }
    for (int g = 0; g < dataset->n_groups; g++) {
        const struct group *group = &dataset->groups[g];
        for (int i = 0; i < group->n_train; i++) {
            strata[group->train_first + i] += g * c;
        }
    }
}

/* Moves items of so many bytes that are marked to the end, all in their order.  room: for those. */
static void part(void *items, size_t size, const bool *marks, int n, void *room)
{
    char *at = items, *to = items, *out = room;
    for (int i = 0; i < n; i++, at += size) {
        char **here = marks[i] ? &out : &to;
        memmove(*here, at, size);
        *here += size;
    }
    memcpy(to, room, (size_t)(out - (char *)room));
}

/* How many of each group's examples are marked says where the groups stand then. */
static bool count_groups(struct dataset *dataset, const bool *marks, struct err *err)
{
    int train = 0, validation = 0;
    for (int g = 0; g < dataset->n_groups; g++) {
        struct group *group = &dataset->groups[g];
        int n = 0;
        for (int i = 0; i < group->n_train; i++) {
            n += marks[group->train_first + i];
        }
        if (n == 0 || n == group->n_train) {
            return set_too_small(group, group->n_train, err);
        }
        group->train_first = train;
        group->validation_first = validation;
        group->n_validation = n;
        group->n_train -= n;
        train += group->n_train;
        validation += n;
    }
    return true;
}

/* marks: (n), n_out of them */
static bool part_examples(struct dataset *dataset, const bool *marks, int n_out, struct err *err)
{
    struct examples *train = &dataset->train;
    size_t d = (size_t)dataset->n_features, size = d * (train->bytes ? 1 : sizeof(float));
    void *room = malloc((size_t)n_out * (size > sizeof(uint16_t) ? size : sizeof(uint16_t)));
    if (!room) {
        return no_memory(err);
    }
    const void *x = train->bytes ? (const void *)train->bytes : (const void *)train->floats;
    part(own(dataset, x), size, marks, train->n, room);
    part(own(dataset, train->labels), sizeof(uint16_t), marks, train->n, room);
    free(room);
    train->n -= n_out;
    dataset->validation = *train;
    dataset->validation.n = n_out;
    dataset->validation.labels += train->n;
    if (train->bytes) {
        dataset->validation.bytes += (size_t)train->n * d;
    } else {
        dataset->validation.floats += (size_t)train->n * d;
    }
    return true;
}

static bool draw_examples(struct dataset *dataset, double share, struct err *err)
{
    int n = dataset->train.n, n_groups = dataset->n_groups > 0 ? dataset->n_groups : 1, n_out = -1;
    int *strata = malloc((size_t)n * sizeof *strata);
    bool *marks = calloc((size_t)n, sizeof *marks);
    bool ok = (strata && marks) || no_memory(err);
    if (ok) {
        find_strata(dataset, strata);
        n_out = holdout_draw(marks, strata, n, n_groups * dataset->n_classes, share,
                             rng_stream_validation(), err);
        ok = n_out >= 0;
    }
    free(strata);
    ok = ok && ((n_out > 0 && n_out < n) || set_too_small(NULL, n, err)) &&
         count_groups(dataset, marks, err) && part_examples(dataset, marks, n_out, err);
    free(marks);
    return ok;
}

bool arrange_validation(struct dataset *dataset, const char *text, struct err *err)
{
    double share;
    if (dataset->is_said_again) {
        return set_no_classes(dataset, READING_VALIDATION, err);
    }
    return read_share(text, &share, err) &&
           (dataset->train.stride > 0 ? cut_text : draw_examples)(dataset, share, err);
}
