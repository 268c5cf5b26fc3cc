/* SPDX-License-Identifier: MIT
 * A weight under the microscope: what pushed it and what pulled it since the stage began, as arrows
 * on the axis of its values, head to tail: the push from where it was, the pull from where that
 * would have led to where it is. */
#include "ui/panels/microscope.h"

#include <math.h>
#include <stdio.h>

#include "base/range.h"
#include "tasks/suite.h"
#include "ui/screen/utf8.h"
#include "ui/widgets/canvas.h"
#include "ui/widgets/line_plot.h"
#include "ui/widgets/stroke.h"
#include "ui/widgets/text.h"

enum {
    LABEL_W = 21, /* "pulled by EWC  +0.69 " */
    LABEL_NARROW_W = 14,
    NARROW = 56,
    CURVE_LEAST = 3,
    CURVE_LABEL_W = 8,
    END_W = 10,
    VALUE_W = 8, /* " -0.065", kept free beside the axis */
    OTHERS_MAX = 2,
};

/* Springs pull to where an earlier task left it: its colour, that of the last one. */
static enum role pull_role(const struct sighting *seen)
{
    int i = seen->of->n_ends - 1;
    while (i >= 0 && seen->of->end_task[i] == seen->of->task) {
        i--;
    }
    return i >= 0 ? style_task(seen->of->end_task[i]) : ROLE_GOOD;
}

/* ---- the arrows ---- */

/* Where moves stand: 0 is where the weight was at first. */
struct axis {
    double low, high;
    int x, w; /* columns */
};

static int column(const struct axis *axis, double move)
{
    double part = (move - axis->low) / (axis->high - axis->low);
    return axis->x + (int)lround(part * (axis->w - 1));
}

static void widen(struct axis *axis, double move)
{
    if (isfinite(move)) {
        axis->low = fmin(axis->low, move);
        axis->high = fmax(axis->high, move);
    }
}

static struct axis axis_of(const struct sighting *seen, int x, int w)
{
    struct forces forces = seen_forces(seen->weight, seen->at);
    struct axis axis = {.x = x, .w = w};
    widen(&axis, forces.push);
    widen(&axis, forces.moved);
    bool is_last = seen->at == seen->of->n_points - 1;
    for (int i = 0; is_last && i < min_int(seen->of->n_others, OTHERS_MAX); i++) {
        widen(&axis, (double)seen->weight->moved_of[i]);
    }
    if (!(axis.high - axis.low > 0)) {
        axis.low = -1;
        axis.high = 1;
    }
    return axis;
}

static void draw_arrow(const struct pen *pen, int y, const struct axis *axis, double from,
                       double to, enum role role)
{
    struct style style = style_bold(role);
    int a = column(axis, from), b = column(axis, to);
    if (a == b) {
        pen_glyph(pen, a, y, style, GLYPH_POINT);
        return;
    }
    pen_hline(pen, min_int(a, b), y, max_int(a, b) - min_int(a, b) + 1, style, GLYPH_SLIDE);
    pen_glyph(pen, b, y, style, b > a ? GLYPH_RIGHT : GLYPH_LEFT);
}

/* "pushed by B  −0.78", and its arrow. */
static void draw_row(const struct pen *pen, int y, const struct axis *axis, const char *name,
                     double from, double to, const struct forces *forces, enum role role)
{
    char move[MOVE_TEXT_MAX];
    microscope_move(to - from, forces, move);
    pen_text_max(pen, 0, y, axis->x - 2 - pen_columns(pen, move), style_of(role), name);
    pen_text_right(pen, axis->x - 1, y, style_bold(role), move);
    draw_arrow(pen, y, axis, from, to, role);
}

