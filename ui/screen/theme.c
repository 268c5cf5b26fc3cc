/* SPDX-License-Identifier: MIT
 * The 256-colour numbers are chosen by computed lightness and contrast, not by eye alone: text
 * roles have at least 4.5:1 against black and #1e1e1e (dark) or white (light); the ramps' lightness
 * moves one way only. The safe palettes follow Okabe & Ito 2008, "Color Universal Design", at the
 * nearest palette colours. */
#include "ui/screen/theme.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

/* clang-format off */
/* Initialisers shared by several themes. */

#define NONE(index) {index, -1, 0}

/* From the background up: inferno, lightness 6 8 14 24 32 39 46 56 62 69 78 88. */
#define HEAT_DARK                                                                                  \
    [ROLE_HEAT0] = NONE(233), NONE(17), NONE(18), NONE(54), NONE(90), NONE(126), NONE(161),        \
    NONE(167), NONE(203), NONE(209), NONE(215), NONE(222)

/* From white down. */
#define HEAT_LIGHT                                                                                 \
    [ROLE_HEAT0] = NONE(231), NONE(223), NONE(216), NONE(209), NONE(203), NONE(167), NONE(161),    \
    NONE(126), NONE(90), NONE(54), NONE(18), NONE(17)

/* Orange is negative, blue positive; zero is the background, so both ends stand out from it. */
#define SIGN_DARK                                                                                  \
    [ROLE_SIGN0] = NONE(223), NONE(214), NONE(172), NONE(130), NONE(94), NONE(52), NONE(233),      \
    NONE(18), NONE(24), NONE(31), NONE(38), NONE(81), NONE(159)

#define SIGN_LIGHT                                                                                 \
    [ROLE_SIGN0] = NONE(166), NONE(172), NONE(179), NONE(216), NONE(223), NONE(255), NONE(231),    \
    NONE(254), NONE(153), NONE(110), NONE(38), NONE(32), NONE(25)

/* Red, brown, olive, green, teal; white figures on them have 4.5:1 and more. */
#define SCORE_COLORS                                                                               \
    [ROLE_SCORE0] = {88, 1, 0}, {94, 3, 0}, {58, 3, 0}, {22, 2, 0}, {29, 2, 0}

/* Orange to blue, through grey. */
#define SCORE_SAFE                                                                                 \
    [ROLE_SCORE0] = {130, 3, 0}, {94, 3, 0}, {240, 7, 0}, {24, 6, 0}, {25, 6, 0}

/* Blue, orange, green ...: bright points on a dark ground of the same kind, and the other way
 * round; those of the next class stand out from it. */
#define CLASSES_DARK                                                                               \
    [ROLE_CLASS0] = {159, 14, ATTR_BOLD}, {222, 11, ATTR_BOLD}, {157, 10, ATTR_BOLD}, {219, 13,    \
    ATTR_BOLD}, {229, 11, ATTR_BOLD}, {189, 12, ATTR_BOLD}, {158, 14, ATTR_BOLD}, {217, 9,         \
    ATTR_BOLD},                                                                                    \
    [ROLE_CLASS_DIM0] = {74, 6, 0}, {179, 3, 0}, {71, 2, 0}, {133, 5, 0}, {143, 3, 0}, {104, 4,    \
    0}, {73, 6, 0}, {167, 1, 0},                                                                   \
    [ROLE_GROUND_BARE] = NONE(233), NONE(17), NONE(24), NONE(52), NONE(94), NONE(22), NONE(28),    \
    NONE(53), NONE(89), NONE(234), NONE(58), NONE(54), NONE(60), NONE(23), NONE(30), NONE(52),     \
    NONE(88)

#define CLASSES_LIGHT                                                                              \
    [ROLE_CLASS0] = {19, 4, ATTR_BOLD}, {94, 3, ATTR_BOLD}, {22, 2, ATTR_BOLD}, {89, 5,            \
    ATTR_BOLD}, {58, 0, ATTR_BOLD}, {54, 5, ATTR_BOLD}, {23, 6, ATTR_BOLD}, {88, 1, ATTR_BOLD},    \
    [ROLE_CLASS_DIM0] = {68, 12, 0}, {173, 3, 0}, {71, 2, 0}, {169, 5, 0}, {143, 3, 0}, {104,      \
    13, 0}, {73, 6, 0}, {167, 9, 0},                                                               \
    [ROLE_GROUND_BARE] = NONE(231), NONE(189), NONE(153), NONE(230), NONE(223), NONE(194),         \
    NONE(157), NONE(225), NONE(219), NONE(230), NONE(229), NONE(189), NONE(183), NONE(195),        \
    NONE(159), NONE(224), NONE(217)
