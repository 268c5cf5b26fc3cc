/* SPDX-License-Identifier: MIT */
#include "ui/cli/progress.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "tasks/suite.h"
#include "ui/screen/terminal.h"

#define SECOND_NS      INT64_C(1000000000)
#define LOG_FIRST_NS   (30 * SECOND_NS) /* where lines cannot be taken back */
#define LOG_LONGEST_NS (600 * SECOND_NS)

enum { BAR_CELLS = 16, BAR_SIZE = BAR_CELLS * 3 + 1 };

struct progress progress_begin(int n_seeds)
{
    return (struct progress){
        .is_terminal = isatty(STDERR_FILENO), .n_seeds = n_seeds, .begin_ns = clock_ns()};
}

bool progress_is_due(const struct progress *progress, int64_t now_ns)
{
    int64_t elapsed = now_ns - progress->begin_ns;
    if (progress->is_terminal) {
        return elapsed >= SECOND_NS && now_ns - progress->drawn_ns >= SECOND_NS / 8;
    }
    int64_t pause = progress->drawn_ns ? progress->drawn_ns - progress->begin_ns : LOG_FIRST_NS;
    int64_t last = progress->drawn_ns ? progress->drawn_ns : progress->begin_ns;
    return now_ns - last >= (pause < LOG_LONGEST_NS ? pause : LOG_LONGEST_NS);
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

/* The line, and its bar. */
static void format_line(const struct progress *progress, const struct progress_state *state,
                        int64_t now_ns, char *line, size_t size, char bar[BAR_SIZE])
{
    double part = state->total_steps > 0 ? (double)state->step / (double)state->total_steps : 0;
    double fraction = (progress->seed + (part < 1 ? part : 1)) / progress->n_seeds;
    double elapsed = (double)(now_ns - progress->begin_ns) * 1e-9;
    char left[32] = "?", letter[4], seed[48] = "", rate[48] = "";
    format_bar(bar, BAR_SIZE, fraction);
    if (fraction > 0) {
        format_duration(left, sizeof left, elapsed * (1 - fraction) / fraction);
    }
    if (progress->n_seeds > 1) {
        snprintf(seed, sizeof seed, "run %d/%d  ", progress->seed + 1, progress->n_seeds);
    }
    if (state->samples_per_second > 0) {
        snprintf(rate, sizeof rate, "  %.1fk samples/s", state->samples_per_second * 1e-3);
    }
    snprintf(line, size, "%s%s%s%s%s %ld/%ld  %s left%s", seed, state->task < 0 ? "" : "task ",
             state->task < 0 ? "" : task_letter(state->task, letter), state->task < 0 ? "" : "  ",
             state->unit, state->step, state->total_steps, left, rate);
}

void progress_draw(struct progress *progress, const struct progress_state *state, int64_t now_ns)
{
    char line[256], bar[BAR_SIZE];
    format_line(progress, state, now_ns, line, sizeof line, bar);
    progress->drawn_ns = now_ns;
    if (!progress->is_terminal) {
        fprintf(stderr, "oubli: %s\n", line);
        return;
    }
    int cols, rows;
    terminal_size(STDERR_FILENO, &cols, &rows);
    /* A line that reaches the last column may wrap, and could not be taken back. */
    int room = cols - BAR_CELLS - 2;
    char all[sizeof bar + sizeof line + 16];
    if (room > 0) {
        snprintf(all, sizeof all, "\r%s %.*s\033[K", bar, room, line);
    } else {
        snprintf(all, sizeof all, "\r%.*s\033[K", cols > 1 ? cols - 1 : 0, line);
    }
    terminal_write(STDERR_FILENO, all, 0); /* training does not wait for who reads */
    progress->is_shown = true;
}

void progress_clear(struct progress *progress)
{
    if (progress->is_shown) {
        terminal_write(STDERR_FILENO, "\r\033[K", 0);
        progress->is_shown = false;
    }
}