/* Where it was and where it is, on either side of their marks. */
static void draw_ends(const struct pen *pen, int y, const struct axis *axis,
                      const struct view *view, const struct sighting *seen)
{
    const struct seen_weight *weight = seen->weight;
    struct forces forces = seen_forces(weight, seen->at);
    int was = column(axis, 0), is = column(axis, forces.moved);
    char began[48], now[48], letter[4], brief[24];
    bool is_narrow = pen->area.w < NARROW;
    bool is_then = seen->at < seen->of->n_points - 1 || view->has_cursor;
    snprintf(began, sizeof began, is_narrow ? "%.3f" : "%.3f when %s began",
             (double)weight->value[0],
             view->timeline->is_stream ? "it" : task_letter(seen->of->task, letter));
    snprintf(now, sizeof now, "%.3f %s", (double)weight->value[seen->at], is_then ? "then" : "now");
    bool is_right = forces.moved > 0;
    const char *left = is_right ? began : now, *right = is_right ? now : began;
    int x_left = min_int(was, is), x_right = max_int(was, is);
    pen_hline(pen, x_left, y, x_right - x_left + 1, style_of(ROLE_DIM), GLYPH_H);
    pen_glyph(pen, was, y, style_of(ROLE_DIM), GLYPH_ON);
    pen_glyph(pen, is, y, style_bold(ROLE_TEXT), GLYPH_DIAMOND);
    snprintf(brief, sizeof brief, "%.3f", (double)weight->value[is_right ? seen->at : 0]);
    bool fits = x_right + 2 + pen_columns(pen, right) <= pen->area.w;
    struct style was_style = style_of(ROLE_DIM), is_style = style_bold(ROLE_TEXT);
    pen_text_right(pen, x_left - 1, y, is_right ? was_style : is_style, left);
    pen_text(pen, x_right + 2, y, is_right ? is_style : was_style, fits ? right : brief);
}

static int n_others(const struct sighting *seen)
{
    bool is_last = seen->at == seen->of->n_points - 1; /* theirs are of the present */
    return is_last ? min_int(seen->of->n_others, OTHERS_MAX) : 0;
}

/* The same weight in other learners, on the same axis. */
static int draw_others(const struct pen *pen, int y, int room, const struct axis *axis,
                       const struct view *view, const struct sighting *seen,
                       const struct forces *forces)
{
    int drawn = 0;
    for (int i = 0; i < n_others(seen) && drawn < room; i++) {
        for (int k = 0; k < view->snapshot->n_learners; k++) {
            const struct learner_state *other = &view->snapshot->learners[k];
            double moved = (double)seen->weight->moved_of[i];
            if (other->id == seen->of->other[i] && isfinite(moved)) {
                char name[LEARNER_NAME_MAX + 8];
                snprintf(name, sizeof name, "in %s", other->name);
                draw_row(pen, y + drawn++, axis, name, 0, moved, forces, view_learner_role(other));
            }
        }
    }
    return drawn;
}

/* Returns the rows it takes. */
static int draw_arrows(const struct pen *pen, int y, int room, const struct view *view,
                       const struct sighting *seen)
{
    bool is_narrow = pen->area.w < NARROW, is_adapter = seen->of->is_through_adapter;
    int x = is_narrow ? LABEL_NARROW_W : LABEL_W, top = y;
    struct axis axis = axis_of(seen, x, pen->area.w - x - VALUE_W);
    struct forces forces = seen_forces(seen->weight, seen->at);
    char who[48], name[80];
    int others = n_others(seen), rows = is_adapter ? 1 : 3;
    others = others > room - rows - 1 ? max_int(room - rows - 1, 0) : others;
    pen_vline(pen, column(&axis, 0), y, rows + others, style_of(ROLE_FAINT), GLYPH_DOT_V);
    pen_vline(pen, column(&axis, forces.moved), y, rows, style_of(ROLE_FAINT), GLYPH_DOT_V);
    if (!is_adapter) {
        microscope_pusher(view, seen, who, sizeof who);
        snprintf(name, sizeof name, is_narrow ? "push" : "pushed by %s", who);
        draw_row(pen, y++, &axis, name, 0, forces.push, &forces, style_task(seen->of->task));
        snprintf(name, sizeof name, "%s%s",
                 is_narrow              ? "pull"
                 : seen->of->has_pulled ? "pulled by "
                                        : "not pulled",
                 !is_narrow && seen->of->has_pulled ? seen->of->springs : "");
        draw_row(pen, y++, &axis, name, forces.push, forces.moved, &forces, pull_role(seen));
    }
    draw_row(pen, y++, &axis, "moved", 0, forces.moved, &forces, ROLE_TEXT);
    y += draw_others(pen, y, others, &axis, view, seen, &forces);
    draw_ends(pen, y++, &axis, view, seen);
    return y - top;
}

