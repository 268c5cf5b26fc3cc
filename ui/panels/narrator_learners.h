/* SPDX-License-Identifier: MIT
 * What the narrator says where there are several learners. */
#ifndef OUBLI_UI_PANELS_NARRATOR_LEARNERS_H
#define OUBLI_UI_PANELS_NARRATOR_LEARNERS_H

#include "ui/panels/view.h"

/* The best and the worst of them; their role. */
enum role narrator_compare(const struct view *view, char *text, size_t size);

/* One that has stopped alone; false if there is none to speak of. */
bool narrator_stopped(const struct view *view, char *text, size_t size);

/* What broke a learner that has diverged, and what would help: EWC's explicit step or the rate. */
void narrator_cause(const struct learner_state *learner, char *text, size_t size);

/* Going back: whose curves stay as ghosts.  Writes behind what is there. */
void narrator_ghosts(const struct view *view, long step, char *text, size_t size);

#endif
