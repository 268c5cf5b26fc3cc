/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/rng.h"
#include "strategies/table.h"
#include "support/fixture.h"
#include "ui/app/look.h"
#include "ui/app/palette.h"
#include "ui/panels/panel.h"
#include "ui/screen/utf8.h"

static const struct palette_names names = {
    .n_tasks = 5, .n_learners = 3, .learners = {"naive", "ewc", "replay"}};

static struct palette opened(const char *text)
{
    struct palette palette = {0};
    palette_open(&palette, text);
    return palette;
}

static enum palette_event press(struct palette *palette, enum press what)
{
    return palette_key(palette, (struct key){.press = what}, &names);
}

static enum palette_event ctrl(struct palette *palette, char ch)
{
    return palette_key(palette, (struct key){.press = PRESS_CTRL, .ch = (uint32_t)ch}, &names);
}

static void type(struct palette *palette, const char *text)
{
    for (uint32_t ch; (ch = utf8_next(&text));) {
        palette_key(palette, (struct key){.press = PRESS_CHAR, .ch = ch}, &names);
    }
}

static void expect(const struct palette *palette, const char *text, int cursor)
{
    cr_expect_str_eq(palette->text, text);
    cr_expect_eq(palette->cursor, cursor, "cursor %d of '%s'", palette->cursor, palette->text);
}

/* Whoever looks for a panel by the name in its frame finds it among the words. */
Test(palette, panels_stand_there_with_their_titles)
{
    struct look_command focus = look_commands()[0];
    cr_assert_str_eq(focus.usage, "focus PANEL");
    for (int i = 0; i < PANEL_COUNT; i++) {
        const char *help;
        cr_expect_str_eq(look_word(NULL, 0, i, &help), panel_at((enum panel_id)i)->name);
        cr_expect_str_eq(help, panel_at((enum panel_id)i)->title);
    }
}

/* Behind `focus` stand those that Tab goes through, with digits others than with the plane. */
Test(palette, offers_the_panels_that_tab_goes_through)
{
    struct fixture *fixtures[] = {fixture_play("permuted", 5, 5), fixture_play_plane(5)};
    for (int f = 0; f < 2; f++) {
        struct view *view = &fixtures[f]->frame.view;
        struct palette_names offered = palette_names_of(view);
        struct palette palette = opened("focus ");
        struct palette_choices choices;
        palette_complete(&palette, &offered, &choices);
        for (int i = 0, at = 0; i < PANEL_COUNT; i++) {
            const char *name = panel_at((enum panel_id)i)->name;
            bool is_offered = at < choices.n && strcmp(choices.word[at], name) == 0;
            at += is_offered;
            cr_expect_eq(is_offered, panel_offers(view, (enum panel_id)i), "%s", name);
        }
        cr_expect_lt(choices.n, PANEL_COUNT);
        fixture_destroy(fixtures[f]);
    }
}

Test(palette, edits_a_line)
{
    struct palette palette = opened("note ");
    type(&palette, "abc");
    press(&palette, PRESS_LEFT);
    press(&palette, PRESS_LEFT);
    type(&palette, "X");
    expect(&palette, "note aXbc", 7);
    press(&palette, PRESS_BACKSPACE);
    press(&palette, PRESS_DELETE);
    expect(&palette, "note ac", 6);
    press(&palette, PRESS_HOME);
    press(&palette, PRESS_LEFT);
    press(&palette, PRESS_BACKSPACE);
    expect(&palette, "note ac", 0);
    press(&palette, PRESS_END);
    press(&palette, PRESS_RIGHT);
    press(&palette, PRESS_DELETE);
    expect(&palette, "note ac", 7);
}

Test(palette, knows_the_control_keys_of_a_shell)
{
    struct palette palette = opened("strategy ewc  on");
    ctrl(&palette, 'w');
    expect(&palette, "strategy ewc  ", 14);
    ctrl(&palette, 'w');
    expect(&palette, "strategy ", 9);
    ctrl(&palette, 'a');
    expect(&palette, "strategy ", 0);
    ctrl(&palette, 'e');
    ctrl(&palette, 'u');
    expect(&palette, "", 0);
    palette = opened("next");
    ctrl(&palette, 'a');
    ctrl(&palette, 'k');
    expect(&palette, "", 0);
}

