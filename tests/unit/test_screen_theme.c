/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <math.h>

#include "ui/screen/depth.h"
#include "ui/screen/theme.h"

/* What WCAG 2.1 asks of text. */
static const double CONTRAST_MIN = 4.5;

static const enum role text_roles[] = {
    ROLE_DEFAULT, ROLE_TEXT, ROLE_BODY, ROLE_DIM,  ROLE_TITLE,
    ROLE_ACCENT,  ROLE_GOOD, ROLE_BAD,  ROLE_WARN,
};

static void expect_contrast(const struct theme *theme, enum role role, uint32_t background)
{
    double contrast = theme_contrast(theme_rgb(theme, role, false), background);
    cr_expect(contrast >= CONTRAST_MIN, "%s role %d on #%06x: %.2f", theme->name, (int)role,
              (unsigned)background, contrast);
}

Test(theme, text_is_legible_on_its_background)
{
    for (int i = 0; theme_at(i); i++) {
        const struct theme *theme = theme_at(i);
        uint32_t grounds[2] = {theme->is_light ? 0xFFFFFF : 0x000000,
                               theme->is_light ? theme->background : 0x1E1E1E};
        for (int g = 0; g < 2; g++) {
            for (size_t r = 0; r < sizeof text_roles / sizeof text_roles[0]; r++) {
                expect_contrast(theme, text_roles[r], grounds[g]);
            }
            for (int task = 0; task < STYLE_TASKS; task++) {
                expect_contrast(theme, style_task(task), grounds[g]);
            }
        }
    }
}

Test(theme, text_on_colours_is_legible)
{
    for (int i = 0; theme_at(i); i++) {
        const struct theme *theme = theme_at(i);
        for (int k = 0; k < STYLE_SCORES; k++) {
            expect_contrast(theme, ROLE_ON_SCORE,
                            theme_rgb(theme, (enum role)(ROLE_SCORE0 + k), true));
        }
        for (int k = 0; k < STYLE_TASKS; k++) {
            expect_contrast(theme, ROLE_ON_TASK, theme_rgb(theme, style_task(k), true));
        }
    }
}

/* Of the first 16 colours none is far from both black and white. */
static const double CONTRAST_OF_16 = 4.2;

static void expect_ink_of_16(const struct theme *theme, struct style style)
{
    for (int depth = DEPTH_8; depth <= DEPTH_16; depth++) {
        struct theme_ink ink = theme_ink(theme, style, (enum color_depth)depth);
        double contrast = theme_contrast(theme_palette(ink.fg), theme_palette(ink.bg));
        cr_expect(contrast >= CONTRAST_OF_16, "%s: %d on %d: %.2f", theme->name, ink.fg, ink.bg,
                  contrast);
    }
}

Test(theme, text_on_colours_is_legible_where_there_are_few)
{
    for (int i = 0; theme_at(i); i++) {
        for (int k = 0; k < STYLE_SCORES && !theme_at(i)->is_mono; k++) {
            expect_ink_of_16(theme_at(i), style_on(ROLE_ON_SCORE, (enum role)(ROLE_SCORE0 + k)));
        }
        for (int k = 0; k < STYLE_TASKS && !theme_at(i)->is_mono; k++) {
            expect_ink_of_16(theme_at(i), style_badge(k));
        }
    }
}

/* Contrast with black grows with lightness. */
static double lightness(const struct theme *theme, enum role role)
{
    return theme_contrast(theme_rgb(theme, role, true), 0x000000);
}

Test(theme, ramps_move_one_way_only)
{
    for (int i = 0; theme_at(i); i++) {
        const struct theme *theme = theme_at(i);
        double way = theme->is_light ? -1 : 1;
        for (int k = 1; k < STYLE_HEATS; k++) {
            double step = lightness(theme, style_heat(k)) - lightness(theme, style_heat(k - 1));
            cr_expect(way * step > 0, "%s heat %d", theme->name, k);
        }
        for (int k = 1; k < STYLE_GREYS; k++) {
            double step = lightness(theme, style_grey(k)) - lightness(theme, style_grey(k - 1));
            cr_expect(way * step > 0, "%s grey %d", theme->name, k);
        }
        for (int k = 1; k <= STYLE_SIGNS / 2; k++) {
            double up = lightness(theme, style_sign(k)) - lightness(theme, style_sign(k - 1));
            double down = lightness(theme, style_sign(-k)) - lightness(theme, style_sign(1 - k));
            cr_expect(way * up > 0, "%s sign %d", theme->name, k);
            cr_expect(way * down > 0, "%s sign %d", theme->name, -k);
        }
    }
}

