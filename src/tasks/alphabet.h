/* SPDX-License-Identifier: MIT
 * The alphabet of texts: 64 symbols, small letters, digits, blank, new line, and the signs
 *
 *   . , ; : ! ? ' " ( ) { } [ ] < > = + - * / & | % # _
 *
 * Other text is folded to it: capitals become small, accents are taken off (é -> e, œ -> oe), the
 * quotes, dashes and dots of printers become those of typewriters; \ ` ~ ^ $ @ become / ' - ' # #;
 * carriage returns go; what is left becomes ?. */
#ifndef OUBLI_TASKS_ALPHABET_H
#define OUBLI_TASKS_ALPHABET_H

#include <stddef.h>
#include <stdint.h>

enum { ALPHABET_SIZE = 64, ALPHABET_NEWLINE = 37 };

/* The character of a symbol. */
char alphabet_char(int symbol);

/* Folds `length` bytes of UTF-8 to symbols, at most `capacity`; returns how many.  *n_strange (may
 * be NULL) counts what no text has: bytes that are not UTF-8, control characters. */
size_t alphabet_fold(const char *text, size_t length, uint8_t *symbols, size_t capacity,
                     size_t *n_strange);

#endif
