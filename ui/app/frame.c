/* SPDX-License-Identifier: MIT */
#include "ui/app/frame.h"

#include <stdio.h>
#include <string.h>

#include "base/range.h"
#include "ui/app/keys.h"
#include "ui/app/layout.h"
#include "ui/panels/knobs.h"
#include "ui/panels/lines.h"
#include "ui/panels/loading.h"
#include "ui/panels/narrator.h"
#include "ui/panels/panel.h"
#include "ui/panels/summary.h"
#include "ui/widgets/text.h"

enum { KEYS_MAX = 128 }; /* more than the table has */

/* And what was said: it may be a question. */
static void draw_too_small(const struct pen *pen, const char *message)
{
    char size[64];
    snprintf(size, sizeof size, "%dx%d needed, %dx%d here · q quits", LAYOUT_COLS_LEAST,
             LAYOUT_ROWS_LEAST, pen->area.w, pen->area.h);
    int y = pen->area.h / 2, x = (pen->area.w - pen_columns(pen, size)) / 2;
    pen_text(pen, x < 0 ? 0 : x, y > 0 ? y - 1 : 0, style_bold(ROLE_TITLE), "oubli needs room");
    pen_text(pen, x < 0 ? 0 : x, y, style_of(ROLE_BODY), size);
    text_line(pen, 0, y + 1, style_of(ROLE_BAD), message);
}

static void draw_narrator(const struct pen *pen, const struct frame *frame)
{
    char text[320];
    enum role role = frame->is_message_bad ? ROLE_BAD : ROLE_WARN;
    if (frame->message[0] != '\0') {
        snprintf(text, sizeof text, "%s", frame->message);
    } else {
        role = narrator_say(&frame->view, text, sizeof text);
    }
    pen_glyph(pen, 1, 0, style_bold(role), GLYPH_RIGHT);
    struct pen line = pen_sub(pen, (struct rect){3, 0, pen->area.w - 4, 1});
    text_line_fit(&line, 0, 0, style_of(ROLE_BODY), text);
}

/* True if the binding's (first) key does that with this focus, and not what stands before it. */
static bool is_reached(const struct key_binding *binding, enum panel_id focus)
{
    char name[24];
    struct key key;
    snprintf(name, sizeof name, "%.*s", (int)strcspn(binding->keys, " "), binding->keys);
    return key_parse(name, &key) && key_find(key, focus) == binding;
}

/* What would only answer that it can do nothing is no help. */
static bool is_useful(const struct frame *frame, const struct key_binding *binding)
{
    return frame->view.tape.is_played ? key_plays(binding) : key_trains(binding);
}

static const char *hint_of(const struct frame *frame, const struct key_binding *binding)
{
    const struct tape *tape = &frame->view.tape;
    bool is_paused = tape->is_played ? tape->is_paused : frame->view.snapshot->state == LAB_PAUSED;
    return binding->uses & KEY_PAUSES && is_paused ? "go on" : binding->hint;
}

/* Columns of a hint, with what keeps it from the next. */
static int hint_width(const struct pen *pen, const struct frame *frame,
                      const struct key_binding *binding)
{
    return pen_columns(pen, binding->shown) + pen_columns(pen, hint_of(frame, binding)) + 3;
}

/* True if the hint has a place if there is room. */
static bool is_hinted(const struct frame *frame, const struct key_binding *binding)
{
    const struct view *view = &frame->view;
    return binding->hint &&
           (binding->uses & KEY_LAST ||
            (!view->loading.is_on && is_useful(frame, binding) &&
             !(binding->is_idle && binding->is_idle(view)) && is_reached(binding, view->focus)));
}

static bool is_sure(const struct frame *frame, const struct key_binding *binding)
{
    return binding->uses & (KEY_LAST | KEY_SURE) && is_hinted(frame, binding);
}

/* The hints in the order of the table, as many as fit; quit, help and the way to the other panels
 * are always there. */
static void draw_hints(const struct pen *pen, const struct frame *frame)
{
    int reserved = -2, x = 1; /* nothing behind the last */
    const struct key_binding *b;
    for (int i = 0; (b = key_binding_at(i)); i++) {
        reserved += is_sure(frame, b) ? hint_width(pen, frame, b) : 0;
    }
    for (int i = 0; (b = key_binding_at(i)); i++) {
        reserved -= is_sure(frame, b) ? hint_width(pen, frame, b) : 0;
        if (is_hinted(frame, b) &&
            (is_sure(frame, b) || x + hint_width(pen, frame, b) + reserved <= pen->area.w)) {
            x += pen_text(pen, x, 0, style_bold(ROLE_TEXT), b->shown) + 1;
            x += pen_text(pen, x, 0, style_of(ROLE_DIM), hint_of(frame, b)) + 2;
        }
    }
}

/* Of a session that is not there yet: the frame alone where there is nothing to show, and over the
 * curves how far it is. */
