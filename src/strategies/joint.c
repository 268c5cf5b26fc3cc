/* SPDX-License-Identifier: MIT
 * Joint training: every step draws from all tasks together.  Not a strategy against forgetting but
 * its upper bound: what the network could know if nothing came after anything else.
 *
 * The batch of the stage is replaced by one from the union of all tasks, shuffled once per pass
 * with stream 5000+pass; as many steps as the sequence has are as many passes over the union.
 *
 * Deviation: (1) the optimizer's state is kept at boundaries, which mean nothing here. */
#include "strategies/strategy.h"

#include <limits.h>
#include <stdlib.h>

#include "base/rng.h"

struct joint {
    int n;        /* examples of all tasks of the sequence; lessons are none of them */
    int at, pass; /* the next of the order, and the pass it belongs to */
    int *order;   /* (n) numbers in the concatenation of the tasks */
    int *first;   /* (tasks + 1) where each task begins in it */
};

static void destroy(void *self)
{
    struct joint *joint = self;
    if (joint) {
        free(joint->order);
        free(joint->first);
        free(joint);
    }
}

static void *create(const struct learning *learning, struct err *err)
{
    int n_tasks = suite_n_tasks(learning->suite);
    struct joint *joint = calloc(1, sizeof *joint);
    int *first = calloc((size_t)n_tasks + 1, sizeof *first);
    long total = 0;
    for (int t = 0; first && t < n_tasks; t++) {
        first[t] = (int)total;
        bool is_lesson = t == suite_lesson_task(learning->suite);
        total += is_lesson ? 0 : suite_task(learning->suite, t)->n_train;
        if (total > INT32_MAX) {
            free(first);
            first = NULL;
        }
    }
    int *order = first ? malloc((size_t)total * sizeof *order) : NULL;
    if (!joint || !order) {
        free(joint);
        free(first);
        free(order);
        err_set(err, ERR_FAILED, "memory: no room for the order of all %d tasks' examples of joint",
                n_tasks);
        return NULL;
    }
    first[n_tasks] = (int)total;
    *joint = (struct joint){
        .n = (int)total, .at = (int)total, .pass = -1, .order = order, .first = first};
    return joint;
}

static void shuffle(struct joint *joint, uint64_t seed)
{
    struct rng rng = rng_stream(seed, rng_stream_joint(joint->pass));
    rng_shuffle(&rng, joint->order, joint->n);
}

static void begin_pass(struct joint *joint, uint64_t seed)
{
    joint->pass++;
    joint->at = 0;
    shuffle(joint, seed);
}

/* The order follows from the pass: drawn again it costs a moment, kept it would be as large as the
 * data. */
static void archive_state(void *self, struct archive *archive, const struct learning *learning)
{
    struct joint *joint = self;
    archive_int(archive, &joint->pass, -1, INT_MAX / 2);
    archive_int(archive, &joint->at, 0, joint->n);
    if (archive->is_reading && joint->pass >= 0) {
        shuffle(joint, learning->seed);
    } else if (joint->pass < 0) {
        joint->at = joint->n; /* no order yet to be in the middle of */
    }
}

static int task_of(const struct joint *joint, int n_tasks, int number)
{
    int low = 0, high = n_tasks - 1;
    while (low < high) {
        int middle = (low + high + 1) / 2;
        if (joint->first[middle] <= number) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    return low;
}

static void replace_rows(void *self, const struct learning *learning, struct rows *rows)
{
    struct joint *joint = self;
    int d = learning->net->n_inputs, batch = (int)learning->params->value[PARAM_BATCH];
    if (joint->at == joint->n) {
        begin_pass(joint, learning->seed);
    }
    int left = joint->n - joint->at;
    int n_met = suite_grows(learning->suite) ? learning->net->n_outputs : 0; /* all at once */
    rows->n = rows->n_batch = batch < left ? batch : left;
    for (int i = 0; i < rows->n; i++) {
        int number = joint->order[joint->at++];
        int t = task_of(joint, suite_n_tasks(learning->suite), number);
        rows->tasks[i] = t;
        rows->index[i] = number - joint->first[t];
        rows->labels[i] =
            suite_example(learning->suite, t, SPLIT_TRAIN, rows->index[i], rows->x + (size_t)i * d);
        rows->ranges[i] = range_of_task(learning->suite, t, n_met);
    }
}

const struct strategy strategy_joint = {
    .name = "joint",
    .title = "joint",
    .summary = "trains on all tasks at once: the upper bound, not continual learning",
    .about = "*Joint* trains on all tasks at once: the upper bound, not a remedy.",
    .equation = "L(A ∪ B ∪ C ...)",
    .cost = "all data of all tasks, always",
    .source = "the usual upper bound",
    .keeps_optimizer = true,
    .knob = PARAM_COUNT,
    .create = create,
    .destroy = destroy,
    .archive = archive_state,
    .rows = replace_rows,
};
