/* SPDX-License-Identifier: MIT
 * How what trains is looked at, as arguments of lines: curves and learners, cursors, examples,
 * units, runs. */
#include <stdio.h>
#include <string.h>

#include "tasks/suite.h"
#include "ui/app/look_arguments.h"
#include "ui/panels/learners.h"
#include "ui/panels/network.h"

/* Words, in the order of what they stand for. */
static const char *const zooms[] = {"all", "two", "task", NULL};
static const char *const compares[] = {"tasks", "average", NULL};
static const char *const pictures[] = {"seen", "plain", NULL};
static const char *const all_only[] = {"all", NULL};
static const char *const servings[] = {"first", "all", NULL};
static const char *const most_only[] = {"most", NULL};

/* ---- curves and learners ---- */

static bool take_zoom(struct look *look, const char *name)
{
    int i = look_find_word(zooms, name);
    look->view->zoom = i < 0 ? look->view->zoom : (enum zoom)i;
    return i >= 0;
}

static void tell_zoom(const struct look *look, char argument[LOOK_ARGUMENT_MAX])
{
    look_put(argument, zooms[look->view->zoom]);
}

static bool take_compare(struct look *look, const char *name)
{
    struct view *view = look->view;
    int task = task_from_letter(name, view->timeline->n_tasks), i = look_find_word(compares, name);
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
    look_put(argument, view->compare == COMPARE_TASK ? task_letter(view->compare_task, letter)
                                                     : compares[view->compare == COMPARE_AVERAGE]);
}

static bool take_sort(struct look *look, const char *argument)
{
    struct view *view = look->view;
    char name[LOOK_ARGUMENT_MAX];
    size_t length = strcspn(argument, " ");
    snprintf(name, sizeof name, "%.*s", (int)length, argument);
    const char *rest = argument + length + strspn(argument + length, " ");
    int i = look_find_word(learners_column_words, name);
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
    if (!is_off && !(look_take_number(&argument, 0, STEPS_MOST, &step) && *argument == '\0')) {
        return false;
    }
    view->has_cursor = !is_off;
    view->cursor = is_off ? view->cursor : (double)step;
    return true;
}

static void tell_cursor(const struct look *look, char argument[LOOK_ARGUMENT_MAX])
{
    const struct view *view = look->view;
    look_put(argument, "off");
    if (view->has_cursor) {
        snprintf(argument, LOOK_ARGUMENT_MAX, "%.0f", view->cursor);
    }
}

static bool take_weight(struct look *look, const char *argument)
{
    struct view *view = look->view;
    return look_take_place(&view->has_map_cursor, &view->map_row, &view->map_col, argument);
}

static void tell_weight(const struct look *look, char argument[LOOK_ARGUMENT_MAX])
{
    const struct view *view = look->view;
    look_tell_place(view->has_map_cursor, view->map_row, view->map_col, argument);
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
    look_put(argument, "off");
    if (look->view->has_weight) {
        weight_choice_format(&look->view->weight, argument, LOOK_ARGUMENT_MAX);
    }
}

static bool take_cell(struct look *look, const char *argument)
{
    struct view *view = look->view;
    return look_take_place(&view->has_matrix_cursor, &view->matrix_row, &view->matrix_col,
                           argument);
}

static void tell_cell(const struct look *look, char argument[LOOK_ARGUMENT_MAX])
{
    const struct view *view = look->view;
    look_tell_place(view->has_matrix_cursor, view->matrix_row, view->matrix_col, argument);
}

/* ---- samples ---- */

static bool take_character(struct look *look, const char *argument)
{
    return look_take_count(&look->view->attending_place, argument, "off", ATTENDING_TEXT_MAX);
}

static void tell_character(const struct look *look, char argument[LOOK_ARGUMENT_MAX])
{
    look_tell_count(look->view->attending_place, "off", argument);
}

static bool take_head(struct look *look, const char *argument)
{
    return look_take_count(&look->view->attending_head, argument, "all", ATTENDING_HEADS_MAX);
}

static void tell_head(const struct look *look, char argument[LOOK_ARGUMENT_MAX])
{
    look_tell_count(look->view->attending_head, "all", argument);
}

static bool take_units(struct look *look, const char *name)
{
    int i = look_find_word(network_look_words, name);
    look->view->network_look = i < 0 ? look->view->network_look : (enum network_look)i;
    return i >= 0;
}

static void tell_units(const struct look *look, char argument[LOOK_ARGUMENT_MAX])
{
    look_put(argument, network_look_words[look->view->network_look]);
}

static bool take_serving(struct look *look, const char *name)
{
    int task = task_from_letter(name, look->view->timeline->n_tasks);
    int i = look_find_word(servings, name);
    bool is_known = i >= 0 || (task >= 0 && task + 1 < UNITS_ALL_TASKS);
    int place = i == 0 ? 0 : i == 1 ? UNITS_ALL_TASKS : task + 1;
    look->view->network_place = is_known ? place : look->view->network_place;
    return is_known;
}

