/* SPDX-License-Identifier: MIT
 * Successive grids as an asciicast (version 3 or 2): the recording of a terminal that
 * `asciinema play` and the player in web pages show again.
 *
 * The first event clears and paints everything, the others hold what changed; a grid that looks
 * like the last one is no event.  The cursor is hidden until the end.  Times are nanoseconds of the
 * session and may not go back; where nothing happens for longer than `idle_ns` they are closed
 * up. */
#ifndef OUBLI_UI_SCREEN_PRESENT_CAST_H
#define OUBLI_UI_SCREEN_PRESENT_CAST_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"
#include "ui/screen/depth.h"
#include "ui/screen/grid.h"
#include "ui/screen/theme.h"

struct present_cast_config {
    int version;               /* 3: intervals; 2: times since the beginning */
    int cols, rows;            /* at the beginning; a grid of another size is a resize */
    const struct theme *theme; /* borrowed */
    enum color_depth depth;
    const char *title; /* NULL is none */
    int64_t timestamp; /* when it began, seconds since 1970; 0: not said */
    int64_t idle_ns;   /* longest time without an event; 0: as long as it was */
};

struct present_cast;

/* Writes the header.  The file is borrowed.  Returns owned, NULL with err set. */
struct present_cast *present_cast_open(const struct present_cast_config *config, FILE *file,
                                       struct err *err) __attribute__((warn_unused_result));

/* Other colours from the next grid on; borrowed. */
void present_cast_theme(struct present_cast *cast, const struct theme *theme);

/* The grid at a time.  Returns the bytes written: 0 where it looks like the last one. */
long present_cast_show(struct present_cast *cast, int64_t t, const struct grid *grid);

/* A place to jump to, after what has been shown. */
void present_cast_mark(struct present_cast *cast, int64_t t, const char *label);

/* Gives the terminal back; the exit of version 3.  The time may be later than that of the last
 * grid: so long it stands. */
void present_cast_end(struct present_cast *cast, int64_t t);

/* Frees.  False and err if memory was short or the file did not take it all.  NULL is allowed. */
bool present_cast_close(struct present_cast *cast, struct err *err);

#endif
