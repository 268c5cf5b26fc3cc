/* SPDX-License-Identifier: MIT
 * A recording drawn again as an asciicast, played by a terminal of the test's own. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/cast_screen.h"
#include "support/labs.h"
#include "ui/app/still.h"
#include "ui/export/format.h"

enum { COLS = 100, ROWS = 30 };
static const int64_t SECOND = 1000000000;

struct session {
    char path[40];
    struct player *player;
};

/* Two tasks of 40 steps, a look a second; the last one at `end`. */
static struct session record(int64_t end, const char *const *views)
{
    static const char *const learners[] = {"a:", NULL};
    struct session session = {.path = "/tmp/oubli-test-cast-XXXXXX"};
    struct recording_facts facts = {.created = "2025-01-31T23:59:59Z", .pace = 10};
    struct err err = {0};
    struct lab *lab = labs_open_plain(2, "net=6", learners);
    close(mkstemp(session.path));
    unlink(session.path);
    struct recording_writer *writer = recording_create(session.path, lab_config(lab), &facts, &err);
    cr_assert(writer && recording_begin(writer, &err) &&
                  recording_set_meta(writer, "layers", "64-6-10", &err),
              "%s", err.msg);
    for (int i = 0; views && views[i]; i++) {
        cr_assert(recording_add_view(writer, i * SECOND, views[i], &err));
    }
    for (int i = 0; i <= 4; i++) {
        labs_run(lab, 20 * i, 1000);
        if (i == 1) {
            labs_tell(lab, "note \"λ\" <here>");
            labs_tell(lab, "strategy ewc on");
            labs_tell(lab, "speed 20");
        }
        int64_t t = i < 4 ? i * SECOND : end;
        cr_assert(recording_add_journal(writer, t, lab_journal(lab), &err) &&
                      recording_add_snapshot(writer, t, labs_look(lab), &err),
                  "%s", err.msg);
    }
    cr_assert(recording_commit(writer, &err) && recording_finish(writer, &err), "%s", err.msg);
    lab_destroy(lab);
    session.player = player_open(session.path, &err);
    cr_assert_not_null(session.player, "%s", err.msg);
    return session;
}

static void leave(struct session *session)
{
    player_close(session->player);
    unlink(session->path);
}

static struct export_config config_of(int version)
{
    return (struct export_config){
        .version = version, .cols = COLS, .rows = ROWS, .fps = 10, .idle = 2, .depth = DEPTH_256};
}

static char *export(const struct session *session, const struct export_config *config)
{
    char *text = NULL;
    size_t size;
    struct err err = {0};
    FILE *file = open_memstream(&text, &size);
    cr_assert(export_cast.write(file, session->player, config, &err), "%s", err.msg);
    fclose(file);
    return text;
}

/* Plays all of it; `labels` becomes those of the markers, each in brackets. */
static struct cast_screen play(const char *text, char *labels, size_t size)
{
    struct cast_screen screen = {0};
    size_t used = 0;
    labels[0] = '\0';
    while (*text) {
        size_t n = strcspn(text, "\n");
        char *line = strndup(text, n);
        cast_screen_take(&screen, line);
        if (screen.code == 'm') {
            used += (size_t)snprintf(labels + used, size - used, "[%s %.1f]", screen.label,
                                     screen.seconds);
        }
        free(line);
        text += n + 1;
    }
    return screen;
}

static void expect_still(const struct cast_screen *screen, struct player *player)
{
    struct grid grid = {0};
    cr_assert(grid_resize(&grid, COLS, ROWS, NULL));
    const struct theme *theme = NULL;
    const struct glyphs *glyphs = NULL;
    cr_assert(still_draw(player, &grid, &theme, &glyphs, NULL));
    for (int i = 0; i < COLS * ROWS; i++) {
        uint32_t ch = grid.cells[i].ch ? grid.cells[i].ch : ' ';
        cr_assert_eq(screen->cells[i].ch, ch, "cell %d, %d", i % COLS, i / COLS);
    }
    grid_fini(&grid);
}

Test(export_cast, ends_as_the_session_did_with_all_its_markers)
{
    struct session session = record(4 * SECOND, NULL);
    for (int version = 2; version <= 3; version++) {
        struct export_config config = config_of(version);
        char labels[512], *text = export(&session, &config);
        struct cast_screen screen = play(text, labels, sizeof labels);
        cr_expect(strstr(text, "\"timestamp\":1738367999"));
        cr_expect_eq(screen.version, version);
        cr_expect_str_eq(labels, "[task A 1.0][\"λ\" <here> 1.0][strategy ewc on 1.0][task B 2.0]"
                                 "[end 4.0]");
        cr_expect_eq(screen.n_frames, 6, "five looks and the end, found %d", screen.n_frames);
        cr_expect_float_eq(screen.seconds, 6, 0.001);
        expect_still(&screen, session.player);
        cast_screen_fini(&screen);
        free(text);
    }
    leave(&session);
}

Test(export_cast, ends_soon_however_long_the_recording_says_it_is)
{
    struct session session = record(INT64_MAX / 2, NULL);
    struct export_config config = config_of(3);
    config.idle = 0.5;
    config.fps = 60;
    char labels[512], *text = export(&session, &config);
    struct cast_screen screen = play(text, labels, sizeof labels);
    cr_expect_eq(screen.n_frames, 6);
    cr_expect_float_eq(screen.seconds, 2.5, 0.01, "%g", screen.seconds);
    cast_screen_fini(&screen);
    free(text);
    leave(&session);
}

Test(export_cast, follows_what_was_looked_at)
{
    static const char *const views[] = {"theme light", "focus matrix", "no such \"line\"",
                                        "enlarge on",  "cell 1 1",     NULL};
    struct session plain = record(4 * SECOND, NULL), looked = record(4 * SECOND, views);
    struct export_config config = config_of(3);
    char labels[512], *dark = export(&plain, &config), *light = export(&looked, &config);
    cr_expect(strstr(dark, "\"bg\":\"#101012\""));
    cr_expect(strstr(light, "\"bg\":\"#ffffff\""));
    struct cast_screen screen = play(light, labels, sizeof labels);
    cr_expect_eq(screen.cells[0].bg, 231);
    cr_expect_eq(screen.n_marks, 5);
    expect_still(&screen, looked.player);
    cast_screen_fini(&screen);
    free(dark);
    free(light);

    /* What is asked for wins. */
    config.theme = theme_find("dark");
    dark = export(&looked, &config);
    cr_expect(strstr(dark, "\"bg\":\"#101012\""));
    screen = play(dark, labels, sizeof labels);
    cr_expect_eq(screen.cells[0].bg, -1);
    cast_screen_fini(&screen);
    free(dark);
    leave(&plain);
    leave(&looked);
}

Test(export_cast, a_size_too_small_is_a_cast_too)
{
    struct session session = record(4 * SECOND, NULL);
    struct export_config config = config_of(3);
    config.cols = config.rows = 10;
    char labels[512], *text = export(&session, &config);
    struct cast_screen screen = play(text, labels, sizeof labels);
    cr_expect_eq(screen.cols, 10);
    cast_screen_fini(&screen);
    free(text);
    leave(&session);
}
