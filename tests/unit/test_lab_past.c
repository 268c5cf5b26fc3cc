/* SPDX-License-Identifier: MIT
 * What is shown of a moment that is past is what was shown then, whoever answered: with an adapter
 * for each task, or with none plugged in. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/labs.h"

enum { STEPS = 40, TASKS = 3, LAST = TASKS * STEPS, ALL = 1000000 };

struct seen {
    struct map map;
    struct samples samples;
    struct surface surface;
};

static void look(struct lab *lab, struct seen *seen)
{
    const struct snapshot *snapshot = labs_look(lab);
    seen->map = snapshot->map;
    seen->samples = snapshot->exhibits.samples;
    seen->surface = snapshot->exhibits.surface;
}

static bool same_samples(const struct samples *a, const struct samples *b)
{
    bool is_same = a->n_each == b->n_each;
    for (int i = 0; is_same && i < a->n_tasks && i < b->n_tasks; i++) {
        is_same = a->tasks[i].task != b->tasks[i].task ||
                  memcmp(a->tasks[i].samples, b->tasks[i].samples, sizeof a->tasks[i].samples) == 0;
    }
    return is_same;
}

static bool same_surface(const struct surface *a, const struct surface *b)
{
    bool is_same = a->rows == b->rows && a->cols == b->cols && a->n_points == b->n_points &&
                   memcmp(a->cells, b->cells, (size_t)a->rows * (size_t)a->cols) == 0;
    for (int i = 0; is_same && i < a->n_points; i++) {
        is_same = a->points[i].is_right == b->points[i].is_right;
    }
    return is_same;
}

/* Looks at every step as it comes, and at all of them again from the end; `at_60`: a command. */
static void expect_shown_again(const char *settings, const char *at_60)
{
    static const char *const one[] = {"a: strategy=lora", NULL};
    struct seen *seen = calloc(LAST + 1, sizeof *seen), *then = calloc(1, sizeof *then);
    struct lab *lab = labs_open_plain(TASKS, settings, one);
    bool is_plane = strstr(settings, "plane") != NULL;
    int n_other = 0;
    labs_tell(lab, "speed 100000"); /* each look is kept */
    labs_tell(lab, is_plane ? "show surface 20x30" : "show samples 8x10");
    labs_tell(lab, "map 1 weights start 6x6");
    for (long step = 0; step < LAST; step++) {
        labs_run(lab, step, 1);
        if (step == STEPS + 20 && at_60) {
            labs_tell(lab, at_60);
        }
        labs_tell(lab, "pause"); /* then each look makes it anew */
        look(lab, &seen[step]);
        labs_tell(lab, "resume");
    }
    labs_tell(lab, "pause");
    for (long step = STEPS + 21; step < LAST - 1; step++) {
        char line[64];
        snprintf(line, sizeof line, "map 1 weights start 6x6 %ld", step);
        labs_tell(lab, line);
        look(lab, then);
        long at = then->map.step;
        cr_assert(at >= 0 && at <= step, "%ld at %ld", at, step);
        size_t cells = sizeof *then->map.cells * 36;
        bool is_same = memcmp(then->map.cells, seen[at].map.cells, cells) == 0;
        cr_expect(is_same, "%s: another map at %ld", settings, at);
        cr_expect(same_samples(&then->samples, &seen[at].samples), "%s: at %ld", settings, at);
        cr_expect(same_surface(&then->surface, &seen[at].surface), "%s: at %ld", settings, at);
        n_other += at != step;
    }
    cr_expect_lt(n_other, LAST / 2, "most looks are kept");
    lab_destroy(lab);
    free(then);
    free(seen);
}

Test(past, of_an_adapter_for_each_task_is_what_was_shown)
{
    expect_shown_again("lora.mode=per-task net=12", NULL);
    expect_shown_again("lora.mode=per-task net=12 data=plane", NULL);
}

Test(past, of_an_adapter_that_is_plugged_out_is_what_was_shown)
{
    expect_shown_again("lora.mode=shared net=12", "unplug");
    expect_shown_again("lora.mode=merge net=12 data=plane", "unplug");
}

/* The same step may come again, with other weights. */
Test(past, is_that_of_the_steps_that_stand)
{
    static const char *const one[] = {"a", NULL};
    struct seen *first = calloc(1, sizeof *first), *second = calloc(1, sizeof *second);
    struct lab *lab = labs_open_plain(TASKS, "net=12", one);
    labs_tell(lab, "speed 100000");
    for (int i = 0; i < 2; i++) {
        labs_run(lab, STEPS + 20, ALL);
        labs_tell(lab, "map 1 weights start 6x6 30");
        look(lab, i ? second : first);
        labs_tell(lab, "rewind 0");
        labs_tell(lab, "set lr 0.2");
    }
    cr_expect_eq(first->map.step, second->map.step);
    cr_expect_neq(memcmp(first->map.cells, second->map.cells, sizeof *first->map.cells * 36), 0);
    lab_destroy(lab);
    free(second);
    free(first);
}
