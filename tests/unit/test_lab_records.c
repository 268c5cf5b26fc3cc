/* SPDX-License-Identifier: MIT
 * Metrics on matrices made by hand, the journal, and the chronicle that is made from it. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "lab/chronicle.h"
#include "lab/journal.h"
#include "lab/metrics.h"

static const double nan_ = (double)NAN;

static void expect_metrics(struct metrics found, struct metrics wanted, const char *what)
{
    const double f[] = {found.average_accuracy, found.forgetting, found.backward_transfer,
                        found.forward_transfer, found.learning_accuracy};
    const double w[] = {wanted.average_accuracy, wanted.forgetting, wanted.backward_transfer,
                        wanted.forward_transfer, wanted.learning_accuracy};
    static const char *const names[] = {"average", "forgetting", "backward", "forward", "learning"};
    for (int i = 0; i < 5; i++) {
        bool is_same = isnan(w[i]) ? isnan(f[i]) : fabs(f[i] - w[i]) < 1e-12;
        cr_expect(is_same, "%s, %s: %g, wanted %g", what, names[i], f[i], w[i]);
    }
}

Test(metrics, three_tasks_in_a_row)
{
    const double r[] = {0.9, 0.2, 0.1, /**/ 0.6, 0.8, 0.3, /**/ 0.4, 0.7, 1.0},
                 initial[] = {0.1, 0.1, 0.2};
    const int visits[] = {0, 1, 2};
    expect_metrics(metrics_of(r, visits, 3, initial, 3),
                   (struct metrics){0.7, (0.5 + 0.1) / 2, (-0.5 - 0.1) / 2, (0.1 + 0.1) / 2, 0.9},
                   "ABC");
}

Test(metrics, forgetting_is_from_the_best_and_backward_from_the_own_row)
{
    const double r[] = {0.5, 0, 0, /**/ 0.9, 0.8, 0, /**/ 0.6, 0.85, 1}, initial[] = {0, 0, 0};
    const int visits[] = {0, 1, 2};
    struct metrics m = metrics_of(r, visits, 3, initial, 3);
    cr_expect(fabs(m.forgetting - (0.3 - 0.05) / 2) < 1e-12, "a task may have got better: %g",
              m.forgetting);
    cr_expect(fabs(m.backward_transfer - (0.1 + 0.05) / 2) < 1e-12);
}

Test(metrics, nothing_can_be_said_of_no_row_and_little_of_one)
{
    const double r[] = {0.9, 0.2}, initial[] = {0.1, 0.1};
    const int visits[] = {0};
    expect_metrics(metrics_of(r, visits, 0, initial, 2),
                   (struct metrics){nan_, nan_, nan_, nan_, nan_}, "none");
    struct metrics m = metrics_of(r, visits, 1, initial, 2);
    cr_expect(isnan(m.forgetting) && isnan(m.backward_transfer) && isnan(m.forward_transfer));
    cr_expect_eq(m.learning_accuracy, 0.9);
    expect_metrics(metrics_of(r, visits, 1, initial, 1),
                   (struct metrics){0.9, nan_, nan_, nan_, 0.9}, "one task");
}

Test(metrics, repeated_visits_count_from_the_last)
{
    /* A B A */
    const double r[] = {0.9, 0.1, /**/ 0.5, 0.8, /**/ 0.95, 0.6}, initial[] = {0.1, 0.05};
    const int visits[] = {0, 1, 0};
    expect_metrics(metrics_of(r, visits, 3, initial, 2),
                   (struct metrics){0.775, 0.2, -0.2, 0.05, (0.95 + 0.8) / 2}, "ABA");
}

Test(metrics, what_was_not_measured_is_left_out)
{
    const double r[] = {0.9, nan_, nan_, /**/ 0.6, 0.8, nan_, /**/ nan_, 0.7, 1.0};
    const double initial[] = {nan_, 0.1, 0.2};
    const int visits[] = {0, 1, 2};
    expect_metrics(metrics_of(r, visits, 3, initial, 3),
                   (struct metrics){0.85, 0.1, -0.1, nan_, 0.9}, "NaN");
    const double lost[] = {nan_, 0, /**/ 0.5, 0.8};
    struct metrics m = metrics_of(lost, visits, 2, initial, 2);
    cr_expect(isnan(m.forgetting), "with no best there is no forgetting: %g", m.forgetting);
}

/* ---- journal -------------------------------------------------------------------------------- */

Test(journal, keeps_every_entry_and_its_text)
{
    enum { N = 10000 }; /* more than two chunks */
    struct journal *journal = journal_create(NULL);
    char text[40];
    for (int i = 0; i < N; i++) {
        snprintf(text, sizeof text, "text %d", i);
        struct entry entry = {
            .kind = ENTRY_COMMAND, .step = i, .value = i * 0.5, .text = i % 3 ? NULL : text};
        cr_assert(journal_add(journal, entry));
        cr_assert_eq(journal_length(journal), i + 1);
    }
    for (int i = 0; i < N; i++) {
        struct entry entry = journal_at(journal, i);
        snprintf(text, sizeof text, "text %d", i);
        cr_assert(entry.step == i && entry.value == i * 0.5);
        cr_assert(i % 3 ? entry.text == NULL : strcmp(entry.text, text) == 0);
    }
    journal_destroy(journal);
}

