/* SPDX-License-Identifier: MIT */
#include "support/claims_inside.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "ui/widgets/percent.h"

double match_step(const struct match *match)
{
    const struct view *view = match->claims->view;
    bool is_past = view->has_cursor && view->cursor < (double)view->snapshot->step;
    return is_past ? view->cursor : (double)view->snapshot->step;
}

bool match_has(const struct match *match, int group)
{
    return match->groups[group].rm_eo > match->groups[group].rm_so;
}

long match_number(const struct match *match, int group)
{
    return match_has(match, group) ? strtol(match->text + match->groups[group].rm_so, NULL, 10)
                                   : -1;
}

int match_task(const struct match *match, int group)
{
    char letter[4] = {match->text[match->groups[group].rm_so], '\0'};
    return task_from_letter(letter, match->claims->view->timeline->n_tasks);
}

bool match_fails(const struct match *match, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(match->why, match->size, format, args);
    va_end(args);
    return false;
}

bool match_is(const struct match *match, const char *what, long said, double share)
{
    match->claims->n_checked++;
    return (isfinite(share) && percent(share) == said) ||
           match_fails(match, "%s: %ld said, %.5f in the journal", what, said, share);
}

double match_now(const struct match *match, int of)
{
    return record_accuracy(match->record, of, match_step(match));
}

const struct stage *match_stage(const struct match *match)
{
    const struct timeline *timeline = match->claims->view->timeline;
    int i = timeline_stage_at(timeline, (long)match_step(match));
    return &timeline->stages[i < 0 ? 0 : i];
}
