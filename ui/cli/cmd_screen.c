/* SPDX-License-Identifier: MIT
 * The subcommands with a screen: live, play, resume. */
#include <stdio.h>
#include <string.h>

#include "session/recording.h"
#include "session/resume.h"
#include "ui/app/app.h"
#include "ui/cli/cmd.h"
#include "ui/cli/output.h"
#include "ui/screen/message.h"

/* Shows it; what is to be shown is filled in already, the rest is as the options say. */
static int show(struct app_config app, const struct options *options)
{
    struct err err = {0};
    app.color = options->color;
    app.glyphs = options->glyphs;
    app.theme = options->theme;
    app.fps = options->fps;
    app.cols = options->cols;
    app.rows = options->rows;
    app.has_mouse = !options->has_no_mouse;
    int code = app_run(&app, &err);
    return err.code ? output_fail(&err) : code;
}

/* The reason alone, without "screen: " before it and the hint behind it. */
static void say_headless(const struct err *err)
{
    const char *colon = strstr(err->msg, ": ");
    const char *reason = colon ? colon + 2 : err->msg;
    int length = (int)strcspn(reason, ";");
    message_line("no terminal here (%.*s): running headless; see oubli help run", length, reason);
}

int cmd_live(const struct options *options)
{
    struct options live = *options;
    struct err err = {0};
    if (!app_is_possible(&err)) {
        say_headless(&err);
        return cmd_run(options);
    }
    if (live.save_path[0] != '\0' && !output_can_save(live.save_path, &err)) {
        return output_fail(&err);
    }
    options_observe(&live, true);
    return show((struct app_config){.session = &live.config,
                                    .script = &live.script,
                                    .record = live.record,
                                    .save = options_save(&live)},
                &live);
}

/* True if there is a screen to show the recording on.  If not, err says what is wrong with the
 * file, or else what can be done with it all the same (`instead`). */
static bool can_play(const char *path, const char *instead, struct err *err)
{
    struct err why = {0};
    if (app_is_possible(err)) {
        return true;
    }
    struct recording *recording = recording_open(path, &why);
    if (!recording) {
        return err_set(err, why.code, "%s", why.msg); /* which no terminal would help */
    }
    recording_close(recording);
    char *run = strstr(err->msg, "`oubli run`"); /* trains, where one wanted to look */
    if (run) {
        bool is_after_use = run >= err->msg + 4 && strncmp(run - 4, "use ", 4) == 0;
        snprintf(run, sizeof err->msg - (size_t)(run - err->msg), "%s%s",
                 is_after_use ? "" : "use ", instead);
    }
    return false;
}

static bool is_named(const char *command, const struct options *options, struct err *err)
{
    return options->arguments[0] ||
           err_set(err, ERR_USAGE, "%s: a recording expected, found nothing; see: oubli help %s",
                   command, command);
}

int cmd_play(const struct options *options)
{
    struct err err = {0};
    if (!is_named("play", options, &err) ||
        !can_play(options->arguments[0], "`oubli export` or `oubli verify`, which need none",
                  &err)) {
        return output_fail(&err);
    }
    return show((struct app_config){.play = options->arguments[0]}, options);
}

/* What only goes with or without a screen. */
static bool check_headless(const struct options *options, struct err *err)
{
    const char *path = options->arguments[0], *json = options->json;
    if (!options->is_headless) {
        return (!json ||
                err_set(err, ERR_USAGE, "--json: goes with --headless; found without it")) &&
               (!options->is_quiet ||
                err_set(err, ERR_USAGE, "--quiet: goes with --headless; found without it"));
    }
    return (!json || !output_is_same_file(json, path) ||
            err_set(err, ERR_USAGE,
                    "--json: another file than the recording expected, found it")) &&
           resume_is_possible(path, err);
}

int cmd_resume(const struct options *options)
{
    struct err err = {0};
    if (!is_named("resume", options, &err) || !check_headless(options, &err)) {
        return output_fail(&err);
    }
    if (options->is_headless) {
        return cmd_run(options);
    }
    if (!can_play(options->arguments[0], "`--headless`, which needs none", &err)) {
        return output_fail(&err);
    }
    return show((struct app_config){.resume = options->arguments[0]}, options);
}
