/* SPDX-License-Identifier: MIT */
#include "ui/panels/narrator_putback.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tasks/suite.h"
#include "ui/widgets/percent.h"

/* Which time it was, of those at its step, that other weights came to answer: from 0. */
static int time_of(const struct view *view, const struct mark *mark)
{
    const struct timeline *timeline = view->timeline;
    int n = 0;
    for (const struct mark *other = timeline->marks; other < mark; other++) {
        struct command command;
        bool is_before = other->kind == ENTRY_COMMAND && other->step == mark->step &&
                         view_concerns(view, other) && command_parse(other->text, &command, NULL);
        n += is_before && command_at((int)command.kind)->flags & COMMAND_LOOKS ? 1 : 0;
    }
    return n;
}

/* How a task's accuracy jumped; false where that was not measured. */
struct jump {
    double from, to;
};

static bool jump_of(const struct view *view, const struct mark *mark, int task, struct jump *jump)
{
    return track_jumped(view_track(view), task, mark->step, time_of(view, mark), &jump->from,
                        &jump->to) &&
           isfinite(jump->from) && isfinite(jump->to);
}

static void own_text(const struct jump *jump, const char *letter, char *text, size_t size)
{
    if (percent(jump->from) == percent(jump->to)) {
        snprintf(text, size, ": *%s* stays at *%d %%*", letter, percent(jump->to));
    } else {
        snprintf(text, size, ": *%s* %s from *%d* to *%d %%*", letter,
                 jump->to > jump->from ? "comes back" : "goes", percent(jump->from),
                 percent(jump->to));
    }
}

/* The other task that fell most, by LOST_LEAST points or more; -1 = none did. */
static int find_fallen(const struct view *view, const struct mark *mark, int task,
                       struct jump *fallen)
{
    int most = LOST_LEAST - 1, found = -1;
    for (int t = 0; t < view->timeline->n_tasks; t++) {
        struct jump jump;
        if (t != task && jump_of(view, mark, t, &jump) && percent_lost(jump.from, jump.to) > most) {
            most = percent_lost(jump.from, jump.to);
            *fallen = jump;
            found = t;
        }
    }
    return found;
}

void narrator_putback(const struct view *view, const struct mark *mark,
                      const struct command *command, char *text, size_t size)
{
    char letter[4], other[4], what[NETWORK_NAME_MAX] = "all layers", does[120] = "";
    struct jump own, fallen;
    if (command->module >= 0 && command->module < network_n_modules(&view_learner(view)->params)) {
        network_module_name(&view_learner(view)->params, command->module, what, sizeof what);
    }
    task_letter(command->index, letter);
    if (jump_of(view, mark, command->index, &own)) {
        own_text(&own, letter, does, sizeof does);
        int task = find_fallen(view, mark, command->index, &fallen);
        size_t used = strlen(does);
        if (task >= 0) {
            snprintf(does + used, sizeof does - used, ", *%s* falls from *%d* to *%d %%*",
                     task_letter(task, other), percent(fallen.from), percent(fallen.to));
        }
    }
    snprintf(text, size, "*%s put back at step %ld* as after %s%s%s", what, mark->step, letter,
             does, view_is_live(view) ? "; *b* goes back to before it" : "");
}
