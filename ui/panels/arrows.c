/* SPDX-License-Identifier: MIT
 * Superposition: the rows of W as arrows in the plane of two hidden numbers, and how much of each
 * feature comes out again. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/range.h"
#include "tasks/suite.h"
#include "ui/panels/panel.h"
#include "ui/screen/utf8.h"
#include "ui/widgets/bar.h"
#include "ui/widgets/canvas.h"
#include "ui/widgets/percent.h"
#include "ui/widgets/text.h"

enum { TAG_CIRCLE = 1, TAG_SHAPE, TAG_WAS, TAG_ARROW }; /* and so on, one each */
enum { LABEL = 3, NUMBER = 3, VALUE = 4, LENGTH = 7, BAR_LEAST = 8, BAR_MOST = 24, GAP = 2 };
enum { CORNERS_LEAST = 3 };

static const double REACH = 1.25, PI = 3.14159265358979323846; /* length that fits in any case */
static const double KEPT = 0.5, MOVED = 0.05;

static const struct arrows *arrows_of(const struct view *view)
{
    const struct exhibits *exhibits = &view->snapshot->exhibits;
    return exhibits->has[EXHIBIT_ARROWS] ? &exhibits->arrows : NULL;
}

static const char *lacks(const struct view *view)
{
    return view_picture(view) == PANEL_ARROWS ? NULL
                                              : "It needs sparse features: oubli --data features";
}

static struct exhibit_request room(const struct pen *pen, const struct view *view)
{
    return (struct exhibit_request){.is_shown = !lacks(view) && pen->area.w > 0 && pen->area.h > 0,
                                    .rows = pen->area.h,
                                    .cols = pen->area.w};
}

static bool is_kept(const struct view *view, const struct arrow *arrow)
{
    return view_has_met(view, arrow->task) && (double)arrow->kept >= KEPT;
}

static double length_of(const float at[2])
{
    return hypot((double)at[0], (double)at[1]);
}

/* The features that are kept, in the order in which their arrows stand round the middle. */
static int corners_of(const struct view *view, const struct arrows *arrows, int at[ARROWS_MAX])
{
    double angles[ARROWS_MAX];
    int n = 0;
    for (int i = 0; i < arrows->n; i++) {
        const float *to = arrows->arrows[i].to;
        double angle = atan2((double)to[1], (double)to[0]);
        int k = n;
        if (!is_kept(view, &arrows->arrows[i])) {
            continue;
        }
        for (; k > 0 && angles[k - 1] > angle; k--) {
            angles[k] = angles[k - 1];
            at[k] = at[k - 1];
        }
        angles[k] = angle;
        at[k] = i;
        n++;
    }
    return n;
}

/* Degrees between neighbours: the least and the most. */
static void gaps_between(const struct arrows *arrows, const int *at, int n, int degrees[2])
{
    degrees[0] = 360;
    degrees[1] = 0;
    for (int i = 0; i < n; i++) {
        const float *a = arrows->arrows[at[i]].to, *b = arrows->arrows[at[(i + 1) % n]].to;
        double turn = atan2((double)b[1], (double)b[0]) - atan2((double)a[1], (double)a[0]);
        int gap = (int)lround((turn < 0 ? turn + 2 * PI : turn) * 180 / PI);
        degrees[0] = min_int(degrees[0], gap);
        degrees[1] = max_int(degrees[1], gap);
    }
}

/* ---- the plane ---- */

/* Where the plane is drawn: dots from the middle for a length of 1. */
struct plane {
    struct canvas canvas;
    double x, y, unit_x, unit_y;
};

static struct plane plane_of(const struct pen *pen, const struct arrows *arrows)
{
    struct plane plane = {.canvas = canvas_make(pen)};
    double reach = REACH;
    for (int i = 0; i < arrows->n; i++) {
        reach = fmax(reach, length_of(arrows->arrows[i].to));
    }
    /* a cell is twice as high as it is wide; the label of an arrow that just fits stands behind it
     */
    double columns = fmin((double)pen->area.w / 2 - LABEL, pen->area.h - 2);
    plane.unit_x = fmax(columns, 1) / reach * plane.canvas.dots_x;
    plane.unit_y = fmax(columns, 1) / reach * plane.canvas.dots_y / 2;
    plane.x = (plane.canvas.w - 1) / 2.0;
    plane.y = (plane.canvas.h - 1) / 2.0;
    return plane;
}

