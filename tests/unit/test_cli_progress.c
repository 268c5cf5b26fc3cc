/* SPDX-License-Identifier: MIT
 * How far a run is: when that is said, and in which words. */
#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/cli/progress.h"

#define SECOND INT64_C(1000000000)
#define HOUR   (3600 * SECOND)

/* How often it is said in so long, looking a hundred times a second. */
static int times_said(bool is_terminal, int64_t length, int64_t *shortest)
{
    struct progress progress = {.is_terminal = is_terminal, .n_seeds = 1};
    const struct progress_state state = {.unit = "step"};
    int n = 0;
    *shortest = length;
    for (int64_t now = 0; now <= length; now += SECOND / 100) {
        if (progress_is_due(&progress, now)) {
            int64_t passed = now - progress.drawn_ns;
            *shortest = passed < *shortest ? passed : *shortest;
            progress_draw(&progress, &state, now);
            n++;
        }
    }
    return n;
}

Test(cli_progress, a_log_gets_a_line_every_ten_seconds_at_most_and_fewer_the_longer_it_lasts,
     .init = cr_redirect_stderr)
{
    int64_t shortest;
    cr_expect_eq(times_said(false, 10 * SECOND - SECOND / 100, &shortest), 0);
    cr_expect_eq(times_said(false, 60 * SECOND, &shortest), 6);
    int a_day = times_said(false, 24 * HOUR, &shortest);
    cr_expect_geq(shortest, 10 * SECOND);
    cr_expect(a_day >= 24 * 6 && a_day < 24 * 8, "%d", a_day); /* every ten minutes, in the end */
}

Test(cli_progress, who_wants_quiet_has_it)
{
    struct progress progress = progress_begin(1, true);
    for (int i = 0; i < 2; i++) {
        progress.is_terminal = i == 1;
        cr_expect_not(progress_is_due(&progress, progress.begin_ns + HOUR));
    }
}

Test(cli_progress, a_terminal_gets_eight_pictures_a_second_after_the_first_one,
     .init = cr_redirect_stderr)
{
    int64_t shortest;
    cr_expect_eq(times_said(true, SECOND - 1, &shortest), 0);
    int n = times_said(true, 11 * SECOND, &shortest);
    cr_expect(n > 70 && n <= 81, "%d", n);
}

static void expect_line(const struct progress *how, const struct progress_state *state,
                        const char *expected)
{
    struct progress progress = *how;
    char text[512] = "";
    progress_draw(&progress, state, 100 * SECOND);
    progress_clear(&progress);
    fflush(stderr);
    FILE *err = cr_get_redirected_stderr();
    fgets(text, sizeof text, err);
    cr_expect_str_eq(text, expected);
}

Test(cli_progress, a_line_of_a_log_is_a_line_without_control_characters, .init = cr_redirect_stderr)
{
    expect_line(&(struct progress){.n_seeds = 1},
                &(struct progress_state){.fraction = 0.25,
                                         .task = 2,
                                         .unit = "step",
                                         .step = 900,
                                         .total_steps = 3600,
                                         .samples_per_second = 1234},
                "oubli: 25 %  task C  step 900/3600  5 min left  1.2k samples/s\n");
}

Test(cli_progress, of_several_seeds_it_says_how_many_are_done, .init = cr_redirect_stderr)
{
    expect_line(&(struct progress){.n_seeds = 500},
                &(struct progress_state){.fraction = 0.5, .n_done = 249, .unit = "step"},
                "oubli: 50 %  249/500 seeds done  2 min left\n");
}

Test(cli_progress, what_is_left_counts_from_where_it_began, .init = cr_redirect_stderr)
{
    expect_line(&(struct progress){.n_seeds = 1, .from = 0.8},
                &(struct progress_state){.fraction = 0.9, .task = -1},
                "oubli: 90 %  2 min left\n"); /* not 11 s: as much was done as is left */
}

Test(cli_progress, what_nobody_knows_the_length_of_has_no_part, .init = cr_redirect_stderr)
{
    expect_line(
        &(struct progress){.n_seeds = 1},
        &(struct progress_state){.fraction = (double)NAN, .task = -1, .unit = "figure", .step = 12},
        "oubli: figure 12  2 min so far\n");
}
