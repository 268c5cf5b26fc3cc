/* SPDX-License-Identifier: MIT */
#include "session/surface_code.h"

#include <limits.h>
#include <math.h>

#include "lab/command.h"

static void code_byte(struct archive *archive, uint8_t *byte)
{
    uint8_t value = *byte;
    archive_bytes(archive, &value, 1);
    if (archive->is_reading) {
        *byte = value;
    }
}

/* Place, and class with the verdict in the lowest bit. */
static void code_point(struct archive *archive, struct surface_point *point)
{
    int answer = 2 * point->label + point->is_right;
    code_byte(archive, &point->x);
    code_byte(archive, &point->y);
    archive_int(archive, &point->task, 0, SUITE_TASKS_MAX - 1);
    archive_int(archive, &answer, 0, 2 * SURFACE_CLASSES - 1);
    if (archive->is_reading) {
        point->label = answer / 2;
        point->is_right = answer % 2;
    }
}

static void code_points(struct archive *archive, struct surface_point *points, int *n, int max)
{
    archive_int(archive, n, 0, max);
    for (int i = 0; i < *n && !archive->has_failed; i++) {
        code_point(archive, &points[i]);
    }
}

void code_surface(struct archive *archive, struct exhibits *exhibits)
{
    struct surface *surface = &exhibits->surface;
    archive_long(archive, &surface->step, MAP_STEP_NOW, LONG_MAX);
    archive_int(archive, &surface->learner, 0, INT_MAX);
    archive_int(archive, &surface->task, 0, SUITE_TASKS_MAX - 1);
    archive_int(archive, &surface->n_classes, 1, SURFACE_CLASSES);
    for (int i = 0; i < 2; i++) {
        archive_float(archive, &surface->low[i]);
        archive_float(archive, &surface->high[i]);
        archive_check(archive, isfinite(surface->low[i]) && surface->low[i] < surface->high[i]);
    }
    archive_int(archive, &surface->rows, 1, SURFACE_ROWS_MAX);
    archive_int(archive, &surface->cols, 1, SURFACE_COLS_MAX);
    if (!archive->has_failed) {
        archive_bytes(archive, surface->cells, (size_t)surface->rows * (size_t)surface->cols);
    }
    code_points(archive, surface->points, &surface->n_points, SURFACE_POINTS_MAX);
    code_points(archive, surface->replayed, &surface->n_replayed, SURFACE_REPLAYED_MAX);
}
