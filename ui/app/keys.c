/* SPDX-License-Identifier: MIT */
#include "ui/app/keys.h"

#include <stdio.h>
#include <string.h>

#define ON(panel) (1u << (panel))

enum { CURVES = ON(PANEL_ACCURACY) | ON(PANEL_LAYERS) };
enum { CELLS = ON(PANEL_DRIFT) | ON(PANEL_MATRIX) | ON(PANEL_SAMPLES), CURSORS = CURVES | CELLS };
enum { PEOPLE = ON(PANEL_LEARNERS) | ON(PANEL_PLANE) };

static const struct key_binding bindings[] = {
    {"space", ACTION_PAUSE, 0, 0, "space", "pause", "pause, and go on"},
    {"n", ACTION_NEXT, 0, 0, "n", "next task", "end this task now, on to the next"},
    {"1", ACTION_STRATEGY, 0, 0, "1-8", "strategy", "switch that strategy on or off"},
    {"2", ACTION_STRATEGY, 1, 0, NULL, NULL, NULL},
    {"3", ACTION_STRATEGY, 2, 0, NULL, NULL, NULL},
    {"4", ACTION_STRATEGY, 3, 0, NULL, NULL, NULL},
    {"5", ACTION_STRATEGY, 4, 0, NULL, NULL, NULL},
    {"6", ACTION_STRATEGY, 5, 0, NULL, NULL, NULL},
    {"7", ACTION_STRATEGY, 6, 0, NULL, NULL, NULL},
    {"8", ACTION_STRATEGY, 7, 0, NULL, NULL, NULL},

    {"left", ACTION_CURSOR_X, -1, CURSORS, "← →", "cursor",
     "curves, drift, matrix, samples: cursor"},
    {"right", ACTION_CURSOR_X, +1, CURSORS, NULL, NULL, NULL},
    {"shift-left", ACTION_CURSOR_X, -10, CURVES, NULL, NULL, NULL},
    {"shift-right", ACTION_CURSOR_X, +10, CURVES, NULL, NULL, NULL},
    {"home", ACTION_CURSOR_X, -CURSOR_EDGE, CURVES, "Home End", NULL,
     "curves: cursor to the first, last step"},
    {"end", ACTION_CURSOR_X, +CURSOR_EDGE, CURVES, NULL, NULL, NULL},
    {"up", ACTION_CURSOR_Y, -1, CELLS, "↑ ↓", NULL, "drift, matrix, samples: cursor"},
    {"down", ACTION_CURSOR_Y, +1, CELLS, NULL, NULL, NULL},
    {"p", ACTION_PLAIN, 0, ON(PANEL_SAMPLES), "p", "plain, seen",
     "samples: unpermuted, or as the task sees them"},
    {"up", ACTION_SELECT_STRATEGY, -1, ON(PANEL_STRATEGIES), "↑ ↓", "select",
     "strategies: select one"},
    {"down", ACTION_SELECT_STRATEGY, +1, ON(PANEL_STRATEGIES), NULL, NULL, NULL},
    {"x", ACTION_STRATEGY, -1, ON(PANEL_STRATEGIES), "x", "on / off",
     "strategies: switch the selected one"},
    {"up", ACTION_LEARNER, -1, PEOPLE, "↑ ↓", "select", "learners, plane: select one"},
    {"down", ACTION_LEARNER, +1, PEOPLE, NULL, NULL, NULL},
    {"o", ACTION_SORT, +1, ON(PANEL_LEARNERS), "o O", "sort",
     "learners: sort by the next column, the other way"},
    {"O", ACTION_SORT, -1, ON(PANEL_LEARNERS), NULL, NULL, NULL},
    {"e", ACTION_RENAME, 0, ON(PANEL_LEARNERS), "e", "rename", "learners: rename the selected one"},
    {"d", ACTION_REMOVE, 0, ON(PANEL_LEARNERS), "d", "remove", "learners: remove the selected one"},
    {"A", ACTION_ADD, 0, PEOPLE, "A", NULL, "learners, plane: add one, there from the start"},
    {"J", ACTION_LANDMARKS, 0, ON(PANEL_PLANE), "J", "joint, naive",
     "plane: add joint and naive training"},
    {"up", ACTION_KNOB_CHOOSE, -1, 0, "↑ ↓", "knob", "knobs: choose one"},
    {"down", ACTION_KNOB_CHOOSE, +1, 0, NULL, NULL, NULL},
    {"left", ACTION_KNOB_TURN, -1, 0, "← →", "turn", "knobs: turn the chosen one"},
    {"right", ACTION_KNOB_TURN, +1, 0, NULL, NULL, NULL},
    {"page-down", ACTION_KNOB_TURN, -5, 0, "PgUp PgDn", NULL, "knobs: turn it faster"},
    {"page-up", ACTION_KNOB_TURN, +5, 0, NULL, NULL, NULL},
    {"0", ACTION_KNOB_DEFAULT, 0, 0, "0", NULL, "the chosen knob back to where it began"},
    {"+ =", ACTION_RATE, +1, 0, "+ -", "rate", "learning rate up or down"},
    {"-", ACTION_RATE, -1, 0, NULL, NULL, NULL},
    {"]", ACTION_SPEED, +1, 0, "[ ]", "speed", "slower, faster"},
    {"[", ACTION_SPEED, -1, 0, NULL, NULL, NULL},
    {"}", ACTION_SPEED, 0, 0, "}", NULL, "as fast as it can; [ comes back"},

    {"f", ACTION_FORK, 0, 0, "f", "fork", "a copy from here, or the cursor: what if?"},
    {"> .", ACTION_LEARNER, +1, 0, "< >", "learner", "select another learner"},
    {"< ,", ACTION_LEARNER, -1, 0, NULL, NULL, NULL},
    {"a", ACTION_ALL, 0, 0, "a", NULL, "keys reach all learners, or the selected one"},
    {"v", ACTION_COMPARE, 0, 0, "v", NULL, "curves: its tasks, or every learner"},
    {"V", ACTION_COMPARE_TASK, 0, 0, "V", NULL, "curves: every learner, on the next task"},

    {"z", ACTION_ZOOM, 0, 0, "z", NULL, "curves: all tasks, the last two, this one"},
    {"l", ACTION_LAYER, 0, 0, "l", NULL, "drift: next layer"},
    {"w", ACTION_WHAT, 0, 0, "w", NULL, "drift: weights, gradient, Fisher, update ..."},
    {"s", ACTION_SINCE, 0, 0, "s", NULL, "drift: since a task began, the start, an end"},

    {"b", ACTION_REWIND, 0, 0, "b", "back", "back to this task's start, or the cursor"},
    {"R", ACTION_RESTART, 0, 0, "R", "again", "begin anew with what is on and set now"},
    {"c", ACTION_CONSOLIDATE, 0, 0, "c", NULL, "consolidate: the end-of-task work now"},
    {"u", ACTION_PLUG, 0, 0, "u", NULL, "unplug LoRA's adapter, and plug it in again"},
    {"r", ACTION_RECORD, 0, 0, "r", "record", "record the session into a file, and stop"},
    {")", ACTION_MARK, +1, 0, "( )", "mark", "a recording: to the last, next mark"},
    {"(", ACTION_MARK, -1, 0, NULL, NULL, NULL},
    {"m", ACTION_NOTE, 0, 0, "m", NULL, "put a note at this step"},
    {"t", ACTION_ASK, 0, 0, "t", NULL, "texts: type a beginning, see how it goes on"},

    {"tab", ACTION_FOCUS, +1, 0, "Tab", "panel", "keys to the next panel; Shift-Tab: back"},
    {"shift-tab", ACTION_FOCUS, -1, 0, NULL, NULL, NULL},
    {"enter", ACTION_ENLARGE, 0, 0, "Enter", NULL, "the panel fills the screen, and back"},
    {"i", ACTION_EXPLAIN, 0, 0, "i", "explain", "explain this panel, equation and paper"},
    {":", ACTION_PALETTE, 0, 0, ":", "command", "type a command: Tab completes, ↑ ↓ history"},
    {"T", ACTION_THEME, 0, 0, "T", NULL, "next theme: dark, light, colour-blind-safe"},
    {"G", ACTION_GLYPHS, 0, 0, "G", NULL, "next glyphs: braille, block, ASCII"},
    {"M", ACTION_MOUSE, 0, 0, "M", NULL, "mouse on, off (on: Shift selects text)"},
    {"ctrl-l", ACTION_REDRAW, 0, 0, "Ctrl-L", NULL, "draw everything again"},
    {"esc", ACTION_BACK, 0, 0, "Esc", NULL, "close what is open, take the cursor away"},
    {"? f1 h", ACTION_HELP, 0, 0, "?", "help", "this help"},
    {"q", ACTION_QUIT, 0, 0, "q", "quit", "leave; asks if a long session is lost by it"},
    {NULL, 0, 0, 0, NULL, NULL, NULL},
};

