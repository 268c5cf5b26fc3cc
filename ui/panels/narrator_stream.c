/* SPDX-License-Identifier: MIT */
#include "ui/panels/narrator_stream.h"

#include <math.h>
#include <stdio.h>

#include "tasks/stream.h"

/* "*B* is *81 %* of what comes, *A* *19 %*": the one or two that come most. */
static void mixture_text(const struct view *view, char *text, size_t size)
{
    const struct snapshot *snapshot = view->snapshot;
    double part = snapshot->stage_steps > 0
                      ? (double)snapshot->stage_step / (double)snapshot->stage_steps
                      : 0;
    int n = view->facts->n_tasks, most = 0, next = -1;
    double shares[2] = {0, 0};
    for (int t = 0; t < n; t++) {
        double share = stream_share(n, snapshot->stage + part, t);
        if (share > shares[0]) {
            next = most;
            shares[1] = shares[0];
            most = t;
            shares[0] = share;
        } else if (share > shares[1]) {
            next = t;
            shares[1] = share;
        }
    }
    char first[4], second[4];
    int used = snprintf(text, size, "*%s* is *%.0f %%* of what comes", task_letter(most, first),
                        100 * shares[0]);
    if (next >= 0 && shares[1] >= 0.05 && used > 0 && (size_t)used < size) {
        snprintf(text + used, size - (size_t)used, ", *%s* *%.0f %%*", task_letter(next, second),
                 100 * shares[1]);
    }
}

enum role narrator_stream(const struct view *view, const char *what, bool is_lost, char *text,
                          size_t size)
{
    char mixture[96];
    mixture_text(view, mixture, sizeof mixture);
    if (view->snapshot->step == 0) {
        snprintf(text, size,
                 "*a stream:* one task fades into the next, *%d* of them, and nobody tells the "
                 "network",
                 view->facts->n_tasks);
        return ROLE_GOOD;
    }
    if (what[0] == '\0') {
        snprintf(text, size, "%s, and what was learned holds", mixture);
        return ROLE_GOOD;
    }
    snprintf(text, size, "%s: %s%s", mixture, what,
             is_lost ? ". Nobody said that anything changed" : "");
    return is_lost ? ROLE_BAD : ROLE_GOOD;
}