/* Pictures: from a ground that can be told from the screen's to the brightest; on light, ink. */
#define GREY_DARK                                                                                  \
    [ROLE_GREY0] = NONE(234), NONE(235), NONE(237), NONE(238), NONE(239), NONE(241), NONE(242),    \
    NONE(243), NONE(245), NONE(246), NONE(248), NONE(249), NONE(251), NONE(252), NONE(254),        \
    NONE(231)

#define GREY_LIGHT                                                                                 \
    [ROLE_GREY0] = NONE(255), NONE(254), NONE(253), NONE(252), NONE(251), NONE(249), NONE(247),    \
    NONE(246), NONE(244), NONE(243), NONE(241), NONE(240), NONE(238), NONE(236), NONE(234),        \
    NONE(16)

#define BASE_DARK                                                                                  \
    [ROLE_DEFAULT] = {-1, -1, 0}, [ROLE_TEXT] = {231, 15, 0}, [ROLE_BODY] = {252, 7, 0},           \
    [ROLE_DIM] = {245, 7, 0}, [ROLE_FAINT] = {240, 8, 0}, [ROLE_FRAME] = {240, 8, 0},              \
    [ROLE_FRAME_FOCUS] = {231, 15, ATTR_BOLD}, [ROLE_TITLE] = {231, 15, ATTR_BOLD},                \
    [ROLE_ACCENT] = {231, 15, ATTR_BOLD}, [ROLE_GHOST] = {243, 8, 0},                              \
    [ROLE_REPLAYED] = {118, 10, ATTR_BOLD},                                                        \
    [ROLE_ON_TASK] = {16, 0, ATTR_REVERSE}, [ROLE_ON_SCORE] = {231, 0, 0},                         \
    [ROLE_ON_LOW] = {231, 15, ATTR_REVERSE}, [ROLE_ON_HIGH] = {16, 15, ATTR_REVERSE}

#define BASE_LIGHT                                                                                 \
    [ROLE_DEFAULT] = {-1, -1, 0}, [ROLE_TEXT] = {16, 0, 0}, [ROLE_BODY] = {236, 0, 0},             \
    [ROLE_DIM] = {242, 8, 0}, [ROLE_FAINT] = {249, 7, 0}, [ROLE_FRAME] = {248, 7, 0},              \
    [ROLE_FRAME_FOCUS] = {16, 0, ATTR_BOLD}, [ROLE_TITLE] = {16, 0, ATTR_BOLD},                   \
    [ROLE_ACCENT] = {16, 0, ATTR_BOLD}, [ROLE_GHOST] = {246, 7, 0},                                \
    [ROLE_REPLAYED] = {22, 2, ATTR_BOLD},                                                          \
    [ROLE_ON_TASK] = {231, 15, ATTR_REVERSE}, [ROLE_ON_SCORE] = {231, 0, 0},                       \
    [ROLE_ON_LOW] = {16, 0, ATTR_REVERSE}, [ROLE_ON_HIGH] = {231, 0, ATTR_REVERSE}

