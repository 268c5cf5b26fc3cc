/* SPDX-License-Identifier: MIT
 * `oubli export`: a recording in other people's formats.  A format is a line of the table here, an
 * option, and one file that writes it. */
#include <string.h>
#include <sys/stat.h>

#include "session/player.h"
#include "session/table.h"
#include "ui/cli/cmd.h"
#include "ui/cli/output.h"
#include "ui/cli/recorded.h"
#include "ui/export/cast.h"
#include "ui/export/html.h"
#include "ui/export/svg.h"

/* Where nothing is said: the size of a picture; of an asciicast its version, frames a second, and
 * the longest rest in seconds. */
enum { COLS = 120, ROWS = 36, CAST_VERSION = 3, CAST_FPS = 10, CAST_IDLE = 2 };

/* ---- formats ---- */

static bool out_of_memory(struct err *err)
{
    return err_set(err, ERR_FAILED, "memory: none left for the export");
}

/* Reads it all and stands at the end, where the chronicle is that of the whole session. */
static bool go_to_end(struct player *player, struct err *err)
{
    return player_read_all(player, err) && player_seek(player, player_length(player), err);
}

static bool write_csv(FILE *out, struct player *player, const struct options *options,
                      struct err *err)
{
    (void)options;
    return go_to_end(player, err) &&
           (table_write(out, player_chronicle(player), player_config(player)->seed) ||
            out_of_memory(err));
}

static bool write_json(FILE *out, struct player *player, const struct options *options,
                       struct err *err)
{
    (void)options;
    return recorded_write_json(out, player, err);
}

/* What was asked for; NULL: as the session had it. */
static const struct theme *theme_of(const struct options *options)
{
    return options->theme ? theme_find(options->theme) : NULL;
}

static const struct glyphs *glyphs_of(const struct options *options)
{
    return options->glyphs ? glyphs_find(options->glyphs) : NULL;
}

static bool write_svg(FILE *out, struct player *player, const struct options *options,
                      struct err *err)
{
    struct svg_config config = {
        .step = options->step,
        .cols = options->cols ? options->cols : COLS,
        .rows = options->rows ? options->rows : ROWS,
        .theme = theme_of(options),
        .glyphs = glyphs_of(options),
    };
    if (!svg_export(out, player, &config, err)) {
        return false;
    }
    long step = player_snapshot(player)->step;
    if (options->step >= 0 && step != options->step) {
        output_warn(stderr,
                    "--step %ld: not drawn when it was recorded; the picture is of step %ld, the "
                    "last one before",
                    options->step, step);
    }
    return true;
}

static bool write_html(FILE *out, struct player *player, const struct options *options,
                       struct err *err)
{
    (void)options;
    return html_export(out, player, err);
}

static bool write_cast(FILE *out, struct player *player, const struct options *options,
                       struct err *err)
{
    struct depth_facts depth = {.option = options->color, .colors = 256, .has_tty = true};
    struct cast_config config = {
        .version = options->cast_version ? options->cast_version : CAST_VERSION,
        .cols = options->cols ? options->cols : COLS,
        .rows = options->rows ? options->rows : ROWS,
        .fps = options->cast_fps ? options->cast_fps : CAST_FPS,
        .idle = options->idle < 0 ? CAST_IDLE : options->idle,
        .theme = theme_of(options),
        .glyphs = glyphs_of(options),
        .depth = depth_detect(&depth),
    };
    return cast_export(out, player, &config, err);
}

static const struct format {
    const char *option; /* "csv" */
    bool (*write)(FILE *out, struct player *player, const struct options *options, struct err *err);
} formats[EXPORT_COUNT] = {
    [EXPORT_CSV] = {"csv", write_csv},    [EXPORT_JSON] = {"json", write_json},
    [EXPORT_SVG] = {"svg", write_svg},    [EXPORT_HTML] = {"html", write_html},
    [EXPORT_CAST] = {"cast", write_cast},
};

/* ---- where they go ---- */

static bool is_stdout(const char *path)
{
    return strcmp(path, "-") == 0;
}

/* Another name for a file that is there. */
static bool is_same_file(const char *a, const char *b)
{
    struct stat one, other;
    return stat(a, &one) == 0 && stat(b, &other) == 0 && one.st_dev == other.st_dev &&
           one.st_ino == other.st_ino && S_ISREG(one.st_mode);
}

/* Each format has a place of its own, which is not the recording's. */
static bool check_place(const struct options *options, int i, struct err *err)
{
    const char *path = options->exports[i], *option = formats[i].option;
    for (int j = 0; j < i; j++) {
        const char *other = options->exports[j];
        if (other && (strcmp(other, path) == 0 || is_same_file(other, path))) {
            return err_set(err, ERR_USAGE, "--%s: a file of its own expected, found that of --%s",
                           option, formats[j].option);
        }
    }
    if (!is_stdout(path) && is_same_file(path, options->argument)) {
        return err_set(err, ERR_USAGE, "--%s: another file than the recording expected, found it",
                       option);
    }
    return is_stdout(path) || output_can_save(path, err);
}

/* What is said of a format that is not asked for would change nothing. */
static bool check_settings(const struct options *options, struct err *err)
{
    bool has_svg = options->exports[EXPORT_SVG], has_cast = options->exports[EXPORT_CAST];
    const struct {
        const char *option;
        bool is_said, is_used;
        const char *formats;
    } settings[] = {
        {"step", options->step >= 0, has_svg, "--svg"},
        {"size", options->cols > 0, has_svg || has_cast, "--svg or --cast"},
        {"theme", options->theme, has_svg || has_cast, "--svg or --cast"},
        {"glyphs", options->glyphs, has_svg || has_cast, "--svg or --cast"},
        {"color", options->color, has_cast, "--cast"},
        {"fps", options->cast_fps > 0, has_cast, "--cast"},
        {"idle", options->idle >= 0, has_cast, "--cast"},
        {"cast-version", options->cast_version > 0, has_cast, "--cast"},
    };
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        if (settings[i].is_said && !settings[i].is_used) {
            return err_set(err, ERR_USAGE, "--%s: goes with %s; found without it",
                           settings[i].option, settings[i].formats);
        }
    }
    return true;
}

static bool check(const struct options *options, struct err *err)
{
    if (!options->argument) {
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

/* Returns the exit code. */
static int write_one(const struct format *format, const char *path, struct player *player,
                     const struct options *options)
{
    struct err err = {0};
    struct output output = {0};
    bool ok = output_open(&output, &err) && format->write(output.stream, player, options, &err);
    int code = !ok               ? output_fail(&err)
               : is_stdout(path) ? output_print(&output, true)
                                 : (output_save(&output, path, &err) ? 0 : output_fail(&err));
    output_close(&output);
    return code;
}

int cmd_export(const struct options *options)
{
    struct err err = {0};
    struct player *player = check(options, &err) ? player_open(options->argument, &err) : NULL;
    int code = player ? 0 : output_fail(&err);
    for (int i = 0; i < EXPORT_COUNT && code == 0; i++) {
        if (options->exports[i]) {
            code = write_one(&formats[i], options->exports[i], player, options);
        }
    }
    player_close(player);
    return code;
}
