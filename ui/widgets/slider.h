/* SPDX-License-Identifier: MIT
 * A knob on one row:  ▸replay memory ━━━━●──── 500 */
#ifndef OUBLI_UI_WIDGETS_SLIDER_H
#define OUBLI_UI_WIDGETS_SLIDER_H

#include <stdbool.h>

#include "ui/screen/pen.h"

struct slider {
    const char *label;
    const char *value; /* as text, right-aligned */
    double position;   /* 0 .. 1, clamped; NaN draws no knob */
    int label_w;       /* columns kept for the label, so that several sliders line up; 0: its own */
    int value_w;
    bool has_focus;
    bool is_off; /* drawn dim: the strategy that owns it is off */
};

/* Draws into row `y` over the whole width of the pen. */
void slider_draw(const struct pen *pen, int y, const struct slider *slider);

#endif
