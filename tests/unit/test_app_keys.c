/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/fixture.h"
#include "support/present_text.h"
#include "ui/app/keys.h"
#include "ui/panels/panel.h"

/* The next name of a list separated by spaces; false at its end. */
static bool next_name(const char **at, char name[24])
{
    *at += strspn(*at, " ");
    size_t length = strcspn(*at, " ");
    snprintf(name, 24, "%.*s", (int)length, *at);
    *at += length;
    return length > 0;
}

static bool is_for(const struct key_binding *binding, int focus)
{
    return binding->panels == 0 || binding->panels & (1u << focus);
}

Test(keys, every_name_is_a_key)
{
    const struct key_binding *b;
    for (int i = 0; (b = key_binding_at(i)); i++) {
        const char *at = b->keys;
        char name[24];
        while (next_name(&at, name)) {
            struct key key;
            cr_expect(key_parse(name, &key), "'%s' is no key", name);
        }
    }
}

Test(keys, what_is_shown_is_explained)
{
    const struct key_binding *b;
    for (int i = 0; (b = key_binding_at(i)); i++) {
        cr_expect_eq(b->shown != NULL, b->help != NULL, "%s", b->keys);
        cr_expect(!b->hint || b->shown, "%s: a hint needs a name", b->keys);
        cr_expect(b->shown || i > 0, "the first entry speaks for itself");
    }
}

/* A binding for some panels must be reached on each of them; one for all, on one at least. */
static int times_reached(const struct key_binding *binding, struct key key, int *n_panels)
{
    int n = 0;
    *n_panels = 0;
    for (int focus = 0; focus < PANEL_COUNT; focus++) {
        *n_panels += is_for(binding, focus);
        n += is_for(binding, focus) && key_find(key, (enum panel_id)focus) == binding;
    }
    return n;
}

Test(keys, no_binding_stands_behind_another)
{
    const struct key_binding *b;
    for (int i = 0; (b = key_binding_at(i)); i++) {
        const char *at = b->keys;
        char name[24];
        while (next_name(&at, name)) {
            struct key key;
            int n_panels;
            if (key_parse(name, &key)) {
                int n = times_reached(b, key, &n_panels);
                cr_expect(b->panels ? n == n_panels : n > 0,
                          "%s (%s) is reached on %d of %d panels", name, b->shown ? b->shown : "",
                          n, n_panels);
            }
        }
    }
}

Test(keys, an_unknown_key_does_nothing)
{
    cr_expect_null(key_find((struct key){.press = PRESS_CHAR, .ch = 0x3BB}, PANEL_DRIFT));
    cr_expect_null(key_find((struct key){.press = PRESS_NONE}, PANEL_DRIFT));
}

/* A key that works in some panels only is named in all others, with the panels. */
Test(keys, what_does_nothing_here_is_known_elsewhere)
{
    static const char *const names[] = {"J", "p", "o", "O", "e", "d", "x", "A"};
    static const char *const shown[] = {"J", "p", "o O", "o O", "e", "d", "x", "A"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct key key;
        unsigned panels = 0;
        cr_assert(key_parse(names[i], &key));
        const struct key_binding *binding = key_elsewhere(key, PANEL_KNOBS, &panels);
        cr_assert(binding != NULL, "%s", names[i]);
        cr_expect_str_eq(binding->shown, shown[i]);
        for (int panel = 0; panel < PANEL_COUNT; panel++) {
            bool works = key_find(key, (enum panel_id)panel) != NULL;
            cr_expect_eq(works, (panels >> panel & 1u) != 0, "%s in panel %d", names[i], panel);
        }
    }
    unsigned panels;
    struct key key = {.press = PRESS_CHAR, .ch = 'q'};
    cr_expect_null(key_elsewhere(key, PANEL_KNOBS, &panels));
    key.ch = 0x3BB;
    cr_expect_null(key_elsewhere(key, PANEL_KNOBS, &panels));
}

/* ---- on the screen --------------------------------------------------------------------------- */

static char *draw(struct fixture *fixture, int cols, int rows)
{
    struct grid grid = {0};
    cr_assert(grid_resize(&grid, cols, rows, NULL));
    fixture_draw(fixture, &grid, glyphs_find("braille"), DEPTH_256, NULL);
    char *text = present_text(&grid);
    grid_fini(&grid);
    return text;
}

/* The last line of the text, without its newline. */
static char *last_line(char *text)
{
    text[strlen(text) - 1] = '\0';
    char *line = strrchr(text, '\n');
    return line ? line + 1 : text;
}

static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), k = strlen(end);
    return n >= k && strcmp(text + n - k, end) == 0;
}

/* Two bindings for different panels may be called the same. */
static bool is_same_hint(const struct key_binding *a, const struct key_binding *b)
{
    return a && (a == b || (a->shown && a->hint && strcmp(a->shown, b->shown) == 0 &&
                            strcmp(a->hint, b->hint) == 0));
}

