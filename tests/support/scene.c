/* SPDX-License-Identifier: MIT */
#include "support/scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/golden.h"
#include "support/present_text.h"

static struct grid draw(struct fixture *fixture, const struct scene *scene)
{
    struct grid grid = {0};
    struct err err = {0};
    if (!grid_resize(&grid, scene->cols, scene->rows, &err)) {
        fprintf(stderr, "scene: %s\n", err.msg);
        abort();
    }
    fixture_draw(fixture, &grid, glyphs_find(scene->glyphs ? scene->glyphs : "braille"),
                 scene->is_mono ? DEPTH_MONO : DEPTH_256, NULL);
    return grid;
}

int scene_cuts(struct fixture *fixture, const struct scene *scene)
{
    struct grid grid = draw(fixture, scene);
    int n = grid.n_cut;
    grid_fini(&grid);
    return n;
}

char *scene_draw(struct fixture *fixture, const struct scene *scene)
{
    struct grid grid = draw(fixture, scene);
    char *text = present_text(&grid);
    if (!text) {
        abort();
    }
    grid_fini(&grid);
    return text;
}

bool scene_is_seven_bits(const char *text)
{
    while (*text && !((unsigned char)*text & 0x80)) {
        text++;
    }
    return *text == '\0';
}

bool scene_looks_as_it_did(const struct scene *scene, char *why, size_t size)
{
    struct fixture *fixture = scene->open();
    scene->act(fixture);
    char *text = scene_draw(fixture, scene);
    bool ok = golden_is(scene->name, text, why, size);
    if (scene->glyphs && strcmp(scene->glyphs, "ascii") == 0 && !scene_is_seven_bits(text)) {
        snprintf(why, size, "%s: not ASCII:\n%.3000s", scene->name, text);
        ok = false;
    }
    if (ok && scene_cuts(fixture, scene) > 0) {
        snprintf(why, size, "%s: cut inside a word:\n%.3500s", scene->name, text);
        ok = false;
    }
    free(text);
    fixture_destroy(fixture);
    return ok;
}
