/* SPDX-License-Identifier: MIT
 * Golden files: what a screen looked like when somebody last looked at it.  GENERATE=1 in the
 * environment writes them anew instead of comparing. */
#ifndef OUBLI_TESTS_SUPPORT_GOLDEN_H
#define OUBLI_TESTS_SUPPORT_GOLDEN_H

#include <stdbool.h>
#include <stddef.h>

/* Compares `text` with tests/screens/golden/NAME.txt.  False if they differ; `why` then holds the
 * first lines that do, expected and found one below the other. */
bool golden_is(const char *name, const char *text, char *why, size_t size);

#endif
