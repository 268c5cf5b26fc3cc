/* SPDX-License-Identifier: MIT
 * The suites: which tasks there are, how each sees the data and which outputs are its own.
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
#include "tasks/suite.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tasks/clean.h"
#include "tasks/lessons.h"
#include "tasks/views.h"

enum { SUITE_TASKS_DEFAULT = 5, REPEAT_TASKS = 2 };

/* What a kind does, beside what the header's table says of it. */
struct recipe {
    int taps;        /* of the views of its tasks; VIEW_TAPS_IDENTITY = none */
    bool by_class;   /* each task has its own classes */
    bool by_group;   /* each task has the examples of one group of the dataset */
    bool alternates; /* a few tasks in turn rather than each once */
};

static const struct suite_kind kinds[] = {
    {"permuted", "every task shuffles the features in its own way", SCENARIO_DOMAIN, false},
    {"rotated", "every task turns the image further, up to half a turn; the plane all round",
     SCENARIO_DOMAIN, false},
    {"split", "every task brings its own classes", SCENARIO_CLASS, false},
    {"kinds", "the tasks that the data itself consists of", SCENARIO_DOMAIN, false},
    {"repeat", "two permuted tasks in turn: A B A B ...", SCENARIO_DOMAIN, false},
    {"conversation", "texts: questions to a desk, whose facts change with the season",
     SCENARIO_DOMAIN, false},
    {"stream", "one task fades into the next, no boundary is announced", SCENARIO_DOMAIN, true},
    {0},
};

static const struct recipe recipes[] = {
    {.taps = VIEW_TAPS_PERMUTATION},
    {.taps = VIEW_TAPS_ROTATION},
    {.by_class = true},
    {.by_group = true},
    {.taps = VIEW_TAPS_PERMUTATION, .alternates = true},
    {.by_group = true},
    {.taps = VIEW_TAPS_PERMUTATION},
};
_Static_assert(sizeof recipes / sizeof *recipes + 1 == sizeof kinds / sizeof *kinds,
               "one recipe per kind");

/* A stream of data that consists of tasks. */
static const struct recipe stream_of_groups = {.by_group = true};

static const char *const scenarios[SCENARIO_COUNT] = {"task", "domain", "class"};

/* A task as the suite keeps it. */
struct source {
    struct view view;
    const int *index[2]; /* by enum split: which of the dataset's examples; NULL = in order, ... */
    int first[2];        /* ... from this one on */
    int shift;           /* output index = class + shift */
};

struct suite {
    const struct dataset *dataset;
    const struct suite_kind *kind;
    const struct recipe *recipe;
    enum scenario scenario;
    uint64_t seed;
    int n_tasks, n_stages, n_outputs;
    struct lessons *lessons; /* of the last task; NULL = none; owned */
    struct task lesson;      /* the last task, where there are lessons */
    int max_train;
    struct task *tasks;     /* (n_tasks) */
    struct source *sources; /* (n_tasks) */
    struct arena arena;
};

const struct suite_kind *suite_kinds(void)
{
    return kinds;
}

const char *scenario_name(enum scenario scenario)
{
    assert(scenario >= 0 && scenario < SCENARIO_COUNT);
    return scenarios[scenario];
}

int suite_lesson_task(const struct suite *suite)
{
    return suite->lessons ? suite->n_tasks - 1 : -1;
}

static const struct examples *examples_of(const struct suite *suite, int task, enum split split)
{
    if (task == suite_lesson_task(suite)) {
        return &suite->lessons->examples;
    }
    return split == SPLIT_TRAIN ? &suite->dataset->train : &suite->dataset->test;
}

/* ---- planning: what was asked, checked; nothing is allocated yet ---- */