/* ---- the way ---- */

static double way_at(const struct seen_weight *weight, int which, int i)
{
    struct forces forces = seen_forces(weight, i);
    return which == 0 ? forces.push : which == 1 ? forces.pull : forces.moved;
}

static void draw_line(const struct canvas *canvas, const struct sighting *seen, int which,
                      const struct axis *axis, enum role role)
{
    const struct microscope *of = seen->of;
    struct stroke stroke = {.canvas = canvas,
                            .style = which == 2 ? style_bold(role) : style_of(role),
                            .line = LINE_SOLID,
                            .tag = (uint8_t)(which + 1)};
    double length = (double)max_int((int)of->done[of->n_points - 1], 1);
    for (int i = 0; i < of->n_points; i++) {
        double y = way_at(seen->weight, which, i);
        double up = (y - axis->low) / (axis->high - axis->low);
        stroke_to(&stroke, (int)lround((double)of->done[i] / length * (canvas->w - 1)),
                  (int)lround((1 - up) * (canvas->h - 1)));
    }
    stroke_up(&stroke);
}

/* Push and pull added up and what has moved, from the beginning on. */
static void draw_way(const struct pen *pen, struct rect rect, const struct view *view,
                     const struct sighting *seen)
{
    static const char *const names[] = {"push", "pull", "moved"};
    const enum role roles[] = {style_task(seen->of->task), pull_role(seen), ROLE_TEXT};
    const struct microscope *of = seen->of;
    int first = of->is_through_adapter ? 2 : 0, n = 3 - first, place[3];
    struct axis axis = {0};
    for (int i = 0; i < of->n_points; i++) {
        for (int which = first; which < 3; which++) {
            widen(&axis, way_at(seen->weight, which, i));
        }
    }
    if (!(axis.high - axis.low > 0) || of->n_points < 2) {
        return;
    }
    struct pen inside = pen_sub(pen, (struct rect){rect.x, rect.y, rect.w - CURVE_LABEL_W, rect.h});
    int zero = (int)lround(axis.high / (axis.high - axis.low) * (rect.h - 1));
    pen_hline(&inside, 0, zero, inside.area.w, style_of(ROLE_FAINT), GLYPH_GUIDE);
    if (seen->at < of->n_points - 1 || view->has_cursor) {
        double part = (double)of->done[seen->at] / (double)of->done[of->n_points - 1];
        pen_vline(&inside, (int)lround(part * (inside.area.w - 1)), 0, rect.h,
                  style_of(ROLE_ACCENT), GLYPH_DOT_V);
    }
    struct canvas canvas = canvas_make(&inside);
    double wanted[3];
    for (int which = first; which < 3; which++) {
        draw_line(&canvas, seen, which, &axis, roles[which]);
    }
    int order[3];
    for (int i = 0; i < n; i++) { /* by height, for the labels */
        double y = way_at(seen->weight, first + i, of->n_points - 1);
        double row = (1 - (y - axis.low) / (axis.high - axis.low)) * (rect.h - 1);
        int at = i;
        for (; at > 0 && wanted[at - 1] > row; at--) {
            wanted[at] = wanted[at - 1];
            order[at] = order[at - 1];
        }
        wanted[at] = row;
        order[at] = first + i;
    }
    line_plot_place(wanted, place, n, rect.h);
    for (int i = 0; i < n; i++) {
        pen_text(pen, rect.x + rect.w - CURVE_LABEL_W + 1, rect.y + place[i],
                 order[i] == 2 ? style_bold(roles[order[i]]) : style_of(roles[order[i]]),
                 names[order[i]]);
    }
}

/* ---- when tasks had been learned ---- */

