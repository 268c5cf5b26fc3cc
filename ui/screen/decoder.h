/* SPDX-License-Identifier: MIT
 * Bytes of a terminal become keys, clicks and pastes.
 *
 * The grammar is that of ECMA-48 and of what xterm, VT, rxvt, the Linux console and kitty send: it
 * does not depend on $TERM, so that a sequence is recognised as one whatever the terminal is
 * called. A whole sequence that is no key (an answer to a question somebody else has asked, a
 * report, a release of a button) is swallowed, never taken for the characters in it.
 *
 * Pure and incremental: bytes may come in pieces of any size, the keys are the same.  No clock: the
 * caller waits decoder_patience_ms and then calls decoder_give_up.  Zero is a valid beginning.
 * Never fails, never allocates. */
#ifndef OUBLI_UI_SCREEN_DECODER_H
#define OUBLI_UI_SCREEN_DECODER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ui/screen/key.h"

enum { DECODER_SEQUENCE_MAX = 64, DECODER_PASTE_MAX = 4096 };
enum { DECODER_NAMES = 48, DECODER_NAME_MAX = 16 };

enum decoder_state {
    DECODER_GROUND,
    DECODER_UTF8,          /* inside a character */
    DECODER_ESCAPE,        /* behind ESC */
    DECODER_CSI,           /* behind ESC [ */
    DECODER_CONSOLE,       /* behind ESC [ [, the Linux console's F1 to F5 */
    DECODER_X10,           /* behind ESC [ M, three bytes of an old mouse report */
    DECODER_SS3,           /* behind ESC O */
    DECODER_STRING,        /* in OSC, DCS, APC, PM, SOS */
    DECODER_STRING_ESCAPE, /* behind ESC in one of them */
    DECODER_PASTE,         /* between ESC [ 200 ~ and ESC [ 201 ~ */
};

struct decoder {
    enum decoder_state state;
    char sequence[DECODER_SEQUENCE_MAX]; /* the character or sequence so far, from its ESC on */
    int n_sequence;                      /* its length; one more than fits where it is longer */
    bool is_8bit;                        /* begun by a C1 control: may end by one */
    char paste[DECODER_PASTE_MAX];       /* what does not fit is left out */
    int n_paste, n_end;                  /* bytes kept; bytes of the closing sequence seen */
    struct decoder_name {
        char bytes[DECODER_NAME_MAX];
        struct key key;
    } names[DECODER_NAMES];
    int n_names;
};

/* Another sequence for a key, as terminfo tells it; it goes before what is built in.  Left out:
 * what does not begin with ESC, is longer than DECODER_NAME_MAX or one too many. */
void decoder_name(struct decoder *decoder, const char *bytes, struct key key);

/* Takes bytes up to the end of the first key and returns how many; `key` is PRESS_NONE if they end
 * before one does.  A byte may end a key without being part of it: then it is left for the next
 * call.  The text of a PRESS_PASTE is UTF-8 as it came, controls and all but NUL. */
size_t decoder_take(struct decoder *decoder, const char *bytes, size_t n, struct key *key);

/* How long a next byte is to be waited for before what has come is all there is; 0 where nothing
 * has been begun. */
int decoder_patience_ms(const struct decoder *decoder);

/* What the bytes so far mean if no more come: ESC alone is the key, ESC [ is Alt and [, the
 * beginning of anything longer is nothing, a paste is what has come of it. */
struct key decoder_give_up(struct decoder *decoder);

#endif
