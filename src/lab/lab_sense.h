/* SPDX-License-Identifier: MIT
 * Whether what was read from a file can be a session at all.  Private to the lab. */
#ifndef OUBLI_LAB_LAB_SENSE_H
#define OUBLI_LAB_LAB_SENSE_H

#include "lab/lab_inside.h"

/* True if checkpoints are in order, and the log leads from those who were there at the first to
 * those who are there now, with the lessons that were taught.  There is a first checkpoint. */
bool lab_makes_sense(const struct session *session);

#endif
