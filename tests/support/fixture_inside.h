/* SPDX-License-Identifier: MIT
 * What the two kinds of stage share; for stage.c and stage_played.c. */
#ifndef OUBLI_TESTS_SUPPORT_FIXTURE_INSIDE_H
#define OUBLI_TESTS_SUPPORT_FIXTURE_INSIDE_H

#include "support/fixture.h"

/* Stop the program with a message where there is no memory, or `ok` is false. */
void *fixture_need(void *p, const char *what);
void fixture_need_ok(bool ok, const struct err *err);

/* An empty stage, and what the live program begins to look at. */
struct fixture *fixture_open(int n_tasks);
void fixture_open_view(struct fixture *fixture);

/* The played one. */
void fixture_played_steps(struct fixture *fixture, long n);
void fixture_played_command(struct fixture *fixture, const struct command *command);
void fixture_played_map(struct fixture *fixture, const struct map_request *request);
void fixture_played_surface(struct fixture *fixture, struct rect panel);
void fixture_played_arrows(struct fixture *fixture);
void fixture_played_units(struct fixture *fixture, struct rect panel);

/* Examples of the digits; and what the panel of a screen of that size shows of them. */
struct gallery *fixture_digits(const char *suite, int n_tasks);
void fixture_ask_for_samples(struct fixture *fixture, int cols, int rows,
                             const struct glyphs *glyphs);
void fixture_played_samples(struct fixture *fixture, int n_tasks, int n_each);

/* Its pieces.  `i`: index of a learner of the snapshot. */
void played_add(struct fixture *fixture, enum entry_kind kind, int learner, int task, double value);
void played_measure(struct fixture *fixture, enum probe_id probe, int learner, int task,
                    double value);
/* `text` lives as long as the stage. */
void played_add_text(struct fixture *fixture, enum entry_kind kind, int learner, const char *text);
void played_call_up(struct fixture *fixture, const struct learner_state *learner);
struct learner_state *played_selected(struct fixture *fixture);
void played_step(struct fixture *fixture, int i);
void played_tick(struct fixture *fixture, int i);
void played_end(struct fixture *fixture, int i);
void played_settle(struct fixture *fixture);
bool played_is_measured(const struct snapshot *snapshot);

/* One without a strategy; it takes a place of its own and is selected (returns its index); its
 * first accuracies. */
struct learner_state played_fresh(void);
int played_take_in(struct fixture *fixture, const struct learner_state *learner);
void played_begin(struct fixture *fixture, int i);

#endif
