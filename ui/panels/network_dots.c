/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/range.h"
#include "ui/panels/network_inside.h"
#include "ui/widgets/canvas.h"

enum { GAP_LEAST = 3, LINES_LEAST = 8, STEP_MOST = 3, ROW_STEP_MOST = 3, HEADED_ROWS = 15 };

/* A layer's block of dots: so many in a row, so many columns apart. */
struct dots_block {
    int x, y, rows;
    int per_row, step, row_step;
    int n; /* that are drawn: of more the largest */
};

struct plan {
    int n; /* layers that fit */
    struct dots_block blocks[UNITS_LAYERS_MAX];
    int place[UNITS_MAX][2]; /* of each unit; x -1: not drawn */
};

/* ---- groups ---- */

int network_group(const struct units *units, const struct unit_seen *unit)
{
    int group = NETWORK_GROUP_NONE;
    for (int t = 0; t < units->n_tasks; t++) {
        if (unit->serves >> t & 1) {
            group = group == NETWORK_GROUP_NONE ? t : NETWORK_GROUP_SEVERAL;
        }
    }
    return group;
}

/* Where the group stands: of two tasks, what serves both is between them. */
static int rank_of(const struct units *units, const struct unit_seen *unit)
{
    int group = network_group(units, unit);
    bool is_between = units->n_tasks == 2 && group == NETWORK_GROUP_SEVERAL;
    return is_between ? 1 : 2 * group;
}

/* ---- where they stand ---- */

static int columns_of(int n, int rows, int step)
{
    int per_row = (n + rows - 1) / rows;
    return per_row > 0 ? (per_row - 1) * step + 1 : 0;
}

static int total_columns(const struct units *units, int n_layers, int rows, int step)
{
    int sum = 0;
    for (int l = 0; l < n_layers; l++) {
        sum += columns_of(units->layers[l].n_shown, rows, step);
    }
    return sum;
}

/* How many columns apart the dots of a block stand, as far as there is room; 0: not all have
 * room. */
static int step_of(const struct units *units, int n_layers, int columns, int rows)
{
    for (int step = STEP_MOST; step > 0; step--) {
        if (total_columns(units, n_layers, rows, step) + GAP_LEAST * (n_layers - 1) <= columns) {
            return step;
        }
    }
    return 0;
}

/* The block of layer l, of at most `most` columns; its place from left to right is still to be
 * found. */
static struct dots_block dots_block_of(const struct units *units, int l, int rows, int step,
                                       int most)
{
    const struct unit_layer_seen *layer = &units->layers[l];
    struct dots_block block = {.n = layer->n_shown, .step = step > 0 ? step : 1};
    block.n = step > 0 ? block.n : min_int(block.n, most * rows);
    block.per_row = max_int((block.n + rows - 1) / rows, 1);
    block.rows = (block.n + block.per_row - 1) / block.per_row;
    return block;
}

/* Its rows are apart where there is room, in the middle. */
static void spread_rows(struct dots_block *block, int rows)
{
    block->row_step = clamp_int(rows / block->rows, 1, ROW_STEP_MOST);
    block->y = (rows - ((block->rows - 1) * block->row_step + 1)) / 2;
}

/* Where there is much room blocks are no columns: the fewest rows with which they take no more than
 * a third of it. */
static int rows_of(const struct units *units, int n_layers, int columns, int most)
{
    int rows = 1;
    while (rows < most && 3 * total_columns(units, n_layers, rows, STEP_MOST) > columns) {
        rows++;
    }
    return rows;
}

static void place_blocks(const struct pen *pen, const struct units *units, struct plan *plan)
{
    int columns = pen->area.w, used = 0;
    plan->n = min_int(units->n_layers, (columns + GAP_LEAST) / (1 + GAP_LEAST));
    int rows = rows_of(units, plan->n, columns, pen->area.h);
    int step = step_of(units, plan->n, columns, rows);
    int most = plan->n > 0 ? (columns - GAP_LEAST * (plan->n - 1)) / plan->n : 0;
    for (int l = 0; l < plan->n; l++) {
        plan->blocks[l] = dots_block_of(units, l, rows, step, most);
        spread_rows(&plan->blocks[l], pen->area.h);
        used += (plan->blocks[l].per_row - 1) * plan->blocks[l].step + 1;
    }
    int x = 0, left = columns - used;
    for (int l = 0; l < plan->n; l++) {
        struct dots_block *block = &plan->blocks[l];
        block->x = x + (plan->n > 1 ? left * l / (plan->n - 1) : left / 2);
        x += (block->per_row - 1) * block->step + 1;
    }
}

struct order {
    int rank, number, at;
    uint8_t size;
};

static int by_size(const void *a, const void *b)
{
    const struct order *x = a, *y = b;
    return x->size != y->size ? y->size - x->size : x->number - y->number;
}

static int by_rank(const void *a, const void *b)
{
    const struct order *x = a, *y = b;
    return x->rank != y->rank ? x->rank - y->rank : x->number - y->number;
}

