/* SPDX-License-Identifier: MIT */
#include "support/playing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "session/player.h"
#include "session/table.h"
#include "ui/app/still.h"
#include "ui/export/format.h"

enum { TICKS = 60, READ_EVERY = 4, EXPORT_EVERY = 16, WRITE_EVERY = 3 };

static const int64_t TICK_NS = 100000000;

/* What is on the way: a player, and what came of it so far. */
struct way {
    struct player *player;
    struct rng rng;
    struct grid grid;
    struct played played;
};

static void must(bool ok, const char *what)
{
    if (!ok) {
        fprintf(stderr, "playing: %s\n", what);
        abort();
    }
}

/* A failure is one line, what worked has said nothing. */
static bool said(struct played *played, bool ok, const struct err *err)
{
    if (ok) {
        must(err->code == ERR_NONE && err->msg[0] == '\0', "it worked, and complains");
        return true;
    }
    must(err->code != ERR_NONE && err->msg[0] != '\0', "it failed without a word");
    for (const char *c = err->msg; *c; c++) {
        must((unsigned char)*c >= ' ' && *c != 127, "a control character in what it says");
    }
    if (played->line[0] == '\0') {
        snprintf(played->line, sizeof played->line, "%s", err->msg);
    }
    played->how = PLAYING_FAILED;
    return false;
}

/* ---- the recording itself ---- */

static bool take_entry(void *context, int64_t n, int64_t t, const struct entry *entry)
{
    (void)n;
    must(t >= 0 && (!entry->text || strlen(entry->text) < JOURNAL_TEXT_MAX), "an entry");
    return ++*(long *)context > 0;
}

static bool take_view(void *context, int64_t i, int64_t t, const char *line)
{
    (void)i;
    must(t >= 0 && strlen(line) < RECORDING_LINE_MAX, "a command of the screen");
    return ++*(long *)context > 0;
}

static void read_all(struct played *played, const char *path)
{
    struct err err = {0};
    struct recording *recording = recording_open(path, &err);
    struct recording_extent extent;
    long n = 0;
    if (!recording) {
        said(played, false, &err);
        played->how = PLAYING_REFUSED;
        return;
    }
    if (said(played, recording_extent(recording, &extent, &err), &err)) {
        int64_t found;
        size_t size;
        err = (struct err){0};
        said(played, recording_read(recording, 0, extent.n_entries, take_entry, &n, &err), &err);
        err = (struct err){0};
        said(played, recording_read_views(recording, 0, take_view, &n, &err), &err);
        err = (struct err){0};
        free(recording_checkpoint(recording, extent.n_entries, &found, &size, &err));
        said(played, err.code == ERR_NONE, &err);
    }
    recording_close(recording);
}

/* ---- playing ---- */

static void draw(struct way *way)
{
    static const int sizes[][2] = {{80, 24}, {120, 36}, {60, 16}};
    struct err err = {0};
    int size = rng_below(&way->rng, 8);
    size = size < 3 ? size : 0;
    const struct theme *theme = NULL;
    const struct glyphs *glyphs = NULL;
    bool ok = grid_resize(&way->grid, sizes[size][0], sizes[size][1], &err) &&
              still_draw(way->player, &way->grid, &theme, &glyphs, &err);
    for (int i = 0; ok && i < way->grid.cols * way->grid.rows; i++) {
        uint32_t ch = way->grid.cells[i].ch;
        must(ch == 0 || (ch >= ' ' && ch != 127 && (ch < 0x80 || ch >= 0xa0)),
             "a control character on the screen");
    }
    said(&way->played, ok, &err);
}

