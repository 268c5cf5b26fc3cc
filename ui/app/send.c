/* SPDX-License-Identifier: MIT */
#include "ui/app/send.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "ui/app/playback.h"

/* Where a shell's command is named, the screen has a key. */
static void say_refused(struct app *app, const struct err *err)
{
    char text[sizeof err->msg];
    snprintf(text, sizeof text, "%s", err->msg);
    char *see = strstr(text, "; see: oubli ");
    if (see) {
        snprintf(see, sizeof text - (size_t)(see - text), "; *:* lists what there is");
    }
    app_say(app, true, text);
}

void app_send(struct app *app, const char *format, ...)
{
    char line[COMMAND_TEXT_MAX + 32];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    struct command command;
    struct err err = {0};
    if (!command_parse(line, &command, &err)) {
        say_refused(app, &err);
        return;
    }
    if (app->player) {
        playback_carry_out(app, &command);
        return;
    }
    uint64_t number = trainer_send(app->trainer, &command);
    if (number == 0) {
        app_say(app, true, "too many commands wait; this one was dropped");
        return;
    }
    app->n_sent = number;
    app->frame.message[0] = '\0';
}

void app_send_set(struct app *app, enum param_id id, double value)
{
    struct params params = view_learner(&app->frame.view)->params;
    char text[40];
    params.value[id] = value;
    app_send(app, "set %s %s", param_at(id)->name, param_format(&params, id, text, sizeof text));
}
