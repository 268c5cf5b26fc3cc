/* SPDX-License-Identifier: MIT
 * Why an old task fell in the last few steps up to the cursor: what each module's moving did to it,
 * and which test examples flipped. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/range.h"
#include "ui/panels/accuracy.h"
#include "ui/panels/narrator_why.h"
#include "ui/panels/panel.h"
#include "ui/widgets/bar.h"
#include "ui/widgets/percent.h"
#include "ui/widgets/picture.h"
#include "ui/widgets/text.h"

enum {
    HEAD_ROWS = 4,      /* the task, its numbers, what the columns are, and air */
    NAME_MOST = 20,     /* columns of a module's name, ... */
    VALUE_COLUMNS = 7,  /* ... of " -12.3 ", ... */
    BACK_COLUMNS = 10,  /* ... and of "      84 %" */
    HEAD_COLUMNS = 43,  /* of the numbers with all words */
    SINCE_COLUMNS = 38, /* of "since B 97 → 72 %: layer 1 77 % of it" */
    MODULES_LEAST = 3,
    CAPTION = 7, /* columns of "7 → 9" at the least */
};

/* ---- where it stands ---- */

/* Rows of the modules, and how flips hang below: pictures in a grid, all else a line each. */
struct places {
    int bars;        /* rows of them */
    int top;         /* of the flips' head */
    int w, h;        /* cells of a picture */
    int step_x, n_x; /* from one to the next, and so many in a row */
    int n;           /* that fit */
};

static bool has_pictures(const struct view *view)
{
    return view->facts->gallery && view->facts->gallery->width > 0;
}

static struct places places_of(const struct pen *pen, const struct view *view, int n_modules)
{
    int rows = pen->area.h - HEAD_ROWS;
    struct places places = {.bars = min_int(n_modules, rows > 2 * MODULES_LEAST ? rows / 2 : rows)};
    places.top = HEAD_ROWS + places.bars + 1;
    int left = pen->area.h - places.top - 1;
    if (!has_pictures(view)) {
        places.n_x = 1;
        places.n = left > 0 ? min_int(left, WHY_FLIPS_MAX) : 0;
        return places;
    }
    int width = view->facts->gallery->width, height = view->facts->gallery->height;
    int half = width > 16 ? 2 : 1; /* large ones are drawn at half their size */
    places.w = width / half;
    places.h = (height / half + 1) / 2;
    places.step_x = (places.w > CAPTION ? places.w : CAPTION) + 1;
    places.n_x = (pen->area.w + 1) / places.step_x;
    int n_y = left > 0 ? left / (places.h + 1) : 0;
    places.n = min_int(places.n_x * n_y, WHY_FLIPS_MAX);
    return places;
}

/* Narrators want it also where this panel is not to be seen. */
static struct exhibit_request room(const struct pen *pen, const struct view *view)
{
    int n = pen->area.w > 0 && pen->area.h > 0
                ? places_of(pen, view, network_n_modules(&view_learner(view)->params)).n
                : 0;
    return (struct exhibit_request){.is_shown = true, .rows = 1, .cols = n > 0 ? n : 1};
}

/* ---- drawing ---- */

static void draw_head(const struct pen *pen, const struct why *why)
{
    char letter[4], text[64];
    int x = 0;
    snprintf(text, sizeof text, " %s ", task_letter(why->task, letter));
    x += pen_text(pen, x, 0, style_badge(why->task), text) + 1;
    x += pen_printf(pen, x, 0, style_of(ROLE_TEXT), "%d → %d %%", percent(why->accuracy[0]),
                    percent(why->accuracy[1]));
    snprintf(text, sizeof text, ", steps %ld-%ld", why->begin, why->end);
    bool fits = x + pen_columns(pen, text) <= pen->area.w;
    pen_printf(pen, x, 0, style_of(ROLE_DIM), fits ? ", steps %ld-%ld" : ", %ld-%ld", why->begin,
               why->end);
    bool is_narrow = pen->area.w < HEAD_COLUMNS && isfinite(why->own);
    x = pen_printf(pen, 0, 1, style_of(ROLE_DIM),
                   is_narrow ? "p %d → %d %%" : "p(right) %d → %d %%", percent(why->probability[0]),
                   percent(why->probability[1]));
    if (is_narrow) {
        pen_printf(pen, x, 1, style_of(ROLE_DIM), " · own: %d %%", percent(why->own));
    } else if (isfinite(why->own)) {
        pen_printf(pen, x, 1, style_of(ROLE_DIM), " · its own %d alone: %d %%", why->n_own,
                   percent(why->own));
    }
}