static const struct theme themes[] = {
    {.name = "dark", .help = "bright colours on a dark background",
     .background = 0x101012, .foreground = 0xd0d0d0,
     .role = {BASE_DARK, CLASSES_DARK, GREY_DARK, HEAT_DARK, SIGN_DARK, SCORE_COLORS,
              [ROLE_GOOD] = {78, 10, 0}, [ROLE_BAD] = {203, 9, ATTR_BOLD},
              [ROLE_WARN] = {221, 11, 0},
              [ROLE_TASK0] = {39, 12, 0}, {214, 3, 0}, {78, 10, 0}, {205, 13, 0},
              {227, 11, 0}, {141, 5, 0}, {44, 14, 0}, {209, 9, 0},
              [ROLE_TASK_DIM0] = {25, 4, 0}, {136, 3, 0}, {65, 2, 0}, {132, 5, 0},
              {143, 3, 0}, {97, 5, 0}, {30, 6, 0}, {131, 1, 0}}},
    {.name = "light", .help = "dark colours on a light background", .is_light = true,
     .background = 0xffffff, .foreground = 0x303030,
     .role = {BASE_LIGHT, CLASSES_LIGHT, GREY_LIGHT, HEAT_LIGHT, SIGN_LIGHT, SCORE_COLORS,
              [ROLE_GOOD] = {28, 2, 0}, [ROLE_BAD] = {160, 1, ATTR_BOLD},
              [ROLE_WARN] = {130, 3, 0},
              [ROLE_TASK0] = {25, 4, 0}, {130, 3, 0}, {28, 2, 0}, {162, 5, 0},
              {58, 0, 0}, {91, 13, 0}, {23, 6, 0}, {124, 1, 0},
              [ROLE_TASK_DIM0] = {110, 12, 0}, {180, 3, 0}, {114, 10, 0}, {175, 13, 0},
              {143, 8, 0}, {140, 13, 0}, {109, 14, 0}, {174, 9, 0}}},
    {.name = "safe", .help = "for colour-blind eyes (Okabe & Ito), dark background",
     .background = 0x101012, .foreground = 0xd0d0d0,
     .role = {BASE_DARK, CLASSES_DARK, GREY_DARK, HEAT_DARK, SIGN_DARK, SCORE_SAFE,
              [ROLE_GOOD] = {74, 14, 0}, [ROLE_BAD] = {208, 11, ATTR_BOLD},
              [ROLE_WARN] = {227, 15, 0},
              [ROLE_TASK0] = {74, 12, 0}, {214, 3, 0}, {36, 2, 0}, {175, 13, 0},
              {227, 11, 0}, {202, 9, 0}, {33, 14, 0}, {250, 7, 0},
              [ROLE_TASK_DIM0] = {67, 4, 0}, {136, 3, 0}, {29, 2, 0}, {96, 5, 0},
              {143, 3, 0}, {130, 1, 0}, {25, 6, 0}, {243, 8, 0}}},
    {.name = "safe-light", .help = "for colour-blind eyes (Okabe & Ito), light background",
     .is_light = true, .background = 0xffffff, .foreground = 0x303030,
     .role = {BASE_LIGHT, CLASSES_LIGHT, GREY_LIGHT, HEAT_LIGHT, SIGN_LIGHT, SCORE_SAFE,
              [ROLE_GOOD] = {25, 4, 0}, [ROLE_BAD] = {130, 1, ATTR_BOLD}, [ROLE_WARN] = {94, 3, 0},
              [ROLE_TASK0] = {25, 4, 0}, {130, 3, 0}, {29, 2, 0}, {127, 5, 0},
              {58, 0, 0}, {160, 1, 0}, {61, 6, 0}, {240, 8, 0},
              [ROLE_TASK_DIM0] = {110, 12, 0}, {180, 3, 0}, {115, 10, 0}, {176, 13, 0},
              {144, 8, 0}, {210, 9, 0}, {147, 14, 0}, {249, 7, 0}}},
    {.name = "mono", .help = "no colours: bold, reverse and shades", .is_mono = true,
     .background = 0x101012, .foreground = 0xe4e4e4,
     .role = {BASE_DARK, CLASSES_DARK, GREY_DARK, HEAT_DARK, SIGN_DARK, SCORE_COLORS,
              [ROLE_GOOD] = {231, 15, 0}, [ROLE_BAD] = {231, 15, ATTR_BOLD},
              [ROLE_WARN] = {231, 15, 0},
              [ROLE_TASK0] = {231, 15, 0}, {231, 15, 0}, {231, 15, 0}, {231, 15, 0},
              {231, 15, 0}, {231, 15, 0}, {231, 15, 0}, {231, 15, 0},
              [ROLE_TASK_DIM0] = {245, 7, 0}, {245, 7, 0}, {245, 7, 0}, {245, 7, 0},
              {245, 7, 0}, {245, 7, 0}, {245, 7, 0}, {245, 7, 0}}},
};
/* clang-format on */

enum { N_THEMES = sizeof themes / sizeof themes[0] };

const struct theme *theme_find(const char *name)
{
    for (int i = 0; i < N_THEMES; i++) {
        if (strcmp(themes[i].name, name) == 0) {
            return &themes[i];
        }
    }
    return NULL;
}

const struct theme *theme_at(int i)
{
    return i >= 0 && i < N_THEMES ? &themes[i] : NULL;
}

/* The number of a role at a depth.  Bright black is black where there are only 8 colours, so it
 * becomes the grey that can be seen there. */
static int color_number(const struct theme *theme, int role, enum color_depth depth)
{
    const struct theme_color *color = &theme->role[role];
    if (depth >= DEPTH_256) {
        bool is_rgb = depth == DEPTH_DIRECT && color->c256 >= 0;
        return is_rgb ? (int)theme_palette(color->c256) : color->c256;
    }
    if (depth == DEPTH_8 && color->c16 >= 8) {
        return color->c16 == 8 ? (theme->is_light ? 0 : 7) : color->c16 - 8;
    }
    return color->c16;
}