Test(journal, any_command_is_kept_whole_and_longer_text_is_cut)
{
    struct journal *journal = journal_create(NULL);
    char line[COMMAND_TEXT_MAX + 32], endless[2000];
    struct command command = {.kind = COMMAND_NOTE};
    memset(command.text, 'n', COMMAND_TEXT_MAX - 1);
    command_format(&command, line, sizeof line);
    journal_add(journal, (struct entry){.kind = ENTRY_COMMAND, .text = line});
    cr_expect_str_eq(journal_at(journal, 0).text, line);
    memset(endless, 'e', sizeof endless - 1);
    endless[sizeof endless - 1] = '\0';
    journal_add(journal, (struct entry){.kind = ENTRY_REFUSED, .text = endless});
    size_t length = strlen(journal_at(journal, 1).text);
    cr_expect(length >= COMMAND_TEXT_MAX - 1 && length < 1000);
    journal_destroy(journal);
}

Test(journal, destroying_nothing_is_allowed)
{
    journal_destroy(NULL);
    struct journal *journal = journal_create(NULL);
    cr_expect_eq(journal_length(journal), 0);
    journal_destroy(journal);
}

/* ---- chronicle ------------------------------------------------------------------------------ */

static void add(struct chronicle *c, enum entry_kind kind, int stage, int task, long step,
                double value)
{
    struct entry entry = {.kind = kind, .stage = stage, .task = task, .step = step, .value = value};
    cr_assert(chronicle_add(c, &entry));
}

/* Stage `stage` on `task`, 100 steps, accuracy of its task from 0.1 to 0.9 at every tenth step. */
static void add_stage(struct chronicle *c, int stage, int task)
{
    long begin = stage * 100;
    add(c, ENTRY_STAGE, stage, task, begin, 0);
    for (long step = 10; step <= 100; step += 10) {
        add(c, ENTRY_ACCURACY, stage, task, begin + step, 0.1 + 0.008 * (double)step);
        add(c, ENTRY_LOSS, stage, 0, begin + step, 1);
        add(c, ENTRY_DRIFT, stage, 1, begin + step, 0.5);
    }
    for (int t = 0; t < c->n_tasks; t++) {
        add(c, ENTRY_MATRIX, stage, t, begin + 100, t == task ? 0.9 : 0.2);
    }
    add(c, ENTRY_STAGE_END, stage, task, begin + 100, 0);
}

Test(chronicle, series_are_searched_by_step)
{
    struct chronicle c;
    cr_assert(chronicle_init(&c, 2, 2, NULL));
    const struct series *a = &c.accuracy[0];
    cr_expect(isnan(series_at(a, 5)) && isnan(series_last(a)));
    for (int i = 0; i < 1000; i++) {
        add(&c, ENTRY_ACCURACY, 0, 0, 3 * i, sin(i));
    }
    cr_expect(isnan(series_at(a, -1)));
    for (int step = 0; step < 3000; step++) {
        cr_assert_eq(series_at(a, step), sin(step / 3));
    }
    cr_expect_eq(series_at(a, 1e9), sin(999));
    cr_expect_eq(series_last(a), sin(999));
    chronicle_fini(&c);
}

Test(chronicle, visits_rows_and_metrics_follow_the_entries)
{
    struct chronicle c;
    cr_assert(chronicle_init(&c, 3, 2, NULL));
    for (int t = 0; t < 3; t++) {
        cr_expect(isnan(c.initial[t]));
        add(&c, ENTRY_BASELINE, 0, t, 0, 0.1);
    }
    cr_expect_eq(chronicle_visit_at(&c, 0), -1);
    cr_expect_eq(chronicle_rows(&c), 0);
    add_stage(&c, 0, 0);
    add_stage(&c, 1, 2);
    add(&c, ENTRY_STAGE, 2, 1, 200, 0);
    cr_expect_eq(chronicle_rows(&c), 2);
    cr_expect(c.n_visits == 3 && c.visits[1].task == 2 && c.visits[1].end == 200 &&
              c.visits[2].end == -1);
    cr_expect(chronicle_r(&c, 1, 2) == 0.9 && chronicle_r(&c, 1, 0) == 0.2);
    cr_expect(chronicle_visit_at(&c, 99) == 0 && chronicle_visit_at(&c, 100) == 1);
    cr_expect_eq(chronicle_visit_at(&c, 100000), 2);
    cr_expect(chronicle_has_visited(&c, 2) && chronicle_has_visited(&c, 1));
    struct metrics m = chronicle_metrics(&c);
    cr_expect(fabs(m.forgetting - 0.7) < 1e-12 && fabs(m.forward_transfer - 0.1) < 1e-12);
    cr_expect(fabs(m.learning_accuracy - 0.9) < 1e-12);
    chronicle_fini(&c);
}