static bool find_kind(struct suite *suite, const char *name, struct err *err)
{
    char known[96];
    size_t used = 0;
    for (int i = 0; kinds[i].name; i++) {
        if (strcmp(name, kinds[i].name) == 0) {
            suite->kind = &kinds[i];
            suite->recipe = &recipes[i];
            return true;
        }
        used += (size_t)snprintf(known + used, sizeof known - used, "%s%s", i ? ", " : "",
                                 kinds[i].name);
        assert(used < sizeof known);
    }
    return err_set(err, ERR_USAGE, "--suite: one of %s expected, '%.40s' found", known, name);
}

static int default_tasks(const struct suite *suite)
{
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
    if (suite->recipe->by_group && n > suite->dataset->n_groups) {
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
static bool is_turned(const struct suite *suite)
{
    const struct dataset *dataset = suite->dataset;
    return suite->recipe->taps == VIEW_TAPS_ROTATION && dataset->n_features == 2 &&
           dataset->n_groups > 0;
}

static bool plan(struct suite *suite, const struct suite_config *config, struct err *err)
{
    if (!find_kind(suite, config->name, err)) {
        return false;
    }
    if (config->scenario < -1 || config->scenario >= SCENARIO_COUNT) {
        return err_set(err, ERR_USAGE, "--scenario: task, domain or class expected, %d found",
                       config->scenario);
    }
    if (suite->kind->is_stream && suite->dataset->n_groups > 0) {
        suite->recipe = &stream_of_groups;
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
        !is_turned(suite)) {
        return err_set(err, ERR_USAGE,
                       "--suite rotated: images or --data plane expected, %s found; use --suite "
                       "permuted or split",
                       suite->dataset->name);
    }
    if (strcmp(suite->kind->name, "conversation") == 0 && suite->dataset->n_symbols == 0) {
        return err_set(err, ERR_USAGE,
                       "--suite conversation: texts expected (--data text), %s found",
                       suite->dataset->name);
    }
    if (suite->recipe->by_group && suite->dataset->n_groups == 0) {
        return err_set(err, ERR_USAGE,
                       "--suite kinds: data that consists of tasks expected (--data text, plane), "
                       "%s found; use --suite permuted or split",
                       suite->dataset->name);
    }
    return plan_tasks(suite, config->n_tasks, err) && plan_outputs(suite, err);
}

static bool reserve(struct suite *suite, struct err *err)
{
    size_t size = 0, n = (size_t)suite->n_tasks;
    size_t listed = (size_t)suite->dataset->train.n + (size_t)suite->dataset->test.n;
    bool fits = arena_size_add(&size, n, sizeof(struct task)) &&
                arena_size_add(&size, n, sizeof(struct source)) &&
                view_size_add(&size, n - 1, suite->recipe->taps, suite->dataset->n_features);
    if (suite->recipe->by_class) {
        /* Each list of a task is rounded up to the arena's alignment. */
        fits =
            fits && arena_size_add(&size, listed, sizeof(int)) && arena_size_add(&size, 2 * n, 64);
    }
    if (!fits) {
        return err_set(err, ERR_USAGE, "--tasks: %d tasks of %d features do not fit in memory",
                       suite->n_tasks, suite->dataset->n_features);
    }
    return arena_init(&suite->arena, size, err);
}

/* ---- tasks that see all examples in their own way, or a group of them ---- */

/* Which outputs are the task's own, where every task has all classes. */
static void set_outputs(struct suite *suite, int t)
{
    int c = suite->dataset->n_classes;
    bool given = suite->scenario == SCENARIO_TASK;
    suite->sources[t].shift = suite->scenario == SCENARIO_DOMAIN ? 0 : t * c;
    suite->tasks[t].first_output = given ? suite->sources[t].shift : 0;
    suite->tasks[t].n_outputs = given ? c : suite->n_outputs;
}

static void make_kind(struct suite *suite, int t)
{
    bool is_lesson = t == suite_lesson_task(suite);
    const struct group *group = is_lesson ? &suite->lessons->group : &suite->dataset->groups[t];
    struct source *source = &suite->sources[t];
    struct task *task = &suite->tasks[t];
    snprintf(task->name, sizeof task->name, "%s", group->name);
    task->n_train = group->n_train;
    task->n_test = group->n_test;
    source->first[SPLIT_TRAIN] = group->train_first;
    source->first[SPLIT_TEST] = group->test_first;
    set_outputs(suite, t);
}

static void make_view(struct suite *suite, int t)
{
    const struct dataset *dataset = suite->dataset;
    struct source *source = &suite->sources[t];
    struct task *task = &suite->tasks[t];
    if (t == 0) {
        snprintf(task->name, sizeof task->name, "original");
    } else if (is_turned(suite)) {
        double degrees = 360.0 * t / suite->n_tasks;
        source->view = view_turn(&suite->arena, degrees);
        snprintf(task->name, sizeof task->name, "turned %.4g\u00B0", degrees);
    } else if (suite->recipe->taps == VIEW_TAPS_ROTATION) {
        double degrees = 180.0 * t / suite->n_tasks;
        source->view = view_rotation(&suite->arena, degrees, dataset->width, dataset->height);
        snprintf(task->name, sizeof task->name, "rotated %.4g\u00B0", degrees);
    } else {
        source->view = view_permutation(&suite->arena, suite->seed, t, dataset->n_features);
        snprintf(task->name, sizeof task->name, "permuted %d", t);
    }
    task->n_train = is_turned(suite) ? dataset->groups[0].n_train : dataset->train.n;
    task->n_test = is_turned(suite) ? dataset->groups[0].n_test : dataset->test.n;
    set_outputs(suite, t);
}

/* ---- tasks of their own classes ---- */

/* Where the classes of task `t` begin; of task T, where those of the last end. */
static int group_first(const struct suite *suite, int t)
{
    int c = suite->dataset->n_classes, n = suite->n_tasks, more = c % n;
    return t * (c / n) + (t < more ? t : more);
}

/* The class names with a blank between; " ..." stands for those that have no room. */
static void name_group(struct task *task, char *const *class_names, int first, int end)
{
    static const char more[] = " ...";
    size_t room = sizeof task->name;
    clean_copy(task->name, room - strlen(more), class_names[first]);
    size_t used = strlen(task->name);
    for (int k = first + 1; k < end; k++) {
        size_t left = room - used - (k + 1 < end ? strlen(more) : 0);
        if (1 + strlen(class_names[k]) >= left) {
            memcpy(task->name + used, more, sizeof more);
            return;
        }
        used += (size_t)snprintf(task->name + used, left, " %s", class_names[k]);
    }
}

/* Lists the examples of the classes first .. end-1 in the dataset's order; returns how many. */
static int list_group(struct suite *suite, struct source *source, enum split split, int first,
                      int end)
{
    const struct examples *examples =
        split == SPLIT_TRAIN ? &suite->dataset->train : &suite->dataset->test;
    int n = 0;
    for (int i = 0; i < examples->n; i++) {
        n += examples->labels[i] >= first && examples->labels[i] < end;
    }
    int *index = arena_alloc(&suite->arena, (size_t)n, sizeof *index);
    source->index[split] = index;
    for (int i = 0; i < examples->n; i++) {
        if (examples->labels[i] >= first && examples->labels[i] < end) {
            *index++ = i;
        }
    }
    return n;
}

static bool make_group(struct suite *suite, int t, struct err *err)
{
    struct task *task = &suite->tasks[t];
    struct source *source = &suite->sources[t];
    int first = group_first(suite, t), end = group_first(suite, t + 1);
    name_group(task, suite->dataset->class_names, first, end);
    task->n_train = list_group(suite, source, SPLIT_TRAIN, first, end);
    task->n_test = list_group(suite, source, SPLIT_TEST, first, end);
    if (task->n_train == 0 || task->n_test == 0) {
        return err_set(
            err, ERR_USAGE,
            "--suite split: task %d (%s) needs examples to train and to test, %s has %d and %d "
            "of them; use fewer tasks",
            t + 1, task->name, suite->dataset->name, task->n_train, task->n_test);
    }
    source->shift = suite->scenario == SCENARIO_DOMAIN ? -first : 0;
    bool given = suite->scenario == SCENARIO_TASK;
    task->first_output = given ? first : 0;
    task->n_outputs = given ? end - first : suite->n_outputs;
    return true;
}

/* ---- the suite ---- */

static bool make_tasks(struct suite *suite, struct err *err)
{
    suite->tasks = arena_alloc(&suite->arena, (size_t)suite->n_tasks, sizeof *suite->tasks);
    suite->sources = arena_alloc(&suite->arena, (size_t)suite->n_tasks, sizeof *suite->sources);
    for (int t = 0; t < suite->n_tasks; t++) {
        if (suite->recipe->by_group) {
            make_kind(suite, t);
        } else if (!suite->recipe->by_class) {
            make_view(suite, t);
        } else if (!make_group(suite, t, err)) {
            return false;
        }
        if (suite->tasks[t].n_train > suite->max_train) {
            suite->max_train = suite->tasks[t].n_train;
        }
    }
    return true;
}

/* Room for lessons, where they are wanted and make sense. */
static bool make_lessons(struct suite *suite, const struct suite_config *config, struct err *err)
{
    const struct dataset *dataset = suite->dataset;
    bool has_begun =
        strcmp(config->name, "kinds") == 0 || strcmp(config->name, "conversation") == 0;
    if (!config->can_be_taught || !has_begun || dataset->n_symbols == 0) {
        return true;
    }
    suite->lessons = malloc(sizeof *suite->lessons);
    if (!suite->lessons) {
        return err_set(err, ERR_FAILED, "memory: no room for lessons");
    }
    lessons_init(suite->lessons, &dataset->groups[0]);
    suite->max_train = LESSONS_MAX;
    return true;
}

/* The task has as many examples as there are characters. */
static void count_lessons(struct suite *suite)
{
    suite->lesson = suite->tasks[suite->n_tasks - 1];
    suite->lesson.n_train = suite->lesson.n_test = suite->lessons->n;
}

struct suite *suite_create(const struct suite_config *config, const struct dataset *dataset,
                           struct err *err)
{
    assert(dataset->n_classes >= 2 && dataset->train.n > 0 && dataset->test.n > 0);
    struct suite *suite = calloc(1, sizeof *suite);
    if (!suite) {
        err_set(err, ERR_FAILED, "memory: none left for a suite");
        return NULL;
    }
    suite->dataset = dataset;
    suite->seed = config->seed;
    if (!make_lessons(suite, config, err) || !plan(suite, config, err) || !reserve(suite, err) ||
        !make_tasks(suite, err)) {
        suite_destroy(suite);
        return NULL;
    }
    if (suite->lessons) {
        count_lessons(suite);
    }
    return suite;
}

void suite_destroy(struct suite *suite)
{
    if (suite) {
        free(suite->lessons);
        arena_fini(&suite->arena);
        free(suite);
    }
}

struct suite *suite_share(const struct suite *suite, struct err *err)
{
    struct suite *own = malloc(sizeof *own);
    struct lessons *lessons = suite->lessons ? malloc(sizeof *lessons) : NULL;
    if (!own || (suite->lessons && !lessons)) {
        err_set(err, ERR_FAILED, "memory: none left for a suite");
        free(lessons);
        free(own);
        return NULL;
    }
    *own = *suite;
    own->arena = (struct arena){0};
    own->lessons = lessons;
    if (lessons) {
        lessons_init(lessons, &suite->dataset->groups[0]);
        count_lessons(own);
    }
    return own;
}

bool suite_teach(struct suite *suite, const char *text)
{
    if (!suite->lessons || !lessons_add(suite->lessons, text)) {
        return false;
    }
    count_lessons(suite);
    return true;
}

int suite_taught(const struct suite *suite)
{
    return suite->lessons ? suite->lessons->n : 0;
}

const struct dataset *suite_dataset(const struct suite *suite)
{
    return suite->dataset;
}
const char *suite_name(const struct suite *suite)
{
    return suite->kind->name;
}
enum scenario suite_scenario(const struct suite *suite)
{
    return suite->scenario;
}
bool suite_is_stream(const struct suite *suite)
{
    return suite->kind->is_stream;
}
int suite_n_tasks(const struct suite *suite)
{
    return suite->n_tasks;
}
int suite_n_stages(const struct suite *suite)
{
    return suite->n_stages;
}
int suite_n_features(const struct suite *suite)
{
    return suite->dataset->n_features;
}
int suite_n_outputs(const struct suite *suite)
{
    return suite->n_outputs;
}
int suite_max_train(const struct suite *suite)
{
    return suite->max_train;
}

int suite_stage_task(const struct suite *suite, int stage)
{
    assert(stage >= 0 && stage < suite->n_stages);
    return stage % (suite->n_tasks - (suite->lessons != NULL));
}

const struct task *suite_task(const struct suite *suite, int task)
{
    assert(task >= 0 && task < suite->n_tasks);
    return task == suite_lesson_task(suite) ? &suite->lesson : &suite->tasks[task];
}

int suite_source_index(const struct suite *suite, int task, enum split split, int i)
{
    const struct task *of = suite_task(suite, task);
    assert(i >= 0 && i < (split == SPLIT_TRAIN ? of->n_train : of->n_test));
    const int *index = suite->sources[task].index[split];
    return index ? index[i] : suite->sources[task].first[split] + i;
}

const struct group *suite_group(const struct suite *suite, int task)
{
    assert(task >= 0 && task < suite->n_tasks);
    const struct dataset *dataset = suite->dataset;
    if (task == suite_lesson_task(suite)) {
        return &suite->lessons->group;
    }
    return dataset->n_groups == 0 ? NULL : &dataset->groups[suite->recipe->by_group ? task : 0];
}

void suite_classes(const struct suite *suite, int task, int *first, int *n)
{
    bool is_group = suite->recipe->by_class;
    *first = is_group ? group_first(suite, task) : 0;
    *n = is_group ? group_first(suite, task + 1) - *first : suite->dataset->n_classes;
}

void suite_own_outputs(const struct suite *suite, int task, int *first, int *n)
{
    suite_classes(suite, task, first, n);
    *first += suite_shift(suite, task);
}

int suite_shift(const struct suite *suite, int task)
{
    assert(task >= 0 && task < suite->n_tasks);
    return suite->sources[task].shift;
}

void suite_see(const struct suite *suite, int task, const uint8_t *features, real *x)
{
    struct examples examples = {.n = 1, .bytes = features, .scale = suite->dataset->train.scale};
    view_rows(&suite->sources[task].view, &examples, suite->dataset->n_features, 0, 1, x);
}

int suite_example(const struct suite *suite, int task, enum split split, int i, real *x)
{
    const struct source *source = &suite->sources[task];
    const struct examples *examples = examples_of(suite, task, split);
    int row = suite_source_index(suite, task, split, i);
    view_rows(&source->view, examples, suite->dataset->n_features, (size_t)row, 1, x);
    return examples->labels[row] + source->shift;
}

void suite_rows(const struct suite *suite, int task, enum split split, int first, int n, real *x,
                int *labels)
{
    const struct task *of = suite_task(suite, task);
    assert(first >= 0 && n >= 0 && n <= (split == SPLIT_TRAIN ? of->n_train : of->n_test) - first);
    const struct source *source = &suite->sources[task];
    const struct examples *examples = examples_of(suite, task, split);
    size_t d = (size_t)suite->dataset->n_features;
    if (!source->index[split]) {
        int row = source->first[split] + first;
        view_rows(&source->view, examples, (int)d, (size_t)row, (size_t)n, x);
        for (int i = 0; i < n; i++) {
            labels[i] = examples->labels[row + i] + source->shift;
        }
        return;
    }
    for (int i = 0; i < n; i++) {
        labels[i] = suite_example(suite, task, split, first + i, x + (size_t)i * d);
    }
}
