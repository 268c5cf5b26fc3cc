/* SPDX-License-Identifier: MIT
 * One writer and three readers of a journal, for ThreadSanitizer (under which Criterion cannot
 * run): a reader sees every entry, in order and whole, while more are written. */
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/journal.h"
#include "lab/timeline.h"

enum { ENTRIES = 50000, BEGIN = 2, READERS = 3 };

struct reader {
    const struct journal *journal;
    long n_wrong;
    struct timeline timeline;
};

/* What entry number i says; its parts follow from each other.  A learner comes and visits the first
 * task, or the timeline makes nothing of what follows. */
static struct entry entry_at(long i, char *text, size_t size)
{
    if (i < BEGIN) {
        snprintf(text, size, "learner");
        return (struct entry){.kind = i == 0 ? ENTRY_LEARNER : ENTRY_STAGE,
                              .learner = i == 0 ? 0 : LEARNER_ALL,
                              .task = i == 0 ? -1 : 0,
                              .text = i == 0 ? text : NULL};
    }
    snprintf(text, size, "note entry %ld", i);
    bool is_note = i % 5 == 4;
    return (struct entry){.kind = is_note ? ENTRY_COMMAND : ENTRY_MEASURE,
                          .step = i,
                          .value = (double)i / ENTRIES,
                          .text = is_note ? text : NULL};
}

static bool is_whole(struct entry found, long i)
{
    char text[64];
    struct entry wanted = entry_at(i, text, sizeof text);
    bool is_text = wanted.text ? found.text && strcmp(found.text, text) == 0 : !found.text;
    return found.kind == wanted.kind && found.task == wanted.task && found.step == wanted.step &&
           found.value == wanted.value && is_text;
}

static void *read_entries(void *argument)
{
    struct reader *reader = argument;
    for (long n = 0; n < ENTRIES;) {
        long length = journal_length(reader->journal);
        reader->n_wrong += length < n;
        for (; n < length; n++) {
            reader->n_wrong += !is_whole(journal_at(reader->journal, n), n);
        }
        timeline_read(&reader->timeline, reader->journal);
    }
    return NULL;
}

static void *write_entries(void *argument)
{
    struct journal *journal = argument;
    char text[64];
    for (long i = 0; i < ENTRIES; i++) {
        if (!journal_add(journal, entry_at(i, text, sizeof text))) {
            abort();
        }
    }
    return NULL;
}

int main(void)
{
    struct journal *journal = journal_create(NULL);
    struct reader readers[READERS] = {{0}};
    pthread_t writer, threads[READERS];
    long n_wrong = 0;
    for (int i = 0; i < READERS; i++) {
        readers[i].journal = journal;
        if (!timeline_init(&readers[i].timeline, 3, NULL) ||
            pthread_create(&threads[i], NULL, read_entries, &readers[i])) {
            abort();
        }
    }
    if (pthread_create(&writer, NULL, write_entries, journal)) {
        abort();
    }
    pthread_join(writer, NULL);
    for (int i = 0; i < READERS; i++) {
        pthread_join(threads[i], NULL);
        timeline_read(&readers[i].timeline, journal);
        struct timeline *timeline = &readers[i].timeline;
        const struct track *track = timeline_track(timeline, 0);
        int n = track ? BEGIN + timeline->n_marks + track_curve(track, PROBE_ACCURACY, 0)->n : 0;
        n_wrong += readers[i].n_wrong + (n != ENTRIES);
        timeline_fini(timeline);
    }
    journal_destroy(journal);
    printf("stress_journal: %d entries, %d readers, %ld wrong\n", ENTRIES, READERS, n_wrong);
    return n_wrong == 0 ? 0 : 1;
}
