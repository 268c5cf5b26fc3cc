/* SPDX-License-Identifier: MIT
 * `oubli plot`: the finished runs of a sweep as tables and pictures. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ui/cli/cmd.h"
#include "ui/cli/output.h"
#include "ui/export/html_sweep.h"
#include "ui/plot/gnuplot.h"
#include "ui/plot/picture.h"
#include "ui/plot/tables.h"
#include "ui/screen/present_ansi.h"
#include "ui/screen/present_curses.h"
#include "ui/screen/present_svg.h"
#include "ui/screen/terminal.h"

enum { COLS = 120, ROWS = 36 };

/* How it is to look, and what there is. */
struct plotting {
    const struct options *options;
    struct sweep sweep;
    struct plan plan;
    struct course courses[COURSE_MAX];
    struct rect screen;
    const struct theme *theme;
    const struct glyphs *glyphs;
    enum color_depth depth;
    bool is_plain; /* nothing but text */
};

/* ---- how it is to look ---- */

static void set_look(struct plotting *plotting, bool is_printed)
{
    const struct options *options = plotting->options;
    struct screen_entry entry = {0};
    struct err ignored;
    bool has_tty = is_printed && isatty(STDOUT_FILENO) && screen_probe(NULL, &entry, &ignored);
    int cols = COLS, rows = ROWS;
    if (has_tty) {
        terminal_size(STDOUT_FILENO, &cols, &rows);
        rows -= rows > SIZE_MIN; /* for the prompt */
    }
    struct depth_facts depth = {.option = options->color,
                                .no_color = getenv("NO_COLOR"),
                                .colorterm = getenv("COLORTERM"),
                                .colors = is_printed ? entry.colors : 256,
                                .is_rgb = entry.is_rgb,
                                .has_tty = has_tty || !is_printed};
    bool is_ascii = is_printed && !options->glyphs && !terminal_is_utf8();
    plotting->depth = is_printed ? depth_detect(&depth) : DEPTH_256;
    plotting->is_plain = !has_tty && plotting->depth == DEPTH_MONO;
    plotting->glyphs = glyphs_find(options->glyphs ? options->glyphs
                                   : is_ascii      ? "ascii"
                                                   : "braille");
    plotting->theme = theme_find(options->theme ? options->theme : "dark");
    plotting->depth = theme_depth(plotting->theme, plotting->depth);
    plotting->screen = (struct rect){.w = options->cols ? options->cols : cols,
                                     .h = options->rows ? options->rows : rows};
}

/* ---- drawing ---- */

static bool draw_picture(struct plotting *plotting, struct grid *grid, struct err *err)
{
    int lines[COURSE_MAX], cells[COURSE_MAX];
    int n = picture_courses(&plotting->plan, plotting->screen, lines);
    for (int i = 0; i < n; i++) {
        cells[i] = plan_cell(&plotting->plan, lines[i]);
    }
    if (!course_read(plotting->courses, &plotting->sweep, cells, n, err) ||
        !grid_resize(grid, plotting->screen.w, plotting->screen.h, err)) {
        return false;
    }
    struct pen pen = pen_make(grid, plotting->glyphs, plotting->depth);
    picture_draw_sweep(&pen, &plotting->plan, plotting->courses);
    return true;
}

static void show(const struct plotting *plotting, const struct grid *grid, FILE *out)
{
    present_ansi_write(grid, plotting->theme, plotting->depth, plotting->is_plain, out);
}

/* The tables, then the picture, which is what a terminal shows last. */
static bool write_text(struct plotting *plotting, FILE *out, struct err *err)
{
    struct grid grid = {0};
    int cols = plotting->screen.w;
    bool ok =
        tables_combinations(&grid, &plotting->plan, cols, plotting->glyphs, plotting->depth, err);
    if (ok) {
        show(plotting, &grid, out);
        fputc('\n', out);
        ok = plotting->plan.n_lines < 2 ||
             tables_pairs(&grid, &plotting->plan, cols, plotting->glyphs, plotting->depth, err);
    }
    if (ok && plotting->plan.n_lines > 1) {
        show(plotting, &grid, out);
        fputc('\n', out);
    }
    ok = ok && draw_picture(plotting, &grid, err);
    if (ok) {
        show(plotting, &grid, out);
    }
    grid_fini(&grid);
    return ok;
}

static bool write_svg(struct plotting *plotting, FILE *out, struct err *err)
{
    struct grid grid = {0};
    char title[320];
    bool ok = draw_picture(plotting, &grid, err);
    picture_words(&plotting->plan, title, sizeof title);
    ok = ok && (present_svg_write(&grid, plotting->theme, title, out) ||
                err_set(err, ERR_FAILED, "memory: none left for the picture"));
    grid_fini(&grid);
    return ok;
}

