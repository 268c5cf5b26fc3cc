/* SPDX-License-Identifier: MIT */
#include "ui/app/look_words.h"

#include <stddef.h>

#include "base/param.h"
#include "strategies/table.h"
#include "ui/panels/learners.h"
#include "ui/panels/panel.h"
#include "ui/screen/glyphs.h"
#include "ui/screen/theme.h"

const char *const look_switches[] = {"off", "on", NULL};
const char *const look_zooms[] = {"all", "two", "task", NULL};
const char *const look_compares[] = {"tasks", "average", NULL};
const char *const look_pictures[] = {"seen", "plain", NULL};

const char *look_word_panel(int i, const char **help)
{
    *help = NULL;
    return i < PANEL_COUNT ? panel_at((enum panel_id)i)->name : NULL;
}

const char *look_word_switch(int i, const char **help)
{
    *help = NULL;
    return look_switches[i];
}

const char *look_word_off(int i, const char **help)
{
    *help = NULL;
    return i == 0 ? "off" : NULL;
}

const char *look_word_zoom(int i, const char **help)
{
    *help = NULL;
    return look_zooms[i];
}

const char *look_word_compare(int i, const char **help)
{
    *help = NULL;
    return look_compares[i];
}

const char *look_word_column(int i, const char **help)
{
    *help = NULL;
    return learners_column_words[i];
}

const char *look_word_pictures(int i, const char **help)
{
    *help = NULL;
    return look_pictures[i];
}

const char *look_word_strategy(int i, const char **help)
{
    *help = i < strategy_count() ? strategy_at(i)->summary : NULL;
    return i < strategy_count() ? strategy_at(i)->name : NULL;
}

const char *look_word_knob(int i, const char **help)
{
    for (int id = 0; id < PARAM_COUNT; id++) {
        const struct param *param = param_at((enum param_id)id);
        if (param->when == PARAM_WHEN_LIVE && i-- == 0) {
            *help = param->help;
            return param->name;
        }
    }
    return NULL;
}

const char *look_word_theme(int i, const char **help)
{
    *help = theme_at(i) ? theme_at(i)->help : NULL;
    return theme_at(i) ? theme_at(i)->name : NULL;
}

const char *look_word_glyphs(int i, const char **help)
{
    *help = NULL;
    return glyphs_at(i) ? glyphs_at(i)->name : NULL;
}
