/* SPDX-License-Identifier: MIT
 * The panel of the exhibit `surface`: what the learner answers everywhere in the plane. */
#ifndef OUBLI_UI_PANELS_SURFACE_H
#define OUBLI_UI_PANELS_SURFACE_H

#include "ui/panels/view.h"

/* How many answers the inside of the panel has room for. */
struct exhibit_request surface_room(const struct pen *pen, const struct view *view);

#endif
