/* SPDX-License-Identifier: MIT
 * The exhibit `putback`. */
#include <limits.h>
#include <math.h>
#include <stdlib.h>

#include "lab/lab.h"
#include "lab/lab_inside.h"

/* ---- the exhibit: of which task ---- */

/* Another task must have lost so much more before it is shown instead, or bars would come and go
 * where two fall together; README and the panel say so. */
static const double MORE = 0.02;

/* Weights and ends of the moment that is looked at. */
struct then {
    struct lab *lab;
    struct member *member;
    struct member *of; /* who that was; NULL: it was not kept */
    struct shown shown;
    int before; /* ends of stages before this one are those of the time */
};

static struct then then_of(struct lab *lab)
{
    const struct shown shown = lab_shown(lab);
    int before = shown.is_now ? INT_MAX : shown.checkpoint ? shown.checkpoint->at.stage : -1;
    struct member *member = lab_selected(lab);
    return (struct then){lab, member, lab_member_shown(lab, member), shown, before};
}

/* What the weights of that end get right, which is asked once. */
static double accuracy_at_end(const struct then *then, const struct end *end)
{
    struct lab *lab = then->lab;
    struct task_then *kept = &lab->task_then[end->task % PUTBACK_TASKS_MAX];
    uint64_t checkpoint = then->shown.is_now ? 0 : then->shown.checkpoint->number + 1;
    bool is_it = kept->has && kept->task == end->task && kept->stage == end->stage &&
                 kept->learner == then->member->facts.id && kept->checkpoint == checkpoint &&
                 kept->n_commands == lab->n_commands;
    if (!is_it) {
        int stride = member_tick_stride(then->member, end->task);
        struct score score =
            learner_score_with(then->of->learner, end->theta, end->task, stride, NULL, NULL);
        *kept = (struct task_then){.has = true,
                                   .learner = then->member->facts.id,
                                   .task = end->task,
                                   .stage = end->stage,
                                   .checkpoint = checkpoint,
                                   .n_commands = lab->n_commands,
                                   .accuracy = score.accuracy};
    }
    return kept->accuracy;
}

/* What the task has lost since its end, as its bars have it; NAN where it has none. */
static double lost_of(const struct then *then, int task)
{
    const struct end *end = member_learned_before(then->member, task, then->before);
    int stride = member_tick_stride(then->member, task);
    return end ? accuracy_at_end(then, end) -
                     learner_score(then->of->learner, task, stride).accuracy
               : (double)NAN;
}

/* The old task that has lost most, the last one unless another has lost so much more; -1 = there is
 * none. */
static int find_most(const struct then *then)
{
    int most = -1, last = then->lab->putback_task;
    double worst = 0;
    for (int t = 0; t < suite_n_tasks(then->lab->now.run->suite); t++) {
        double lost = t == then->shown.task ? (double)NAN : lost_of(then, t);
        lost += t == last ? MORE : 0;
        if (isfinite(lost) && (most < 0 || lost > worst)) {
            most = t;
            worst = lost;
        }
    }
    return most;
}

/* The one that is asked for, if it has been learned. */
static int task_of(const struct then *then, const struct exhibit_request *request)
{
    int asked = request->place - 1;
    bool is_task = asked >= 0 && asked < suite_n_tasks(then->lab->now.run->suite) &&
                   member_learned_before(then->member, asked, then->before);
    return is_task ? asked : find_most(then);
}

/* ---- the exhibit: its numbers ---- */

/* Logits that can be shown and kept. */
static void tidy(struct putback_outputs *outputs)
{
    enum { MOST = 1000000 };
    for (int t = 0; t < outputs->n_tasks; t++) {
        double logit = outputs->logits[t];
        outputs->logits[t] = isnan(logit) ? 0 : fmin(fmax(logit, -MOST), MOST);
    }
}

