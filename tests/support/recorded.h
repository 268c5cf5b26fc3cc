/* SPDX-License-Identifier: MIT
 * A real session as a recording: some tasks and learners, with strategies, a fork, steps taken
 * back, notes, a late learner; heatmaps, checkpoints, commands of the screen.  What goes wrong
 * stops the program. */
#ifndef OUBLI_TESTS_SUPPORT_RECORDED_H
#define OUBLI_TESTS_SUPPORT_RECORDED_H

#include "session/recording.h"

/* Digits, the plane, text, a stream of the plane, each with what there is to see of it. */
enum { RECORDED_KINDS = 5 };

/* Records the session; all of it is committed, the file is still open.  The same bytes every
 * time. */
struct recording_writer *recorded_begin(const char *path, int kind);
void recorded_end(struct recording_writer *writer);

#endif
