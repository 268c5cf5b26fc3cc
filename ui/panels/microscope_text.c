/* SPDX-License-Identifier: MIT
 * A weight in words: what it is called, what has happened to it. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/range.h"
#include "strategies/table.h"
#include "tasks/alphabet.h"
#include "tasks/suite.h"
#include "ui/panels/microscope.h"

static const double NOTHING = 1e-3; /* of the push: a pull that is not worth a word */

/* ---- which ---- */

struct weight_choice microscope_choice(const struct view *view)
{
    const struct weight_choice held = {.is_by_rule = true, .rule = SPRING_HELD};
    return view->has_weight ? view->weight : held;
}

/* The point of the cursor, where that is on the way that is shown; else the moment's own. */
static int point_of(const struct view *view, const struct microscope *of)
{
    long end = of->begin + of->done[of->n_points - 1];
    if (!view->has_cursor || view->cursor < (double)of->begin || view->cursor > (double)end) {
        return of->at;
    }
    int at = of->n_points - 1;
    while (at > 0 && (double)(of->begin + of->done[at]) > view->cursor) {
        at--;
    }
    return at;
}

struct sighting microscope_sighting(const struct view *view)
{
    const struct exhibits *exhibits = &view->snapshot->exhibits;
    const struct microscope *of = &exhibits->microscope;
    if (!exhibits->has[EXHIBIT_MICROSCOPE] || of->n == 0) {
        return (struct sighting){0};
    }
    struct weight_choice choice = microscope_choice(view);
    int i = microscope_find(of, &choice);
    return (struct sighting){.of = of,
                             .weight = &of->weights[max_int(i, 0)],
                             .at = point_of(view, of),
                             .is_asked = i >= 0};
}

/* ---- names ---- */

static bool is_mlp(const struct view *view)
{
    return view_learner(view)->params.value[PARAM_MODEL] == MODEL_MLP;
}

void microscope_from(const struct view *view, const struct seen_weight *weight, char *buf,
                     size_t size)
{
    const struct params *params = &view_learner(view)->params;
    enum part_rows rows = network_part_rows(params, weight->part);
    bool is_inner = is_mlp(view) && weight->part > 0;
    bool is_letter =
        rows == PART_SYMBOLS && weight->row != ALPHABET_NEWLINE && weight->n_rows == ALPHABET_SIZE;
    if (is_letter) {
        snprintf(buf, size, "character %c", alphabet_char(weight->row));
        return;
    }
    snprintf(buf, size, "%s %d",
             rows == PART_SYMBOLS                               ? "character"
             : rows == PART_POSITIONS                           ? "position"
             : is_inner                                         ? "unit"
             : is_mlp(view) && view->facts->form == DATA_IMAGES ? "pixel"
                                                                : "input",
             weight->row + 1);
}

void microscope_to(const struct view *view, const struct seen_weight *weight, char *buf,
                   size_t size)
{
    bool is_last = is_mlp(view) && weight->part == view_learner(view)->n_parts - 1;
    snprintf(buf, size, "%s %d", is_last ? "answer" : "unit", weight->col + 1);
}

void microscope_pusher(const struct view *view, const struct sighting *seen, char *buf, size_t size)
{
    char letter[4];
    const struct learner_state *learner = view_learner(view);
    size_t used = (size_t)snprintf(buf, size, "%s",
                                   view->timeline->is_stream ? "what came"
                                                             : task_letter(seen->of->task, letter));
    for (int i = 0; i < strategy_count() && used < size; i++) {
        if (learner->strategies[i].is_on && strategy_at(i)->rows) {
            used += (size_t)snprintf(buf + used, size - used, " and %s", strategy_at(i)->name);
        }
    }
}

/* ---- numbers ---- */

static int digits_for(const struct forces *forces)
{
    double most = fmax(fabs(forces->push), fmax(fabs(forces->pull), fabs(forces->moved)));
    int digits = 2;
    while (digits < 6 && most > 0 && most < 10 * pow(10, -digits)) {
        digits++;
    }
    return digits;
}

char *microscope_move(double move, const struct forces *forces, char buf[MOVE_TEXT_MAX])
{
    double size = fabs(move);
    int digits = digits_for(forces);
    bool is_zero = size < 0.5 * pow(10, -digits);
    snprintf(buf, MOVE_TEXT_MAX, "%s%.*f", is_zero ? "" : move < 0 ? "−" : "+", digits, size);
    return buf;
}

/* ---- the sentence ---- */

