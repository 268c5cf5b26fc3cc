/* SPDX-License-Identifier: MIT */
#include "ui/app/look.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/param.h"
#include "lab/probe.h"
#include "strategies/table.h"
#include "tasks/suite.h"
#include "ui/panels/learners.h"
#include "ui/panels/network.h"
#include "ui/panels/panel.h"

/* ---- arguments ---- */

/* Words, in the order of what they stand for. */
static const char *const switches[] = {"off", "on", NULL};
static const char *const zooms[] = {"all", "two", "task", NULL};
static const char *const compares[] = {"tasks", "average", NULL};
static const char *const pictures[] = {"seen", "plain", NULL};
static const char *const off_only[] = {"off", NULL};
static const char *const all_only[] = {"all", NULL};
static const char *const servings[] = {"first", "all", NULL};
static const char *const most_only[] = {"most", NULL};

static int find_word(const char *const *words, const char *word)
{
    for (int i = 0; words[i]; i++) {
        if (strcmp(words[i], word) == 0) {
            return i;
        }
    }
    return -1;
}

static bool take_switch(bool *is_on, const char *argument)
{
    int i = find_word(switches, argument);
    *is_on = i < 0 ? *is_on : i > 0;
    return i >= 0;
}

/* Digits and nothing else behind them, `least` .. `most`. */
static bool take_number(const char **text, long least, long most, long *number)
{
    char *end;
    bool is_number = isdigit((unsigned char)**text);
    *number = strtol(*text, &end, 10);
    *text = end + strspn(end, " ");
    return is_number && (*end == '\0' || *end == ' ') && *number >= least && *number <= most;
}

static void put(char argument[LOOK_ARGUMENT_MAX], const char *text)
{
    snprintf(argument, LOOK_ARGUMENT_MAX, "%s", text);
}

/* ---- panels ---- */

static bool take_focus(struct look *look, const char *name)
{
    struct view *view = look->view;
    for (int i = 0; i < PANEL_COUNT; i++) {
        if (strcmp(panel_at((enum panel_id)i)->name, name) == 0) {
            view->focus = (enum panel_id)i;
            view->has_summary = view->has_summary && i != PANEL_DRIFT; /* which it stands on */
            return true;
        }
    }
    return false;
}

static void tell_focus(const struct look *look, char argument[LOOK_ARGUMENT_MAX])
{
    put(argument, panel_at(look->view->focus)->name);
}

static bool take_enlarge(struct look *look, const char *argument)
{
    return take_switch(&look->view->is_enlarged, argument);
}

static void tell_enlarge(const struct look *look, char argument[LOOK_ARGUMENT_MAX])
{
    put(argument, switches[look->view->is_enlarged]);
}

static bool take_summary(struct look *look, const char *argument)
{
    return take_switch(&look->view->has_summary, argument);
}

static void tell_summary(const struct look *look, char argument[LOOK_ARGUMENT_MAX])
{
    put(argument, switches[look->view->has_summary]);
}

/* ---- curves and learners ---- */

static bool take_zoom(struct look *look, const char *name)
{
    int i = find_word(zooms, name);
    look->view->zoom = i < 0 ? look->view->zoom : (enum zoom)i;
    return i >= 0;
}

static void tell_zoom(const struct look *look, char argument[LOOK_ARGUMENT_MAX])
{
    put(argument, zooms[look->view->zoom]);
}

static bool take_compare(struct look *look, const char *name)
{
    struct view *view = look->view;
    int task = task_from_letter(name, view->timeline->n_tasks), i = find_word(compares, name);
    if (task >= 0) {
        view->compare = COMPARE_TASK;
        view->compare_task = task;
    } else if (i >= 0) {
        view->compare = i ? COMPARE_AVERAGE : COMPARE_NOT;
    }
    return task >= 0 || i >= 0;
}

static void tell_compare(const struct look *look, char argument[LOOK_ARGUMENT_MAX])
{
    const struct view *view = look->view;
    char letter[4];
    put(argument, view->compare == COMPARE_TASK ? task_letter(view->compare_task, letter)
                                                : compares[view->compare == COMPARE_AVERAGE]);
}

