/* SPDX-License-Identifier: MIT
 * What the lab consists of, as bytes, both ways; see archive.h.  Private to the lab.  Read from a
 * file it may be anything: what is used as an index or a size is checked, and what the lab relies
 * on - an order, a name that can be shown - as well. */
#ifndef OUBLI_LAB_LAB_ARCHIVE_H
#define OUBLI_LAB_LAB_ARCHIVE_H

#include "base/archive.h"
#include "lab/lab_inside.h"

/* Where it stood, `run` or a checkpoint of it; `turn` and `n_seen` are of the schedule. */
void archive_position(struct archive *archive, struct position *at, const struct run *run);

/* Who a learner was, and how it was made; ids lie below that of the next. */
void archive_facts(struct archive *archive, struct learner_facts *facts, int next_id);
void archive_learner_config(struct archive *archive, struct learner_config *config,
                            const struct config *session);

/* The log: in the order of steps, up to the present.  Read, the run is taught its lessons. */
void archive_log(struct archive *archive, struct session *session);

#endif
