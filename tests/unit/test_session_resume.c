/* SPDX-License-Identifier: MIT
 * A session that is interrupted anywhere and gone on with from a checkpoint is the session that was
 * never interrupted: entry by entry, also where it goes back, forks and adds later. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/rng.h"
#include "lab/handover.h"
#include "session/checkpoint.h"
#include "session/player.h"
#include "session/recorder.h"
#include "session/resume.h"
#include "session/retrain.h"
#include "session/weights_at.h"
#include "support/labs.h"
#include "unit/test_session_tape.h"

TestSuite(resume, .timeout = 120);

enum { ALL = 1000000, OPS = 60, TASKS = 5 };

/* ---- random sessions ------------------------------------------------------------------------ */

/* What is done: a command, or steps; and what came of it. */
struct op {
    char who[32]; /* selected first: a view, which no recording brings back */
    bool is_all;
    char line[64]; /* "" = steps */
    long until;    /* so many steps done */
    long n;        /* entries after it */
};

/* A state of the session, after n entries. */
struct kept {
    unsigned char *bytes;
    size_t size;
    long n;
};

static const char *const cast[][4] = {
    {"a: strategy=ewc", "b: strategy=replay+decay", NULL},
    {"a: strategy=lora lora.mode=per-task", "b: strategy=l2", ": strategy=none lr=0.5", NULL},
    {"a: strategy=joint", "b: strategy=freeze+lowlr optimizer=adam lr=0.001", NULL},
    {"a: strategy=ewc ewc.mode=online observe=replay", "b: optimizer=adam lr=0.001 strategy=lora",
     NULL},
    {"a: optimizer=momentum", NULL},
    {"a: strategy=ewc+replay", "b: strategy=lora lora.mode=per-task", NULL},
    {"a: strategy=ewc+replay", "b: strategy=lora", "c: strategy=joint", NULL},
    {"a: strategy=ewc", "b: strategy=lora lora.mode=per-task lora.on=mlp", "c: model=mlp", NULL},
    {"a: strategy=ewc+replay", NULL}};

/* What they learn; the perceptrons permuted digits. */
static const char stream[] = "suite=stream consolidate.every=15 ewc.samples=100";
static const char *const sessions[] = {
    "",
    "",
    "",
    "",
    "",
    stream,
    LABS_FEATURES,
    LABS_TRANSFORMER_SESSION,
    "suite=stream consolidate.every=15 " LABS_TRANSFORMER_SESSION};
enum { CASTS = sizeof cast / sizeof *cast, TRANSFORMERS = 2 /* the last ones, which take long */ };
_Static_assert(CASTS == sizeof sessions / sizeof *sessions, "a session for each");

static const char *const lines[] = {"strategy ewc on",
                                    "strategy replay on",
                                    "strategy lora on",
                                    "strategy lora off",
                                    "strategy l2 on",
                                    "strategy joint on",
                                    "strategy joint off",
                                    "observe ewc on",
                                    "set lr 0.03",
                                    "set lr 0.002",
                                    "set replay.memory 60",
                                    "consolidate",
                                    "unplug",
                                    "plug",
                                    "note here",
                                    "pause",
                                    "speed 1000",
                                    "speed max",
                                    "next",
                                    "task A",
                                    "task C",
                                    "putback A 1",
                                    "putback A all",
                                    "putback C 2",
                                    "fork",
                                    "fork x: lr=0.02 strategy=ewc",
                                    "rename y",
                                    "remove",
                                    "sweep ewc.lambda 1..100 3",
                                    "sweep off",
                                    "add late: optimizer=adam lr=0.001 strategy=ewc",
                                    "add later: strategy=replay",
                                    "rewind",
                                    "restart",
                                    "learner nobody", /* a view that is refused */
                                    "ask hello",
                                    "probe dead off",
                                    "probe all on",
                                    "probe all off"};

static void choose_line(struct rng *rng, struct lab *lab, struct op *op)
{
    enum { N = sizeof lines / sizeof *lines };
    int i = rng_below(rng, N + 4), n = lab_n_learners(lab);
    snprintf(op->who, sizeof op->who, "learner %s", lab_learner_name(lab, rng_below(rng, n)));
    op->is_all = rng_below(rng, 4) == 0;
    if (i < N) {
        snprintf(op->line, sizeof op->line, "%s", lines[i]);
    } else {
        snprintf(op->line, sizeof op->line, "rewind %d",
                 rng_below(rng, (int)lab_steps_done(lab) + 1));
    }
}

static void carry_out(struct lab *lab, const struct op *op)
{
    if (op->line[0]) {
        labs_tell(lab, op->who);
        labs_try(lab, op->is_all ? "learner all" : op->who, NULL);
        labs_try(lab, op->line, NULL); /* what is refused is in the journal, too */
        labs_try(lab, "resume", NULL);
    } else {
        labs_run(lab, op->until, ALL);
    }
}

