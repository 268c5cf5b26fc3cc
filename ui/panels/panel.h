/* SPDX-License-Identifier: MIT
 * Panels: each shows one thing inside a frame.  Pure functions from the view to cells, and from
 * clicks and arrow keys to the lines they stand for. */
#ifndef OUBLI_UI_PANELS_PANEL_H
#define OUBLI_UI_PANELS_PANEL_H

#include "ui/panels/view.h"

enum { PANEL_LINES_MAX = 160, PANEL_EDGE = 100000, PANEL_POINT = 50000 };

/* Lines that something stands for, each ended by a newline: commands of the screen ("cursor 1200")
 * or to the lab ("strategy ewc on"); "" is nothing. */
struct panel_lines {
    char text[PANEL_LINES_MAX];
};

/* What a panel is called, and what it is. */
struct panel_text {
    const char *title, *about;
};

struct panel {
    const char *name;  /* for `focus NAME` */
    const char *title; /* in the frame */
    /* What you see, the equation, the source; markup of widgets/text.h. */
    const char *about;
    /* Title and explanation of what it shows just now; NULL: always the same. */
    struct panel_text (*shown)(const struct view *view);
    /* What stands behind its first paragraph, where that is not always the same: as far as there is
     * room, ended by an empty line.  NULL: nothing. */
    void (*describe)(char *text, size_t size);
    /* The step that what it shows is of where that is in the past, else MAP_STEP_NOW: it stands in
     * the top line.  NULL: it shows nothing of one moment, or says itself of which. */
    long (*step)(const struct view *view);
    /* The words at the right end of the top line, which has room for `columns`; "" for none.  NULL:
     * never any. */
    void (*note)(const struct view *view, int columns, char *text, size_t size);
    /* Draws the inside. */
    void (*draw)(const struct pen *pen, const struct view *view);
    /* Why it has nothing to show of this data, a sentence; NULL if it has.  No hook: it always has.
     */
    const char *(*lacks)(const struct view *view);
    /* What it has room for of the exhibit it shows, so that the lab makes that; NULL: it shows
     * none.
     */
    struct exhibit_request (*room)(const struct pen *pen, const struct view *view);
    enum exhibit exhibit;
    /* What a click on a cell x, y of the inside stands for.  NULL: nothing. */
    struct panel_lines (*click)(const struct pen *pen, const struct view *view, int x, int y);
    /* What arrow keys stand for: so many places to the right and down, PANEL_EDGE = as far as it
     * goes, PANEL_POINT = to the next step that was measured.  NULL: nothing. */
    struct panel_lines (*move)(const struct pen *pen, const struct view *view, int dx, int dy);
    /* What Enter stands for; nothing, or NULL: it enlarges the panel. */
    struct panel_lines (*enter)(const struct view *view);
};

/* The table, by enum panel_id. */
const struct panel *panel_at(enum panel_id id);

/* The panel with that name, or with that title in its frame; -1: none. */
int panel_find(const char *name);

/* Why the panel has nothing to show of this data, a sentence; NULL if it has.  What has nothing is
 * not on offer: neither to Tab nor to `focus`. */
const char *panel_lacks(const struct view *view, enum panel_id id);
bool panel_offers(const struct view *view, enum panel_id id);

/* The panel that Tab (1) and Shift-Tab (-1) go to. */
enum panel_id panel_next(const struct view *view, int direction);

enum { PANEL_ABOUT_MAX = 4096, PANEL_NOTE_MAX = 136 };

/* What stands in its frame now, and all that is to be said of it.  Returns text. */
const char *panel_title(const struct view *view, enum panel_id id);
char *panel_about(const struct view *view, enum panel_id id, char text[PANEL_ABOUT_MAX]);

/* What stands at the right end of its top line, "" for nothing.  Returns text. */
char *panel_note(const struct panel *panel, const struct view *view, int columns,
                 char text[PANEL_NOTE_MAX]);

/* Adds a line. */
void panel_line(struct panel_lines *lines, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Frame, note and inside.  Returns the pen of the inside, for clicks. */
struct pen panel_draw(const struct pen *pen, struct rect rect, const struct view *view,
                      enum panel_id id);

#define PANEL_EXTERN(id, name) extern const struct panel panel_##name;
PANEL_LIST(PANEL_EXTERN)
#undef PANEL_EXTERN

#endif
