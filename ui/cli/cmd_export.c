/* SPDX-License-Identifier: MIT
 * `oubli export`: a recording in other people's formats (ui/export/format.h). */
#include <stdio.h>
#include <string.h>

#include "ui/cli/cmd.h"
#include "ui/cli/output.h"
#include "ui/cli/waiting.h"

/* Where nothing is said: the size of a picture; of an asciicast its version, frames a second, and
 * the longest rest in seconds. */
enum { COLS = 120, ROWS = 36, CAST_VERSION = 3, CAST_FPS = 10, CAST_IDLE = 2 };

#define FORMAT_ROW(name, help) {#name, &export_##name},
static const struct format {
    const char *option; /* "csv" */
    const struct export_format *format;
} formats[EXPORT_COUNT] = {EXPORT_LIST(FORMAT_ROW)};
#undef FORMAT_ROW

/* What was asked for, and for the rest what is usual. */
static struct export_config config_of(const struct options *options)
{
    struct depth_facts depth = {.option = options->color, .colors = 256, .has_tty = true};
    return (struct export_config){
        .step = options->step,
        .cols = options->cols ? options->cols : COLS,
        .rows = options->rows ? options->rows : ROWS,
        .theme = options->theme ? theme_find(options->theme) : NULL,
        .glyphs = options->glyphs ? glyphs_find(options->glyphs) : NULL,
        .depth = depth_detect(&depth),
        .version = options->cast_version ? options->cast_version : CAST_VERSION,
        .fps = options->cast_fps ? options->cast_fps : CAST_FPS,
        .idle = options->idle < 0 ? CAST_IDLE : options->idle,
        .learner = options->exported,
        .weights_step = options->weights_step,
    };
}

/* ---- where they go ---- */

static bool is_stdout(const char *path)
{
    return strcmp(path, "-") == 0;
}

/* Each format has a place of its own, which is not the recording's. */
static bool check_place(const struct options *options, int i, struct err *err)
{
    const char *path = options_export(options, i), *option = formats[i].option;
    for (int j = 0; j < i; j++) {
        const char *other = options_export(options, j);
        if (other && (strcmp(other, path) == 0 || output_is_same_file(other, path))) {
            return err_set(err, ERR_USAGE, "--%s: a file of its own expected, found that of --%s",
                           option, formats[j].option);
        }
    }
    if (!is_stdout(path) && output_is_same_file(path, options->arguments[0])) {
        return err_set(err, ERR_USAGE, "--%s: another file than the recording expected, found it",
                       option);
    }
    return is_stdout(path) || output_can_save(path, err);
}

/* "--svg or --cast": the formats that heed it; true if one of them is asked for. */
static bool is_heeded(const struct options *options, unsigned setting, char *names, size_t size)
{
    bool is_asked = false;
    size_t used = 0;
    names[0] = '\0';
    for (int i = 0; i < EXPORT_COUNT; i++) {
        if (formats[i].format->heeds & setting && used < size) {
            used += (size_t)snprintf(names + used, size - used, "%s--%s", used ? " or " : "",
                                     formats[i].option);
            is_asked |= options->exports[i] != NULL;
        }
    }
    return is_asked;
}

/* What is said of a format that is not asked for would change nothing. */
static bool check_settings(const struct options *options, struct err *err)
{
    const struct {
        const char *option;
        bool is_said;
        unsigned setting;
    } settings[] = {
        {"step", options->step >= 0, EXPORT_STEP},
        {"size", options->cols > 0, EXPORT_SIZE},
        {"theme", options->theme != NULL, EXPORT_LOOK},
        {"glyphs", options->glyphs != NULL, EXPORT_LOOK},
        {"color", options->color != NULL, EXPORT_DEPTH},
        {"fps", options->cast_fps > 0, EXPORT_CAST},
        {"idle", options->idle >= 0, EXPORT_CAST},
        {"cast-version", options->cast_version > 0, EXPORT_CAST},
        {"learner", options->exported != NULL, EXPORT_LEARNER},
    };
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        char names[80];
        if (settings[i].is_said && !is_heeded(options, settings[i].setting, names, sizeof names)) {
            return err_set(err, ERR_USAGE, "--%s: goes with %s; found without it",
                           settings[i].option, names);
        }
    }
    return true;
}

static bool check(const struct options *options, struct err *err)
{
    if (!options->arguments[0]) {
        return err_set(err, ERR_USAGE,
                       "export: a recording expected, found nothing; see: oubli help export");
    }
    int n = 0;
    for (int i = 0; i < EXPORT_COUNT; i++) {
        if (options->exports[i] && !check_place(options, i, err)) {
            return false;
        }
        n += options->exports[i] != NULL;
    }
    if (n == 0) {
        return err_set(err, ERR_USAGE,
                       "export: a format expected, as in --csv OUT, found none; see: oubli help "
                       "export");
    }
    return check_settings(options, err);
}

/* Of some steps nothing was drawn. */
static void warn_of_step(const struct export_format *format, const struct player *player,
                         long asked)
{
    long step = player_snapshot(player)->step;
    if (format->heeds & EXPORT_STEP && asked >= 0 && step != asked) {
        output_warn(stderr,
                    "--step %ld: not drawn when it was recorded; the picture is of step %ld, the "
                    "last one before",
                    asked, step);
    }
}

/* Returns the exit code. */
static int write_one(const struct export_format *format, const char *path, struct player *player,
                     const struct options *options)
{
    struct err err = {0};
    struct output output = {0};
    struct waiting waiting = {0};
    struct watch watch = {waiting_goes_on, &waiting};
    struct export_config config = config_of(options);
    bool is_long = format->heeds & EXPORT_WATCH;
    config.watch = is_long ? &watch : NULL;
    bool ok = output_open(&output, &err) &&
              (!is_long || waiting_begin(&waiting, options->is_quiet, &err)) &&
              format->write(output.stream, player, &config, &err);
    if (is_long) {
        waiting_end(&waiting);
    }
    if (ok) {
        warn_of_step(format, player, config.step);
    }
    int code = !ok               ? output_fail(&err)
               : is_stdout(path) ? output_print(&output, true)
                                 : (output_save(&output, path, &err) ? 0 : output_fail(&err));
    output_close(&output);
    return waiting.stop ? 128 + waiting.stop : code;
}

int cmd_export(const struct options *options)
{
    struct err err = {0};
    struct player *player = check(options, &err) ? player_open(options->arguments[0], &err) : NULL;
    int code = player ? 0 : output_fail(&err);
    for (int i = 0; i < EXPORT_COUNT && code == 0; i++) {
        if (options->exports[i]) {
            code = write_one(formats[i].format, options_export(options, i), player, options);
        }
    }
    player_close(player);
    return code;
}
