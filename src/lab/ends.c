/* SPDX-License-Identifier: MIT */
#include "lab/ends.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* All of a learner's together. */
static const size_t BYTES_MAX = 32u << 20;

/* In an archive. */
static const size_t SMALL_BYTES = 8u << 20;

static void drop(struct ends *ends, int i)
{
    free(ends->list[i].theta);
    ends->n--;
    memmove(ends->list + i, ends->list + i + 1, (size_t)(ends->n - i) * sizeof *ends->list);
}

void ends_forget(struct ends *ends, int stage)
{
    while (ends->n > 0 && ends->list[ends->n - 1].stage >= stage) {
        drop(ends, ends->n - 1);
    }
    ends->has_gaps = ends->has_gaps && stage > 0;
}

void ends_fini(struct ends *ends)
{
    ends_forget(ends, 0);
    free(ends->list);
    *ends = (struct ends){0};
}

const struct end *ends_find(const struct ends *ends, int task, int stage)
{
    for (int i = ends->n - 1; i >= 0; i--) {
        if (ends->list[i].task == task && ends->list[i].stage < stage) {
            return &ends->list[i];
        }
    }
    return NULL;
}

bool ends_lack(const struct ends *ends, int task, int stage)
{
    return ends->has_gaps && !ends_find(ends, task, stage);
}

/* The task has been learned again since. */
static bool is_outdated(const struct ends *ends, int i)
{
    return ends_find(ends, ends->list[i].task, INT_MAX) != &ends->list[i];
}

static bool make_room(struct ends *ends)
{
    if (ends->n < ends->capacity) {
        return true;
    }
    int capacity = ends->capacity ? 2 * ends->capacity : 8;
    struct end *list = realloc(ends->list, (size_t)capacity * sizeof *list);
    if (!list) {
        return false;
    }
    ends->list = list;
    ends->capacity = capacity;
    return true;
}

/* Adds one behind the last; its memory is still to be written to. */
static real *add(struct ends *ends, int stage, int task, size_t n_params)
{
    real *theta = make_room(ends) ? malloc(n_params * sizeof *theta) : NULL;
    if (theta) {
        ends->list[ends->n++] = (struct end){stage, task, theta};
    }
    return theta;
}

bool ends_fit(size_t n_params, int n_tasks)
{
    return n_params * sizeof(real) * (size_t)n_tasks <= BYTES_MAX;
}

void ends_keep(struct ends *ends, int stage, int task, const real *theta, size_t n_params,
               int n_tasks)
{
    size_t size = n_params * sizeof *theta;
    ends_forget(ends, stage);
    if (!ends_fit(n_params, n_tasks)) {
        return;
    }
    real *copy = add(ends, stage, task, n_params);
    ends->has_gaps |= !copy;
    if (copy) {
        memcpy(copy, theta, size);
    }
    for (int i = 0; i < ends->n && size * (size_t)ends->n > BYTES_MAX;) {
        if (is_outdated(ends, i)) {
            drop(ends, i);
            ends->has_gaps = true;
        } else {
            i++;
        }
    }
}

void ends_copy(struct ends *ends, const struct ends *from, size_t n_params)
{
    ends_forget(ends, 0);
    ends->has_gaps = from->has_gaps;
    for (int i = 0; i < from->n; i++) {
        const struct end *end = &from->list[i];
        real *copy = add(ends, end->stage, end->task, n_params);
        ends->has_gaps |= !copy;
        if (copy) {
            memcpy(copy, end->theta, n_params * sizeof *copy);
        }
    }
}

static void archive_end(struct end *end, struct archive *archive, size_t n_params, int n_tasks)
{
    archive_int(archive, &end->stage, 0, INT_MAX / 2);
    archive_int(archive, &end->task, 0, n_tasks - 1);
    archive_bytes(archive, end->theta, n_params * sizeof *end->theta);
}

static void read(struct ends *ends, struct archive *archive, int n, size_t n_params, int n_tasks)
{
    ends_forget(ends, 0);
    for (int i = 0; i < n && !archive->has_failed; i++) {
        int before = i > 0 ? ends->list[i - 1].stage : -1;
        archive_check(archive, add(ends, 0, 0, n_params) != NULL);
        if (!archive->has_failed) {
            archive_end(&ends->list[i], archive, n_params, n_tasks);
            archive_check(archive, ends->list[i].stage > before);
        }
    }
}

void ends_archive(struct ends *ends, struct archive *archive, size_t n_params, int n_tasks)
{
    size_t size = n_params * sizeof(real);
    int n_last = 0;
    for (int i = 0; i < ends->n; i++) {
        n_last += !is_outdated(ends, i);
    }
    bool has_all = size * (size_t)ends->n <= SMALL_BYTES;
    int n = has_all ? ends->n : n_last;
    bool has_gaps = ends->has_gaps || n < ends->n;
    archive_int(archive, &n, 0, (int)(BYTES_MAX / size));
    archive_bool(archive, &has_gaps);
    if (archive->is_reading) {
        read(ends, archive, n, n_params, n_tasks);
        ends->has_gaps = has_gaps;
        return;
    }
    for (int i = 0; i < ends->n; i++) {
        if (has_all || !is_outdated(ends, i)) {
            archive_end(&ends->list[i], archive, n_params, n_tasks);
        }
    }
}
