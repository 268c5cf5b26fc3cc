/* SPDX-License-Identifier: MIT */
#include "support/golden.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_MAX = 1 << 18, SHOWN = 8 };

/* Reads the file; "" if there is none.  Returns owned. */
static char *read_file(const char *path)
{
    char *text = calloc(1, TEXT_MAX);
    FILE *file = fopen(path, "r");
    size_t n = file && text ? fread(text, 1, TEXT_MAX - 1, file) : 0;
    if (text) {
        text[n] = '\0';
    }
    if (file) {
        fclose(file);
    }
    return text;
}

static bool write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    bool is_written = file && fputs(text, file) >= 0;
    return file && fclose(file) == 0 && is_written;
}

static void add(char *why, size_t size, const char *mark, const char *line, int length)
{
    size_t used = strlen(why);
    if (used + 1 < size) {
        snprintf(why + used, size - used, "%s%.*s\n", mark, length, line);
    }
}

/* The lines that differ, the first few of them. */
static void compare(const char *expected, const char *found, char *why, size_t size)
{
    int n_shown = 0;
    for (int row = 1; (*expected || *found) && n_shown < SHOWN; row++) {
        int e = (int)strcspn(expected, "\n"), f = (int)strcspn(found, "\n");
        if (e != f || memcmp(expected, found, (size_t)e) != 0) {
            char number[16];
            snprintf(number, sizeof number, "%d", row);
            add(why, size, "row ", number, 16);
            add(why, size, "  - ", expected, e);
            add(why, size, "  + ", found, f);
            n_shown++;
        }
        expected += e + (expected[e] == '\n');
        found += f + (found[f] == '\n');
    }
}

bool golden_is(const char *name, const char *text, char *why, size_t size)
{
    char path[160];
    snprintf(path, sizeof path, "tests/screens/golden/%s.txt", name);
    snprintf(why, size, "%s differs (- expected, + found; GENERATE=1 writes it anew):\n", path);
    if (getenv("GENERATE")) {
        snprintf(why, size, "%s cannot be written\n", path);
        return write_file(path, text);
    }
    char *expected = read_file(path);
    if (!expected) {
        return false;
    }
    bool is_same = strcmp(expected, text) == 0;
    compare(expected, text, why, size);
    free(expected);
    return is_same;
}
