/* SPDX-License-Identifier: MIT
 * The options of the screen, as the live program takes them. */
#ifndef OUBLI_UI_CLI_SCREEN_OPTIONS_H
#define OUBLI_UI_CLI_SCREEN_OPTIONS_H

#include "ui/app/app.h"
#include "ui/cli/options.h"

/* Colours, glyphs, size ...; what is to be shown is for the caller to fill in.  Borrows from the
 * options. */
struct app_config screen_options(const struct options *options);

/* True if there is a screen to show a recording on.  If not, err says what is wrong with the file,
 * or else what can be done with it all the same. */
bool screen_can_play(const char *path, struct err *err) __attribute__((warn_unused_result));

#endif