static void keep(struct lab *lab, struct kept *kept)
{
    const struct archive *state = handover_take(lab_handover(lab), &kept->n);
    cr_assert_not_null(state);
    kept->size = state->n;
    kept->bytes = malloc(state->n);
    memcpy(kept->bytes, state->bytes, state->n);
}

/* Plays a random session; its state is kept at some operation, by chance before steps or amid. */
static void play(struct lab *lab, uint64_t seed, struct op *ops, struct kept *kept)
{
    struct rng rng = rng_stream(seed, 7);
    int kept_at = 1 + rng_below(&rng, OPS - 10);
    for (int i = 0; i < OPS; i++) {
        struct op *op = &ops[i];
        *op = (struct op){.until = lab_steps_done(lab) + 1 + rng_below(&rng, 24)};
        if (i % 2) {
            choose_line(&rng, lab, op);
        }
        if (i == kept_at) {
            handover_ask(lab_handover(lab));
            lab_hand_over(lab, false);
            keep(lab, kept);
        }
        carry_out(lab, op);
        op->n = journal_length(lab_journal(lab));
    }
}

static struct lab *open_cast(int who, bool keeps_history)
{
    struct lab_options options = {.keeps_history = keeps_history, .hands = 1 + who % 2};
    return labs_open(TASKS, sessions[who], cast[who], &options);
}

/* The first `n` entries of a journal. */
static struct journal *cut(const struct journal *journal, long n)
{
    struct journal *shorter = journal_create(NULL);
    for (long i = 0; i < n; i++) {
        cr_assert(journal_add_at(shorter, journal_at(journal, i), journal_time(journal, i)));
    }
    return shorter;
}

static void expect_reproduced(struct lab *lab, const struct journal *recorded, const char *what)
{
    struct verdict verdict;
    struct err err = {0};
    cr_assert(retrain(lab, recorded, NULL, NULL, &verdict, &err), "%s: %s", what, err.msg);
    cr_assert(verdict.is_equal, "%s: entry %ld of %ld, step %ld: %s", what, verdict.at,
              journal_length(recorded), verdict.recorded.step,
              verdict.recorded.text ? verdict.recorded.text : "");
}

/* Interrupted at entry `n` at the earliest when it was kept, the rest of it done again. */
static void expect_same(struct lab *whole, const struct op *ops, const struct kept *kept, int who,
                        long n)
{
    char what[64];
    struct err err = {0};
    struct lab *lab = open_cast(who, true);
    struct journal *recorded = cut(lab_journal(whole), n);
    snprintf(what, sizeof what, "kept at %ld, cut at %ld", kept->n, n);
    cr_assert(lab_resume(lab, kept->bytes, kept->size, recorded, &err), "%s: %s", what, err.msg);
    expect_reproduced(lab, recorded, what);
    int i = 0;
    while (ops[i].n < n) {
        i++;
    }
    labs_try(lab, ops[i].line[0] && ops[i].n > n ? "resume" : "learner all", NULL);
    if (!ops[i].line[0]) {
        labs_run(lab, ops[i].until, ALL);
    }
    for (i++; i < OPS; i++) {
        carry_out(lab, &ops[i]);
        cr_assert_eq(journal_length(lab_journal(lab)), ops[i].n,
                     "%s: operation %d, %s %s, until %ld", what, i, ops[i].who, ops[i].line,
                     ops[i].until);
    }
    cr_assert(labs_same_journal(lab, whole), "%s", what);
    for (int k = 0; k < lab_n_learners(whole); k++) {
        cr_assert_eq(labs_hash(lab, k), labs_hash(whole, k), "%s", what);
    }
    journal_destroy(recorded);
    lab_destroy(lab);
}

static void try_session(uint64_t seed)
{
    static struct op ops[OPS];
    int who = (int)(seed % CASTS);
    struct rng rng = rng_stream(seed, 8);
    struct lab *whole = open_cast(who, true), *again = open_cast(who, true);
    struct kept kept;
    play(whole, seed, ops, &kept);
    long length = journal_length(lab_journal(whole));
    for (int i = 0; i < 3; i++) {
        long n = i == 0 ? kept.n : kept.n + rng_below(&rng, (int)(length - kept.n) + 1);
        expect_same(whole, ops, &kept, who, n);
    }
    expect_reproduced(again, lab_journal(whole), "from the first step");
    free(kept.bytes);
    lab_destroy(again);
    lab_destroy(whole);
}

