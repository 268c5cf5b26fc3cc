/* SPDX-License-Identifier: MIT
 * A grid as lines for a terminal that scrolls. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "support/drawing.h"
#include "ui/screen/pen.h"
#include "ui/screen/present_ansi.h"

/* Owned. */
static char *written(const struct grid *grid, enum color_depth depth, bool is_plain)
{
    char *text = NULL;
    size_t size;
    FILE *file = open_memstream(&text, &size);
    present_ansi_write(grid, theme_find("dark"), depth, is_plain, file);
    fclose(file);
    return text;
}

static struct grid painted(void)
{
    struct grid grid = make_grid(12, 3);
    struct pen pen = pen_make(&grid, glyphs_find("braille"), DEPTH_256);
    pen_text(&pen, 0, 0, style_of(ROLE_TASK0), "±ab");
    pen_text(&pen, 3, 0, style_bold((enum role)(ROLE_TASK0 + 1)), "c");
    pen_fill(&pen, (struct rect){2, 1, 3, 1}, style_on(ROLE_TEXT, ROLE_HEAT0), ' ');
    return grid;
}

Test(present_ansi, plain_text_has_no_sequences_and_no_blanks_at_the_end)
{
    struct grid grid = painted();
    char *text = written(&grid, DEPTH_256, true);
    cr_expect_str_eq(text, "±abc\n\n\n");
    free(text);
    grid_fini(&grid);
}

Test(present_ansi, every_line_ends_in_the_terminals_own_colours)
{
    struct grid grid = painted();
    static const enum color_depth depths[] = {DEPTH_MONO, DEPTH_16, DEPTH_256, DEPTH_DIRECT};
    for (size_t i = 0; i < sizeof depths / sizeof *depths; i++) {
        char *text = written(&grid, depths[i], false);
        int n = 0;
        for (char *at = text; *at; at = strchr(at, '\n') + 1, n++) {
            char *end = strchr(at, '\n'), *last = NULL;
            for (char *escape = at; (escape = strchr(escape, '\033')) && escape < end; escape++) {
                last = escape;
            }
            cr_expect(!last || (last == end - 4 && strncmp(last, "\033[0m", 4) == 0));
        }
        cr_expect_eq(n, 3);
        free(text);
    }
    grid_fini(&grid);
}

Test(present_ansi, colours_are_those_of_the_depth)
{
    struct grid grid = painted();
    char *many = written(&grid, DEPTH_256, false), *direct = written(&grid, DEPTH_DIRECT, false);
    cr_expect_not_null(strstr(many, "\033[0;38;5;"));
    cr_expect_not_null(strstr(many, "\033[0;1;38;5;"), "bold");
    cr_expect_not_null(strstr(many, ";48;5;"), "a ground is seen though nothing stands on it");
    cr_expect_not_null(strstr(direct, "\033[0;38;2;"));
    free(many);
    free(direct);
    grid_fini(&grid);
}
