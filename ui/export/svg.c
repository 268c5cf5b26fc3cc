/* SPDX-License-Identifier: MIT */
#include "ui/export/svg.h"

#include "ui/app/still.h"
#include "ui/screen/present_svg.h"

/* Just before the first entry of a later step, or before it goes back: what the screen had come to
 * show by then. */
static bool seek(struct player *player, long step, struct err *err)
{
    if (!player_read_all(player, err)) {
        return false;
    }
    const struct journal *journal = player_journal(player);
    long n = journal_length(journal), last = 0;
    for (long i = 0; i < n && step >= 0; i++) {
        struct entry entry = journal_at(journal, i);
        bool is_back = entry.kind == ENTRY_REWIND && last == step;
        if (entry.step > step || is_back) {
            return player_seek(player, player_entry_time(player, i) - 1, err);
        }
        last = entry.step > last ? entry.step : last;
    }
    return step > last ? err_set(err, ERR_USAGE,
                                 "--step: at most %ld expected, where the session ends; found %ld",
                                 last, step)
                       : player_seek(player, player_length(player), err);
}

bool svg_export(FILE *out, struct player *player, const struct svg_config *config, struct err *err)
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
