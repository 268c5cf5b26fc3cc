/* SPDX-License-Identifier: MIT
 * Recordings that are whole: what was written is read, while it is being written too. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit/test_session_tape.h"

static bool same_number(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

static bool expect_entry(void *context, int64_t n, int64_t t, const struct entry *entry)
{
    int *next = context;
    struct entry wanted = tape_entry(*next);
    cr_assert_eq(n, *next);
    cr_assert_eq(t, tape_time(*next));
    cr_assert(entry->kind == wanted.kind && entry->probe == wanted.probe &&
              entry->learner == wanted.learner && entry->stage == wanted.stage &&
              entry->task == wanted.task && entry->step == wanted.step);
    cr_assert(same_number(entry->value, wanted.value), "%g %g", entry->value, wanted.value);
    cr_assert(!entry->text == !wanted.text &&
              (!entry->text || strcmp(entry->text, wanted.text) == 0));
    ++*next;
    return true;
}

static struct recording *open_tape(const struct tape *tape)
{
    struct err err = {0};
    struct recording *recording = recording_open(tape->path, &err);
    cr_assert_not_null(recording, "%s", err.msg);
    return recording;
}

static void expect_config(const struct config *a, const struct config *b)
{
    cr_expect_str_eq(a->data, b->data);
    for (int i = 0; i < READING_COUNT; i++) {
        const char *one = a->reading.text[i], *two = b->reading.text[i];
        cr_expect(!one == !two && (!one || strcmp(one, two) == 0), "%d", i);
    }
    cr_expect_str_eq(a->suite, b->suite);
    cr_expect(a->n_tasks == b->n_tasks && a->scenario == b->scenario && a->seed == b->seed &&
              a->eval_every == b->eval_every);
    cr_assert_eq(a->n_learners, b->n_learners);
    for (int i = 0; i < a->n_learners; i++) {
        const struct learner_config *x = &a->learners[i], *y = &b->learners[i];
        cr_expect_str_eq(x->name, y->name);
        cr_expect_eq(x->is_named, y->is_named);
        cr_expect(x->on == y->on && x->observed == y->observed);
        cr_expect_eq(memcmp(x->params.value, y->params.value, sizeof x->params.value), 0);
        cr_expect_eq(memcmp(x->params.is_set, y->params.is_set, sizeof x->params.is_set), 0);
        cr_expect_eq(x->params.n_hidden, y->params.n_hidden);
        cr_expect_eq(memcmp(x->params.hidden, y->params.hidden,
                            (size_t)x->params.n_hidden * sizeof *x->params.hidden),
                     0);
    }
}

Test(recording, all_that_was_written_is_read)
{
    struct tape tape = tape_make();
    struct err err = {0};
    struct recording_extent extent;
    int next = 0;
    tape_write(&tape);
    struct recording *recording = open_tape(&tape);
    cr_assert(recording_extent(recording, &extent, &err), "%s", err.msg);
    cr_expect(extent.n_entries == TAPE_ENTRIES && extent.n_views == TAPE_VIEWS);
    cr_expect_eq(extent.first_snapshot, tape_time(20));
    cr_expect_eq(extent.t, tape_time(TAPE_ENTRIES - 1));
    cr_assert(recording_read(recording, 0, TAPE_ENTRIES, expect_entry, &next, &err), "%s", err.msg);
    cr_expect_eq(next, TAPE_ENTRIES);
    next = 100;
    cr_assert(recording_read(recording, 100, 110, expect_entry, &next, &err));
    cr_expect_eq(next, 110);
    cr_expect(!recording_read(recording, 290, TAPE_ENTRIES + 1, expect_entry, &(int){290}, &err));
    cr_expect(strstr(err.msg, "entry 300"), "%s", err.msg);
    for (int i = 0; i < TAPE_ENTRIES; i++) {
        int64_t n;
        cr_assert(recording_count_until(recording, tape_time(i), &n, &err));
        cr_assert_eq(n, i / 3 * 3 + 3);
        cr_assert(recording_count_until(recording, tape_time(i) - 1, &n, &err));
        cr_assert_eq(n, i / 3 * 3);
    }
    const struct recording_facts *facts = recording_facts(recording);
    cr_expect_str_eq(facts->version, "0.1.0");
    cr_expect_str_eq(facts->build, "a compiler");
    cr_expect_str_eq(facts->blas_core, "Haswell");
    cr_expect_str_eq(facts->created, "2025-01-31T23:59:59Z");
    cr_expect(facts->cols == 120 && facts->rows == 36 && facts->pace == 12.5);
    recording_close(recording);
    tape_remove(&tape);
}

Test(recording, configs_come_back_exactly)
{
    struct config configs[3] = {config_default(), config_default(), tape_config()};
    struct err err = {0};
    configs[0].suite = "permuted";
    config_resolve(&configs[1], &dataset_kinds()[0]);
    configs[1].scenario = SCENARIO_CLASS;
    configs[1].learners[0].observed = config_observed_by_default();
    cr_assert(param_parse(&configs[1].learners[0].params, PARAM_NET, "0", &err));
    for (int i = 0; i < 3; i++) {
        struct tape tape = tape_make();
        struct recording_writer *writer =
            recording_create(tape.path, &configs[i], &(struct recording_facts){0}, &err);
        cr_assert(writer && recording_finish(writer, &err), "%s", err.msg);
        struct recording *recording = open_tape(&tape);
        struct config read = *recording_config(recording);
        expect_config(&read, &configs[i]);
        config_resolve(&read, dataset_kind_of("text", &err));
        expect_config(&read, &configs[i]); /* whatever has become of the defaults since */
        cr_expect_eq(strlen(recording_facts(recording)->created), 20, "the time is now");
        recording_close(recording);
        tape_remove(&tape);
    }
}