Test(resume, from_a_checkpoint_is_the_session_that_was_never_interrupted)
{
    for (uint64_t seed = 0; seed < 3 * CASTS; seed++) {
        if (seed % CASTS < CASTS - TRANSFORMERS) {
            try_session(seed);
        }
    }
}

Test(resume, from_a_checkpoint_goes_for_transformers_too, .timeout = 240)
{
    for (uint64_t seed = CASTS - TRANSFORMERS; seed < CASTS; seed++) {
        try_session(seed);
    }
}

/* ---- lessons -------------------------------------------------------------------------------- */

static struct lab *open_texts(void)
{
    struct config config = config_default();
    struct lab_options options = {.keeps_history = true, .can_be_taught = true};
    static const char *const settings[][2] = {
        {"net", "12"}, {"steps", "30"}, {"batch", "16"}, {"embedding", "4"}, {"text.lesson", "10"}};
    struct err err = {0};
    config.data = "text";
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        enum param_id id;
        cr_assert(param_find(settings[i][0], &id));
        cr_assert(param_parse(&config.learners[0].params, id, settings[i][1], &err));
    }
    cr_assert(config_parse_strategies("replay", &config.learners[0].on, &err));
    struct lab *lab = lab_create(&config, &options, &err);
    cr_assert_not_null(lab, "%s", err.msg);
    return lab;
}

/* What a person does in it, and what the state is kept before. */
static void play_texts(struct lab *lab, int from, int kept_at, struct kept *kept)
{
    static const char *const told[] = {"teach the green dragon",
                                       "next",
                                       "teach it sleeps",
                                       "fork b",
                                       "rewind 12",
                                       "teach under a bridge",
                                       "rewind 40",
                                       "add c"};
    for (int i = from; i < 8; i++) {
        if (i == kept_at && kept) {
            handover_ask(lab_handover(lab));
            lab_hand_over(lab, false);
            keep(lab, kept);
        }
        labs_tell(lab, told[i]);
        labs_run(lab, lab_steps_done(lab) + 17, ALL);
    }
    labs_run(lab, ALL, ALL);
}

/* They are taught again from the log, in the middle of one and after going back before it. */
Test(resume, knows_what_was_taught)
{
    for (int kept_at = 0; kept_at < 8; kept_at++) {
        struct kept kept;
        struct err err = {0};
        struct lab *whole = open_texts(), *lab = open_texts();
        labs_run(whole, 20, ALL);
        play_texts(whole, 0, kept_at, &kept);
        struct journal *recorded = cut(lab_journal(whole), kept.n);
        cr_assert(lab_resume(lab, kept.bytes, kept.size, recorded, &err), "%d: %s", kept_at,
                  err.msg);
        play_texts(lab, kept_at, -1, NULL);
        cr_expect(labs_same_journal(lab, whole), "%d", kept_at);
        journal_destroy(recorded);
        free(kept.bytes);
        lab_destroy(lab);
        lab_destroy(whole);
    }
}

/* ---- files ---------------------------------------------------------------------------------- */

static const char *const pair[] = {"a: strategy=ewc", "b: strategy=replay", NULL};

static void add_state(struct recording_writer *writer, struct lab *lab)
{
    long n;
    struct err err = {0};
    handover_ask(lab_handover(lab));
    lab_hand_over(lab, false);
    const struct archive *state = handover_take(lab_handover(lab), &n);
    cr_assert_not_null(state);
    cr_assert(recording_begin(writer, &err));
    cr_assert(recording_add_journal(writer, n, lab_journal(lab), &err));
    cr_assert(checkpoint_write(writer, n, state, &err), "%s", err.msg);
    cr_assert(recording_commit(writer, &err), "%s", err.msg);
}

/* A session of 90 steps in a file, with states after 40 and 60 and `more` others; the lab. */
static struct lab *write_session(const struct tape *tape, int more,
                                 struct recording_writer **writer)
{
    struct err err = {0};
    struct lab *lab = labs_open_plain(3, "", pair);
    labs_tell(lab, "note begins");
    *writer =
        recording_create(tape->path, lab_config(lab), &(struct recording_facts){.pace = 12}, &err);
    cr_assert_not_null(*writer, "%s", err.msg);
    for (int i = 0; i < more; i++) {
        labs_run(lab, 10 + 5 * i, ALL);
        add_state(*writer, lab);
    }
    labs_run(lab, 40, ALL);
    add_state(*writer, lab);
    labs_tell(lab, "set lr 0.07");
    labs_run(lab, 60, ALL);
    add_state(*writer, lab);
    labs_tell(lab, "fork c");
    labs_run(lab, 90, ALL);
    labs_tell(lab, "note ends");
    cr_assert(recording_begin(*writer, &err));
    cr_assert(recording_add_journal(*writer, 1000000, lab_journal(lab), &err));
    cr_assert(recording_commit(*writer, &err));
    return lab;
}