/* The first hint in the line that is not what its key does there; NULL if all are true. */
static const struct key_binding *false_hint(const char *line, int focus)
{
    const struct key_binding *b;
    for (int i = 0; (b = key_binding_at(i)); i++) {
        char hint[64], name[24];
        const char *at = b->keys;
        struct key key;
        snprintf(hint, sizeof hint, " %s %s  ", b->shown ? b->shown : "?", b->hint ? b->hint : "?");
        bool is_there = b->hint && strstr(line, hint);
        const struct key_binding *found = NULL;
        if (is_there && next_name(&at, name) && key_parse(name, &key)) {
            found = key_find(key, (enum panel_id)focus);
        }
        if (is_there && !is_same_hint(found, b)) {
            return b;
        }
    }
    return NULL;
}

static void expect_good_hints(struct fixture *fixture, int focus)
{
    fixture->frame.view.focus = (enum panel_id)focus;
    for (int cols = 60; cols <= 250; cols++) {
        char *text = draw(fixture, cols, 24);
        const char *line = last_line(text);
        const struct key_binding *lie = false_hint(line, focus);
        bool is_whole = ends_with(line, "? help  q quit");
        cr_expect(is_whole, "%d columns, focus %d: '%s'", cols, focus, line);
        cr_expect(!lie, "%d columns, focus %d: '%s %s' is not what the key does there", cols, focus,
                  lie ? lie->shown : "", lie ? lie->hint : "");
        free(text);
        if (!is_whole || lie) {
            return;
        }
    }
}

Test(keys, hints_never_wrap_and_are_true)
{
    struct fixture *fixture = fixture_play("permuted", 5, 5);
    fixture_steps(fixture, 100);
    for (int focus = 0; focus < PANEL_COUNT; focus++) {
        expect_good_hints(fixture, focus);
    }
    fixture_destroy(fixture);
}

/* The line of hints, and beside it what panels say of keys, name `what` or do not. */
static void expect_offer(struct fixture *fixture, enum panel_id focus, const char *what,
                         bool is_there)
{
    fixture->frame.view.focus = focus;
    char *text = draw(fixture, 160, 36);
    cr_expect_eq(strstr(text, what) != NULL, is_there, "'%s' in: %s", what, text);
    free(text);
}

Test(keys, what_would_be_refused_is_not_offered)
{
    static const char *const idle[] = {" space pause", " n next", " b back", "f fork",
                                       " [ ] speed"};
    struct fixture *fixture = fixture_play("permuted", 5, 5);
    struct view *view = &fixture->frame.view;
    fixture_steps(fixture, 5 * FIXTURE_STEPS);
    for (size_t i = 0; i < sizeof idle / sizeof *idle; i++) {
        expect_offer(fixture, PANEL_KNOBS, idle[i], false);
    }
    view->is_enlarged = true;
    expect_offer(fixture, PANEL_PLANE, "f forks it", false);
    expect_offer(fixture, PANEL_LEARNERS, "f fork", false);
    view->is_enlarged = false;
    view->has_cursor = true;
    view->cursor = 100;
    expect_offer(fixture, PANEL_KNOBS, "f fork", true);
    expect_offer(fixture, PANEL_KNOBS, "b back", true);
    fixture_destroy(fixture);

    fixture = fixture_play("permuted", 5, 5);
    fixture_steps(fixture, 100);
    expect_offer(fixture, PANEL_KNOBS, "f fork", true);
    expect_offer(fixture, PANEL_LEARNERS, "d remove", false);
    expect_offer(fixture, PANEL_PLANE, "J joint", true);
    for (int i = 1; i < LEARNERS_MAX; i++) {
        fixture_command(fixture, "fork");
    }
    expect_offer(fixture, PANEL_KNOBS, "f fork", false);
    expect_offer(fixture, PANEL_PLANE, "J joint", false);
    expect_offer(fixture, PANEL_LEARNERS, "d remove", true);
    fixture_command(fixture, "remove");
    fixture_diverge(fixture);
    expect_offer(fixture, PANEL_KNOBS, "f fork", false);
    fixture_destroy(fixture);
}

/* Where there is room, nobody has to look for the keys that lead on. */
Test(keys, a_wide_line_names_what_leads_on)
{
    static const char *const hints[] = {" Tab panel", " i about", " R again", " r record",
                                        " : command"};
    struct fixture *fixture = fixture_play("permuted", 5, 5);
    fixture_steps(fixture, 100);
    for (int focus = 0; focus < PANEL_COUNT; focus++) {
        fixture->frame.view.focus = (enum panel_id)focus;
        char *text = draw(fixture, focus == PANEL_KNOBS ? 120 : 160, 36);
        const char *line = last_line(text);
        for (size_t i = 0; i < sizeof hints / sizeof *hints; i++) {
            cr_expect(strstr(line, hints[i]), "%s, focus %d: '%s'", hints[i], focus, line);
        }
        free(text);
    }
    fixture_destroy(fixture);
}

/* What stands at a curve's end is said in help and by the panel itself. */
Test(keys, help_explains_the_signs_at_the_curves)
{
    struct fixture *fixture = fixture_play("permuted", 5, 5);
    fixture->frame.view.overlay = OVERLAY_HELP;
    char *text = draw(fixture, 120, 36);
    cr_expect(strstr(text, "▼57       curves: points lost since its best"), "%s", text);
    cr_expect(strstr(text, "▲         curves: it is being learned"), "%s", text);
    free(text);
    cr_expect_not_null(strstr(panel_accuracy.about, "▲ is the task"));
    cr_expect_not_null(strstr(panel_accuracy.about, "▼ what is lost"));
    fixture_destroy(fixture);
}

