/* SPDX-License-Identifier: MIT
 * Why an old task fell: the panel and the sentence, from hand-made numbers. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "support/scene.h"
#include "ui/panels/panel.h"

enum { CURSOR = FIXTURE_STEPS + 20 };

static struct fixture *in_b(void)
{
    struct fixture *fixture = fixture_play("permuted", 5, 5);
    fixture_steps(fixture, FIXTURE_STEPS + 200);
    return fixture;
}

/* So many modules moved p by so much. */
static struct why *tell(struct fixture *fixture, const double *moved, int n_modules)
{
    struct exhibits *exhibits = &fixture->snapshot->exhibits;
    struct why *why = &exhibits->why;
    exhibits->has[EXHIBIT_WHY] = true;
    *why = (struct why){.asked = CURSOR,
                        .present = 1,
                        .begin = CURSOR - 10,
                        .end = CURSOR,
                        .is_bare = true,
                        .accuracy = {0.85, 0.72},
                        .probability = {0.80, 0.80},
                        .own = (double)NAN,
                        .n_own = 2,
                        .has_first = true,
                        .first = 0.97,
                        .is_sound = true,
                        .n_modules = n_modules,
                        .n_answers = 359};
    for (int m = 0; m < n_modules; m++) {
        why->modules[m] = (struct why_module){
            .moved = moved[m], .back = 0.84 - 0.05 * m, .since = 0.93 - 0.1 * m};
        why->probability[1] += moved[m];
    }
    fixture->frame.view.has_cursor = true;
    fixture->frame.view.cursor = CURSOR;
    fixture->frame.view.focus = PANEL_WHY;
    return why;
}

/* Flips with the pictures of the gallery. */
static void flip(struct fixture *fixture, struct why *why, int n)
{
    const struct gallery *gallery = fixture->gallery;
    why->width = gallery->width;
    why->height = gallery->height;
    why->n_flips = n;
    why->n_lost = 52;
    why->n_gained = 5;
    for (int i = 0; i < n; i++) {
        struct flip *it = &why->flips[i];
        it->is_lost = true;
        snprintf(it->before, sizeof it->before, "%d", i % 10);
        snprintf(it->label, sizeof it->label, "%d", i % 10);
        snprintf(it->after, sizeof it->after, "%d", (i + 3) % 10);
        memcpy(it->levels, gallery_picture(gallery, 0, i), (size_t)(why->width * why->height));
    }
}

static void one_layer(struct fixture *fixture)
{
    static const double moved[] = {-0.102, -0.037, 0.009};
    flip(fixture, tell(fixture, moved, 3), 12);
}

static void several(struct fixture *fixture)
{
    static const double moved[] = {-0.07, -0.05, -0.03};
    flip(fixture, tell(fixture, moved, 3), 12);
}

static void enlarged(struct fixture *fixture)
{
    one_layer(fixture);
    fixture->frame.view.is_enlarged = true;
}

static void drowned(struct fixture *fixture)
{
    static const double moved[] = {-0.02, -0.03, -0.1};
    fixture_use_own_outputs(fixture);
    struct why *why = tell(fixture, moved, 3);
    why->own = 0.97;
    flip(fixture, why, 12);
}

/* One layer did it, and others made some of it good. */
static void against(struct fixture *fixture)
{
    static const double moved[] = {-0.15, 0.02, 0.009};
    flip(fixture, tell(fixture, moved, 3), 12);
}

/* Since the task began, which is told of the whole of it; nothing fell in the last steps. */
static void since(struct fixture *fixture, const double *moved)
{
    struct why *why = tell(fixture, moved, 3);
    why->first_step = FIXTURE_STEPS;
    why->first_probability = why->probability[1] + 0.25;
    why->is_first_sound = true;
    why->is_of_all = true;
    for (int m = 0; m < 3; m++) {
        why->modules[m].moved_since = m == 0 ? -0.19 : -0.03;
    }
}

static void several_now(struct fixture *fixture)
{
    static const double moved[] = {-0.07, -0.05, -0.03};
    since(fixture, moved);
}

static void held(struct fixture *fixture)
{
    static const double moved[] = {-0.002, 0.001, 0.001};
    since(fixture, moved);
    fixture->snapshot->exhibits.why.accuracy[0] = 0.73;
    fixture->snapshot->exhibits.why.most_fell = 0.01;
}

static void nothing(struct fixture *fixture)
{
    static const double moved[] = {0, 0, 0};
    struct why *why = tell(fixture, moved, 3);
    why->task = -1;
}

/* Of another moment than the cursor's. */
static void on_its_way(struct fixture *fixture)
{
    one_layer(fixture);
    fixture->frame.view.cursor = CURSOR + 10;
}

static void not_recorded(struct fixture *fixture)
{
    on_its_way(fixture);
    fixture->frame.view.tape.is_played = true;
}

static const struct scene scenes[] = {
    {"why-layer-120x36", in_b, one_layer, 120, 36, NULL, false},
    {"why-layer-80x24", in_b, one_layer, 80, 24, NULL, false},
    {"why-several-200x60", in_b, several, 200, 60, NULL, false},
    {"why-enlarged-ascii-120x36", in_b, enlarged, 120, 36, "ascii", true},
    {"why-drowned-120x36", in_b, drowned, 120, 36, NULL, false},
    {"why-drowned-80x24", in_b, drowned, 80, 24, NULL, false},
    {"why-against-120x36", in_b, against, 120, 36, NULL, false},
    {"why-since-120x36", in_b, several_now, 120, 36, NULL, false},
    {"why-held-80x24", in_b, held, 80, 24, NULL, false},
    {"why-on-its-way-80x24", in_b, on_its_way, 80, 24, NULL, false},
    {"why-not-recorded-80x24", in_b, not_recorded, 80, 24, NULL, false},
    {"why-nothing-120x36", in_b, nothing, 120, 36, NULL, false},
};

Test(why_screens, look_as_they_did)
{
    for (size_t i = 0; i < sizeof scenes / sizeof *scenes; i++) {
        char why[4096];
        cr_expect(scene_looks_as_it_did(&scenes[i], why, sizeof why), "%s", why);
    }
}
