/* SPDX-License-Identifier: MIT
 * Keys: from a cell of the heatmap to its weight under the microscope, and from one to the next. */
#include "ui/app/actions.h"
#include "ui/app/key_rows.h"
#include "ui/app/send.h"
#include "ui/panels/microscope.h"

static void jump(struct app *app, const struct key_binding *binding)
{
    struct panel_lines lines = microscope_jump(&app->frame.view, binding->argument > 0);
    if (lines.text[0] == '\0') {
        app_say(app, false, "nothing has moved yet: no weight shows it better than others");
    }
    actions_carry_out(app, &lines);
}

static void move(struct app *app, int dx, int dy)
{
    if (!key_move_in(app, PANEL_MICROSCOPE, dx, dy)) {
        app_say(app, false,
                "a recording keeps the weight that was looked at and those that *j* *k* lead to");
    }
}

static void move_x(struct app *app, const struct key_binding *binding)
{
    move(app, binding->argument, 0);
}

static void move_y(struct app *app, const struct key_binding *binding)
{
    move(app, 0, binding->argument);
}

static bool has_no_map_cursor(const struct view *view)
{
    return !view->has_map_cursor;
}

enum { WEIGHT = 1u << PANEL_MICROSCOPE, HEATMAP = 1u << PANEL_DRIFT };

const struct key_binding keys_weight[] = {
    {"j", jump, 1, NULL, WEIGHT, "j k", "held, free",
     "weight: held, stretched, free; k: another such", KEY_PLAYS, NULL},
    {"k", jump, 0, NULL, WEIGHT, NULL, NULL, NULL, KEY_PLAYS, NULL},
    {"left", move_x, -1, NULL, WEIGHT, "← →", "unit", "weight: the next one, by its unit",
     KEY_PLAYS, NULL},
    {"right", move_x, +1, NULL, WEIGHT, NULL, NULL, NULL, KEY_PLAYS, NULL},
    {"up", move_y, -1, NULL, WEIGHT, "↑ ↓", "input", "weight: the next one, by its input",
     KEY_PLAYS, NULL},
    {"down", move_y, +1, NULL, WEIGHT, NULL, NULL, NULL, KEY_PLAYS, NULL},
    {"enter", key_enter, 0, "enlarge", HEATMAP, "Enter", "weight",
     "drift: the weight under the cursor", KEY_PLAYS, has_no_map_cursor},
    {NULL, NULL, 0, NULL, 0, NULL, NULL, NULL, 0, NULL},
};