/* It is resumed, and stands where the session stands. */
static void expect_resumed(const struct tape *tape, const struct lab *lab)
{
    double pace;
    struct err err = {0};
    struct lab *resumed = resume_open(tape->path, NULL, &pace, &err);
    cr_assert_not_null(resumed, "%s", err.msg);
    cr_expect(labs_same_journal(resumed, lab));
    cr_expect_eq(lab_steps_done(resumed), lab_steps_done(lab));
    cr_expect_eq(labs_hash_of(resumed, "c"), labs_hash_of(lab, "c"));
    cr_expect_eq(pace, 12);
    lab_destroy(resumed);
}

static void expect_not_resumed(const struct tape *tape, const char *part)
{
    double pace;
    struct err err = {0};
    cr_expect_null(resume_open(tape->path, NULL, &pace, &err));
    cr_expect(strstr(err.msg, part) && !strpbrk(err.msg, "\n\r\t"), "'%s' expected: %s", part,
              err.msg);
}

static void expect_steps(const struct tape *tape, long steps)
{
    double pace;
    struct err err = {0};
    struct lab *lab = resume_open(tape->path, NULL, &pace, &err);
    cr_assert_not_null(lab, "%s", err.msg);
    cr_expect_eq(lab_steps_done(lab), steps);
    lab_destroy(lab);
}

/* A number long before the checkpoints: who trains from the first step stumbles over it. */
static const char stone[] = "UPDATE entries SET value = 0.123 WHERE n = 1";

Test(resume, begins_with_the_last_checkpoint_that_is_good)
{
    static const char *const broken[] = {
        "UPDATE checkpoints SET blob = zeroblob(100000) WHERE n = (SELECT max(n) FROM checkpoints)",
        ("UPDATE checkpoints SET blob = substr(blob, 1, length(blob) - 1)"
         " WHERE n = (SELECT max(n) FROM checkpoints)"),
        "UPDATE checkpoints SET blob = 'text' WHERE n = (SELECT max(n) FROM checkpoints)",
        "UPDATE checkpoints SET blob = NULL WHERE n = (SELECT max(n) FROM checkpoints)",
        "INSERT INTO checkpoints VALUES(999999999, x'00')",
        "UPDATE checkpoints SET n = n + 1 WHERE n = (SELECT max(n) FROM checkpoints)"};
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        struct tape tape = tape_make();
        struct recording_writer *writer;
        struct lab *lab = write_session(&tape, 0, &writer);
        cr_assert(recording_finish(writer, NULL));
        expect_resumed(&tape, lab);
        tape_sql(&tape, broken[i]);
        expect_resumed(&tape, lab);
        tape_sql(&tape, stone);
        expect_steps(&tape, 90); /* an earlier checkpoint is there still */
        tape_sql(&tape, "UPDATE checkpoints SET blob = substr(blob, 2) || x'00'");
        expect_not_resumed(&tape, "the same numbers expected");
        lab_destroy(lab);
        tape_remove(&tape);
    }
}

Test(resume, trains_from_the_first_step_without_a_checkpoint)
{
    struct tape tape = tape_make();
    struct recording_writer *writer;
    struct lab *lab = write_session(&tape, 0, &writer);
    cr_assert(recording_finish(writer, NULL));
    tape_sql(&tape, "DELETE FROM checkpoints");
    expect_resumed(&tape, lab);
    tape_sql(&tape, "DELETE FROM entries");
    expect_steps(&tape, 0); /* killed before its first entry: at its pace, as if it just began */
    double pace;
    struct lab *begun = resume_open(tape.path, NULL, &pace, NULL);
    cr_expect_eq(lab_speed(begun), 12);
    lab_destroy(begun);
    lab_destroy(lab);
    tape_remove(&tape);
}

/* The file with the weights of learner a after so many steps; owned.  NULL and err. */
static char *weights_of(const struct tape *tape, long step, size_t *size, struct err *err)
{
    char *text = NULL;
    FILE *out = open_memstream(&text, size);
    struct recording *recording = recording_open(tape->path, err);
    bool ok = recording && weights_at(recording, &(struct weights_wish){step, "a"}, out, NULL, err);
    recording_close(recording);
    cr_assert_eq(fclose(out), 0);
    if (!ok) {
        free(text);
        return NULL;
    }
    return text;
}