/* Without scrolling help names the keys that are used most; those of one panel come after them. */
Test(keys, help_begins_with_what_is_used_most)
{
    static const char *const most[] = {"space ", "n ", "1-8 ", "Tab ", "Enter ", "i ",
                                       "R ",     "r ", ": ",   "f ",   "b ",     "[ ] "};
    struct fixture *fixture = fixture_play("permuted", 5, 5);
    fixture->frame.view.overlay = OVERLAY_HELP;
    char *text = draw(fixture, 80, 24);
    for (size_t i = 0; i < sizeof most / sizeof *most; i++) {
        char line[24];
        snprintf(line, sizeof line, "\n│ %s", most[i]);
        cr_expect(strstr(text, line), "%s: %s", most[i], text);
    }
    cr_expect_not(strstr(text, "learners: sort") || strstr(text, "plane: add joint"), "%s", text);
    free(text);
    fixture_destroy(fixture);
}

/* The help names it: the beginning of its line stands behind the key. */
static bool is_listed(struct fixture *fixture, const struct key_binding *binding, int cols,
                      int rows)
{
    char line[80];
    snprintf(line, sizeof line, "%.24s", binding->help);
    for (int scroll = 0; scroll <= 60; scroll += 5) {
        fixture->frame.view.scroll = scroll;
        char *text = draw(fixture, cols, rows);
        bool is_there = strstr(text, line) && strstr(text, binding->shown);
        free(text);
        if (is_there) {
            return true;
        }
    }
    return false;
}

Test(keys, help_lists_them_all)
{
    struct fixture *fixture = fixture_play("permuted", 5, 5);
    fixture->frame.view.overlay = OVERLAY_HELP;
    fixture->facts.form = DATA_TEXT;
    const struct key_binding *b;
    for (int i = 0; (b = key_binding_at(i)); i++) {
        if (b->shown && key_trains(b)) {
            cr_expect(is_listed(fixture, b, 80, 24), "%s at 80x24", b->shown);
            cr_expect(is_listed(fixture, b, 120, 36), "%s at 120x36", b->shown);
            cr_expect(is_listed(fixture, b, 60, 16), "%s at 60x16", b->shown);
        }
    }
    fixture_destroy(fixture);
}

/* Help lists what can be done, to a recording and to a session. */
Test(keys, help_lists_no_key_that_can_do_nothing)
{
    struct fixture *fixture = fixture_play("permuted", 5, 5);
    fixture->frame.view.overlay = OVERLAY_HELP;
    char *text = draw(fixture, 140, 60);
    cr_expect(strstr(text, "switch that strategy") && strstr(text, "a copy from here"), "%s", text);
    cr_expect(!strstr(text, "next mark") && !strstr(text, "type a beginning"), "%s", text);
    free(text);
    fixture->frame.view.tape.is_played = true;
    text = draw(fixture, 140, 60);
    cr_expect(strstr(text, "next mark") && strstr(text, "next theme"), "%s", text);
    const struct key_binding *b;
    for (int i = 0; (b = key_binding_at(i)); i++) {
        bool is_there = b->help && strstr(text, b->help);
        cr_expect(!b->help || is_there == key_plays(b), "%s: %s", b->shown, text);
    }
    static const char *const training[] = {"1", "+", "f", "m", "w", "r"};
    for (size_t i = 0; i < sizeof training / sizeof *training; i++) {
        struct key key;
        cr_assert(key_parse(training[i], &key));
        cr_expect_not(key_plays(key_find(key, PANEL_KNOBS)), "%s", training[i]);
    }
    free(text);
    fixture_destroy(fixture);
}

/* Nor does a panel offer what a recording cannot do, or a key that is another's here. */
Test(keys, panels_offer_none_that_can_do_nothing)
{
    struct fixture *fixture = fixture_play("permuted", 5, 5);
    struct view *view = &fixture->frame.view;
    char note[80] = "";
    view->focus = PANEL_KNOBS;
    panel_knobs.note(view, 60, note, sizeof note);
    cr_expect(strstr(note, "L what it does"), "%s", note);
    view->focus = PANEL_DRIFT; /* where it is the layer's */
    panel_knobs.note(view, 60, note, sizeof note);
    cr_expect(!strstr(note, "L what it does"), "%s", note);
    for (int is_played = 0; is_played < 2; is_played++) {
        view->tape.is_played = is_played;
        view->focus = PANEL_PUTBACK;
        char *text = draw(fixture, 160, 50);
        cr_expect_eq(strstr(text, "put back") == NULL, is_played, "%s", text);
        free(text);
        view->focus = PANEL_LEARNERS;
        text = draw(fixture, 160, 50);
        cr_expect_eq(strstr(text, "f makes a copy") == NULL, is_played, "%s", text);
        free(text);
    }
    fixture_destroy(fixture);
}
