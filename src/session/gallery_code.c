/* SPDX-License-Identifier: MIT */
#include "session/gallery_code.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "session/packed.h"
#include "tasks/clean.h"

/* ---- what there is ---- */

/* A name for the screen, clean already where it is written. */
static void code_name(struct archive *archive, char name[GALLERY_NAME_MAX])
{
    archive_text(archive, name, GALLERY_NAME_MAX);
    clean_text(name);
}

static void code_sizes(struct archive *archive, struct gallery *gallery)
{
    archive_int(archive, &gallery->n_tasks, 1, SUITE_TASKS_MAX);
    archive_bool(archive, &gallery->has_own_outputs);
    archive_int(archive, &gallery->n_classes, 1, GALLERY_CLASSES_MAX);
    for (int k = 0; k < gallery->n_classes; k++) {
        code_name(archive, gallery->class_names[k]);
    }
    archive_int(archive, &gallery->width, 0, GALLERY_SIDE_MAX);
    archive_int(archive, &gallery->height, gallery->width > 0, GALLERY_SIDE_MAX);
    archive_check(archive, gallery->width > 0 || gallery->height == 0);
    archive_int(archive, &gallery->n_columns, 0, GALLERY_COLUMNS_MAX);
    for (int k = 0; k < gallery->n_columns; k++) {
        code_name(archive, gallery->column_names[k]);
    }
    archive_int(archive, &gallery->n_each, 1, GALLERY_EACH_MAX);
    archive_int(archive, &gallery->n_sets, 0, gallery->n_tasks);
}

static void code_task(struct archive *archive, const struct gallery *gallery,
                      struct gallery_task *task)
{
    int c = gallery->n_classes, last_set = gallery->n_sets - 1;
    archive_int(archive, &task->n, 0, gallery->n_each);
    archive_int(archive, &task->first_class, 0, c - 1);
    archive_int(archive, &task->n_classes, 1, c - task->first_class);
    archive_int(archive, &task->shift, -GALLERY_CLASSES_MAX, SUITE_OUTPUTS_MAX);
    archive_int(archive, &task->seen, -1, last_set);
    archive_int(archive, &task->plain, -1, last_set);
    for (int i = 0; i < task->n; i++) {
        archive_int(archive, &task->index[i], 0, INT_MAX);
        archive_int(archive, &task->label[i], 0, c - 1);
    }
}

/* ---- pictures and rows ---- */

static void code_levels(struct archive *archive, uint8_t *levels, size_t n)
{
    for (size_t i = 0; i < n && !archive->has_failed; i += 2) {
        bool is_pair = i + 1 < n;
        unsigned char byte = archive->is_reading
                                 ? 0
                                 : (unsigned char)(levels[i] | (is_pair ? levels[i + 1] << 4 : 0));
        archive_bytes(archive, &byte, 1);
        if (archive->is_reading) {
            levels[i] = byte & 15;
            if (is_pair) {
                levels[i + 1] = byte >> 4;
            }
        }
    }
}

static void code_values(struct archive *archive, float *values, size_t n)
{
    for (size_t i = 0; i < n && !archive->has_failed; i++) {
        archive_float(archive, &values[i]);
        archive_check(archive, isfinite(values[i]));
    }
}

static void code_rest(struct archive *archive, struct gallery *gallery)
{
    size_t n = (size_t)gallery->n_sets * (size_t)gallery->n_each;
    for (int t = 0; t < gallery->n_tasks && !archive->has_failed; t++) {
        code_task(archive, gallery, &gallery->tasks[t]);
    }
    if (gallery->levels) {
        code_levels(archive, gallery->levels, n * (size_t)gallery->width * (size_t)gallery->height);
    } else if (gallery->values) {
        code_values(archive, gallery->values, n * (size_t)gallery->n_columns);
    }
}

/* ---- all of it ---- */

unsigned char *gallery_encode(const struct gallery *gallery, size_t *size, struct err *err)
{
    struct archive archive = {0};
    /* The cast is sound: nothing is changed while writing. */
    struct gallery *source = (struct gallery *)(uintptr_t)gallery;
    code_sizes(&archive, source);
    code_rest(&archive, source);
    unsigned char *bytes = packed_take(&archive, GALLERY_CODE_VERSION, size);
    if (!bytes) {
        err_set(err, ERR_FAILED, "memory: no room to write the pictures");
    }
    return bytes;
}

static struct gallery *decode_body(struct archive *archive)
{
    struct gallery like = {0};
    size_t length = archive->size;
    code_sizes(archive, &like);
    size_t examples = (size_t)like.n_sets * (size_t)like.n_each;
    /* Each pixel and number has its bytes: nothing is reserved for what cannot be there. */
    bool fits = examples * (size_t)like.width * (size_t)like.height / 2 <= length &&
                examples * (size_t)like.n_columns <= length && (size_t)like.n_tasks <= length;
    struct gallery *gallery = archive->has_failed || !fits ? NULL : gallery_of_size(&like);
    if (gallery) {
        code_rest(archive, gallery);
        if (archive->has_failed || !archive_is_at_end(archive)) {
            gallery_destroy(gallery);
            return NULL;
        }
    }
    return gallery;
}

struct gallery *gallery_decode(const void *bytes, size_t size, struct err *err)
{
    struct archive archive;
    unsigned char *body = NULL;
    bool ok = size <= GALLERY_CODE_MAX &&
              packed_open(bytes, size, GALLERY_CODE_VERSION, GALLERY_BODY_MAX, &body, &archive);
    struct gallery *gallery = ok ? decode_body(&archive) : NULL;
    free(body);
    if (!gallery) {
        err_set(err, ERR_FAILED, "pictures: damaged: %zu bytes that are none", size);
    }
    return gallery;
}
