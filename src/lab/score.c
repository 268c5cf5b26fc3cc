/* SPDX-License-Identifier: MIT */
#include "lab/score.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/range.h"

static void score_fini(struct run_score *score)
{
    for (int t = 0; score->accuracy && t < score->n_tasks; t++) {
        series_fini(&score->accuracy[t]);
    }
    free(score->accuracy);
    series_fini(&score->average);
    *score = (struct run_score){0};
}

void scoreboard_fini(struct scoreboard *board)
{
    for (int i = 0; i < board->n; i++) {
        score_fini(&board->scores[i]);
    }
    free(board->scores);
    *board = (struct scoreboard){0};
}

int score_points(int n_tasks)
{
    enum { ALL = 4096, MOST = 256, LEAST = 8 };
    return clamp_int(ALL / (n_tasks + 1), LEAST, MOST);
}

/* At most so many points, evenly, with the first and the last. */
static bool thin_copy(struct series *series, const struct series *from, int most)
{
    int every = 1 + (from->n - 1) / (most - 1);
    bool ok = true;
    for (int i = 0; i < from->n && ok; i++) {
        if (i % every == 0 || i + 1 == from->n) {
            ok = series_add(series, from->step[i], from->value[i]);
        }
    }
    return ok;
}

static bool copy_curves(struct run_score *score, const struct series *accuracy,
                        const struct series *average)
{
    score->average = (struct series){0};
    score->accuracy = calloc((size_t)score->n_tasks, sizeof *score->accuracy);
    int most = score_points(score->n_tasks);
    bool ok = score->accuracy && thin_copy(&score->average, average, most);
    for (int t = 0; t < score->n_tasks && ok; t++) {
        ok = thin_copy(&score->accuracy[t], &accuracy[t], most);
    }
    return ok;
}

/* A place behind the last; the first goes where there are too many. */
static struct run_score *make_room(struct scoreboard *board)
{
    if (!board->scores && !(board->scores = calloc(SCORES_MAX, sizeof *board->scores))) {
        return NULL;
    }
    if (board->n == SCORES_MAX) {
        score_fini(&board->scores[0]);
        memmove(board->scores, board->scores + 1, (SCORES_MAX - 1) * sizeof *board->scores);
        board->n--;
    }
    return &board->scores[board->n];
}

bool scoreboard_copy(struct scoreboard *board, const struct scoreboard *from)
{
    for (int i = 0; i < from->n; i++) {
        struct run_score *score = make_room(board);
        if (!score) {
            return false;
        }
        *score = from->scores[i];
        if (!copy_curves(score, from->scores[i].accuracy, &from->scores[i].average)) {
            score_fini(score);
            return false;
        }
        board->n++;
    }
    board->n_ever = from->n_ever;
    return true;
}

static uint32_t ever_on(const struct series *on, double step)
{
    uint32_t ever = 0;
    for (int i = 0; i < on->n && on->step[i] <= step; i++) {
        ever |= (uint32_t)on->value[i];
    }
    return ever;
}

bool scoreboard_add(struct scoreboard *board, const struct track *track,
                    const struct metrics *metrics, bool is_removed)
{
    struct run_score *score = make_room(board);
    const struct series *average = &track->average;
    if (!score || average->n == 0) {
        return false;
    }
    double last = average->step[average->n - 1], on = series_at(&track->on, last);
    *score = (struct run_score){.number = board->n_ever + 1,
                                .learner = track->id,
                                .born = track->parent >= 0 ? track->born : 0,
                                .step = (long)last,
                                .is_removed = is_removed,
                                .has_diverged = track->has_diverged,
                                .knows_on = on >= 0,
                                .on = on >= 0 ? (uint32_t)on : 0,
                                .ever_on = ever_on(&track->on, last),
                                .memory = track->memory,
                                .metrics = *metrics,
                                .n_tasks = track->n_tasks};
    memcpy(score->name, track->name, sizeof score->name);
    if (!copy_curves(score, track->curves[PROBE_ACCURACY], average)) {
        score_fini(score);
        return false;
    }
    board->n++;
    board->n_ever++;
    return true;
}

const struct run_score *scoreboard_find(const struct scoreboard *board, int number)
{
    for (int i = 0; i < board->n; i++) {
        if (board->scores[i].number == number) {
            return &board->scores[i];
        }
    }
    return NULL;
}
