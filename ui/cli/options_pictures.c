/* SPDX-License-Identifier: MIT
 * The options that say what is written of a recording or a sweep, and how. */
#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "ui/cli/options.h"
#include "ui/cli/options_inside.h"

static bool take_export(struct options *options, enum export_id format, const char *value,
                        struct err *err)
{
    options->exports[format] = value;
    if (format == EXPORT_ID_weights) {
        options->weights_step = -1;
        return options_moment("weights", options->weights_path, &options->weights_step, value, err);
    }
    return *value != '\0' ||
           err_set(err, ERR_USAGE,
                   "export: a file, or - for the standard output expected, found ''");
}

#define EXPORT_TAKE(name, help)                                                                    \
    bool options_take_export_##name(struct options *options, const char *value, struct err *err)   \
    {                                                                                              \
        return take_export(options, EXPORT_ID_##name, value, err);                                 \
    }
EXPORT_LIST(EXPORT_TAKE)
#undef EXPORT_TAKE

static bool take_plot(struct options *options, enum plot_form form, const char *value,
                      struct err *err)
{
    options->plots[form] = value;
    return *value != '\0' || err_set(err, ERR_USAGE, "plot: a file expected, found ''");
}

bool options_take_plot_svg(struct options *options, const char *value, struct err *err)
{
    return take_plot(options, PLOT_SVG, value, err);
}

bool options_take_plot_html(struct options *options, const char *value, struct err *err)
{
    return take_plot(options, PLOT_HTML, value, err);
}

bool options_take_plot_gnuplot(struct options *options, const char *value, struct err *err)
{
    return take_plot(options, PLOT_GNUPLOT, value, err);
}

bool options_take_metric(struct options *options, const char *value, struct err *err)
{
    (void)err; /* the file knows which there are */
    options->metric = value;
    return true;
}

bool options_take_x(struct options *options, const char *value, struct err *err)
{
    (void)err;
    options->x = value;
    return true;
}

bool options_take_cast_version(struct options *options, const char *value, struct err *err)
{
    bool is_known = strcmp(value, "2") == 0 || strcmp(value, "3") == 0;
    options->cast_version = is_known ? value[0] - '0' : options->cast_version;
    return is_known ||
           err_set(err, ERR_USAGE, "--cast-version: 2 or 3 expected, found '%.60s'", value);
}

bool options_take_cast_fps(struct options *options, const char *value, struct err *err)
{
    return options_count(&options->cast_fps, "fps", FPS_MAX, value, err);
}

bool options_take_idle(struct options *options, const char *value, struct err *err)
{
    char *end;
    double idle = strtod(value, &end);
    bool is_number = isdigit((unsigned char)*value) && *end == '\0';
    options->idle = idle;
    return (is_number && idle <= IDLE_MAX) ||
           err_set(err, ERR_USAGE, "--idle: seconds from 0 to %d expected, found '%.60s'", IDLE_MAX,
                   value);
}

bool options_take_step(struct options *options, const char *value, struct err *err)
{
    uint64_t step;
    if (!options_whole(value, &step) || step > (uint64_t)LONG_MAX) {
        return err_set(err, ERR_USAGE, "--step: a whole number of steps expected, found '%.60s'",
                       value);
    }
    options->step = (long)step;
    return true;
}
