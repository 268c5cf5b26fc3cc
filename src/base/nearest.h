/* SPDX-License-Identifier: MIT
 * The nearest known word to a mistyped one: "did you mean ...?". */
#ifndef OUBLI_BASE_NEAREST_H
#define OUBLI_BASE_NEAREST_H

/* The best of the words seen so far.  Begin with {.typed = WORD}, offer every known word, then
 * read `word`. */
struct nearest {
    const char *typed;
    const char *word; /* NULL while nothing is near enough; borrowed from nearest_offer */
    int distance;
};

/* Insertions, deletions, substitutions and swaps of neighbours that lead from a to b; words of
 * more than 47 bytes are far from everything. */
int nearest_distance(const char *a, const char *b);

/* Takes `word` if it is nearer than those before and at most a third of its letters are wrong. */
void nearest_offer(struct nearest *nearest, const char *word);

#endif
