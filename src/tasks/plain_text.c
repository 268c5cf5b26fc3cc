/* SPDX-License-Identifier: MIT */
#include "tasks/plain_text.h"

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

bool plain_text_check(const char *path, const char *text, size_t size, const char *what,
                      struct err *err)
{
    if (is_utf16(text, size)) {
        return err_set(err, ERR_FAILED,
                       "%s: UTF-8 expected, UTF-16 found; convert it: iconv -f UTF-16 -t UTF-8",
                       path);
    }
    const char *nul = memchr(text, '\0', size);
    long line;
    size_t bad = plain_text_first_bad(text, nul ? (size_t)(nul - text) : size, &line);
    if (nul && text + bad == nul) {
        return err_set(err, ERR_FAILED, "%s:%ld: text expected, a NUL byte found; this is not %s",
                       path, line, what);
    }
    return bad == size ||
           err_set(err, ERR_FAILED,
                   "%s:%ld: UTF-8 expected, the byte %02X found; convert it, if it is Latin-1: "
                   "iconv -f LATIN1 -t UTF-8",
                   path, line, (unsigned)(unsigned char)text[bad]);
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