/* From `from` to `to`, every `step`-th dot; NULL is the middle. */
static void line(const struct plane *plane, const float from[2], const float to[2], int step,
                 struct style style, int tag)
{
    double x0 = plane->x + (from ? (double)from[0] * plane->unit_x : 0);
    double y0 = plane->y - (from ? (double)from[1] * plane->unit_y : 0);
    double dx = plane->x + (double)to[0] * plane->unit_x - x0;
    double dy = plane->y - (double)to[1] * plane->unit_y - y0;
    int n = (int)ceil(fmax(fabs(dx), fabs(dy)));
    for (int i = 0; i <= n; i += step) {
        double at = n > 0 ? (double)i / n : 0;
        canvas_dot(&plane->canvas, (int)lround(x0 + at * dx), (int)lround(y0 + at * dy), style,
                   (uint8_t)tag);
    }
}

/* Of length 1. */
static void circle(const struct plane *plane)
{
    int n = (int)(2 * plane->unit_x);
    for (int i = 0; i < n; i++) {
        double angle = 2 * PI * i / n;
        canvas_dot(&plane->canvas, (int)lround(plane->x + plane->unit_x * cos(angle)),
                   (int)lround(plane->y - plane->unit_y * sin(angle)), style_of(ROLE_FAINT),
                   TAG_CIRCLE);
    }
}

/* Three dots wide where it is kept. */
static void shaft(const struct plane *plane, const struct view *view, const struct arrow *arrow,
                  int tag)
{
    double length = length_of(arrow->to);
    int wide = is_kept(view, arrow);
    struct style style =
        style_of(view_has_met(view, arrow->task) ? style_task(arrow->task) : ROLE_FAINT);
    for (int side = -wide; side <= wide && length > 0; side++) {
        float across[2] = {(float)(-side * (double)arrow->to[1] / length / plane->unit_x),
                           (float)(side * (double)arrow->to[0] / length / plane->unit_x)};
        float to[2] = {arrow->to[0] + across[0], arrow->to[1] + across[1]};
        line(plane, across, to, 1, style, tag);
    }
}

/* Its number, just behind the tip. */
static void name(const struct pen *pen, const struct plane *plane, const struct view *view,
                 const struct arrow *arrow, int number)
{
    char text[16];
    double length = fmax(length_of(arrow->to), 0.01), behind = 0.5 + (length > 0.2);
    double dx = (double)arrow->to[0] / length, dy = (double)arrow->to[1] / length;
    double x = (plane->x + (double)arrow->to[0] * plane->unit_x) / plane->canvas.dots_x;
    double y = (plane->y - (double)arrow->to[1] * plane->unit_y) / plane->canvas.dots_y;
    bool is_met = view_has_met(view, arrow->task), kept = is_kept(view, arrow);
    snprintf(text, sizeof text, kept ? " %d " : "%d", number);
    int w = (int)strlen(text), at_x = (int)floor(x + behind * dx) - (w - 1) / 2;
    pen_text(pen, clamp_int(at_x, 0, pen->area.w - w),
             clamp_int((int)floor(y - behind * dy / 2), 0, pen->area.h - 1),
             kept     ? style_badge(arrow->task)
             : is_met ? style_bold(style_task(arrow->task))
                      : style_of(ROLE_DIM),
             text);
}

