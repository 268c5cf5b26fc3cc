/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/rng.h"
#include "support/key_text.h"
#include "ui/screen/decoder.h"

enum { TEXT_ROOM = 4096, ROUNDS = 20000, NOISE_MAX = 48 };

struct input {
    const char *bytes, *keys;
};

static void note(char *text, struct key key)
{
    char name[32];
    size_t used = strlen(text);
    if (key.press == PRESS_PASTE) {
        snprintf(text + used, TEXT_ROOM - used, "%spaste(%.900s)", used ? " " : "", key.text);
    } else if (key.press != PRESS_NONE) {
        snprintf(text + used, TEXT_ROOM - used, "%s%s", used ? " " : "",
                 key_text(key, name, sizeof name));
    }
}

static void take(struct decoder *decoder, const char *bytes, size_t n, char *text)
{
    for (size_t i = 0; i < n;) {
        struct key key;
        i += decoder_take(decoder, bytes + i, n - i, &key);
        note(text, key);
    }
}

/* The names of the keys that the bytes are, with a cut in between, separated by blanks. */
static char *keys_of(const char *bytes, size_t n, size_t cut, char *text)
{
    struct decoder decoder = {0};
    text[0] = '\0';
    take(&decoder, bytes, cut, text);
    take(&decoder, bytes + cut, n - cut, text);
    note(text, decoder_give_up(&decoder));
    return text;
}

static void expect_at_every_cut(const struct input *input)
{
    char text[TEXT_ROOM];
    size_t n = strlen(input->bytes);
    for (size_t cut = 0; cut <= n; cut++) {
        cr_expect_str_eq(keys_of(input->bytes, n, cut, text), input->keys, "%s, cut at %zu: %s",
                         input->bytes + 1, cut, text);
    }
}

#define EACH(inputs)                                                                               \
    for (size_t i = 0; i < sizeof(inputs) / sizeof *(inputs); i++) {                               \
        expect_at_every_cut(&(inputs)[i]);                                                         \
    }

Test(decoder, keys_of_all_kinds_of_terminals)
{
    static const struct input inputs[] = {
        {"a \xCE\xBB\xE2\x82\xAC\xF0\x9F\x98\x80", "a space λ € ?"},
        {"\t\r\n\177\b\003", "tab enter enter backspace backspace ctrl-c"},
        {"\033[A\033[B\033[C\033[D\033[H\033[F", "up down right left home end"},
        {"\033OA\033OB\033OC\033OD\033OH\033OF", "up down right left home end"},
        {"\033[1~\033[4~\033[7~\033[8~", "home end home end"},
        {"\033[2~\033[3~\033[5~\033[6~", "insert delete page-up page-down"},
        {"\033[Z\033[1;2Z\033[1;2C\033[1;2D", "shift-tab shift-tab shift-right shift-left"},
        {"\033[c\033[d", "shift-right shift-left"},
        {"\033[1;5A\033[3;2~\033[1;3D", "? ? ?"},
        {"\033OP\033OQ\033OR\033OS", "f1 f2 f3 f4"},
        {"\033[11~\033[15~\033[17~\033[24~\033[34~", "f1 f5 f6 f12 f20"},
        {"\033[[A\033[[E", "f1 f5"},
        {"\033Op\033Oy\033OM\033Ok\033Om", "0 9 enter + -"},
        {"\033x\033\xCE\xBB\033 ", "alt-x alt-λ alt-space"},
        {"\033\033[A", "esc up"},
        {"\033\r", "esc enter"},
        {"\033", "esc"},
    };
    EACH(inputs);
}

Test(decoder, keys_of_terminals_that_tell_all_of_them_by_number)
{
    static const struct input inputs[] = {
        {"\033[97u\033[97;2u\033[97;3u\033[97;5u", "a A alt-a ctrl-a"},
        {"\033[27u\033[13u\033[9;2u\033[127u", "esc enter shift-tab backspace"},
        {"\033[97:65;2u\033[97;1:1u", "A a"},
        {"\033[97;1:3u\033[1;1:3A", ""},
        {"\033[57441;2u\033[57358u\033[1u", ""},
        {"\033[27;5;97~\033[27;2;65~", "ctrl-a A"},
    };
    EACH(inputs);
}

Test(decoder, clicks_in_all_forms)
{
    static const struct input inputs[] = {
        {"\033[<0;5;7M\033[<0;5;7m", "click 4,6"},
        {"\033[<1;1;1M\033[<2;300;200M", "middle-click 0,0 right-click 299,199"},
        {"\033[<64;1;2M\033[<65;1;2M\033[<66;1;2M", "wheel-up 0,1 wheel-down 0,1"},
        {"\033[<4;5;7M\033[<16;5;7M", "click 4,6 click 4,6"},
        {"\033[<32;5;7M\033[<35;5;7M\033[<0;0;7M\033[<128;1;1M", ""},
        {"\033[M %'\033[M#%'", "click 4,6"},
        {"\033[M`qqx", "wheel-up 80,80 x"},
        {"\033[M \xFE\xFEx", "click 221,221 x"},
        {"\033[32;5;7M\033[35;5;7M", "click 4,6"},
    };
    EACH(inputs);
}

