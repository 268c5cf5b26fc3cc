/* SPDX-License-Identifier: MIT */
#include "ui/panels/panel.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "ui/screen/utf8.h"

enum { SEPARATOR_COLUMNS = 3 };

#define PANEL_ROW(id, name) [PANEL_##id] = &panel_##name,
static const struct panel *const table[PANEL_COUNT] = {PANEL_LIST(PANEL_ROW)};
#undef PANEL_ROW

const struct panel *panel_at(enum panel_id id)
{
    return table[id];
}

int panel_find(const char *name)
{
    for (int id = 0; id < PANEL_COUNT; id++) {
        const struct panel *panel = panel_at((enum panel_id)id);
        if (strcmp(panel->name, name) == 0 || strcmp(panel->title, name) == 0) {
            return id;
        }
    }
    return -1;
}

bool panel_offers(const struct view *view, enum panel_id id)
{
    return !panel_lacks(view, id);
}

const char *panel_lacks(const struct view *view, enum panel_id id)
{
    return table[id]->lacks ? table[id]->lacks(view) : NULL;
}

enum panel_id panel_next(const struct view *view, int direction)
{
    int at = (int)view->focus;
    do {
        at = (at + direction + PANEL_COUNT) % PANEL_COUNT;
    } while (at != (int)view->focus && !panel_offers(view, (enum panel_id)at));
    return (enum panel_id)at;
}

static struct panel_text text_of(const struct view *view, const struct panel *panel)
{
    return panel->shown ? panel->shown(view) : (struct panel_text){panel->title, panel->about};
}

const char *panel_title(const struct view *view, enum panel_id id)
{
    return text_of(view, panel_at(id)).title;
}

char *panel_about(const struct view *view, enum panel_id id, char text[PANEL_ABOUT_MAX])
{
    const struct panel *panel = panel_at(id);
    const char *about = text_of(view, panel).about;
    const char *end = panel->describe ? strstr(about, "\n\n") : NULL;
    int first = end ? (int)(end + 2 - about) : 0;
    size_t used = (size_t)snprintf(text, PANEL_ABOUT_MAX, "%.*s", first, about);
    if (end) {
        panel->describe(text + used, PANEL_ABOUT_MAX - used);
        used = strlen(text);
    }
    char all[PANEL_ABOUT_MAX];
    snprintf(text + used, PANEL_ABOUT_MAX - used, "%s", about + first);
    snprintf(all, sizeof all, "%s", text);
    return dataset_words(view->facts->kind, all, text, PANEL_ABOUT_MAX);
}

void panel_line(struct panel_lines *lines, const char *format, ...)
{
    size_t used = strlen(lines->text);
    va_list args;
    va_start(args, format);
    int n = vsnprintf(lines->text + used, sizeof lines->text - used, format, args);
    va_end(args);
    used += n > 0 ? (size_t)n : 0;
    if (used + 1 < sizeof lines->text) {
        memcpy(lines->text + used, "\n", 2);
    }
}

char *panel_note(const struct panel *panel, const struct view *view, int columns,
                 char text[PANEL_NOTE_MAX])
{
    long step = panel->step ? panel->step(view) : MAP_STEP_NOW;
    char note[96] = "", when[32] = "";
    if (step != MAP_STEP_NOW) {
        columns -= snprintf(when, sizeof when, "at step %ld", step);
    }
    columns -= when[0] ? SEPARATOR_COLUMNS : 0;
    if (panel->note) {
        panel->note(view, columns, note, sizeof note);
    }
    if (when[0] && utf8_columns(note) > columns) {
        note[0] = '\0';
    }
    snprintf(text, PANEL_NOTE_MAX, "%s%s%s", note, note[0] && when[0] ? " · " : "", when);
    return text;
}

struct pen panel_draw(const struct pen *pen, struct rect rect, const struct view *view,
                      enum panel_id id)
{
    const struct panel *panel = panel_at(id);
    const char *title = panel_title(view, id);
    char note[PANEL_NOTE_MAX];
    panel_note(panel, view, rect.w - pen_columns(pen, title) - 8, note);
    struct box box = {.title = title, .note = note, .has_focus = view->focus == id};
    struct pen inside = pen_box(pen, rect, &box);
    panel->draw(&inside, view);
    return inside;
}