Test(theme, every_role_has_a_colour_but_the_default)
{
    for (int i = 0; theme_at(i); i++) {
        for (int role = ROLE_DEFAULT + 1; role < ROLE_COUNT; role++) {
            const struct theme_color *color = &theme_at(i)->role[role];
            cr_expect(color->c256 >= 16, "%s role %d", theme_at(i)->name, role);
        }
        cr_expect_eq(theme_find(theme_at(i)->name), theme_at(i));
    }
    cr_expect_null(theme_find("no such theme"));
}

Test(theme, tasks_of_a_theme_differ)
{
    for (int i = 0; theme_at(i); i++) {
        for (int a = 0; a < STYLE_TASKS && !theme_at(i)->is_mono; a++) {
            for (int b = 0; b < a; b++) {
                cr_expect_neq(theme_rgb(theme_at(i), style_task(a), false),
                              theme_rgb(theme_at(i), style_task(b), false));
            }
        }
    }
}

Test(theme, numbers_stay_within_the_depth)
{
    static const int limit[] = {-1, 7, 15, 255, 0xFFFFFF};
    for (int i = 0; theme_at(i); i++) {
        for (int depth = DEPTH_MONO; depth <= DEPTH_DIRECT; depth++) {
            for (int role = 0; role < ROLE_COUNT; role++) {
                struct style style = style_on((enum role)role, (enum role)role);
                struct theme_ink ink = theme_ink(theme_at(i), style, (enum color_depth)depth);
                cr_expect(ink.fg >= -1 && ink.fg <= limit[depth]);
                cr_expect(ink.bg >= -1 && ink.bg <= limit[depth]);
            }
        }
    }
}

Test(theme, no_theme_at_8_colours_hides_text_in_its_background)
{
    for (int i = 0; theme_at(i); i++) {
        const struct theme *theme = theme_at(i);
        for (size_t r = 0; r < sizeof text_roles / sizeof text_roles[0]; r++) {
            struct theme_ink ink = theme_ink(theme, style_of(text_roles[r]), DEPTH_8);
            cr_expect_neq(ink.fg, theme->is_light ? 7 : 0, "%s", theme->name);
        }
    }
}

Test(theme, the_palette_is_that_of_xterm)
{
    cr_expect_eq(theme_palette(16), 0x000000);
    cr_expect_eq(theme_palette(39), 0x00AFFF);
    cr_expect_eq(theme_palette(214), 0xFFAF00);
    cr_expect_eq(theme_palette(231), 0xFFFFFF);
    cr_expect_eq(theme_palette(232), 0x080808);
    cr_expect_eq(theme_palette(255), 0xEEEEEE);
}

Test(depth, follows_the_table)
{
    static const struct {
        struct depth_facts facts;
        enum color_depth depth;
    } cases[] = {
        {{.colors = 256, .has_tty = true}, DEPTH_256},
        {{.option = "auto", .colors = 256, .has_tty = true}, DEPTH_256},
        {{.option = "never", .colors = 256, .has_tty = true}, DEPTH_MONO},
        {{.option = "16", .colors = 256, .has_tty = true}, DEPTH_16},
        {{.option = "8", .colors = 256, .has_tty = true}, DEPTH_8},
        {{.option = "direct", .colors = 8, .has_tty = true}, DEPTH_DIRECT},
        {{.option = "256", .no_color = "1", .colors = 8, .has_tty = true}, DEPTH_256},
        {{.no_color = "1", .colors = 256, .has_tty = true}, DEPTH_MONO},
        {{.no_color = "", .colors = 256, .has_tty = true}, DEPTH_256},
        {{.colors = 256, .has_tty = false}, DEPTH_MONO},
        {{.colors = 8, .has_tty = true}, DEPTH_8},
        {{.colors = 16, .has_tty = true}, DEPTH_16},
        {{.colors = 88, .has_tty = true}, DEPTH_16},
        {{.colors = -1, .has_tty = true}, DEPTH_MONO},
        {{.colorterm = "truecolor", .colors = 8, .has_tty = true}, DEPTH_256},
        {{.colorterm = "24bit", .colors = 256, .has_tty = true}, DEPTH_256},
        {{.colorterm = "yes", .colors = 8, .has_tty = true}, DEPTH_8},
        {{.colors = 0x1000000, .is_rgb = true, .has_tty = true}, DEPTH_DIRECT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        cr_expect_eq(depth_detect(&cases[i].facts), cases[i].depth, "case %zu", i);
    }
    cr_expect(depth_is_option("auto") && depth_is_option("never") && !depth_is_option("many"));
}
