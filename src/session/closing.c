/* SPDX-License-Identifier: MIT */
#include "session/closing.h"

#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lab/learner.h"
#include "session/packed.h"

enum { NAME_MAX_BYTES = 1024 }; /* of a class, its NUL counted; longer ones are cut */

static struct closing *no_memory(struct closing *closing, struct err *err)
{
    closing_destroy(closing);
    err_set(err, ERR_FAILED, "memory: no room for what the session has come to");
    return NULL;
}

/* Room for names and accuracies, by the counts there are. */
static bool make_room(struct closing *closing)
{
    size_t c = (size_t)closing->n_classes;
    size_t cells = c * (size_t)closing->n_tasks * (size_t)closing->n_learners;
    closing->class_names = calloc(c + 1, sizeof *closing->class_names);
    closing->accuracy = calloc(cells + 1, sizeof *closing->accuracy);
    return closing->class_names && closing->accuracy;
}

void closing_destroy(struct closing *closing)
{
    if (closing) {
        for (int k = 0; closing->class_names && k < closing->n_classes; k++) {
            free(closing->class_names[k]);
        }
        free(closing->class_names);
        free(closing->accuracy);
        free(closing);
    }
}

/* ---- measuring ---- */

/* 0 where they would not fit. */
static int classes_that_fit(const struct dataset *dataset, int n_tasks, int n_learners)
{
    size_t cells = (size_t)dataset->n_classes * (size_t)n_tasks * (size_t)n_learners;
    size_t bytes = sizeof(struct closing) + cells * sizeof(double);
    for (int k = 0; k < dataset->n_classes; k++) {
        bytes += strlen(dataset->class_names[k]) + 2; /* its length stands before it */
    }
    return bytes < CLOSING_BODY_MAX ? dataset->n_classes : 0;
}

static bool measure(struct closing *closing, struct lab *lab, int i)
{
    struct closing_learner *learner = &closing->learners[i];
    size_t row = (size_t)closing->n_classes;
    double *accuracy = closing->accuracy + (size_t)i * (size_t)closing->n_tasks * row;
    *learner = (struct closing_learner){
        .id = lab_learner_id(lab, i),
        .samples = lab_learner_samples(lab, i),
        .seconds = lab_learner_seconds(lab, i),
        .n_parts = learner_network(lab_learner(lab, i))->n_parts,
    };
    for (int k = 0; k < learner->n_parts; k++) {
        learner->drift[k] = lab_total_drift(lab, i, k);
    }
    bool ok = true;
    for (int t = 0; row > 0 && t < closing->n_tasks && ok; t++) {
        ok = lab_class_accuracy(lab, i, t, accuracy + (size_t)t * row);
    }
    return ok;
}

struct closing *closing_of(struct lab *lab, struct err *err)
{
    struct closing *closing = calloc(1, sizeof *closing);
    const struct dataset *dataset = suite_dataset(lab_suite(lab));
    if (!closing) {
        return no_memory(NULL, err);
    }
    closing->n_entries = journal_length(lab_journal(lab));
    closing->step = lab_steps_done(lab);
    closing->n_tasks = suite_n_tasks(lab_suite(lab));
    closing->n_learners = lab_n_learners(lab);
    closing->n_classes = classes_that_fit(dataset, closing->n_tasks, closing->n_learners);
    bool ok = make_room(closing);
    for (int k = 0; ok && k < closing->n_classes; k++) {
        closing->class_names[k] = strndup(dataset->class_names[k], NAME_MAX_BYTES - 1);
        ok = closing->class_names[k] != NULL;
    }
    for (int i = 0; ok && i < closing->n_learners; i++) {
        ok = measure(closing, lab, i);
    }
    return ok ? closing : no_memory(closing, err);
}

/* ---- bytes ---- */

static void code_counts(struct archive *archive, struct closing *closing)
{
    archive_long(archive, &closing->n_entries, 0, LONG_MAX);
    archive_long(archive, &closing->step, 0, LONG_MAX);
    archive_int(archive, &closing->n_tasks, 1, SUITE_TASKS_MAX);
    archive_int(archive, &closing->n_classes, 0, UINT16_MAX);
    archive_int(archive, &closing->n_learners, 0, LEARNERS_MAX);
}

static void code_name(struct archive *archive, char **name)
{
    char text[NAME_MAX_BYTES] = "";
    if (archive->is_reading) {
        archive_text(archive, text, sizeof text);
        *name = strdup(text);
        archive_check(archive, *name != NULL);
    } else {
        archive_text(archive, *name, sizeof text);
    }
}

static void code_learner(struct archive *archive, struct closing_learner *learner)
{
    archive_int(archive, &learner->id, 0, INT_MAX);
    archive_long(archive, &learner->samples, 0, LONG_MAX);
    archive_double(archive, &learner->seconds);
    archive_int(archive, &learner->n_parts, 0, NETWORK_PARTS_MAX);
    for (int k = 0; k < learner->n_parts; k++) {
        archive_double(archive, &learner->drift[k]);
    }
}

static size_t cells_of(const struct closing *closing)
{
    return (size_t)closing->n_learners * (size_t)closing->n_tasks * (size_t)closing->n_classes;
}

static void code_rest(struct archive *archive, struct closing *closing)
{
    for (int k = 0; k < closing->n_classes && !archive->has_failed; k++) {
        code_name(archive, &closing->class_names[k]);
    }
    for (int i = 0; i < closing->n_learners && !archive->has_failed; i++) {
        code_learner(archive, &closing->learners[i]);
    }
    for (size_t i = 0; i < cells_of(closing) && !archive->has_failed; i++) {
        archive_double(archive, &closing->accuracy[i]);
    }
}

unsigned char *closing_encode(const struct closing *closing, size_t *size, struct err *err)
{
    struct archive archive = {0};
    /* The cast is sound: nothing is changed while writing. */
    struct closing *source = (struct closing *)(uintptr_t)closing;
    code_counts(&archive, source);
    code_rest(&archive, source);
    unsigned char *bytes = packed_take(&archive, CLOSING_CODE_VERSION, size);
    if (!bytes) {
        no_memory(NULL, err);
    }
    return bytes;
}

static struct closing *decode_body(struct archive *archive)
{
    struct closing *closing = calloc(1, sizeof *closing);
    if (!closing) {
        return NULL;
    }
    code_counts(archive, closing);
    /* Each name and number has its bytes: nothing is reserved for what cannot be there. */
    archive_check(archive, (size_t)closing->n_classes <= archive->size &&
                               cells_of(closing) <= archive->size);
    if (!archive->has_failed && make_room(closing)) {
        code_rest(archive, closing);
        if (!archive->has_failed && archive_is_at_end(archive)) {
            return closing;
        }
    }
    closing_destroy(closing);
    return NULL;
}

struct closing *closing_decode(const void *bytes, size_t size, struct err *err)
{
    struct archive archive;
    unsigned char *body = NULL;
    bool ok = size <= CLOSING_CODE_MAX &&
              packed_open(bytes, size, CLOSING_CODE_VERSION, CLOSING_BODY_MAX, &body, &archive);
    struct closing *closing = ok ? decode_body(&archive) : NULL;
    free(body);
    if (!closing) {
        err_set(err, ERR_FAILED,
                "it is damaged: what the session has come to is %zu bytes that make no sense",
                size);
    }
    return closing;
}