Test(resume, weights_of_any_step_are_the_same_from_a_checkpoint_and_from_the_first_step)
{
    static const long steps[] = {0, 1, 39, 40, 41, 60, 61, 89, 90, LONG_MAX};
    enum { N = sizeof steps / sizeof *steps };
    struct tape tape = tape_make();
    struct recording_writer *writer;
    struct err err = {0};
    struct lab *lab = write_session(&tape, 0, &writer);
    char *texts[N];
    size_t size, other;
    cr_assert(recording_finish(writer, NULL));
    for (int i = 0; i < N; i++) {
        texts[i] = weights_of(&tape, steps[i], &size, &err);
        cr_assert_not_null(texts[i], "%ld: %s", steps[i], err.msg);
        cr_expect(i == 0 || i == N - 1 || memcmp(texts[i], texts[i - 1], size) != 0, "%ld",
                  steps[i]);
    }
    cr_expect_eq(memcmp(texts[N - 1], texts[N - 2], size), 0, "interrupted, its end is there");
    tape_sql(&tape, stone);
    for (int i = 0; i < N; i++) {
        char *text = weights_of(&tape, steps[i], &other, &err);
        bool is_checkpoint_early_enough = steps[i] > 40;
        cr_expect_eq(text != NULL, is_checkpoint_early_enough, "%ld", steps[i]);
        cr_expect(text || strstr(err.msg, "the same numbers expected"), "%s", err.msg);
        cr_expect(!text || (other == size && memcmp(text, texts[i], size) == 0), "%ld", steps[i]);
        free(text);
        free(texts[i]);
    }
    cr_expect_null(weights_of(&tape, 91, &size, &err));
    cr_expect(strstr(err.msg, "up to 90 expected, found 91"), "%s", err.msg);
    lab_destroy(lab);
    tape_remove(&tape);
}

/* The file it was read from has been closed by then. */
Test(resume, a_resumed_session_still_knows_what_it_learns_from)
{
    struct tape tape = tape_make();
    struct recording_writer *writer;
    struct lab *lab = write_session(&tape, 0, &writer);
    cr_assert(recording_finish(writer, NULL));
    double pace;
    struct lab *resumed = resume_open(tape.path, NULL, &pace, NULL);
    char *others[64]; /* whatever is freed is used for something else */
    for (int i = 0; i < 64; i++) {
        size_t size = (size_t)64 << (i % 10);
        others[i] = malloc(size);
        cr_assert_not_null(others[i]);
        memset(others[i], 'x', size);
        others[i][size - 1] = '\0';
    }
    cr_expect_str_eq(lab_config(resumed)->data, lab_config(lab)->data);
    cr_expect_str_eq(lab_config(resumed)->suite, lab_config(lab)->suite);
    for (int i = 0; i < 64; i++) {
        free(others[i]);
    }
    lab_destroy(resumed);
    lab_destroy(lab);
    tape_remove(&tape);
}

/* Another core, another build: the head of the checkpoint says so. */
Test(resume, does_not_use_the_checkpoint_of_another_program)
{
    struct tape tape = tape_make();
    struct recording_writer *writer;
    struct lab *lab = write_session(&tape, 0, &writer);
    cr_assert(recording_finish(writer, NULL));
    tape_sql(&tape, "UPDATE checkpoints SET blob = CAST('0ubli' || substr(blob, 6) AS BLOB)");
    expect_resumed(&tape, lab);
    tape_sql(&tape, stone);
    expect_not_resumed(&tape, "another processor or build");
    lab_destroy(lab);
    tape_remove(&tape);
}

Test(resume, leaves_two_checkpoints_in_the_file)
{
    struct tape tape = tape_make();
    struct recording_writer *writer;
    struct lab *lab = write_session(&tape, 5, &writer);
    cr_assert(recording_finish(writer, NULL));
    tape_sql(&tape, "CREATE TABLE found(n CHECK(n = 2));"
                    "INSERT INTO found SELECT count(*) FROM checkpoints");
    expect_resumed(&tape, lab);
    lab_destroy(lab);
    tape_remove(&tape);
}

/* ---- bytes of anybody ----------------------------------------------------------------------- */

/* What was read can be used: trained, gone back with, looked at. */
static void use(struct lab *lab)
{
    labs_look(lab);
    labs_run(lab, lab_steps_done(lab) + 20, ALL);
    labs_try(lab, "rewind 30", NULL);
    labs_try(lab, "rewind", NULL);
    labs_try(lab, "map 1 drift A 8x8 20", NULL);
    labs_look(lab);
    labs_try(lab, "add d", NULL);
    labs_try(lab, "restart", NULL);
    labs_run(lab, 5, ALL);
}

static bool try_bytes(const unsigned char *bytes, size_t size, const struct journal *recorded)
{
    struct err err = {0};
    struct lab *lab = open_cast(0, true);
    unsigned char *exact = malloc(size ? size : 1); /* so that a sanitizer sees its end */
    memcpy(exact, bytes, size);
    bool ok = lab_resume(lab, exact, size, recorded, &err);
    cr_assert(ok == !err.code && (ok || err.msg[0]));
    if (ok) {
        use(lab);
    }
    free(exact);
    lab_destroy(lab);
    return ok;
}

