/* SPDX-License-Identifier: MIT */
#include "tasks/notes.h"

#include <stdarg.h>
#include <stdio.h>

#include "tasks/clean.h"

void notes_add(struct notes *notes, const char *format, ...)
{
    if (notes->n == NOTES_MAX) {
        return;
    }
    char *line = notes->line[notes->n++];
    va_list args;
    va_start(args, format);
    vsnprintf(line, NOTE_SIZE, format, args);
    va_end(args);
    clean_text(line);
}
