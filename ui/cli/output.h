/* SPDX-License-Identifier: MIT
 * What leaves the program: whole texts to stdout or into files, single lines to stderr.
 *
 * A text is collected in memory first, so that nothing half-made is ever written and every
 * failure has its reason.  What takes long is written piece by piece, each of whole lines. */
#ifndef OUBLI_UI_CLI_OUTPUT_H
#define OUBLI_UI_CLI_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

#include "base/err.h"

struct output {
    FILE *stream; /* print here */
    char *text;   /* what was printed, once it is written */
    size_t size;
};

/* Begins a text; false and err if memory is short. */
bool output_open(struct output *output, struct err *err) __attribute__((warn_unused_result));

/* Ends a text that nobody else writes: `text` and `size` hold it.  False and err if it did not fit
 * into memory. */
bool output_finish(struct output *output, struct err *err) __attribute__((warn_unused_result));
void output_close(struct output *output);

/* Writes the text to stdout, in ASCII words where the locale is not UTF-8 unless `is_data`.
 * Returns the exit code: 0, or 1 after a line on stderr (none if the reader has gone). */
int output_print(struct output *output, bool is_data);

/* Writes the text to `path`: into a new file beside it, which then takes its place.  What is
 * there and is not a plain file (/dev/stderr, a pipe) is written to directly. */
bool output_save(struct output *output, const char *path, struct err *err)
    __attribute__((warn_unused_result));

/* A file of lines that are written as they come. */
struct output_lines {
    const char *path; /* borrowed */
    int fd;           /* -1: nothing has been written */
    bool is_plain;    /* a file, which can be cut off */
    off_t length;     /* of its whole lines */
};
struct output_lines output_lines(const char *path);

/* Writes the text, whole lines, to the end of the file.  The first one goes into a new file beside
 * `path`, which then takes its place: until then what was there is there, and from then on the file
 * holds lines that are whole.  False and err if it does not fit: it holds those before. */
bool output_add(struct output_lines *lines, struct output *output, struct err *err)
    __attribute__((warn_unused_result));

/* No more lines.  False and err if the system could not keep what was written. */
bool output_end(struct output_lines *lines, struct err *err) __attribute__((warn_unused_result));

/* False and err if output_save is bound to fail: no such folder, no right to write there. */
bool output_can_save(const char *path, struct err *err) __attribute__((warn_unused_result));

/* True if both name one plain file that is there. */
bool output_is_same_file(const char *a, const char *b);

/* "oubli: MESSAGE" on stderr; returns the exit code. */
int output_fail(const struct err *err);

/* "oubli: warning: ..." to `out`: stderr, or what goes there later. */
void output_warn(FILE *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
