/* SPDX-License-Identifier: MIT
 * Where the weights move: one layer's matrix as a heatmap. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/range.h"
#include "ui/panels/microscope.h"
#include "ui/panels/panel.h"
#include "ui/widgets/text.h"

static struct heatmap make_map(const struct view *view)
{
    const struct map *map = &view->snapshot->map;
    return (struct heatmap){.values = map->cells,
                            .rows = map->rows,
                            .cols = map->cols,
                            .max = (float)view->map_scale,
                            .is_signed = map->is_signed,
                            .memory = view->map_memory,
                            .has_cursor = view->has_map_cursor,
                            .cursor_row = view->map_row,
                            .cursor_col = view->map_col};
}

/* The part of the network that is looked at: "layer 1". */
static char *part_name(const struct view *view, int part, char *buf, size_t size)
{
    return network_part_name(&view_learner(view)->params, part, buf, size);
}

/* "since task C began" and the like. */
static void since_text(const struct view *view, char *text, size_t size)
{
    const struct map_request *map = &view->map;
    char letter[4];
    if (map->what != MAP_WHAT_DRIFT) {
        snprintf(text, size, "%s",
                 map->what == MAP_WHAT_FISHER     ? "Fisher: importance"
                 : map->what == MAP_WHAT_GRADIENT ? "gradient, last step"
                 : map->what == MAP_WHAT_UPDATE   ? "update, last step"
                                                  : "weights now");
    } else if (map->since == MAP_SINCE_START) {
        snprintf(text, size, "since the start");
    } else if (map->since == MAP_SINCE_TASK) {
        snprintf(text, size, view->timeline->is_stream ? "since mostly %s" : "since %s began",
                 task_letter(view->snapshot->task, letter));
    } else {
        snprintf(text, size, "since %s ended", task_letter(map->since, letter));
    }
}

/* Inputs and units under the cursor, and the value. */
static void cursor_text(const struct view *view, char *text, size_t size)
{
    const struct map *map = &view->snapshot->map;
    int r = view->map_row, c = view->map_col;
    if (r < 0 || c < 0 || r >= map->rows || c >= map->cols) {
        text[0] = '\0';
        return;
    }
    int from = (int)((long)r * map->n_inputs / map->rows),
        unit = (int)((long)c * map->n_units / map->cols);
    bool is_pooled = map->rows < map->n_inputs || map->cols < map->n_units;
    const struct seen_weight weight = {
        .part = map->request.part, .row = from, .col = unit, .n_rows = map->n_inputs};
    char row_name[24], col_name[24];
    microscope_from(view, &weight, row_name, sizeof row_name);
    microscope_to(view, &weight, col_name, sizeof col_name);
    snprintf(text, size, "%s → %s: %s%.3g", row_name, col_name, is_pooled ? "max " : "",
             (double)map->cells[r * map->cols + c]);
}

static void draw(const struct pen *pen, const struct view *view)
{
    const struct map *map = &view->snapshot->map;
    struct rect all = pen_rect(pen), legend = rect_cut_bottom(&all, 1);
    struct pen body = pen_sub(pen, all);
    char text[96];
    bool is_known = map->rows > 0 && !isnan(map->cells[0]) && map->request.what == view->map.what;
    if (!is_known) {
        bool is_then = view->map.step != MAP_STEP_NOW && view->map.what != MAP_WHAT_DRIFT;
        bool is_of_step = view->map.what == MAP_WHAT_GRADIENT || view->map.what == MAP_WHAT_UPDATE;
        bool is_still = view->snapshot->state != LAB_TRAINING;
        const char *why =
            is_then ? "of the past weights and drift are kept, not this"
            : is_of_step && is_still && view->snapshot->state == LAB_PAUSED
                ? "seen only while steps are taken: *space* goes on"
            : is_of_step && is_still ? "seen only while steps are taken"
            : view->map.what == MAP_WHAT_FISHER
                ? "nothing is known to matter yet: EWC estimates it at the end of a task"
                : "not measured yet";
        int rows = text_rows(&body, why);
        text_draw(&body, (body.area.h - rows) / 2, 0, style_of(ROLE_DIM), why);
        return;
    }
    struct heatmap heat = make_map(view);
    heatmap_draw(&body, &heat);
    if (view->has_map_cursor) {
        cursor_text(view, text, sizeof text);
    } else {
        snprintf(text, sizeof text, "%d × %d weights", map->n_inputs, map->n_units);
    }
    /* The ramp first; the words where there is room for both, under the cursor always. */
    int words = pen_columns(pen, text) + 2,
        room = legend.w - words >= 20 ? legend.w - words : legend.w;
    if (view->has_map_cursor && room == legend.w) {
        pen_text_max(pen, 0, legend.y, legend.w, style_of(ROLE_TEXT), text);
        return;
    }
    heatmap_legend(pen, legend.x, legend.y, room < 36 ? room : 36, &heat);
    if (room < legend.w) {
        pen_text_right(pen, legend.w, legend.y,
                       style_of(view->has_map_cursor ? ROLE_TEXT : ROLE_DIM), text);
    }
}