/* True for what is written on a ground of some colour. */
static bool is_on_ground(const struct style *style)
{
    return style->bg != ROLE_DEFAULT && (style->fg == ROLE_ON_TASK || style->fg == ROLE_ON_SCORE ||
                                         style->fg == ROLE_ON_LOW || style->fg == ROLE_ON_HIGH);
}

/* Black or white, whichever can be read on a ground of the first 16 colours: which of them a ground
 * is differs from role to role, so no one ink is right on all. */
static int ink_on(int ground, enum color_depth depth)
{
    int white = depth == DEPTH_8 ? 7 : 15;
    uint32_t rgb = theme_palette(ground);
    return theme_contrast(theme_palette(white), rgb) > theme_contrast(0, rgb) ? white : 0;
}

struct theme_ink theme_ink(const struct theme *theme, struct style style, enum color_depth depth)
{
    const struct theme_color *fg = &theme->role[style.fg < ROLE_COUNT ? style.fg : ROLE_DEFAULT];
    const struct theme_color *bg = &theme->role[style.bg < ROLE_COUNT ? style.bg : ROLE_DEFAULT];
    if (theme_depth(theme, depth) == DEPTH_MONO) {
        return (struct theme_ink){
            .fg = -1, .bg = -1, .attr = (uint8_t)(style.attr | fg->mono | bg->mono)};
    }
    struct theme_ink ink = {
        .fg = color_number(theme, (int)(fg - theme->role), depth),
        .bg = color_number(theme, (int)(bg - theme->role), depth),
        .attr = style.attr,
    };
    if (depth <= DEPTH_16 && ink.bg >= 0 && is_on_ground(&style)) {
        ink.fg = ink_on(ink.bg, depth);
    }
    /* Old terminals brighten what is bold, which keeps the upper eight colours apart from the
     * lower. */
    if (depth == DEPTH_8 && fg->c16 > 8) {
        ink.attr |= ATTR_BOLD;
    }
    /* A light theme brings its ground with it: on a dark terminal its letters could not be read. */
    if (theme->is_light && ink.bg < 0) {
        ink.bg = depth == DEPTH_DIRECT ? (int)theme->background
                 : depth == DEPTH_256  ? 231
                 : depth == DEPTH_16   ? 15
                                       : 7;
    }
    if (theme->is_light && ink.fg < 0) {
        ink.fg = depth == DEPTH_DIRECT ? (int)theme->foreground : depth == DEPTH_256 ? 236 : 0;
    }
    /* ... and would make bold black grey on a coloured ground. */
    if (depth <= DEPTH_16 && ink.fg == 0) {
        ink.attr &= (uint8_t)~ATTR_BOLD;
    }
    return ink;
}

uint32_t theme_rgb(const struct theme *theme, enum role role, bool as_background)
{
    int index = theme->role[role < ROLE_COUNT ? role : ROLE_DEFAULT].c256;
    if (index < 0) {
        return as_background ? theme->background : theme->foreground;
    }
    return theme_palette(index);
}

uint32_t theme_palette(int index)
{
    static const uint32_t first[16] = {
        0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5,
        0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff,
    };
    static const uint32_t cube[6] = {0, 95, 135, 175, 215, 255};
    if (index < 0 || index > 255) {
        return 0;
    }
    if (index < 16) {
        return first[index];
    }
    if (index >= 232) {
        uint32_t grey = 8 + 10 * (uint32_t)(index - 232);
        return grey << 16 | grey << 8 | grey;
    }
    int i = index - 16;
    return cube[i / 36] << 16 | cube[i / 6 % 6] << 8 | cube[i % 6];
}

/* Relative luminance, WCAG 2.1. */
static double luminance(uint32_t rgb)
{
    static const double weight[3] = {0.2126, 0.7152, 0.0722};
    double sum = 0;
    for (int i = 0; i < 3; i++) {
        double v = (double)(rgb >> (16 - 8 * i) & 0xFF) / 255;
        sum += weight[i] * (v <= 0.03928 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4));
    }
    return sum;
}

double theme_contrast(uint32_t a, uint32_t b)
{
    double la = luminance(a), lb = luminance(b);
    return (fmax(la, lb) + 0.05) / (fmin(la, lb) + 0.05);
}