Test(palette, moves_by_characters_not_bytes)
{
    struct palette palette = opened("");
    type(&palette, "λ→é");
    expect(&palette, "λ→é", 7);
    press(&palette, PRESS_LEFT);
    press(&palette, PRESS_LEFT);
    cr_expect_eq(palette.cursor, 2);
    press(&palette, PRESS_DELETE);
    expect(&palette, "λé", 2);
    press(&palette, PRESS_BACKSPACE);
    expect(&palette, "é", 0);
    press(&palette, PRESS_RIGHT);
    cr_expect_eq(palette.cursor, 2);
}

Test(palette, a_line_that_is_full_takes_no_more_and_no_half_character)
{
    struct palette palette = opened("note ");
    for (int i = 0; i < 200; i++) {
        type(&palette, "→");
    }
    size_t length = strlen(palette.text);
    cr_expect_lt(length, sizeof palette.text);
    cr_expect_gt(length + 3, sizeof palette.text - 1);
    cr_expect_eq((length - 5) % 3, 0, "%zu bytes", length);
    cr_expect_eq(palette.cursor, (int)length);
    type(&palette, "12345");
    cr_expect_lt(strlen(palette.text), sizeof palette.text);
    press(&palette, PRESS_TAB);
    cr_expect_lt(strlen(palette.text), sizeof palette.text);
}

Test(palette, an_overlong_beginning_is_cut)
{
    char text[400];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    struct palette palette = opened(text);
    cr_expect_lt(strlen(palette.text), sizeof palette.text);
    cr_expect_eq(palette.cursor, (int)strlen(palette.text));
}

Test(palette, is_left_by_escape_and_by_erasing_nothing)
{
    struct palette palette = opened("x");
    cr_expect_eq(press(&palette, PRESS_BACKSPACE), PALETTE_EDITED);
    cr_expect_eq(press(&palette, PRESS_BACKSPACE), PALETTE_CANCELLED);
    cr_expect_eq(press(&palette, PRESS_ESCAPE), PALETTE_CANCELLED);
    cr_expect_eq(ctrl(&palette, 'c'), PALETTE_CANCELLED);
    cr_expect_eq(ctrl(&palette, 'g'), PALETTE_CANCELLED);
}

Test(palette, remembers_lines_once_and_brings_back_the_draft)
{
    static const char *const lines[] = {"next  ", "pause", "pause", "", "resume"};
    struct palette palette = {0};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        palette_open(&palette, lines[i]);
        cr_expect_eq(press(&palette, PRESS_ENTER), PALETTE_SUBMITTED);
    }
    cr_expect_eq(palette.n_history, 3);
    palette_open(&palette, "no");
    press(&palette, PRESS_UP);
    expect(&palette, "resume", 6);
    press(&palette, PRESS_UP);
    press(&palette, PRESS_UP);
    press(&palette, PRESS_UP);
    expect(&palette, "next", 4);
    press(&palette, PRESS_DOWN);
    press(&palette, PRESS_DOWN);
    press(&palette, PRESS_DOWN);
    press(&palette, PRESS_DOWN);
    expect(&palette, "no", 2);
}

Test(palette, forgets_the_oldest_lines)
{
    struct palette palette = {0};
    for (int i = 0; i < PALETTE_HISTORY + 10; i++) {
        char line[32];
        snprintf(line, sizeof line, "note %d", i);
        palette_open(&palette, line);
        press(&palette, PRESS_ENTER);
    }
    cr_expect_eq(palette.n_history, PALETTE_HISTORY);
    cr_expect_str_eq(palette.history[0], "note 10");
    cr_expect_str_eq(palette.history[PALETTE_HISTORY - 1], "note 41");
}

