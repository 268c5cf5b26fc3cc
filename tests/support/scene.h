/* SPDX-License-Identifier: MIT
 * A scene: a session in some state, looked at in some way, as a whole screen of text. */
#ifndef OUBLI_TESTS_SUPPORT_SCENE_H
#define OUBLI_TESTS_SUPPORT_SCENE_H

#include "support/fixture.h"

struct scene {
    const char *name;              /* of its golden file */
    struct fixture *(*open)(void); /* what has happened */
    void (*act)(struct fixture *); /* what is done with the screen */
    int cols, rows;
    const char *glyphs; /* NULL: braille */
    bool is_mono;
};

/* The screen as text; returns owned. */
char *scene_draw(struct fixture *fixture, const struct scene *scene);

/* Texts on it that an edge cuts inside a word (grid.h). */
int scene_cuts(struct fixture *fixture, const struct scene *scene);

bool scene_is_seven_bits(const char *text);

/* Opens, acts, draws and compares with the golden file; `why` says what is different. */
bool scene_looks_as_it_did(const struct scene *scene, char *why, size_t size);

#endif
