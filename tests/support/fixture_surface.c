/* SPDX-License-Identifier: MIT
 * The decision surface of a played stage: whole numbers alone, so that it is the same everywhere.
 */
#include <stdlib.h>

#include "strategies/table.h"
#include "support/fixture_inside.h"

enum { EACH = 12, SIDE = 256, SHAKE = 24 };

/* Where tasks stand, in 1/256, and how their boundary slopes. */
static const int places[5][3] = {
    {40, 80, 1}, {180, 190, -2}, {120, 50, 2}, {60, 190, -1}, {220, 90, 3}};

static int signed_distance(int task, int x, int y)
{
    const int *place = places[task % 5];
    return y - place[1] + place[2] * (x - place[0]) / 3;
}

static int distance2(int task, int x, int y)
{
    int dx = x - places[task % 5][0], dy = y - places[task % 5][1];
    return dx * dx + dy * dy;
}

/* Whose boundary counts at a place. */
static int reigning(const struct fixture *fixture, int x, int y)
{
    int best = fixture->snapshot->task;
    bool is_kept = view_learner(&fixture->frame.view)->strategies[strategy_find("replay")].is_on;
    for (int t = 0; is_kept && t < fixture->facts.n_tasks; t++) {
        bool is_nearer = distance2(t, x, y) < distance2(best, x, y);
        best = timeline_has_begun(&fixture->timeline, t) && is_nearer ? t : best;
    }
    return best;
}

static int answer_at(const struct fixture *fixture, int x, int y, int *level)
{
    int far = signed_distance(reigning(fixture, x, y), x, y);
    *level = abs(far) / 6 < SURFACE_LEVELS ? abs(far) / 6 : SURFACE_LEVELS - 1;
    return far > 0;
}

static struct surface_point point_of(const struct fixture *fixture, int task, int i)
{
    const int *place = places[task % 5];
    struct surface_point point = {.task = task, .label = i % 2};
    int x = place[0] + (i - EACH / 2) * 5;
    int y = place[1] + (i % 2 ? SHAKE : -SHAKE) + i * 37 % SHAKE - place[2] * (x - place[0]) / 3,
        level;
    point.x = (uint8_t)(x < 0 ? 0 : x >= SIDE ? SIDE - 1 : x);
    point.y = (uint8_t)(y < 0 ? 0 : y >= SIDE ? SIDE - 1 : y);
    point.is_right = answer_at(fixture, point.x, point.y, &level) == point.label;
    return point;
}

void fixture_played_surface(struct fixture *fixture, struct rect panel)
{
    struct exhibits *exhibits = &fixture->snapshot->exhibits;
    struct surface *surface = &exhibits->surface;
    exhibits->has[EXHIBIT_SURFACE] =
        fixture->facts.form == DATA_PLANE && panel.w > 4 && panel.h > 3;
    if (!exhibits->has[EXHIBIT_SURFACE]) {
        return;
    }
    *surface = (struct surface){.step = MAP_STEP_NOW,
                                .learner = view_learner(&fixture->frame.view)->id,
                                .task = fixture->snapshot->task,
                                .n_classes = 2,
                                .high = {1, 1},
                                .rows = 2 * (panel.h - 3),
                                .cols = panel.w - 4};
    for (int i = 0; i < surface->rows * surface->cols; i++) {
        int row = i / surface->cols, col = i % surface->cols, level;
        int class =
            answer_at(fixture, col * SIDE / surface->cols, row * SIDE / surface->rows, &level);
        surface->cells[i] = surface_cell(class, level);
    }
    for (int t = 0; t < fixture->facts.n_tasks; t++) {
        for (int i = 0; i < EACH; i++) {
            surface->points[surface->n_points++] = point_of(fixture, t, i);
        }
    }
    bool is_kept = view_learner(&fixture->frame.view)->strategies[strategy_find("replay")].is_on;
    for (int i = 0; is_kept && i < 3; i++) {
        surface->replayed[surface->n_replayed] =
            point_of(fixture, i % (fixture->snapshot->task + 1), 5);
        surface->replayed[surface->n_replayed++].x += 9;
    }
}

struct fixture *fixture_play_plane(int n_tasks)
{
    struct fixture *fixture = fixture_play("kinds", n_tasks, n_tasks);
    fixture->facts.data = "plane";
    fixture_use_net(fixture, (int[]){2, 100, 100, 2});
    fixture->facts.form = DATA_PLANE;
    return fixture;
}
