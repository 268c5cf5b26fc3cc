/* SPDX-License-Identifier: MIT */
#include "ui/screen/message.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "tasks/clean.h"
#include "ui/screen/glyphs.h"
#include "ui/screen/terminal.h"

enum { LINE_MAX_BYTES = 640, WHOLE_MAX = 4 * LINE_MAX_BYTES + 16, PATIENCE_MS = 300 };

__attribute__((format(printf, 2, 0))) static void compose(char whole[WHOLE_MAX], const char *format,
                                                          va_list arguments)
{
    char text[LINE_MAX_BYTES], line[LINE_MAX_BYTES], ascii[4 * LINE_MAX_BYTES];
    vsnprintf(text, sizeof text, format, arguments);
    clean_copy(line, sizeof line, text);
    snprintf(whole, WHOLE_MAX, "oubli: %s\n",
             terminal_is_utf8() ? line : glyphs_fold(line, ascii, sizeof ascii));
}

void message_line(const char *format, ...)
{
    char whole[WHOLE_MAX];
    va_list arguments;
    va_start(arguments, format);
    compose(whole, format, arguments);
    va_end(arguments);
    terminal_write(STDERR_FILENO, whole, PATIENCE_MS);
}

void message_to(FILE *out, const char *format, ...)
{
    char whole[WHOLE_MAX];
    va_list arguments;
    va_start(arguments, format);
    compose(whole, format, arguments);
    va_end(arguments);
    if (out == stderr) {
        terminal_write(STDERR_FILENO, whole, PATIENCE_MS);
    } else {
        fputs(whole, out);
    }
}
