/* SPDX-License-Identifier: MIT
 * A recording as a session in time: what is shown of a moment is what was true then, though
 * snapshots are few and late. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session/player.h"
#include "strategies/table.h"
#include "support/labs.h"
#include "unit/test_session_tape.h"

enum { TICKS = 120, MARKS_MAX = 40, LOOK_EVERY = 4 };

static const int64_t TICK_NS = 50000000;

/* At which tick what is said; some between the same two snapshots. */
static const struct {
    int tick;
    const char *line;
} lines[] = {{5, "strategy ewc on"},
             {6, "set lr 0.02"},
             {7, "strategy ewc off"},
             {9, "speed 77"},
             {12, "set ewc.lambda 3"},
             {13, "observe replay on"},
             {21, "pause"},
             {22, "strategy l2 on"},
             {23, "resume"},
             {30, "fork copy"},
             {50, "strategy replay on"},
             {53, "rename late"},
             {54, "set lr 0.03"},
             {60, "rewind 20"},
             {70, "fork late"},
             {80, "strategy lowlr on"},
             {81, "learner all"},
             {82, "set lr 0.5"},
             {90, "remove late"},
             {110, "strategy ewc on"}};
enum { LINES = sizeof lines / sizeof *lines };

/* What was true right after each of them. */
struct taped {
    struct tape tape;
    int n;
    int64_t t[MARKS_MAX];
    struct snapshot *was[MARKS_MAX];
};

static struct snapshot *copy_look(struct lab *lab)
{
    struct snapshot *copy = malloc(sizeof *copy);
    *copy = *labs_look(lab);
    return copy;
}

static void write_tick(struct recording_writer *writer, struct lab *lab, int64_t t,
                       const struct snapshot *late)
{
    struct err err = {0};
    cr_assert(recording_begin(writer, &err) &&
              recording_add_journal(writer, t, lab_journal(lab), &err));
    cr_assert(!late || recording_add_snapshot(writer, t, late, &err), "%s", err.msg);
    cr_assert(recording_commit(writer, &err), "%s", err.msg);
}

/* A session of which a look is written down every so often, as it was a tick before. */
static struct taped *record(void)
{
    struct taped *taped = calloc(1, sizeof *taped);
    struct lab *lab = labs_open_plain(3, "", (const char *const[]){"one:", NULL});
    struct err err = {0};
    taped->tape = tape_make();
    struct recording_writer *writer = recording_create(taped->tape.path, lab_config(lab),
                                                       &(struct recording_facts){.pace = 20}, &err);
    cr_assert_not_null(writer, "%s", err.msg);
    int next = 0;
    struct snapshot *before = copy_look(lab);
    for (int tick = 0; tick < TICKS; tick++) {
        if (lab_state(lab) == LAB_TRAINING) {
            labs_run(lab, lab_steps_done(lab) + 1, 1);
        }
        while (next < LINES && lines[next].tick == tick) {
            labs_tell(lab, lines[next].line);
            bool is_mark = strncmp(lines[next].line, "speed", 5) != 0 &&
                           strncmp(lines[next].line, "learner", 7) != 0;
            if (is_mark) {
                taped->t[taped->n] = tick * TICK_NS;
                taped->was[taped->n++] = copy_look(lab);
            }
            next++;
        }
        write_tick(writer, lab, tick * TICK_NS, tick % LOOK_EVERY ? NULL : before);
        free(before);
        before = copy_look(lab);
    }
    free(before);
    lab_destroy(lab);
    cr_assert(recording_finish(writer, &err), "%s", err.msg);
    return taped;
}

static void end(struct taped *taped)
{
    for (int i = 0; i < taped->n; i++) {
        free(taped->was[i]);
    }
    tape_remove(&taped->tape);
    free(taped);
}

static void expect_same(const struct snapshot *is, const struct snapshot *was, const char *line)
{
    cr_assert_eq(is->n_learners, was->n_learners, "%s: %d learners", line, is->n_learners);
    cr_expect_eq(is->state, was->state, "%s: state %d", line, is->state);
    cr_expect_eq(is->step, was->step, "%s: step %ld, %ld expected", line, is->step, was->step);
    for (int i = 0; i < is->n_learners; i++) {
        const struct learner_state *a = &is->learners[i], *b = &was->learners[i];
        cr_expect_eq(a->id, b->id, "%s", line);
        cr_expect_str_eq(a->name, b->name, "%s", line);
        cr_expect_float_eq(a->rate, b->rate, 1e-12, "%s: rate %g", line, a->rate);
        for (int s = 0; s < strategy_count(); s++) {
            cr_expect_eq(a->strategies[s].is_on, b->strategies[s].is_on, "%s: %s", line,
                         strategy_at(s)->name);
            cr_expect_eq(a->strategies[s].is_observed, b->strategies[s].is_observed, "%s: %s", line,
                         strategy_at(s)->name);
        }
        for (int p = 0; p < PARAM_COUNT; p++) {
            cr_expect_eq(a->params.value[p], b->params.value[p], "%s: %s", line,
                         param_at((enum param_id)p)->name);
        }
    }
}

static const char *line_of_mark(int mark)
{
    int i = 0;
    for (int n = -1; i < LINES; i++) {
        n += strncmp(lines[i].line, "speed", 5) != 0 && strncmp(lines[i].line, "learner", 7) != 0;
        if (n == mark) {
            break;
        }
    }
    return lines[i].line;
}