static void draw_awaited(const struct pen *pen, struct rect rect, const struct view *view,
                         enum panel_id id)
{
    if (loading_has(id)) {
        struct pen inside = panel_draw(pen, rect, view, id);
        if (id == PANEL_ACCURACY) {
            loading_draw(&inside, view);
        }
    } else {
        pen_box(pen, rect, &(struct box){.title = panel_title(view, id)});
    }
}

static void draw_panels(const struct pen *pen, const struct frame *frame,
                        const struct layout *layout)
{
    const struct view *view = &frame->view;
    for (int i = 0; i < PANEL_COUNT; i++) {
        if (rect_is_empty(layout->panels[i])) {
            continue;
        }
        if (view->loading.is_bare || (view->loading.is_on && i == PANEL_SAMPLES)) {
            draw_awaited(pen, layout->panels[i], view, (enum panel_id)i);
        } else if (i == PANEL_DRIFT && view_shows_summary(view)) {
            summary_draw(pen, layout->panels[i], view);
        } else {
            panel_draw(pen, layout->panels[i], view, (enum panel_id)i);
        }
    }
    if (!rect_is_empty(layout->strip)) {
        struct pen strip = pen_sub(pen, layout->strip);
        lines_strategies(&strip, view);
    }
    if (!rect_is_empty(layout->knob)) {
        struct pen knob = pen_sub(pen, rect_inset(layout->knob, 1, 0));
        knobs_draw_one(&knob, 0, view, view->knob);
    }
}

/* A box in the middle, as large as its text wants and the screen has. */
static struct pen open_box(const struct pen *pen, int w, int h, const char *title, const char *note)
{
    w = w < pen->area.w - 8 ? w : pen->area.w;
    h = h < pen->area.h - 2 ? h : pen->area.h - 2;
    struct box box = {.title = title, .note = note, .has_focus = true};
    struct rect rect = {(pen->area.w - w) / 2, (pen->area.h - h) / 2, w, h};
    return pen_box(pen, rect, &box);
}

/* What is for all panels in one pass, what is for some in the next, so that the keys that are used
 * most come first. */
static bool is_listed(const struct frame *frame, const struct key_binding *binding, int pass)
{
    bool is_for_good = binding->uses & KEY_DATA && binding->is_idle(&frame->view);
    return binding->shown && is_useful(frame, binding) && !is_for_good &&
           (binding->panels != 0) == pass;
}

/* A key or a sign, and what it is. */
struct help_row {
    const char *shown, *help;
};

static const struct help_row signs[] = {
    {"▼57", "curves: points lost since its best"},
    {"▲", "curves: it is being learned"},
};

enum { HELP_ROWS_MAX = KEYS_MAX + sizeof signs / sizeof *signs };

/* The keys of one pass, behind the n rows that there are; how many there are then. */
static int list_keys(const struct frame *frame, int pass, struct help_row *rows, int n)
{
    const struct key_binding *b;
    for (int i = 0; (b = key_binding_at(i)) && n < KEYS_MAX; i++) {
        rows[n] = (struct help_row){b->shown, b->help};
        n += is_listed(frame, b, pass);
    }
    return n;
}

static int list_help(const struct frame *frame, struct help_row *rows)
{
    int n = list_keys(frame, 0, rows, 0);
    memcpy(rows + n, signs, sizeof signs);
    return list_keys(frame, 1, rows, n + (int)(sizeof signs / sizeof *signs));
}

/* What of so many rows has no room in the box. */
static int rows_hidden(const struct pen *pen, int rows)
{
    int shown = pen->area.h - 4; /* as open_box makes it */
    return rows > shown ? rows - shown : 0;
}

static int help_columns(const struct pen *pen)
{
    return pen->area.w >= 116 ? 2 : 1;
}

/* Keys, signs, then the keys of single panels, in two columns where there is room. */
static void draw_help(const struct pen *pen, const struct frame *frame)
{
    struct help_row listed[HELP_ROWS_MAX];
    int n = list_help(frame, listed), columns = help_columns(pen);
    int per = (n + columns - 1) / columns;
    int skip = min_int(frame->view.scroll, rows_hidden(pen, per));
    struct pen inside = open_box(pen, columns == 2 ? 140 : 78, per + 2, "keys and signs",
                                 "↑ ↓ scroll · Esc closes");
    int w = inside.area.w / columns;
    for (int i = 0; i < n; i++) {
        int x = i / per * w, y = i % per - skip;
        if (y >= 0 && y < inside.area.h) {
            pen_text(&inside, x, y, style_bold(ROLE_TEXT), listed[i].shown);
            pen_text_max(&inside, x + 10, y, w - 12, style_of(ROLE_BODY), listed[i].help);
        }
    }
}

/* Where an explanation is wrapped. */
static struct pen explain_pen(const struct pen *pen)
{
    return pen_sub(pen, (struct rect){0, 0, pen->area.w < 90 ? pen->area.w - 8 : 82, 1});
}

