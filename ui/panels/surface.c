/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui/panels/panel.h"
#include "ui/widgets/field.h"
#include "ui/widgets/percent.h"
#include "ui/widgets/text.h"

_Static_assert((int)FIELD_LEVELS == (int)SURFACE_LEVELS,
               "a cell of the one is a cell of the other");

enum { LEGEND_ROWS = 1, MARKS_MAX = SURFACE_POINTS_MAX + SURFACE_REPLAYED_MAX };
enum { BADGES_MAX = 32, BADGE_COLS = 6 };

static struct exhibit_request room(const struct pen *pen, const struct view *view)
{
    (void)view;
    int rows = (pen->area.h - LEGEND_ROWS) * field_pixels(pen);
    return (struct exhibit_request){
        .is_shown = rows > 0 && pen->area.w > 0, .rows = rows, .cols = pen->area.w};
}

/* ---- what is shown ---- */

static const struct surface *surface_of(const struct view *view)
{
    const struct exhibits *exhibits = &view->snapshot->exhibits;
    return exhibits->has[EXHIBIT_SURFACE] ? &exhibits->surface : NULL;
}

static int fill_marks(const struct view *view, const struct surface *surface,
                      struct field_mark marks[MARKS_MAX])
{
    int n = 0;
    for (int i = 0; i < surface->n_points; i++) {
        const struct surface_point *point = &surface->points[i];
        if (view_has_met(view, point->task)) {
            marks[n++] = (struct field_mark){.x = point->x,
                                             .y = point->y,
                                             .class = (uint8_t)point->label,
                                             .kind = point->is_right ? FIELD_RIGHT : FIELD_WRONG,
                                             .is_dim = point->task != surface->task};
        }
    }
    for (int i = 0; i < surface->n_replayed; i++) {
        const struct surface_point *point = &surface->replayed[i];
        marks[n++] = (struct field_mark){
            .x = point->x, .y = point->y, .class = (uint8_t)point->label, .kind = FIELD_REPLAYED};
    }
    return n;
}

/* ---- letters of tasks ---- */

/* Above the points of a task, in the middle; false if it has none. */
static bool badge_place(const struct pen *pen, const struct surface *surface, int task, int at[2])
{
    int left = pen->area.w, right = -1, top = pen->area.h, bottom = -1, cell[2];
    for (int i = 0; i < surface->n_points; i++) {
        if (surface->points[i].task == task) {
            field_cell(pen, surface->points[i].x, surface->points[i].y, cell);
            left = cell[0] < left ? cell[0] : left;
            right = cell[0] > right ? cell[0] : right;
            top = cell[1] < top ? cell[1] : top;
            bottom = cell[1] > bottom ? cell[1] : bottom;
        }
    }
    at[0] = (left + right + 1 - BADGE_COLS) / 2;
    at[1] = top > 0 ? top - 1 : bottom + 1;
    return right >= 0;
}

static void put_badge(const struct pen *pen, const struct view *view, int task, const int at[2])
{
    char letter[4], text[8];
    double accuracy = view_accuracy(view, task);
    snprintf(text, sizeof text, " %s ", task_letter(task, letter));
    int x = at[0] + pen_text(pen, at[0], at[1], style_badge(task), text);
    if (isfinite(accuracy)) {
        snprintf(text, sizeof text, " %d ", percent(accuracy));
        pen_text(pen, x, at[1], style_bold(ROLE_TEXT), text);
    }
}

/* Where two would cover each other the first is shown. */
static void draw_badges(const struct pen *pen, const struct view *view,
                        const struct surface *surface)
{
    int places[BADGES_MAX][2], n = 0;
    for (int t = 0; t < view->timeline->n_tasks && n < BADGES_MAX; t++) {
        bool is_free = view_has_met(view, t) && badge_place(pen, surface, t, places[n]);
        for (int i = 0; i < n && is_free; i++) {
            int dx = places[n][0] - places[i][0];
            is_free = places[n][1] != places[i][1] || dx >= BADGE_COLS + 1 || -dx >= BADGE_COLS + 1;
        }
        if (is_free) {
            put_badge(pen, view, t, places[n++]);
        }
    }
}