static void draw_plane(const struct pen *pen, const struct view *view, const struct arrows *arrows)
{
    struct plane plane = plane_of(pen, arrows);
    int corners[ARROWS_MAX], n = corners_of(view, arrows, corners);
    circle(&plane);
    for (int i = 0; n >= CORNERS_LEAST && i < n; i++) {
        line(&plane, arrows->arrows[corners[i]].to, arrows->arrows[corners[(i + 1) % n]].to, 1,
             style_of(ROLE_TEXT), TAG_SHAPE);
    }
    for (int i = 0; i < arrows->n; i++) {
        const struct arrow *arrow = &arrows->arrows[i];
        float moved[2] = {arrow->to[0] - arrow->was[0], arrow->to[1] - arrow->was[1]};
        if (arrow->has_was && length_of(moved) > MOVED) {
            line(&plane, NULL, arrow->was, 3, style_of(style_task_dim(arrow->task)), TAG_WAS);
        }
    }
    for (int i = 0; i < arrows->n; i++) {
        shaft(&plane, view, &arrows->arrows[i], TAG_ARROW + i);
    }
    for (int i = 0; i < arrows->n; i++) {
        name(pen, &plane, view, &arrows->arrows[i], i + 1);
    }
}

/* ---- bars ---- */

/* The length of an arrow has a place where a bar is long enough without it. */
static bool has_lengths(const struct pen *pen, const struct arrows *arrows)
{
    int least = LABEL + NUMBER + BAR_LEAST + VALUE + LENGTH;
    return arrows->n_hidden == 2 && pen->area.w >= least;
}

static int bar_columns(const struct pen *pen, const struct arrows *arrows)
{
    int others = LABEL + NUMBER + VALUE + (has_lengths(pen, arrows) ? LENGTH : 0);
    return clamp_int(pen->area.w - others, BAR_LEAST, BAR_MOST);
}

static void draw_bar(const struct pen *pen, const struct view *view, const struct arrows *arrows,
                     int i, int y)
{
    const struct arrow *arrow = &arrows->arrows[i];
    char letter[4], text[16];
    bool is_first = i == 0 || arrows->arrows[i - 1].task != arrow->task;
    bool is_met = view_has_met(view, arrow->task);
    int width = bar_columns(pen, arrows);
    struct bar bar = {.value = (double)arrow->kept,
                      .max = 1,
                      .role = is_met ? style_task(arrow->task) : ROLE_FAINT};
    snprintf(text, sizeof text, " %s ", task_letter(arrow->task, letter));
    if (is_first) {
        pen_text(pen, 0, y, is_met ? style_badge(arrow->task) : style_of(ROLE_DIM), text);
    }
    int x = LABEL + 1;
    pen_printf(pen, x, y, style_of(ROLE_TEXT), "%d", i + 1);
    bar_draw(pen, x + NUMBER - 1, y, width, &bar);
    x += NUMBER - 1 + width;
    pen_printf(pen, x, y, is_met ? style_bold(ROLE_TEXT) : style_of(ROLE_DIM), "%*d", VALUE,
               percent((double)arrow->kept));
    if (has_lengths(pen, arrows)) {
        pen_printf(pen, x + VALUE, y, style_of(ROLE_DIM), "%*.2f", LENGTH, length_of(arrow->to));
    }
}

static void draw_bars(const struct pen *pen, const struct view *view, const struct arrows *arrows)
{
    int width = bar_columns(pen, arrows);
    int end = LABEL + NUMBER + width + VALUE, y = 0;
    if (pen->area.h > arrows->n) {
        pen_text_right(pen, end, y, style_of(ROLE_DIM), "kept, %");
        if (has_lengths(pen, arrows)) {
            pen_text_right(pen, end + LENGTH, y, style_of(ROLE_DIM), "|w|");
        }
        y++;
    }
    for (int i = 0; i < arrows->n; i++) {
        draw_bar(pen, view, arrows, i, y + i);
    }
}

/* ---- the panel ---- */

/* Bars beside the plane or below it, where that leaves it more room. */
static struct rect place_bars(struct rect *all, int n)
{
    int wide = LABEL + NUMBER + BAR_LEAST + VALUE + 1;
    int beside = min_int(all->w - wide - GAP - 2 * LABEL, 2 * all->h);
    int below = min_int(all->w - 2 * LABEL, 2 * (all->h - n - 1));
    if (beside >= below) {
        int most = min_int(all->w - 2 * (all->h + LABEL) - GAP, wide + LENGTH + BAR_MOST);
        struct rect bars = rect_cut_right(all, max_int(wide, most));
        all->w -= GAP;
        int air = max_int((bars.h - n - 1) / 2, 0);
        return (struct rect){bars.x, bars.y + air, bars.w, bars.h - air};
    }
    return rect_cut_bottom(all, n + 1);
}

