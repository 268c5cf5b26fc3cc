/* SPDX-License-Identifier: MIT
 * Lines of the palette: commands of the screen are carried out here, all others go to the lab. */
#include <stdio.h>
#include <string.h>

#include "base/nearest.h"
#include "lab/probe.h"
#include "strategies/table.h"
#include "tasks/suite.h"
#include "ui/app/actions.h"
#include "ui/app/look.h"
#include "ui/app/playback.h"
#include "ui/app/send.h"
#include "ui/app/teach.h"
#include "ui/panels/panel.h"

/* True, and it is said, if the line leads to a panel that has nothing to show of this data. */
static bool is_led_nowhere(struct app *app, const char *line)
{
    char argument[LOOK_ARGUMENT_MAX];
    int command = look_find(line, argument);
    bool is_focus = strncmp(look_commands()[command].usage, "focus ", 6) == 0;
    int id = is_focus ? panel_find(argument) : -1;
    const char *why = id >= 0 ? panel_lacks(&app->frame.view, (enum panel_id)id) : NULL;
    if (why) {
        app_say(app, false, why);
    }
    return why != NULL;
}

/* What only changes how things are looked at. */
static bool line_look(struct app *app, const char *line)
{
    const struct view *view = &app->frame.view;
    if (is_led_nowhere(app, line)) {
        return true;
    }
    if (!actions_look(app, "%s", line)) {
        return false;
    }
    if (strncmp(line + strspn(line, " "), "probe ", 6) == 0) {
        actions_look(app, "focus layers"); /* there its curves are seen */
    }
    if (strncmp(line, "compare", 7) == 0 && view->compare == COMPARE_TASK &&
        !timeline_has_begun(view->timeline, view->compare_task)) {
        app_say(app, false, "that task has not begun yet: its curves come when it does");
    }
    if (view->has_cursor && view->cursor > (double)view->snapshot->step) {
        actions_look(app, "cursor %ld", view->snapshot->step); /* no further than it has come */
    }
    return true;
}

/* All knobs and strategies back to the beginning's; each change is a command of its own. */
static void reset(struct app *app)
{
    const struct learner_state *learner = view_learner(&app->frame.view);
    const bool *was_on = app->starts[learner->slot].is_on;
    for (int i = 0; i < strategy_count(); i++) {
        if (learner->strategies[i].is_on != was_on[i]) {
            app_send(app, "strategy %s %s", strategy_at(i)->name, was_on[i] ? "on" : "off");
        }
    }
    for (int i = 0; i < PARAM_COUNT; i++) {
        enum param_id id = (enum param_id)i;
        if (param_at(id)->when == PARAM_WHEN_LIVE &&
            learner->params.value[i] != actions_start(app)->value[i]) {
            app_send_set(app, id, actions_start(app)->value[i]);
        }
    }
    app_say(app, false, "everything is as it was at the start; *R* begins anew with it");
}

/* What could have stood there, for the line that says what was wrong: the words, as many as can be
 * read at a glance, or where "off" is the only one the form of the command. */
static void say_expected(struct app *app, const char *usage, const char *found)
{
    struct palette_choices choices;
    struct palette palette = {0};
    enum { WORDS_WIDTH = 64 };
    char message[190], words[WORDS_WIDTH + 40] = "";
    size_t used = 0;
    int i = 0;
    snprintf(palette.text, sizeof palette.text, "%.*s ", (int)strcspn(usage, " "), usage);
    struct palette_names names = palette_names_of(&app->frame.view);
    palette_complete(&palette, &names, &choices);
    for (; i < choices.n && used + strlen(choices.word[i]) < WORDS_WIDTH; i++) {
        used += (size_t)snprintf(words + used, sizeof words - used, "%s%s", i ? ", " : "",
                                 choices.word[i]);
    }
    if (choices.n > 1) {
        snprintf(message, sizeof message, "%.30s: %s%s expected, found '%.30s'", usage, words,
                 i < choices.n ? " ..." : "", found);
    } else {
        snprintf(message, sizeof message, "%.60s expected, found '%.30s'", usage, found);
    }
    app_say(app, true, message);
}

