/* SPDX-License-Identifier: MIT */
#include "ui/cli/progress.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "tasks/suite.h"
#include "ui/screen/terminal.h"

#define SECOND_NS INT64_C(1000000000)

#define PAUSE_NS      (10 * SECOND_NS) /* in a log: the shortest ... */
#define PAUSE_MOST_NS (600 * SECOND_NS)

enum { BAR_CELLS = 16, LINE_MAX_BYTES = 256 };

struct progress progress_begin(int n_seeds, bool is_quiet)
{
    int64_t now = clock_ns();
    return (struct progress){.is_quiet = is_quiet,
                             .is_terminal = isatty(STDERR_FILENO),
                             .n_seeds = n_seeds,
                             .begin_ns = now,
                             .drawn_ns = now};
}

/* A log is read later or not at all: it must not fill up, however long that lasts. */
static int64_t pause_in_a_log(const struct progress *progress)
{
    int64_t tenth = (progress->drawn_ns - progress->begin_ns) / 10;
    return tenth < PAUSE_NS ? PAUSE_NS : tenth > PAUSE_MOST_NS ? PAUSE_MOST_NS : tenth;
}

bool progress_is_due(const struct progress *progress, int64_t now_ns)
{
    int64_t passed = now_ns - progress->drawn_ns;
    if (progress->is_quiet) {
        return false;
    }
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

/* "task C  step 840/2250", "12/500 seeds done", "figure 12", "". */
static void format_where(char *buf, size_t size, const struct progress *progress,
                         const struct progress_state *state)
{
    char letter[4], total[24] = "", task[12] = "";
    buf[0] = '\0';
    if (state->task >= 0) {
        snprintf(task, sizeof task, "task %s  ", task_letter(state->task, letter));
    }
    if (state->total_steps > 0) {
        snprintf(total, sizeof total, "/%ld", state->total_steps);
    }
    if (progress->n_seeds > 1) {
        snprintf(buf, size, "%d/%d %s done  ", state->n_done, progress->n_seeds,
                 progress->words ? progress->words : "seeds");
    } else if (state->unit) {
        snprintf(buf, size, "%s%s %ld%s  ", task, state->unit, state->step, total);
    }
}

/* "3 min left"; of what nobody knows how long it is "3 min so far". */
static void format_left(char *buf, size_t size, double fraction, double from, double seconds)
{
    char text[32] = "?";
    bool is_known = !isnan(fraction);
    if (!is_known) {
        format_duration(text, sizeof text, seconds);
    } else if (fraction > from) {
        format_duration(text, sizeof text, seconds * (1 - fraction) / (fraction - from));
    }
    snprintf(buf, size, "%s %s", text, is_known ? "left" : "so far");
}

/* "task C  step 840/2250  3 min left  51.2k samples/s", "12/500 seeds done  2.5 h left". */
static void format_line(char *buf, size_t size, const struct progress *progress,
                        const struct progress_state *state, double seconds)
{
    char left[48], where[96], rate[48] = "";
    format_where(where, sizeof where, progress, state);
    format_left(left, sizeof left, state->fraction, progress->from, seconds);
    if (state->samples_per_second > 0) {
        snprintf(rate, sizeof rate, "  %.1fk samples/s", state->samples_per_second * 1e-3);
    }
    snprintf(buf, size, "%s%s%s", where, left, rate);
}

/* A line that reaches the last column may wrap, and could not be taken back.  Training does not
 * wait for who reads. */
static void draw_over(const char *line, double fraction)
{
    char bar[BAR_CELLS * 3 + 1], all[sizeof bar + LINE_MAX_BYTES + 16];
    int cols, rows;
    terminal_size(STDERR_FILENO, &cols, &rows);
    int room = cols - BAR_CELLS - 2;
    if (room > 0 && !isnan(fraction)) {
        format_bar(bar, sizeof bar, fraction);
        snprintf(all, sizeof all, "\r%s %.*s\033[K", bar, room, line);
    } else {
        snprintf(all, sizeof all, "\r%.*s\033[K", cols > 1 ? cols - 1 : 0, line);
    }
    terminal_write(STDERR_FILENO, all, 0);
}

void progress_draw(struct progress *progress, const struct progress_state *state, int64_t now_ns)
{
    char line[LINE_MAX_BYTES], percent[16] = "";
    format_line(line, sizeof line, progress, state, (double)(now_ns - progress->begin_ns) * 1e-9);
    if (progress->is_terminal) {
        draw_over(line, state->fraction);
    } else {
        if (!isnan(state->fraction)) {
            snprintf(percent, sizeof percent, "%.0f %%  ", 100 * state->fraction);
        }
        fprintf(stderr, "oubli: %s%s\n", percent, line);
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
