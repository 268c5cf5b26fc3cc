/* SPDX-License-Identifier: MIT */
#include "ui/cli/screen_options.h"

#include <stdio.h>
#include <string.h>

#include "session/recording.h"

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

bool screen_can_play(const char *path, struct err *err)
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
        snprintf(run, sizeof err->msg - (size_t)(run - err->msg),
                 "%s`oubli export` or `oubli verify`, which need none", is_after_use ? "" : "use ");
    }
    return false;
}
