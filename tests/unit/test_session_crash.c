/* SPDX-License-Identifier: MIT
 * What can happen to a recording while it is written: no room, a lock, a file that is taken away,
 * the end of the program.  What was committed is there in any case. */
#include <criterion/criterion.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit/test_session_tape.h"

/* How many entries the file holds; all of them can be read. */
static int64_t count(const struct tape *tape)
{
    struct err err = {0};
    struct recording_extent extent;
    cr_assert(tape_exercise(tape));
    struct recording *recording = recording_open(tape->path, &err);
    cr_assert(recording && recording_extent(recording, &extent, &err), "%s", err.msg);
    recording_close(recording);
    return extent.n_entries;
}

/* A writer that is dead says the same again and again, whatever is asked. */
static void expect_dead(struct recording_writer *writer, const struct err *death)
{
    struct entry entry = tape_entry(1);
    struct snapshot *snapshot = tape_snapshot(1, 2, 2);
    struct err err[6] = {{0}};
    cr_expect_not(recording_begin(writer, &err[0]));
    cr_expect_not(recording_add_entry(writer, 0, &entry, &err[1]));
    cr_expect_not(recording_add_snapshot(writer, 0, snapshot, &err[2]));
    cr_expect_not(recording_add_view(writer, 0, "x", &err[3]));
    cr_expect_not(recording_commit(writer, &err[4]));
    cr_expect_not(recording_finish(writer, &err[5]));
    for (int i = 0; i < 6; i++) {
        cr_expect_str_eq(err[i].msg, death->msg);
    }
    cr_expect_null(strpbrk(death->msg, "\n\r\t"));
    free(snapshot);
}

static bool add_batch(struct recording_writer *writer, int first, int n, struct err *err)
{
    bool ok = recording_begin(writer, err);
    for (int i = first; i < first + n && ok; i++) {
        struct entry entry = tape_entry(i);
        ok = recording_add_entry(writer, tape_time(i), &entry, err);
    }
    return ok && recording_commit(writer, err);
}

Test(crash, a_full_disk_ends_the_recording_but_not_what_was_committed)
{
    struct tape tape = tape_make();
    struct err err = {0};
    struct rlimit before, limit;
    int n = 0;
    signal(SIGXFSZ, SIG_IGN);
    struct recording_writer *writer = tape_begin(&tape);
    cr_assert_eq(getrlimit(RLIMIT_FSIZE, &before), 0);
    limit = before;
    limit.rlim_cur = 1000000;
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    while (n < 1000000 && add_batch(writer, n, 100, &err)) {
        n += 100;
    }
    cr_expect(n > 0 && n < 1000000, "%d", n);
    cr_expect(strstr(err.msg, "File too large"), "%s", err.msg);
    expect_dead(writer, &err);
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &before), 0);
    cr_expect_eq(count(&tape), n);
    tape_remove(&tape);
}

Test(crash, no_room_for_a_new_file_leaves_none)
{
    struct tape tape = tape_make();
    struct err err = {0};
    struct config config = tape_config();
    struct rlimit before, limit;
    signal(SIGXFSZ, SIG_IGN);
    cr_assert_eq(getrlimit(RLIMIT_FSIZE, &before), 0);
    limit = before;
    limit.rlim_cur = 10000;
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    cr_expect_null(recording_create(tape.path, &config, &(struct recording_facts){0}, &err));
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &before), 0);
    cr_expect(err.msg[0] && access(tape.path, F_OK) != 0, "%s", err.msg);
    tape_remove(&tape);
}

static sqlite3 *lock(const struct tape *tape, const char *sql)
{
    sqlite3 *handle;
    cr_assert_eq(sqlite3_open(tape->path, &handle), SQLITE_OK);
    cr_assert_eq(sqlite3_exec(handle, sql, NULL, NULL, NULL), SQLITE_OK);
    return handle;
}

Test(crash, a_locked_file_is_said_to_be_locked)
{
    struct tape tape = tape_make();
    struct err err = {0};
    tape_write(&tape);
    sqlite3 *other = lock(&tape, "BEGIN EXCLUSIVE");
    tape_expect_refused(&tape, "locked by another program", "");
    sqlite3_close(other);
    cr_expect(tape_exercise(&tape));
    unlink(tape.path);

    struct recording_writer *writer = tape_begin(&tape);
    cr_assert(add_batch(writer, 0, 10, &err));
    other = lock(&tape, "BEGIN IMMEDIATE");
    cr_expect_not(add_batch(writer, 10, 10, &err));
    cr_expect(strstr(err.msg, "locked by another program"), "%s", err.msg);
    sqlite3_close(other);
    expect_dead(writer, &err);
    cr_expect_eq(count(&tape), 10);
    tape_remove(&tape);
}

