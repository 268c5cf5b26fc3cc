/* SPDX-License-Identifier: MIT
 *
 * Sources: ECMA-48; xterm's ctlseqs; the kitty keyboard protocol (CSI u).  Deviations: (1) a
 * control character inside a sequence ends it and counts itself, instead of being carried out
 * within it: who has pressed Alt and [ and then Enter means Enter.  (2) CSI ... R is never F3: it
 * is where a terminal says the cursor stands. */
#include "ui/screen/decoder.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "ui/screen/utf8.h"

enum { ESC = 0x1B, BEL = 0x07, CAN = 0x18, SUB = 0x1A, ST_8BIT = 0x9C };
enum { ESCAPE_MS = 25, SEQUENCE_MS = 1000, PASTE_MS = 5000 };
enum { PARAMS_MAX = 4, X10_BYTES = 3, X10_BASE = 32, RELEASED = 3 };
enum { SHIFT = 1, ALT = 2, CTRL = 4, MODIFIERS = SHIFT | ALT | CTRL };

static const char paste_end[] = "\033[201~";
static const struct key nothing = {.press = PRESS_NONE};

void decoder_name(struct decoder *decoder, const char *bytes, struct key key)
{
    size_t n = strlen(bytes);
    if (bytes[0] == ESC && n > 1 && n < DECODER_NAME_MAX && decoder->n_names < DECODER_NAMES) {
        struct decoder_name *name = &decoder->names[decoder->n_names++];
        memcpy(name->bytes, bytes, n + 1);
        name->key = key;
    }
}

/* ---- sequences ---- */

static void append(struct decoder *decoder, unsigned char byte)
{
    if (decoder->n_sequence < DECODER_SEQUENCE_MAX) {
        decoder->sequence[decoder->n_sequence] = (char)byte;
    }
    decoder->n_sequence += decoder->n_sequence <= DECODER_SEQUENCE_MAX;
}

static void begin(struct decoder *decoder, enum decoder_state state, unsigned char byte)
{
    decoder->state = state;
    decoder->n_sequence = 0;
    decoder->is_8bit = false;
    append(decoder, byte);
}

/* The sequence in parts: ESC [ lead param ; param ... final, a parameter with parts by colons. */
struct csi {
    char lead; /* one of < = > ?, or 0 */
    char final;
    int n;
    int param[PARAMS_MAX]; /* 0 where it is left out */
    int event;             /* the second part of the second one: what happened to the key */
    bool is_odd;           /* anything else stands in it */
};

static struct csi parse(const struct decoder *decoder)
{
    struct csi csi = {0};
    int i = 2, end = decoder->n_sequence - 1;
    csi.is_odd = decoder->n_sequence > DECODER_SEQUENCE_MAX;
    csi.final = csi.is_odd ? 0 : decoder->sequence[end];
    int part = 0;
    for (; i < end && !csi.is_odd; i++) {
        char c = decoder->sequence[i];
        int *value = part == 0 ? &csi.param[csi.n] : part == 1 && csi.n == 1 ? &csi.event : NULL;
        if (c >= '<' && c <= '?' && i == 2) {
            csi.lead = c;
        } else if (c == ';') {
            csi.n++;
            part = 0;
            csi.is_odd = csi.n == PARAMS_MAX;
        } else if (c == ':') {
            part++;
        } else if (isdigit((unsigned char)c)) {
            if (value && *value < 1000000) {
                *value = *value * 10 + (c - '0');
            }
        } else {
            csi.is_odd = true;
        }
    }
    csi.n += end > 2 + (csi.lead != 0);
    return csi;
}

/* ---- the mouse ---- */

/* `code` as the SGR report has it; x, y from 1. */
static struct key click(int code, int x, int y)
{
    static const struct {
        int code;
        enum mouse_button button;
    } buttons[] = {{0, MOUSE_LEFT},
                   {1, MOUSE_MIDDLE},
                   {2, MOUSE_RIGHT},
                   {64, MOUSE_WHEEL_UP},
                   {65, MOUSE_WHEEL_DOWN}};
    enum { HELD = 4 | 8 | 16 }; /* Shift, Alt, Ctrl */
    for (size_t i = 0; x > 0 && y > 0 && i < sizeof buttons / sizeof buttons[0]; i++) {
        if (buttons[i].code == (code & ~HELD)) {
            return (struct key){
                .press = PRESS_MOUSE, .x = x - 1, .y = y - 1, .button = buttons[i].button};
        }
    }
    return nothing; /* a release, a motion, a button without a name */
}

