/* SPDX-License-Identifier: MIT
 * How the screen is looked at, as arguments of lines: which panel, what is chosen on it, what lies
 * over it, colours and glyphs. */
#include <stdio.h>
#include <string.h>

#include "base/param.h"
#include "lab/probe.h"
#include "strategies/table.h"
#include "ui/app/look_arguments.h"
#include "ui/panels/panel.h"

/* ---- panels ---- */

static bool take_focus(struct look *look, const char *name)
{
    struct view *view = look->view;
    int id = panel_find(name);
    if (id < 0) {
        return false;
    }
    view->focus = (enum panel_id)id;
    view->has_summary = view->has_summary && id != PANEL_DRIFT; /* which it stands on */
    return true;
}

static void tell_focus(const struct look *look, char argument[LOOK_ARGUMENT_MAX])
{
    look_put(argument, panel_at(look->view->focus)->name);
}

static bool take_enlarge(struct look *look, const char *argument)
{
    return look_take_switch(&look->view->is_enlarged, argument);
}

static void tell_enlarge(const struct look *look, char argument[LOOK_ARGUMENT_MAX])
{
    look_put(argument, look_switches[look->view->is_enlarged]);
}

static bool take_summary(struct look *look, const char *argument)
{
    return look_take_switch(&look->view->has_summary, argument);
}

static void tell_summary(const struct look *look, char argument[LOOK_ARGUMENT_MAX])
{
    look_put(argument, look_switches[look->view->has_summary]);
}

/* ---- strategies and knobs ---- */

static bool take_select(struct look *look, const char *name)
{
    int i = strategy_find(name);
    look->view->strategy = i < 0 ? look->view->strategy : i;
    return i >= 0;
}

static void tell_select(const struct look *look, char argument[LOOK_ARGUMENT_MAX])
{
    look_put(argument, strategy_at(look->view->strategy)->name);
}

static bool take_probe(struct look *look, const char *name)
{
    int i = probe_find(name);
    look->view->probe = i < 0 ? look->view->probe : (enum probe_id)i;
    return i >= 0;
}

static void tell_probe(const struct look *look, char argument[LOOK_ARGUMENT_MAX])
{
    look_put(argument, probe_at(look->view->probe)->name);
}

static bool take_knob(struct look *look, const char *name)
{
    enum param_id id;
    const struct param *param = param_find(name, &id);
    bool is_knob = param && param->when == PARAM_WHEN_LIVE;
    look->view->knob = is_knob ? id : look->view->knob;
    return is_knob;
}

static void tell_knob(const struct look *look, char argument[LOOK_ARGUMENT_MAX])
{
    look_put(argument, param_at(look->view->knob)->name);
}

/* ---- what lies over the panels ---- */

/* "": from the top; "12": from that row on; "off".  The line that is being typed stays. */
static bool take_overlay(struct view *view, enum overlay overlay, const char *argument)
{
    enum { ROWS_MOST = 1000 };
    long row = 0;
    bool is_off = strcmp(argument, "off") == 0;
    if (!is_off && *argument &&
        !(look_take_number(&argument, 0, ROWS_MOST, &row) && *argument == '\0')) {
        return false;
    }
    if (is_off && view->overlay == overlay) {
        view->overlay = OVERLAY_NONE;
    } else if (!is_off && view->overlay != OVERLAY_PALETTE) {
        view->overlay = overlay;
        view->scroll = (int)row;
    }
    return true;
}

static void tell_overlay(const struct view *view, enum overlay overlay,
                         char argument[LOOK_ARGUMENT_MAX])
{
    look_put(argument, "off");
    if (view->overlay == overlay) {
        snprintf(argument, LOOK_ARGUMENT_MAX, "%d", view->scroll);
    }
}

static bool take_explain(struct look *look, const char *argument)
{
    return take_overlay(look->view, OVERLAY_EXPLAIN, argument);
}

static void tell_explain(const struct look *look, char argument[LOOK_ARGUMENT_MAX])
{
    tell_overlay(look->view, OVERLAY_EXPLAIN, argument);
}

