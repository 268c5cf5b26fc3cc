/* SPDX-License-Identifier: MIT
 * A recorded session: one SQLite file (.oubli), written while it happens and read at any time,
 * by this program or by the sqlite3 shell (docs/recording.md has the schema).
 *
 * It holds the config, the whole journal in order, snapshots (what the lab was at a moment), the
 * commands that changed the screen, and checkpoints.  Times are nanoseconds since the recording
 * began and never go back.  What has been committed outlives a crash of the program.
 *
 * Writer and reader are separate: `struct recording_writer` makes a new file, `struct recording`
 * reads one, which may be still being written by another process, and may be hostile: whatever the
 * file holds, each call ends soon and gives what makes sense or one line.  Each belongs to one
 * thread at a time. */
#ifndef OUBLI_SESSION_RECORDING_H
#define OUBLI_SESSION_RECORDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "lab/config.h"
#include "lab/journal.h"
#include "lab/script.h"
#include "lab/snapshot.h"
#include "tasks/gallery.h"

enum { RECORDING_LINE_MAX = COMMAND_TEXT_MAX, RECORDING_META_MAX = 4096 };

/* ---- writing ---- */

/* What is said of a session besides its config.  Texts are borrowed for the call, NULL is "". */
struct recording_facts {
    const char *version, *build, *blas_core; /* of the program that records */
    int arithmetic, probing; /* LAB_ARITHMETIC, LAB_PROBING of then; only read, not asked for */
    const char *created;     /* ISO 8601, "2025-01-31T23:59:59Z"; NULL: now */
    int cols, rows;          /* of the terminal, 0 = none */
    double pace;             /* steps a second that count as x1 */
    /* Of every learner's network: what goes in, how many symbols that can be (0: numbers), and what
     * comes out.  All 0: the recording is older than this. */
    int n_inputs, n_symbols, n_outputs;
    const struct gallery *gallery; /* NULL = none */
    const char *const *task_names; /* (n_tasks) to be written; read them by recording_task_name */
    int n_tasks;
};

struct recording_writer; /* opaque */

/* Makes the file and commits config and facts to it.  Never overwrites.  Returns owned; on failure
 * there is no file.  While there is a writer nobody else can become one: not for a file on a disk
 * that knows locks. */
struct recording_writer *recording_create(const char *path, const struct config *config,
                                          const struct recording_facts *facts, struct err *err)
    __attribute__((warn_unused_result));

/* False and err if there is something at that path already, which recording_create would refuse. */
bool recording_is_new(const char *path, struct err *err) __attribute__((warn_unused_result));

/* True if it can be gone on with: it is a recording and nothing more that acts, may be written, and
 * nobody does so now. */
bool recording_is_free(const char *path, struct err *err) __attribute__((warn_unused_result));

/* Goes on with a file whose writer ended, however it did; `extent` becomes what is in it.  Returns
 * owned. */
struct recording_extent;
struct recording_writer *recording_reopen(const char *path, struct recording_extent *extent,
                                          struct err *err) __attribute__((warn_unused_result));

/* What is added between begin and commit is in the file wholly or not at all.  Once one of these
 * calls has failed (disk full, file gone, locked for two seconds ...) what was not committed is
 * lost, and all further calls say the same line again; what was committed stays.  `t` that goes
 * back is taken as the last one. */
bool recording_begin(struct recording_writer *writer, struct err *err)
    __attribute__((warn_unused_result));
bool recording_add_entry(struct recording_writer *writer, int64_t t, const struct entry *entry,
                         struct err *err) __attribute__((warn_unused_result));
/* All of the journal from the first entry that was not added yet. */
bool recording_add_journal(struct recording_writer *writer, int64_t t,
                           const struct journal *journal, struct err *err)
    __attribute__((warn_unused_result));
bool recording_add_snapshot(struct recording_writer *writer, int64_t t,
                            const struct snapshot *snapshot, struct err *err)
    __attribute__((warn_unused_result));
/* All that were added so far. */
bool recording_drop_snapshots(struct recording_writer *writer, struct err *err)
    __attribute__((warn_unused_result));
/* A command of the screen ("focus matrix"), at most RECORDING_LINE_MAX - 1 bytes. */
bool recording_add_view(struct recording_writer *writer, int64_t t, const char *line,
                        struct err *err) __attribute__((warn_unused_result));
/* A state to go on from, after the first `n` of the entries added so far.  The last two are kept.
 */
bool recording_add_checkpoint(struct recording_writer *writer, int64_t n, const void *bytes,
                              size_t size, struct err *err) __attribute__((warn_unused_result));
/* What a script will say (NULL: nothing): it is in no journal yet.  Resuming goes on with it. */
bool recording_set_script(struct recording_writer *writer, const struct script *script,
                          struct err *err) __attribute__((warn_unused_result));
/* A row of meta, new or in the place of the old; at most RECORDING_META_MAX - 1 bytes. */
bool recording_set_meta(struct recording_writer *writer, const char *key, const char *value,
                        struct err *err) __attribute__((warn_unused_result));
