/* SPDX-License-Identifier: MIT
 * What a session has come to: it comes back from a file, and only where it is of the end. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session/closing.h"
#include "session/player.h"
#include "session/recorder.h"
#include "support/labs.h"
#include "unit/test_session_tape.h"

static struct lab *trained(long steps)
{
    static const char *const learners[] = {"a: strategy=replay", "b:", NULL};
    struct lab *lab = labs_open_plain(3, "", learners);
    labs_run(lab, steps, steps);
    return lab;
}

static bool is_same(double a, double b)
{
    return (isnan(a) && isnan(b)) || memcmp(&a, &b, sizeof a) == 0;
}

static void expect_same(const struct closing *a, const struct closing *b)
{
    cr_assert(a->n_entries == b->n_entries && a->step == b->step && a->n_tasks == b->n_tasks &&
              a->n_classes == b->n_classes && a->n_learners == b->n_learners);
    for (int k = 0; k < a->n_classes; k++) {
        cr_expect_str_eq(a->class_names[k], b->class_names[k]);
    }
    for (int i = 0; i < a->n_learners; i++) {
        const struct closing_learner *one = &a->learners[i], *other = &b->learners[i];
        cr_assert(one->id == other->id && one->samples == other->samples &&
                  one->seconds == other->seconds && one->n_parts == other->n_parts);
        for (int l = 0; l < one->n_parts; l++) {
            cr_expect(is_same(one->drift[l], other->drift[l]));
        }
    }
    for (int i = 0; i < a->n_learners * a->n_tasks * a->n_classes; i++) {
        cr_assert(is_same(a->accuracy[i], b->accuracy[i]));
    }
}

Test(closing, comes_back_and_other_bytes_are_refused)
{
    struct err err = {0};
    struct lab *lab = trained(60);
    struct closing *closing = closing_of(lab, &err);
    cr_assert_not_null(closing, "%s", err.msg);
    cr_expect(closing->step == 60 && closing->n_learners == 2 && closing->n_classes == 10);
    cr_expect(closing->accuracy[0] >= 0 && closing->accuracy[9] <= 1);
    closing->accuracy[9] = (double)NAN; /* as of a class that a task has not */
    cr_expect_gt(closing->learners[0].drift[0], 0);
    size_t size;
    unsigned char *bytes = closing_encode(closing, &size, &err);
    cr_assert_not_null(bytes, "%s", err.msg);
    struct closing *again = closing_decode(bytes, size, &err);
    cr_assert_not_null(again, "%s", err.msg);
    expect_same(closing, again);
    closing_destroy(again);
    for (size_t cut = 0; cut < size; cut++) {
        cr_assert_null(closing_decode(bytes, cut, &err));
    }
    for (size_t i = 0; i < 8 * size; i++) {
        bytes[i / 8] ^= (unsigned char)(1u << i % 8);
        closing_destroy(closing_decode(bytes, size, &err));
        bytes[i / 8] ^= (unsigned char)(1u << i % 8);
    }
    free(bytes);
    closing_destroy(closing);
    lab_destroy(lab);
}

/* Records what the lab has done and closes the file; `ended` NULL: without its closing. */
static void record(const struct tape *tape, struct lab *lab, struct lab *ended, bool goes_on)
{
    struct err err = {0};
    const struct recording_facts facts = {.pace = 1};
    struct snapshot *snapshot = calloc(1, sizeof *snapshot);
    lab_snapshot(lab, snapshot);
    struct recorder *recorder =
        goes_on ? recorder_resume(tape->path, lab, &err)
                : recorder_create(tape->path, lab, &facts, "64-6-10", snapshot, &err);
    cr_assert(recorder && recorder_finish(recorder, ended, &err), "%s", err.msg);
    free(snapshot);
}

static bool has_closing(const struct tape *tape)
{
    struct err err = {0};
    struct player *player = player_open(tape->path, &err);
    cr_assert(player && player_read_all(player, &err) &&
                  player_seek(player, player_length(player), &err),
              "%s", err.msg);
    struct closing *closing = player_closing(player, &err);
    cr_expect_eq(err.code, ERR_NONE, "%s", err.msg);
    bool has_one = closing != NULL;
    closing_destroy(closing);
    player_close(player);
    return has_one;
}

Test(closing, is_believed_only_of_the_end)
{
    struct tape tape = tape_make();
    struct lab *lab = trained(60);
    record(&tape, lab, NULL, false);
    cr_expect_not(has_closing(&tape));
    record(&tape, lab, lab, true);
    cr_expect(has_closing(&tape));
    labs_run(lab, 100, 100);
    record(&tape, lab, NULL, true);
    cr_expect_not(has_closing(&tape), "it has gone on");
    record(&tape, lab, lab, true);
    cr_expect(has_closing(&tape));
    lab_destroy(lab);
    tape_remove(&tape);
}
