/* SPDX-License-Identifier: MIT
 * The units of a played session: whole numbers alone, so that they are the same everywhere.  With
 * replay the first layer is divided between the first task and the present one, without it most of
 * it serves nobody. */
#include <stdlib.h>

#include "strategies/table.h"
#include "support/fixture_inside.h"

enum { SIDE = 8, LINKS = 40 };

static bool is_kept(const struct fixture *fixture)
{
    return view_learner(&fixture->frame.view)->strategies[strategy_find("replay")].is_on;
}

/* Of a hundred so many serve the first task, both, the present one; the upper layer both. */
static uint8_t serves_of(const struct fixture *fixture, int layer, int unit)
{
    int place = unit * 37 % 100, kept = is_kept(fixture) ? 1 : 3;
    int first = layer == 0 ? 26 / kept : 4, both = layer > 0 ? 40 : kept == 1 ? 16 : 24;
    return place < first ? 1 : place < first + both ? 3 : place < first + both + 13 / kept ? 2 : 0;
}

static void add_layer(struct fixture *fixture, struct units *units, int layer, int n)
{
    struct unit_layer_seen *seen = &units->layers[units->n_layers++];
    *seen = (struct unit_layer_seen){
        .n = n, .first = units->n, .n_shown = n, .is_told_apart = layer == 0};
    for (int u = 0; u < n; u++) {
        uint8_t serves = serves_of(fixture, layer, u);
        int size = serves ? 60 + u * 61 % 196 : u % 20;
        seen->alone[0] += serves == 1;
        seen->alone[1] += serves == 2;
        seen->several += serves == 3;
        seen->neither += serves == 0;
        units->units[units->n++] = (struct unit_seen){.number = u,
                                                      .serves = serves,
                                                      .size = (uint8_t)size,
                                                      .own_size = (uint8_t)size,
                                                      .change = (uint8_t)(u * 53 % 140)};
    }
}

static void add_links(struct units *units)
{
    for (int l = 0; l + 1 < units->n_layers; l++) {
        for (int i = 0; i < LINKS; i++) {
            const struct unit_layer_seen *low = &units->layers[l], *high = &units->layers[l + 1];
            units->links[units->n_links++] =
                (struct unit_link){low->first + i * 29 % low->n, high->first + i * 17 % high->n,
                                   (uint8_t)(255 - 5 * i)};
        }
    }
}

/* A blot in the first arrangement, the same pixels strewn in the second. */
static void add_pictures(struct units *units)
{
    units->width = units->height = SIDE;
    units->n_smooth_then = 41;
    units->n_smooth = 12;
    for (int k = 0; k < UNITS_PICTURES_MAX; k++) {
        struct unit_picture *picture = &units->pictures[units->n_pictures++];
        picture->number = 7 * k;
        for (int i = 0; i < SIDE * SIDE; i++) {
            int dx = i % SIDE - 2 - k % 4, dy = i / SIDE - 3 - k / 4, far = dx * dx + dy * dy;
            picture->levels[0][i] = (uint8_t)(far < 15 ? 15 - far : 0);
            picture->levels[1][i * 37 % (SIDE * SIDE)] = picture->levels[0][i];
        }
    }
}

void fixture_played_units(struct fixture *fixture, struct rect panel)
{
    struct exhibits *exhibits = &fixture->snapshot->exhibits;
    struct units *units = &exhibits->units;
    exhibits->has[EXHIBIT_UNITS] = panel.w > 4 && panel.h > 3 && fixture->width[1] > 0;
    if (!exhibits->has[EXHIBIT_UNITS]) {
        return;
    }
    int present = fixture->snapshot->task;
    *units = (struct units){.step = MAP_STEP_NOW,
                            .learner = view_learner(&fixture->frame.view)->id,
                            .n_tasks = present > 0 ? 2 : 1,
                            .tasks = {0, present},
                            .chance = 0.1F,
                            .has_change = present > 0};
    add_layer(fixture, units, 0, fixture->width[1]);
    add_layer(fixture, units, 1, fixture->width[2]);
    units->layers[units->n_layers++] = (struct unit_layer_seen){.n = fixture->width[3],
                                                                .first = units->n,
                                                                .n_shown = fixture->width[3],
                                                                .is_outputs = true};
    for (int i = 0; i < fixture->width[3]; i++) {
        units->units[units->n++] = (struct unit_seen){.number = i, .size = 255, .own_size = 255};
    }
    add_links(units);
    add_pictures(units);
}
