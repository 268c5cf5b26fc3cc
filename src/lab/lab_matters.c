/* SPDX-License-Identifier: MIT
 * What EWC has found to matter to each task: of the sum that it keeps, what the end of that task's
 * stage has added. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lab/lab_inside.h"
#include "strategies/ewc.h"

static const size_t BYTES_MAX = 32u << 20; /* of all together */

void lab_forget_matters(struct lab *lab)
{
    for (int i = 0; i < MICROSCOPE_ENDS_MAX; i++) {
        free(lab->scope.matters[i].fisher);
    }
    memset(lab->scope.matters, 0, sizeof lab->scope.matters);
}

/* The learner as it was once that stage had ended; NULL if that was not kept. */
static const struct member *member_after(struct lab *lab, const struct member *member, int stage)
{
    const struct run *run = lab->now.run;
    const struct checkpoint *next = history_boundary(&lab->now.history, stage + 1);
    bool is_here = run->is_over && run->at.stage == stage;
    return next ? lab_member_then(lab, next, member) : is_here ? member : NULL;
}

static int compare(const void *a, const void *b)
{
    real x = *(const real *)a, y = *(const real *)b;
    return (x > y) - (x < y);
}

/* Every so many of them in their order, `sorted` (n) being scratch. */
static void sort(struct matters *matters, real *sorted, size_t n)
{
    memcpy(sorted, matters->fisher, n * sizeof *sorted);
    qsort(sorted, n, sizeof *sorted, compare);
    matters->n_ranks = n < MATTERS_RANKS ? (int)n : MATTERS_RANKS;
    for (int i = 0; i < matters->n_ranks; i++) {
        matters->rank[i] = (float)sorted[(size_t)i * n / (size_t)matters->n_ranks];
    }
}

/* fisher (n) = importance after the stage, less what was there before it. */
static bool fill(struct lab *lab, struct matters *matters, const struct member *member, size_t n)
{
    const struct member *before =
        matters->stage > 0 ? member_after(lab, member, matters->stage - 1) : NULL;
    const real *importance = before ? learner_importance(before->learner) : NULL;
    memset(matters->fisher, 0, n * sizeof *matters->fisher);
    if (importance) {
        memcpy(matters->fisher, importance, n * sizeof *matters->fisher);
    }
    const struct member *after = member_after(lab, member, matters->stage);
    importance = after ? learner_importance(after->learner) : NULL;
    if (!importance) {
        return false;
    }
    real keep = (real)ewc_keeps(learner_params(after->learner));
    for (size_t i = 0; i < n; i++) {
        real fisher = importance[i] - keep * matters->fisher[i];
        matters->fisher[i] = fisher > 0 ? fisher : 0; /* less is rounding */
    }
    return true;
}

const struct matters *lab_matters(struct lab *lab, const struct member *member, int stage)
{
    struct matters *matters = &lab->scope.matters[stage % MICROSCOPE_ENDS_MAX];
    size_t n = learner_network(member->learner)->n_params;
    if (matters->fisher && matters->learner == member->facts.id && matters->stage == stage) {
        return matters->n_ranks > 0 ? matters : NULL;
    }
    if (n * sizeof(real) > BYTES_MAX / MICROSCOPE_ENDS_MAX) {
        return NULL;
    }
    free(matters->fisher);
    *matters = (struct matters){.learner = member->facts.id, .stage = stage};
    matters->fisher = malloc(n * sizeof *matters->fisher);
    real *sorted = malloc(n * sizeof *sorted);
    if (sorted && matters->fisher && fill(lab, matters, member, n)) {
        sort(matters, sorted, n);
    }
    free(sorted);
    return matters->n_ranks > 0 ? matters : NULL;
}

double matters_top(const struct matters *matters, float fisher)
{
    int above = 0;
    while (above < matters->n_ranks && matters->rank[matters->n_ranks - 1 - above] > fisher) {
        above++;
    }
    return (double)above / matters->n_ranks;
}