Test(chronicle, many_stages_and_marks_have_room)
{
    struct chronicle c;
    cr_assert(chronicle_init(&c, 5, 2, NULL));
    for (int stage = 0; stage < 100; stage++) {
        add_stage(&c, stage, stage % 5);
        add(&c, ENTRY_COMMAND, stage, 0, stage * 100 + 100, 0);
    }
    cr_expect_eq(chronicle_rows(&c), 100);
    cr_expect_eq(c.n_marks, 100);
    cr_expect_eq(chronicle_r(&c, 99, 4), 0.9);
    cr_expect_eq(c.marks[99].step, 10000);
    chronicle_fini(&c);
}

Test(chronicle, rewinding_cuts_what_came_after)
{
    struct chronicle c;
    cr_assert(chronicle_init(&c, 3, 2, NULL));
    add_stage(&c, 0, 0);
    add(&c, ENTRY_STAGE, 1, 1, 100, 0);
    add(&c, ENTRY_COMMAND, 1, 1, 100, 0);
    add(&c, ENTRY_ACCURACY, 1, 1, 130, 0.3);
    add(&c, ENTRY_COMMAND, 1, 1, 140, 0);
    add(&c, ENTRY_DIVERGED, 1, 1, 150, 10);
    add(&c, ENTRY_REWIND, 1, 1, 100, 0);
    cr_expect_eq(c.accuracy[1].n, 0);
    cr_expect_eq(c.accuracy[0].n, 10, "what came at the boundary stays");
    cr_expect_eq(c.loss.n, 10);
    cr_expect(c.drift[1].n >= 10 && c.drift[1].step[c.drift[1].n - 1] == 100);
    cr_expect(c.n_visits == 2 && chronicle_rows(&c) == 1 && chronicle_visit_at(&c, 120) == 1);
    cr_assert_eq(c.n_marks, 2, "the command at the boundary and the rewinding itself");
    cr_expect(c.marks[0].kind == ENTRY_COMMAND && c.marks[1].kind == ENTRY_REWIND);
    cr_expect(c.marks[1].number == c.n_read - 1);
    chronicle_fini(&c);
}

/* The lab does not announce the first stage again: it goes on. */
Test(chronicle, rewinding_in_the_first_stage_stays_in_it)
{
    struct chronicle c;
    cr_assert(chronicle_init(&c, 3, 2, NULL));
    add(&c, ENTRY_BASELINE, 0, 0, 0, 0.1);
    add(&c, ENTRY_STAGE, 0, 0, 0, 0);
    add(&c, ENTRY_ACCURACY, 0, 0, 10, 0.3);
    add(&c, ENTRY_REWIND, 0, 0, 0, 0);
    cr_expect_eq(c.accuracy[0].n, 0);
    cr_expect(c.n_visits == 1 && chronicle_visit_at(&c, 5) == 0 && chronicle_has_visited(&c, 0));
    cr_expect_eq(chronicle_rows(&c), 0);
    chronicle_fini(&c);
}

Test(chronicle, restarting_begins_again_from_nothing)
{
    struct chronicle c, fresh;
    cr_assert(chronicle_init(&c, 3, 2, NULL) && chronicle_init(&fresh, 3, 2, NULL));
    for (int stage = 0; stage < 3; stage++) {
        add_stage(&c, stage, stage);
    }
    add(&c, ENTRY_END, 2, 2, 300, 0);
    cr_expect(c.is_ended);
    add(&c, ENTRY_REWIND, 0, 0, 0, 0);
    cr_expect(!c.is_ended && chronicle_rows(&c) == 0 && c.accuracy[2].n == 0 && c.loss.n == 0);
    add_stage(&c, 0, 1);
    add_stage(&fresh, 0, 1);
    cr_expect(c.n_visits == 1 && chronicle_rows(&c) == 1 && c.visits[0].task == 1);
    cr_expect_not(chronicle_has_visited(&c, 0));
    cr_expect_eq(memcmp(c.matrix, fresh.matrix, 3 * sizeof(double)), 0);
    chronicle_fini(&c);
    chronicle_fini(&fresh);
}

Test(chronicle, reads_only_what_is_new)
{
    struct journal *journal = journal_create(NULL);
    struct chronicle c;
    cr_assert(chronicle_init(&c, 1, 1, NULL));
    journal_add(journal, (struct entry){.kind = ENTRY_STAGE});
    for (int i = 1; i <= 5; i++) {
        journal_add(journal, (struct entry){.kind = ENTRY_ACCURACY, .step = i});
    }
    cr_expect_eq(chronicle_read(&c, journal), 6);
    cr_expect_eq(chronicle_read(&c, journal), 0);
    journal_add(journal, (struct entry){.kind = ENTRY_ACCURACY, .step = 6});
    cr_expect_eq(chronicle_read(&c, journal), 1);
    cr_expect_eq(c.accuracy[0].n, 6);
    chronicle_fini(&c);
    journal_destroy(journal);
}