/* What the session has come to; in the place of what it had come to before. */
struct closing;
bool recording_set_closing(struct recording_writer *writer, const struct closing *closing,
                           struct err *err) __attribute__((warn_unused_result));
bool recording_commit(struct recording_writer *writer, struct err *err)
    __attribute__((warn_unused_result));

/* Entries added so far. */
int64_t recording_added(const struct recording_writer *writer);

/* Commits what was begun and makes one file of it; frees the writer in any case.  False and err if
 * anything of what was added is not in the file.  NULL is allowed. */
bool recording_finish(struct recording_writer *writer, struct err *err);

/* ---- reading ---- */

struct recording; /* opaque */

/* Opens and checks: that it is a recording, its version, its tables, its config.  Returns owned. */
struct recording *recording_open(const char *path, struct err *err)
    __attribute__((warn_unused_result));

/* NULL is allowed. */
void recording_close(struct recording *recording);

/* False and err if the file is damaged in a way that writing on would make worse; takes as long as
 * reading all of it does. */
bool recording_is_sound(struct recording *recording, struct err *err)
    __attribute__((warn_unused_result));

/* The path it was opened by; borrowed. */
const char *recording_path(const struct recording *recording);

/* As the session began; borrowed for the recording's life. */
const struct config *recording_config(const struct recording *recording);

/* Facts, with texts that are borrowed for the recording's life; without the gallery. */
const struct recording_facts *recording_facts(const struct recording *recording);

/* The gallery that was recorded; NULL if there is none, or with err if it cannot be read.  Returns
 * owned. */
struct gallery *recording_gallery(struct recording *recording, struct err *err)
    __attribute__((warn_unused_result));

/* What the session had come to when the file was closed last; NULL if it never was, or with err if
 * it cannot be read.  Returns owned (closing_destroy). */
struct closing *recording_closing(struct recording *recording, struct err *err)
    __attribute__((warn_unused_result));

/* The value of a row of meta, now; NULL if there is none, or with err if it cannot be read.
 * Borrowed until the next call. */
const char *recording_meta(struct recording *recording, const char *key, struct err *err);

/* What task number `task` is called; NULL if the recording does not say.  Borrowed until the next
 * call. */
const char *recording_task_name(struct recording *recording, int task);

/* The script; false and err if a line of it makes no sense. */
bool recording_script(struct recording *recording, struct script *script, struct err *err)
    __attribute__((warn_unused_result));

/* What is there now: with a file that is being written it grows from call to call. */
struct recording_extent {
    int64_t n_entries, n_views;
    int64_t first_snapshot; /* when the first was taken, -1 if there is none */
    int64_t t;              /* of whatever was committed last; 0 if nothing was */
};
bool recording_extent(struct recording *recording, struct recording_extent *extent, struct err *err)
    __attribute__((warn_unused_result));

/* False and err if there is nothing yet and the log is not beside the file in which all of it would
 * be. */
bool recording_expect_log(struct recording *recording, struct err *err)
    __attribute__((warn_unused_result));

/* Takes entry number n of time t; its text is lent for the call.  Returns false to end the
 * reading, which is no failure. */
typedef bool (*recording_entry)(void *context, int64_t n, int64_t t, const struct entry *entry);

/* Entries first .. end-1 in order; those there are not are a failure. */
bool recording_read(struct recording *recording, int64_t first, int64_t end, recording_entry take,
                    void *context, struct err *err) __attribute__((warn_unused_result));

/* Appends entries to a journal that holds the first of them already, up to number end-1: what a
 * timeline is fed from. */
bool recording_fill(struct recording *recording, struct journal *journal, int64_t end,
                    struct err *err) __attribute__((warn_unused_result));

/* How many entries are of time t or before. */
bool recording_count_until(struct recording *recording, int64_t t, int64_t *n, struct err *err)
    __attribute__((warn_unused_result));

/* The last snapshot of time t or before: when it was taken, and how many entries came before it.
 * False without err.code if there is none. */
bool recording_snapshot(struct recording *recording, int64_t t, struct snapshot *snapshot,
                        int64_t *taken, int64_t *n, struct err *err)
    __attribute__((warn_unused_result));

/* When the first snapshot after t was taken; -1 if there is none. */
bool recording_next_snapshot(struct recording *recording, int64_t t, int64_t *next, struct err *err)
    __attribute__((warn_unused_result));

/* Commands of the screen, from number `first` (0 is the first of all) to the last. */
typedef bool (*recording_view)(void *context, int64_t i, int64_t t, const char *line);
bool recording_read_views(struct recording *recording, int64_t first, recording_view take,
                          void *context, struct err *err) __attribute__((warn_unused_result));

/* The last checkpoint after at most n entries, and how many came before it.  Returns owned (free);
 * NULL without err.code if there is none. */
unsigned char *recording_checkpoint(struct recording *recording, int64_t n, int64_t *found,
                                    size_t *size, struct err *err)
    __attribute__((warn_unused_result));

#endif
