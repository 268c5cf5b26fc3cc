/* SPDX-License-Identifier: MIT
 * The manual page oubli(1), in roff, written from the same tables as the help. */
#ifndef OUBLI_UI_CLI_MAN_H
#define OUBLI_UI_CLI_MAN_H

#include <stdio.h>

/* 7-bit ASCII: other characters become \[uXXXX]. */
void man_write(FILE *out);

#endif
