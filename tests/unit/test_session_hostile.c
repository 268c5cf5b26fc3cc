/* SPDX-License-Identifier: MIT
 * Recordings that are damaged, hostile or no recordings: each is read as far as it makes sense, or
 * refused with one line. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "support/labs.h"
#include "support/playing.h"
#include "unit/test_session_tape.h"

Test(hostile, what_is_no_recording_is_refused)
{
    struct tape tape = tape_make();
    tape_expect_refused(&tape, "no such file", "");
    tape_replace(&tape, (const unsigned char *)"", 0);
    tape_expect_refused(&tape, "a recording expected", "an empty file");
    char text[4096];
    memset(text, 'x', sizeof text);
    tape_replace(&tape, (unsigned char *)text, sizeof text);
    tape_expect_refused(&tape, "not a recording", "not an SQLite file");
    unlink(tape.path);
    cr_assert_eq(mkdir(tape.path, 0755), 0);
    tape_expect_refused(&tape, "no file", "");
    rmdir(tape.path);
    cr_assert_eq(mkfifo(tape.path, 0644), 0);
    tape_expect_refused(&tape, "no file", "");
    tape_remove(&tape);
}

/* Changes a whole recording and expects that it is refused. */
static void refuse(const char *sql, const char *a, const char *b)
{
    struct tape tape = tape_make();
    tape_write(&tape);
    tape_sql(&tape, sql);
    tape_expect_refused(&tape, a, b);
    tape_remove(&tape);
}

Test(hostile, other_files_and_versions_are_named)
{
    refuse("PRAGMA application_id=7", "not a recording", "1869963884 expected, 7 found");
    refuse("PRAGMA application_id=0x6f756273", "a recording expected", "merged runs of a sweep");
    refuse("PRAGMA user_version=3", "of format 3", "reads format 2; use a newer one");
    refuse("PRAGMA user_version=1", "of format 1", "reads format 2; use an older one");
    refuse("PRAGMA user_version=0", "of format 0", "reads format 2; use an older one");
}

Test(hostile, tables_must_be_as_we_make_them)
{
    static const char *const names[] = {"meta",  "entries",     "snapshots",
                                        "views", "checkpoints", "stills"};
    char sql[400];
    for (int i = 0; i < 6; i++) {
        snprintf(sql, sizeof sql, "DROP TABLE %s", names[i]);
        refuse(sql, names[i], "none found");
        snprintf(sql, sizeof sql, "ALTER TABLE %s RENAME TO x; CREATE VIEW %s AS SELECT * FROM x",
                 names[i], names[i]);
        refuse(sql, names[i], "none found");
        snprintf(sql, sizeof sql, "DROP TABLE %s; CREATE TABLE %s(n INTEGER PRIMARY KEY)", names[i],
                 names[i]);
        refuse(sql, names[i], "other columns");
    }
    refuse("DROP VIEW accuracy; DROP VIEW matrix; ALTER TABLE entries DROP COLUMN value", "entries",
           "other columns");
    refuse("DROP TABLE entries; CREATE VIRTUAL TABLE entries USING fts5(n, t, kind, learner, "
           "stage, task, step, value, text)",
           "entries", "other columns");
}

