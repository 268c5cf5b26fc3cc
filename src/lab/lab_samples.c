/* SPDX-License-Identifier: MIT
 * The exhibit `samples`: what the selected learner answers to the gallery's examples.  The
 * pictures' answers are made each time; the accuracies per class, which look at more examples, of
 * one task: the present one every second time, else the others in turn; but of all where nothing
 * trains or another learner or moment is looked at. */
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/subnormal.h"
#include "lab/lab.h"
#include "lab/lab_inside.h"

enum { CLASS_ROWS = 360 /* examples of a task that accuracies per class look at */ };

struct sampler {
    struct gallery *gallery;
    real *x; /* (LEARNER_PASS_ROWS, d) */
    unsigned turn;
};

void lab_destroy_sampler(struct sampler *sampler)
{
    if (sampler) {
        gallery_destroy(sampler->gallery);
        free(sampler->x);
        free(sampler);
    }
}

static struct sampler *create_sampler(const struct suite *suite)
{
    struct err err = {0};
    struct sampler *sampler = calloc(1, sizeof *sampler);
    size_t d = (size_t)suite_n_features(suite);
    if (sampler) {
        sampler->gallery = gallery_create(suite, &err);
        sampler->x = malloc(LEARNER_PASS_ROWS * d * sizeof *sampler->x);
    }
    if (!sampler || !sampler->gallery || !sampler->x) {
        lab_destroy_sampler(sampler);
        return NULL;
    }
    return sampler;
}

/* ---- answers ---- */

static void answer(struct sample *sample, const real *z, int first, int n)
{
    double most = (double)z[first], sum = 0;
    int used = 0;
    for (int j = first; j < first + n; j++) {
        most = (double)z[j] > most ? (double)z[j] : most;
    }
    for (int j = first; j < first + n; j++) {
        sum += exp((double)z[j] - most);
    }
    *sample = (struct sample){0};
    for (int j = first; j < first + n; j++) {
        int at = used < SAMPLES_TOP ? used++ : used;
        for (; at > 0 && z[sample->output[at - 1]] < z[j]; at--) {
            if (at < SAMPLES_TOP) {
                sample->output[at] = sample->output[at - 1];
            }
        }
        if (at < SAMPLES_TOP) {
            sample->output[at] = (uint16_t)j;
        }
    }
    for (int i = 0; i < used; i++) {
        double p = exp((double)z[sample->output[i]] - most) / sum;
        sample->probability[i] = isfinite(p) ? (uint8_t)lround(p * SAMPLES_CERTAIN) : 0;
        sample->n = i == 0 || sample->probability[i] > 0 ? i + 1 : sample->n;
    }
    for (int i = sample->n; i < used; i++) {
        sample->output[i] = 0;
    }
}

static void answer_task(const struct lab *lab, struct member *of, const struct gallery_task *shown,
                        int n, struct sampled_task *found)
{
    const struct task *task = suite_task(lab->now.run->suite, found->task);
    size_t d = (size_t)suite_n_features(lab->now.run->suite),
           width = (size_t)suite_n_outputs(lab->now.run->suite);
    n = n < shown->n ? n : shown->n;
    for (int i = 0; i < n; i++) {
        suite_example(lab->now.run->suite, found->task, SPLIT_TEST, shown->index[i],
                      lab->sampler->x + (size_t)i * d);
    }
    const real *theta = member_answering(of, found->task);
    const real *z = learner_logits(of->learner, theta, lab->sampler->x, n);
    for (int i = 0; i < n; i++) {
        answer(&found->samples[i], z + (size_t)i * width, task->first_output, task->n_outputs);
    }
}

/* ---- per class ---- */

static void measure_classes(const struct lab *lab, struct member *of, struct sampled_task *found)
{
    int n[GALLERY_CLASSES_MAX] = {0}, right[GALLERY_CLASSES_MAX] = {0};
    int stride =
        (suite_task(lab->now.run->suite, found->task)->n_test + CLASS_ROWS - 1) / CLASS_ROWS;
    learner_count_classes(of->learner, member_answering(of, found->task), found->task, stride, n,
                          right);
    for (int k = 0; k < suite_dataset(lab->now.run->suite)->n_classes; k++) {
        found->accuracy[k] = n[k] ? (float)right[k] / (float)n[k] : NAN;
    }
}

bool lab_class_accuracy(struct lab *lab, int learner, int task, double *accuracy)
{
    int c = suite_dataset(lab->now.run->suite)->n_classes;
    int *n = calloc((size_t)c, sizeof *n), *right = calloc((size_t)c, sizeof *right);
    bool ok = n && right;
    uint64_t state = subnormal_flush();
    if (ok) {
        struct member *member = lab->now.run->members[learner];
        learner_count_classes(member->learner, member_answering(member, task), task,
                              member_row_stride(member, task), n, right);
        for (int k = 0; k < c; k++) {
            accuracy[k] = n[k] ? (double)right[k] / n[k] : (double)NAN;
        }
    }
    subnormal_restore(state);
    free(right);
    free(n);
    return ok;
}

/* ---- which tasks ---- */

static void add_task(int *tasks, int *n, int most, int task)
{
    for (int i = 0; i < *n; i++) {
        if (tasks[i] == task) {
            return;
        }
    }
    if (*n < most && task >= 0) {
        tasks[(*n)++] = task;
    }
}

