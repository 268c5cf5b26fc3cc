/* SPDX-License-Identifier: MIT
 * What is shown of a session before it is there: as the session itself, where that is known, and
 * nothing that is not. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lab/lab.h"
#include "support/drawing.h"
#include "support/present_text.h"
#include "ui/app/ahead.h"
#include "ui/app/facts.h"
#include "ui/app/frame.h"
#include "ui/app/preview.h"
#include "ui/app/still.h"
#include "ui/bench/images.h"

enum { SIDE_MAX = 210, EVERY = 11 };

TestSuite(preview, .timeout = 120);

static struct preview *preview_of(const struct config *config, struct view *view)
{
    struct err err = {0};
    struct preview *preview = preview_of_config(config, &err);
    cr_assert_not_null(preview, "%s", err.msg);
    *view = still_view(NULL);
    preview_show(preview, 0.5, view);
    return preview;
}

/* The tasks, the learner's switches and knobs: those that the lab then has. */
static void expect_as_the_lab(const struct config *config)
{
    static struct snapshot snapshot;
    struct view view;
    struct facts facts;
    struct err err = {0};
    const char *suite = config->suite ? config->suite : "its own";
    struct lab *lab = lab_create(config, &(struct lab_options){.keeps_history = true}, &err);
    if (!lab) {
        return; /* data that cannot be cut that way */
    }
    struct preview *preview = preview_of(config, &view);
    cr_assert(facts_init(&facts, lab, &err), "%s", err.msg);
    lab_snapshot(lab, &snapshot);
    cr_expect_eq(view.facts->n_tasks, facts.n_tasks, "%s, %s: %d tasks, not %d", config->data,
                 suite, view.facts->n_tasks, facts.n_tasks);
    cr_expect_eq(view.snapshot->n_stages, snapshot.n_stages, "%s, %s", config->data, suite);
    cr_expect_eq(view.facts->form, facts.form);
    cr_expect_str_eq(view.facts->data, facts.data);
    cr_expect_str_eq(view.facts->suite, facts.suite);
    for (int k = 0; k < strategy_count(); k++) {
        cr_expect_eq(view.snapshot->learners[0].strategies[k].is_on,
                     snapshot.learners[0].strategies[k].is_on);
    }
    for (int p = 0; p < PARAM_COUNT; p++) {
        cr_expect_eq(view.snapshot->learners[0].params.value[p],
                     snapshot.learners[0].params.value[p], "%s", param_at((enum param_id)p)->name);
    }
    preview_destroy(preview);
    facts_fini(&facts);
    lab_destroy(lab);
}

Test(preview, tells_what_the_session_then_is)
{
    static const char *const data[] = {"digits",        "text",        "plane",       "plane:moons",
                                       "plane:spirals", "plane:rings", "plane:blobs", "features"};
    static const char *const suites[] = {NULL,    "permuted", "rotated", "split",
                                         "kinds", "repeat",   "stream"};
    for (size_t i = 0; i < sizeof data / sizeof *data; i++) {
        for (size_t k = 0; k < sizeof suites / sizeof *suites; k++) {
            for (int n_tasks = 0; n_tasks < 4; n_tasks += 3) {
                struct config config = config_default();
                config.data = data[i];
                config.suite = suites[k];
                config.n_tasks = n_tasks;
                config.learners[0].on = 1u << k;
                expect_as_the_lab(&config);
            }
        }
    }
}

/* How many classes files have is known when they have been read. */
Test(preview, claims_no_tasks_that_it_does_not_know_of)
{
    struct err err = {0};
    char folder[BENCH_FOLDER_MAX];
    struct view view;
    struct config config = config_default();
    cr_assert(bench_images_write(folder, 20, 20, &err), "%s", err.msg);
    config.data = folder;
    config.suite = "split";
    struct preview *preview = preview_of(&config, &view);
    cr_expect_eq(view.facts->n_tasks, 0);
    for (int w = 1; w < SIDE_MAX; w += EVERY) {
        for (int h = 1; h < SIDE_MAX / 2; h += EVERY / 2) {
            struct frame *frame = calloc(1, sizeof *frame);
            struct grid grid = make_grid(w, h);
            int cursor[2];
            frame->view = view;
            frame_draw(frame, &grid, glyphs_find("braille"), DEPTH_256, cursor);
            char *text = present_text(&grid);
            cr_expect(w < 60 || h < 16 ||
                          (strstr(text, "loading oubli") && !strstr(text, "0 task")),
                      "%s", text);
            free(text);
            free(frame);
            grid_fini(&grid);
        }
    }
    preview_destroy(preview);
    bench_images_remove(folder);
}

/* ---- keys ---- */

static struct key key_of(const char *name)
{
    struct key key;
    cr_assert(key_parse(name, &key), "%s", name);
    return key;
}

Test(preview, keeps_the_keys_that_a_session_must_obey)
{
    static const char *const at_once[] = {"q", "?", "T", "G", "ctrl-l", "esc"};
    static const char *const later[] = {"space", "n", "2", "+", "tab", "enter", "f"};
    struct view view;
    struct config config = config_default();
    struct preview *preview = preview_of(&config, &view);
    struct ahead ahead = {0};
    for (size_t i = 0; i < sizeof at_once / sizeof *at_once; i++) {
        cr_expect_not(ahead_keep(&ahead, &view, key_of(at_once[i])), "%s", at_once[i]);
    }
    cr_expect_not(ahead_has(&ahead));
    for (size_t i = 0; i < sizeof later / sizeof *later; i++) {
        cr_expect(ahead_keep(&ahead, &view, key_of(later[i])), "%s", later[i]);
    }
    cr_expect_not(ahead_keep(&ahead, &view, key_of("q")));
    for (size_t i = 0; i < sizeof later / sizeof *later; i++) {
        cr_assert(ahead_has(&ahead));
        cr_expect(key_equals(ahead_take(&ahead), key_of(later[i])), "%s", later[i]);
    }
    cr_expect_not(ahead_has(&ahead));
    cr_expect(ahead_keep(&ahead, &view, key_of(":")));
    cr_expect(ahead_keep(&ahead, &view, key_of("q")), "it is part of a line");
    for (int i = 0; i < 2 * AHEAD_MAX; i++) {
        cr_expect(ahead_keep(&ahead, &view, key_of("x")), "there are too many of them");
    }
    view.overlay = OVERLAY_HELP;
    ahead = (struct ahead){0};
    cr_expect_not(ahead_keep(&ahead, &view, key_of("down")), "it scrolls the help");
    preview_destroy(preview);
}