static bool take_sort(struct look *look, const char *argument)
{
    struct view *view = look->view;
    char name[LOOK_ARGUMENT_MAX];
    size_t length = strcspn(argument, " ");
    snprintf(name, sizeof name, "%.*s", (int)length, argument);
    const char *rest = argument + length + strspn(argument + length, " ");
    int i = find_word(learners_column_words, name);
    if (i < 0 || (*rest && strcmp(rest, "back") != 0)) {
        return false;
    }
    view->sort = (enum learner_column)i;
    view->is_sorted_back = *rest != '\0';
    return true;
}

static void tell_sort(const struct look *look, char argument[LOOK_ARGUMENT_MAX])
{
    const struct view *view = look->view;
    snprintf(argument, LOOK_ARGUMENT_MAX, "%s%s", learners_column_words[view->sort],
             view->is_sorted_back ? " back" : "");
}

/* ---- cursors ---- */

static bool take_cursor(struct look *look, const char *argument)
{
    enum { STEPS_MOST = 2000000000 };
    struct view *view = look->view;
    long step = 0;
    bool is_off = strcmp(argument, "off") == 0;
    if (!is_off && !(take_number(&argument, 0, STEPS_MOST, &step) && *argument == '\0')) {
        return false;
    }
    view->has_cursor = !is_off;
    view->cursor = is_off ? view->cursor : (double)step;
    return true;
}

static void tell_cursor(const struct look *look, char argument[LOOK_ARGUMENT_MAX])
{
    const struct view *view = look->view;
    put(argument, "off");
    if (view->has_cursor) {
        snprintf(argument, LOOK_ARGUMENT_MAX, "%.0f", view->cursor);
    }
}

/* "3 7": the third row, the seventh column; "off". */
static bool take_place(bool *is_on, int *row, int *column, const char *argument)
{
    enum { MOST = 1000000 };
    long at[2] = {1, 1};
    bool is_off = strcmp(argument, "off") == 0;
    if (!is_off && !(take_number(&argument, 1, MOST, &at[0]) &&
                     take_number(&argument, 1, MOST, &at[1]) && *argument == '\0')) {
        return false;
    }
    *is_on = !is_off;
    *row = is_off ? *row : (int)at[0] - 1;
    *column = is_off ? *column : (int)at[1] - 1;
    return true;
}

static void tell_place(bool is_on, int row, int column, char argument[LOOK_ARGUMENT_MAX])
{
    put(argument, "off");
    if (is_on) {
        snprintf(argument, LOOK_ARGUMENT_MAX, "%d %d", row + 1, column + 1);
    }
}

static bool take_weight(struct look *look, const char *argument)
{
    struct view *view = look->view;
    return take_place(&view->has_map_cursor, &view->map_row, &view->map_col, argument);
}

static void tell_weight(const struct look *look, char argument[LOOK_ARGUMENT_MAX])
{
    const struct view *view = look->view;
    tell_place(view->has_map_cursor, view->map_row, view->map_col, argument);
}

static const char *const best_words[] = {"held", "stretched", "free", "off", NULL};

static bool take_microscope(struct look *look, const char *argument)
{
    struct view *view = look->view;
    bool is_off = strcmp(argument, "off") == 0;
    if (!is_off && !weight_choice_parse(argument, &view->weight)) {
        return false;
    }
    view->has_weight = !is_off;
    return true;
}

static void tell_microscope(const struct look *look, char argument[LOOK_ARGUMENT_MAX])
{
    put(argument, "off");
    if (look->view->has_weight) {
        weight_choice_format(&look->view->weight, argument, LOOK_ARGUMENT_MAX);
    }
}

static bool take_cell(struct look *look, const char *argument)
{
    struct view *view = look->view;
    return take_place(&view->has_matrix_cursor, &view->matrix_row, &view->matrix_col, argument);
}

static void tell_cell(const struct look *look, char argument[LOOK_ARGUMENT_MAX])
{
    const struct view *view = look->view;
    tell_place(view->has_matrix_cursor, view->matrix_row, view->matrix_col, argument);
}

/* ---- samples ---- */

