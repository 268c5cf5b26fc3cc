/* SPDX-License-Identifier: MIT
 * The line of the network's panel that says what its dots mean: which is of which group, and how
 * many there are of each in the layer whose units can be told apart. */
#include <stdio.h>
#include <string.h>

#include "ui/panels/network_inside.h"

enum { CHIPS_MAX = UNIT_TASKS_MAX + 3, CHIP_TEXT = 24, GAP = 2 };

/* A dot, and what it means. */
struct chip {
    uint32_t dot; /* 0: the text says it all */
    struct style style;
    char text[CHIP_TEXT];
    int group; /* -1: none that can be silenced */
};

struct legend {
    int n;
    struct chip chips[CHIPS_MAX];
    const char *more; /* behind them, where there is room */
};

static struct chip *add(struct legend *legend, uint32_t dot, enum role role, int group)
{
    struct chip *chip = &legend->chips[legend->n++];
    *chip = (struct chip){.dot = dot, .style = style_of(role), .group = group};
    return chip;
}

int network_told_apart(const struct units *units)
{
    for (int l = 0; l < units->n_layers; l++) {
        if (units->layers[l].is_told_apart) {
            return l;
        }
    }
    return -1;
}

/* "26", or nothing where no layer's units are told apart. */
static void put_text(struct chip *chip, const char *name, int layer, int count)
{
    if (layer < 0) {
        snprintf(chip->text, sizeof chip->text, "%s", name);
    } else {
        snprintf(chip->text, sizeof chip->text, "%s%s%d", name, name[0] ? " " : "", count);
    }
}

static void add_groups(const struct pen *pen, const struct view *view, const struct units *units,
                       bool has_words, struct legend *legend)
{
    const uint32_t *glyphs = pen->glyphs->at;
    int layer = network_told_apart(units);
    const struct unit_layer_seen *of = &units->layers[layer < 0 ? 0 : layer];
    bool has_letters = network_has_letters(pen), is_pair = units->n_tasks == 2;
    char letter[4];
    for (int t = 0; t < units->n_tasks; t++) {
        struct chip *chip =
            add(legend, has_letters ? 0 : glyphs[GLYPH_ON], network_task_role(view, units, t), t);
        put_text(chip, task_letter(units->tasks[t], letter), layer, of->alone[t]);
    }
    if (units->n_tasks > 1) {
        struct chip *chip = add(legend, has_letters ? (uint32_t)'+' : glyphs[GLYPH_DIAMOND],
                                ROLE_TEXT, is_pair ? NETWORK_GROUP_SEVERAL : -1);
        put_text(chip,
                 !has_words && layer >= 0 ? ""
                 : is_pair                ? "both"
                                          : "several",
                 layer, of->several);
    }
    struct chip *none = add(legend, glyphs[GLYPH_MIDDLE_DOT], ROLE_DIM, NETWORK_GROUP_NONE);
    put_text(none,
             !has_words && layer >= 0 ? ""
             : is_pair                ? "neither"
                                      : "none",
             layer, of->neither);
    for (int i = 0; i < legend->n && layer < 0; i++) {
        legend->chips[i].group = -1;
    }
}

static void add_changes(const struct pen *pen, bool has_words, struct legend *legend)
{
    static const char *const names[][2] = {
        {"as then", "same"}, {"changed", "changed"}, {"quite different", "other"}};
    static const uint8_t changes[] = {0, NETWORK_CHANGED, NETWORK_OTHER};
    for (int i = 0; i < 3; i++) {
        struct chip *chip =
            add(legend, network_change_dot(pen, changes[i]), network_change_role(changes[i]), -1);
        snprintf(chip->text, sizeof chip->text, "%s", names[i][!has_words]);
    }
}

static int columns_of(const struct pen *pen, const struct chip *chip)
{
    return (chip->dot ? 2 : 0) + pen_columns(pen, chip->text);
}

static int total_columns(const struct pen *pen, const struct legend *legend)
{
    int sum = 0;
    for (int i = 0; i < legend->n; i++) {
        sum += columns_of(pen, &legend->chips[i]) + (i > 0 ? GAP : 0);
    }
    return sum;
}

/* With words if they fit, else without; nothing if that does not fit either. */
static struct legend legend_of(const struct pen *pen, const struct view *view,
                               const struct units *units)
{
    for (int has_words = 1; has_words >= 0; has_words--) {
        struct legend legend = {0};
        if (view->network_look == NETWORK_SERVES) {
            add_groups(pen, view, units, has_words, &legend);
            legend.more = network_has_letters(pen) ? NULL : "larger: shapes the answers more";
        } else if (view->network_look == NETWORK_CHANGE && units->has_change) {
            add_changes(pen, has_words, &legend);
        }
        if (total_columns(pen, &legend) <= pen->area.w) {
            return legend;
        }
    }
    return (struct legend){0};
}

bool network_has_legend(const struct pen *pen, const struct view *view, const struct units *units)
{
    return legend_of(pen, view, units).n > 0;
}

void network_legend_draw(const struct pen *pen, const struct view *view, const struct units *units)
{
    struct legend legend = legend_of(pen, view, units);
    int x = 0;
    for (int i = 0; i < legend.n; i++) {
        const struct chip *chip = &legend.chips[i];
        if (chip->dot) {
            pen_put(pen, x, 0, chip->style, chip->dot);
            x += 2;
        }
        x += pen_text(pen, x, 0, chip->dot ? style_of(ROLE_BODY) : chip->style, chip->text) + GAP;
    }
    if (legend.more && legend.n > 0 && x + pen_columns(pen, legend.more) <= pen->area.w) {
        pen_text(pen, x, 0, style_of(ROLE_DIM), legend.more);
    }
}

int network_legend_at(const struct pen *pen, const struct view *view, const struct units *units,
                      int x)
{
    struct legend legend = legend_of(pen, view, units);
    for (int i = 0; i < legend.n && x >= 0; i++) {
        x -= columns_of(pen, &legend.chips[i]);
        if (x < 0) {
            return legend.chips[i].group;
        }
        x -= GAP;
        if (x < 0) {
            return -1;
        }
    }
    return -1;
}
