/* SPDX-License-Identifier: MIT
 * The plane of plasticity and stability: where its axes begin. */
#ifndef OUBLI_UI_PANELS_PLANE_H
#define OUBLI_UI_PANELS_PLANE_H

#include "ui/panels/view.h"

/* Brings view->plane_begin to what is there now: earlier at once where a point needs it, with some
 * room to go; later only if the plane may come closer, for it would jump while one looks. */
void plane_hold(struct view *view, bool may_come_closer);

#endif
