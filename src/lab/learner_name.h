/* SPDX-License-Identifier: MIT
 * What learners are called that no person has named: by what they do. */
#ifndef OUBLI_LAB_LEARNER_NAME_H
#define OUBLI_LAB_LEARNER_NAME_H

#include <stdint.h>

enum { LEARNER_NAME_MAX = 24 };

/* The n-th (from 1) of those for which just the strategies `on` are on: "naive",
 * "ewc+replay", "replay-2", "lowlr+ewc+more". */
void learner_name_by_deeds(uint32_t on, int n, char name[LEARNER_NAME_MAX]);

/* Which of its kind one with that name is; 0 if it is none that does just `on`. */
int learner_number_by_deeds(uint32_t on, const char *name);

#endif
