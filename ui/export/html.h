/* SPDX-License-Identifier: MIT
 * A recorded session as one page for a browser: curves and matrices of all learners at its end, of
 * text what was written at each boundary, and a scrubber that goes back to any step.  It fetches
 * nothing, and can be read without scripts.
 *
 * Curves are thinned to at most HTML_POINTS points each, and HTML_POINTS_ALL together, so that
 * the page stays below a megabyte; dips and spikes stay. */
#ifndef OUBLI_UI_EXPORT_HTML_H
#define OUBLI_UI_EXPORT_HTML_H

#include <stdio.h>

#include "session/player.h"

enum { HTML_POINTS = 2000, HTML_POINTS_ALL = 100000 };

/* Writes the page; the player then stands at the end. */
bool html_export(FILE *out, struct player *player, struct err *err)
    __attribute__((warn_unused_result));

#endif
