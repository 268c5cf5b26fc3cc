/* SPDX-License-Identifier: MIT
 * The style and the script of an exported page: page.css and page.js, inside the program. */
#ifndef OUBLI_UI_EXPORT_ASSETS_H
#define OUBLI_UI_EXPORT_ASSETS_H

#include <stdio.h>

void assets_write_css(FILE *out);
void assets_write_js(FILE *out);

#endif
