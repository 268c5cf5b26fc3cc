/* SPDX-License-Identifier: MIT */
#include "ui/cli/cmd.h"
#include "ui/cli/output.h"
#include "ui/cli/screen_options.h"

int cmd_resume(const struct options *options)
{
    struct err err = {0};
    if (!options->argument) {
        err_set(&err, ERR_USAGE,
                "resume: a recording expected, found nothing; see: oubli help resume");
        return output_fail(&err);
    }
    if (!screen_can_play(options->argument, &err)) {
        return output_fail(&err);
    }
    struct app_config app = screen_options(options);
    app.resume = options->argument;
    int code = app_run(&app, &err);
    return err.code ? output_fail(&err) : code;
}