static bool take_help(struct look *look, const char *argument)
{
    return take_overlay(look->view, OVERLAY_HELP, argument);
}

static void tell_help(const struct look *look, char argument[LOOK_ARGUMENT_MAX])
{
    tell_overlay(look->view, OVERLAY_HELP, argument);
}

/* ---- colours and glyphs ---- */

static bool take_theme(struct look *look, const char *name)
{
    const struct theme *theme = theme_find(name);
    look->theme = theme ? theme : look->theme;
    return theme != NULL;
}

static void tell_theme(const struct look *look, char argument[LOOK_ARGUMENT_MAX])
{
    look_put(argument, look->theme->name);
}

static bool take_glyphs(struct look *look, const char *name)
{
    const struct glyphs *glyphs = glyphs_find(name);
    look->glyphs = glyphs ? glyphs : look->glyphs;
    return glyphs != NULL;
}

static void tell_glyphs(const struct look *look, char argument[LOOK_ARGUMENT_MAX])
{
    look_put(argument, look->glyphs->name);
}

/* ---- the words that can follow ---- */

/* Those that have something to show. */
static const char *word_panel(const struct view *view, int i, const char **help)
{
    for (int id = 0; id < PANEL_COUNT; id++) {
        bool is_offered = !view || panel_offers(view, (enum panel_id)id);
        if (is_offered && i-- == 0) {
            *help = panel_at((enum panel_id)id)->title;
            return panel_at((enum panel_id)id)->name;
        }
    }
    return NULL;
}

static const char *word_strategy(const struct view *view, int i, const char **help)
{
    (void)view;
    *help = i < strategy_count() ? strategy_at(i)->summary : NULL;
    return i < strategy_count() ? strategy_at(i)->name : NULL;
}

static const char *word_probe(const struct view *view, int i, const char **help)
{
    (void)view;
    *help = i < PROBE_COUNT ? probe_at((enum probe_id)i)->title : NULL;
    return i < PROBE_COUNT ? probe_at((enum probe_id)i)->name : NULL;
}

static const char *word_knob(const struct view *view, int i, const char **help)
{
    (void)view;
    for (int id = 0; id < PARAM_COUNT; id++) {
        const struct param *param = param_at((enum param_id)id);
        if (param->when == PARAM_WHEN_LIVE && i-- == 0) {
            *help = param->help;
            return param->name;
        }
    }
    return NULL;
}

static const char *word_theme(const struct view *view, int i, const char **help)
{
    (void)view;
    *help = theme_at(i) ? theme_at(i)->help : NULL;
    return theme_at(i) ? theme_at(i)->name : NULL;
}

static const char *word_glyphs(const struct view *view, int i, const char **help)
{
    (void)view;
    (void)help;
    return glyphs_at(i) ? glyphs_at(i)->name : NULL;
}

/* ---- the arguments ---- */

const struct look_argument look_focus = {
    .take = take_focus, .tell = tell_focus, .word = word_panel};
const struct look_argument look_enlarge = {
    .take = take_enlarge, .tell = tell_enlarge, .words = look_switches};
const struct look_argument look_summary = {
    .take = take_summary, .tell = tell_summary, .words = look_switches};
const struct look_argument look_select = {
    .take = take_select, .tell = tell_select, .word = word_strategy};
const struct look_argument look_probe = {
    .take = take_probe, .tell = tell_probe, .word = word_probe, .is_one_word = true};
const struct look_argument look_knob = {.take = take_knob, .tell = tell_knob, .word = word_knob};
const struct look_argument look_explain = {
    .take = take_explain, .tell = tell_explain, .words = look_off};
const struct look_argument look_help = {.take = take_help, .tell = tell_help, .words = look_off};
const struct look_argument look_theme = {
    .take = take_theme, .tell = tell_theme, .word = word_theme};
const struct look_argument look_glyphs = {
    .take = take_glyphs, .tell = tell_glyphs, .word = word_glyphs};
