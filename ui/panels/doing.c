/* SPDX-License-Identifier: MIT */
#include "ui/panels/doing.h"

#include <stdio.h>
#include <string.h>

#include "strategies/table.h"

/* What must be there before a strategy can do what it is for. */
enum need {
    NEED_ANCHOR,      /* what it keeps; a task's end or `consolidate` makes it */
    NEED_BASE,        /* the same, made when the second task begins */
    NEED_SECOND_TASK, /* which a stream never announces */
};

static const struct {
    const char *name;
    enum need need;
    const char *then; /* what it does from then on */
} waiting[] = {
    {"ewc", NEED_ANCHOR, "nothing is held"},
    {"l2", NEED_ANCHOR, "nothing is held"},
    {"lora", NEED_BASE, "the weights are frozen and small added matrices learn"},
    {"freeze", NEED_SECOND_TASK, "the first layers stop"},
    {"decay", NEED_SECOND_TASK, "the learning rate falls, and with each task again"},
};

/* Its line of the table, -1 if it needs nothing. */
static int find(int strategy)
{
    for (int i = 0; i < (int)(sizeof waiting / sizeof *waiting); i++) {
        if (strcmp(waiting[i].name, strategy_at(strategy)->name) == 0) {
            return i;
        }
    }
    return -1;
}

bool doing_waits(const struct view *view, int strategy)
{
    int i = find(strategy);
    if (i >= 0 && waiting[i].need == NEED_SECOND_TASK) {
        return view->chronicle->is_stream || view->snapshot->stage == 0;
    }
    return i >= 0 && view_learner(view)->strategies[strategy].bytes == 0;
}

char *doing_text(const struct view *view, int strategy, char *buf, size_t size)
{
    int i = find(strategy);
    bool is_stream = view->chronicle->is_stream;
    char present[4], next[4];
    if (!doing_waits(view, strategy)) {
        snprintf(buf, size, "%s", strategy_at(strategy)->summary);
        return buf;
    }
    task_letter(view->snapshot->task, present);
    task_letter(view_stage_task(view, view->snapshot->stage + 1), next);
    bool is_last = view->snapshot->stage + 1 >= view->snapshot->n_stages;
    if (waiting[i].need == NEED_ANCHOR) {
        snprintf(buf, size, "waits %s%s, or *c*: until then %s",
                 is_stream ? "until it consolidates" : "for the end of ", is_stream ? "" : present,
                 waiting[i].then);
    } else if (waiting[i].need == NEED_BASE && is_stream) {
        snprintf(buf, size, "waits until it consolidates: then %s", waiting[i].then);
    } else if (is_stream || is_last) {
        snprintf(buf, size, "does nothing here: %s",
                 is_stream ? "nobody says when a second task begins" : "there is no second task");
    } else {
        bool is_merging = waiting[i].need == NEED_BASE && doing_merges(view);
        snprintf(buf, size, "waits: when %s begins, %s%s", next, waiting[i].then,
                 is_merging ? ", to be merged at its end: that protects nothing" : "");
    }
    return buf;
}

bool doing_adapts(const struct view *view)
{
    int lora = strategy_find("lora");
    const struct strategy_state *state = &view_learner(view)->strategies[lora];
    return state->is_on && !doing_waits(view, lora) && strcmp(state->status, "unplugged") != 0;
}

bool doing_merges(const struct view *view)
{
    return view_learner(view)->params.value[PARAM_LORA_MODE] == LORA_MODE_MERGE;
}

/* The step of the last command that set how LoRA adapts: it begins anew with the visit after it. */
static long mode_set(const struct view *view)
{
    const struct chronicle *chronicle = view->chronicle;
    for (int i = chronicle->n_marks - 1; i >= 0; i--) {
        const struct mark *mark = &chronicle->marks[i];
        struct command command;
        if (mark->kind == ENTRY_COMMAND && view_concerns(view, mark) &&
            command_parse(mark->text, &command, NULL) && command.kind == COMMAND_SET &&
            command.index == PARAM_LORA_MODE) {
            return mark->step;
        }
    }
    return -1;
}

char *doing_base_text(const struct view *view, char *buf, size_t size)
{
    const struct chronicle *chronicle = view->chronicle;
    bool is_merged = doing_merges(view);
    long since = view_on_since(view, strategy_find("lora")), set = mode_set(view);
    char letter[4];
    if (chronicle->is_stream) {
        snprintf(buf, size, is_merged ? "it last consolidated" : "it first consolidated");
        return buf;
    }
    /* The first visit that began with it on; merged: the last one. */
    int first = is_merged ? chronicle->n_visits - 1 : 1;
    while (first < chronicle->n_visits - 1 && chronicle->visits[first].begin <= set) {
        first++;
    }
    if (first < 1 || first >= chronicle->n_visits || since > chronicle->visits[first].begin) {
        snprintf(buf, size, "LoRA came on");
    } else {
        snprintf(buf, size, "%s began", task_letter(chronicle->visits[first].task, letter));
    }
    return buf;
}
