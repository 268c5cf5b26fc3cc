/* SPDX-License-Identifier: MIT */
#include "ui/panels/loading.h"

#include <math.h>
#include <stdio.h>

enum { LINE_COLS = 40, AIR = 8, ROWS_LOW = 10 };

bool loading_has(enum panel_id id)
{
    return id == PANEL_ACCURACY || id == PANEL_STRATEGIES || id == PANEL_KNOBS ||
           id == PANEL_MATRIX || id == PANEL_LEARNERS;
}

/* "43 %"; "" while that is not known. */
static void part_text(const struct view *view, char *text, size_t size)
{
    text[0] = '\0';
    if (isfinite(view->loading.part)) {
        snprintf(text, size, "%.0f %%", floor(100 * view->loading.part));
    }
}

void loading_say(const struct view *view, char *text, size_t size)
{
    char part[16];
    const struct loading *loading = &view->loading;
    part_text(view, part, sizeof part);
    snprintf(text, size, "*%s%s%s:* %s%s%s%s", loading->word, loading->is_bare ? " " : "",
             loading->is_bare ? view->facts->data : "", loading->detail, part[0] ? " · *" : "",
             part, part[0] ? "*" : "");
}

void loading_status(const struct view *view, char *text, size_t size)
{
    char part[16];
    part_text(view, part, sizeof part);
    snprintf(text, size, "%s%s%s", view->loading.word, part[0] ? " " : "", part);
}

static void draw_middle(const struct pen *pen, int y, struct style style, const char *text)
{
    int w = pen_columns(pen, text), x = (pen->area.w - w) / 2;
    pen_text_max(pen, x > 0 ? x : 0, y, pen->area.w, style, text);
}

/* Above the middle, where the curves have a line. */
void loading_draw(const struct pen *pen, const struct view *view)
{
    char text[160];
    bool is_low = pen->area.h < ROWS_LOW;
    int y = is_low ? 1 : pen->area.h / 2 - 4, below = y + (is_low ? 1 : 2);
    int w = pen->area.w - AIR < LINE_COLS ? pen->area.w - AIR : LINE_COLS;
    if (pen->area.h < 4 || w < 1) {
        return;
    }
    snprintf(text, sizeof text, "%s %s", view->loading.word, view->facts->data);
    draw_middle(pen, y, style_bold(ROLE_TEXT), text);
    double part = isfinite(view->loading.part) ? view->loading.part : 0;
    int x = (pen->area.w - w) / 2, done = (int)(part * w);
    pen_hline(pen, x, below, w, style_of(ROLE_FAINT), GLYPH_TIME_REST);
    pen_hline(pen, x, below, done, style_of(ROLE_ACCENT), GLYPH_TIME);
}
