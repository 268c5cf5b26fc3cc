/* SPDX-License-Identifier: MIT
 * What was on in the run that is looked at, and when: from the marks of its commands. */
#include <stdio.h>
#include <string.h>

#include "strategies/table.h"
#include "ui/panels/view.h"

/* A command given since the end, the last first; NULL if there is no other.  Begin with *i =
 * n_marks. */
static const struct mark *command_since_end(const struct view *view, int *i,
                                            struct command *command)
{
    const struct timeline *timeline = view->timeline;
    while (timeline->is_ended && --*i >= 0 && timeline->marks[*i].kind != ENTRY_END) {
        const struct mark *mark = &timeline->marks[*i];
        if (mark->kind == ENTRY_COMMAND && command_parse(mark->text, command, NULL)) {
            return mark;
        }
    }
    return NULL;
}

bool view_was_on(const struct view *view, int strategy)
{
    bool is_on = view_learner(view)->strategies[strategy].is_on;
    const struct mark *mark;
    struct command command;
    int i = view->timeline->n_marks;
    while ((mark = command_since_end(view, &i, &command)) != NULL) {
        if (command.kind == COMMAND_STRATEGY && command.index == strategy &&
            view_concerns(view, mark)) {
            is_on = !command.on; /* the first switch after the end turned it round */
        }
    }
    return is_on;
}

bool view_is_changed_since_end(const struct view *view)
{
    struct command command;
    int i = view->timeline->n_marks;
    while (command_since_end(view, &i, &command)) {
        if (command.kind == COMMAND_STRATEGY || command.kind == COMMAND_SET) {
            return true;
        }
    }
    return false;
}

char *view_strategies_text(const struct view *view, char *buf, size_t size)
{
    const struct strategy_state *states = view_learner(view)->strategies;
    int n = 0, left = 0;
    for (int i = 0; i < strategy_count(); i++) {
        left += states[i].is_on;
    }
    snprintf(buf, size, "no strategy");
    for (int i = 0; i < strategy_count(); i++) {
        if (states[i].is_on) {
            size_t used = n ? strlen(buf) : 0;
            left--;
            snprintf(buf + used, size - used, "%s%s",
                     n == 0 ? ""
                     : left ? ", "
                            : " and ",
                     strategy_at(i)->title);
            n++;
        }
    }
    return buf;
}

/* ---- LoRA's adapter: in or out --------------------------------------------------------------- */

static bool is_command_of(const struct view *view, const struct mark *mark, struct command *command)
{
    return mark->kind == ENTRY_COMMAND && view_concerns(view, mark) &&
           command_parse(mark->text, command, NULL);
}

/* LoRA was on at the start if it is now, or if the first switch turned it off. */
static bool began_adapting(const struct view *view)
{
    int lora = strategy_find("lora");
    const struct timeline *timeline = view->timeline;
    struct command command;
    for (int i = 0; i < timeline->n_marks; i++) {
        if (is_command_of(view, &timeline->marks[i], &command) &&
            command.kind == COMMAND_STRATEGY && command.index == lora) {
            return !command.on;
        }
    }
    return view_learner(view)->strategies[lora].is_on;
}

/* After the first n marks.  One command may reach learners that have no adapter. */
static bool is_out_after(const struct view *view, int n)
{
    bool is_on = began_adapting(view), is_out = false;
    struct command command;
    for (int i = 0; i < n; i++) {
        if (!is_command_of(view, &view->timeline->marks[i], &command)) {
            continue;
        }
        bool is_switch = command.kind == COMMAND_STRATEGY && command.index == strategy_find("lora");
        if (is_switch && is_on != command.on) {
            is_on = command.on;
            is_out = false;
        } else if (command.kind == COMMAND_PLUG || command.kind == COMMAND_UNPLUG) {
            is_out = is_on && command.kind == COMMAND_UNPLUG;
        }
    }
    return is_out;
}

bool view_has_silenced(const struct view *view)
{
    bool has_silenced = false;
    struct command command;
    for (int i = 0; i < view->timeline->n_marks; i++) {
        const struct mark *mark = &view->timeline->marks[i];
        bool is_past = !view->has_cursor || (double)mark->step <= view->cursor;
        if (is_past && is_command_of(view, mark, &command) && command.kind == COMMAND_SILENCE) {
            has_silenced = strcmp(command.text, "off") != 0;
        }
    }
    return has_silenced;
}

bool view_is_unplugged(const struct view *view)
{
    const struct strategy_state *state = &view_learner(view)->strategies[strategy_find("lora")];
    int n = 0;
    while (view->has_cursor && n < view->timeline->n_marks &&
           (double)view->timeline->marks[n].step <= view->cursor) {
        n++;
    }
    return view->has_cursor ? is_out_after(view, n) : strcmp(state->status, "unplugged") == 0;
}

bool view_row_is_unplugged(const struct view *view, int row)
{
    const struct timeline *timeline = view->timeline;
    int n = 0;
    while (n < timeline->n_marks && timeline->marks[n].stage <= row &&
           (timeline->marks[n].kind != ENTRY_END || timeline->marks[n].stage < row)) {
        n++;
    }
    return is_out_after(view, n);
}

/* ---- in words -------------------------------------------------------------------------------- */

/* When a strategy was switched before the end: the last steps of each, -1 if it never was. */
struct switches {
    long on, off;
    bool was_on; /* by the last of them */
};

static struct switches switches_of(const struct view *view, int strategy)
{
    const struct timeline *timeline = view->timeline;
    struct switches switches = {-1, -1, false};
    struct command command;
    for (int i = 0; i < timeline->n_marks; i++) {
        const struct mark *mark = &timeline->marks[i];
        if (mark->kind == ENTRY_END) {
            break;
        }
        if (mark->kind == ENTRY_COMMAND && view_concerns(view, mark) &&
            command_parse(mark->text, &command, NULL) && command.kind == COMMAND_STRATEGY &&
            command.index == strategy) {
            *(command.on ? &switches.on : &switches.off) = mark->step;
            switches.was_on = command.on;
        }
    }
    return switches;
}

/* " since step 1356", "" for the whole run; false if it never was on. */
static bool times_text(const struct view *view, int strategy, char *text, size_t size)
{
    struct switches switches = switches_of(view, strategy);
    text[0] = '\0';
    if (view_was_on(view, strategy)) {
        if (switches.was_on && switches.on > 0) {
            snprintf(text, size, " since step %ld", switches.on);
        }
        return true;
    }
    if (switches.off <= 0 || switches.on >= switches.off) {
        return false;
    }
    if (switches.on > 0) {
        snprintf(text, size, " from step %ld to %ld", switches.on, switches.off);
    } else {
        snprintf(text, size, " until step %ld", switches.off);
    }
    return true;
}

char *view_run_text(const struct view *view, char *buf, size_t size)
{
    size_t used = 0;
    char times[64];
    snprintf(buf, size, "no strategy");
    for (int i = 0; i < strategy_count() && used < size; i++) {
        if (times_text(view, i, times, sizeof times)) {
            bool is_out = i == strategy_find("lora") && view_is_unplugged(view);
            used += (size_t)snprintf(buf + used, size - used, "%s%s%s%s", used ? ", " : "",
                                     strategy_at(i)->title, times, is_out ? ", unplugged" : "");
        }
    }
    return buf;
}