/* What pulled, or why nothing did: ", pulled back +0.69 by EWC". */
static void pull_text(const struct view *view, const struct sighting *seen,
                      const struct forces *forces, char *text, size_t size)
{
    const char *springs = seen->of->springs;
    char move[MOVE_TEXT_MAX];
    bool is_nothing = fabs(forces->pull) <= NOTHING * fabs(forces->push);
    if (springs[0] == '\0') {
        snprintf(text, size, "; *nothing pulls back*: no spring (EWC, L2) was on");
    } else if (!seen->of->has_pulled) {
        snprintf(text, size, "; %s holds nothing yet", springs);
    } else if (is_nothing) {
        snprintf(text, size, ", *pulled by nothing*: it is free");
    } else {
        snprintf(text, size, ", *pulled%s %s* by %s",
                 forces->push * forces->pull < 0 ? " back" : " the same way",
                 microscope_move(forces->pull, forces, move), springs);
    }
    (void)view;
}

void microscope_sentence(const struct view *view, const struct sighting *seen, char *text,
                         size_t size)
{
    struct forces forces = seen_forces(seen->weight, seen->at);
    char who[48], push[MOVE_TEXT_MAX], moved[MOVE_TEXT_MAX], pull[96], since[40] = "";
    microscope_pusher(view, seen, who, sizeof who);
    microscope_move(forces.push, &forces, push);
    microscope_move(forces.moved, &forces, moved);
    if (!seen->of->is_whole) {
        snprintf(since, sizeof since, " since step %ld", seen->of->begin);
    }
    if (seen->of->done[seen->at] == 0) {
        snprintf(text, size, "nothing has moved it yet: %s has just begun", who);
    } else if (forces.push == 0 && forces.pull == 0) {
        snprintf(text, size, "it has not moved at all%s", since);
    } else if (seen->of->is_through_adapter) {
        snprintf(text, size, "*moved %s* by %s, through LoRA's adapter: w of W₀ + (α/r) B A%s",
                 moved, who, since);
    } else {
        pull_text(view, seen, &forces, pull, sizeof pull);
        snprintf(text, size, "*pushed %s* by %s%s, *moved %s*%s", push, who, pull, moved, since);
    }
}

/* ---- to others ---- */

void microscope_cell(const struct view *view, const struct seen_weight *weight, int cell[2])
{
    const struct map *map = &view->snapshot->map;
    int rows = max_int(map->rows, 1), cols = max_int(map->cols, 1);
    cell[0] = (int)(((long)(weight->row + 1) * rows - 1) / weight->n_rows);
    cell[1] = (int)(((long)(weight->col + 1) * cols - 1) / weight->n_cols);
}

static const struct seen_weight *best_of(const struct microscope *of, int rule, int rank)
{
    for (int i = 0; i < of->n; i++) {
        if (of->weights[i].rule == rule && of->weights[i].rank == rank) {
            return &of->weights[i];
        }
    }
    return NULL;
}

const struct seen_weight *microscope_best(const struct sighting *seen, int rule)
{
    for (int i = 0; i < seen->of->n; i++) {
        const struct seen_weight *other = &seen->of->weights[i], *weight = seen->weight;
        bool is_it = other->part == weight->part && other->row == weight->row &&
                     other->col == weight->col && other->rule >= 0;
        if (is_it && (rule < 0 || other->rule == rule)) {
            return other;
        }
    }
    return NULL;
}

struct panel_lines microscope_jump(const struct view *view, bool is_next_rule)
{
    struct panel_lines lines = {0};
    struct sighting seen = microscope_sighting(view);
    struct weight_choice choice = microscope_choice(view);
    char text[WEIGHT_CHOICE_TEXT_MAX];
    if (!seen.of) {
        return lines;
    }
    int rule = choice.is_by_rule ? (int)choice.rule : is_next_rule ? -1 : SPRING_HELD;
    int rank = choice.is_by_rule && !is_next_rule ? choice.rank + 1 : 0;
    const struct seen_weight *next = is_next_rule ? NULL : best_of(seen.of, rule, rank);
    for (int i = 0; i < SPRING_RULES && !next; i++) {
        rule = is_next_rule || i > 0 ? (rule + 1) % SPRING_RULES : rule;
        next = best_of(seen.of, rule, 0);
    }
    if (next) {
        choice = (struct weight_choice){
            .is_by_rule = true, .rule = (enum spring_rule)next->rule, .rank = next->rank};
        panel_line(&lines, "microscope %s", weight_choice_format(&choice, text, sizeof text));
    }
    return lines;
}
