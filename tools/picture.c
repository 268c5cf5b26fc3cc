/* SPDX-License-Identifier: MIT
 * Draws the pictures of the README: trains a real session without a terminal to a given step and
 * writes the screen of that moment.
 *
 *   picture STEP COLSxROWS THEME OUT.svg|OUT.txt ['STEP:COMMAND' ...] */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/app/facts.h"
#include "ui/app/frame.h"
#include "ui/app/still.h"
#include "ui/screen/present_svg.h"
#include "ui/screen/present_text.h"
#include "ui/screen/theme.h"

enum { PACE = 56 };

static int fail(const char *what)
{
    fprintf(stderr, "picture: %s\n", what);
    return 1;
}

static bool write_picture(const struct grid *grid, const struct theme *theme, const char *path)
{
    FILE *file = fopen(path, "w");
    bool is_svg = strstr(path, ".svg") != NULL;
    bool ok = file && (is_svg ? present_svg_write(grid, theme, "oubli", file)
                              : present_text_write(grid, file));
    return file && fclose(file) == 0 && ok;
}

/* The session at `step`, as the live screen would show it there. */
static bool draw_at(struct lab *lab, long step, const struct theme *theme, struct grid *grid,
                    struct err *err)
{
    struct frame *frame = calloc(1, sizeof *frame);
    struct snapshot *snapshot = calloc(1, sizeof *snapshot);
    struct chronicle chronicle = {0};
    struct facts facts = {0};
    int cursor[2];
    bool ok = frame && snapshot && facts_init(&facts, lab, err) &&
              chronicle_init(&chronicle, facts.n_tasks, err);
    if (ok) {
        struct command map = {.kind = COMMAND_MAP,
                              .map = {.since = MAP_SINCE_TASK,
                                      .rows = 28,
                                      .cols = 42,
                                      .step = MAP_STEP_NOW}};
        while (lab_steps_done(lab) < step && lab_step(lab) == LAB_TRAINING) {
        }
        ok = lab_apply(lab, &map, err);
        chronicle_read(&chronicle, lab_journal(lab));
        lab_snapshot(lab, snapshot);
        snapshot->samples_per_second = 32.0 * PACE;
        frame->view = still_view(&facts, 2);
        frame->view.chronicle = &chronicle;
        frame->view.snapshot = snapshot;
        frame->view.map = map.map;
        frame->view.knob = PARAM_REPLAY_MEMORY;
        still_settle(&frame->view);
        frame_draw(frame, grid, glyphs_find("braille"), theme_depth(theme, DEPTH_256), cursor);
    }
    chronicle_fini(&chronicle);
    facts_fini(&facts);
    free(snapshot);
    free(frame);
    return ok;
}

int main(int argc, char **argv)
{
    int cols, rows;
    const struct theme *theme = argc >= 5 ? theme_find(argv[3]) : NULL;
    if (!theme || sscanf(argv[2], "%dx%d", &cols, &rows) != 2) {
        return fail("STEP COLSxROWS THEME OUT ['STEP:COMMAND' ...] expected");
    }
    static struct script script; /* large, and this program has one */
    struct err err = {0};
    for (int i = 5; i < argc; i++) {
        if (!script_add(&script, argv[i], &err)) {
            return fail(err.msg);
        }
    }
    struct config config = config_default();
    struct lab_options options = {.script = &script, .speed = PACE};
    config.learners[0].observed = config_observed_by_default();
    struct lab *lab = lab_create(&config, &options, &err);
    struct grid grid = {0};
    bool ok = lab && grid_resize(&grid, cols, rows, &err) &&
              draw_at(lab, atol(argv[1]), theme, &grid, &err);
    ok = ok && (write_picture(&grid, theme, argv[4]) ||
                err_set(&err, ERR_FAILED, "%s: cannot write", argv[4]));
    grid_fini(&grid);
    lab_destroy(lab);
    return ok ? 0 : fail(err.msg);
}
