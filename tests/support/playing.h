/* SPDX-License-Identifier: MIT
 * A recording opened, read in every way, played to its end with the screen drawn, exported, and
 * written on, as the program does it, without a terminal.  Whatever fails must say one line; else
 * the program is stopped. */
#ifndef OUBLI_TESTS_SUPPORT_PLAYING_H
#define OUBLI_TESTS_SUPPORT_PLAYING_H

#include <stdint.h>

enum playing {
    PLAYING_REFUSED, /* it did not open: `line` says why */
    PLAYING_FAILED,  /* it opened, and something of it could not be shown: `line` */
    PLAYING_WHOLE,   /* to the end, without a word */
};

struct played {
    enum playing how;
    char line[400];
};

/* `n` says where it is looked at; every so many of them are read row by row, exported, and written
 * on, too. */
struct played playing_take(const char *path, uint64_t n);

#endif