Test(resume, reads_any_bytes)
{
    static struct op ops[OPS];
    struct rng rng = rng_stream(11, 9);
    struct kept kept;
    struct lab *whole = open_cast(0, true);
    play(whole, 5, ops, &kept);
    const struct journal *journal = lab_journal(whole);
    unsigned char *bytes = malloc(kept.size);
    int n_read = 0;
    cr_expect(try_bytes(kept.bytes, kept.size, journal));
    for (int i = 0; i < 60; i++) {
        cr_expect_not(try_bytes(kept.bytes, (size_t)rng_below(&rng, (int)kept.size), journal));
    }
    for (int i = 0; i < 300; i++) {
        memcpy(bytes, kept.bytes, kept.size);
        for (int k = 1 + rng_below(&rng, 3); k > 0; k--) {
            /* Numbers and names stand at the beginning and between the weights. */
            int most = i % 2 ? 3000 : (int)kept.size;
            bytes[rng_below(&rng, most)] = (unsigned char)rng_below(&rng, 256);
        }
        n_read += try_bytes(bytes, kept.size, journal);
    }
    cr_expect(n_read > 20 && n_read < 300, "%d of 300: weights may be any, sizes may not", n_read);
    free(bytes);
    free(kept.bytes);
    lab_destroy(whole);
}

/* ---- one writer ----------------------------------------------------------------------------- */

Test(resume, is_refused_while_somebody_writes)
{
    struct tape tape = tape_make();
    struct recording_writer *writer;
    struct recording_extent extent;
    struct err err = {0};
    struct lab *lab = write_session(&tape, 0, &writer);
    expect_not_resumed(&tape, "somebody is writing this recording");
    cr_expect_null(recording_reopen(tape.path, &extent, &err));
    cr_expect(strstr(err.msg, "somebody is writing"), "%s", err.msg);
    cr_expect_null(recorder_resume(tape.path, lab, &err));
    labs_tell(lab, "note undisturbed");
    cr_assert(recording_begin(writer, &err));
    cr_assert(recording_add_journal(writer, 2000000, lab_journal(lab), &err));
    cr_assert(recording_commit(writer, &err) && recording_finish(writer, &err), "%s", err.msg);
    expect_resumed(&tape, lab);

    struct recorder *first = recorder_resume(tape.path, lab, &err);
    cr_assert_not_null(first, "%s", err.msg);
    expect_not_resumed(&tape, "somebody is writing this recording");
    cr_expect_null(recorder_resume(tape.path, lab, &err));
    cr_assert(recorder_finish(first, NULL, &err), "%s", err.msg);
    expect_resumed(&tape, lab);
    lab_destroy(lab);
    tape_remove(&tape);
}

/* Another process, and its end by force. */
Test(resume, works_once_the_writer_was_killed)
{
    struct tape tape = tape_make();
    struct recording_writer *writer;
    int ends[2];
    char byte = 0;
    cr_assert_eq(pipe(ends), 0);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        write_session(&tape, 0, &writer);
        if (write(ends[1], &byte, 1) == 1) {
            pause();
        }
        _exit(1);
    }
    cr_assert_eq(read(ends[0], &byte, 1), 1);
    expect_not_resumed(&tape, "somebody is writing this recording");
    cr_assert(kill(child, SIGKILL) == 0 && waitpid(child, NULL, 0) == child);
    expect_steps(&tape, 90);
    tape_remove(&tape);
}

Test(resume, does_not_go_on_in_a_file_that_has_grown)
{
    struct tape tape = tape_make();
    struct recording_writer *writer;
    struct err err = {0};
    struct lab *lab = write_session(&tape, 0, &writer);
    labs_tell(lab, "note more");
    struct lab *shorter = labs_open_plain(3, "", pair);
    labs_run(shorter, 10, ALL);
    cr_assert(recording_finish(writer, NULL));
    cr_expect_null(recorder_resume(tape.path, shorter, &err));
    cr_expect(strstr(err.msg, "has grown"), "%s", err.msg);
    lab_destroy(shorter);
    lab_destroy(lab);
    tape_remove(&tape);
}

/* ---- what --at has yet to say --------------------------------------------------------------- */

static struct lab *open_scripted(void)
{
    static const char *const lines_at[] = {"20:strategy l2 on", "50:set lr 0.03", "50:fork c",
                                           "B+20:note two",     "B+20:next",      "C:set lr 0.2",
                                           "C+5:rewind 30",     "B+30:note three"};
    struct script script = {0};
    for (size_t i = 0; i < sizeof lines_at / sizeof *lines_at; i++) {
        cr_assert(script_add(&script, lines_at[i], NULL));
    }
    return labs_open(3, "", pair, &(struct lab_options){.script = &script, .keeps_history = true});
}