/* A module: how many points of p its moving took or gave, and what putting it back would do. */
static void draw_module(const struct pen *pen, int y, int name_w, const struct view *view,
                        const struct why *why, int module, double most)
{
    const struct why_module *of = &why->modules[module];
    const struct why_found found = narrator_find(view, why);
    bool is_blamed = found.finding == WHY_MODULE && found.module == module;
    char name[40];
    network_module_name(&view_learner(view)->params, module, name, sizeof name);
    pen_text_max(pen, 0, y, name_w, is_blamed ? style_bold(ROLE_TEXT) : style_of(ROLE_BODY), name);
    pen_printf(pen, name_w, y, style_of(of->moved < 0 ? ROLE_BAD : ROLE_GOOD), " %+5.1f",
               100 * of->moved);
    int x = name_w + VALUE_COLUMNS, w = pen->area.w - x - BACK_COLUMNS;
    if (w > 2) {
        bar_draw(pen, x, y, w,
                 &(struct bar){.value = fabs(of->moved),
                               .max = most,
                               .role = of->moved < 0 ? ROLE_BAD : ROLE_GOOD,
                               .is_bare = true});
    }
    if (w >= 0) {
        pen_printf(pen, pen->area.w - BACK_COLUMNS, y, style_of(ROLE_DIM), "%*d %%",
                   BACK_COLUMNS - 2, percent(of->back));
    }
}

/* What stands below: points of p that a layer's moving took, and the accuracy if it were put back.
 */
static void draw_columns(const struct pen *pen)
{
    static const char back[] = "if put back";
    int back_x = pen->area.w - (int)strlen(back);
    pen_text_max(pen, 0, HEAD_ROWS - 2, back_x - 1, style_of(ROLE_DIM), "p moved by");
    pen_text_max(pen, back_x, HEAD_ROWS - 2, (int)strlen(back), style_of(ROLE_DIM), back);
}

static void draw_modules(const struct pen *pen, const struct view *view, const struct why *why,
                         int rows)
{
    double most = 0;
    int name_w = 0;
    for (int m = 0; m < why->n_modules; m++) {
        char name[40];
        network_module_name(&view_learner(view)->params, m, name, sizeof name);
        most = fmax(most, fabs(why->modules[m].moved));
        name_w = pen_columns(pen, name) > name_w ? pen_columns(pen, name) : name_w;
    }
    draw_columns(pen);
    for (int m = 0; m < why->n_modules && m < rows; m++) {
        draw_module(pen, HEAD_ROWS - 1 + m, min_int(name_w, NAME_MOST), view, why, m, most);
    }
}

/* "since B 97 → 72 %: layer 1 77 % of it": who did it, of the whole stage so far. */
static void since_text(const struct view *view, const struct why *why,
                       const struct why_found *found, char *text, size_t size)
{
    char letter[4], who[56] = "several together", name[40];
    if (found->since >= 0) {
        network_module_name(&view_learner(view)->params, found->since, name, sizeof name);
        snprintf(who, sizeof who, "%s *%d %%* of it", name, percent(found->since_share));
    }
    snprintf(text, size, "since %s *%d* → *%d %%*: %s", task_letter(why->present, letter),
             percent(why->first), percent(why->accuracy[1]), who);
}

/* Of the whole stage: who did it, where that is sound and there is room; and what would be, were
 * the one that heals most as it was when the present task began. */
