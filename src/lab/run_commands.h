/* SPDX-License-Identifier: MIT
 * What commands do to a run, the first time and again.  Private to the lab. */
#ifndef OUBLI_LAB_RUN_COMMANDS_H
#define OUBLI_LAB_RUN_COMMANDS_H

#include "lab/command_log.h"
#include "lab/run.h"

/* Carries out an order between two steps; false and err if it cannot be, and then nothing has
 * changed.  What concerns nobody who is there cannot be.  Of fork, rename and remove only what a
 * run can know is checked: who may be called what, and for how many there is room, is the lab's to
 * say. What is flagged COMMAND_LOOKS ends in a look at all (run->done), watched or not.  Commands
 * that are no matter of a run (pause, note ...) change nothing. */
bool run_carry_out(struct run *run, const struct order *order, bool is_watched, struct err *err);

/* True if a learner that the order to put something back means lacks what it had once: then it must
 * not be carried out here. */
bool run_lacks_end(const struct run *run, const struct order *order);

/* True if a learner lacks the last end of a task that it may have had: then what is shown and
 * probed from here on would not be what it was. */
bool run_lacks_ends(const struct run *run);

/* False and err while no loss is finite: there is nothing to go on from. */
bool run_can_go_on(const struct run *run, const char *what, struct err *err);

/* What a fork of `parent` would be: as it is now, then as the text of the command says; named only
 * if that names it.  False and err if that cannot be. */
bool run_fork_config(const struct member *parent, const char *text, struct learner_config *config,
                     struct err *err);

#endif
