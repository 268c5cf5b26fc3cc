/* SPDX-License-Identifier: MIT */
#include "tasks/plain_text.h"

#include <stdlib.h>
#include <string.h>

size_t plain_text_decode(const char *text, size_t left, uint32_t *code)
{
    static const uint32_t smallest[5] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *at = (const unsigned char *)text;
    size_t length = at[0] < 0x80 ? 1 : at[0] >> 5 == 6 ? 2 : at[0] >> 4 == 14 ? 3 : 4;
    if (length > left || (length == 4 && at[0] >> 3 != 30)) {
        return 0;
    }
    *code = length == 1 ? at[0] : at[0] & (0x7fU >> length);
    for (size_t i = 1; i < length; i++) {
        if (at[i] >> 6 != 2) {
            return 0;
        }
        *code = *code << 6 | (at[i] & 0x3fU);
    }
    bool is_surrogate = *code >= 0xd800 && *code < 0xe000;
    return *code >= smallest[length] && *code <= 0x10ffff && !is_surrogate ? length : 0;
}

size_t plain_text_first_bad(const char *text, size_t size, long *line)
{
    size_t at = 0;
    *line = 1;
    while (at < size) {
        uint32_t code = 0;
        size_t length = plain_text_decode(text + at, size - at, &code);
        if (length == 0) {
            return at;
        }
        bool is_end = code == '\n' || (code == '\r' && !(at + 1 < size && text[at + 1] == '\n'));
        *line += is_end;
        at += length;
    }
    return size;
}

/* Two bytes a character, marked as such at the beginning. */
static bool is_utf16(const char *text, size_t size)
{
    return size >= 2 && (memcmp(text, "\xff\xfe", 2) == 0 || memcmp(text, "\xfe\xff", 2) == 0);
}

static bool set_nul(const char *path, long line, const char *what, struct err *err)
{
    return err_set(err, ERR_FAILED, "%s:%ld: text expected, a NUL byte found; this is not %s", path,
                   line, what);
}

static bool check(const char *path, const char *text, size_t size, const char *what,
                  struct err *err)
{
    if (is_utf16(text, size)) {
        return err_set(err, ERR_FAILED,
                       "%s: UTF-8 expected, UTF-16 found; convert it: iconv -f UTF-16 -t UTF-8",
                       path);
    }
    const char *nul = memchr(text, '\0', size), *guess = plain_text_guess(text, size);
    long line;
    size_t bad = plain_text_first_bad(text, nul ? (size_t)(nul - text) : size, &line);
    if (nul && text + bad == nul) {
        return set_nul(path, line, what, err);
    }
    return bad == size ||
           err_set(err, ERR_FAILED, "%s:%ld: UTF-8 expected, the byte %02X found; %s%s", path, line,
                   (unsigned)(unsigned char)text[bad],
                   guess ? "it can be read with --encoding " : "mend it there, most is UTF-8",
                   guess ? guess : "");
}

/* ---- one byte a character ---- */

/* What 0x80 .. 0x9F are in Windows-1252; 0 = none. */
static const uint16_t windows[32] = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

static bool is_control(unsigned char byte)
{
    return byte >= 0x80 && byte < 0xA0;
}

const char *plain_text_guess(const char *text, size_t size)
{
    size_t n_good = 0, n_bad = 0;
    bool has_control = false, is_windows = true;
    for (size_t at = 0; at < size;) {
        uint32_t code;
        size_t length = plain_text_decode(text + at, size - at, &code);
        unsigned char byte = (unsigned char)text[at];
        n_good += length > 1;
        n_bad += length == 0;
        if (length == 0 && is_control(byte)) {
            has_control = true;
            is_windows &= windows[byte - 0x80] != 0;
        }
        at += length > 0 ? length : 1;
    }
    return n_good > n_bad ? NULL : !has_control ? "latin-1" : is_windows ? "windows-1252" : NULL;
}

static size_t put_utf8(char *to, uint32_t code)
{
    if (code < 0x80) {
        to[0] = (char)code;
        return 1;
    }
    if (code < 0x800) {
        to[0] = (char)(0xC0 | code >> 6);
        to[1] = (char)(0x80 | (code & 0x3F));
        return 2;
    }
    to[0] = (char)(0xE0 | code >> 12);
    to[1] = (char)(0x80 | (code >> 6 & 0x3F));
    to[2] = (char)(0x80 | (code & 0x3F));
    return 3;
}

/* Writes the text to `to`, which has room for it; returns its bytes, or stops at `*bad`, a byte
 * that stands for nothing there (else `*bad` is size). */
static size_t convert(char *to, const char *text, size_t size, bool is_windows, size_t *bad)
{
    size_t n = 0;
    *bad = size;
    for (size_t at = 0; at < size && *bad == size; at++) {
        unsigned char byte = (unsigned char)text[at];
        uint32_t code = is_windows && is_control(byte) ? windows[byte - 0x80] : byte;
        if (code == 0) {
            *bad = at;
        } else {
            n += put_utf8(to + n, code);
        }
    }
    to[n] = '\0';
    return n;
}

static char *take_bytes(const char *path, const char *text, size_t *size, const char *encoding,
                        const char *what, struct err *err)
{
    size_t bad, n = 0;
    for (size_t i = 0; i < *size; i++) {
        n += (unsigned char)text[i] < 0x80 ? 1 : 3; /* at most */
    }
    char *to = malloc(n + 1);
    if (!to) {
        err_set(err, ERR_FAILED, "%s: no memory for the text; make the file smaller", path);
        return NULL;
    }
    n = convert(to, text, *size, strcmp(encoding, "windows-1252") == 0, &bad);
    if (bad < *size) {
        long line = 1;
        for (size_t i = 0; i < bad; i++) {
            line += text[i] == '\n';
        }
        if (text[bad] == '\0') {
            set_nul(path, line, what, err);
        } else {
            err_set(err, ERR_FAILED, "%s:%ld: %s expected (--encoding), the byte %02X found", path,
                    line, encoding, (unsigned)(unsigned char)text[bad]);
        }
        free(to);
        return NULL;
    }
    *size = n;
    return to;
}

char *plain_text_take(const char *path, char *text, size_t *size, const char *encoding,
                      const char *what, struct err *err)
{
    bool is_plain = !encoding || strcmp(encoding, "utf-8") == 0;
    char *taken = !is_plain ? take_bytes(path, text, size, encoding, what, err)
                  : check(path, text, *size, what, err) ? text
                                                        : NULL;
    if (taken != text) {
        free(text);
    }
    return taken;
}

size_t plain_text_lines(char *text, size_t size)
{
    size_t n = 0;
    for (size_t i = 0; i < size; i++) {
        if (text[i] != '\r') {
            text[n++] = text[i];
        } else if (i + 1 == size || text[i + 1] != '\n') {
            text[n++] = '\n';
        }
    }
    return n;
}
