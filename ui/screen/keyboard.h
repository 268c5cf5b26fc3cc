/* SPDX-License-Identifier: MIT
 * Keys read from a descriptor: decoder.h and a clock.  UI thread. */
#ifndef OUBLI_UI_SCREEN_KEYBOARD_H
#define OUBLI_UI_SCREEN_KEYBOARD_H

#include "ui/screen/decoder.h"

enum { KEYBOARD_BYTES = 1024 };

/* Zero but for `fd` is a valid beginning. */
struct keyboard {
    int fd; /* borrowed; may block or not */
    struct decoder decoder;
    char bytes[KEYBOARD_BYTES]; /* read, and not decoded up to i_byte */
    size_t n_bytes, i_byte;
    int64_t last_ns; /* when the last of them came */
};

/* The next key; PRESS_NONE when none is there.  Waits for the rest of a sequence only behind an ESC
 * that may be the key (25 ms); the rest of any longer one comes with a later call. */
struct key keyboard_next(struct keyboard *keyboard);

#endif