static struct key click_x10(const struct decoder *decoder)
{
    const unsigned char *at = (const unsigned char *)decoder->sequence + 3;
    return click(at[0] - X10_BASE, at[1] - X10_BASE, at[2] - X10_BASE);
}

/* ---- keys ---- */

/* The key with modifiers held, as its sequence counts them: 1 and a bit for each. */
static struct key with_modifiers(struct key key, int count)
{
    int held = count > 0 ? (count - 1) & MODIFIERS : 0;
    if (held == 0 || key.press == PRESS_NONE) {
        return key;
    }
    if (held == SHIFT && (key.press == PRESS_LEFT || key.press == PRESS_RIGHT)) {
        return (struct key){.press =
                                key.press == PRESS_LEFT ? PRESS_SHIFT_LEFT : PRESS_SHIFT_RIGHT};
    }
    if (held == SHIFT && (key.press == PRESS_TAB || key.press == PRESS_SHIFT_TAB)) {
        return (struct key){.press = PRESS_SHIFT_TAB};
    }
    bool is_char = key.press == PRESS_CHAR;
    if (is_char && held == SHIFT) {
        key.ch = key.ch < 0x80 ? (uint32_t)toupper((int)key.ch) : key.ch;
        return key;
    }
    if (is_char && held == CTRL && key.ch >= '@' && key.ch < 0x7F) {
        return key_from_char(key.ch & 0x1F);
    }
    if (is_char && held == ALT) {
        return (struct key){.press = PRESS_ALT, .ch = key.ch};
    }
    return (struct key){.press = PRESS_OTHER};
}

/* A key that a letter stands for behind CSI and SS3 alike. */
static struct key by_letter(char letter)
{
    static const struct {
        char letter;
        enum press press;
    } keys[] = {{'A', PRESS_UP},   {'B', PRESS_DOWN}, {'C', PRESS_RIGHT},    {'D', PRESS_LEFT},
                {'H', PRESS_HOME}, {'F', PRESS_END},  {'Z', PRESS_SHIFT_TAB}};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (keys[i].letter == letter) {
            return (struct key){.press = keys[i].press};
        }
    }
    return letter >= 'P' && letter <= 'S'
               ? (struct key){.press = PRESS_FUNCTION, .ch = (uint32_t)(letter - 'P' + 1)}
               : nothing;
}

/* A key that a number stands for before ~. */
static struct key by_number(int number)
{
    static const enum press keys[] = {PRESS_NONE,      PRESS_HOME, PRESS_INSERT,
                                      PRESS_DELETE,    PRESS_END,  PRESS_PAGE_UP,
                                      PRESS_PAGE_DOWN, PRESS_HOME, PRESS_END};
    static const int functions[] = {11, 12, 13, 14, 15, 17, 18, 19, 20, 21,
                                    23, 24, 25, 26, 28, 29, 31, 32, 33, 34};
    if (number < (int)(sizeof keys / sizeof keys[0])) {
        return (struct key){.press = keys[number]};
    }
    for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++) {
        if (functions[i] == number) {
            return (struct key){.press = PRESS_FUNCTION, .ch = (uint32_t)i + 1};
        }
    }
    return nothing;
}

/* A key by its code point, as terminals tell it that tell all keys that way. */
static struct key by_point(int point)
{
    bool is_control = point < ' ' || point == 0x7F;
    bool is_named = point == '\t' || point == '\r' || point == ESC || point == 0x7F;
    bool is_private = point >= 0xE000 && point <= 0xF8FF; /* keys without a character */
    bool is_none = (is_control && !is_named) || is_private || point > 0x10FFFF ||
                   (point >= 0x80 && point < 0xA0);
    return is_none ? nothing : key_from_char((uint32_t)point);
}

/* rxvt has letters of its own for arrows with Shift, only without parameters: CSI c with some is a
 * terminal that says what it is. */
static struct key by_letter_alone(char letter)
{
    switch (letter) {
    case 'c':
        return (struct key){.press = PRESS_SHIFT_RIGHT};
    case 'd':
        return (struct key){.press = PRESS_SHIFT_LEFT};
    default:
        return by_letter(letter);
    }
}

