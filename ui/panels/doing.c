/* SPDX-License-Identifier: MIT */
#include "ui/panels/doing.h"

#include <stdio.h>
#include <string.h>

#include "strategies/lora.h"
#include "strategies/table.h"

bool doing_waits(const struct view *view, int strategy)
{
    enum strategy_need need = strategy_at(strategy)->need;
    if (need == STRATEGY_NEEDS_SECOND) {
        return view->timeline->is_stream || view->snapshot->stage == 0;
    }
    return need != STRATEGY_NEEDS_NOTHING && view_learner(view)->strategies[strategy].bytes == 0;
}

char *doing_text(const struct view *view, int strategy, char *buf, size_t size)
{
    const enum strategy_need need = strategy_at(strategy)->need;
    const char *then = strategy_at(strategy)->then;
    bool is_stream = view->timeline->is_stream;
    char present[4], next[4];
    if (!doing_waits(view, strategy)) {
        snprintf(buf, size, "%s", strategy_at(strategy)->summary);
        return buf;
    }
    task_letter(view->snapshot->task, present);
    task_letter(view_stage_task(view, view->snapshot->stage + 1), next);
    bool is_last = view->snapshot->stage + 1 >= view->snapshot->n_stages;
    if (need == STRATEGY_NEEDS_ANCHOR) {
        snprintf(buf, size, "waits %s%s, or *c*: until then %s",
                 is_stream ? "until it consolidates" : "for the end of ", is_stream ? "" : present,
                 then);
    } else if (need == STRATEGY_NEEDS_BASE && is_stream) {
        snprintf(buf, size, "waits until it consolidates: then %s", then);
    } else if (is_stream || is_last) {
        snprintf(buf, size, "does nothing here: %s",
                 is_stream ? "nobody says when a second task begins" : "there is no second task");
    } else {
        bool is_merging = need == STRATEGY_NEEDS_BASE && doing_merges(view);
        snprintf(buf, size, "waits: when %s begins, %s%s", next, then,
                 is_merging ? ", to be merged at its end: that protects nothing" : "");
    }
    return buf;
}

bool doing_adapts(const struct view *view)
{
    int lora = strategy_find("lora");
    const struct strategy_state *state = &view_learner(view)->strategies[lora];
    return state->is_on && !doing_waits(view, lora) && !view_is_unplugged(view);
}

bool doing_merges(const struct view *view)
{
    return view_learner(view)->params.value[PARAM_LORA_MODE] == LORA_MODE_MERGE;
}

/* The step of the last command that set how LoRA adapts: it begins anew with the stage after it. */
static long mode_set(const struct view *view)
{
    const struct timeline *timeline = view->timeline;
    for (int i = timeline->n_marks - 1; i >= 0; i--) {
        const struct mark *mark = &timeline->marks[i];
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
    const struct timeline *timeline = view->timeline;
    bool is_merged = doing_merges(view);
    long since = view_on_since(view, strategy_find("lora")), set = mode_set(view);
    char letter[4];
    if (timeline->is_stream) {
        snprintf(buf, size, is_merged ? "it last consolidated" : "it first consolidated");
        return buf;
    }
    /* The first stage that began with it on; merged: the last one. */
    int first = is_merged ? timeline->n_stages - 1 : 1;
    while (first < timeline->n_stages - 1 && timeline->stages[first].begin <= set) {
        first++;
    }
    if (first < 1 || first >= timeline->n_stages || since > timeline->stages[first].begin) {
        snprintf(buf, size, "LoRA came on");
    } else {
        snprintf(buf, size, "%s began", task_letter(timeline->stages[first].task, letter));
    }
    return buf;
}
