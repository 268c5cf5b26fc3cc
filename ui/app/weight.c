/* SPDX-License-Identifier: MIT */
#include "ui/app/weight.h"

#include "ui/app/actions.h"
#include "ui/panels/microscope.h"

static bool is_same(const struct found_weight *a, const struct found_weight *b)
{
    return a->has == b->has && a->part == b->part && a->row == b->row && a->col == b->col;
}

void weight_follow(struct app *app)
{
    const struct view *view = &app->frame.view;
    const struct map *map = &view->snapshot->map;
    bool is_looked_at = view->has_weight || view->focus == PANEL_MICROSCOPE;
    struct sighting seen = is_looked_at ? microscope_sighting(view) : (struct sighting){0};
    int cell[2];
    if (!seen.of || !seen.is_asked || app->player) {
        app->found.has = app->found.has && is_looked_at;
        return;
    }
    struct found_weight now = {
        .has = true, .part = seen.weight->part, .row = seen.weight->row, .col = seen.weight->col};
    if (!is_same(&now, &app->found)) {
        app->found = now;
        if (now.part != view->map.part) {
            actions_map(app, now.part, view->map.what, view->map.since);
        }
    }
    bool is_there = map->request.part == view->map.part && view->map.part == now.part;
    if (is_there && (app->found.rows != map->rows || app->found.cols != map->cols)) {
        app->found.rows = map->rows;
        app->found.cols = map->cols;
        microscope_cell(view, seen.weight, cell);
        actions_look(app, "weight %d %d", cell[0] + 1, cell[1] + 1);
    }
}