static void draw_since(const struct pen *pen, int y, const struct view *view, const struct why *why)
{
    char letter[4], name[40], text[120];
    struct why_found found = narrator_find(view, why);
    int healer = 0;
    for (int m = 1; m < why->n_modules; m++) {
        healer = why->modules[m].since > why->modules[healer].since ? m : healer;
    }
    if (found.is_since && pen->area.w >= SINCE_COLUMNS) {
        since_text(view, why, &found, text, sizeof text);
        text_line(pen, 0, y++, style_of(ROLE_DIM), text);
    }
    network_module_name(&view_learner(view)->params, healer, name, sizeof name);
    snprintf(text, sizeof text, "%s as %s found it: *%d %%*", name,
             task_letter(why->present, letter), percent(why->modules[healer].since));
    text_line(pen, 0, y, style_of(ROLE_DIM), text);
}

/* "7 → 9": what was answered and is. */
static void draw_answer(const struct pen *pen, int x, int y, int w, const struct flip *flip)
{
    char text[2 * WHY_NAME_MAX + 8];
    snprintf(text, sizeof text, "%s → %s", flip->before, flip->after);
    pen_text_max(pen, x, y, w, style_of(flip->is_lost ? ROLE_BAD : ROLE_GOOD), text);
}

static void draw_picture(const struct pen *pen, const struct places *places, int i,
                         const struct why *why)
{
    int x = i % places->n_x * places->step_x,
        y = places->top + 1 + i / places->n_x * (places->h + 1);
    struct picture picture = {
        .levels = why->flips[i].levels, .width = why->width, .height = why->height};
    picture_draw(pen, x, y, places->w, places->h, &picture);
    draw_answer(pen, x, y + places->h, places->step_x - 1, &why->flips[i]);
}

/* "... you open at  'n' → 'e'". */
static void draw_line(const struct pen *pen, const struct places *places, int i,
                      const struct why *why)
{
    int y = places->top + 1 + i;
    pen_text_max(pen, 1, y, WHY_TEXT_MAX, style_of(ROLE_BODY), why->flips[i].text);
    draw_answer(pen, 2 + WHY_TEXT_MAX, y, pen->area.w - 2 - WHY_TEXT_MAX, &why->flips[i]);
}

static void draw_flips(const struct pen *pen, const struct view *view, const struct why *why,
                       const struct places *places)
{
    int x = 0;
    if (places->top >= pen->area.h) {
        return;
    }
    x += pen_printf(pen, x, places->top, style_of(ROLE_DIM), "of %d: ", why->n_answers);
    x += pen_printf(pen, x, places->top, style_bold(ROLE_BAD), "%d", why->n_lost);
    x += pen_text(pen, x, places->top, style_of(ROLE_DIM), " lost, ");
    x += pen_printf(pen, x, places->top, style_bold(ROLE_GOOD), "%d", why->n_gained);
    pen_text(pen, x, places->top, style_of(ROLE_DIM), " gained");
    for (int i = 0; i < why->n_flips && i < places->n; i++) {
        if (has_pictures(view) && why->width > 0) {
            draw_picture(pen, places, i, why);
        } else {
            draw_line(pen, places, i, why);
        }
    }
}

static const char *lacks(const struct view *view)
{
    return view->facts->form == DATA_FEATURES
               ? "Nothing is right or wrong here: the arrows show where a feature goes."
               : NULL;
}

/* Why there is nothing to see. */
static const char *nothing_text(const struct view *view)
{
    const struct exhibits *exhibits = &view->snapshot->exhibits;
    bool is_past = view_is_past(view);
    long asked = is_past ? (long)view->cursor : MAP_STEP_NOW;
    int stage = is_past ? timeline_stage_at(view->timeline, (long)view->cursor)
                        : view->timeline->n_stages - 1;
    const struct why *why = &exhibits->why;
    bool is_its = why->asked == asked && why->learner == view_learner(view)->id;
    return lacks(view) ? lacks(view)
           : stage < 1
               ? "Nothing was learned before: there is nothing to forget yet. Come back when "
                 "the second task has begun."
           : !exhibits->has[EXHIBIT_WHY]
               ? view->tape.is_played ? "It was not recorded here."
                                      : "Not known: this session keeps nothing to go back to."
           : !is_its && view->tape.is_played ? "It was not recorded here."
           : !is_its
               ? "Being measured ..."
               : "No step of this task's yet, or something else than training moved the answers "
                 "here. Move the cursor on the curves.";
}