const struct key_binding *key_bindings(void)
{
    return bindings;
}

static bool is_named(const char *names, struct key key)
{
    for (const char *at = names; *at;) {
        size_t length = strcspn(at, " ");
        char name[16];
        struct key named;
        snprintf(name, sizeof name, "%.*s", (int)length, at);
        if (key_parse(name, &named) && key_equals(named, key)) {
            return true;
        }
        at += length + strspn(at + length, " ");
    }
    return false;
}

const struct key_binding *key_find(struct key key, enum panel_id focus)
{
    for (const struct key_binding *binding = bindings; binding->keys; binding++) {
        if ((binding->panels == 0 || binding->panels & ON(focus)) && is_named(binding->keys, key)) {
            return binding;
        }
    }
    return NULL;
}

const struct key_binding *key_elsewhere(struct key key, enum panel_id focus, unsigned *panels)
{
    const struct key_binding *shown = NULL;
    if (key_find(key, focus)) {
        return NULL;
    }
    for (const struct key_binding *binding = bindings; binding->keys; binding++) {
        shown = binding->shown ? binding : shown;
        if (is_named(binding->keys, key)) {
            *panels = binding->panels;
            return shown;
        }
    }
    return NULL;
}

bool key_plays(enum action action)
{
    static const enum action actions[] = {ACTION_PAUSE,    ACTION_NEXT,     ACTION_REWIND,
                                          ACTION_SPEED,    ACTION_LEARNER,  ACTION_MARK,
                                          ACTION_FOCUS,    ACTION_HELP,     ACTION_QUIT,
                                          ACTION_ZOOM,     ACTION_COMPARE,  ACTION_COMPARE_TASK,
                                          ACTION_ENLARGE,  ACTION_EXPLAIN,  ACTION_PLAIN,
                                          ACTION_BACK,     ACTION_CURSOR_X, ACTION_RESTART,
                                          ACTION_CURSOR_Y, ACTION_SORT,     ACTION_SELECT_STRATEGY,
                                          ACTION_PALETTE,  ACTION_THEME,    ACTION_GLYPHS,
                                          ACTION_MOUSE,    ACTION_REDRAW};
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++) {
        if (actions[i] == action) {
            return true;
        }
    }
    return false;
}

bool key_trains(enum action action)
{
    return action != ACTION_MARK;
}
