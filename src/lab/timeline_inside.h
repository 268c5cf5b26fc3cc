/* SPDX-License-Identifier: MIT
 * The inside of a timeline, private to its files: timeline_take.c takes entries in,
 * timeline_learners.c has those who come and go, timeline_back.c what going back drops and keeps.
 * The reader's thread; false: the entry makes no sense here, or memory is short. */
#ifndef OUBLI_LAB_TIMELINE_INSIDE_H
#define OUBLI_LAB_TIMELINE_INSIDE_H

#include <stddef.h>

#include "lab/command.h"
#include "lab/timeline.h"

/* ---- timeline_take.c ---- */

/* The learner with that number, NULL if it was never there. */
struct track *timeline_find(const struct timeline *timeline, int id);

/* Puts an entry among the marks. */
bool timeline_mark(struct timeline *timeline, const struct entry *entry);

/* The command that was the last to take effect, if nothing has happened since that has a mark. */
bool timeline_last_command(const struct timeline *timeline, struct command *command);

/* True of a command after which other weights answer; and if a command to `learner` reaches the one
 * of that track. */
bool timeline_is_jump(const char *text);
bool timeline_is_meant(const struct track *track, int learner);

/* The row of the stage that goes on, by what this learner last measured. */
void timeline_fill_row(struct timeline *timeline, struct track *track);

/* In a stream the curve of every task begins with what the initial weights know of it. */
bool timeline_begin_curves(const struct timeline *timeline, struct track *track);

/* Says again which stage of each task is its first. */
void timeline_find_first_stages(struct timeline *timeline);

/* ---- timeline_back.c ---- */

/* It has been looked at twice since `step`, or it was no run of its own. */
bool timeline_has_run(const struct track *track, double step);

/* Keeps the run of a learner as a score. */
void timeline_keep_run(struct timeline *timeline, const struct track *track, bool is_removed);

/* What came after the step the session went back to is dropped.  Who is there then is said by
 * entries that follow. */
bool timeline_rewind(struct timeline *timeline, const struct entry *entry);

/* ---- timeline_learners.c ---- */

/* A command switches a strategy; any other does nothing. */
void timeline_switch(struct timeline *timeline, const struct entry *entry);

/* A learner comes, is renamed, or is called up after a rewind. */
bool timeline_call_up(struct timeline *timeline, const struct entry *entry);

/* A learner goes. */
bool timeline_remove(struct timeline *timeline, const struct entry *entry);

#endif
