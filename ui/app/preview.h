/* SPDX-License-Identifier: MIT
 * A preview: what can be seen of a session before it is there.  Of one that begins, what was asked
 * for: data, tasks, learners, switches and knobs; of one that is resumed, where it stood.  It looks
 * like the session itself, so that nothing jumps when that comes. */
#ifndef OUBLI_UI_APP_PREVIEW_H
#define OUBLI_UI_APP_PREVIEW_H

#include "lab/config.h"
#include "ui/panels/view.h"

struct preview; /* opaque */

/* Of a session that is to be made of the config, which is borrowed for the call.  Returns owned;
 * NULL and err if it is clear already that there will be none: no such data, a file is missing. */
struct preview *preview_of_config(const struct config *config, struct err *err)
    __attribute__((warn_unused_result));

/* Of an interrupted session; the file is closed again.  NULL and err if it is no recording, or
 * a damaged one. */
struct preview *preview_of_recording(const char *path, struct err *err)
    __attribute__((warn_unused_result));

void preview_destroy(struct preview *preview);

/* Makes the view show it, with so much of the loading done (NAN: not known).  Borrowed by the view
 * until it shows something else. */
void preview_show(struct preview *preview, double part, struct view *view);

#endif