static bool is_command(const struct journal *journal, long i)
{
    return i >= 0 && i < journal_length(journal) && journal_at(journal, i).kind == ENTRY_COMMAND;
}

/* Interrupted just before or after each of its commands, with a checkpoint or without. */
Test(resume, carries_out_what_the_script_has_yet_to_say)
{
    struct err err = {0};
    double pace;
    struct lab *whole = open_scripted();
    labs_run(whole, ALL, ALL);
    cr_assert_eq(lab_state(whole), LAB_ENDED);
    const struct journal *journal = lab_journal(whole);
    for (int has_state = 0; has_state < 2; has_state++) {
        for (long n = 1; n < journal_length(journal); n++) {
            bool is_before = has_state && journal_at(journal, n).step <= 20;
            if (is_before || (!is_command(journal, n) && !is_command(journal, n - 1))) {
                continue;
            }
            struct tape tape = tape_make();
            struct lab *lab = open_scripted();
            struct recorder *recorder =
                recorder_create(tape.path, lab, &(struct recording_facts){0}, "", NULL, &err);
            cr_assert(recorder && recorder_finish(recorder, NULL, &err), "%s", err.msg);
            struct recording_extent extent;
            struct recording_writer *writer = recording_reopen(tape.path, &extent, &err);
            cr_assert_not_null(writer, "%s", err.msg);
            if (has_state) {
                labs_run(lab, 20, ALL);
                add_state(writer, lab);
            }
            struct journal *cut_short = cut(journal, n);
            cr_assert(recording_begin(writer, &err));
            cr_assert(recording_add_journal(writer, 0, cut_short, &err));
            cr_assert(recording_commit(writer, &err) && recording_finish(writer, &err));
            struct lab *resumed = resume_open(tape.path, NULL, &pace, &err);
            cr_assert_not_null(resumed, "%ld: %s", n, err.msg);
            labs_run(resumed, ALL, ALL);
            cr_assert(labs_same_journal(resumed, whole), "cut after %ld entries", n);
            lab_destroy(resumed);
            lab_destroy(lab);
            journal_destroy(cut_short);
            tape_remove(&tape);
        }
    }
    lab_destroy(whole);
}

/* ---- somebody leaves ------------------------------------------------------------------------ */

static bool gives_up(void *context, double part)
{
    cr_expect(part >= 0 && part <= 1, "%g of it is done", part);
    ++*(int *)context;
    return false;
}

/* On the way back: what was begun is in the journal, what did not come to be is not. */
Test(resume, carries_out_what_somebody_left_while_it_was_on_its_way)
{
    int n_asked = 0;
    struct lab *lab = labs_open_plain(3, "net=100,100 steps=1000 batch=64", pair);
    labs_run(lab, 1500, ALL);
    lab_set_watch(lab, &(struct watch){gives_up, &n_asked});
    cr_expect_not(labs_try(lab, "add late", NULL));
    cr_assert_eq(n_asked, 1, "it has taken longer than between two looks");
    handover_ask(lab_handover(lab));
    lab_hand_over(lab, true);
    long n;
    const struct archive *state = handover_take(lab_handover(lab), &n);
    cr_assert_not_null(state, "it is as it was before");
    cr_expect_eq(journal_at(lab_journal(lab), n).kind, ENTRY_COMMAND, "which is to be carried out");
    for (int i = 0; i < 2; i++) {
        struct lab *again = labs_open_plain(3, "net=100,100 steps=1000 batch=64", pair);
        struct err err = {0};
        cr_assert(i == 0 || lab_resume(again, state->bytes, state->n, lab_journal(lab), &err), "%s",
                  err.msg);
        expect_reproduced(again, lab_journal(lab), "left on the way");
        cr_expect(labs_find(again, "late") >= 0);
        lab_destroy(again);
    }
    lab_destroy(lab);
}

/* How often who waits for a resumed session was told, how much, and when it has enough. */
struct patience {
    int n, most;
    double part;
};

static bool waits(void *context, double part)
{
    struct patience *patience = context;
    cr_assert(part >= patience->part && part <= 1, "%g after %g", part, patience->part);
    patience->part = part;
    return ++patience->n != patience->most;
}

