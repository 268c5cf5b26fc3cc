/* SPDX-License-Identifier: MIT
 * The screen of a recorded moment as an SVG picture. */

#include "ui/app/still.h"
#include "ui/export/format.h"
#include "ui/screen/present_svg.h"

/* Between two times, between which steps only grow: the last moment that is not past the step. */
static bool seek_between(struct player *player, int64_t low, int64_t high, long step,
                         struct err *err)
{
    while (high - low > 1) {
        int64_t middle = low + (high - low) / 2;
        if (!player_seek(player, middle, err)) {
            return false;
        }
        bool is_past = player_snapshot(player)->step > step;
        low = is_past ? low : middle;
        high = is_past ? middle : high;
    }
    return player_seek(player, low, err);
}

/* What the screen had come to show when the step was over, or when it went back from there. */
static bool seek(struct player *player, long step, struct err *err)
{
    if (!player_read_all(player, err) || !player_seek(player, player_length(player), err)) {
        return false;
    }
    if (step < 0) {
        return true;
    }
    const struct journal *journal = player_journal(player);
    long n = journal_length(journal), i = 0, last = 0;
    for (; i < n; i++) {
        struct entry entry = journal_at(journal, i);
        if (entry.step > step || (entry.kind == ENTRY_REWIND && last == step)) {
            break;
        }
        last = entry.step > last ? entry.step : last;
    }
    long end = player_snapshot(player)->step;
    if (i == n && step > last && step > end) {
        return err_set(err, ERR_USAGE,
                       "--step: at most %ld expected, where the session ends; found %ld",
                       last > end ? last : end, step);
    }
    int64_t low = i > 0 ? player_entry_time(player, i - 1) : 0;
    int64_t high = i < n ? player_entry_time(player, i) : player_length(player) + 1;
    return seek_between(player, low < high ? low : high - 1, high, step, err);
}

static bool write_out(FILE *out, struct player *player, const struct export_config *config,
                      struct err *err)
{
    struct grid grid = {0};
    const struct theme *theme = config->theme;
    const struct glyphs *glyphs = config->glyphs;
    char title[256];
    bool ok = seek(player, config->step, err) &&
              grid_resize(&grid, config->cols, config->rows, err) &&
              still_draw(player, &grid, &theme, &glyphs, err);
    if (ok) {
        snprintf(title, sizeof title, "oubli at step %ld", player_snapshot(player)->step);
        ok = present_svg_write(&grid, theme, title, out) ||
             err_set(err, ERR_FAILED, "memory: none left for the picture");
    }
    grid_fini(&grid);
    return ok;
}

const struct export_format export_svg = {.heeds = EXPORT_STEP | EXPORT_SIZE | EXPORT_LOOK,
                                         .write = write_out};