static void draw_end(const struct pen *pen, int x, int y, int rows,
                     const struct seen_weight *weight, int i, int task)
{
    char letter[4], badge[8];
    snprintf(badge, sizeof badge, " %s ", task_letter(task, letter));
    pen_text(pen, x + END_W - 1 - pen_columns(pen, badge), y, style_badge(task), badge);
    pen_printf(pen, x, y + 1, style_of(ROLE_BODY), "%*.3f", END_W - 1, (double)weight->end[i]);
    double top = 100 * (double)weight->top[i];
    if (rows > 2 && isfinite(top)) {
        char text[24] = "no";
        if (weight->importance[i] > 0) {
            snprintf(text, sizeof text, top < 1 ? "top %.1f %%" : "top %.0f %%", fmax(top, 0.1));
        }
        pen_text_right(pen, x + END_W - 1, y + 2, style_of(top < 10 ? ROLE_TEXT : ROLE_DIM), text);
    }
    if (rows > 3 && isfinite(weight->importance[i])) {
        pen_printf(pen, x, y + 3, style_of(ROLE_DIM), "%*.2g", END_W - 1,
                   (double)weight->importance[i]);
    }
}

/* Its value at the end of each task, and how much it mattered to it. */
static void draw_table(const struct pen *pen, int y, int rows, const struct sighting *seen)
{
    enum { NAME_W = 13 };
    static const char *const names[] = {"at the end of", "its value", "it mattered", "Fisher"};
    const struct microscope *of = seen->of;
    int fit = (pen->area.w - NAME_W - 1) / END_W, first = max_int(of->n_ends - fit, 0);
    bool is_known = of->n_ends > 0 && isfinite(seen->weight->top[of->n_ends - 1]);
    rows = is_known ? rows : min_int(rows, 2);
    for (int i = 0; i < rows; i++) {
        pen_text(pen, 0, y + i, style_of(ROLE_DIM), names[i]);
    }
    for (int i = first; i < of->n_ends; i++) {
        draw_end(pen, NAME_W + 1 + (i - first) * END_W, y, rows, seen->weight, i, of->end_task[i]);
    }
}

/* ---- the panel ---- */

static bool is_there(const struct view *view)
{
    return view->snapshot && view->snapshot->n_learners > 0;
}

static struct exhibit_request room(const struct pen *pen, const struct view *view)
{
    bool is_shown = pen->area.w > 0 && pen->area.h > 1;
    return (struct exhibit_request){.is_shown = is_shown,
                                    .rows = is_shown ? pen->area.h : 0,
                                    .cols = is_shown ? pen->area.w : 0,
                                    .weight = microscope_choice(view)};
}

static void draw_nothing(const struct pen *pen, const struct view *view)
{
    const char *why =
        view->tape.is_played ? "nobody looked at a weight when this was recorded"
        : isfinite(view->snapshot->taken_again)
            ? "the steps since the task began are taken again, to add up what moved it"
            : "what moved its weights then was not kept";
    text_draw(pen, 0, 0, style_of(ROLE_DIM), why);
}

static void draw(const struct pen *pen, const struct view *view)
{
    struct sighting seen = is_there(view) ? microscope_sighting(view) : (struct sighting){0};
    char text[240];
    if (!seen.of) {
        draw_nothing(pen, view);
        return;
    }
    microscope_sentence(view, &seen, text, sizeof text);
    int h = pen->area.h, y = min_int(text_draw(pen, 0, 0, style_of(ROLE_BODY), text), 3);
    y += h >= y + 12; /* air */
    y += draw_arrows(pen, y, h - y, view, &seen);
    int left = h - y, table = seen.of->n_ends == 0 ? 0 : left >= 9 ? 4 : left >= 7 ? 3 : 0;
    int air = left - table >= CURVE_LEAST + 2 ? 1 : 0, curve = left - table - air - (table > 0);
    if (curve >= CURVE_LEAST) {
        draw_way(pen, (struct rect){0, y + air, pen->area.w, curve}, view, &seen);
    }
    if (table > 0) {
        draw_table(pen, h - table, table, &seen);
    }
}

