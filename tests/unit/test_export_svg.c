/* SPDX-License-Identifier: MIT
 * A picture made from a recording is the screen of the living session. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/labs.h"
#include "ui/app/facts.h"
#include "ui/app/frame.h"
#include "ui/app/still.h"
#include "ui/export/format.h"
#include "ui/screen/present_svg.h"

enum { COLS = 120, ROWS = 36, STEPS = 100 };

/* What the screen of the lab looks like now. */
static char *live_picture(struct lab *lab, const struct snapshot *snapshot)
{
    struct facts facts;
    struct timeline timeline;
    struct grid grid = {0};
    struct frame *frame = calloc(1, sizeof *frame);
    const struct theme *theme = theme_find("dark");
    char *text = NULL, title[64];
    size_t size;
    int cursor[2];
    cr_assert(facts_init(&facts, lab, NULL));
    cr_assert(timeline_init(&timeline, facts.n_tasks, NULL));
    cr_assert(grid_resize(&grid, COLS, ROWS, NULL));
    timeline_read(&timeline, lab_journal(lab));
    frame->view = still_view(&facts);
    frame->view.is_picture = true;
    frame->view.timeline = &timeline;
    frame->view.snapshot = snapshot;
    frame->view.map = snapshot->map.request;
    still_settle(&frame->view);
    frame_draw(frame, &grid, glyphs_find("braille"), DEPTH_256, cursor);
    FILE *file = open_memstream(&text, &size);
    snprintf(title, sizeof title, "oubli at step %ld", snapshot->step);
    cr_assert(present_svg_write(&grid, theme, title, file));
    fclose(file);
    grid_fini(&grid);
    timeline_fini(&timeline);
    facts_fini(&facts);
    free(frame);
    return text;
}

static char *exported(struct player *player, long step, struct err *err)
{
    char *text = NULL;
    size_t size;
    FILE *file = open_memstream(&text, &size);
    struct export_config config = {.step = step, .cols = COLS, .rows = ROWS};
    bool ok = export_svg.write(file, player, &config, err);
    fclose(file);
    if (!ok) {
        free(text);
        return NULL;
    }
    return text;
}

Test(export_svg, is_the_screen_at_that_step)
{
    static const char *const learners[] = {"plain", "held: strategy=ewc", NULL};
    struct lab *lab = labs_open_plain(2, "net=6", learners);
    char path[] = "/tmp/oubli-test-svg-XXXXXX", *expected[STEPS / 20 + 1] = {NULL};
    struct recording_facts facts = {.version = "0", .build = "", .blas_core = ""};
    struct err err = {0};
    close(mkstemp(path));
    unlink(path);
    struct recording_writer *writer = recording_create(path, lab_config(lab), &facts, &err);
    cr_assert_not_null(writer, "%s", err.msg);
    cr_assert(recording_begin(writer, &err) &&
              recording_set_meta(writer, "layers", "64-6-10", &err));
    labs_tell(lab, "map 1 drift task");
    for (int i = 0; i <= 4; i++) {
        labs_run(lab, 20 * i, 1000);
        const struct snapshot *now = labs_look(lab);
        cr_assert(recording_add_journal(writer, 1000000000L * i + 1, lab_journal(lab), &err));
        cr_assert(recording_add_snapshot(writer, 1000000000L * i + 1, now, &err), "%s", err.msg);
        expected[i] = live_picture(lab, now);
    }
    cr_assert(recording_commit(writer, &err) && recording_finish(writer, &err), "%s", err.msg);
    struct player *player = player_open(path, &err);
    cr_assert_not_null(player, "%s", err.msg);
    for (int i = 4; i > 0; i--) {
        char *text = exported(player, 20 * i, &err);
        cr_expect(text && strcmp(text, expected[i]) == 0, "step %d", 20 * i);
        free(text);
    }
    char *end = exported(player, -1, &err);
    cr_expect_str_eq(end, expected[4]);
    cr_expect_null(exported(player, 81, &err));
    cr_expect_eq(err.code, ERR_USAGE);
    cr_expect(strstr(err.msg, "at most 80"), "%s", err.msg);
    free(end);
    for (int i = 0; i <= 4; i++) {
        free(expected[i]);
    }
    player_close(player);
    lab_destroy(lab);
    unlink(path);
}

Test(export_svg, is_never_of_a_later_step_than_asked_for)
{
    static const char *const learners[] = {"a:", NULL};
    struct lab *lab = labs_open_plain(2, "net=6", learners);
    char path[] = "/tmp/oubli-test-svg-XXXXXX";
    struct recording_facts facts = {.pace = 10};
    struct err err = {0};
    close(mkstemp(path));
    unlink(path);
    struct recording_writer *writer = recording_create(path, lab_config(lab), &facts, &err);
    cr_assert(writer && recording_begin(writer, &err), "%s", err.msg);
    labs_run(lab, 20, 1000);
    cr_assert(recording_add_journal(writer, 1000000000, lab_journal(lab), &err));
    for (int i = 0; i < 4; i++) { /* looks at 20, 25 ... 35, with nothing written between them */
        labs_run(lab, 20 + 5 * i, 1000);
        cr_assert(recording_add_snapshot(writer, 1000000001 + i, labs_look(lab), &err));
    }
    labs_run(lab, 40, 1000);
    cr_assert(recording_add_journal(writer, 2000000000, lab_journal(lab), &err));
    cr_assert(recording_commit(writer, &err) && recording_finish(writer, &err), "%s", err.msg);
    struct player *player = player_open(path, &err);
    cr_assert_not_null(player, "%s", err.msg);
    static const long asked[] = {20, 22, 25, 29, 31, 36}, shown[] = {20, 20, 25, 25, 30, 35};
    for (int i = 0; i < 6; i++) {
        char title[40], *text = exported(player, asked[i], &err);
        snprintf(title, sizeof title, "oubli at step %ld<", shown[i]);
        cr_expect(text && strstr(text, title), "asked for %ld", asked[i]);
        free(text);
    }
    player_close(player);
    lab_destroy(lab);
    unlink(path);
}
