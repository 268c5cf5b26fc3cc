/* SPDX-License-Identifier: MIT
 * Mutants: recordings that were good and have been spoilt, each made from its number alone, so that
 * whatever one does wrong can be looked at again.
 *
 * What is changed is found in the file itself - its tables, columns and rows, what is in its blobs
 * - so that a new format of recordings is spoilt like the old one.  What goes wrong in a helper
 * stops the program. */
#ifndef OUBLI_TESTS_SUPPORT_MUTANT_H
#define OUBLI_TESTS_SUPPORT_MUTANT_H

#include <stdbool.h>
#include <stdint.h>

struct mutants; /* opaque: good recordings, and a folder to work in */

/* Records some sessions and keeps them: as finished files, and as a crash leaves them, with a log.
 * Returns owned. */
struct mutants *mutants_create(void);
void mutants_destroy(struct mutants *mutants);

/* Writes mutant number `n` in place of the last one; 0 is a good recording.  Returns its path,
 * borrowed. */
const char *mutants_make(struct mutants *mutants, uint64_t n);

/* What was done to it, "flip bits, cell of a table"; borrowed until the next one. */
const char *mutants_deeds(const struct mutants *mutants);

/* True if it was made by a newer program, and by nothing else. */
bool mutants_is_newer(const struct mutants *mutants);

/* Bytes of its files. */
int64_t mutants_size(const struct mutants *mutants);

#endif