/* ---- completion ------------------------------------------------------------------------------ */

static const char *tab(struct palette *palette, const char *text)
{
    *palette = opened(text);
    press(palette, PRESS_TAB);
    return palette->text;
}

Test(palette, tab_completes_commands_arguments_and_values)
{
    static const struct {
        const char *before, *after;
    } cases[] = {
        {"strat", "strategy "},
        {"strategy ew", "strategy ewc "},
        {"strategy ewc o", "strategy ewc o"},
        {"strategy ewc on", "strategy ewc on "},
        {"set ewc.mod", "set ewc.mode "},
        {"set ewc.mode on", "set ewc.mode online "},
        {"un", "unplug "},
        {"re", "re"},
        {"speed m", "speed max "},
        {"theme da", "theme dark "},
        {"glyphs br", "glyphs braille "},
        {"focus ma", "focus matrix "},
        {"zoom tw", "zoom two "},
        {"mouse of", "mouse off "},
        {"task C", "task C "},
        {"learner ew", "learner ewc "},
        {"learner a", "learner all "},
        {"remove rep", "remove replay "},
        {"rename n", "rename naive "},
        {"compare av", "compare average "},
        {"compare B", "compare B "},
        {"fork x: strategy=re", "fork x: strategy=replay "},
        {"add x: strategy=ewc ewc.la", "add x: strategy=ewc ewc.lambda="},
        {"add x: strategy=ewc lr=0.1 replay.mem", "add x: strategy=ewc lr=0.1 replay.memory="},
        {"nonsense", "nonsense"},
        {"nonsense here", "nonsense here"},
        {"set lr 0.", "set lr 0."},
        {"strategy ewc on ", "strategy ewc on "},
        {"note strategy e", "note strategy e"}};
    struct palette palette;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cr_expect_str_eq(tab(&palette, cases[i].before), cases[i].after, "'%s' becomes '%s'",
                         cases[i].before, palette.text);
        cr_expect_eq(palette.cursor, (int)strlen(palette.text));
    }
}

/* True if some command's name begins with the text, or the text is a name and a space. */
static bool leads_somewhere(const char *text, const char *usage)
{
    size_t name = strcspn(usage, " "), length = strlen(text);
    return length <= name ? strncmp(text, usage, length) == 0
                          : length == name + 1 && text[name] == ' ' && !strncmp(text, usage, name);
}

static bool leads_to_a_command(const char *text)
{
    for (int i = 0; command_at(i); i++) {
        if (leads_somewhere(text, command_at(i)->usage)) {
            return true;
        }
    }
    for (const struct look_command *c = look_commands(); c->usage; c++) {
        if (leads_somewhere(text, c->usage)) {
            return true;
        }
    }
    return false;
}

static void expect_prefixes_lead_on(const char *usage)
{
    struct palette palette;
    for (size_t n = 0; n <= strcspn(usage, " "); n++) {
        char prefix[40];
        snprintf(prefix, sizeof prefix, "%.*s", (int)n, usage);
        const char *text = tab(&palette, prefix);
        cr_expect(leads_to_a_command(text), "'%s' became '%s'", prefix, text);
        cr_expect_eq(strncmp(text, prefix, n), 0, "'%s' became '%s'", prefix, text);
    }
}

Test(palette, tab_on_any_beginning_of_any_command_leads_on)
{
    for (int i = 0; command_at(i); i++) {
        expect_prefixes_lead_on(command_at(i)->usage);
    }
    for (const struct look_command *c = look_commands(); c->usage; c++) {
        expect_prefixes_lead_on(c->usage);
    }
}

/* Tab again and again, taking the first choice where there are several, must end in a line that
 * parses. */