/* The largest of the layer that have room, group by group. */
static void place_units(const struct units *units, int l, struct plan *plan)
{
    const struct unit_layer_seen *layer = &units->layers[l];
    const struct dots_block *block = &plan->blocks[l];
    struct order order[UNITS_MAX] = {0};
    for (int i = 0; i < layer->n_shown; i++) {
        const struct unit_seen *unit = &units->units[layer->first + i];
        order[i] = (struct order){layer->is_outputs ? 0 : rank_of(units, unit), unit->number,
                                  layer->first + i, unit->size};
    }
    qsort(order, (size_t)layer->n_shown, sizeof *order, by_size);
    qsort(order, (size_t)block->n, sizeof *order, by_rank);
    for (int i = 0; i < block->n; i++) {
        plan->place[order[i].at][0] = block->x + i % block->per_row * block->step;
        plan->place[order[i].at][1] = block->y + i / block->per_row * block->row_step;
    }
}

static void make_plan(const struct pen *pen, const struct units *units, struct plan *plan)
{
    memset(plan->place, -1, sizeof plan->place);
    plan->n = 0;
    if (pen->area.h < 1 || pen->area.w < 1) {
        return;
    }
    place_blocks(pen, units, plan);
    for (int l = 0; l < plan->n; l++) {
        place_units(units, l, plan);
    }
}

/* The dots' part of the area: below the names of the layers, where they have room. */
static struct pen body_of(const struct pen *pen)
{
    struct rect all = pen_rect(pen);
    rect_cut_top(&all, pen->area.h >= HEADED_ROWS);
    return pen_sub(pen, all);
}

int network_dots_at(const struct pen *pen, const struct units *units, int x, int y, int *layer)
{
    struct plan plan;
    struct pen body = body_of(pen);
    make_plan(&body, units, &plan);
    y -= pen->area.h - body.area.h;
    for (int l = 0; l < plan.n; l++) {
        const struct unit_layer_seen *of = &units->layers[l];
        for (int i = of->first; i < of->first + of->n_shown; i++) {
            if (plan.place[i][0] == x && plan.place[i][1] == y && !of->is_outputs) {
                *layer = l;
                return i;
            }
        }
    }
    return -1;
}

/* ---- how they look ---- */

double network_kept(const struct view *view, const struct units *units, int i)
{
    int task = units->tasks[i];
    double chance = (double)units->chance, best = view_best(view, task);
    double kept = (view_accuracy(view, task) - chance) / (best - chance);
    return isfinite(kept) && best > chance ? fmin(fmax(kept, 0), 1) : 1;
}

enum role network_task_role(const struct view *view, const struct units *units, int i)
{
    double kept = network_kept(view, units, i);
    return kept >= 0.67   ? style_task(units->tasks[i])
           : kept >= 0.33 ? style_task_dim(units->tasks[i])
                          : ROLE_GHOST;
}

enum role network_change_role(uint8_t change)
{
    return change < NETWORK_CHANGED ? ROLE_GHOST : change < NETWORK_OTHER ? ROLE_WARN : ROLE_BAD;
}

uint32_t network_change_dot(const struct pen *pen, uint8_t change)
{
    uint32_t sign = change < NETWORK_CHANGED ? '=' : change < NETWORK_OTHER ? '~' : '#';
    return pen->depth < DEPTH_16 ? sign : pen->glyphs->at[GLYPH_ON];
}

bool network_has_letters(const struct pen *pen)
{
    return pen->depth < DEPTH_16 || pen->glyphs->dots == DOTS_ASCII;
}

static enum role unit_role(const struct view *view, const struct units *units,
                           const struct unit_layer_seen *layer, const struct unit_seen *unit)
{
    int group = network_group(units, unit);
    if (layer->is_outputs) {
        return ROLE_DIM;
    }
    if (view->network_look == NETWORK_CHANGE) {
        return network_change_role(unit->change);
    }
    return layer->is_heads || group == NETWORK_GROUP_SEVERAL ? ROLE_TEXT
           : group == NETWORK_GROUP_NONE                     ? ROLE_FAINT
           : layer->is_told_apart                            ? network_task_role(view, units, group)
                                                             : ROLE_DIM;
}

/* Where there are no colours a letter tells the group. */
static void put_letter(const struct pen *pen, const int *place, struct style style,
                       const struct units *units, int group)
{
    char letter[4] = "+";
    if (group != NETWORK_GROUP_SEVERAL) {
        task_letter(units->tasks[group], letter);
    }
    pen_put(pen, place[0], place[1], style, (uint32_t)letter[0]);
}

