/* SPDX-License-Identifier: MIT */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "tasks/suite_inside.h"

enum { SUITE_TASKS_DEFAULT = 5, REPEAT_TASKS = 2 };

static const char *const scenarios[SCENARIO_COUNT] = {"task", "domain", "class"};

const char *scenario_name(enum scenario scenario)
{
    assert(scenario >= 0 && scenario < SCENARIO_COUNT);
    return scenarios[scenario];
}

bool suite_find_kind(struct suite *suite, const char *name, struct err *err)
{
    char known[96];
    size_t used = 0;
    const struct recipe *recipe;
    for (int i = 0; (recipe = recipe_at(i)); i++) {
        if (strcmp(name, recipe->kind.name) == 0) {
            suite->kind = &recipe->kind;
            suite->recipe = recipe;
            return true;
        }
        used += (size_t)snprintf(known + used, sizeof known - used, "%s%s", i ? ", " : "",
                                 recipe->kind.name);
        assert(used < sizeof known);
    }
    return err_set(err, ERR_USAGE, "--suite: one of %s expected, '%.40s' found", known, name);
}

static int default_tasks(const struct suite *suite)
{
    if (suite->dataset->is_said_again) {
        return SUITE_PARTS_USUAL;
    }
    if (suite->recipe->by_group) {
        return suite->dataset->n_groups_usual;
    }
    int pairs = suite->dataset->n_classes / 2;
    pairs = pairs < 2 ? 2 : pairs; /* one task alone has nothing to forget */
    return suite->recipe->by_class && pairs < SUITE_TASKS_DEFAULT ? pairs : SUITE_TASKS_DEFAULT;
}

static bool plan_tasks(struct suite *suite, int wanted, struct err *err)
{
    int n = wanted ? wanted : default_tasks(suite), c = suite->dataset->n_classes;
    const char *name = suite->kind->name;
    if (n < 1 || n > SUITE_TASKS_MAX) {
        return err_set(err, ERR_USAGE, "--tasks: 1 to %d expected, %d found", SUITE_TASKS_MAX, n);
    }
    if (suite->recipe->by_class && n > c) {
        return err_set(
            err, ERR_USAGE,
            "--tasks: at most %d expected for the suite %s, one per class of %s, %d found", c, name,
            suite->dataset->name, n);
    }
    if (suite->recipe->by_class && c / n < 2 && suite->scenario != SCENARIO_CLASS) {
        return err_set(
            err, ERR_USAGE,
            "--tasks: at most %d expected for the suite %s of %d classes, %d found: a task of "
            "one class asks nothing in the scenario %s; use --scenario class",
            c / 2, name, c, n, scenarios[suite->scenario]);
    }
    if (suite->dataset->is_said_again && n > suite->dataset->n_features) {
        return err_set(err, ERR_USAGE,
                       "--tasks: at most %d expected, one per feature of %s, %d found",
                       suite->dataset->n_features, suite->dataset->name, n);
    }
    if (suite->recipe->by_group && !suite->dataset->is_said_again && n > suite->dataset->n_groups) {
        return err_set(err, ERR_USAGE, "--tasks: at most %d expected, the kinds of %s, %d found",
                       suite->dataset->n_groups, suite->dataset->name, n);
    }
    suite->n_stages = n;
    suite->n_tasks = suite->recipe->alternates ? REPEAT_TASKS : n;
    suite->n_tasks += suite->lessons != NULL;
    return true;
}

/* What would make the outputs fewer: not what is so already. */
static const char *advise_fewer_outputs(const struct suite *suite)
{
    bool is_domain = suite->scenario == SCENARIO_DOMAIN, is_split = suite->recipe->by_class;
    if (is_split) {
        return is_domain ? "use more tasks" : "use --scenario domain and more tasks";
    }
    return suite->dataset->n_classes <= SUITE_OUTPUTS_MAX
               ? "use fewer tasks or --scenario domain"
               : "use data of fewer classes, or --suite split --scenario domain";
}

