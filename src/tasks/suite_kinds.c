/* SPDX-License-Identifier: MIT
 * The suites there are.
 *
 * Letters: T tasks, c classes, d features.
 *
 * permuted, rotated, repeat: every task has all examples and its own view of them.
 *   domain       c outputs, shared
 *   task, class  T*c outputs, task t answers with t*c .. t*c+c-1; with `task` only these compete
 *   (rotated, of points in groups: the first group alone, carried round the origin)
 * kinds: task t has the examples of the dataset's group t; outputs as for permuted.
 * conversation: as kinds, of texts.
 * stream: tasks as in kinds where the data has groups, else as in permuted.
 * split: task t has the next c/T classes, the first c%T tasks one more.
 *   domain       as many outputs as the largest group, shared
 *   task, class  c outputs; with `task` only the task's own compete */
#include "tasks/suite_inside.h"

static const struct recipe stream_of_groups = {.by_group = true};

static const struct recipe recipes[] = {
    {.kind = {"permuted", "every task shuffles the features in its own way", SCENARIO_DOMAIN,
              false},
     .taps = VIEW_TAPS_PERMUTATION},
    {.kind = {"rotated",
              "every task turns the image further, up to half a turn; the plane all round",
              SCENARIO_DOMAIN, false},
     .taps = VIEW_TAPS_ROTATION},
    {.kind = {"split", "every task brings its own classes", SCENARIO_CLASS, false},
     .by_class = true},
    {.kind = {"kinds", "the tasks that the data itself consists of", SCENARIO_DOMAIN, false},
     .by_group = true,
     .is_taught = true},
    {.kind = {"repeat", "two permuted tasks in turn: A B A B ...", SCENARIO_DOMAIN, false},
     .taps = VIEW_TAPS_PERMUTATION,
     .alternates = true},
    {.kind = {"conversation", "texts: questions to a desk, whose facts change with the season",
              SCENARIO_DOMAIN, false},
     .by_group = true,
     .is_of_texts = true,
     .is_taught = true},
    {.kind = {"stream", "one task fades into the next, no boundary is announced", SCENARIO_DOMAIN,
              true},
     .taps = VIEW_TAPS_PERMUTATION,
     .of_groups = &stream_of_groups},
};

const struct recipe *recipe_at(int i)
{
    return i < (int)(sizeof recipes / sizeof *recipes) ? &recipes[i] : NULL;
}

const struct suite_kind *suite_kind_at(int i)
{
    const struct recipe *recipe = recipe_at(i);
    return recipe ? &recipe->kind : NULL;
}