/* The weight of the cell, or of several the strongest. */
static struct panel_lines enter(const struct view *view)
{
    struct panel_lines lines = {0};
    const struct map *map = &view->snapshot->map;
    int r = view->map_row, c = view->map_col;
    if (view->has_map_cursor && r < map->rows && c < map->cols) {
        struct weight_choice choice = {
            .part = map->request.part,
            .rows = {(int)((long)r * map->n_inputs / map->rows),
                     (int)((long)(r + 1) * map->n_inputs / map->rows) - 1},
            .cols = {(int)((long)c * map->n_units / map->cols),
                     (int)((long)(c + 1) * map->n_units / map->cols) - 1}};
        char text[WEIGHT_CHOICE_TEXT_MAX];
        panel_line(&lines, "microscope %s", weight_choice_format(&choice, text, sizeof text));
    }
    return lines;
}

static struct panel_lines click(const struct pen *pen, const struct view *view, int x, int y)
{
    struct panel_lines lines = {0};
    struct heatmap heat = make_map(view);
    struct pen body = pen_sub(pen, (struct rect){0, 0, pen->area.w, pen->area.h - 1});
    int cell[2];
    bool is_cell = heatmap_at(&body, &heat, x, y, cell);
    if (is_cell && view->has_map_cursor && cell[0] == view->map_row && cell[1] == view->map_col) {
        return enter(view);
    }
    if (is_cell) {
        panel_line(&lines, "weight %d %d", cell[0] + 1, cell[1] + 1);
    }
    return lines;
}

static struct panel_lines move(const struct pen *pen, const struct view *view, int dx, int dy)
{
    (void)pen;
    struct panel_lines lines = {0};
    const struct map *map = &view->snapshot->map;
    bool was_there = view->has_map_cursor;
    int row = was_there ? clamp_int(view->map_row + dy, 0, map->rows - 1) : map->rows / 2;
    int col = was_there ? clamp_int(view->map_col + dx, 0, map->cols - 1) : map->cols / 2;
    panel_line(&lines, "weight %d %d", row + 1, col + 1);
    return lines;
}

static long step(const struct view *view)
{
    return view->snapshot->map.step;
}

static void note(const struct view *view, int columns, char *text, size_t size)
{
    char since[40], percent[24] = "", name[40], part[NETWORK_NAME_MAX];
    const struct map *map = &view->snapshot->map;
    view_learner_text(view, name, sizeof name);
    since_text(view, since, sizeof since);
    if (map->step != MAP_STEP_NOW) {
        snprintf(text, size, "%s", part_name(view, map->request.part, part, sizeof part));
        return;
    }
    double drift = view_learner(view)->drift[view->map.part];
    if (view->map.what == MAP_WHAT_DRIFT && view->map.since == MAP_SINCE_TASK && isfinite(drift)) {
        snprintf(percent, sizeof percent, " · %.0f %%", 100 * drift);
    }
    bool has_since = columns >= 32 || view->map.what != MAP_WHAT_DRIFT;
    bool has_name = name[0] != '\0' && columns >= 44;
    snprintf(text, size, "%s%s%s%s%s%s", has_name ? name : "", has_name ? " · " : "",
             part_name(view, view->map.part, part, sizeof part), has_since ? " · " : "",
             has_since ? since : "", percent);
}

const struct panel panel_drift = {
    .name = "drift",
    .title = "drift",
    .about =
        "*What you see.* One layer's weights as a picture: a row per input, a column per "
        "unit. The stronger a "
        "cell's colour, the further that weight has moved since the reference (where cells "
        "stand for "
        "several weights, the "
        "largest counts). The percentage in the frame is the drift of the whole layer.\n\n"
        "*What to look for.* Plain training colours it everywhere, also where old tasks need it "
        "as it was. With EWC the few cells that matter most to old tasks stay as they are; the "
        "percentage hardly falls, for it counts all weights alike. A low learning rate "
        "fades the whole picture; frozen layers stay blank.\n\n"
        "*Equation.* |w − w_ref|; of the layer ‖W − W_ref‖ / ‖W_ref‖\n\n"
        "*Keys here.* l L layer · w what: drift, weights, gradient, Fisher, update · s since "
        "when · arrows read a "
        "cell · Enter its weight under the microscope · Esc no cursor\n\n"
        "_Kirkpatrick et al. 2017, arXiv:1612.00796_",
    .step = step,
    .note = note,
    .draw = draw,
    .click = click,
    .move = move,
    .enter = enter,
};