Test(hostile, configs_are_checked)
{
    static const struct {
        const char *set, *said;
    } cases[] = {
        {"value='0' WHERE key='learners'", "learners"},
        {"value='9' WHERE key='learners'", "learners"},
        {"value='2000000000' WHERE key='learners'", "learners"}, /* far beyond the memory */
        {"value='3' WHERE key='learners'", "defaults.2"},
        {"value='-1' WHERE key='seed'", "seed"},
        {"value='18446744073709551616' WHERE key='seed'", "seed"},
        {"value='1001' WHERE key='tasks'", "tasks"},
        {"value='x'||char(10)||'y' WHERE key='suite'", "suite"},
        {"value='5' WHERE key='scenario'", "scenario"},
        {"value='both:' WHERE key='learner.0'", "learner.1"},
        {"value='all:' WHERE key='learner.0'", "all"},
        {"value='a: lr=-1' WHERE key='learner.0'", "lr"},
        {"value='a: strategy=ewc+x' WHERE key='learner.0'", "strategy"},
        {"value='lr=1 batch=2' WHERE key='defaults.0'", "batch"},
        {"value='epochs' WHERE key='common.defaults'", "NAME=VALUE"},
        {"value='epochs=1e99' WHERE key='common.defaults'", "epochs"},
        {"value=zeroblob(10) WHERE key='data'", "data"},
        {"value=NULL WHERE key='data'", "data"},
        {"value='' WHERE key='data'", "data"},
        {"value=CAST(x'410042' AS TEXT) WHERE key='data'", "data"},
        {"value=hex(zeroblob(3000)) WHERE key='data'", "data"},
        {"value=hex(zeroblob(1000000)) WHERE key='data'", "damaged"},
        {"key='x' WHERE key='common'", "common"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char sql[200];
        snprintf(sql, sizeof sql, "UPDATE meta SET %s", cases[i].set);
        refuse(sql, cases[i].said, "");
    }
}

/* Changes a whole recording: it opens, but not everything of it can be read, or all. */
static void exercise(const char *sql, bool is_readable)
{
    struct tape tape = tape_make();
    tape_write(&tape);
    tape_sql(&tape, sql);
    cr_expect_eq(tape_exercise(&tape), is_readable, "%s", sql);
    tape_remove(&tape);
}

Test(hostile, rows_are_checked)
{
    static const char *const bad[] = {
        "DELETE FROM entries WHERE n=50",
        "DELETE FROM entries WHERE n=0",
        "UPDATE entries SET n=-1 WHERE n=0",
        "UPDATE entries SET n=9223372036854775807 WHERE n=299",
        "UPDATE entries SET kind='x' WHERE n=5",
        "UPDATE entries SET kind=NULL WHERE n=5",
        "UPDATE entries SET kind=hex(zeroblob(100000)) WHERE n=5",
        "UPDATE entries SET t=-1 WHERE n=5",
        "UPDATE entries SET t='soon' WHERE n=5",
        "UPDATE entries SET t=1.5 WHERE n=5",
        "UPDATE entries SET learner=3000000000 WHERE n=5",
        "UPDATE entries SET stage=-2 WHERE n=5",
        "UPDATE entries SET task=NULL WHERE n=5",
        "UPDATE entries SET task=1000 WHERE n=5",
        "UPDATE entries SET step=-1 WHERE n=5",
        "UPDATE entries SET value='x' WHERE n=5",
        "UPDATE entries SET value=zeroblob(1) WHERE n=5",
        "UPDATE entries SET text=hex(zeroblob(136)) WHERE n=5",
        "UPDATE entries SET text=hex(zeroblob(10000000)) WHERE n=5",
        "UPDATE entries SET text=CAST(x'4100' AS TEXT) WHERE n=5",
        "UPDATE entries SET text=zeroblob(5) WHERE n=5",
        "UPDATE entries SET text=NULL WHERE kind='command'",
        "UPDATE entries SET text=NULL WHERE kind='refused'",
        "UPDATE entries SET text=NULL WHERE kind='learner'",
        "UPDATE snapshots SET blob=NULL",
        "UPDATE snapshots SET blob=zeroblob(0)",
        "UPDATE snapshots SET blob='text'",
        "UPDATE snapshots SET blob=zeroblob(70000)",
        "UPDATE snapshots SET blob=zeroblob(20000000)",
        "UPDATE snapshots SET n=-1",
        "UPDATE snapshots SET t=t-100000000000",
        "UPDATE views SET line=NULL WHERE i=2",
        "UPDATE views SET line=hex(zeroblob(200)) WHERE i=2",
        "UPDATE views SET t=NULL WHERE i=2",
        "DELETE FROM views WHERE i=2",
        "UPDATE checkpoints SET blob=NULL",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        exercise(bad[i], false);
    }
    exercise("DELETE FROM entries; DELETE FROM views; DELETE FROM snapshots", true);
    exercise("UPDATE entries SET text=hex(zeroblob(135)) WHERE n=5", true);
    exercise("UPDATE entries SET value=NULL", true);
    exercise("CREATE INDEX x ON entries(kind, n, t, learner, stage, task, step, value, text);"
             "CREATE TRIGGER y AFTER INSERT ON meta BEGIN DELETE FROM entries; END; VACUUM",
             true);
}

/* Each puts a task's number in another place. */
static void spoil_present(struct snapshot *snapshot, int task)
{
    snapshot->task = task;
}
static void spoil_interrupted(struct snapshot *snapshot, int task)
{
    snapshot->interrupted = task;
    snapshot->has_interrupted = true;
}
static void spoil_writing(struct snapshot *snapshot, int task)
{
    struct exhibits *exhibits = &snapshot->exhibits;
    exhibits->has[EXHIBIT_WRITING] = true;
    exhibits->writing = (struct writing){.n = 2};
    exhibits->writing.rows[1].task = task;
}
static void spoil_talk(struct snapshot *snapshot, int task)
{
    spoil_writing(snapshot, task);
    snapshot->exhibits.writing.n = 3;
    snapshot->exhibits.writing.rows[2].task = WRITING_ASKED;
}
static void spoil_attending(struct snapshot *snapshot, int task)
{
    struct exhibits *exhibits = &snapshot->exhibits;
    exhibits->has[EXHIBIT_ATTENDING] = true;
    exhibits->attending = (struct attending){.task = task, .n_heads = 1, .n = 1, .text = "x"};
}
static void spoil_samples(struct snapshot *snapshot, int task)
{
    struct exhibits *exhibits = &snapshot->exhibits;
    exhibits->has[EXHIBIT_SAMPLES] = true;
    exhibits->samples.n_tasks = 2;
    exhibits->samples.tasks[1].task = task;
}
static struct surface *add_surface(struct snapshot *snapshot)
{
    struct exhibits *exhibits = &snapshot->exhibits;
    exhibits->has[EXHIBIT_SURFACE] = true;
    exhibits->surface =
        (struct surface){.n_classes = 1, .high = {1, 1}, .rows = 1, .cols = 1, .n_points = 1};
    return &exhibits->surface;
}
static void spoil_surface(struct snapshot *snapshot, int task)
{
    add_surface(snapshot)->task = task;
}
static void spoil_point(struct snapshot *snapshot, int task)
{
    add_surface(snapshot)->points[0].task = task;
}
static void spoil_replayed(struct snapshot *snapshot, int task)
{
    struct surface *surface = add_surface(snapshot);
    surface->n_replayed = 1;
    surface->replayed[0].task = task;
}

static void spoil_units(struct snapshot *snapshot, int task)
{
    struct exhibits *exhibits = &snapshot->exhibits;
    exhibits->has[EXHIBIT_UNITS] = true;
    exhibits->units = (struct units){.n_tasks = 2,
                                     .tasks = {0, task},
                                     .chance = 0.1F,
                                     .n_layers = 1,
                                     .layers = {{.n = 1, .n_shown = 1}},
                                     .n = 1};
}

static void (*const spoilers[])(struct snapshot *snapshot, int task) = {
    spoil_present, spoil_interrupted, spoil_writing, spoil_talk,     spoil_attending,
    spoil_samples, spoil_surface,     spoil_point,   spoil_replayed, spoil_units,
};
enum { SPOILERS = sizeof spoilers / sizeof *spoilers, SPOILT_STEPS = 30 };

/* Plays a session of texts whose looks, from the first or from the second on, are spoilt. */
static struct played play_spoilt(struct lab *lab, int spoiler, int task, bool has_good)
{
    struct tape tape = tape_make();
    struct err err = {0};
    struct snapshot *snapshot = malloc(sizeof *snapshot);
    struct recording_writer *writer =
        recording_create(tape.path, lab_config(lab), &(struct recording_facts){.pace = 20}, &err);
    *snapshot = *labs_look(lab);
    cr_assert(writer && recording_begin(writer, &err), "%s", err.msg);
    cr_assert(recording_add_journal(writer, 1000, lab_journal(lab), &err), "%s", err.msg);
    cr_assert(!has_good || recording_add_snapshot(writer, 1000, snapshot, &err), "%s", err.msg);
    spoilers[spoiler](snapshot, task);
    for (int i = 1; i < 8; i++) {
        cr_assert(recording_add_snapshot(writer, i * 300000000L, snapshot, &err), "%s", err.msg);
    }
    cr_assert(recording_commit(writer, &err) && recording_finish(writer, &err), "%s", err.msg);
    struct played played = playing_take(tape.path, 0);
    free(snapshot);
    tape_remove(&tape);
    return played;
}

/* Played, drawn and exported without a crash: what is not of the session is told. */
Test(hostile, tasks_that_the_session_does_not_have_are_refused, .timeout = 120)
{
    static const char *const learners[] = {"a:", NULL};
    struct lab *lab = labs_open_text(SCENARIO_DOMAIN, "net=6 steps=40", learners);
    int n_tasks = suite_n_tasks(lab_suite(lab));
    const int tasks[] = {n_tasks, 400, SUITE_TASKS_MAX - 1};
    labs_run(lab, SPOILT_STEPS, SPOILT_STEPS);
    for (int i = 0; i < SPOILERS; i++) {
        struct played played = play_spoilt(lab, i, n_tasks - 1, true);
        cr_expect_eq(played.how, PLAYING_WHOLE, "%d: %s", i, played.line);
        for (int k = 0; k < 3; k++) {
            char said[40];
            snprintf(said, sizeof said, "damaged: task %d of %d", tasks[k] + 1, n_tasks);
            played = play_spoilt(lab, i, tasks[k], false);
            cr_expect(played.how == PLAYING_REFUSED && strstr(played.line, said), "%d: %s", i,
                      played.line);
            played = play_spoilt(lab, i, tasks[k], true);
            cr_expect(played.how == PLAYING_FAILED && strstr(played.line, said), "%d: %s", i,
                      played.line);
        }
    }
    lab_destroy(lab);
}

Test(hostile, a_file_cut_short_is_read_or_refused)
{
    struct tape tape = tape_make();
    size_t size;
    int n_whole = 0;
    tape_write(&tape);
    unsigned char *bytes = tape_bytes(&tape, &size);
    for (size_t cut = 0; cut < size; cut += 512) {
        tape_replace(&tape, bytes, cut);
        n_whole += tape_exercise(&tape);
    }
    cr_expect_eq(n_whole, 0);
    tape_replace(&tape, bytes, size);
    cr_expect(tape_exercise(&tape));
    free(bytes);
    tape_remove(&tape);
}

Test(hostile, bits_that_flipped_are_survived)
{
    enum { FLIPS = 800, SECONDS = 120 };
    struct tape tape = tape_make();
    size_t size;
    int n_whole = 0;
    time_t begin = time(NULL);
    tape_write(&tape);
    unsigned char *bytes = tape_bytes(&tape, &size);
    srand(2);
    for (int i = 0; i < FLIPS; i++) {
        /* Every other one in the head of a page, where it does the most. */
        size_t at = i % 2 ? (size_t)rand() % size
                          : (size_t)rand() % (size / 4096) * 4096 + (size_t)rand() % 128;
        unsigned char bit = (unsigned char)(1u << rand() % 8);
        bytes[at] ^= bit;
        tape_replace(&tape, bytes, size);
        n_whole += tape_exercise(&tape);
        bytes[at] ^= bit;
    }
    cr_expect(n_whole > 0 && n_whole < FLIPS, "%d", n_whole);
    cr_expect_lt(time(NULL) - begin, SECONDS);
    free(bytes);
    tape_remove(&tape);
}

/* Makes all children but the last of each inner page of a table the first one, or the page itself:
 * a scan of such trees, were they deep, would never end. */
static int bend(unsigned char *bytes, size_t size, bool to_itself)
{
    int n_bent = 0;
    for (size_t page = 4096; page < size; page += 4096) {
        int n_cells = bytes[page + 3] << 8 | bytes[page + 4];
        size_t number = page / 4096 + 1;
        unsigned char child[4] = {0, 0, (unsigned char)(number >> 8), (unsigned char)number};
        for (int i = 0; bytes[page] == 5 && i < n_cells; i++) {
            size_t at = page + 12 + 2 * (size_t)i;
            unsigned char *cell = bytes + page + (bytes[at] << 8 | bytes[at + 1]);
            memcpy(i || to_itself ? cell : child, i || to_itself ? child : cell, 4);
            n_bent++;
        }
    }
    return n_bent;
}

Test(hostile, a_tree_that_goes_round_in_circles_ends)
{
    for (int to_itself = 0; to_itself < 2; to_itself++) {
        struct tape tape = tape_make();
        size_t size;
        tape_write(&tape);
        unsigned char *bytes = tape_bytes(&tape, &size);
        cr_expect_gt(bend(bytes, size, to_itself), 1);
        tape_replace(&tape, bytes, size);
        cr_expect_not(tape_exercise(&tape));
        free(bytes);
        tape_remove(&tape);
    }
}

/* Whether it can be gone on with; nothing may have been carried out. */
static void expect_resumable(const char *sql, const char *said)
{
    struct tape tape = tape_make();
    struct err err = {0};
    struct recording_extent extent;
    tape_write(&tape);
    tape_sql(&tape, sql);
    cr_expect_eq(recording_is_free(tape.path, &err), said == NULL, "%s: %s", sql, err.msg);
    err = (struct err){0};
    struct recording_writer *writer = recording_reopen(tape.path, &extent, &err);
    cr_expect_eq(writer != NULL, said == NULL, "%s: %s", sql, err.msg);
    cr_expect(!said || (strstr(err.msg, tape.path) && strstr(err.msg, said)), "%s: %s", sql,
              err.msg);
    cr_expect(tape_exercise(&tape) && (!writer || extent.n_entries == TAPE_ENTRIES));
    cr_expect(recording_finish(writer, &err));
    tape_remove(&tape);
}

Test(hostile, what_would_run_while_it_is_written_is_refused)
{
    static const char *const refused[][2] = {
        {"CREATE TRIGGER tt AFTER INSERT ON entries BEGIN DELETE FROM entries; END", "'tt'"},
        {"CREATE TRIGGER vv INSTEAD OF INSERT ON accuracy BEGIN DELETE FROM meta; END", "'vv'"},
        {"CREATE INDEX ii ON entries(hex(zeroblob(n)))", "'ii'"},
        {"CREATE UNIQUE INDEX uu ON meta(value, key)", "'uu'"},
        {"CREATE INDEX pp ON views(i) WHERE abs(t) > 0", "'pp'"},
        {"CREATE TABLE x(a); CREATE TRIGGER other AFTER INSERT ON x BEGIN SELECT 1; END",
         "'other'"},
        {"CREATE INDEX \"\033[2J\" ON views(t)", "'?[2J'"},
    };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        expect_resumable(refused[i][0], refused[i][1]);
    }
    expect_resumable("CREATE TABLE mine(a, b); INSERT INTO mine VALUES(1, 2)", NULL);
    expect_resumable("CREATE VIEW mine AS SELECT count(*) FROM entries", NULL);
    expect_resumable("ANALYZE", NULL);
}

/* Two pages say that a third is theirs: it is read, but not written on. */
Test(hostile, a_file_whose_pages_contradict_each_other_is_not_sound)
{
    for (int is_bent = 0; is_bent < 2; is_bent++) {
        struct tape tape = tape_make();
        struct err err = {0};
        size_t size;
        tape_write(&tape);
        unsigned char *bytes = tape_bytes(&tape, &size);
        cr_assert(!is_bent || bend(bytes, size, false) > 1);
        tape_replace(&tape, bytes, size);
        struct recording *recording = recording_open(tape.path, &err);
        cr_assert_not_null(recording, "%s", err.msg);
        cr_expect_eq(recording_is_sound(recording, &err), !is_bent, "%s", err.msg);
        cr_expect(!is_bent || strstr(err.msg, "writing might take what is left"), "%s", err.msg);
        cr_expect_null(strchr(err.msg, '\n'));
        recording_close(recording);
        free(bytes);
        tape_remove(&tape);
    }
}
