/* SPDX-License-Identifier: MIT
 * What the files of the options share; for options*.c only. */
#ifndef OUBLI_UI_CLI_OPTIONS_INSIDE_H
#define OUBLI_UI_CLI_OPTIONS_INSIDE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "lab/command.h"
#include "ui/export/format.h"

struct options;

/* Reads digits and nothing else. */
bool options_whole(const char *text, uint64_t *value);

/* A whole number from 1 to `most`, the value of --NAME. */
bool options_count(int *count, const char *name, int most, const char *text, struct err *err);

/* FILE or FILE@STEP; an @ that no number follows belongs to the name.  `step` stays as it is where
 * none is said. */
bool options_moment(const char *option, char path[COMMAND_TEXT_MAX], long *step, const char *value,
                    struct err *err);

/* Takers of the table's rows. */
typedef bool option_take(struct options *options, const char *value, struct err *err);
option_take options_take_plot_svg;
option_take options_take_plot_html;
option_take options_take_plot_gnuplot;
option_take options_take_metric;
option_take options_take_x;
option_take options_take_cast_version;
option_take options_take_cast_fps;
option_take options_take_idle;
option_take options_take_step;
option_take options_take_size;
option_take options_take_fps;
option_take options_take_color;
option_take options_take_glyphs;
option_take options_take_theme;
option_take options_take_no_mouse;

#define EXPORT_TAKER(name, help) option_take options_take_export_##name;
EXPORT_LIST(EXPORT_TAKER)
#undef EXPORT_TAKER

#endif