static struct key csi_key(const struct csi *csi)
{
    if (csi->event == RELEASED) {
        return nothing;
    }
    switch (csi->final) {
    case '~':
        return csi->param[0] == 27 && csi->n == 3
                   ? with_modifiers(by_point(csi->param[2]), csi->param[1])
                   : with_modifiers(by_number(csi->param[0]), csi->param[1]);
    case 'u':
        return csi->n > 0 ? with_modifiers(by_point(csi->param[0]), csi->param[1]) : nothing;
    default:
        if (csi->n == 0) {
            return by_letter_alone(csi->final);
        }
        return csi->param[0] <= 1 && csi->n == 2 && csi->final != 'R'
                   ? with_modifiers(by_letter(csi->final), csi->param[1])
                   : nothing;
    }
}

/* The application keypad, and the letters that CSI has too. */
static struct key ss3_key(const struct csi *csi)
{
    static const char keypad[] = "*+,-./0123456789"; /* j to y */
    char c = csi->final;
    if (c >= 'j' && c <= 'y') {
        return (struct key){.press = PRESS_CHAR, .ch = (uint32_t)keypad[c - 'j']};
    }
    switch (c) {
    case 'M':
        return (struct key){.press = PRESS_ENTER};
    case 'I':
        return (struct key){.press = PRESS_TAB};
    case 'X':
        return (struct key){.press = PRESS_CHAR, .ch = '='};
    default:
        return with_modifiers(by_letter(c), csi->n > 0 ? csi->param[csi->n - 1] : 0);
    }
}

/* ---- the end of a sequence ---- */

static const struct key *find_name(const struct decoder *decoder)
{
    for (int i = 0; i < decoder->n_names; i++) {
        const struct decoder_name *name = &decoder->names[i];
        if ((int)strlen(name->bytes) == decoder->n_sequence &&
            memcmp(name->bytes, decoder->sequence, (size_t)decoder->n_sequence) == 0) {
            return &name->key;
        }
    }
    return NULL;
}

static struct key end_csi(struct decoder *decoder)
{
    struct csi csi = parse(decoder);
    const struct key *named = find_name(decoder);
    decoder->state = DECODER_GROUND;
    if (named) {
        return *named;
    }
    if (csi.is_odd) {
        return nothing;
    }
    if (csi.lead == 0 && csi.final == '~' && csi.n == 1 && csi.param[0] == 200) {
        decoder->state = DECODER_PASTE;
        decoder->n_paste = decoder->n_end = 0;
        return nothing;
    }
    if (csi.lead == '<' && csi.n == 3) {
        return csi.final == 'M' ? click(csi.param[0], csi.param[1], csi.param[2]) : nothing;
    }
    if (csi.lead == 0 && csi.final == 'M' && csi.n == 3) {
        return click(csi.param[0] - X10_BASE, csi.param[1], csi.param[2]);
    }
    return csi.lead == 0 ? csi_key(&csi) : nothing;
}

static struct key end_ss3(struct decoder *decoder)
{
    struct csi csi = parse(decoder);
    const struct key *named = find_name(decoder);
    decoder->state = DECODER_GROUND;
    return named ? *named : csi.is_odd || csi.lead ? nothing : ss3_key(&csi);
}

static struct key end_paste(struct decoder *decoder)
{
    decoder->paste[decoder->n_paste] = '\0';
    decoder->state = DECODER_GROUND;
    return (struct key){.press = PRESS_PASTE, .text = decoder->paste};
}

/* ---- a byte; each returns false if it is to be taken once more, in the state there is then ----
 */

static bool take_again(struct decoder *decoder)
{
    decoder->state = DECODER_GROUND;
    return false;
}

static bool take_escape(struct decoder *decoder, unsigned char byte, struct key *key)
{
    bool is_lead = byte >= 0xC2 && byte <= 0xF4;
    append(decoder, byte);
    if (byte < ' ' || byte == 0x7F || (byte >= 0x80 && !is_lead)) {
        const struct key *rare = find_name(decoder); /* the Linux console's Shift-Tab */
        *key = rare ? *rare : (struct key){.press = PRESS_ESCAPE}; /* on its own after all */
        take_again(decoder);
        return rare != NULL;
    }
    switch (byte) {
    case '[':
        decoder->state = DECODER_CSI;
        return true;
    case 'O':
        decoder->state = DECODER_SS3;
        return true;
    case ']': /* OSC */
    case 'P': /* DCS */
    case '_': /* APC */
    case '^': /* PM */
    case 'X': /* SOS */
        decoder->state = DECODER_STRING;
        return true;
    default:
        break;
    }
    if (is_lead) {
        decoder->state = DECODER_UTF8;
        return true;
    }
    const struct key *named = find_name(decoder);
    *key = named ? *named : (struct key){.press = PRESS_ALT, .ch = byte};
    decoder->state = DECODER_GROUND;
    return true;
}