static void go(struct way *way)
{
    struct player *player = way->player;
    struct err err = {0};
    int64_t length = player_length(player), next;
    bool ok = true;
    switch (rng_below(&way->rng, 7)) {
    case 0:
        ok = player_seek(player, (int64_t)(rng_unit(&way->rng) * (double)length), &err);
        break;
    case 1:
        ok = player_seek_step(player, rng_below(&way->rng, 200), &err);
        break;
    case 2:
        ok = player_seek_stage(player, rng_below(&way->rng, 2) * 2 - 1, &err);
        break;
    case 3:
        ok = player_seek_mark(player, rng_below(&way->rng, 2) * 2 - 1, &err);
        break;
    case 4:
        ok = player_next_change(player, &next, &err) &&
             (next < 0 || player_seek(player, next, &err));
        break;
    default:
        player_pause(player, rng_below(&way->rng, 2) != 0);
        break;
    }
    said(&way->played, ok, &err);
}

static void play(struct way *way)
{
    struct player *player = way->player;
    int64_t now = 1;
    player_set_speed(player, 16);
    for (int i = 0; i < TICKS && player_time(player) < player_length(player); i++) {
        struct err err = {0};
        now += TICK_NS;
        said(&way->played, player_tick(player, now, &err), &err);
        if (i % 20 == 0) {
            draw(way);
        }
    }
    for (int i = 0; i < 6; i++) {
        go(way);
        if (i % 3 == 0) {
            draw(way);
        }
    }
    player_pause(player, false);
    struct err err = {0};
    bool ok = player_read_all(player, &err) && player_seek(player, player_length(player), &err);
    said(&way->played, ok, &err);
    draw(way);
}

/* ---- exporting ---- */

#define FORMAT_ROW(name, help) &export_##name,
static const struct export_format *const formats[] = {EXPORT_LIST(FORMAT_ROW)};
#undef FORMAT_ROW

static void export(struct way *way)
{
    FILE *out = fopen("/dev/null", "w");
    const struct export_config config = {
        .step = rng_below(&way->rng, 2) ? -1 : rng_below(&way->rng, 120),
        .cols = 80,
        .rows = 24,
        .theme = theme_find("light"),
        .glyphs = glyphs_find("block"),
        .depth = DEPTH_256,
        .version = 3,
        .fps = 5,
        .idle = 2};
    must(out != NULL, "/dev/null");
    for (int i = 0; i < EXPORT_COUNT; i++) {
        struct err err = {0};
        said(&way->played, formats[i]->write(out, way->player, &config, &err), &err);
    }
    fclose(out);
}

/* ---- going on with it ---- */

/* As a session that is resumed does: whatever fails must say one line, too. */
static void write_on(const char *path)
{
    struct err err = {0};
    struct recording_extent extent;
    struct played played = {0};
    const struct entry entry = {.kind = ENTRY_COMMAND, .task = -1, .text = "note on"};
    struct recording_writer *writer = recording_reopen(path, &extent, &err);
    bool ok = writer && recording_begin(writer, &err);
    for (int i = 0; i < 200 && ok; i++) {
        ok = recording_add_entry(writer, extent.t + i, &entry, &err) &&
             recording_add_view(writer, extent.t + i, "focus matrix", &err);
    }
    ok = ok && recording_set_meta(writer, "layers", "1-1", &err) &&
         recording_add_checkpoint(writer, recording_added(writer), "state", 5, &err) &&
         recording_commit(writer, &err);
    said(&played, ok, &err);
    err = (struct err){0};
    said(&played, recording_finish(writer, &err), &err);
}

struct played playing_take(const char *path, uint64_t n)
{
    struct way way = {.played = {.how = PLAYING_WHOLE}, .rng = rng_stream(n, 77)};
    struct err err = {0};
    if (n % READ_EVERY == 0) {
        read_all(&way.played, path);
    }
    way.player = player_open(path, &err);
    if (!way.player) {
        said(&way.played, false, &err);
        way.played.how = PLAYING_REFUSED;
        return way.played;
    }
    play(&way);
    if (n % EXPORT_EVERY == 0) {
        export(&way);
    }
    player_close(way.player);
    grid_fini(&way.grid);
    if (n % WRITE_EVERY == 0) {
        write_on(path);
    }
    return way.played;
}
