/* SPDX-License-Identifier: MIT
 * The options of the screen, as the live program takes them. */
#ifndef OUBLI_UI_CLI_SCREEN_OPTIONS_H
#define OUBLI_UI_CLI_SCREEN_OPTIONS_H

#include "ui/app/app.h"
#include "ui/cli/options.h"

/* Colours, glyphs, size ...; what is to be shown is for the caller to fill in.  Borrows from the
 * options. */
struct app_config screen_options(const struct options *options);

#endif
