/* SPDX-License-Identifier: MIT */
#include "ui/app/actions.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/range.h"
#include "strategies/table.h"
#include "ui/app/send.h"

/* The knobs of the selected learner as they were first seen. */
const struct params *actions_start(const struct app *app)
{
    return &app->starts[view_learner(&app->frame.view)->slot].params;
}

/* ---- pieces ---- */

/* A knob that stands there already is not turned, and leaves no mark. */
void actions_put_knob(struct app *app, enum param_id id, double value, const char *where)
{
    char text[96];
    if (view_learner(&app->frame.view)->params.value[id] != value ||
        app->frame.view.snapshot->is_to_all) {
        app_send_set(app, id, value);
        return;
    }
    snprintf(text, sizeof text, "*%s* is %s", param_at(id)->title, where);
    app_say(app, false, text);
}

void actions_turn(struct app *app, enum param_id id, int steps)
{
    actions_put_knob(app, id, param_nudge(&view_learner(&app->frame.view)->params, id, steps),
                     "at its end");
}

void actions_switch_strategy(struct app *app, int i)
{
    if (i < strategy_count()) {
        bool is_on = view_learner(&app->frame.view)->strategies[i].is_on;
        actions_look(app, "select %s", strategy_at(i)->name);
        app_send(app, "strategy %s %s", strategy_at(i)->name, is_on ? "off" : "on");
    }
}

void actions_carry_out(struct app *app, const struct panel_lines *lines)
{
    for (const char *at = lines->text; *at; at += strcspn(at, "\n") + 1) {
        int length = (int)strcspn(at, "\n");
        if (!actions_look(app, "%.*s", length, at)) {
            app_send(app, "%.*s", length, at);
        }
    }
}

/* ---- leaving ---- */

void actions_quit(struct app *app)
{
    if (leaving_may(&app->leaving, clock_ns(), app->player || app->recorder)) {
        app->is_quitting = true;
        return;
    }
    actions_close(app); /* the question must be seen */
    app_say(app, true,
            "not recorded: *q* again leaves, *r* records it first, any other key stays here");
    app->message_until_ns = INT64_MAX;
}

bool actions_answer(struct app *app, struct key key)
{
    if (!app->leaving.is_asked) {
        return false;
    }
    enum leaving_answer answer = leaving_answer(&app->leaving, key);
    app->frame.message[0] = '\0';
    if (answer == LEAVING_GOES) {
        app->is_quitting = true;
    } else if (answer == LEAVING_RECORDS) {
        app->record_path[0] = '\0';
        app->wants_recording = true;
    }
    return true;
}

/* ---- keys ---- */

/* A pasted text is for a line that is typed, never keys. */
static void paste(struct app *app, const char *text)
{
    if (app->frame.view.overlay != OVERLAY_PALETTE) {
        app_say(app, true, "pasted text is ignored here: press *:* for a line to paste it into");
    } else if (!palette_paste(&app->frame.palette, text)) {
        app_say(app, true, "the pasted text is longer than a line may be: its end is left out");
    }
}

/* "*J* is for the panel *plane* (*Tab*): add joint and naive training". */
static void say_elsewhere(struct app *app, const struct key_binding *binding, unsigned panels)
{
    char text[190], where[80] = "";
    const char *help = strstr(binding->help, ": ");
    size_t used = 0;
    for (int i = 0; i < PANEL_COUNT; i++) {
        if (panels & 1u << i && panel_offers(&app->frame.view, (enum panel_id)i)) {
            used += (size_t)snprintf(where + used, sizeof where - used, "%s*%s*", used ? ", " : "",
                                     panel_at((enum panel_id)i)->name);
        }
    }
    if (used == 0) {
        snprintf(text, sizeof text, "*%s* has nothing to do with this data", binding->shown);
    } else {
        snprintf(text, sizeof text, "*%s* works in %s (*Tab* goes there): %s", binding->shown,
                 where, help ? help + 2 : binding->help);
    }
    app_say(app, false, text);
}

/* A key of the line that is typed. */
static void type(struct app *app, struct key key)
{
    struct palette_names names = palette_names_of(&app->frame.view);
    enum palette_event event = palette_key(&app->frame.palette, key, &names);
    if (event != PALETTE_EDITED) {
        actions_close(app);
    }
    if (event == PALETTE_SUBMITTED && app->frame.palette.text[0] != '\0') {
        actions_line(app, app->frame.palette.text);
    }
}

void actions_scroll(struct app *app, int by)
{
    int most = frame_scroll_most(&app->frame, app->cols, app->rows, app->glyphs);
    int now = min_int(app->frame.view.scroll, most);
    actions_look(app, "%s %d", app->frame.view.overlay == OVERLAY_HELP ? "help" : "explain",
                 clamp_int(now + by, 0, most));
}

/* A key while help or an explanation is open. */
static void scroll(struct app *app, struct key key)
{
    int by = key.press == PRESS_DOWN        ? 1
             : key.press == PRESS_UP        ? -1
             : key.press == PRESS_PAGE_DOWN ? 10
             : key.press == PRESS_PAGE_UP   ? -10
                                            : 0;
    if (by == 0) {
        actions_close(app);
        return;
    }
    actions_scroll(app, by);
}

void actions_key(struct app *app, struct key key)
{
    if (actions_answer(app, key)) {
        return;
    }
    if (key.press == PRESS_PASTE) {
        paste(app, key.text);
        return;
    }
    if (app->frame.view.overlay == OVERLAY_PALETTE) {
        type(app, key);
        return;
    }
    if (app->frame.view.overlay != OVERLAY_NONE) { /* q closes it, as Esc does */
        scroll(app, key);
        return;
    }
    const struct key_binding *binding = key_find(key, app->frame.view.focus);
    unsigned panels = 0;
    const struct key_binding *elsewhere = key_elsewhere(key, app->frame.view.focus, &panels);
    if (elsewhere) {
        say_elsewhere(app, elsewhere, panels);
    }
    if (binding) {
        app->frame.message[0] = '\0'; /* it was about another key */
        binding->act(app, binding);
    }
}
