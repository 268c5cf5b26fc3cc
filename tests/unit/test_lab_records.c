/* SPDX-License-Identifier: MIT
 * Metrics on matrices made by hand, the journal, and series.  The timeline: test_lab_timeline.c.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "lab/journal.h"
#include "lab/metrics.h"
#include "lab/series.h"

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
    const int stages[] = {0, 1, 2};
    expect_metrics(
        metrics_of(r, stages, 3, initial, 3),
        (struct metrics){0.7, (0.5 + 0.1) / 2, (-0.5 - 0.1) / 2, (0.1 + 0.1) / 2, 0.9, nan_, nan_},
        "ABC");
}

Test(metrics, forgetting_is_from_the_best_and_backward_from_the_own_row)
{
    const double r[] = {0.5, 0, 0, /**/ 0.9, 0.8, 0, /**/ 0.6, 0.85, 1}, initial[] = {0, 0, 0};
    const int stages[] = {0, 1, 2};
    struct metrics m = metrics_of(r, stages, 3, initial, 3);
    cr_expect(fabs(m.forgetting - (0.3 - 0.05) / 2) < 1e-12, "a task may have got better: %g",
              m.forgetting);
    cr_expect(fabs(m.backward_transfer - (0.1 + 0.05) / 2) < 1e-12);
}

Test(metrics, nothing_can_be_said_of_no_row_and_little_of_one)
{
    const double r[] = {0.9, 0.2}, initial[] = {0.1, 0.1};
    const int stages[] = {0};
    expect_metrics(metrics_of(r, stages, 0, initial, 2), metrics_none(), "none");
    struct metrics m = metrics_of(r, stages, 1, initial, 2);
    cr_expect(isnan(m.forgetting) && isnan(m.backward_transfer) && isnan(m.forward_transfer));
    cr_expect_eq(m.learning_accuracy, 0.9);
    expect_metrics(metrics_of(r, stages, 1, initial, 1),
                   (struct metrics){0.9, nan_, nan_, nan_, 0.9, nan_, nan_}, "one task");
}

Test(metrics, repeated_visits_count_from_the_last)
{
    /* A B A */
    const double r[] = {0.9, 0.1, /**/ 0.5, 0.8, /**/ 0.95, 0.6}, initial[] = {0.1, 0.05};
    const int stages[] = {0, 1, 0};
    expect_metrics(metrics_of(r, stages, 3, initial, 2),
                   (struct metrics){0.775, 0.2, -0.2, 0.05, (0.95 + 0.8) / 2, nan_, nan_}, "ABA");
}

Test(metrics, what_was_not_measured_is_left_out)
{
    const double r[] = {0.9, nan_, nan_, /**/ 0.6, 0.8, nan_, /**/ nan_, 0.7, 1.0};
    const double initial[] = {nan_, 0.1, 0.2};
    const int stages[] = {0, 1, 2};
    expect_metrics(metrics_of(r, stages, 3, initial, 3),
                   (struct metrics){0.85, 0.1, -0.1, nan_, 0.9, nan_, nan_}, "NaN");
    const double lost[] = {nan_, 0, /**/ 0.5, 0.8};
    struct metrics m = metrics_of(lost, stages, 2, initial, 2);
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

/* ---- series --------------------------------------------------------------------------------- */

Test(series, are_searched_by_step)
{
    struct series s = {0};
    cr_expect(isnan(series_at(&s, 5)) && isnan(series_last(&s)) && series_count(&s, 5) == 0);
    for (int i = 0; i < 1000; i++) {
        cr_assert(series_add(&s, 3 * i, sin(i)));
    }
    cr_expect(isnan(series_at(&s, -1)));
    for (int step = 0; step < 3000; step++) {
        cr_assert_eq(series_at(&s, step), sin(step / 3));
        cr_assert_eq(series_count(&s, step), step / 3 + 1);
    }
    cr_expect_eq(series_at(&s, 1e9), sin(999));
    cr_expect_eq(series_last(&s), sin(999));
    series_fini(&s);
    cr_expect(s.n == 0 && s.step == NULL);
}

Test(series, rise_and_may_have_two_points_at_a_step)
{
    struct series s = {0};
    cr_assert(series_add(&s, 10, 1) && series_add(&s, 10, 2) && series_set(&s, 10, 3));
    cr_expect(s.n == 2 && s.value[0] == 1 && s.value[1] == 3);
    cr_expect_not(series_add(&s, 9, 4) || series_set(&s, 9, 4));
    cr_expect(s.n == 2 && series_at(&s, 10) == 3);
    series_fini(&s);
}

Test(series, are_cut_and_copied_with_both_ends)
{
    struct series s = {0}, part = {0}, none = {0};
    for (int i = 0; i < 20; i++) {
        cr_assert(series_add(&s, i / 2 * 10, i)); /* 0 0 10 10 ... 90 90 */
    }
    for (int begin = -5; begin <= 100; begin += 5) {
        for (int end = -5; end <= 100; end += 5) {
            cr_assert(series_copy(&part, &s, begin, end));
            int n = 0;
            for (int i = 0; i < s.n; i++) {
                if (s.step[i] >= begin && s.step[i] <= end) {
                    cr_assert(n < part.n && part.step[n] == s.step[i] && part.value[n] == i);
                    n++;
                }
            }
            cr_assert_eq(part.n, n);
        }
    }
    cr_assert(series_copy(&part, &s, -(double)INFINITY, (double)INFINITY) && part.n == 20);
    cr_assert(series_copy(&part, &none, 0, 100) && part.n == 0);
    series_cut(&s, 40);
    cr_expect(s.n == 10 && series_last(&s) == 9);
    series_cut(&s, -1);
    cr_expect_eq(s.n, 0);
    series_fini(&s);
    series_fini(&part);
}
