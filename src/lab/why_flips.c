/* SPDX-License-Identifier: MIT
 * Which test examples flipped, as a person can look at them. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/range.h"
#include "lab/why.h"
#include "tasks/alphabet.h"
#include "tasks/clean.h"

/* ---- names ---- */

/* The task whose output it is, `task` if it is its own too. */
static int task_of(const struct suite *suite, int task, int output)
{
    int n = suite_n_tasks(suite);
    for (int k = 0; k < n; k++) {
        int t = (task + k) % n, first, count;
        suite_classes(suite, t, &first, &count);
        int class = output - suite_shift(suite, t);
        if (class >= first && class < first + count) {
            return t;
        }
    }
    return task;
}

/* "7"; "7 of C" where it is another task's and that has the same class. */
static void name_output(const struct suite *suite, int task, int output, char name[WHY_NAME_MAX])
{
    const struct dataset *dataset = suite_dataset(suite);
    int of = task_of(suite, task, output), class = output - suite_shift(suite, of);
    char letter[4], text[64];
    bool is_told = suite_shift(suite, of) == suite_shift(suite, task);
    if (class < 0 || class >= dataset->n_classes) {
        snprintf(name, WHY_NAME_MAX, "?");
        return;
    }
    if (dataset->n_symbols > 0) {
        bool is_line = class == ALPHABET_NEWLINE;
        snprintf(name, WHY_NAME_MAX, "'%s%c'", is_line ? "\\" : "",
                 is_line ? 'n' : alphabet_char(class));
        return;
    }
    clean_copy(text, sizeof text, dataset->class_names[class]);
    if (is_told) {
        clean_copy(name, WHY_NAME_MAX, text);
    } else {
        snprintf(name, WHY_NAME_MAX, "%.9s of %s", text, task_letter(of, letter));
    }
}

/* ---- what it looks like ---- */

/* The last characters before the one that is asked for. */
static void copy_text(struct flip *flip, const real *x, int position)
{
    int n = min_int(position + 1, WHY_TEXT_MAX - 1);
    for (int i = 0; i < n; i++) {
        char c = alphabet_char((int)x[position + 1 - n + i]);
        flip->text[i] = c == '\n' ? ' ' : c;
    }
    flip->text[n] = '\0';
}

/* As the data has it, not as the task sees it: a digit is a digit. */
static void copy_picture(struct flip *flip, const struct suite *suite, int task, int row)
{
    const struct dataset *dataset = suite_dataset(suite);
    const struct examples *test = &dataset->test;
    int source = suite_source_index(suite, task, SPLIT_TEST, row), d = dataset->n_features;
    int width = min_int(dataset->width, GALLERY_SIDE_MAX),
        height = min_int(dataset->height, GALLERY_SIDE_MAX);
    for (int i = 0; i < width * height; i++) {
        int y = i / width * dataset->height / height, x = i % width * dataset->width / width;
        size_t at = (size_t)source * (size_t)d + (size_t)(y * dataset->width + x);
        double value =
            test->bytes ? (double)test->scale * test->bytes[at] : (double)test->floats[at];
        flip->levels[i] =
            (uint8_t)fmin(fmax(round(value * (GALLERY_LEVELS - 1)), 0), GALLERY_LEVELS - 1);
    }
}

/* x (d): the example; `position` the one that was asked for in it. */
static void show(struct flip *flip, const struct suite *suite, int task, int row, const real *x,
                 int position)
{
    const struct dataset *dataset = suite_dataset(suite);
    snprintf(flip->text, sizeof flip->text, "row %d", row + 1);
    if (dataset->n_symbols > 0) {
        copy_text(flip, x, position);
    } else if (dataset->width > 0) {
        copy_picture(flip, suite, task, row);
    } else if (dataset->n_features == 2) {
        snprintf(flip->text, sizeof flip->text, "(%.2f, %.2f)", (double)x[0], (double)x[1]);
    }
}

/* ---- which ---- */

/* The answers that are asked for, one after the other. */
struct asked {
    const struct suite *suite;
    int task, row, position; /* of the one it stands at */
    int label;               /* of the row */
    real *x;                 /* (d) the row */
};

/* What would be right at that position. */
static int target_of(const struct asked *asked)
{
    int d = suite_n_features(asked->suite);
    bool is_last = suite_dataset(asked->suite)->n_symbols == 0 || asked->position + 1 >= d;
    return is_last ? asked->label
                   : (int)asked->x[asked->position + 1] + suite_shift(asked->suite, asked->task);
}

static void go_to(struct asked *asked, const struct evaluator *evaluator, int stride, int i)
{
    int row = evaluator_row(evaluator, stride, i, &asked->position);
    if (row != asked->row) {
        asked->row = row;
        asked->label = suite_example(asked->suite, asked->task, SPLIT_TEST, row, asked->x);
    }
}

static void keep(struct why *why, const struct asked *asked, int before, int after)
{
    struct flip *flip = &why->flips[why->n_flips++];
    int target = target_of(asked);
    memset(flip, 0, sizeof *flip);
    flip->is_lost = before == target;
    name_output(asked->suite, asked->task, target, flip->label);
    name_output(asked->suite, asked->task, before, flip->before);
    name_output(asked->suite, asked->task, after, flip->after);
    show(flip, asked->suite, asked->task, asked->row, asked->x, asked->position);
}

void why_flips(struct why *why, const struct evaluator *evaluator, const struct suite *suite,
               const uint16_t *before, const uint16_t *after, int stride, int most)
{
    const struct dataset *dataset = suite_dataset(suite);
    struct asked asked = {.suite = suite, .task = why->task, .row = -1};
    bool fell = why->accuracy[1] < why->accuracy[0];
    why->n_flips = why->n_lost = why->n_gained = 0;
    why->width = min_int(dataset->width, GALLERY_SIDE_MAX);
    why->height = min_int(dataset->height, GALLERY_SIDE_MAX);
    why->n_answers = evaluator_n_answers(evaluator, why->task, stride);
    asked.x = malloc((size_t)suite_n_features(suite) * sizeof *asked.x);
    for (int i = 0; asked.x && i < why->n_answers; i++) {
        if (before[i] == after[i]) {
            continue;
        }
        go_to(&asked, evaluator, stride, i);
        int target = target_of(&asked);
        bool is_lost = before[i] == target, is_gained = after[i] == target;
        why->n_lost += is_lost;
        why->n_gained += is_gained;
        if ((fell ? is_lost : is_gained) && why->n_flips < min_int(most, WHY_FLIPS_MAX)) {
            keep(why, &asked, before[i], after[i]);
        }
    }
    free(asked.x);
}
