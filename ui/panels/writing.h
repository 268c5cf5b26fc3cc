/* SPDX-License-Identifier: MIT */
#ifndef OUBLI_UI_PANELS_WRITING_H
#define OUBLI_UI_PANELS_WRITING_H

#include "lab/exhibits.h"
#include "ui/panels/view.h"

/* What the panel has room for, inside its frame: so many tasks. */
struct exhibit_request writing_room(const struct pen *pen, const struct view *view);

#endif
