/* SPDX-License-Identifier: MIT */
#include "ui/cli/shell.h"

#include <limits.h>
#include <string.h>
#include <unistd.h>

void shell_print(FILE *out, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "%+,-./:=@_";
    if (*word != '\0' && strspn(word, plain) == strlen(word)) {
        fputs(word, out);
        return;
    }
    fputc('\'', out);
    for (const char *c = word; *c; c++) {
        if (*c == '\'') {
            fputs("'\\''", out);
        } else {
            fputc(*c, out);
        }
    }
    fputc('\'', out);
}

bool shell_has(const char *program)
{
    char command[128];
    char ignored[2];
    snprintf(command, sizeof command, "command -v %.64s", program);
    return shell_read(command, ignored, sizeof ignored);
}

bool shell_read(const char *command, char *text, size_t size)
{
    FILE *pipe = popen(command, "r");
    text[0] = '\0';
    if (!pipe) {
        return false;
    }
    size_t used = fread(text, 1, size - 1, pipe);
    text[used] = '\0';
    char rest[4096];
    while (fread(rest, 1, sizeof rest, pipe) > 0) {
    }
    return pclose(pipe) == 0;
}

char *shell_self(char *path, size_t size)
{
    ssize_t length = readlink("/proc/self/exe", path, size - 1);
    if (length > 0) {
        path[length] = '\0';
    } else {
        snprintf(path, size, "oubli");
    }
    return path;
}