static bool write_html(struct plotting *plotting, FILE *out, struct err *err)
{
    struct grid grid = {0};
    bool ok = draw_picture(plotting, &grid, err) &&
              html_sweep_write(&plotting->plan, &grid, plotting->theme, out, err);
    grid_fini(&grid);
    return ok;
}

/* ---- where it goes ---- */

typedef bool (*write_function)(struct plotting *plotting, FILE *out, struct err *err);

/* Returns the exit code. */
static int write_to(struct plotting *plotting, const char *path, write_function write)
{
    struct err err = {0};
    struct output output = {0};
    bool is_printed = !path || strcmp(path, "-") == 0;
    set_look(plotting, !path);
    bool ok = output_open(&output, &err) && write(plotting, output.stream, &err);
    int code = !ok          ? output_fail(&err)
               : is_printed ? output_print(&output, true)
                            : (output_save(&output, path, &err) ? 0 : output_fail(&err));
    output_close(&output);
    return code;
}

/* FILE.gp and FILE.dat. */
static void name_data(const char *script, char *path, size_t size)
{
    size_t length = strlen(script);
    bool has_end = length > 3 && strcmp(script + length - 3, ".gp") == 0;
    snprintf(path, size, "%.*s.dat", (int)(has_end ? length - 3 : length), script);
}

static bool write_data(struct plotting *plotting, FILE *out, struct err *err)
{
    (void)err;
    gnuplot_write_data(&plotting->plan, out);
    return true;
}

static bool write_script(struct plotting *plotting, FILE *out, struct err *err)
{
    char data[PATH_MAX];
    (void)err;
    name_data(plotting->options->plots[PLOT_GNUPLOT], data, sizeof data);
    gnuplot_write_script(&plotting->plan, data, out);
    return true;
}

static int write_gnuplot(struct plotting *plotting, const char *script)
{
    char data[PATH_MAX];
    struct err err = {0};
    if (strcmp(script, "-") == 0 || strlen(script) + 5 > sizeof data) {
        err_set(&err, ERR_USAGE, "--gnuplot: a file expected, as in sweep.gp; found '%.60s'",
                script);
        return output_fail(&err);
    }
    name_data(script, data, sizeof data);
    int code = write_to(plotting, data, write_data);
    return code ? code : write_to(plotting, script, write_script);
}

/* What would be replaced by what it is made of. */
static bool check_places(const struct options *options, struct err *err)
{
    const char *runs = options->arguments[0], *script = options->plots[PLOT_GNUPLOT];
    char data[PATH_MAX] = "";
    bool is_same = false;
    if (script) {
        name_data(script, data, sizeof data);
        is_same = output_is_same_file(runs, data);
    }
    for (int i = 0; i < PLOT_COUNT; i++) {
        is_same |= options->plots[i] && output_is_same_file(runs, options->plots[i]);
    }
    return !is_same ||
           err_set(err, ERR_USAGE, "plot: another file than that of the runs expected, found it");
}

static int plot(struct plotting *plotting)
{
    const char *const *plots = plotting->options->plots;
    bool is_file = false;
    int code = 0;
    for (int i = 0; i < PLOT_COUNT; i++) {
        is_file |= plots[i] != NULL;
    }
    if (!is_file) {
        return write_to(plotting, NULL, write_text);
    }
    if (plots[PLOT_SVG]) {
        code = write_to(plotting, plots[PLOT_SVG], write_svg);
    }
    if (code == 0 && plots[PLOT_HTML]) {
        code = write_to(plotting, plots[PLOT_HTML], write_html);
    }
    return code == 0 && plots[PLOT_GNUPLOT] ? write_gnuplot(plotting, plots[PLOT_GNUPLOT]) : code;
}

int cmd_plot(const struct options *options)
{
    struct err err = {0};
    struct plotting plotting = {.options = options};
    if (!options->arguments[0]) {
        err_set(&err, ERR_USAGE,
                "plot: a file of merged runs expected, found nothing; see: oubli help plot");
        return output_fail(&err);
    }
    bool ok = check_places(options, &err) &&
              sweep_read(&plotting.sweep, options->arguments[0], &err) &&
              plan_make(&plotting.plan, &plotting.sweep, options->metric, options->x, &err);
    int code = ok ? plot(&plotting) : output_fail(&err);
    plan_fini(&plotting.plan);
    sweep_fini(&plotting.sweep);
    return code;
}
