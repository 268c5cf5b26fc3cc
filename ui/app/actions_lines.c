/* SPDX-License-Identifier: MIT
 * Lines of the palette: commands of the screen are carried out here, all others go to the lab. */
#include <stdio.h>
#include <string.h>

#include "strategies/table.h"
#include "tasks/suite.h"
#include "ui/app/actions.h"
#include "ui/app/send.h"
#include "ui/panels/panel.h"

static bool line_focus(struct app *app, const char *name)
{
    for (int i = 0; i < PANEL_COUNT; i++) {
        if (strcmp(panel_at((enum panel_id)i)->name, name) == 0) {
            actions_focus(app, (enum panel_id)i);
            return true;
        }
    }
    return false;
}

static bool line_zoom(struct app *app, const char *name)
{
    static const char *const names[] = {"all", "two", "task"};
    for (int i = 0; i < ZOOM_COUNT; i++) {
        if (strcmp(names[i], name) == 0) {
            app->frame.view.zoom = (enum zoom)i;
            return true;
        }
    }
    return false;
}

static bool line_compare(struct app *app, const char *name)
{
    struct view *view = &app->frame.view;
    int task = task_from_letter(name, view->chronicle->n_tasks);
    bool is_average = strcmp(name, "average") == 0;
    if (task >= 0) {
        view->compare = COMPARE_TASK;
        view->compare_task = task;
        if (!chronicle_has_visited(view->chronicle, task)) {
            app_say(app, false, "that task has not begun yet: its curves come when it does");
        }
    } else if (is_average || strcmp(name, "tasks") == 0) {
        view->compare = is_average ? COMPARE_AVERAGE : COMPARE_NOT;
    } else {
        return false;
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
    if (strcmp(name, "theme") == 0 && theme_find(argument)) {
        app->theme = theme_find(argument);
        return app->wants_theme = true;
    }
    if (strcmp(name, "glyphs") == 0 && glyphs_find(argument)) {
        app->glyphs = glyphs_find(argument);
        return app->wants_redraw = true;
    }
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
    if (strcmp(name, "help") == 0) {
        actions_open(app, OVERLAY_HELP);
        return true;
    }
    return (strcmp(name, "focus") == 0 && line_focus(app, argument)) ||
           (strcmp(name, "compare") == 0 && line_compare(app, argument)) ||
           (strcmp(name, "zoom") == 0 && line_zoom(app, argument));
}

void actions_line(struct app *app, const char *line)
{
    char name[40] = "", argument[40] = "";
    sscanf(line, "%39s %39s", name, argument);
    for (const struct palette_view_command *c = palette_view_commands(); c->usage; c++) {
        if (strncmp(c->usage, name, strlen(name)) == 0 && strcspn(c->usage, " ") == strlen(name)) {
            if (!view_line(app, name, argument)) {
                say_expected(app, name, c->usage, argument);
            }
            return;
        }
    }
    app_send(app, "%s", line);
}
