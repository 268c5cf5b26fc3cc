/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/screen/pen.h"
#include "ui/screen/present_svg.h"

static char *svg_of(const struct grid *grid, const struct theme *theme, const char *title)
{
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);
    cr_assert(present_svg_write(grid, theme, title, file));
    fclose(file);
    return text;
}

/* Every tag is closed by its own name, in order, and no bare < & stands in between. */
static void expect_balanced(const char *xml)
{
    char stack[16][16];
    int depth = 0;
    for (const char *s = xml; *s; s++) {
        if (*s == '&') {
            cr_assert(strchr(s, ';') && strchr(s, ';') - s <= 6, "%.20s", s);
        }
        if (*s != '<') {
            continue;
        }
        const char *end = strchr(s, '>');
        cr_assert_not_null(end);
        char name[16] = {0};
        bool is_close = s[1] == '/';
        sscanf(s + 1 + is_close, "%15[a-z]", name);
        if (is_close) {
            cr_assert(depth > 0);
            cr_assert_str_eq(stack[--depth], name);
        } else if (end[-1] != '/') {
            cr_assert(depth < 16);
            strcpy(stack[depth++], name);
        }
        s = end;
    }
    cr_assert_eq(depth, 0);
}

Test(svg, is_well_formed_with_every_character_and_theme)
{
    struct grid grid = {0};
    cr_assert(grid_resize(&grid, 40, 12, NULL));
    struct pen pen = pen_make(&grid, glyphs_at(0), DEPTH_256);
    pen_box(&pen, pen_rect(&pen), &(struct box){"<a & b>", "\"λ\"", true});
    for (int i = 0; i < GLYPH_COUNT; i++) {
        pen_glyph(&pen, 1 + i, 2, style_bold(ROLE_GOOD), (enum glyph)i);
    }
    for (int i = 0; i < 32; i++) {
        pen_put(&pen, 1 + i, 3, style_on(ROLE_TEXT, style_heat(i)), 0x2580 + (uint32_t)i);
        pen_put(&pen, 1 + i, 4, style_of(style_task(i)), 0x2800 + (uint32_t)i * 8);
        pen_put(&pen, 1 + i, 5, style_badge(i), '&');
    }
    pen_add_attr(&pen, (struct rect){0, 5, 10, 2}, ATTR_REVERSE | ATTR_UNDERLINE);
    for (int i = 0; theme_at(i); i++) {
        char *svg = svg_of(&grid, theme_at(i), "a < b & c");
        expect_balanced(svg);
        cr_expect(strstr(svg, "<title>a &lt; b &amp; c</title>"));
        free(svg);
    }
    grid_fini(&grid);
}

Test(svg, an_empty_grid_is_a_picture_too)
{
    struct grid grid = {0};
    char *svg = svg_of(&grid, theme_at(0), NULL);
    expect_balanced(svg);
    free(svg);
}

Test(svg, a_full_disk_is_reported)
{
    struct grid grid = {0};
    FILE *full = fopen("/dev/full", "w");
    cr_assert_not_null(full);
    cr_expect(!present_svg_write(&grid, theme_at(0), NULL, full));
    fclose(full);
}