Test(recording, learners_must_agree_on_what_is_common)
{
    struct tape tape = tape_make();
    struct err err = {0};
    struct config config = tape_config();
    config.learners[1].params.value[PARAM_BATCH] = 3;
    cr_expect_null(recording_create(tape.path, &config, &(struct recording_facts){0}, &err));
    cr_expect(strstr(err.msg, "batch") && access(tape.path, F_OK) != 0, "%s", err.msg);
    tape_remove(&tape);
}

static bool take_some(void *context, int64_t n, int64_t t, const struct entry *entry)
{
    (void)n;
    (void)t;
    (void)entry;
    return ++*(int *)context < 50;
}

static bool expect_view(void *context, int64_t i, int64_t t, const char *line)
{
    char wanted[32];
    snprintf(wanted, sizeof wanted, "focus %d", (int)i * 60 + 59);
    cr_expect_str_eq(line, wanted);
    cr_expect_eq(t, tape_time((int)i * 60 + 59));
    ++*(int *)context;
    return true;
}

Test(recording, marks_views_checkpoints_and_meta_are_found)
{
    struct tape tape = tape_make();
    struct err err = {0};
    int n_taken = 0, n_views = 0;
    int64_t n;
    size_t size;
    tape_write(&tape);
    struct recording *recording = open_tape(&tape);
    cr_assert(recording_read(recording, 0, TAPE_ENTRIES, take_some, &n_taken, &err));
    cr_expect_eq(n_taken, 50, "reading ends where the taker says");
    cr_assert(recording_read_views(recording, 0, expect_view, &n_views, &err));
    cr_assert(recording_read_views(recording, 3, expect_view, &n_views, &err));
    cr_expect_eq(n_views, TAPE_VIEWS + 2);
    unsigned char *bytes = recording_checkpoint(recording, 250, &n, &size, &err);
    cr_assert_not_null(bytes);
    cr_expect(n == 240 && size == 9 && memcmp(bytes, "focus 239", 9) == 0);
    free(bytes);
    cr_expect_null(recording_checkpoint(recording, 239, &n, &size, &err), "two are kept");
    cr_expect_eq(err.code, ERR_NONE);
    cr_expect_str_eq(recording_meta(recording, "suite", &err), "split");
    cr_expect_null(recording_meta(recording, "nothing", &err));
    cr_expect_eq(err.code, ERR_NONE);
    recording_close(recording);
    tape_remove(&tape);
}

Test(recording, snapshots_are_found_by_time)
{
    struct tape tape = tape_make();
    struct err err = {0};
    int64_t taken, n;
    struct snapshot *snapshot = calloc(1, sizeof *snapshot);
    tape_write(&tape);
    struct recording *recording = open_tape(&tape);
    cr_expect(!recording_snapshot(recording, tape_time(20) - 1, snapshot, &taken, &n, &err));
    cr_expect_eq(err.code, ERR_NONE);
    for (int i = 20; i < TAPE_ENTRIES; i++) {
        int last = (i - i % 3 + 2 - 20) / 40 * 40 + 20; /* three entries share their time */
        cr_assert(recording_snapshot(recording, tape_time(i), snapshot, &taken, &n, &err), "%s",
                  err.msg);
        cr_assert(taken == tape_time(last) && snapshot->step == last && n == last + 1,
                  "%d: %ld, %ld", i, (long)snapshot->step, (long)n);
    }
    cr_expect(recording_snapshot(recording, INT64_MAX, snapshot, &taken, &n, &err));
    free(snapshot);
    recording_close(recording);
    tape_remove(&tape);
}

Test(recording, nothing_is_overwritten)
{
    struct tape tape = tape_make();
    struct config config = tape_config();
    struct err err = {0};
    tape_replace(&tape, (const unsigned char *)"mine", 4);
    cr_expect_null(recording_create(tape.path, &config, &(struct recording_facts){0}, &err));
    cr_expect(strstr(err.msg, "there already"), "%s", err.msg);
    size_t size;
    unsigned char *bytes = tape_bytes(&tape, &size);
    cr_expect(size == 4 && memcmp(bytes, "mine", 4) == 0);
    free(bytes);
    char log[160];
    snprintf(log, sizeof log, "%s-wal", tape.path);
    cr_assert_eq(rename(tape.path, log), 0);
    cr_expect_null(recording_create(tape.path, &config, &(struct recording_facts){0}, &err));
    cr_expect(strstr(err.msg, "log of another") && access(log, F_OK) == 0, "%s", err.msg);
    tape_remove(&tape);
    cr_expect_null(recording_create(tape.path, &config, &(struct recording_facts){0}, &err));
    cr_expect(strstr(err.msg, "No such file"), "%s", err.msg);
}

