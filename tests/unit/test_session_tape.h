/* SPDX-License-Identifier: MIT
 * What the tests of recordings share: folders, a recording with a bit of everything, a reader of
 * all there is.  What goes wrong in a helper fails the test. */
#ifndef OUBLI_TESTS_UNIT_SESSION_TAPE_H
#define OUBLI_TESTS_UNIT_SESSION_TAPE_H

#include "session/recording.h"

enum { TAPE_ENTRIES = 300, TAPE_SNAPSHOTS = 8, TAPE_VIEWS = 5 };

/* A folder of its own, and the path of a recording in it. */
struct tape {
    char folder[64], path[128];
};

struct tape tape_make(void);
void tape_remove(const struct tape *tape);

/* Two learners, strategies, parameters set and not. */
struct config tape_config(void);

/* Entry i of the recording: every kind in turn, NaN, infinities, texts. */
enum { TAPE_KINDS = ENTRY_REMOVED + 1 };
struct entry tape_entry(int i);
int64_t tape_time(int i);

/* A snapshot of one to eight learners with a heatmap; owned (free). */
struct snapshot *tape_snapshot(int n_learners, int rows, int cols);

/* Writes it, in several commits; finished or, as by a crash, only committed. */
void tape_write(const struct tape *tape);
struct recording_writer *tape_begin(const struct tape *tape);

/* Changes a file that is there, as anybody could with sqlite3. */
void tape_sql(const struct tape *tape, const char *sql);

/* Opens it and reads all there is in every way.  Fails the test if something fails without a line,
 * or with more than one.  True if all could be read. */
bool tape_exercise(const struct tape *tape);

/* Expects that opening fails with a line that holds both texts. */
void tape_expect_refused(const struct tape *tape, const char *a, const char *b);

/* The bytes of the file, owned; and puts bytes there instead. */
unsigned char *tape_bytes(const struct tape *tape, size_t *size);
void tape_replace(const struct tape *tape, const unsigned char *bytes, size_t size);

#endif