static void draw(const struct pen *pen, const struct view *view)
{
    const struct why *why = narrator_window(view);
    if (!why) {
        text_draw(pen, 0, 0, style_of(ROLE_DIM), nothing_text(view));
        return;
    }
    struct places places = places_of(pen, view, why->n_modules);
    draw_head(pen, why);
    draw_modules(pen, view, why, places.bars);
    if (why->has_first) {
        draw_since(pen, places.top - 2, view, why);
    }
    draw_flips(pen, view, why, &places);
}

static void note(const struct view *view, int columns, char *text, size_t size)
{
    const struct why *why = narrator_window(view);
    struct why_found found = why ? narrator_find(view, why) : (struct why_found){0};
    char name[40] = "";
    text[0] = '\0';
    if (found.finding == WHY_MODULE) {
        network_module_name(&view_learner(view)->params, found.module, name, sizeof name);
        snprintf(text, size, "%s moved it most", name);
    } else if (found.finding == WHY_SEVERAL) {
        snprintf(text, size, "several together");
    } else if (found.finding == WHY_BACK) {
        snprintf(text, size, "it came back");
    } else if (found.finding == WHY_HELD) {
        snprintf(text, size, "nothing fell here");
    } else if (why && !why->is_sound) {
        snprintf(text, size, "the sums are not sound");
    }
    text[(int)strlen(text) > columns ? 0 : strlen(text)] = '\0';
}

/* The cursor on the curves. */
static struct panel_lines move(const struct pen *pen, const struct view *view, int dx, int dy)
{
    return accuracy_move(pen, view, dx, dy);
}

const struct panel panel_why = {
    .name = "why",
    .title = "why here",
    .about =
        "*What you see.* The last ten steps up to the cursor on the curves (without one, up to "
        "now), and of the old tasks that were ever learned the one whose accuracy fell most in "
        "them; if none fell, the one that came back most or has fallen most since the present task "
        "began. Below: how much of its fall each layer's moving caused, in points of the mean "
        "probability of the right answer, and what its accuracy would be if that layer alone were "
        "put *back* to before those steps. Then the whole stage so far: which layer has most of "
        "its fall, and what would be if one were as the present task found it. Then the test "
        "examples that flipped, as the data has them.\n\n"
        "*What to look for.* Put the cursor on the steepest place behind a boundary. A layer is "
        "named only where it has at least 60 % of a fall of 2 points; most often several layers "
        "move together. A curve zigzags at a high learning rate: what comes back in a few steps "
        "without a strategy is noise of the steps. Where each task has outputs of its own, the "
        "last layer is to blame: the new outputs drown the old ones, and among its own a task is "
        "still right.\n\n"
        "*Equation.* p(θ) = mean of softmax(f(x; θ))_y over the task's test examples; of layer l: "
        "(g(θ₀) + 4 g(θ½) + g(θ₁))_l · (θ₁ − θ₀)_l / 6, g = ∇p, θ½ halfway. All layers sum to "
        "p(θ₁) − p(θ₀); where they miss it by more than a tenth the window is halved, and then "
        "nothing is said. The stage is a longer way: that line is cut into two pieces, or four. A "
        "share may be more than 100 %: then other layers worked against the fall. (The gradient at "
        "the beginning alone, g(θ₀) · Δθ, has the wrong sign "
        "more often than not.) The steps are taken again for it, the session is not touched.\n\n"
        "*Keys here.* ← → the cursor on the curves · Enter enlarges · Esc no cursor\n\n"
        "_Lan, Liu, Zhou & Yosinski 2019, Loss Change Allocation, NeurIPS_",
    .note = note,
    .draw = draw,
    .room = room,
    .exhibit = EXHIBIT_WHY,
    .lacks = lacks,
    .move = move,
};
