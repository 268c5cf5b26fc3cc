/* SPDX-License-Identifier: MIT
 * The script's lines: which is due, which has been done, and which are due again after going
 * back. */
#include <limits.h>
#include <string.h>

#include "lab/lab_inside.h"

/* Steps from now to where the line stands; negative where that has passed or does not come in this
 * stage. */
static long steps_to(const struct run *run, const struct script_line *line)
{
    const struct position *at = &run->at;
    if (line->task < 0) {
        return line->step - at->step;
    }
    return line->task == at->task && at->is_first_of_task ? line->step - at->stage_step : -1;
}

static bool is_due(const struct lab *lab, int i)
{
    const struct run *run = lab->now.run;
    return !run->is_done[i] && steps_to(run, &lab->script->lines[i]) == 0;
}

int lab_script_due(const struct lab *lab)
{
    int n = lab->script ? lab->script->n : 0, i = 0;
    while (i < n && !is_due(lab, i)) {
        i++;
    }
    return i < n ? i : -1;
}

long lab_steps_to_script(const struct lab *lab)
{
    const struct run *run = lab->now.run;
    long least = LONG_MAX;
    for (int i = 0; lab->script && i < lab->script->n; i++) {
        long steps = steps_to(run, &lab->script->lines[i]);
        least = !run->is_done[i] && steps > 0 && steps < least ? steps : least;
    }
    return least;
}

void lab_pass_line(struct lab *lab, const struct command *command)
{
    char told[JOURNAL_TEXT_MAX], line[JOURNAL_TEXT_MAX];
    command_format(command, told, sizeof told);
    for (int i = 0; lab->script && lab->is_script_passed && i < lab->script->n; i++) {
        command_format(&lab->script->lines[i].command, line, sizeof line);
        if (is_due(lab, i) && strcmp(told, line) == 0) {
            lab->now.run->is_done[i] = true;
            return;
        }
    }
}

/* ---- after going back ---- */

/* The first stage of that task is still to come.  In a stream every stage is the first of its
 * task. */
static bool is_to_come(const struct run *run, int task)
{
    if (!suite_is_stream(run->suite)) {
        return !run->schedule.is_seen[task];
    }
    for (int stage = 0; stage <= run->at.stage; stage++) {
        if (suite_stage_task(run->suite, stage) == task) {
            return false;
        }
    }
    return true;
}

/* What the line has brought about is still there: it would go back for ever, or somebody would come
 * or go twice. */
static bool is_still_there(enum command_kind kind, bool with_learners)
{
    unsigned flags = command_at((int)kind)->flags;
    return flags & COMMAND_RETURNS || (with_learners && flags & (COMMAND_SELECTED | COMMAND_NAMED));
}

void lab_script_again(const struct lab *lab, const struct run *from, struct run *to,
                      bool with_learners)
{
    for (int i = 0; lab->script && i < lab->script->n; i++) {
        const struct script_line *line = &lab->script->lines[i];
        long steps = steps_to(to, line);
        bool is_later = steps > 0 || (steps == 0 && with_learners) ||
                        (line->task >= 0 && is_to_come(to, line->task));
        to->is_done[i] =
            from->is_done[i] && !(is_later && !is_still_there(line->command.kind, with_learners));
    }
}