static int compare_tasks(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

/* The present one and the one before it, then from the first on: what is oldest is forgotten
 * most. */
static int choose_tasks(const struct lab *lab, int most, int tasks[SAMPLES_TASKS_MAX])
{
    int n = 0;
    add_task(tasks, &n, most, lab->now.run->at.task);
    add_task(tasks, &n, most, lab->now.run->at.previous_task);
    for (int i = 0; i < lab->now.run->schedule.n_seen; i++) {
        add_task(tasks, &n, most, lab->now.run->schedule.seen[i]);
    }
    qsort(tasks, (size_t)n, sizeof *tasks, compare_tasks);
    return n;
}

/* ---- the exhibit ---- */

/* Accuracies per class as they were last measured, if they are of the same learner and moment. */
static void keep_accuracies(struct sampled_task *task, const struct samples *last, bool is_same)
{
    for (int k = 0; k < GALLERY_CLASSES_MAX; k++) {
        task->accuracy[k] = NAN;
    }
    for (int i = 0; i < last->n_tasks && is_same; i++) {
        if (last->tasks[i].task == task->task) {
            memcpy(task->accuracy, last->tasks[i].accuracy, sizeof task->accuracy);
        }
    }
}

static bool make(struct lab *lab, const struct exhibit_request *request, struct exhibits *exhibits)
{
    struct member *member = lab_selected(lab), *of = lab_member_shown(lab, member);
    const struct dataset *dataset = suite_dataset(lab->now.run->suite);
    const struct samples last = exhibits->samples;
    struct samples *samples = &exhibits->samples;
    int tasks[SAMPLES_TASKS_MAX];
    if (!of || !gallery_is_possible(dataset) ||
        (!lab->sampler && !(lab->sampler = create_sampler(lab->now.run->suite)))) {
        return false;
    }
    const struct gallery *gallery = lab->sampler->gallery;
    *samples = (struct samples){
        .step = lab_shown(lab).step, .learner = member->facts.id, .n_classes = dataset->n_classes};
    samples->n_each = request->cols < gallery->n_each ? request->cols : gallery->n_each;
    int most = request->rows < SAMPLES_TASKS_MAX ? request->rows : SAMPLES_TASKS_MAX;
    samples->n_tasks = choose_tasks(lab, most, tasks);
    bool is_same = exhibits->has[EXHIBIT_SAMPLES] && last.learner == samples->learner &&
                   last.step == samples->step;
    unsigned turn = lab->sampler->turn++;
    int other = (int)(turn / 2 % (unsigned)samples->n_tasks);
    for (int i = 0; i < samples->n_tasks; i++) {
        struct sampled_task *task = &samples->tasks[i];
        task->task = tasks[i];
        keep_accuracies(task, &last, is_same);
        answer_task(lab, of, &gallery->tasks[tasks[i]], samples->n_each, task);
        bool is_turn = turn % 2 ? tasks[i] == lab->now.run->at.task : i == other;
        if (is_turn || !is_same || lab_state(lab) != LAB_TRAINING) {
            measure_classes(lab, of, task);
        }
    }
    return true;
}

/* ---- as bytes ---- */

static void archive_sample(struct archive *archive, struct sample *sample)
{
    archive_int(archive, &sample->n, 0, SAMPLES_TOP);
    for (int i = 0; i < sample->n && !archive->has_failed; i++) {
        int output = sample->output[i];
        archive_int(archive, &output, 0, SUITE_OUTPUTS_MAX - 1);
        archive_bytes(archive, &sample->probability[i], 1);
        if (archive->is_reading) {
            sample->output[i] = (uint16_t)output;
        }
    }
}

/* An accuracy in thousandths; beyond, it is none. */
static void archive_accuracy(struct archive *archive, float *accuracy)
{
    enum { WHOLE = 1000, NONE };
    int number = isfinite(*accuracy) ? (int)lroundf(*accuracy * WHOLE) : NONE;
    archive_int(archive, &number, 0, NONE);
    if (archive->is_reading) {
        *accuracy = number == NONE ? NAN : (float)number / WHOLE;
    }
}

static void archive_samples(struct exhibits *exhibits, struct archive *archive)
{
    struct samples *samples = &exhibits->samples;
    archive_long(archive, &samples->step, MAP_STEP_NOW, LONG_MAX);
    archive_int(archive, &samples->learner, 0, INT_MAX);
    archive_int(archive, &samples->n_tasks, 0, SAMPLES_TASKS_MAX);
    archive_int(archive, &samples->n_each, 0, GALLERY_EACH_MAX);
    archive_int(archive, &samples->n_classes, 0, GALLERY_CLASSES_MAX);
    for (int i = 0; i < samples->n_tasks && !archive->has_failed; i++) {
        struct sampled_task *task = &samples->tasks[i];
        archive_int(archive, &task->task, 0, SUITE_TASKS_MAX - 1);
        for (int k = 0; k < samples->n_each; k++) {
            archive_sample(archive, &task->samples[k]);
        }
        for (int k = 0; k < samples->n_classes; k++) {
            archive_accuracy(archive, &task->accuracy[k]);
        }
    }
}

static int last_task(const struct exhibits *exhibits)
{
    const struct samples *samples = &exhibits->samples;
    int last = -1;
    for (int i = 0; i < samples->n_tasks; i++) {
        last = samples->tasks[i].task > last ? samples->tasks[i].task : last;
    }
    return last;
}

const struct exhibit_kind exhibit_samples = {
    .name = "samples",
    .forms = 1u << DATA_TABLE | 1u << DATA_IMAGES,
    .usual = {.is_shown = true, .rows = 5, .cols = 8},
    .period_ns = 100000000,
    .make = make,
    .archive = archive_samples,
    .last_task = last_task,
};