/* From the first step, for then it takes long enough to be left at several moments. */
Test(resume, can_be_left_while_it_is_trained_again)
{
    struct tape tape = tape_make();
    struct err err = {0};
    double pace;
    struct lab *lab = labs_open_plain(2, "net=200,200 steps=600 batch=64", pair);
    labs_run(lab, ALL, ALL);
    struct recorder *recorder =
        recorder_create(tape.path, lab, &(struct recording_facts){0}, "", NULL, &err);
    cr_assert(recorder && recorder_finish(recorder, NULL, &err), "%s", err.msg);
    struct patience whole = {0};
    struct watch watch = {waits, &whole};
    struct lab *resumed = resume_open(tape.path, &watch, &pace, &err);
    cr_assert_not_null(resumed, "%s", err.msg);
    lab_destroy(resumed);
    cr_expect_geq(whole.n, 2, "it has taken less than two looks");
    for (int most = 1; most <= 2; most++) {
        struct patience short_of = {.most = most};
        watch.context = &short_of;
        cr_expect_null(resume_open(tape.path, &watch, &pace, &err));
        cr_expect_eq(short_of.n, most, "it has gone on after that");
        cr_expect(strstr(err.msg, "stopped"), "%s", err.msg);
    }
    lab_destroy(lab);
    tape_remove(&tape);
}

/* ---- the recorder --------------------------------------------------------------------------- */

/* It asks by itself, and what the lab hands over last is in the file. */
Test(resume, a_recorder_writes_the_last_state)
{
    struct tape tape = tape_make();
    struct err err = {0};
    int64_t n;
    size_t size;
    struct lab *lab = labs_open_plain(3, "", pair);
    struct recorder *recorder =
        recorder_create(tape.path, lab, &(struct recording_facts){.pace = 12}, "", NULL, &err);
    cr_assert_not_null(recorder, "%s", err.msg);
    usleep(300000); /* a turn of the recorder: it has asked */
    labs_run(lab, 70, ALL);
    labs_tell(lab, "fork c");
    lab_hand_over(lab, true);
    cr_assert(recorder_finish(recorder, NULL, &err), "%s", err.msg);
    struct recording *recording = recording_open(tape.path, &err);
    free(recording_checkpoint(recording, 1 << 24, &n, &size, &err));
    recording_close(recording);
    cr_expect_eq(n, journal_length(lab_journal(lab)));
    tape_sql(&tape, stone);
    double pace;
    struct lab *resumed = resume_open(tape.path, NULL, &pace, &err);
    cr_assert_not_null(resumed, "%s", err.msg);
    cr_expect_eq(labs_hash_of(resumed, "c"), labs_hash_of(lab, "c"));
    lab_destroy(resumed);
    lab_destroy(lab);
    tape_remove(&tape);
}

/* As after a kill within the first turn of the recorder. */
Test(resume, a_recording_can_be_shown_from_its_first_commit)
{
    struct tape tape = tape_make();
    struct err err = {0};
    struct lab *lab = labs_open_plain(3, "", pair);
    struct snapshot *now = calloc(1, sizeof *now);
    labs_run(lab, 1, ALL);
    lab_snapshot(lab, now);
    struct recorder *recorder =
        recorder_create(tape.path, lab, &(struct recording_facts){0}, "", now, &err);
    cr_assert_not_null(recorder, "%s", err.msg);
    struct player *player = player_open(tape.path, &err);
    cr_assert_not_null(player, "%s", err.msg);
    cr_expect(player_tick(player, 0, &err), "%s", err.msg);
    cr_expect_float_eq(player_snapshot(player)->learners[0].loss, now->learners[0].loss, 1e-6);
    player_close(player);
    labs_run(lab, 20, ALL);
    lab_snapshot(lab, now);
    handover_offer(lab_handover(lab), now);
    cr_assert(recorder_finish(recorder, NULL, &err));
    int64_t t;
    struct recording *recording = recording_open(tape.path, &err);
    cr_assert(recording && recording_next_snapshot(recording, -1, &t, &err) && t >= 0);
    cr_expect(recording_next_snapshot(recording, t, &t, &err));
    cr_expect_eq(t, -1, "the one of the creation is there beside the one that was offered");
    recording_close(recording);
    free(now);
    lab_destroy(lab);
    tape_remove(&tape);
}

Test(resume, what_happened_before_the_recording_began_is_in_the_file_at_once)
{
    struct tape tape = tape_make();
    struct recording_extent extent;
    struct err err = {0};
    struct lab *lab = labs_open_plain(3, "", pair);
    labs_run(lab, 20, ALL);
    struct recorder *recorder =
        recorder_create(tape.path, lab, &(struct recording_facts){0}, "", NULL, &err);
    struct recording *recording = recording_open(tape.path, &err);
    cr_assert(recording && recording_extent(recording, &extent, &err), "%s", err.msg);
    cr_expect_eq(extent.n_entries, journal_length(lab_journal(lab)));
    recording_close(recording);
    cr_assert(recorder_finish(recorder, NULL, &err));
    lab_destroy(lab);
    tape_remove(&tape);
}
