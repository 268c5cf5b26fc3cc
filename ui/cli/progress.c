/* SPDX-License-Identifier: MIT */
#include "ui/cli/progress.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "tasks/suite.h"
#include "ui/screen/terminal.h"

#define SECOND_NS INT64_C(1000000000)

#define MINUTE_NS (60 * SECOND_NS)

enum { BAR_CELLS = 16, LINE_MAX_BYTES = 256 };

struct progress progress_begin(int n_runs, const char *words)
{
    int64_t now = clock_ns();
    return (struct progress){.is_terminal = isatty(STDERR_FILENO),
                             .n_runs = n_runs,
                             .words = words,
                             .begin_ns = now,
                             .drawn_ns = now};
}

/* A log is read later or not at all: it must not fill up, however long that lasts. */
static int64_t pause_in_a_log(const struct progress *progress)
{
    int64_t tenth = (progress->drawn_ns - progress->begin_ns) / 10;
    return tenth < MINUTE_NS ? MINUTE_NS : tenth > 10 * MINUTE_NS ? 10 * MINUTE_NS : tenth;
}

bool progress_is_due(const struct progress *progress, int64_t now_ns)
{
    int64_t passed = now_ns - progress->drawn_ns;
    return progress->is_terminal
               ? now_ns - progress->begin_ns >= SECOND_NS && passed >= SECOND_NS / 8
               : passed >= pause_in_a_log(progress);
}

/* "41 s", "3 min", "2.5 h". */
static void format_duration(char *buf, size_t size, double seconds)
{
    if (seconds < 100) {
        snprintf(buf, size, "%.0f s", seconds);
    } else if (seconds < 6000) {
        snprintf(buf, size, "%.0f min", seconds / 60);
    } else {
        snprintf(buf, size, "%.1f h", seconds / 3600);
    }
}

static void format_bar(char *buf, size_t size, double fraction)
{
    bool is_utf8 = terminal_is_utf8();
    size_t used = 0;
    buf[0] = '\0';
    for (int i = 0; i < BAR_CELLS && used < size; i++) {
        bool is_done = i < (int)(fraction * BAR_CELLS + 0.5);
        const char *cell = is_utf8 ? (is_done ? "█" : "░") : (is_done ? "#" : ".");
        used += (size_t)snprintf(buf + used, size - used, "%s", cell);
    }
}

/* "task C  step 840/2250  3 min left  51.2k samples/s", "12/500 seeds done  2.5 h left". */
static void format_line(char *buf, size_t size, const struct progress *progress,
                        const struct progress_state *state, double seconds)
{
    char left[32] = "?", letter[4], where[96], rate[48] = "";
    if (progress->n_runs > 1) {
        snprintf(where, sizeof where, "%d/%d %s done", state->n_done, progress->n_runs,
                 progress->words);
    } else {
        snprintf(where, sizeof where, "%s%s%s%s %ld/%ld", state->task < 0 ? "" : "task ",
                 state->task < 0 ? "" : task_letter(state->task, letter),
                 state->task < 0 ? "" : "  ", state->unit, state->step, state->total_steps);
    }
    if (state->fraction > 0) {
        format_duration(left, sizeof left, seconds * (1 - state->fraction) / state->fraction);
    }
    if (state->samples_per_second > 0) {
        snprintf(rate, sizeof rate, "  %.1fk samples/s", state->samples_per_second * 1e-3);
    }
    snprintf(buf, size, "%s  %s left%s", where, left, rate);
}

/* A line that reaches the last column may wrap, and could not be taken back.  Training does not
 * wait for who reads. */
static void draw_over(const char *line, double fraction)
{
    char bar[BAR_CELLS * 3 + 1], all[sizeof bar + LINE_MAX_BYTES + 16];
    int cols, rows;
    format_bar(bar, sizeof bar, fraction);
    terminal_size(STDERR_FILENO, &cols, &rows);
    int room = cols - BAR_CELLS - 2;
    if (room > 0) {
        snprintf(all, sizeof all, "\r%s %.*s\033[K", bar, room, line);
    } else {
        snprintf(all, sizeof all, "\r%.*s\033[K", cols > 1 ? cols - 1 : 0, line);
    }
    terminal_write(STDERR_FILENO, all, 0);
}

void progress_draw(struct progress *progress, const struct progress_state *state, int64_t now_ns)
{
    char line[LINE_MAX_BYTES];
    format_line(line, sizeof line, progress, state, (double)(now_ns - progress->begin_ns) * 1e-9);
    if (progress->is_terminal) {
        draw_over(line, state->fraction);
    } else {
        fprintf(stderr, "oubli: %.0f %%  %s\n", 100 * state->fraction, line);
    }
    progress->is_shown = progress->is_terminal;
    progress->drawn_ns = now_ns;
}

void progress_clear(struct progress *progress)
{
    if (progress->is_shown) {
        terminal_write(STDERR_FILENO, "\r\033[K", 0);
        progress->is_shown = false;
    }
}