Test(decoder, whole_sequences_that_are_no_keys_are_swallowed)
{
    static const struct input inputs[] = {
        {"\033[24;80Rx", "x"},
        {"\033[1;2Rx", "x"},
        {"\033[?24;80;1Rx", "x"},
        {"\033[?64;1;2;6;9;15;18;21;22cx", "x"},
        {"\033[>41;354;0cx", "x"},
        {"\033[=1;2cx", "x"},
        {"\033[?2026;2$yx", "x"},
        {"\033[4;2$yx", "x"},
        {"\033[8;24;80tx", "x"},
        {"\033[Ix\033[Ox", "x x"},
        {"\033[?1;2ux", "x"},
        {"\033[3$x\033[2^x", "x x"},
        {"\033[201~x", "x"},
        {"\033[?997;1nx\033[0nx", "x x"},
        {"\033]11;rgb:1234/5678/9abc\033\\x", "x"},
        {"\033]11;rgb:1234/5678/9abc\ax", "x"},
        {"\033]52;c;cXFx\033\\x", "x"},
        {"\033P1$r0q\033\\x", "x"},
        {"\033P>|XTerm(388)\033\\x", "x"},
        {"\033P1+r544e=787465726d\033\\x", "x"},
        {"\033_Gi=31;OK\033\\x", "x"},
        {"\033^q\033\\x\033Xq\033\\x", "x x"},
        {"\033[12\x18x\033]0;q\x1Ax", "x x"},
        {"\x9B"
         "24;80Rx\x8FPx\x9D"
         "11;q\x9Cx",
         "x f1 x x"},
        {"\xC2\x9B"
         "24;80Rx",
         "x"},
        {"\033[;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;qx", "x"},
        {"\033[99999999999999999999~x", "x"},
    };
    EACH(inputs);
}

Test(decoder, what_breaks_off_takes_nothing_with_it)
{
    static const struct input inputs[] = {
        {"\033[1\rx", "enter x"},        {"\033[1\033[Ax", "up x"},
        {"\033]0;title\033[Ax", "up x"}, {"\033O\003x", "ctrl-c x"},
        {"\xCEx\x80y\xFFz", "x y z"},    {"\xC0\x80\xED\xA0\x80\xF5x", "x"},
        {"\033[M \rx", "enter x"},       {"\033[[\033[Bx", "down x"},
    };
    EACH(inputs);
}

Test(decoder, a_beginning_that_nothing_follows_is_what_was_pressed)
{
    static const struct input inputs[] = {
        {"\033[", "alt-["}, {"\033O", "alt-O"}, {"\033P", "alt-P"},
        {"\033]", "alt-]"}, {"\033[1;", ""},    {"\033]11;rgb", ""},
        {"\033[M !", ""},   {"\xE2\x82", ""},   {"\x9B", ""},
    };
    EACH(inputs);
}

Test(decoder, a_paste_is_one_text)
{
    static const struct input inputs[] = {
        {"\033[200~one\ntwo q\033[201~x", "paste(one\ntwo q) x"},
        {"\033[200~\033[201~", "paste()"},
        {"\033[200~a\033[Ab\033[200~c\033[20\033[201~x", "paste(a\033[Ab\033[200~c\033[20) x"},
        {"\033[200~never closed", "paste(never closed)"},
        {"\033[200~\xCE\xBB\033[201~", "paste(λ)"},
    };
    EACH(inputs);
}

Test(decoder, of_a_long_paste_the_beginning_is_kept)
{
    struct decoder decoder = {0};
    char text[TEXT_ROOM] = "";
    struct key key = {0};
    take(&decoder, "\033[200~", 6, text);
    for (int i = 0; i < 3 * DECODER_PASTE_MAX; i++) {
        take(&decoder, "q", 1, text);
    }
    cr_expect_eq(decoder_take(&decoder, "\033[201~x", 7, &key), 6);
    cr_expect_eq(key.press, PRESS_PASTE);
    cr_expect_eq(strlen(key.text), DECODER_PASTE_MAX - 1);
    cr_expect_str_eq(text, "");
}

Test(decoder, an_endless_string_is_swallowed_and_ends_with_its_end)
{
    struct decoder decoder = {0};
    char text[TEXT_ROOM] = "";
    take(&decoder, "\033]52;c;", 7, text);
    for (int i = 0; i < 100000; i++) {
        take(&decoder, "q", 1, text);
    }
    take(&decoder, "\033\\x", 3, text);
    cr_expect_str_eq(text, "x");
}