static void draw_explain(const struct pen *pen, const struct frame *frame)
{
    char about[PANEL_ABOUT_MAX];
    panel_about(&frame->view, frame->view.focus, about);
    struct pen trial = explain_pen(pen);
    int rows = text_rows(&trial, about);
    int skip = min_int(frame->view.scroll, rows_hidden(pen, rows));
    struct pen inside =
        open_box(pen, trial.area.w + 4, rows + 2, panel_title(&frame->view, frame->view.focus),
                 "↑ ↓ scroll · Esc closes");
    text_draw(&inside, 0, skip, style_of(ROLE_BODY), about);
}

int frame_scroll_most(const struct frame *frame, int cols, int rows, const struct glyphs *glyphs)
{
    struct grid none = {.cols = cols, .rows = rows};
    struct pen pen = pen_make(&none, glyphs, DEPTH_256);
    if (frame->view.overlay == OVERLAY_HELP) {
        struct help_row listed[HELP_ROWS_MAX];
        int columns = help_columns(&pen);
        return rows_hidden(&pen, (list_help(frame, listed) + columns - 1) / columns);
    }
    char about[PANEL_ABOUT_MAX];
    panel_about(&frame->view, frame->view.focus, about);
    struct pen trial = explain_pen(&pen);
    return rows_hidden(&pen, text_rows(&trial, about));
}

enum { CHOICES_SHOWN = 9 }; /* of commands; of what follows two thirds of the screen */

/* The line at the bottom, and above it what could come next. */
static void draw_palette(const struct pen *pen, const struct frame *frame, int cursor[2])
{
    struct palette_choices choices;
    struct palette_names names = palette_names_of(&frame->view);
    palette_complete(&frame->palette, &names, &choices);
    int bottom = pen->area.h - 1;
    bool is_argument = strchr(frame->palette.text, ' ') != NULL;
    int room = is_argument ? max_int(pen->area.h * 2 / 3, CHOICES_SHOWN) : CHOICES_SHOWN;
    int n = min_int(choices.n, room);
    if (n > 0) {
        pen_fill(pen, (struct rect){0, bottom - 1, pen->area.w, 1}, style_of(ROLE_DEFAULT), ' ');
        struct box box = {.title = "command", .note = "Tab completes · Enter does it · Esc"};
        int w = pen->area.w < 84 ? pen->area.w : 84;
        struct pen inside = pen_box(pen, (struct rect){0, bottom - n - 2, w, n + 2}, &box);
        for (int i = 0; i < n; i++) {
            int used = pen_text(&inside, 0, i, style_bold(ROLE_TEXT), choices.word[i]);
            int x = used < 16 ? 17 : used + 2;
            if (choices.is_on[i]) {
                pen_text_right(&inside, inside.area.w - 1, i, style_of(ROLE_GOOD), "on");
            }
            if (choices.help[i]) {
                pen_text_max(&inside, x, i, inside.area.w - x, style_of(ROLE_DIM), choices.help[i]);
            }
        }
        if (choices.n > n) {
            pen_glyph(&inside, inside.area.w - 1, n - 1, style_of(ROLE_DIM), GLYPH_ELLIPSIS);
        }
    }
    pen_fill(pen, (struct rect){0, bottom, pen->area.w, 1}, style_of(ROLE_DEFAULT), ' ');
    pen_text(pen, 1, bottom, style_bold(ROLE_ACCENT), ":");
    pen_text(pen, 3, bottom, style_bold(ROLE_TEXT), frame->palette.text);
    char before[COMMAND_TEXT_MAX];
    snprintf(before, sizeof before, "%.*s", frame->palette.cursor, frame->palette.text);
    cursor[0] = 3 + pen_columns(pen, before);
    cursor[1] = bottom;
}

void frame_draw(const struct frame *frame, struct grid *grid, const struct glyphs *glyphs,
                enum color_depth depth, int cursor[2])
{
    const struct view *view = &frame->view;
    struct pen pen = pen_make(grid, glyphs, depth);
    /* The line of keys comes to lie below a picture. */
    struct layout layout = layout_of(view, grid->cols, grid->rows + view->is_picture);
    cursor[0] = cursor[1] = -1;
    grid_clear(grid);
    if (layout.is_too_small) {
        draw_too_small(&pen, frame->message);
        return;
    }
    struct pen status = pen_sub(&pen, layout.status), timeline = pen_sub(&pen, layout.timeline);
    struct pen narrator = pen_sub(&pen, layout.narrator), hints = pen_sub(&pen, layout.hints);
    lines_status(&status, view);
    lines_timeline(&timeline, view);
    draw_panels(&pen, frame, &layout);
    draw_narrator(&narrator, frame);
    if (!view->is_picture) {
        draw_hints(&hints, frame);
    }
    if (frame->view.overlay == OVERLAY_HELP) {
        draw_help(&pen, frame);
    } else if (frame->view.overlay == OVERLAY_EXPLAIN) {
        draw_explain(&pen, frame);
    } else if (frame->view.overlay == OVERLAY_PALETTE) {
        draw_palette(&pen, frame, cursor);
    }
}