static bool plan_outputs(struct suite *suite, struct err *err)
{
    int64_t c = suite->dataset->n_classes, n = suite->n_tasks, outputs = c;
    if (suite->recipe->by_class && suite->scenario == SCENARIO_DOMAIN) {
        outputs = (c + n - 1) / n;
    } else if (!suite->recipe->by_class && suite->scenario != SCENARIO_DOMAIN) {
        outputs = n * c;
    }
    if (outputs > SUITE_OUTPUTS_MAX) {
        return err_set(err, ERR_USAGE,
                       "the suite %s in the scenario %s needs %lld outputs for %d tasks of %s with "
                       "%d classes, "
                       "at most %d expected; %s",
                       suite->kind->name, scenarios[suite->scenario], (long long)outputs,
                       suite->n_tasks, suite->dataset->name, suite->dataset->n_classes,
                       SUITE_OUTPUTS_MAX, advise_fewer_outputs(suite));
    }
    suite->n_outputs = (int)outputs;
    return true;
}

/* Points of the plane in groups: one of these is turned, for all together would meet themselves. */
bool suite_is_turned(const struct suite *suite)
{
    const struct dataset *dataset = suite->dataset;
    return suite->recipe->taps == VIEW_TAPS_ROTATION && dataset->n_features == 2 &&
           dataset->n_groups > 0;
}

/* Tasks are groups of features, whose outputs are added one group after the other. */
static bool plan_parts(struct suite *suite, const struct suite_config *config, struct err *err)
{
    const char *data = suite->dataset->name;
    if (!suite->recipe->by_group || suite->kind->is_stream || suite->recipe->is_of_texts) {
        return err_set(
            err, ERR_USAGE,
            "--suite %s: --data %s has tasks of its own, groups of features; use --suite "
            "kinds",
            suite->kind->name, data);
    }
    suite->scenario = SCENARIO_DOMAIN;
    if (config->scenario >= 0 && config->scenario != SCENARIO_DOMAIN) {
        return err_set(err, ERR_USAGE,
                       "--scenario %s: --data %s has no classes: domain expected; leave --scenario "
                       "out",
                       scenarios[config->scenario], data);
    }
    return plan_tasks(suite, config->n_tasks, err) && plan_outputs(suite, err);
}

bool suite_plan(struct suite *suite, const struct suite_config *config, struct err *err)
{
    if (config->scenario < -1 || config->scenario >= SCENARIO_COUNT) {
        return err_set(err, ERR_USAGE, "--scenario: task, domain or class expected, %d found",
                       config->scenario);
    }
    if (suite->recipe->of_groups && suite->dataset->n_groups > 0) {
        suite->recipe = suite->recipe->of_groups;
    }
    if (suite->dataset->is_said_again) {
        return plan_parts(suite, config, err);
    }
    if (suite->dataset->n_symbols > 0 && !suite->recipe->by_group) {
        return err_set(err, ERR_USAGE,
                       "--suite %s: numbers or pictures expected, found %s, which is read a "
                       "character at a time; use --suite kinds or stream",
                       suite->kind->name, suite->dataset->name);
    }
    suite->scenario =
        config->scenario < 0 ? suite->kind->scenario : (enum scenario)config->scenario;
    if (suite->recipe->taps == VIEW_TAPS_ROTATION && suite->dataset->width == 0 &&
        !suite_is_turned(suite)) {
        return err_set(err, ERR_USAGE,
                       "--suite rotated: images or --data plane expected, %s found; use --suite "
                       "permuted or split",
                       suite->dataset->name);
    }
    if (suite->recipe->is_of_texts && suite->dataset->n_symbols == 0) {
        return err_set(err, ERR_USAGE, "--suite %s: texts expected (--data text), %s found",
                       suite->kind->name, suite->dataset->name);
    }
    if (suite->recipe->by_group && suite->dataset->n_groups == 0) {
        return err_set(err, ERR_USAGE,
                       "--suite kinds: data that consists of tasks expected (--data text, plane), "
                       "%s found; use --suite permuted or split",
                       suite->dataset->name);
    }
    return plan_tasks(suite, config->n_tasks, err) && plan_outputs(suite, err);
}
