/* SPDX-License-Identifier: MIT */
#include "ui/cli/screen_options.h"

struct app_config screen_options(const struct options *options)
{
    return (struct app_config){.color = options->color,
                               .glyphs = options->glyphs,
                               .theme = options->theme,
                               .fps = options->fps,
                               .cols = options->cols,
                               .rows = options->rows,
                               .has_mouse = !options->has_no_mouse};
}
