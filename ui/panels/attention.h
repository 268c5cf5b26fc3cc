/* SPDX-License-Identifier: MIT
 * The panel of the exhibit `attention`: a text, and what each head looked at to write it. */
#ifndef OUBLI_UI_PANELS_ATTENTION_H
#define OUBLI_UI_PANELS_ATTENTION_H

#include "ui/panels/view.h"

/* What is asked for where the panel has an inside like that: with the character that is chosen. */
struct exhibit_request attention_room(const struct pen *pen, const struct view *view);

#endif