static void expect_line_parses(const char *begin)
{
    struct palette palette = opened(begin);
    struct command command;
    for (int i = 0; i < 4 && !command_parse(palette.text, &command, NULL); i++) {
        struct palette_choices choices;
        press(&palette, PRESS_TAB);
        palette_complete(&palette, &names, &choices);
        if (choices.n > 1) {
            const char *space = strrchr(palette.text, ' ');
            size_t at = space ? (size_t)(space + 1 - palette.text) : 0;
            snprintf(palette.text + at, sizeof palette.text - at, "%s ", choices.word[0]);
            palette.cursor = (int)strlen(palette.text);
        }
    }
    struct err err = {0};
    cr_expect(command_parse(palette.text, &command, &err), "'%s': %s", palette.text, err.msg);
}

Test(palette, what_is_offered_parses)
{
    char line[80];
    for (int i = 0; i < strategy_count(); i++) {
        snprintf(line, sizeof line, "strategy %s", strategy_at(i)->name);
        expect_line_parses(line);
        snprintf(line, sizeof line, "observe %s", strategy_at(i)->name);
        expect_line_parses(line);
    }
    for (int i = 0; i < PARAM_COUNT; i++) {
        const struct param *param = param_at((enum param_id)i);
        if (param->when == PARAM_WHEN_LIVE && param->words) {
            snprintf(line, sizeof line, "set %s ", param->name);
            expect_line_parses(line);
        }
    }
    expect_line_parses("task ");
    expect_line_parses("speed ");
    expect_line_parses("unp");
}

Test(palette, any_keys_leave_a_line_that_ends_and_a_cursor_inside)
{
    struct rng rng = rng_stream(3, 1);
    struct palette palette = {0};
    palette_open(&palette, "");
    for (int i = 0; i < 200000; i++) {
        struct key key = {.press = (enum press)rng_below(&rng, PRESS_OTHER + 1)};
        key.ch = rng_below(&rng, 4) ? 32 + (uint32_t)rng_below(&rng, 95)
                                    : 0xA0 + (uint32_t)rng_below(&rng, 0xD000);
        struct palette_names some = names;
        some.n_tasks = rng_below(&rng, 1000);
        some.n_learners = rng_below(&rng, 4);
        if (palette_key(&palette, key, &some) != PALETTE_EDITED) {
            palette_open(&palette, rng_below(&rng, 2) ? "" : "set lr ");
        }
        size_t length = strnlen(palette.text, sizeof palette.text);
        bool is_inside = length < sizeof palette.text && palette.cursor >= 0 &&
                         palette.cursor <= (int)length && palette.n_history <= PALETTE_HISTORY &&
                         palette.at >= 0 && palette.at <= palette.n_history;
        if (!is_inside || (palette.text[palette.cursor] & 0xC0) == 0x80) {
            cr_assert_fail("after key %d: '%s', cursor %d", i, palette.text, palette.cursor);
        }
    }
}

Test(palette, a_paste_is_one_text_and_submits_nothing)
{
    struct palette palette = opened("note ");
    cr_expect(palette_paste(&palette, "one\r\ntwo\tthree\n\nfour\n"));
    expect(&palette, "note one two three four", 23);
    press(&palette, PRESS_HOME);
    cr_expect(palette_paste(&palette, "\033[A\003λ\u202E\u200B\xFF "));
    expect(&palette, "[Aλ\uFFFD note one two three four", 8);
    cr_expect(palette_paste(&palette, ""));
    cr_expect(palette_paste(&palette, "\n\n"));
    expect(&palette, "[Aλ\uFFFD note one two three four", 8);
}

Test(palette, of_a_paste_that_is_too_long_the_beginning_is_kept)
{
    char text[2 * COMMAND_TEXT_MAX] = "";
    struct palette palette = opened("note ");
    for (int i = 0; i < COMMAND_TEXT_MAX / 2; i++) {
        strcat(text, "λ");
    }
    cr_expect_not(palette_paste(&palette, text));
    cr_expect_eq(strlen(palette.text), COMMAND_TEXT_MAX - 1 - (COMMAND_TEXT_MAX - 1 - 5) % 2);
    cr_expect_eq(strncmp(palette.text + 5, text, strlen(palette.text) - 5), 0);
}
