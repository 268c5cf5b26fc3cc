/* SPDX-License-Identifier: MIT
 * What the two kinds of stage share; for stage.c and stage_played.c. */
#ifndef OUBLI_TESTS_SUPPORT_STAGE_INSIDE_H
#define OUBLI_TESTS_SUPPORT_STAGE_INSIDE_H

#include "support/stage.h"

/* Stop the program with a message where there is no memory, or `ok` is false. */
void *stage_need(void *p, const char *what);
void stage_need_ok(bool ok, const struct err *err);

/* An empty stage, and what the live program begins to look at. */
struct stage *stage_open(int n_tasks);
void stage_open_view(struct stage *stage);

/* The played one. */
void stage_played_steps(struct stage *stage, long n);
void stage_played_command(struct stage *stage, const struct command *command);
void stage_played_map(struct stage *stage, const struct map_request *request);
void stage_played_surface(struct stage *stage, struct rect panel);

/* Examples of the digits; and what the panel of a screen of that size shows of them. */
struct gallery *stage_digits(const char *suite, int n_tasks);
void stage_ask_for_samples(struct stage *stage, int cols, int rows, const struct glyphs *glyphs);
void stage_played_samples(struct stage *stage, int n_tasks, int n_each);

/* Its pieces.  `i`: index of a learner of the snapshot. */
void played_add(struct stage *stage, enum entry_kind kind, int learner, int task, double value);
void played_measure(struct stage *stage, enum probe_id probe, int learner, int task, double value);
/* `text` lives as long as the stage. */
void played_add_text(struct stage *stage, enum entry_kind kind, int learner, const char *text);
void played_call_up(struct stage *stage, const struct learner_state *learner);
struct learner_state *played_selected(struct stage *stage);
void played_step(struct stage *stage, int i);
void played_tick(struct stage *stage, int i);
void played_end(struct stage *stage, int i);
void played_settle(struct stage *stage);
bool played_is_measured(const struct snapshot *snapshot);

/* One without a strategy; it takes a place of its own and is selected (returns its index); its
 * first accuracies. */
struct learner_state played_fresh(void);
int played_take_in(struct stage *stage, const struct learner_state *learner);
void played_begin(struct stage *stage, int i);

#endif
