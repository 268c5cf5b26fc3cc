/* SPDX-License-Identifier: MIT
 * A small terminal that plays an asciicast, for tests.  It knows what the format and the presenter
 * promise and nothing else: whatever is not that fails the test. */
#ifndef OUBLI_TESTS_SUPPORT_CAST_SCREEN_H
#define OUBLI_TESTS_SUPPORT_CAST_SCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cast_cell {
    uint32_t ch;
    int fg, bg; /* palette number, -1 the terminal's own; with `is_rgb` 0xRRGGBB */
    bool is_fg_rgb, is_bg_rgb, is_bold, is_underlined, is_reversed;
};

struct cast_screen {
    int version, cols, rows;
    struct cast_cell *cells; /* (rows x cols) owned */
    struct cast_cell ink;
    int x, y;
    bool is_cursor_shown;
    double seconds;  /* since the beginning */
    char code;       /* of the last event, 0 before the first */
    char label[512]; /* of the last marker, or the exit status */
    int n_marks, n_frames;
};

/* Takes one line (the first is the header), without its newline or with it. */
void cast_screen_take(struct cast_screen *screen, const char *line);
void cast_screen_fini(struct cast_screen *screen);

#endif
