/* SPDX-License-Identifier: MIT */
#include "ui/app/look.h"

#include <stdio.h>
#include <string.h>

#include "ui/panels/panel.h"

void look_focus(struct view *view, enum panel_id id)
{
    view->focus = id;
    view->has_summary = view->has_summary && id != PANEL_DRIFT;
}

static bool take_focus(struct look *look, const char *name)
{
    for (int i = 0; i < PANEL_COUNT; i++) {
        if (strcmp(panel_at((enum panel_id)i)->name, name) == 0) {
            look_focus(look->view, (enum panel_id)i);
            return true;
        }
    }
    return false;
}

static bool take_zoom(struct look *look, const char *name)
{
    static const char *const names[] = {"all", "two", "task"};
    for (int i = 0; i < ZOOM_COUNT; i++) {
        if (strcmp(names[i], name) == 0) {
            look->view->zoom = (enum zoom)i;
            return true;
        }
    }
    return false;
}

static bool take_compare(struct look *look, const char *name)
{
    struct view *view = look->view;
    int task = task_from_letter(name, view->chronicle->n_tasks);
    bool is_average = strcmp(name, "average") == 0;
    if (task >= 0) {
        view->compare = COMPARE_TASK;
        view->compare_task = task;
    } else if (is_average || strcmp(name, "tasks") == 0) {
        view->compare = is_average ? COMPARE_AVERAGE : COMPARE_NOT;
    } else {
        return false;
    }
    return true;
}

static bool take_theme(struct look *look, const char *name)
{
    const struct theme *theme = theme_find(name);
    look->theme = theme ? theme : look->theme;
    return theme != NULL;
}

static bool take_glyphs(struct look *look, const char *name)
{
    const struct glyphs *glyphs = glyphs_find(name);
    look->glyphs = glyphs ? glyphs : look->glyphs;
    return glyphs != NULL;
}

bool look_line(struct look *look, const char *line)
{
    static const struct {
        const char *name;
        bool (*take)(struct look *look, const char *argument);
    } lines[] = {{"focus", take_focus},
                 {"zoom", take_zoom},
                 {"compare", take_compare},
                 {"theme", take_theme},
                 {"glyphs", take_glyphs}};
    char name[40] = "", argument[40] = "";
    sscanf(line, "%39s %39s", name, argument);
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        if (strcmp(lines[i].name, name) == 0) {
            return lines[i].take(look, argument);
        }
    }
    return false;
}
