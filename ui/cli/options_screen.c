/* SPDX-License-Identifier: MIT
 * The options that say how the screen is: its size, pace, colours and glyphs. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "ui/cli/options.h"
#include "ui/cli/options_inside.h"
#include "ui/screen/depth.h"
#include "ui/screen/glyphs.h"
#include "ui/screen/theme.h"

bool options_take_size(struct options *options, const char *value, struct err *err)
{
    int cols, rows, n = -1;
    bool is_read = isdigit((unsigned char)*value) &&
                   sscanf(value, "%4dx%n%4d%n", &cols, &n, &rows, &n) == 2 && value[n] == '\0' &&
                   isdigit((unsigned char)strchr(value, 'x')[1]);
    if (!is_read || cols < SIZE_MIN || cols > SIZE_MAX_CELLS || rows < SIZE_MIN ||
        rows > SIZE_MAX_CELLS) {
        return err_set(err, ERR_USAGE,
                       "--size: COLSxROWS from %dx%d to %dx%d expected, found '%.60s'", SIZE_MIN,
                       SIZE_MIN, SIZE_MAX_CELLS, SIZE_MAX_CELLS, value);
    }
    options->cols = cols;
    options->rows = rows;
    return true;
}

bool options_take_fps(struct options *options, const char *value, struct err *err)
{
    return options_count(&options->fps, "fps", FPS_MAX, value, err);
}

bool options_take_color(struct options *options, const char *value, struct err *err)
{
    options->color = value;
    return depth_is_option(value) ||
           err_set(err, ERR_USAGE,
                   "--color: one of auto, never, 16, 256, direct expected, found '%.60s'", value);
}

bool options_take_glyphs(struct options *options, const char *value, struct err *err)
{
    options->glyphs = strcmp(value, "auto") == 0 ? NULL : value;
    return !options->glyphs || glyphs_find(value) ||
           err_set(err, ERR_USAGE,
                   "--glyphs: one of auto, braille, block, ascii expected, found '%.60s'", value);
}

bool options_take_theme(struct options *options, const char *value, struct err *err)
{
    char names[120] = "";
    for (int i = 0; theme_at(i); i++) {
        size_t used = strlen(names);
        snprintf(names + used, sizeof names - used, "%s%s", i ? ", " : "", theme_at(i)->name);
    }
    options->theme = value;
    return theme_find(value) ||
           err_set(err, ERR_USAGE, "--theme: one of %s expected, found '%.60s'", names, value);
}

bool options_take_no_mouse(struct options *options, const char *value, struct err *err)
{
    (void)value;
    (void)err;
    options->has_no_mouse = true;
    return true;
}