Test(crash, a_file_that_was_taken_away_is_noticed)
{
    struct tape tape = tape_make();
    struct err err = {0};
    struct recording_writer *writer = tape_begin(&tape);
    cr_assert(add_batch(writer, 0, 10, &err));
    tape_remove(&tape);
    cr_expect_not(add_batch(writer, 10, 10, &err));
    cr_expect(strstr(err.msg, "moved or removed"), "%s", err.msg);
    expect_dead(writer, &err);
}

Test(crash, a_batch_that_was_not_committed_is_not_there)
{
    struct tape tape = tape_make();
    struct err err = {0};
    struct entry entry = tape_entry(0);
    struct recording_writer *writer = tape_begin(&tape);
    cr_assert(recording_begin(writer, &err));
    cr_assert(recording_add_entry(writer, 5, &entry, &err));
    cr_expect_eq(count(&tape), 0);
    cr_assert(recording_finish(writer, &err), "finishing commits");
    cr_expect_eq(count(&tape), 1);
    tape_remove(&tape);
}

/* Appends for ever and says after each commit how many entries there are. */
static void write_for_ever(const struct tape *tape, int report)
{
    struct err err = {0};
    struct recording_writer *writer = tape_begin(tape);
    struct snapshot *snapshot = tape_snapshot(2, 10, 10);
    for (int n = 0;; n += 25) {
        int32_t done = n + 25;
        if (!recording_begin(writer, &err) ||
            !recording_add_snapshot(writer, tape_time(n), snapshot, &err) ||
            !recording_commit(writer, &err) || !add_batch(writer, n, 25, &err) ||
            write(report, &done, sizeof done) != sizeof done) {
            _exit(1);
        }
    }
}

static void expect_sound(const struct tape *tape)
{
    sqlite3 *handle;
    sqlite3_stmt *statement;
    cr_assert_eq(sqlite3_open(tape->path, &handle), SQLITE_OK);
    cr_assert_eq(sqlite3_prepare_v2(handle, "PRAGMA integrity_check", -1, &statement, NULL),
                 SQLITE_OK);
    cr_assert_eq(sqlite3_step(statement), SQLITE_ROW);
    cr_expect_str_eq((const char *)sqlite3_column_text(statement, 0), "ok");
    sqlite3_finalize(statement);
    cr_assert_eq(sqlite3_close(handle), SQLITE_OK);
}

Test(crash, a_killed_program_leaves_all_it_committed)
{
    srand(3);
    for (int i = 0; i < 20; i++) {
        struct tape tape = tape_make();
        int ends[2], status;
        int32_t done = 0, last = 0;
        cr_assert_eq(pipe(ends), 0);
        fflush(NULL);
        pid_t child = fork();
        if (child == 0) {
            close(ends[0]);
            write_for_ever(&tape, ends[1]);
        }
        close(ends[1]);
        cr_assert_eq(read(ends[0], &last, sizeof last), sizeof last, "it writes");
        usleep((useconds_t)(rand() % 60000));
        cr_assert_eq(kill(child, SIGKILL), 0);
        cr_assert_eq(waitpid(child, &status, 0), child);
        while (read(ends[0], &done, sizeof done) == sizeof done) {
            last = done;
        }
        close(ends[0]);
        int64_t found = count(&tape);
        cr_expect(found == last || found == last + 25, "%d committed, %d found", (int)last,
                  (int)found);
        expect_sound(&tape);
        tape_remove(&tape);
    }
}

/* ---- what lies beside a file ---- */

static void put_beside(const struct tape *tape, const char *end, const void *bytes, size_t size)
{
    char path[160];
    snprintf(path, sizeof path, "%s%s", tape->path, end);
    FILE *file = fopen(path, "wb");
    cr_assert(file && fwrite(bytes, 1, size, file) == size && fclose(file) == 0);
}

static bool is_beside(const struct tape *tape, const char *end)
{
    char path[160];
    snprintf(path, sizeof path, "%s%s", tape->path, end);
    return access(path, F_OK) == 0;
}

