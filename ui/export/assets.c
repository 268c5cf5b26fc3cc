/* SPDX-License-Identifier: MIT */
#include "ui/export/assets.h"

#include "base/embed.h"

EMBED(page_css, "ui/export/page.css")
EMBED(page_js, "ui/export/page.js")

void assets_write_css(FILE *out)
{
    fputs((const char *)oubli_page_css_begin, out);
}

void assets_write_js(FILE *out)
{
    fputs((const char *)oubli_page_js_begin, out);
}
