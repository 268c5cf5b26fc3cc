/* SPDX-License-Identifier: MIT
 * The screen of a session that is not there yet, against golden text. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "support/drawing.h"
#include "support/golden.h"
#include "support/present_text.h"
#include "ui/app/frame.h"
#include "ui/app/preview.h"
#include "ui/app/still.h"

struct picture {
    const char *name; /* of its golden file */
    const char *data;
    int n_learners;
    double part;
    int cols, rows;
    const char *glyphs;
};

static struct config config_of(const struct picture *picture)
{
    static const char *const names[] = {"plain", "ewc", "replay", "joint"};
    struct config config = config_default();
    config.data = picture->data;
    config.n_learners = picture->n_learners;
    for (int i = 0; i < config.n_learners && config.n_learners > 1; i++) {
        config.learners[i] = config.learners[0];
        snprintf(config.learners[i].name, sizeof config.learners[i].name, "%s", names[i]);
        config.learners[i].is_named = true;
        cr_assert(config_parse_strategies(i ? names[i] : "none", &config.learners[i].on, NULL));
    }
    return config;
}

static void expect_golden(const struct picture *picture)
{
    struct config config = config_of(picture);
    struct err err = {0};
    struct preview *preview = preview_of_config(&config, &err);
    struct frame *frame = calloc(1, sizeof *frame);
    struct grid grid = make_grid(picture->cols, picture->rows);
    char why[4096];
    int cursor[2];
    cr_assert(preview && frame, "%s", err.msg);
    frame->view = still_view(NULL);
    preview_show(preview, picture->part, &frame->view);
    frame_draw(frame, &grid, glyphs_find(picture->glyphs ? picture->glyphs : "braille"),
               picture->glyphs ? DEPTH_MONO : DEPTH_256, cursor);
    char *text = present_text(&grid);
    cr_assert_not_null(text);
    cr_expect(golden_is(picture->name, text, why, sizeof why), "%s", why);
    free(text);
    grid_fini(&grid);
    free(frame);
    preview_destroy(preview);
}

Test(screens, of_a_session_that_is_loaded)
{
    static const struct picture pictures[] = {
        {"loading-60x16", "text", 1, 0.07, 60, 16, NULL},
        {"loading-200x60", "digits", 1, NAN, 200, 60, NULL},
        {"loading-four-120x36", "plane", 4, 0.999, 120, 36, NULL},
    };
    for (size_t i = 0; i < sizeof pictures / sizeof *pictures; i++) {
        expect_golden(&pictures[i]);
    }
}