/* A number from 1; the word stands for 0. */
static bool take_count(int *count, const char *argument, const char *word, int most)
{
    long number = 0;
    bool is_word = strcmp(argument, word) == 0;
    if (!is_word && (!take_number(&argument, 1, most, &number) || *argument != '\0')) {
        return false;
    }
    *count = (int)number;
    return true;
}

static void tell_count(int count, const char *word, char argument[LOOK_ARGUMENT_MAX])
{
    put(argument, word);
    if (count > 0) {
        snprintf(argument, LOOK_ARGUMENT_MAX, "%d", count);
    }
}

static bool take_character(struct look *look, const char *argument)
{
    return take_count(&look->view->attending_place, argument, "off", ATTENDING_TEXT_MAX);
}

static void tell_character(const struct look *look, char argument[LOOK_ARGUMENT_MAX])
{
    tell_count(look->view->attending_place, "off", argument);
}

static bool take_head(struct look *look, const char *argument)
{
    return take_count(&look->view->attending_head, argument, "all", ATTENDING_HEADS_MAX);
}

static void tell_head(const struct look *look, char argument[LOOK_ARGUMENT_MAX])
{
    tell_count(look->view->attending_head, "all", argument);
}

static bool take_units(struct look *look, const char *name)
{
    int i = find_word(network_look_words, name);
    look->view->network_look = i < 0 ? look->view->network_look : (enum network_look)i;
    return i >= 0;
}

static void tell_units(const struct look *look, char argument[LOOK_ARGUMENT_MAX])
{
    put(argument, network_look_words[look->view->network_look]);
}

static bool take_serving(struct look *look, const char *name)
{
    int task = task_from_letter(name, look->view->timeline->n_tasks);
    int i = find_word(servings, name);
    bool is_known = i >= 0 || (task >= 0 && task + 1 < UNITS_ALL_TASKS);
    int place = i == 0 ? 0 : i == 1 ? UNITS_ALL_TASKS : task + 1;
    look->view->network_place = is_known ? place : look->view->network_place;
    return is_known;
}

static void tell_serving(const struct look *look, char argument[LOOK_ARGUMENT_MAX])
{
    int place = look->view->network_place;
    char letter[4];
    put(argument, place == 0                 ? servings[0]
                  : place == UNITS_ALL_TASKS ? servings[1]
                                             : task_letter(place - 1, letter));
}

static bool take_bar(struct look *look, const char *argument)
{
    return take_count(&look->view->putback_bar, argument, "off", NETWORK_MODULES_MAX + 1);
}

static void tell_bar(const struct look *look, char argument[LOOK_ARGUMENT_MAX])
{
    tell_count(look->view->putback_bar, "off", argument);
}

static bool take_lost(struct look *look, const char *argument)
{
    bool is_most = strcmp(argument, "most") == 0;
    int task = is_most ? -1 : task_from_letter(argument, look->view->timeline->n_tasks);
    look->view->putback_task = is_most || task >= 0 ? task + 1 : look->view->putback_task;
    return is_most || task >= 0;
}

static void tell_lost(const struct look *look, char argument[LOOK_ARGUMENT_MAX])
{
    int task = look->view->putback_task - 1;
    char letter[4];
    put(argument, task < 0 ? "most" : task_letter(task, letter));
}

static bool take_sample(struct look *look, const char *argument)
{
    struct view *view = look->view;
    char letter[4] = "";
    bool is_off = strcmp(argument, "off") == 0;
    size_t length = strcspn(argument, " ");
    snprintf(letter, sizeof letter, "%.*s", (int)(length < sizeof letter ? length : 0), argument);
    int task = task_from_letter(letter, view->timeline->n_tasks);
    long number = 1;
    argument += length + strspn(argument + length, " ");
    if (!is_off &&
        (task < 0 || !take_number(&argument, 1, GALLERY_EACH_MAX, &number) || *argument != '\0')) {
        return false;
    }
    view->has_sample = !is_off;
    view->sample_task = is_off ? view->sample_task : task;
    view->sample = is_off ? view->sample : (int)number - 1;
    return true;
}

static void tell_sample(const struct look *look, char argument[LOOK_ARGUMENT_MAX])
{
    const struct view *view = look->view;
    char letter[4];
    put(argument, "off");
    if (view->has_sample) {
        snprintf(argument, LOOK_ARGUMENT_MAX, "%s %d", task_letter(view->sample_task, letter),
                 view->sample + 1);
    }
}

