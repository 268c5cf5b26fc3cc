/* SPDX-License-Identifier: MIT */
#include "ui/screen/message.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "tasks/clean.h"
#include "ui/screen/glyphs.h"
#include "ui/screen/terminal.h"

enum { LINE_MAX_BYTES = 640, PATIENCE_MS = 300 };

void message_line(const char *format, ...)
{
    char text[LINE_MAX_BYTES], line[LINE_MAX_BYTES], ascii[4 * LINE_MAX_BYTES];
    char whole[sizeof ascii + 16];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    clean_copy(line, sizeof line, text);
    snprintf(whole, sizeof whole, "oubli: %s\n",
             terminal_is_utf8() ? line : glyphs_fold(line, ascii, sizeof ascii));
    terminal_write(STDERR_FILENO, whole, PATIENCE_MS);
}