/* What is left of a program that was ended while it made a file is no hindrance, nor seen. */
Test(recording, a_file_is_whole_once_it_has_its_name)
{
    struct tape tape = tape_make();
    struct config config = tape_config();
    struct err err = {0};
    char draft[160];
    snprintf(draft, sizeof draft, "%s-new", tape.path);
    FILE *left = fopen(draft, "wb");
    cr_assert(left && fputs("left", left) >= 0 && fclose(left) == 0);
    struct recording_writer *writer =
        recording_create(tape.path, &config, &(struct recording_facts){0}, &err);
    cr_assert_not_null(writer, "%s", err.msg);
    cr_expect_neq(access(draft, F_OK), 0);
    struct recording *recording = open_tape(&tape);
    recording_close(recording);
    cr_assert(recording_finish(writer, &err), "%s", err.msg);
    tape_remove(&tape);
}

Test(recording, a_file_is_followed_while_it_is_written)
{
    struct tape tape = tape_make();
    struct err err = {0};
    struct recording_writer *writer = tape_begin(&tape);
    struct recording *recording = open_tape(&tape);
    struct journal *journal = journal_create(&err);
    for (int i = 0; i < 50; i++) {
        struct recording_extent extent;
        struct entry entry = tape_entry(i);
        cr_assert(recording_begin(writer, &err));
        cr_assert(recording_add_entry(writer, tape_time(i), &entry, &err));
        cr_assert(recording_extent(recording, &extent, &err));
        cr_assert_eq(extent.n_entries, i, "what is not committed is not seen");
        cr_assert(recording_commit(writer, &err));
        cr_assert(recording_extent(recording, &extent, &err));
        cr_assert(extent.n_entries == i + 1 && extent.t == tape_time(i));
        cr_assert(recording_fill(recording, journal, extent.n_entries, &err), "%s", err.msg);
        cr_assert_eq(journal_length(journal), i + 1);
        int next = i;
        struct entry read = journal_at(journal, i);
        expect_entry(&next, i, tape_time(i), &read);
    }
    cr_assert(recording_finish(writer, &err), "%s", err.msg);
    int next = 0;
    cr_assert(recording_read(recording, 0, 50, expect_entry, &next, &err), "%s", err.msg);
    recording_close(recording);
    journal_destroy(journal);
    cr_expect(tape_exercise(&tape));
    tape_remove(&tape);
}

Test(recording, a_finished_file_is_one_file)
{
    struct tape tape = tape_make();
    char log[160];
    snprintf(log, sizeof log, "%s-wal", tape.path);
    tape_write(&tape);
    cr_expect(tape_exercise(&tape));
    cr_expect_neq(access(log, F_OK), 0);
    strcpy(strrchr(log, '-'), "-shm");
    cr_expect_neq(access(log, F_OK), 0);
    tape_remove(&tape);
}

/* Root may write everywhere, so it is a child without rights that looks. */
static bool exercise_without_rights(const struct tape *tape)
{
    cr_assert_eq(chmod(tape->path, 0444), 0);
    cr_assert_eq(chmod(tape->folder, 0555), 0);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        if (getuid() == 0 && setuid(65534) != 0) {
            _exit(2);
        }
        _exit(tape_exercise(tape) ? 0 : 1);
    }
    int status;
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_assert_eq(chmod(tape->folder, 0755), 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

Test(recording, a_read_only_file_in_a_read_only_folder_is_read)
{
    struct tape tape = tape_make();
    char log[160];
    tape_write(&tape);
    cr_expect(exercise_without_rights(&tape), "as it was finished");
    tape_sql(&tape, "PRAGMA journal_mode=WAL");
    cr_expect(exercise_without_rights(&tape), "as somebody else left it");
    snprintf(log, sizeof log, "%s-wal", tape.path);
    FILE *file = fopen(log, "wb");
    cr_assert(file && fputs("something", file) >= 0 && fclose(file) == 0);
    cr_expect_not(exercise_without_rights(&tape), "a log that cannot be read");
    tape_remove(&tape);
}

Test(recording, views_for_people_work)
{
    struct tape tape = tape_make();
    tape_write(&tape);
    tape_sql(&tape, "CREATE TABLE c AS SELECT * FROM commands; CREATE TABLE n AS SELECT * FROM "
                    "notes; CREATE TABLE a AS SELECT * FROM accuracy; CREATE TABLE m AS SELECT * "
                    "FROM matrix; CREATE TABLE l AS SELECT * FROM learners");
    cr_expect(tape_exercise(&tape), "more tables do no harm");
    tape_remove(&tape);
}