static bool take_pictures(struct look *look, const char *argument)
{
    int i = find_word(pictures, argument);
    look->view->shows_plain = i < 0 ? look->view->shows_plain : i > 0;
    return i >= 0;
}

static void tell_pictures(const struct look *look, char argument[LOOK_ARGUMENT_MAX])
{
    put(argument, pictures[look->view->shows_plain]);
}

/* ---- runs ---- */

enum { RUNS_MOST = 1000000 };

static bool take_run(struct look *look, const char *argument)
{
    return take_count(&look->view->run, argument, "off", RUNS_MOST);
}

static void tell_run(const struct look *look, char argument[LOOK_ARGUMENT_MAX])
{
    tell_count(look->view->run, "off", argument);
}

/* "5 3": the newer first; "5"; "off". */
static bool take_ghost(struct look *look, const char *argument)
{
    long numbers[2] = {0};
    bool is_off = strcmp(argument, "off") == 0;
    if (!is_off && !take_number(&argument, 1, RUNS_MOST, &numbers[0])) {
        return false;
    }
    if (!is_off && *argument && (!take_number(&argument, 1, RUNS_MOST, &numbers[1]) || *argument)) {
        return false;
    }
    look->view->ghosts[0] = (int)numbers[0];
    look->view->ghosts[1] = numbers[1] == numbers[0] ? 0 : (int)numbers[1];
    return true;
}

static void tell_ghost(const struct look *look, char argument[LOOK_ARGUMENT_MAX])
{
    const int *ghosts = look->view->ghosts;
    put(argument, "off");
    if (ghosts[1] > 0) {
        snprintf(argument, LOOK_ARGUMENT_MAX, "%d %d", ghosts[0], ghosts[1]);
    } else if (ghosts[0] > 0) {
        snprintf(argument, LOOK_ARGUMENT_MAX, "%d", ghosts[0]);
    }
}

/* ---- strategies and knobs ---- */

static bool take_select(struct look *look, const char *name)
{
    int i = strategy_find(name);
    look->view->strategy = i < 0 ? look->view->strategy : i;
    return i >= 0;
}

static void tell_select(const struct look *look, char argument[LOOK_ARGUMENT_MAX])
{
    put(argument, strategy_at(look->view->strategy)->name);
}

static bool take_probe(struct look *look, const char *name)
{
    int i = probe_find(name);
    look->view->probe = i < 0 ? look->view->probe : (enum probe_id)i;
    return i >= 0;
}

static void tell_probe(const struct look *look, char argument[LOOK_ARGUMENT_MAX])
{
    put(argument, probe_at(look->view->probe)->name);
}

static bool take_knob(struct look *look, const char *name)
{
    enum param_id id;
    const struct param *param = param_find(name, &id);
    bool is_knob = param && param->when == PARAM_WHEN_LIVE;
    look->view->knob = is_knob ? id : look->view->knob;
    return is_knob;
}

static void tell_knob(const struct look *look, char argument[LOOK_ARGUMENT_MAX])
{
    put(argument, param_at(look->view->knob)->name);
}

/* ---- what lies over the panels ---- */

/* "": from the top; "12": from that row on; "off".  The line that is being typed stays. */
static bool take_overlay(struct view *view, enum overlay overlay, const char *argument)
{
    enum { ROWS_MOST = 1000 };
    long row = 0;
    bool is_off = strcmp(argument, "off") == 0;
    if (!is_off && *argument &&
        !(take_number(&argument, 0, ROWS_MOST, &row) && *argument == '\0')) {
        return false;
    }
    if (is_off && view->overlay == overlay) {
        view->overlay = OVERLAY_NONE;
    } else if (!is_off && view->overlay != OVERLAY_PALETTE) {
        view->overlay = overlay;
        view->scroll = (int)row;
    }
    return true;
}

static void tell_overlay(const struct view *view, enum overlay overlay,
                         char argument[LOOK_ARGUMENT_MAX])
{
    put(argument, "off");
    if (view->overlay == overlay) {
        snprintf(argument, LOOK_ARGUMENT_MAX, "%d", view->scroll);
    }
}