/* A C1 control is ESC and the character 0x40 below it; those that introduce nothing are nothing. */
static void take_c1(struct decoder *decoder, uint32_t control)
{
    if (strchr("[O]P_^X", (int)(control - 0x40))) {
        struct key none;
        begin(decoder, DECODER_ESCAPE, ESC);
        take_escape(decoder, (unsigned char)(control - 0x40), &none);
        decoder->is_8bit = true;
    } else {
        decoder->state = DECODER_GROUND;
    }
}

static bool take_ground(struct decoder *decoder, unsigned char byte, struct key *key)
{
    if (byte == ESC) {
        begin(decoder, DECODER_ESCAPE, ESC);
    } else if (byte < 0x80) {
        *key = key_from_char(byte);
    } else if (byte < 0xA0) {
        take_c1(decoder, byte);
    } else if (byte >= 0xC2 && byte <= 0xF4) {
        begin(decoder, DECODER_UTF8, byte);
    }
    return true; /* any other byte begins no character */
}

static bool take_utf8(struct decoder *decoder, unsigned char byte, struct key *key)
{
    if ((byte & 0xC0) != 0x80) {
        return take_again(decoder); /* it breaks off */
    }
    append(decoder, byte);
    bool is_alt = decoder->sequence[0] == ESC;
    unsigned char lead = (unsigned char)decoder->sequence[is_alt];
    int length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (decoder->n_sequence < length + is_alt) {
        return true;
    }
    decoder->sequence[decoder->n_sequence] = '\0';
    const char *at = decoder->sequence + is_alt;
    uint32_t ch = utf8_next(&at);
    decoder->state = DECODER_GROUND;
    if (*at != '\0') {
        return true; /* overlong, a surrogate, beyond Unicode */
    }
    if (ch < 0xA0) {
        take_c1(decoder, ch);
    } else {
        *key = (struct key){.press = is_alt ? PRESS_ALT : PRESS_CHAR, .ch = ch};
    }
    return true;
}

/* What ends a sequence before its time, in CSI and SS3 alike; false if the byte does not. */
static bool breaks_off(struct decoder *decoder, unsigned char byte, bool *is_taken)
{
    if (byte >= ' ' && byte < 0x7F) {
        return false;
    }
    bool is_dropped = byte == CAN || byte == SUB;
    decoder->state = DECODER_GROUND;
    *is_taken = is_dropped;
    return true;
}

/* rxvt writes Shift behind a key's number as a $, where others have a letter behind it. */
static bool is_rxvt_shift(const struct decoder *decoder, unsigned char byte)
{
    return byte == '$' && decoder->n_sequence > 2 && decoder->n_sequence < 5 &&
           isdigit((unsigned char)decoder->sequence[2]) &&
           isdigit((unsigned char)decoder->sequence[decoder->n_sequence - 1]);
}

static bool take_csi(struct decoder *decoder, unsigned char byte, struct key *key)
{
    bool is_taken;
    if (breaks_off(decoder, byte, &is_taken)) {
        return is_taken;
    }
    bool is_first = decoder->n_sequence == 2, is_last = is_rxvt_shift(decoder, byte);
    append(decoder, byte);
    if (is_first && byte == '[') {
        decoder->state = DECODER_CONSOLE;
    } else if (is_first && byte == 'M') {
        decoder->state = DECODER_X10;
    } else if (byte >= '@' || is_last) {
        *key = end_csi(decoder);
    }
    return true;
}

static bool take_console(struct decoder *decoder, unsigned char byte, struct key *key)
{
    bool is_taken;
    if (breaks_off(decoder, byte, &is_taken)) {
        return is_taken;
    }
    decoder->state = DECODER_GROUND;
    if (byte >= 'A' && byte <= 'E') {
        *key = (struct key){.press = PRESS_FUNCTION, .ch = (uint32_t)(byte - 'A' + 1)};
    }
    return true;
}

