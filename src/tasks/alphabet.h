/* SPDX-License-Identifier: MIT
 * The alphabet of texts: 64 symbols, small letters, digits, blank, new line, and the signs
 *
 *   . , ; : ! ? ' " ( ) { } [ ] < > = + - * / & | % # _
 *
 * Other text is folded to it: capitals become small, accents are taken off (é -> e, œ -> oe), the
 * quotes, dashes and dots of printers become those of typewriters; \ ` ~ ^ $ @ become / ' - ' # #;
 * lines end as they may (LF, CRLF, CR); accents that stand alone and signs without a width go; what
 * is left becomes ?. */
#ifndef OUBLI_TASKS_ALPHABET_H
#define OUBLI_TASKS_ALPHABET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ALPHABET_SIZE = 64, ALPHABET_NEWLINE = 37 };

/* The character of a symbol. */
char alphabet_char(int symbol);

/* What was lost when a text was folded. */
struct alphabet_loss {
    size_t n_characters; /* that were read */
    size_t n_strange;    /* that no text has: bytes that are not UTF-8, control characters */
    size_t n_foreign;    /* of other scripts, signs: they became ? */
    size_t first;        /* where the first of either begins; meaningless if there is none */
};

/* Folds `length` bytes of UTF-8 to symbols, at most `capacity`; returns how many.  `loss` may be
 * NULL. */
size_t alphabet_fold(const char *text, size_t length, uint8_t *symbols, size_t capacity,
                     struct alphabet_loss *loss);

/* True if so much became ? (a fifth) that what is left says little of the text. */
bool alphabet_is_lost(const struct alphabet_loss *loss);

#endif
