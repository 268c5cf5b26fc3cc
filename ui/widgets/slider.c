/* SPDX-License-Identifier: MIT */
#include "ui/widgets/slider.h"

#include <math.h>

enum { LINE_MIN = 4 };

/* Columns of the line: {first, length}; length 0 where there is no room for one. */
struct track {
    int x, n;
};

static struct track track_of(const struct pen *pen, const struct slider *slider)
{
    int label_w = slider->label_w ? slider->label_w : pen_columns(pen, slider->label);
    int value_w = slider->value_w ? slider->value_w : pen_columns(pen, slider->value);
    struct track track = {.x = 1 + label_w + 1};
    track.n = pen->area.w - track.x - 1 - value_w;
    if (track.n < LINE_MIN) {
        track.n = 0;
    }
    return track;
}

static int knob_column(struct track track, double position)
{
    return track.x + (int)lround(fmin(fmax(position, 0), 1) * (track.n - 1));
}

static void draw_track(const struct pen *pen, int y, const struct slider *slider,
                       struct track track)
{
    enum role filled = slider->is_off ? ROLE_FAINT : slider->has_focus ? ROLE_ACCENT : ROLE_DIM;
    pen_hline(pen, track.x, y, track.n, style_of(ROLE_FAINT), GLYPH_SLIDE_REST);
    if (isnan(slider->position)) {
        return;
    }
    int knob = knob_column(track, slider->position);
    pen_hline(pen, track.x, y, knob - track.x, style_of(filled), GLYPH_SLIDE);
    pen_glyph(pen, knob, y, style_of(filled), GLYPH_KNOB);
}

void slider_draw(const struct pen *pen, int y, const struct slider *slider)
{
    struct track track = track_of(pen, slider);
    struct style label = slider->has_focus ? style_bold(ROLE_TEXT) : style_of(ROLE_DIM);
    struct style value = slider->is_off ? style_of(ROLE_DIM) : style_of(ROLE_TEXT);
    if (slider->has_focus) {
        pen_glyph(pen, 0, y, label, GLYPH_RIGHT);
    }
    int value_w = slider->value_w ? slider->value_w : pen_columns(pen, slider->value);
    int room = pen->area.w - 1 - (value_w ? value_w + 1 : 0);
    int label_w = slider->label_w && slider->label_w < room ? slider->label_w : room;
    pen_text_max(pen, 1, y, label_w, label, slider->label);
    if (track.n) {
        draw_track(pen, y, slider, track);
    }
    int shown_w = pen_columns(pen, slider->value);
    int x = pen->area.w - shown_w;
    pen_text_max(pen, x > 0 ? x : 0, y, pen->area.w, value, slider->value);
}