static bool take_x10(struct decoder *decoder, unsigned char byte, struct key *key)
{
    if (byte < ' ') {
        return take_again(decoder);
    }
    append(decoder, byte);
    if (decoder->n_sequence == 3 + X10_BYTES) {
        *key = click_x10(decoder);
        decoder->state = DECODER_GROUND;
    }
    return true;
}

static bool take_ss3(struct decoder *decoder, unsigned char byte, struct key *key)
{
    bool is_taken;
    if (breaks_off(decoder, byte, &is_taken)) {
        return is_taken;
    }
    append(decoder, byte);
    if (byte >= '@') {
        *key = end_ss3(decoder);
    }
    return true;
}

static bool take_string(struct decoder *decoder, unsigned char byte)
{
    append(decoder, byte);
    if (byte == BEL || byte == CAN || byte == SUB || (byte == ST_8BIT && decoder->is_8bit)) {
        decoder->state = DECODER_GROUND;
    } else if (byte == ESC) {
        decoder->state = DECODER_STRING_ESCAPE;
    }
    return true;
}

static bool take_string_escape(struct decoder *decoder, unsigned char byte)
{
    if (byte == '\\') {
        decoder->state = DECODER_GROUND;
        return true;
    }
    begin(decoder, DECODER_ESCAPE, ESC); /* another sequence breaks the string off */
    return false;
}

static void keep_paste(struct decoder *decoder, char byte)
{
    if (byte != '\0' && decoder->n_paste < DECODER_PASTE_MAX - 1) {
        decoder->paste[decoder->n_paste++] = byte;
    }
}

static bool take_paste(struct decoder *decoder, unsigned char byte, struct key *key)
{
    if (byte == (unsigned char)paste_end[decoder->n_end]) {
        decoder->n_end++;
        if (paste_end[decoder->n_end] == '\0') {
            *key = end_paste(decoder);
        }
        return true;
    }
    for (int i = 0; i < decoder->n_end; i++) { /* it only looked like the end */
        keep_paste(decoder, paste_end[i]);
    }
    decoder->n_end = byte == ESC;
    if (byte != ESC) {
        keep_paste(decoder, (char)byte);
    }
    return true;
}

static bool take_byte(struct decoder *decoder, unsigned char byte, struct key *key)
{
    switch (decoder->state) {
    case DECODER_UTF8:
        return take_utf8(decoder, byte, key);
    case DECODER_ESCAPE:
        return take_escape(decoder, byte, key);
    case DECODER_CSI:
        return take_csi(decoder, byte, key);
    case DECODER_CONSOLE:
        return take_console(decoder, byte, key);
    case DECODER_X10:
        return take_x10(decoder, byte, key);
    case DECODER_SS3:
        return take_ss3(decoder, byte, key);
    case DECODER_STRING:
        return take_string(decoder, byte);
    case DECODER_STRING_ESCAPE:
        return take_string_escape(decoder, byte);
    case DECODER_PASTE:
        return take_paste(decoder, byte, key);
    case DECODER_GROUND:
        break;
    }
    return take_ground(decoder, byte, key);
}

size_t decoder_take(struct decoder *decoder, const char *bytes, size_t n, struct key *key)
{
    size_t i = 0;
    *key = nothing;
    while (i < n && key->press == PRESS_NONE) {
        i += take_byte(decoder, (unsigned char)bytes[i], key);
    }
    return i;
}

int decoder_patience_ms(const struct decoder *decoder)
{
    switch (decoder->state) {
    case DECODER_GROUND:
        return 0;
    case DECODER_ESCAPE:
        return ESCAPE_MS;
    case DECODER_PASTE:
        return PASTE_MS;
    default:
        return SEQUENCE_MS;
    }
}

struct key decoder_give_up(struct decoder *decoder)
{
    enum decoder_state state = decoder->state;
    bool is_introducer = state == DECODER_CSI || state == DECODER_SS3 || state == DECODER_STRING;
    decoder->state = DECODER_GROUND;
    if (state == DECODER_PASTE) {
        return end_paste(decoder);
    }
    if (state == DECODER_ESCAPE) {
        return (struct key){.press = PRESS_ESCAPE};
    }
    if (is_introducer && decoder->n_sequence == 2 && !decoder->is_8bit) {
        return (struct key){.press = PRESS_ALT, .ch = (unsigned char)decoder->sequence[1]};
    }
    return nothing;
}
