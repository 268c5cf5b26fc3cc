/* SPDX-License-Identifier: MIT
 * The table of keys: its rows in the order of the hints, and what several of them do. */
#include <stdio.h>
#include <string.h>

#include "ui/app/actions.h"
#include "ui/app/key_rows.h"
#include "ui/app/look.h"
#include "ui/app/send.h"

static const struct key_binding *const topics[] = {keys_training, keys_weight, keys_panels,
                                                   keys_session, keys_looks};

const struct key_binding *key_binding_at(int i)
{
    for (size_t topic = 0; topic < sizeof topics / sizeof *topics; topic++) {
        const struct key_binding *binding = topics[topic];
        while (binding->keys && i > 0) {
            binding++;
            i--;
        }
        if (binding->keys) {
            return binding;
        }
    }
    return NULL;
}

/* ---- what several do ---- */

void key_send(struct app *app, const struct key_binding *binding)
{
    app_send(app, "%s", binding->text);
}

void key_look(struct app *app, const struct key_binding *binding)
{
    actions_look(app, "%s", binding->text);
}

/* The word behind the one that the command would be given now, the first behind the last. */
void key_next_word(struct app *app, const struct key_binding *binding)
{
    struct look look = {&app->frame.view, app->theme, app->glyphs};
    char argument[LOOK_ARGUMENT_MAX];
    int command = look_find(binding->text, argument), i = 0;
    const struct look_state now = look_state(&look);
    const char *help, *word;
    while ((word = look_word(look.view, command, i, &help)) &&
           strcmp(word, now.argument[command]) != 0) {
        i++;
    }
    const char *next = word ? look_word(look.view, command, i + 1, &help) : NULL;
    actions_look(app, "%s %s", binding->text,
                 next ? next : look_word(look.view, command, 0, &help));
}

void key_type(struct app *app, const struct key_binding *binding)
{
    palette_open(&app->frame.palette, binding->text);
    app->frame.view.overlay = OVERLAY_PALETTE;
}

/* A line about the selected learner; with an argument something is to follow. */
void key_type_about_learner(struct app *app, const struct key_binding *binding)
{
    char text[LEARNER_NAME_MAX + 16];
    snprintf(text, sizeof text, "%s %s%s", binding->text, view_learner(&app->frame.view)->name,
             binding->argument ? " " : "");
    key_type(app, &(struct key_binding){.text = text});
}

/* What the key has changed may not be on the screen. */
void key_say_hidden(struct app *app, enum panel_id id)
{
    const struct view *view = &app->frame.view;
    struct layout layout = actions_layout(app);
    char text[96];
    if (app->player) {
        return;
    }
    if (rect_is_empty(layout.panels[id])) {
        snprintf(text, sizeof text, "this is seen in *%s*, which is not on the screen: *Tab*",
                 panel_at(id)->name);
        app_say(app, false, text);
    } else if (id == PANEL_DRIFT && view_shows_summary(view)) {
        app_say(app, false, "this is seen in *drift*, behind what is left: *Esc*");
    }
}

/* What arrow keys mean to a panel; false if nothing. */
bool key_move_in(struct app *app, enum panel_id id, int dx, int dy)
{
    struct grid none = {0};
    struct pen pen = actions_panel_pen(app, &none, id);
    struct panel_lines lines = panel_at(id)->move(&pen, &app->frame.view, dx, dy);
    actions_carry_out(app, &lines);
    return lines.text[0] != '\0';
}

void key_enter(struct app *app, const struct key_binding *binding)
{
    const struct view *view = &app->frame.view;
    const struct panel *panel = panel_at(view->focus);
    struct panel_lines lines = panel->enter ? panel->enter(view) : (struct panel_lines){0};
    if (lines.text[0] == '\0') {
        key_next_word(app, binding);
    }
    actions_carry_out(app, &lines);
}

void key_no_cursor(struct app *app)
{
    actions_look(app, "cursor off");
    actions_look(app, "weight off");
    actions_look(app, "cell off");
    actions_look(app, "sample off");
    actions_look(app, "character off");
    actions_look(app, "bar off");
    actions_look(app, "lost most");
}

void key_turn_chosen(struct app *app, const struct key_binding *binding)
{
    actions_turn(app, app->frame.view.knob, binding->argument);
}

/* ---- when they have nothing to do ---- */

bool key_is_over(const struct view *view)
{
    enum lab_state state = view->snapshot->state;
    return !view->tape.is_played && (state == LAB_ENDED || state == LAB_DIVERGED);
}

bool key_is_alone(const struct view *view)
{
    return !view_has_learners(view);
}