/* ---- the panel ---- */

static const char *lacks(const struct view *view)
{
    return view_picture(view) == PANEL_SURFACE
               ? NULL
               : "It needs points with two coordinates: oubli --data plane";
}

static void draw(const struct pen *pen, const struct view *view)
{
    const struct surface *surface = surface_of(view);
    if (!surface) {
        const char *why = lacks(view);
        text_draw(pen, 0, 0, style_of(ROLE_DIM), why ? why : "Not known of this moment.");
        return;
    }
    struct rect all = pen_rect(pen), legend = rect_cut_bottom(&all, LEGEND_ROWS);
    struct pen body = pen_sub(pen, all);
    struct field_mark marks[MARKS_MAX];
    struct field field = {.cells = surface->cells,
                          .rows = surface->rows,
                          .cols = surface->cols,
                          .marks = marks,
                          .n_marks = fill_marks(view, surface, marks)};
    field_draw(&body, &field);
    draw_badges(&body, view, surface);
    field_legend(pen, 0, legend.y, legend.w, surface->n_classes);
}

/* Test points of the tasks met so far, and how many of them are wrong. */
static void count(const struct view *view, const struct surface *surface, int *n, int *n_wrong)
{
    *n = *n_wrong = 0;
    for (int i = 0; i < surface->n_points; i++) {
        if (view_has_met(view, surface->points[i].task)) {
            *n += 1;
            *n_wrong += !surface->points[i].is_right;
        }
    }
}

static long step(const struct view *view)
{
    const struct surface *surface = surface_of(view);
    return surface ? surface->step : MAP_STEP_NOW;
}

/* Whose it is, of when, and what is wrong with it; what has no room is left out from the end. */
static void note(const struct view *view, int columns, char *text, size_t size)
{
    const struct surface *surface = surface_of(view);
    char name[40], all[24];
    int n, n_wrong;
    text[0] = '\0';
    if (!surface) {
        return;
    }
    count(view, surface, &n, &n_wrong);
    view_whose(view, surface->learner, name, sizeof name);
    snprintf(all, sizeof all, " of %d", n);
    for (int left_out = 0; left_out < 3; left_out++) {
        snprintf(text, size, "%s%d%s wrong", left_out < 2 ? name : "", n_wrong,
                 left_out < 1 ? all : "");
        if ((int)strlen(text) <= columns) { /* no fewer bytes than columns */
            return;
        }
    }
}

const struct panel panel_surface = {
    .name = "surface",
    .title = "decision surface",
    .about =
        "*What you see.* The plane of all inputs: the ground's colour is the class that the "
        "network "
        "answers there, stronger where it is sure; the dark line between is the boundary. On it "
        "stand test points of every task met so far, in the colour of their own class, those of "
        "old tasks dimmed. A × is answered wrongly. A ◆ is an old example that replay mixed into "
        "the step just taken. A letter names a task, with its accuracy in percent.\n\n"
        "*What to look for.* Plain training moves the boundary to where the new points are, and "
        "it does not care what it sweeps over: the old points stay where they are, and the ground "
        "changes under them. That is forgetting. With replay the old points hold the boundary in "
        "their place; with EWC the weights that drew it are held; a low learning rate moves it "
        "slowly everywhere.\n\n"
        "*Equation.* argmax_k f_k(x; θ) for each x of the plane; sure where softmax f(x; θ) is "
        "near 1\n\n"
        "*Keys here.* Enter enlarges · < > another learner · on the curves ← → an earlier "
        "moment\n\n"
        "_McCloskey & Cohen 1989 (catastrophic interference)_",
    .step = step,
    .note = note,
    .draw = draw,
    .room = room,
    .exhibit = EXHIBIT_SURFACE,
    .lacks = lacks,
};
