/* SPDX-License-Identifier: MIT
 * What the narrator says of a stream, in which no task begins and none ends. */
#ifndef OUBLI_UI_PANELS_NARRATOR_STREAM_H
#define OUBLI_UI_PANELS_NARRATOR_STREAM_H

#include "ui/panels/view.h"

/* What comes now, and what that has done to what was known. */
enum role narrator_stream(const struct view *view, char *text, size_t size);

#endif