static bool measure(const struct then *then, struct putback *putback)
{
    const struct suite *suite = then->lab->now.run->suite;
    struct member *member = then->member, *of = then->of;
    int task = putback->task, stride = member_tick_stride(member, task);
    const struct end *end = member_learned_before(member, task, then->before);
    const real *theta = member_answering(of, task);
    size_t n = learner_network(member->learner)->n_params;
    real *scratch = malloc(n * sizeof *scratch);
    double *logits = malloc((size_t)suite_n_outputs(suite) * sizeof *logits);
    bool ok = end && scratch && logits;
    if (ok) {
        putback->stage = end->stage;
        putback_measure(&putback->scores, of->learner, theta, end->theta, task, stride, scratch);
        putback->has_outputs = putback_has_outputs(suite, task);
    }
    if (ok && putback->has_outputs) {
        putback_measure_outputs(&putback->outputs, of->learner, suite, theta, task, stride, logits);
        tidy(&putback->outputs);
    }
    free(scratch);
    free(logits);
    return ok;
}

static bool make(struct lab *lab, const struct exhibit_request *request, struct exhibits *exhibits)
{
    struct putback *putback = &exhibits->putback;
    struct then then = then_of(lab);
    bool is_known = lab->now.run->is_begun && then.of;
    int task = is_known && !then.member->facts.has_diverged ? task_of(&then, request) : -1;
    if (task < 0) {
        return false;
    }
    lab->putback_task = request->place == 0 ? task : lab->putback_task;
    bool can_put = then.shown.is_now && learner_can_put(then.member->learner);
    *putback = (struct putback){.step = then.shown.step,
                                .learner = then.member->facts.id,
                                .task = task,
                                .can_put = can_put};
    return measure(&then, putback);
}

/* ---- as bytes ---- */

static void archive_share(struct archive *archive, double *share)
{
    archive_double(archive, share);
    archive_check(archive, *share >= 0 && *share <= 1);
}

static void archive_scores(struct putback_scores *scores, struct archive *archive)
{
    archive_share(archive, &scores->now);
    archive_share(archive, &scores->all);
    archive_int(archive, &scores->n_modules, 1, NETWORK_MODULES_MAX);
    for (int i = 0; i < scores->n_modules && !archive->has_failed; i++) {
        archive_share(archive, &scores->with[i]);
    }
}

static void archive_outputs(struct putback_outputs *outputs, struct archive *archive)
{
    archive_share(archive, &outputs->accuracy);
    archive_int(archive, &outputs->n_tasks, 1, PUTBACK_TASKS_MAX);
    for (int t = 0; t < outputs->n_tasks && !archive->has_failed; t++) {
        archive_double(archive, &outputs->logits[t]);
        archive_check(archive, isfinite(outputs->logits[t]));
    }
}

static void archive_putback(struct exhibits *exhibits, struct archive *archive)
{
    struct putback *putback = &exhibits->putback;
    archive_long(archive, &putback->step, MAP_STEP_NOW, LONG_MAX);
    archive_int(archive, &putback->learner, 0, INT_MAX);
    archive_int(archive, &putback->task, 0, SUITE_TASKS_MAX - 1);
    archive_int(archive, &putback->stage, 0, INT_MAX / 2);
    archive_bool(archive, &putback->can_put);
    archive_scores(&putback->scores, archive);
    archive_bool(archive, &putback->has_outputs);
    if (putback->has_outputs) {
        archive_outputs(&putback->outputs, archive);
    }
}

static int last_task(const struct exhibits *exhibits)
{
    const struct putback *putback = &exhibits->putback;
    int last = putback->has_outputs ? putback->outputs.n_tasks - 1 : -1;
    return putback->task > last ? putback->task : last;
}

const struct exhibit_kind exhibit_putback = {
    .name = "putback",
    .usual = {.is_shown = true, .rows = 16, .cols = 44},
    .period_ns = 100000000,
    .share = 100,
    .make = make,
    .archive = archive_putback,
    .last_task = last_task,
};