static bool take_explain(struct look *look, const char *argument)
{
    return take_overlay(look->view, OVERLAY_EXPLAIN, argument);
}

static void tell_explain(const struct look *look, char argument[LOOK_ARGUMENT_MAX])
{
    tell_overlay(look->view, OVERLAY_EXPLAIN, argument);
}

static bool take_help(struct look *look, const char *argument)
{
    return take_overlay(look->view, OVERLAY_HELP, argument);
}

static void tell_help(const struct look *look, char argument[LOOK_ARGUMENT_MAX])
{
    tell_overlay(look->view, OVERLAY_HELP, argument);
}

/* ---- colours and glyphs ---- */

static bool take_theme(struct look *look, const char *name)
{
    const struct theme *theme = theme_find(name);
    look->theme = theme ? theme : look->theme;
    return theme != NULL;
}

static void tell_theme(const struct look *look, char argument[LOOK_ARGUMENT_MAX])
{
    put(argument, look->theme->name);
}

static bool take_glyphs(struct look *look, const char *name)
{
    const struct glyphs *glyphs = glyphs_find(name);
    look->glyphs = glyphs ? glyphs : look->glyphs;
    return glyphs != NULL;
}

static void tell_glyphs(const struct look *look, char argument[LOOK_ARGUMENT_MAX])
{
    put(argument, look->glyphs->name);
}

/* ---- the words that can follow ---- */

static const char *word_panel(int i, const char **help)
{
    *help = i < PANEL_COUNT ? panel_at((enum panel_id)i)->title : NULL;
    return i < PANEL_COUNT ? panel_at((enum panel_id)i)->name : NULL;
}

static const char *word_strategy(int i, const char **help)
{
    *help = i < strategy_count() ? strategy_at(i)->summary : NULL;
    return i < strategy_count() ? strategy_at(i)->name : NULL;
}

static const char *word_probe(int i, const char **help)
{
    *help = i < PROBE_COUNT ? probe_at((enum probe_id)i)->title : NULL;
    return i < PROBE_COUNT ? probe_at((enum probe_id)i)->name : NULL;
}

static const char *word_knob(int i, const char **help)
{
    for (int id = 0; id < PARAM_COUNT; id++) {
        const struct param *param = param_at((enum param_id)id);
        if (param->when == PARAM_WHEN_LIVE && i-- == 0) {
            *help = param->help;
            return param->name;
        }
    }
    return NULL;
}

static const char *word_theme(int i, const char **help)
{
    *help = theme_at(i) ? theme_at(i)->help : NULL;
    return theme_at(i) ? theme_at(i)->name : NULL;
}

static const char *word_glyphs(int i, const char **help)
{
    (void)help;
    return glyphs_at(i) ? glyphs_at(i)->name : NULL;
}

/* ---- the table ---- */