static void put_unit(const struct pen *pen, const struct view *view, const struct units *units,
                     const struct unit_layer_seen *layer, int i, const int *place)
{
    const struct unit_seen *unit = &units->units[i];
    struct style style = style_of(unit_role(view, units, layer, unit));
    bool is_change = view->network_look == NETWORK_CHANGE;
    int group = network_group(units, unit), size = is_change ? unit->own_size : unit->size;
    bool has_letters = network_has_letters(pen) && !is_change;
    bool is_shared = !is_change && (layer->is_heads || group == NETWORK_GROUP_SEVERAL);
    if (unit->is_silenced) {
        pen_glyph(pen, place[0], place[1], style_of(ROLE_WARN), GLYPH_CROSS);
    } else if (layer->is_outputs) {
        pen_put(pen, place[0], place[1], style, (uint32_t)('0' + unit->number % 10));
    } else if (size < 26 || (!is_change && group == NETWORK_GROUP_NONE && !layer->is_heads)) {
        pen_glyph(pen, place[0], place[1], style, GLYPH_MIDDLE_DOT);
    } else if (is_change && pen->depth < DEPTH_16) {
        pen_put(pen, place[0], place[1], style, network_change_dot(pen, unit->change));
    } else if (has_letters && (is_shared || layer->is_told_apart)) {
        put_letter(pen, place, style, units, is_shared ? NETWORK_GROUP_SEVERAL : group);
    } else if (size < 90) {
        pen_glyph(pen, place[0], place[1], style, GLYPH_POINT);
    } else {
        pen_glyph(pen, place[0], place[1], style, is_shared ? GLYPH_DIAMOND : GLYPH_ON);
    }
}

/* ---- lines ---- */

static void draw_line(const struct canvas *canvas, const int *from, const int *to,
                      struct style style, uint8_t tag)
{
    int x0 = from[0] * canvas->dots_x + canvas->dots_x / 2;
    int y0 = from[1] * canvas->dots_y + canvas->dots_y / 2;
    int x1 = to[0] * canvas->dots_x + canvas->dots_x / 2;
    int y1 = to[1] * canvas->dots_y + canvas->dots_y / 2;
    int n = max_int(max_int(abs(x1 - x0), abs(y1 - y0)), 1);
    for (int i = 0; i <= n; i++) {
        canvas_dot(canvas, x0 + (int)lround((double)(x1 - x0) * i / n),
                   y0 + (int)lround((double)(y1 - y0) * i / n), style, tag);
    }
}

static int layer_of(const struct units *units, int unit)
{
    int l = 0;
    while (l + 1 < units->n_layers && units->layers[l + 1].first <= unit) {
        l++;
    }
    return l;
}

/* Which links have room: the strongest of each pair of layers.  Returns how many. */
static int choose_links(const struct units *units, const struct plan *plan, int most,
                        int chosen[UNITS_LINKS_MAX])
{
    int n = 0, n_chosen = 0, layer = -1;
    for (int i = 0; i < units->n_links; i++) {
        const struct unit_link *link = &units->links[i];
        int l = layer_of(units, link->from);
        n = l == layer ? n + 1 : 0;
        layer = l;
        bool is_silent = units->units[link->from].is_silenced || units->units[link->to].is_silenced;
        if (n < most && !is_silent && plan->place[link->from][0] >= 0 &&
            plan->place[link->to][0] >= 0) {
            chosen[n_chosen++] = i;
        }
    }
    return n_chosen;
}

/* A line has its lower unit's colour; what is shared stays in the background.  The strongest are
 * drawn last. */
static void draw_links(const struct pen *pen, const struct view *view, const struct units *units,
                       const struct plan *plan)
{
    struct canvas canvas = canvas_make(pen);
    int chosen[UNITS_LINKS_MAX];
    int n = choose_links(units, plan, max_int(pen->area.h, LINES_LEAST), chosen);
    for (int k = n - 1; k >= 0; k--) {
        const struct unit_link *link = &units->links[chosen[k]];
        const struct unit_layer_seen *layer = &units->layers[layer_of(units, link->from)];
        enum role role = unit_role(view, units, layer, &units->units[link->from]);
        role = role == ROLE_TEXT || role == ROLE_DIM ? ROLE_FAINT : role;
        draw_line(&canvas, plan->place[link->from], plan->place[link->to], style_of(role),
                  (uint8_t)(1 + role));
    }
}

static void draw_names(const struct pen *pen, const struct view *view, const struct units *units,
                       const struct plan *plan)
{
    for (int l = 0, end = 0; l < plan->n && pen->area.h >= HEADED_ROWS; l++) {
        char name[NETWORK_NAME_MAX] = "answers";
        if (!units->layers[l].is_outputs) {
            network_unit_layer_name(&view_learner(view)->params, l, name, sizeof name);
        }
        int columns = pen_columns(pen, name);
        int x = min_int(plan->blocks[l].x, pen->area.w - columns);
        if (x >= end) {
            pen_text(pen, x, 0, style_of(ROLE_DIM), name);
            end = x + columns + 1;
        }
    }
}

void network_dots_draw(const struct pen *pen, const struct view *view, const struct units *units)
{
    struct plan plan;
    struct pen body = body_of(pen);
    make_plan(&body, units, &plan);
    draw_names(pen, view, units, &plan);
    draw_links(&body, view, units, &plan);
    for (int l = 0; l < plan.n; l++) {
        const struct unit_layer_seen *layer = &units->layers[l];
        for (int i = layer->first; i < layer->first + layer->n_shown; i++) {
            if (plan.place[i][0] >= 0) {
                put_unit(&body, view, units, layer, i, plan.place[i]);
            }
        }
    }
}
