/* SPDX-License-Identifier: MIT */
#include "ui/screen/keyboard.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "base/clock.h"

/* A person feels no delay up to here, so the rest of a sequence is waited for on the spot. */
enum { SHORT_MS = 50, MS = 1000000 };

enum filled { FILLED, NOTHING_CAME, OVERDUE };

/* Milliseconds left of the decoder's patience; 0 where it waits for nothing. */
static int64_t left_ms(const struct keyboard *keyboard)
{
    int patience = decoder_patience_ms(&keyboard->decoder);
    return patience - (patience ? (clock_ns() - keyboard->last_ns) / MS : 0);
}

static enum filled fill(struct keyboard *keyboard)
{
    int patience = decoder_patience_ms(&keyboard->decoder);
    struct pollfd fd = {.fd = keyboard->fd, .events = POLLIN};
    for (;;) {
        int64_t left = left_ms(keyboard);
        if (patience && left <= 0) {
            return OVERDUE;
        }
        int n = poll(&fd, 1, patience <= SHORT_MS ? (int)left : 0);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n > 0) {
            break;
        }
        if (patience == 0 || patience > SHORT_MS) {
            return NOTHING_CAME;
        }
    }
    ssize_t n = read(keyboard->fd, keyboard->bytes, sizeof keyboard->bytes);
    if (n <= 0) { /* nobody will send the rest */
        return patience ? OVERDUE : NOTHING_CAME;
    }
    keyboard->n_bytes = (size_t)n;
    keyboard->i_byte = 0;
    keyboard->last_ns = clock_ns();
    return FILLED;
}

struct key keyboard_next(struct keyboard *keyboard)
{
    struct key key = {.press = PRESS_NONE};
    while (key.press == PRESS_NONE) {
        if (keyboard->i_byte < keyboard->n_bytes) {
            keyboard->i_byte += decoder_take(&keyboard->decoder, keyboard->bytes + keyboard->i_byte,
                                             keyboard->n_bytes - keyboard->i_byte, &key);
            continue;
        }
        enum filled filled = fill(keyboard);
        if (filled == NOTHING_CAME) {
            return key;
        }
        if (filled == OVERDUE) {
            key = decoder_give_up(&keyboard->decoder);
        }
    }
    return key;
}