Test(player, shows_what_a_command_has_just_changed)
{
    struct taped *taped = record();
    struct err err = {0};
    struct player *player = player_open(taped->tape.path, &err);
    cr_assert_not_null(player, "%s", err.msg);
    for (int i = 0; i < taped->n; i++) {
        cr_assert(player_seek(player, taped->t[i], &err), "%s", err.msg);
        expect_same(player_snapshot(player), taped->was[i], line_of_mark(i));
    }
    for (int i = 0; i < taped->n; i++) { /* and from mark to mark */
        cr_assert(i == 0 ? player_seek(player, taped->t[0], &err)
                         : player_seek_mark(player, 1, &err));
        while (player_time(player) < taped->t[i]) {
            cr_assert(player_seek_mark(player, 1, &err)); /* boundaries */
        }
        cr_expect_eq(player_time(player), taped->t[i]);
        expect_same(player_snapshot(player), taped->was[i], line_of_mark(i));
    }
    player_close(player);
    end(taped);
}

Test(player, shows_speed_and_heatmap_of_the_moment)
{
    struct taped *taped = record();
    struct err err = {0};
    struct player *player = player_open(taped->tape.path, &err);
    cr_assert(player && player_seek(player, 9 * TICK_NS, &err), "%s", err.msg);
    cr_expect_float_eq(player_snapshot(player)->speed, 77, 1e-12);
    cr_assert(player_seek(player, 9 * TICK_NS - 1, &err), "%s", err.msg);
    cr_expect_neq(player_snapshot(player)->speed, 77);
    player_close(player);
    end(taped);
}

/* Far more entries than copies of the timeline are kept for: each moment is as it was. */
Test(player, long_recordings_are_the_same_from_any_side)
{
    enum { MANY = 400000 };
    struct tape tape = tape_make();
    struct err err = {0};
    struct recording_writer *writer = tape_begin(&tape);
    struct snapshot *snapshot = tape_snapshot(1, 2, 2);
    snapshot->task = 0; /* the only one */
    cr_assert(recording_begin(writer, &err));
    for (int i = 0; i < MANY; i++) {
        struct entry entry = {.kind = i == 0   ? ENTRY_LEARNER
                                      : i == 1 ? ENTRY_BASELINE
                                      : i == 2 ? ENTRY_STAGE
                                               : ENTRY_MEASURE,
                              .task = i == 0 ? -1 : 0,
                              .step = i,
                              .value = (double)i / MANY,
                              .text = i == 0 ? "x" : NULL};
        entry.step = i < 2 ? 0 : i;
        cr_assert(recording_add_entry(writer, i, &entry, &err), "%s", err.msg);
    }
    cr_assert(recording_add_snapshot(writer, 0, snapshot, &err) || err.msg[0]);
    cr_assert(recording_finish(writer, &err), "%s", err.msg);
    struct player *player = player_open(tape.path, &err);
    cr_assert_not_null(player, "%s", err.msg);
    int64_t now = 1;
    player_pause(player, true);
    for (int i = 0; i < MANY / 2000 + 10; i++) {
        cr_assert(player_tick(player, now += 300000000, &err), "%s", err.msg);
    }
    static const int places[] = {399999, 5, 200000, 399990, 8192, 8191, 131072, 65536, 300000, 3};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        cr_assert(player_seek(player, places[i], &err), "%s", err.msg);
        const struct timeline *timeline = player_timeline(player);
        cr_expect_eq(timeline->n_read, places[i] + 1);
        cr_expect_eq(timeline->tracks[0].curves[PROBE_ACCURACY][0].n, places[i] - 2);
    }
    player_close(player);
    free(snapshot);
    tape_remove(&tape);
}

/* A few bytes that ask for very much: learners with copies of long curves, in a thousand tasks. */
Test(player, does_not_give_a_file_all_the_memory_it_asks_for)
{
    struct tape tape = tape_make();
    struct err err = {0};
    struct recording_writer *writer = tape_begin(&tape);
    struct snapshot *snapshot = tape_snapshot(1, 2, 2);
    cr_assert(recording_begin(writer, &err));
    for (int i = 0; i < 40000; i++) {
        struct entry entry = {.kind = i == 1        ? ENTRY_BASELINE
                                      : i % 2 || !i ? ENTRY_LEARNER
                                                    : ENTRY_REMOVED,
                              .learner = (i + 1) / 2,
                              .task = i == 1 ? 999 : -1,
                              .text = "x"};
        cr_assert(recording_add_entry(writer, i, &entry, &err), "%s", err.msg);
    }
    cr_assert(recording_add_snapshot(writer, 0, snapshot, &err) || err.msg[0]);
    cr_assert(recording_finish(writer, &err), "%s", err.msg);
    struct player *player = player_open(tape.path, &err);
    cr_assert_not_null(player, "%s", err.msg);
    cr_expect_not(player_seek(player, player_length(player), &err));
    cr_expect(strstr(err.msg, "asks for too much"), "%s", err.msg);
    cr_expect(player_seek(player, 100, &err), "what comes before it can be seen");
    player_close(player);
    free(snapshot);
    tape_remove(&tape);
}
