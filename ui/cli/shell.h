/* SPDX-License-Identifier: MIT
 * Other programs, by a shell. */
#ifndef OUBLI_UI_CLI_SHELL_H
#define OUBLI_UI_CLI_SHELL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Prints a word as a shell takes it. */
void shell_print(FILE *out, const char *word);

/* True if $PATH has a program of that name. */
bool shell_has(const char *program);

/* The first `size` - 1 bytes of what a command prints; false if it cannot be started or its exit
 * code is not 0. */
bool shell_read(const char *command, char *text, size_t size);

/* Where this program is, for other machines; borrowed buffer, "oubli" where that is not known. */
char *shell_self(char *path, size_t size);

#endif
