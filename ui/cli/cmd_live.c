/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "ui/cli/cmd.h"
#include "ui/cli/output.h"
#include "ui/cli/screen_options.h"
#include "ui/screen/message.h"

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
    options_observe(&live, true);
    struct app_config app = screen_options(&live);
    app.session = &live.config;
    app.script = &live.script;
    app.record = live.record;
    int code = app_run(&app, &err);
    return err.code ? output_fail(&err) : code;
}
