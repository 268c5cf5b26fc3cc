/* SPDX-License-Identifier: MIT */
#include "ui/app/say.h"

#include <stdio.h>

#include "base/clock.h"

static const int64_t message_ns = 5000000000;

void app_say(struct app *app, bool is_bad, const char *text)
{
    snprintf(app->frame.message, sizeof app->frame.message, "%.190s", text);
    app->frame.is_message_bad = is_bad;
    app->message_until_ns = clock_ns() + message_ns;
}
