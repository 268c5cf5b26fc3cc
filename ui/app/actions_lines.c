/* SPDX-License-Identifier: MIT
 * Lines of the palette: commands of the screen are carried out here, all others go to the lab. */
#include <stdio.h>
#include <string.h>

#include "strategies/table.h"
#include "tasks/suite.h"
#include "ui/app/actions.h"
#include "ui/app/look.h"
#include "ui/app/send.h"

/* What only changes how things are looked at. */
static bool line_look(struct app *app, const char *line)
{
    struct look look = {&app->frame.view, app->theme, app->glyphs};
    enum panel_id focus = app->frame.view.focus;
    if (!look_line(&look, line)) {
        return false;
    }
    app->wants_theme = app->wants_theme || look.theme != app->theme;
    app->wants_redraw = app->wants_redraw || look.glyphs != app->glyphs;
    app->theme = look.theme;
    app->glyphs = look.glyphs;
    const struct view *view = &app->frame.view;
    if (view->focus != focus) {
        actions_request_map(app);
    }
    if (strncmp(line, "compare", 7) == 0 && view->compare == COMPARE_TASK &&
        !chronicle_has_visited(view->chronicle, view->compare_task)) {
        app_say(app, false, "that task has not begun yet: its curves come when it does");
    }
    return true;
}

/* All knobs and strategies back to the beginning's; each change is a command of its own. */
static void reset(struct app *app)
{
    const struct learner_state *learner = view_learner(&app->frame.view);
    for (int i = 0; i < strategy_count(); i++) {
        if (learner->strategies[i].is_on) {
            app_send(app, "strategy %s off", strategy_at(i)->name);
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

/* What could have stood there, for the line that says what was wrong. */
static void say_expected(struct app *app, const char *name, const char *usage, const char *found)
{
    struct palette_choices choices;
    struct palette palette = {0};
    char message[190];
    snprintf(palette.text, sizeof palette.text, "%.30s ", name);
    struct palette_names names = palette_names_of(app->frame.view.snapshot, app->facts.n_tasks);
    palette_complete(&palette, &names, &choices);
    int used = snprintf(message, sizeof message, "%.30s: ", usage);
    for (int i = 0; i < choices.n && used < (int)sizeof message - 60; i++) {
        used += snprintf(message + used, sizeof message - (size_t)used, "%s%s", i ? ", " : "",
                         choices.word[i]);
    }
    snprintf(message + used, sizeof message - (size_t)used, " expected, found '%.30s'", found);
    app_say(app, true, message);
}

/* A command of the screen with its argument; false if the argument is not one of those it has. */
static bool view_line(struct app *app, const char *name, const char *argument)
{
    if (strcmp(name, "mouse") == 0 &&
        (strcmp(argument, "on") == 0 || strcmp(argument, "off") == 0)) {
        actions_set_mouse(app, strcmp(argument, "on") == 0);
        return true;
    }
    if (strcmp(name, "quit") == 0) {
        return app->is_quitting = true;
    }
    if (strcmp(name, "reset") == 0) {
        reset(app);
        return true;
    }
    if (strcmp(name, "record") == 0) {
        snprintf(app->record_path, sizeof app->record_path, "%s", argument);
        return app->wants_recording = true;
    }
    if (strcmp(name, "help") == 0) {
        actions_open(app, OVERLAY_HELP);
        return true;
    }
    return false;
}

void actions_line(struct app *app, const char *line)
{
    char name[40] = "", argument[40] = "";
    sscanf(line, "%39s %39s", name, argument);
    for (const struct palette_view_command *c = palette_view_commands(); c->usage; c++) {
        if (strncmp(c->usage, name, strlen(name)) == 0 && strcspn(c->usage, " ") == strlen(name)) {
            if (!line_look(app, line) && !view_line(app, name, argument)) {
                say_expected(app, name, c->usage, argument);
            }
            return;
        }
    }
    app_send(app, "%s", line);
}