static struct panel_lines move(const struct pen *pen, const struct view *view, int dx, int dy)
{
    (void)pen;
    struct panel_lines lines = {0};
    struct sighting seen = microscope_sighting(view);
    if (!seen.of || view->tape.is_played) { /* of a recording there are those that were kept */
        return lines;
    }
    struct seen_weight next = *seen.weight;
    next.row = clamp_int(next.row + dy, 0, next.n_rows - 1);
    next.col = clamp_int(next.col + dx, 0, next.n_cols - 1);
    panel_line(&lines, "microscope %d:%d:%d", next.part + 1, next.row + 1, next.col + 1);
    return lines;
}

static long step(const struct view *view)
{
    struct sighting seen = is_there(view) ? microscope_sighting(view) : (struct sighting){0};
    return seen.of && view_is_past(view) ? seen.of->begin + seen.of->done[seen.at] : MAP_STEP_NOW;
}

static void note(const struct view *view, int columns, char *text, size_t size)
{
    struct sighting seen = is_there(view) ? microscope_sighting(view) : (struct sighting){0};
    text[0] = '\0';
    if (!seen.of) {
        return;
    }
    const struct seen_weight *weight = seen.weight;
    char part[NETWORK_NAME_MAX], from[32], to[32], best[32] = "";
    network_part_name(&view_learner(view)->params, weight->part, part, sizeof part);
    microscope_from(view, weight, from, sizeof from);
    microscope_to(view, weight, to, sizeof to);
    struct weight_choice choice = microscope_choice(view);
    const struct seen_weight *among =
        microscope_best(&seen, choice.is_by_rule ? (int)choice.rule : -1);
    if (among) {
        snprintf(best, sizeof best, "%s %d · ", spring_rule_name(among->rule), among->rank + 1);
    } else if (seen.of->cell[0] * seen.of->cell[1] > 1 && seen.weight == seen.of->weights) {
        snprintf(best, sizeof best, "strongest of %d · ", seen.of->cell[0] * seen.of->cell[1]);
    }
    for (int left_out = 0; left_out < 3; left_out++) { /* what has no room */
        snprintf(text, size, "%s%s%s%s → %s", left_out < 1 ? best : "", left_out < 2 ? part : "",
                 left_out < 2 ? " · " : "", from, to);
        if (utf8_columns(text) <= columns) {
            return;
        }
    }
}

const struct panel panel_microscope = {
    .name = "microscope",
    .title = "weight",
    .about =
        "*What you see.* One weight. The first arrow: how far the present task has pushed it, "
        "all steps since the task began added up. The second begins where that would have led: "
        "how far springs (EWC, L2) have pulled it back. What is left is how far it has moved. "
        "Below: the same over time; its value when each task had been learned, and how much it "
        "mattered to it (*top 5 %*: of twenty weights the one that matters most).\n\n"
        "*What to look for.* A weight that is *held* is pushed far and stands where it was: push "
        "and pull mirror each other. One that is *free* goes where it is pushed. One that is "
        "*stretched* is pulled hard and has moved all the same. Only the sums show that: at any "
        "one step push and pull do not balance. The same weight in a learner without springs, on "
        "the same axis, is the proof.\n\n"
        "*Equations.* moved = Σ push + Σ pull; explicit form, L2: pull = −η λ F (θ − θ*); "
        "proximal form: what the correction moves. With LoRA θ is the effective weight W₀ + (α/r) "
        "B A, and what pulled cannot be told from what pushed. held: opposite signs, largest "
        "min(|push|, |pull|); stretched: largest |pull| of those that moved by more than 0.15; "
        "free: |pull| < |push| / 10, moved most.\n\n"
        "*Keys here.* arrows the next weight · j held, stretched, free · k the next of them · Esc "
        "back to the heatmap\n\n"
        "_Kirkpatrick et al. 2017, arXiv:1612.00796; proximal: Parikh & Boyd 2014_",
    .step = step,
    .note = note,
    .draw = draw,
    .room = room,
    .exhibit = EXHIBIT_MICROSCOPE,
    .move = move,
};
