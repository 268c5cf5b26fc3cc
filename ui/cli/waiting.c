/* SPDX-License-Identifier: MIT */
#include "ui/cli/waiting.h"

#include "base/clock.h"
#include "ui/screen/terminal.h"

bool waiting_begin(struct waiting *waiting, bool is_quiet, struct err *err)
{
    *waiting = (struct waiting){.progress = progress_begin(1, is_quiet)};
    return terminal_guard(-1, err);
}

bool waiting_goes_on(void *context, double part)
{
    struct waiting *waiting = context;
    struct terminal_events events = terminal_take();
    waiting->stop = events.stop ? events.stop : waiting->stop;
    if (events.is_suspend) {
        progress_clear(&waiting->progress);
        terminal_suspend();
    }
    int64_t now = clock_ns();
    if (part > 0 && progress_is_due(&waiting->progress, now)) {
        struct progress_state state = {.fraction = part,
                                       .task = -1,
                                       .unit = waiting->unit,
                                       .step = (long)(part * (double)waiting->total),
                                       .total_steps = waiting->total};
        progress_draw(&waiting->progress, &state, now);
    }
    return !waiting->stop;
}

void waiting_end(struct waiting *waiting)
{
    progress_clear(&waiting->progress);
    terminal_release();
}