Test(decoder, a_terminal_may_have_sequences_of_its_own)
{
    struct decoder decoder = {0};
    char text[TEXT_ROOM] = "";
    decoder_name(&decoder, "\033A", (struct key){.press = PRESS_UP});
    decoder_name(&decoder, "\033[224z", (struct key){.press = PRESS_FUNCTION, .ch = 1});
    decoder_name(&decoder, "\033\t", (struct key){.press = PRESS_SHIFT_TAB});
    decoder_name(&decoder, "\013", (struct key){.press = PRESS_UP}); /* a character: left out */
    for (int i = 0; i < 2 * DECODER_NAMES; i++) {
        decoder_name(&decoder, "\033Z", (struct key){.press = PRESS_SHIFT_TAB});
    }
    take(&decoder, "\033A\033[224z\013\033Z\033\t", 13, text);
    cr_expect_str_eq(text, "up f1 ctrl-k shift-tab shift-tab");
}

Test(decoder, waits_for_what_it_has_begun)
{
    static const struct {
        const char *bytes;
        int least, most;
    } cases[] = {{"", 0, 0},
                 {"a", 0, 0},
                 {"\033", 1, 50},
                 {"\033[1", 200, 2000},
                 {"\033]0;", 200, 2000},
                 {"\033[200~a", 1000, 60000},
                 {"\033[A", 0, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct decoder decoder = {0};
        char text[TEXT_ROOM] = "";
        take(&decoder, cases[i].bytes, strlen(cases[i].bytes), text);
        int patience = decoder_patience_ms(&decoder);
        cr_expect(patience >= cases[i].least && patience <= cases[i].most, "%s: %d", cases[i].bytes,
                  patience);
        decoder_give_up(&decoder);
        cr_expect_eq(decoder_patience_ms(&decoder), 0);
    }
}

/* Bytes in which sequences are likely. */
static size_t make_noise(struct rng *rng, char *bytes)
{
    static const char *const pieces[] = {
        "\033",      "\033[",  "\033O", "\033]", "\033P", "\033\\", "\033[<", "\033[200~",
        "\033[201~", "\033[M", "\xCE",  "\x9B",  "0",     ";",      "A",      "~",
        "M",         "$",      "u",     "R",     "\a",    "\x18",   "q",      "["};
    size_t n = 0;
    while (n < NOISE_MAX - 8) {
        int kind = rng_below(rng, 30);
        if (kind < 24) {
            memcpy(bytes + n, pieces[kind], strlen(pieces[kind]));
            n += strlen(pieces[kind]);
        } else if (kind < 28) {
            bytes[n++] = (char)rng_below(rng, 256);
        } else {
            return n;
        }
    }
    return n;
}

Test(decoder, any_bytes_are_the_same_keys_however_they_are_cut)
{
    struct rng rng = rng_stream(13, 1);
    char bytes[NOISE_MAX], whole[TEXT_ROOM], cut[TEXT_ROOM];
    for (int i = 0; i < ROUNDS; i++) {
        size_t n = make_noise(&rng, bytes);
        keys_of(bytes, n, n, whole);
        for (size_t at = 0; at < n; at++) {
            cr_assert_str_eq(keys_of(bytes, n, at, cut), whole, "round %d cut at %zu", i, at);
        }
    }
}

/* A sequence of one of the kinds, whole, with parameters of any kind in it. */
static size_t make_sequence(struct rng *rng, char *bytes)
{
    static const char *const begins[] = {"\033[?", "\033[>", "\033[=", "\033]",
                                         "\033P",  "\033_",  "\033^",  "\033X"};
    int kind = rng_below(rng, 8), length = rng_below(rng, 20);
    size_t n = strlen(begins[kind]);
    memcpy(bytes, begins[kind], n);
    for (int i = 0; i < length; i++) {
        bytes[n++] = (char)(kind < 3 ? '0' + rng_below(rng, 12) : ' ' + rng_below(rng, 95));
    }
    if (kind < 3) {
        bytes[n++] = (char)('@' + rng_below(rng, 62));
        return n;
    }
    memcpy(bytes + n, "\033\\", 2);
    return n + 2;
}

Test(decoder, no_private_sequence_or_string_is_ever_a_key)
{
    struct rng rng = rng_stream(13, 2);
    char bytes[64], text[TEXT_ROOM];
    for (int i = 0; i < ROUNDS; i++) {
        size_t n = make_sequence(&rng, bytes);
        bytes[n] = 'x';
        cr_assert_str_eq(keys_of(bytes, n + 1, 0, text), "x", "%.*s", (int)n - 1, bytes + 1);
    }
}