static const struct look_command commands[] = {
    {"focus PANEL", "the keys go to that panel", take_focus, tell_focus, .word = word_panel},
    {"enlarge on|off", "the panel that has the keys fills the screen", take_enlarge, tell_enlarge,
     .words = switches},
    {"zoom all|two|task", "how much of the run the curves show", take_zoom, tell_zoom,
     .words = zooms},
    {"compare tasks|average|LETTER", "the curves: tasks of one learner, or all learners",
     take_compare, tell_compare, .words = compares},
    {"sort COLUMN [back]", "the order of the learners: average, forgetting, name ...", take_sort,
     tell_sort, .words = learners_column_words},
    {"run NUMBER|off", "scoreboard: the run that is chosen", take_run, tell_run, .words = off_only},
    {"ghost NUMBER [NUMBER]|off", "a run that is over comes back as dotted curves, or two do",
     take_ghost, tell_ghost, .words = off_only},
    {"cursor STEP|off", "the cursor on the curves: all panels show that step", take_cursor,
     tell_cursor, .words = off_only},
    {"weight ROW COLUMN|off", "the cursor on the heatmap", take_weight, tell_weight,
     .words = off_only},
    {"microscope WEIGHT|off", "one weight: held, stretched, free:2, or LAYER:FROM:TO",
     take_microscope, tell_microscope, .words = best_words},
    {"cell ROW COLUMN|off", "the cursor on the matrix R", take_cell, tell_cell, .words = off_only},
    {"sample TASK NUMBER|off", "the example that is chosen among the samples", take_sample,
     tell_sample, .words = off_only},
    {"character NUMBER|off", "attention: the character that is chosen", take_character,
     tell_character, .words = off_only},
    {"head NUMBER|all", "attention: the head whose looks are shown", take_head, tell_head,
     .words = all_only},
    {"dots serve|change|pictures", "network: whom units serve, what has changed, the weights",
     take_units, tell_units, .words = network_look_words},
    {"serving LETTER|first|all", "network: the task whose units are told from the present one's",
     take_serving, tell_serving, .words = servings},
    {"bar NUMBER|off", "put it back: the layer that is chosen", take_bar, tell_bar,
     .words = off_only},
    {"lost TASK|most", "put it back: the task whose layers are shown", take_lost, tell_lost,
     .words = most_only},
    {"pictures seen|plain", "samples as the task sees them, or as the data has them", take_pictures,
     tell_pictures, .words = pictures},
    {"select STRATEGY", "the strategy whose line is chosen", take_select, tell_select,
     .word = word_strategy},
    {"knob NAME", "the knob that is chosen", take_knob, tell_knob, .word = word_knob},
    {"probe NAME", "the measurement whose curves are shown; on or off behind it takes it or not",
     take_probe, tell_probe, .word = word_probe, .is_one_word = true},
    {"summary on|off", "at the end: what was learned, in the drift's place", take_summary,
     tell_summary, .words = switches},
    {"explain [ROW|off]", "explain the panel that has the keys", take_explain, tell_explain,
     .words = off_only},
    {"help [ROW|off]", "all keys", take_help, tell_help, .words = off_only},
    {"theme NAME", "other colours", take_theme, tell_theme, .word = word_theme},
    {"glyphs NAME", "braille, block or ascii", take_glyphs, tell_glyphs, .word = word_glyphs},
    {"record [FILE]", "record into that file, or stop", .take = NULL},
    {"reset", "all knobs and strategies as they were at the start", .take = NULL},
    {"mouse on|off", "clicks, or the terminal's own selection", .words = switches},
    {"quit", "leave", .take = NULL},
    {0},
};

_Static_assert(sizeof commands / sizeof *commands <= LOOK_COMMANDS_MAX, "a state has room for all");

const struct look_command *look_commands(void)
{
    return commands;
}

const char *look_word(int command, int i, const char **help)
{
    const struct look_command *look = &commands[command];
    *help = NULL;
    return look->words ? look->words[i] : look->word ? look->word(i, help) : NULL;
}

int look_find(const char *line, char argument[LOOK_ARGUMENT_MAX])
{
    line += strspn(line, " ");
    size_t length = strcspn(line, " ");
    const char *rest = line + length + strspn(line + length, " ");
    size_t used = strlen(rest);
    while (used > 0 && rest[used - 1] == ' ') {
        used--;
    }
    argument[0] = '\0';
    for (int i = 0; length > 0 && commands[i].usage; i++) {
        bool is_other = commands[i].is_one_word && memchr(rest, ' ', used);
        if (strcspn(commands[i].usage, " ") == length &&
            strncmp(commands[i].usage, line, length) == 0 && !is_other) {
            if (used < LOOK_ARGUMENT_MAX) {
                snprintf(argument, LOOK_ARGUMENT_MAX, "%.*s", (int)used, rest);
            }
            return i;
        }
    }
    return -1;
}

bool look_line(struct look *look, const char *line)
{
    char argument[LOOK_ARGUMENT_MAX];
    int i = look_find(line, argument);
    return i >= 0 && commands[i].take && commands[i].take(look, argument);
}

struct look_state look_state(const struct look *look)
{
    struct look_state state = {0};
    for (int i = 0; commands[i].usage; i++) {
        if (commands[i].tell) {
            commands[i].tell(look, state.argument[i]);
        }
    }
    return state;
}

char *look_format(const struct look_state *state, int i, char *buf, size_t size)
{
    snprintf(buf, size, "%.*s %s", (int)strcspn(commands[i].usage, " "), commands[i].usage,
             state->argument[i]);
    return buf;
}
