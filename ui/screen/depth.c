/* SPDX-License-Identifier: MIT */
#include "ui/screen/depth.h"

#include <stddef.h>
#include <string.h>

struct word {
    const char *name;
    enum color_depth depth;
};

static const struct word words[] = {
    {"never", DEPTH_MONO}, {"8", DEPTH_8},           {"16", DEPTH_16},
    {"256", DEPTH_256},    {"direct", DEPTH_DIRECT},
};

static const struct word *find_word(const char *text)
{
    for (size_t i = 0; text && i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(words[i].name, text) == 0) {
            return &words[i];
        }
    }
    return NULL;
}

static bool is_truecolor(const char *colorterm)
{
    return colorterm && (strcmp(colorterm, "truecolor") == 0 || strcmp(colorterm, "24bit") == 0);
}

enum color_depth depth_detect(const struct depth_facts *facts)
{
    const struct word *asked = find_word(facts->option);
    if (asked) {
        return asked->depth;
    }
    if ((facts->no_color && facts->no_color[0]) || !facts->has_tty) {
        return DEPTH_MONO;
    }
    if (facts->is_rgb) {
        return DEPTH_DIRECT;
    }
    if (facts->colors >= 256 || is_truecolor(facts->colorterm)) {
        return DEPTH_256;
    }
    return facts->colors >= 16 ? DEPTH_16 : facts->colors >= 8 ? DEPTH_8 : DEPTH_MONO;
}

bool depth_is_option(const char *text)
{
    return text && (strcmp(text, "auto") == 0 || find_word(text));
}
