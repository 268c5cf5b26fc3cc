/* SPDX-License-Identifier: MIT
 * The program itself, run through pipes. */
#ifndef OUBLI_TESTS_SUPPORT_PROGRAM_H
#define OUBLI_TESTS_SUPPORT_PROGRAM_H

#include <jansson.h>
#include <stdbool.h>

/* One run of the program; its texts are owned. */
struct outcome {
    int status; /* as waitpid gives it */
    char *out, *err;
};

struct program_start_how {
    const char *out_path;  /* NULL = a file that is read back */
    int stop;              /* signal to send, 0 = none ... */
    int stop_ms;           /* ... after so long, */
    const char *stop_path; /* ... or when there are so many lines in this file or folder */
    int stop_lines;
    bool has_one_core;            /* it may use only one */
    long file_bytes;              /* no file that it writes may become longer; 0 = no limit */
    size_t address_space;         /* bytes it may map, 0 = any */
    const char *const *variables; /* "NAME=VALUE" of its environment besides; ends with NULL */
};

/* Runs it with words separated by '|', and waits; `how` NULL = plainly. */
struct outcome program_start(const struct program_start_how *how, const char *words);
void program_finish(struct outcome *outcome);

/* The exit code, or minus the signal that ended it. */
int program_code(const struct outcome *outcome);
int program_lines(const char *text);

/* Runs it, and expects success without a word on stderr. */
struct outcome program_succeed(const char *words);

/* Expects one line on stderr with `part` in it, nothing on stdout, and the exit code. */
void program_expect_failure(const char *words, int code, const char *part);

/* Expects lines of at most 80 columns. */
void program_expect_narrow(const char *text, const char *what);

/* Reads JSON; a text that is none fails the test.  Owned. */
json_t *program_json(const char *text);

/* What it is made of: a file without a name; its whole text (owned; the file is closed); and, in a
 * child, the program with standard files, signals and environment as a shell would leave them. */
int program_scratch_file(void);
char *program_read_back(int fd);
void program_become(char *const *argv, int out, int err);

#endif
