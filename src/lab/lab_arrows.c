/* SPDX-License-Identifier: MIT
 * The exhibit `arrows`, of networks that say their inputs again; it is not there of a moment that
 * was not kept. */
#include <limits.h>
#include <math.h>

#include "base/range.h"
#include "lab/lab.h"
#include "lab/lab_inside.h"

enum { LEVELS_MAX = 8 };

/* What the learner is asked with. */
struct asking {
    const struct suite *suite;
    struct member *of; /* as it was at the moment */
    int before;        /* ends of stages before this one are those of the time */
};

/* Test rows first .. first+n-1 of the task have its feature alone: how much of it comes out. */
static float kept_of(const struct asking *asking, int task, int first, int n)
{
    struct learner *learner = asking->of->learner;
    const struct network *net = learner_network(learner);
    real x[LEVELS_MAX * ARROWS_MAX];
    int labels[LEVELS_MAX];
    struct range ranges[LEVELS_MAX];
    suite_rows(asking->suite, task, SPLIT_TEST, first, n, x, labels);
    for (int i = 0; i < n; i++) {
        ranges[i] = range_of_task(asking->suite, task, learner_n_met(learner));
    }
    const struct targets targets = {labels, ranges, n};
    const real *z = learner_logits(learner, member_answering(asking->of, task), x, n);
    double kept = net->kind->loss->score(z, x, &targets, net->n_outputs) / n;
    return isfinite(kept) ? (float)kept : 0;
}

static float number_of(real value)
{
    return isfinite((double)value) ? (float)value : 0;
}

/* Of feature number i. */
static void point(const struct asking *asking, struct member *member, int i, struct arrow *arrow)
{
    const struct network *net = learner_network(asking->of->learner);
    const real *theta = member_answering(asking->of, arrow->task);
    const struct end *end = member_learned_before(member, arrow->task, asking->before);
    const struct tensor *w = &net->tensors[0];
    arrow->has_was = end != NULL;
    for (int k = 0; k < 2 && w->cols == 2; k++) {
        size_t at = w->at + (size_t)i * 2 + (size_t)k;
        arrow->to[k] = number_of(theta[at]);
        arrow->was[k] = end ? number_of(end->theta[at]) : 0;
    }
    arrow->bias = number_of(theta[net->tensors[1].at + (size_t)i]);
}

static void fill(const struct asking *asking, struct member *member, struct arrows *arrows)
{
    arrows->n = 0;
    for (int t = 0; t < suite_n_tasks(asking->suite); t++) {
        int first, n;
        suite_classes(asking->suite, t, &first, &n);
        int n_levels = suite_task(asking->suite, t)->n_test / n;
        for (int k = 0; k < n && arrows->n < ARROWS_MAX; k++) {
            struct arrow *arrow = &arrows->arrows[arrows->n++];
            *arrow = (struct arrow){.task = t};
            point(asking, member, first + k, arrow);
            arrow->kept = kept_of(asking, t, k * n_levels, min_int(n_levels, LEVELS_MAX));
        }
    }
}

static bool make(struct lab *lab, const struct exhibit_request *request, struct exhibits *exhibits)
{
    (void)request;
    struct arrows *arrows = &exhibits->arrows;
    struct member *member = lab_selected(lab);
    const struct shown shown = lab_shown(lab);
    const struct dataset *dataset = lab->course.dataset;
    if (!dataset->is_said_again || dataset->n_features > ARROWS_MAX) {
        return false;
    }
    struct asking asking = {lab->now.run->suite, lab_member_shown(lab, member),
                            shown.is_now       ? INT_MAX
                            : shown.checkpoint ? shown.checkpoint->at.stage
                                               : -1};
    if (!asking.of) {
        return false;
    }
    *arrows = (struct arrows){
        .step = shown.step,
        .learner = member->facts.id,
        .task = shown.task,
        .n_hidden = learner_network(member->learner)->tensors[0].cols,
    };
    fill(&asking, member, arrows);
    return true;
}

/* ---- as bytes ---- */

static void archive_number(struct archive *archive, float *number)
{
    archive_float(archive, number);
    archive_check(archive, isfinite(*number));
}

static void archive_arrow(struct archive *archive, struct arrow *arrow)
{
    archive_int(archive, &arrow->task, 0, SUITE_TASKS_MAX - 1);
    archive_bool(archive, &arrow->has_was);
    for (int k = 0; k < 2; k++) {
        archive_number(archive, &arrow->to[k]);
        archive_number(archive, &arrow->was[k]);
    }
    archive_number(archive, &arrow->bias);
    archive_number(archive, &arrow->kept);
    archive_check(archive, arrow->kept >= 0 && arrow->kept <= 1);
}

static void archive_arrows(struct exhibits *exhibits, struct archive *archive)
{
    struct arrows *arrows = &exhibits->arrows;
    archive_long(archive, &arrows->step, MAP_STEP_NOW, LONG_MAX);
    archive_int(archive, &arrows->learner, 0, INT_MAX);
    archive_int(archive, &arrows->task, 0, SUITE_TASKS_MAX - 1);
    archive_int(archive, &arrows->n_hidden, 1, INT_MAX);
    archive_int(archive, &arrows->n, 0, ARROWS_MAX);
    for (int i = 0; i < arrows->n && !archive->has_failed; i++) {
        archive_arrow(archive, &arrows->arrows[i]);
    }
}

static int last_task(const struct exhibits *exhibits)
{
    const struct arrows *arrows = &exhibits->arrows;
    int last = arrows->task;
    for (int i = 0; i < arrows->n; i++) {
        last = arrows->arrows[i].task > last ? arrows->arrows[i].task : last;
    }
    return last;
}

const struct exhibit_kind exhibit_arrows = {
    .name = "arrows",
    .forms = 1u << DATA_FEATURES,
    .usual = {.is_shown = true, .rows = 28, .cols = 50},
    .period_ns = 30000000,
    .make = make,
    .archive = archive_arrows,
    .last_task = last_task,
};
