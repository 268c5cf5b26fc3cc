/* SPDX-License-Identifier: MIT
 * The exhibit `network` as bytes. */
#include <limits.h>
#include <math.h>

#include "lab/lab_inside.h"

static void archive_byte(struct archive *archive, uint8_t *byte)
{
    uint8_t value = *byte;
    archive_bytes(archive, &value, 1);
    if (archive->is_reading) {
        *byte = value;
    }
}

static void archive_layer(struct archive *archive, struct unit_layer_seen *layer, int n_units,
                          int n_tasks)
{
    archive_int(archive, &layer->n, 1, INT_MAX / 2);
    archive_int(archive, &layer->first, n_units, n_units);
    archive_int(archive, &layer->n_shown, 0, layer->n < UNITS_MAX ? layer->n : UNITS_MAX);
    archive_bool(archive, &layer->is_told_apart);
    archive_bool(archive, &layer->is_heads);
    archive_bool(archive, &layer->is_outputs);
    for (int t = 0; t < n_tasks; t++) {
        archive_int(archive, &layer->alone[t], 0, layer->n);
    }
    archive_int(archive, &layer->several, 0, layer->n);
    archive_int(archive, &layer->neither, 0, layer->n);
    archive_int(archive, &layer->n_silenced, 0, layer->n);
}

static void archive_unit(struct archive *archive, struct unit_seen *unit)
{
    archive_int(archive, &unit->number, 0, INT_MAX / 2);
    archive_byte(archive, &unit->serves);
    archive_byte(archive, &unit->size);
    archive_byte(archive, &unit->own_size);
    archive_byte(archive, &unit->change);
    archive_bool(archive, &unit->is_silenced);
}

static void archive_picture(struct archive *archive, struct unit_picture *picture, int n_pixels)
{
    archive_int(archive, &picture->number, 0, INT_MAX / 2);
    for (int k = 0; k < 2; k++) {
        archive_float(archive, &picture->smooth[k]);
        archive_check(archive, isfinite(picture->smooth[k]));
        archive_bytes(archive, picture->levels[k], (size_t)n_pixels);
        for (int i = 0; i < n_pixels; i++) {
            archive_check(archive, picture->levels[k][i] < UNITS_LEVELS);
        }
    }
}

static void archive_pictures(struct archive *archive, struct units *units)
{
    archive_int(archive, &units->n_pictures, 0, UNITS_PICTURES_MAX);
    if (units->n_pictures == 0) {
        return;
    }
    archive_int(archive, &units->width, 1, UNITS_PIXELS_MAX);
    archive_int(archive, &units->height, 1, UNITS_PIXELS_MAX);
    archive_int(archive, &units->n_smooth, -1, INT_MAX / 2);
    archive_int(archive, &units->n_smooth_then, -1, INT_MAX / 2);
    archive_check(archive, units->width * units->height <= UNITS_PIXELS_MAX);
    for (int i = 0; i < units->n_pictures && !archive->has_failed; i++) {
        archive_picture(archive, &units->pictures[i], units->width * units->height);
    }
}

static void archive_units(struct exhibits *exhibits, struct archive *archive)
{
    struct units *units = &exhibits->units;
    int n = 0;
    archive_long(archive, &units->step, MAP_STEP_NOW, LONG_MAX);
    archive_int(archive, &units->learner, 0, INT_MAX);
    archive_int(archive, &units->n_tasks, 1, UNIT_TASKS_MAX);
    for (int t = 0; t < units->n_tasks && !archive->has_failed; t++) {
        archive_int(archive, &units->tasks[t], 0, SUITE_TASKS_MAX - 1);
    }
    archive_float(archive, &units->chance);
    archive_check(archive, units->chance > 0 && units->chance <= 1);
    archive_bool(archive, &units->has_change);
    archive_int(archive, &units->n_layers, 1, UNITS_LAYERS_MAX);
    for (int l = 0; l < units->n_layers && !archive->has_failed; l++) {
        archive_layer(archive, &units->layers[l], n, units->n_tasks);
        n += units->layers[l].n_shown;
        archive_check(archive, n <= UNITS_MAX);
    }
    units->n = archive->is_reading ? n : units->n;
    for (int i = 0; i < n && !archive->has_failed; i++) {
        archive_unit(archive, &units->units[i]);
    }
    archive_int(archive, &units->n_links, 0, UNITS_LINKS_MAX);
    for (int i = 0; i < units->n_links && !archive->has_failed; i++) {
        archive_int(archive, &units->links[i].from, 0, n - 1);
        archive_int(archive, &units->links[i].to, 0, n - 1);
        archive_byte(archive, &units->links[i].strength);
    }
    archive_pictures(archive, units);
}

static int last_task(const struct exhibits *exhibits)
{
    const struct units *units = &exhibits->units;
    int last = -1;
    for (int t = 0; t < units->n_tasks; t++) {
        last = units->tasks[t] > last ? units->tasks[t] : last;
    }
    return last;
}

const struct exhibit_kind exhibit_units = {
    .name = "network",
    .usual = {.is_shown = true, .rows = 16, .cols = 54},
    .period_ns = 200000000,
    .make = lab_make_units,
    .archive = archive_units,
    .last_task = last_task,
};
