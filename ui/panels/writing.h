/* SPDX-License-Identifier: MIT */
#ifndef OUBLI_UI_PANELS_WRITING_H
#define OUBLI_UI_PANELS_WRITING_H

#include "lab/exhibits.h"
#include "ui/panels/view.h"

/* The cells that the panel has, inside its frame. */
struct exhibit_request writing_room(const struct pen *pen, const struct view *view);

#endif
