/* SPDX-License-Identifier: MIT
 * The inside of a suite, private to its files:
 *
 *   suite_kinds.c  the suites there are
 *   suite_plan.c   what was asked: how many tasks and outputs
 *   suite_tasks.c  its tasks
 *   suite_make.c   making all of it, lessons
 *   suite_read.c   what it has */
#ifndef OUBLI_TASKS_SUITE_INSIDE_H
#define OUBLI_TASKS_SUITE_INSIDE_H

#include "base/arena.h"
#include "tasks/lessons.h"
#include "tasks/suite.h"
#include "tasks/views.h"

/* A suite, and how its tasks are made. */
struct recipe {
    struct suite_kind kind;
    int taps;        /* of the views of its tasks; VIEW_TAPS_IDENTITY = none */
    bool by_class;   /* each task has its own classes */
    bool by_group;   /* each task has the examples of one group of the dataset */
    bool alternates; /* a few tasks in turn rather than each once */
    bool is_of_texts;
    bool is_taught;                 /* of texts: a person's lessons may be one more task */
    const struct recipe *of_groups; /* of data that consists of tasks; NULL: this one */
};

/* The table; NULL past the last. */
const struct recipe *recipe_at(int i);

/* A task as the suite keeps it. */
struct source {
    struct view view;
    const int *index[SPLIT_COUNT]; /* by enum split: which of the dataset's examples; NULL = in
                                      order, ... */
    int first[SPLIT_COUNT];        /* ... from this one on */
    int shift;                     /* output index = class + shift */
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

/* What was asked, checked; nothing is allocated yet.  First which suite, then the rest. */
bool suite_find_kind(struct suite *suite, const char *name, struct err *err);
bool suite_plan(struct suite *suite, const struct suite_config *config, struct err *err);

/* Points of the plane in groups: one of these is turned, for all together would meet themselves. */
bool suite_is_turned(const struct suite *suite);

/* Of data that is said again: the features of task `t` begin here; of task T, where all end. */
int suite_first_feature(const struct suite *suite, int t);

/* Fills in task number t. */
bool suite_make_task(struct suite *suite, int t, struct err *err);

/* Where the classes of task `t` begin; of task T, where those of the last end. */
int suite_first_class(const struct suite *suite, int t);

#endif
