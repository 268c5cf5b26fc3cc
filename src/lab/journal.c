/* SPDX-License-Identifier: MIT */
#include "lab/journal.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

enum { CHUNK = 4096, CHUNKS_MAX = 4096 };

struct chunk {
    struct entry entries[CHUNK];
    int64_t times[CHUNK];
};

struct text {
    struct text *next; /* all texts, for freeing */
    char text[JOURNAL_TEXT_MAX];
};

struct journal {
    atomic_long length;
    struct chunk
        *chunks[CHUNKS_MAX]; /* a chunk's pointer is written before any length that reaches it */
    struct text *texts;      /* writer only */
};

struct journal *journal_create(struct err *err)
{
    struct journal *journal = calloc(1, sizeof *journal);
    if (!journal) {
        err_set(err, ERR_FAILED, "memory: no room for the journal");
    }
    return journal;
}

void journal_destroy(struct journal *journal)
{
    if (!journal) {
        return;
    }
    while (journal->texts) {
        struct text *next = journal->texts->next;
        free(journal->texts);
        journal->texts = next;
    }
    for (int i = 0; i < CHUNKS_MAX && journal->chunks[i]; i++) {
        free(journal->chunks[i]);
    }
    free(journal);
}

static const char *keep_text(struct journal *journal, const char *text)
{
    struct text *kept = calloc(1, sizeof *kept);
    if (!kept) {
        return "";
    }
    strncpy(kept->text, text, sizeof kept->text - 1);
    kept->next = journal->texts;
    journal->texts = kept;
    return kept->text;
}

bool journal_add(struct journal *journal, struct entry entry)
{
    return journal_add_at(journal, entry, clock_ns());
}

bool journal_add_at(struct journal *journal, struct entry entry, int64_t time)
{
    long n = atomic_load_explicit(&journal->length, memory_order_relaxed); /* ours alone to write */
    if (n >= (long)CHUNK * CHUNKS_MAX) {
        return false;
    }
    struct chunk **chunk = &journal->chunks[n / CHUNK];
    if (!*chunk) {
        *chunk = malloc(sizeof **chunk);
        if (!*chunk) {
            return false;
        }
    }
    entry.text = entry.text ? keep_text(journal, entry.text) : NULL;
    (*chunk)->entries[n % CHUNK] = entry;
    (*chunk)->times[n % CHUNK] = time;
    /* Partner: the acquire in journal_length. */
    atomic_store_explicit(&journal->length, n + 1, memory_order_release);
    return true;
}

long journal_length(const struct journal *journal)
{
    /* Partner: the release in journal_add. */
    return atomic_load_explicit(&journal->length, memory_order_acquire);
}

struct entry journal_at(const struct journal *journal, long i)
{
    assert(i >= 0 && i < journal_length(journal));
    return journal->chunks[i / CHUNK]->entries[i % CHUNK];
}

int64_t journal_time(const struct journal *journal, long i)
{
    assert(i >= 0 && i < journal_length(journal));
    return journal->chunks[i / CHUNK]->times[i % CHUNK];
}