/* What there is of them stands in the palette, behind the command that takes one. */
static bool list(struct app *app, const char *what)
{
    static const char *const lists[][2] = {
        {"probes", "probe "}, {"strategies", "strategy "}, {"knobs", "set "}};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        if (strcmp(what, lists[i][0]) == 0) {
            palette_open(&app->frame.palette, lists[i][1]);
            app->frame.view.overlay = OVERLAY_PALETTE;
            return true;
        }
    }
    return false;
}

/* A command of the program with its argument; false if the argument is not one of those it has. */
static bool line_program(struct app *app, const char *name, const char *argument)
{
    if (strncmp(name, "mouse", 5) == 0 &&
        (strcmp(argument, "on") == 0 || strcmp(argument, "off") == 0)) {
        actions_set_mouse(app, strcmp(argument, "on") == 0);
        return true;
    }
    if (strncmp(name, "list", 4) == 0) {
        return list(app, argument);
    }
    if (strncmp(name, "quit", 4) == 0) {
        return app->is_quitting = true;
    }
    if (strncmp(name, "reset", 5) == 0) {
        if (app->player) {
            playback_say(app);
        } else {
            reset(app);
        }
        return true;
    }
    if (strncmp(name, "record", 6) == 0) {
        snprintf(app->record_path, sizeof app->record_path, "%s", argument);
        return app->wants_recording = true;
    }
    return false;
}

/* True, and it is said, if the line's first word is nearly a command of the screen and none at all
 * of the lab. */
static bool is_misspelled(struct app *app, const char *line)
{
    char typed[LOOK_ARGUMENT_MAX], name[LOOK_ARGUMENT_MAX], near[LOOK_ARGUMENT_MAX] = "", text[160];
    struct command command;
    struct err err = {0};
    if (command_parse(line, &command, &err) || !strstr(err.msg, "is not a command; see:")) {
        return false;
    }
    line += strspn(line, " ");
    snprintf(typed, sizeof typed, "%.*s", (int)strcspn(line, " "), line);
    struct nearest nearest = {.typed = typed};
    for (const struct look_command *look = look_commands(); look->usage; look++) {
        snprintf(name, sizeof name, "%.*s", (int)strcspn(look->usage, " "), look->usage);
        nearest_offer(&nearest, name);
        if (nearest.word == name) { /* it will hold the next one */
            snprintf(near, sizeof near, "%s", name);
            nearest.word = near;
        }
    }
    if (nearest.word) {
        snprintf(text, sizeof text, "'%.60s' is not a command; did you mean %s?", typed, near);
        app_say(app, true, text);
    }
    return nearest.word != NULL;
}

/* A line to the lab; what is measured from now on is also looked at. */
static void send_line(struct app *app, const char *line)
{
    struct command command;
    app_send(app, "%s", line);
    if (!app->player && command_parse(line, &command, NULL) && command.kind == COMMAND_PROBE &&
        command.on && command.index < PROBE_COUNT) {
        actions_look(app, "probe %s", probe_at((enum probe_id)command.index)->name);
        actions_look(app, "focus layers");
    }
}

void actions_line(struct app *app, const char *line)
{
    char argument[LOOK_ARGUMENT_MAX];
    struct command command;
    int i = look_find(line, argument);
    app->frame.message[0] = '\0'; /* it was about another line */
    if (i >= 0) {
        const char *rest = line + strspn(line, " ");
        rest += strcspn(rest, " ");
        rest += strspn(rest, " ");
        const struct look_command *look = &look_commands()[i];
        if (!(look->argument->take ? line_look(app, line) : line_program(app, look->usage, rest))) {
            say_expected(app, look->usage, rest);
        }
    } else if (command_parse(line, &command, NULL) && command.kind == COMMAND_MAP) {
        actions_map(app, command.map.part, command.map.what, command.map.since);
    } else if (!app->player && command_parse(line, &command, NULL) &&
               command.kind == COMMAND_TEACH && teach_file(app, command.text)) {
        return;
    } else if (!is_misspelled(app, line)) {
        send_line(app, line);
    }
}
