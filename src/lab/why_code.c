/* SPDX-License-Identifier: MIT
 * The exhibit `why` as bytes. */
#include <limits.h>
#include <math.h>

#include "lab/lab_inside.h"

static void archive_flip(struct why *why, struct flip *flip, struct archive *archive)
{
    archive_bool(archive, &flip->is_lost);
    archive_text(archive, flip->label, sizeof flip->label);
    archive_text(archive, flip->before, sizeof flip->before);
    archive_text(archive, flip->after, sizeof flip->after);
    archive_text(archive, flip->text, sizeof flip->text);
    archive_bytes(archive, flip->levels, (size_t)(why->width * why->height));
    for (int i = 0; i < why->width * why->height; i++) {
        archive_check(archive, flip->levels[i] < GALLERY_LEVELS);
    }
}

static void archive_share(struct archive *archive, double *share)
{
    archive_double(archive, share);
    archive_check(archive, *share >= 0 && *share <= 1);
}

static void archive_numbers(struct why *why, struct archive *archive)
{
    archive_bool(archive, &why->is_bare);
    archive_bool(archive, &why->is_shared);
    for (int i = 0; i < 2; i++) {
        archive_share(archive, &why->accuracy[i]);
        archive_share(archive, &why->probability[i]);
    }
    archive_double(archive, &why->own);
    archive_check(archive, isnan(why->own) || (why->own >= 0 && why->own <= 1));
    archive_int(archive, &why->n_own, 0, SUITE_OUTPUTS_MAX);
    archive_bool(archive, &why->is_of_all);
    archive_double(archive, &why->most_fell);
    archive_check(archive, fabs(why->most_fell) <= 1);
    archive_bool(archive, &why->has_first);
    archive_long(archive, &why->first_step, 0, LONG_MAX);
    archive_share(archive, &why->first);
    archive_share(archive, &why->first_probability);
    archive_bool(archive, &why->is_first_sound);
    archive_bool(archive, &why->is_sound);
    archive_int(archive, &why->n_modules, 0, NETWORK_MODULES_MAX);
    for (int m = 0; m < why->n_modules && !archive->has_failed; m++) {
        archive_double(archive, &why->modules[m].moved);
        archive_double(archive, &why->modules[m].moved_since);
        archive_check(archive,
                      isfinite(why->modules[m].moved) && isfinite(why->modules[m].moved_since));
        archive_share(archive, &why->modules[m].back);
        archive_share(archive, &why->modules[m].since);
    }
    archive_int(archive, &why->n_answers, 0, INT_MAX);
    archive_int(archive, &why->n_lost, 0, INT_MAX);
    archive_int(archive, &why->n_gained, 0, INT_MAX);
}

static void archive_why(struct exhibits *exhibits, struct archive *archive)
{
    struct why *why = &exhibits->why;
    archive_long(archive, &why->asked, MAP_STEP_NOW, LONG_MAX);
    archive_int(archive, &why->learner, 0, INT_MAX);
    archive_int(archive, &why->task, -1, SUITE_TASKS_MAX - 1);
    archive_int(archive, &why->present, 0, SUITE_TASKS_MAX - 1);
    archive_long(archive, &why->begin, 0, LONG_MAX);
    archive_long(archive, &why->end, 0, LONG_MAX);
    archive_numbers(why, archive);
    archive_int(archive, &why->width, 0, GALLERY_SIDE_MAX);
    archive_int(archive, &why->height, 0, GALLERY_SIDE_MAX);
    archive_int(archive, &why->n_flips, 0, WHY_FLIPS_MAX);
    for (int i = 0; i < why->n_flips && !archive->has_failed; i++) {
        archive_flip(why, &why->flips[i], archive);
    }
}

static int last_task(const struct exhibits *exhibits)
{
    const struct why *why = &exhibits->why;
    return why->task > why->present ? why->task : why->present;
}

const struct exhibit_kind exhibit_why = {
    .name = "why",
    .usual = {.is_shown = true, .rows = 1, .cols = 8},
    .period_ns = 500000000,
    .share = 200,
    .make = lab_make_why,
    .archive = archive_why,
    .last_task = last_task,
};