static void tell_serving(const struct look *look, char argument[LOOK_ARGUMENT_MAX])
{
    int place = look->view->network_place;
    char letter[4];
    look_put(argument, place == 0                 ? servings[0]
                       : place == UNITS_ALL_TASKS ? servings[1]
                                                  : task_letter(place - 1, letter));
}

static bool take_bar(struct look *look, const char *argument)
{
    return look_take_count(&look->view->putback_bar, argument, "off", NETWORK_MODULES_MAX + 1);
}

static void tell_bar(const struct look *look, char argument[LOOK_ARGUMENT_MAX])
{
    look_tell_count(look->view->putback_bar, "off", argument);
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
    look_put(argument, task < 0 ? "most" : task_letter(task, letter));
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
    if (!is_off && (task < 0 || !look_take_number(&argument, 1, GALLERY_EACH_MAX, &number) ||
                    *argument != '\0')) {
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
    look_put(argument, "off");
    if (view->has_sample) {
        snprintf(argument, LOOK_ARGUMENT_MAX, "%s %d", task_letter(view->sample_task, letter),
                 view->sample + 1);
    }
}

static bool take_pictures(struct look *look, const char *argument)
{
    int i = look_find_word(pictures, argument);
    look->view->shows_plain = i < 0 ? look->view->shows_plain : i > 0;
    return i >= 0;
}

static void tell_pictures(const struct look *look, char argument[LOOK_ARGUMENT_MAX])
{
    look_put(argument, pictures[look->view->shows_plain]);
}

/* ---- runs ---- */

enum { RUNS_MOST = 1000000 };

static bool take_run(struct look *look, const char *argument)
{
    return look_take_count(&look->view->run, argument, "off", RUNS_MOST);
}

static void tell_run(const struct look *look, char argument[LOOK_ARGUMENT_MAX])
{
    look_tell_count(look->view->run, "off", argument);
}

/* "5 3": the newer first; "5"; "off". */
static bool take_ghost(struct look *look, const char *argument)
{
    long numbers[2] = {0};
    bool is_off = strcmp(argument, "off") == 0;
    if (!is_off && !look_take_number(&argument, 1, RUNS_MOST, &numbers[0])) {
        return false;
    }
    if (!is_off && *argument &&
        (!look_take_number(&argument, 1, RUNS_MOST, &numbers[1]) || *argument)) {
        return false;
    }
    look->view->ghosts[0] = (int)numbers[0];
    look->view->ghosts[1] = numbers[1] == numbers[0] ? 0 : (int)numbers[1];
    return true;
}

static void tell_ghost(const struct look *look, char argument[LOOK_ARGUMENT_MAX])
{
    const int *ghosts = look->view->ghosts;
    look_put(argument, "off");
    if (ghosts[1] > 0) {
        snprintf(argument, LOOK_ARGUMENT_MAX, "%d %d", ghosts[0], ghosts[1]);
    } else if (ghosts[0] > 0) {
        snprintf(argument, LOOK_ARGUMENT_MAX, "%d", ghosts[0]);
    }
}

/* ---- the arguments ---- */

const struct look_argument look_zoom = {.take = take_zoom, .tell = tell_zoom, .words = zooms};
const struct look_argument look_compare = {
    .take = take_compare, .tell = tell_compare, .words = compares};
const struct look_argument look_sort = {
    .take = take_sort, .tell = tell_sort, .words = learners_column_words};
const struct look_argument look_cursor = {
    .take = take_cursor, .tell = tell_cursor, .words = look_off};
const struct look_argument look_weight = {
    .take = take_weight, .tell = tell_weight, .words = look_off};
const struct look_argument look_microscope = {
    .take = take_microscope, .tell = tell_microscope, .words = best_words};
const struct look_argument look_cell = {.take = take_cell, .tell = tell_cell, .words = look_off};
const struct look_argument look_character = {
    .take = take_character, .tell = tell_character, .words = look_off};
const struct look_argument look_head = {.take = take_head, .tell = tell_head, .words = all_only};
const struct look_argument look_units = {
    .take = take_units, .tell = tell_units, .words = network_look_words};
const struct look_argument look_serving = {
    .take = take_serving, .tell = tell_serving, .words = servings};
const struct look_argument look_bar = {.take = take_bar, .tell = tell_bar, .words = look_off};
const struct look_argument look_lost = {.take = take_lost, .tell = tell_lost, .words = most_only};
const struct look_argument look_sample = {
    .take = take_sample, .tell = tell_sample, .words = look_off};
const struct look_argument look_pictures = {
    .take = take_pictures, .tell = tell_pictures, .words = pictures};
const struct look_argument look_run = {.take = take_run, .tell = tell_run, .words = look_off};
const struct look_argument look_ghost = {.take = take_ghost, .tell = tell_ghost, .words = look_off};
