/* SPDX-License-Identifier: MIT
 * A stage: everything that a frame is drawn from, without threads and without a terminal.  For
 * tests; what goes wrong while it is made stops the program with a message.
 *
 * Two kinds.  A *played* stage follows hand-made curves (a task is learned at one rate and
 * forgotten at another; replay, EWC, LoRA and a low rate soften it): the same digits on every
 * machine, for golden screens.  Learners are added, forked, renamed, removed and chosen by the
 * lab's commands; `rewind` leaves ghosts, and everybody as set as now.  A *trained* stage is a real
 * lab, driven step by step, for properties. */
#ifndef OUBLI_TESTS_SUPPORT_FIXTURE_H
#define OUBLI_TESTS_SUPPORT_FIXTURE_H

#include "lab/lab.h"
#include "ui/app/frame.h"

enum { FIXTURE_STEPS = 450, STAGE_LINES = 64 };

struct fixture {
    struct facts facts;
    struct timeline timeline;
    struct snapshot *snapshot;
    struct frame frame; /* change its view and overlay as you like, then draw */
    struct lab *lab;    /* NULL: played */
    struct gallery *gallery;
    int width[4]; /* of the network: w_0 .. w_3 */
    char (*names)[24];
    const char **task_names;
    int cycle;                      /* tasks the sequence goes round: n_tasks, or 2 in `repeat` */
    double *accuracy[LEARNERS_MAX]; /* (n_tasks) now, of each learner of the snapshot */
    int n_ever;                     /* learners that there have been */
    char lines[STAGE_LINES][COMMAND_TEXT_MAX];
    int n_lines;
};

/* A played session of `n_stages` stages over `n_tasks` tasks, before its first step. */
struct fixture *fixture_play(const char *suite, int n_tasks, int n_stages);

/* The same on points of the plane, with a surface made by hand: the present task's boundary goes
 * through all of it, unless replay keeps each task's own. */
struct fixture *fixture_play_plane(int n_tasks);

/* Two tasks of sparse features, with arrows made by hand: B's are over A's, unless replay makes a
 * pentagon of all. */
struct fixture *fixture_play_features(void);

/* A trained one: digits, permuted, seed 0, 5 tasks. */
struct fixture *fixture_train(void);
void fixture_destroy(struct fixture *fixture);

/* The examples of a played stage become those of a table (until then: digits); no examples at
 * all. */
void fixture_use_table(struct fixture *fixture);
void fixture_use_nothing(struct fixture *fixture);

/* Its network has these widths, w_0 .. w_3. */
void fixture_use_net(struct fixture *fixture, const int width[4]);

/* Each task answers at outputs of its own, and all compete. */
void fixture_use_own_outputs(struct fixture *fixture);

/* Goes on by up to n steps (boundaries included); stops where the session ends. */
void fixture_steps(struct fixture *fixture, long n);

/* A command of the lab takes effect now. */
void fixture_command(struct fixture *fixture, const char *line);

/* The loss of the selected learner of a played stage stops being finite now; if that was the last
 * one, the session stands still. */
void fixture_diverge(struct fixture *fixture);

/* Draws the frame into the grid, which must have its size.  `cursor` may be NULL. */
void fixture_draw(struct fixture *fixture, struct grid *grid, const struct glyphs *glyphs,
                  enum color_depth depth, int cursor[2]);

#endif