/* A journal of SQLite's without a page: its head, and `tail` at the end. */
static void put_journal(const struct tape *tape, uint32_t pages, const char *tail, size_t size)
{
    static const unsigned char magic[8] = {0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7};
    unsigned char bytes[1024] = {0};
    memcpy(bytes, magic, sizeof magic);
    for (int i = 0; i < 4; i++) {
        bytes[16 + i] = (unsigned char)(pages >> (24 - 8 * i));
    }
    bytes[22] = 2;  /* sectors of 512 bytes */
    bytes[26] = 16; /* pages of 4096 */
    memcpy(bytes + 512, tail, size);
    if (size > 0) { /* another file's name, its length, a sum, the magic */
        uint32_t sum = 0;
        for (size_t i = 0; i < size; i++) {
            sum += (uint32_t)(signed char)tail[i];
        }
        unsigned char *end = bytes + 512 + size;
        for (int i = 0; i < 4; i++) {
            end[i] = (unsigned char)((uint32_t)size >> (24 - 8 * i));
            end[4 + i] = (unsigned char)(sum >> (24 - 8 * i));
        }
        memcpy(end + 8, magic, sizeof magic);
        size += 16;
    }
    put_beside(tape, "-journal", bytes, 512 + size);
}

static int64_t size_of(const struct tape *tape)
{
    size_t size;
    free(tape_bytes(tape, &size));
    return (int64_t)size;
}

Test(crash, a_journal_is_put_back_and_gone)
{
    struct tape tape = tape_make();
    tape_write(&tape);
    put_journal(&tape, (uint32_t)(size_of(&tape) / 4096), "", 0);
    cr_expect_eq(count(&tape), TAPE_ENTRIES);
    cr_expect_not(is_beside(&tape, "-journal"));
    tape_remove(&tape);
}

/* It would make the file as long as it says, and remove the file that it names. */
Test(crash, a_journal_of_another_is_refused)
{
    struct tape tape = tape_make(), victim = tape_make();
    tape_write(&tape);
    tape_write(&victim);
    put_journal(&tape, 0x7fffffff, "", 0);
    tape_expect_refused(&tape, "-journal", "not of this recording");
    put_journal(&tape, (uint32_t)(size_of(&tape) / 4096), victim.path, strlen(victim.path));
    tape_expect_refused(&tape, "-journal", "not of this recording");
    cr_expect(is_beside(&victim, "") && is_beside(&tape, "-journal"));
    put_beside(&tape, "-journal", "", 0);
    cr_expect_eq(count(&tape), TAPE_ENTRIES);
    put_beside(&tape, "-journal", "x", 1);
    cr_expect_eq(count(&tape), TAPE_ENTRIES);
    tape_remove(&tape);
    tape_remove(&victim);
}

static void expect_not_new(const struct tape *tape, const char *said)
{
    struct err err = {0};
    struct config config = tape_config();
    cr_expect_not(recording_is_new(tape->path, &err));
    cr_expect(strstr(err.msg, said), "'%s' expected: %s", said, err.msg);
    cr_expect_null(recording_create(tape->path, &config, &(struct recording_facts){0}, &err));
    cr_expect(strstr(err.msg, said), "'%s' expected: %s", said, err.msg);
}

Test(crash, a_name_is_new_if_nothing_of_a_recording_has_it)
{
    struct tape tape = tape_make();
    struct err err = {0};
    cr_expect(recording_is_new(tape.path, &err), "%s", err.msg);
    put_beside(&tape, "-wal", "", 0);
    cr_expect(recording_is_new(tape.path, &err), "%s", err.msg);
    put_beside(&tape, "-wal", "x", 1);
    expect_not_new(&tape, "ending in -wal");
    put_beside(&tape, "", "x", 1);
    expect_not_new(&tape, "oubli resume");
    put_beside(&tape, "-wal", "", 0);
    expect_not_new(&tape, "there already; remove it");
    put_beside(&tape, "-journal", "x", 1);
    expect_not_new(&tape, "oubli resume");
    unlink(tape.path);
    expect_not_new(&tape, "ending in -journal");
    tape_remove(&tape);
}

Test(crash, a_file_without_its_log_names_it)
{
    struct tape tape = tape_make();
    struct err err = {0};
    size_t size;
    struct recording_writer *writer = tape_begin(&tape);
    cr_assert(add_batch(writer, 0, 10, &err));
    unsigned char *bytes = tape_bytes(&tape, &size); /* without its log */
    cr_expect(recording_finish(writer, &err), "%s", err.msg);
    tape_replace(&tape, bytes, size);
    struct recording *recording = recording_open(tape.path, &err);
    cr_assert_not_null(recording, "%s", err.msg);
    cr_expect_not(recording_expect_log(recording, &err));
    cr_expect(strstr(err.msg, ".oubli-wal") && strstr(err.msg, "missing"), "%s", err.msg);
    cr_expect_not(recording_is_free(tape.path, &err));
    recording_close(recording);
    free(bytes);
    tape_remove(&tape);
}
