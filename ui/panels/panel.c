/* SPDX-License-Identifier: MIT */
#include "ui/panels/panel.h"

const struct panel *panel_at(enum panel_id id)
{
    static const struct panel *const table[PANEL_COUNT] = {
        [PANEL_ACCURACY] = &panel_accuracy,     [PANEL_DRIFT] = &panel_drift,
        [PANEL_STRATEGIES] = &panel_strategies, [PANEL_KNOBS] = &panel_knobs,
        [PANEL_MATRIX] = &panel_matrix,         [PANEL_LAYERS] = &panel_layers,
        [PANEL_LEARNERS] = &panel_learners,     [PANEL_PLANE] = &panel_plane,
        [PANEL_WRITING] = &panel_writing,       [PANEL_SURFACE] = &panel_surface,
        [PANEL_SAMPLES] = &panel_samples,
    };
    return table[id];
}

struct pen panel_draw(const struct pen *pen, struct rect rect, const struct view *view,
                      enum panel_id id)
{
    const struct panel *panel = panel_at(id);
    char note[96] = "";
    panel->note(view, rect.w - pen_columns(pen, panel->title) - 8, note, sizeof note);
    struct box box = {.title = panel->title, .note = note, .has_focus = view->focus == id};
    struct pen inside = pen_box(pen, rect, &box);
    panel->draw(&inside, view);
    return inside;
}