static void draw(const struct pen *pen, const struct view *view)
{
    const struct arrows *arrows = arrows_of(view);
    if (!arrows) {
        const char *why = lacks(view);
        text_draw(pen, 0, 0, style_of(ROLE_DIM), why ? why : "Not known of this moment.");
        return;
    }
    struct rect all = pen_rect(pen), bars = place_bars(&all, arrows->n);
    struct pen plane = pen_sub(pen, all), below = pen_sub(pen, bars);
    if (arrows->n_hidden == 2) {
        draw_plane(&plane, view, arrows);
    } else {
        char text[96];
        snprintf(text, sizeof text,
                 "Arrows are drawn where there are two hidden numbers (--net 2); here: %d.",
                 arrows->n_hidden);
        text_draw(&plane, 0, 0, style_of(ROLE_DIM), text);
    }
    draw_bars(&below, view, arrows);
}

static long step(const struct view *view)
{
    const struct arrows *arrows = arrows_of(view);
    return arrows ? arrows->step : MAP_STEP_NOW;
}

/* Whose they are, how many are kept, and how far apart; what has no room is left out from the end.
 */
static void note(const struct view *view, int columns, char *text, size_t size)
{
    const struct arrows *arrows = arrows_of(view);
    int corners[ARROWS_MAX], degrees[2];
    char name[40], apart[40] = "";
    text[0] = '\0';
    if (!arrows) {
        return;
    }
    int n = corners_of(view, arrows, corners);
    view_whose(view, arrows->learner, name, sizeof name);
    if (n >= CORNERS_LEAST && arrows->n_hidden == 2) {
        gaps_between(arrows, corners, n, degrees);
        snprintf(apart, sizeof apart, ", %d-%d° apart", degrees[0], degrees[1]);
    }
    for (int left_out = 0; left_out < 3; left_out++) {
        snprintf(text, size, "%s%d of %d kept%s", left_out < 2 ? name : "", n, arrows->n,
                 left_out < 1 ? apart : "");
        if (utf8_columns(text) <= columns) {
            return;
        }
    }
}

const struct panel panel_arrows = {
    .name = "arrows",
    .title = "superposition",
    .about =
        "*What you see.* Five features have to pass through two numbers. Each arrow is a row of W: "
        "where its feature points in the plane of the two, in the colour of its task; thin once "
        "less than half of its feature is kept, faint before its task has begun. Dotted: where it "
        "was when its task had been learned. Lines join the tips of what is kept; the circle is a "
        "length of 1. Bars: how much of a feature comes out again when it comes in alone, its "
        "*kept share*; that of a task is their mean, and what the curves show.\n\n"
        "*What to look for.* Features are seldom there together, so more of them than there are "
        "numbers can share: superposition. Task A learns two arrows. Task B needs three and knows "
        "nothing of A: A's are overlaid or shrink, within 50 steps. With *replay* (half of each "
        "step is old) all five find room: a regular pentagon, neighbours about 72° apart, arrows "
        "a little longer than 1, biases below 0 that cut off what neighbours say in between. It "
        "has to be on when B begins: an arrow whose output is 0 everywhere gets no gradient and "
        "never comes back. "
        "*EWC* holds A's arrows, and B finds room around them.\n\n"
        "*Equation.* x' = relu(Wᵀ(Wx) + b); loss ‖x' − x‖² over the features met so far; kept = 1 "
        "− Σ‖x' − x‖² / Σ‖x‖² over one feature alone at 0.25, 0.5, 0.75 and 1; what is below 0 is "
        "shown as 0. W ~ 0.3 N(0, 1), b = 0; a feature is there with probability 0.1, its value "
        "U(0, 1).\n\n"
        "*Keys here.* Enter enlarges · < > another learner · on the curves ← → an earlier "
        "moment\n\n"
        "_Elhage et al. 2022 (Toy Models of Superposition), arXiv:2209.10652_",
    .step = step,
    .note = note,
    .draw = draw,
    .room = room,
    .exhibit = EXHIBIT_ARROWS,
    .lacks = lacks,
};
