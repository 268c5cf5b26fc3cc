/* SPDX-License-Identifier: MIT
 * All numbers of a session as a table; session/table.h has its columns. */
#include "session/table.h"
#include "ui/export/format.h"

/* At the end the timeline is that of the whole session. */
static bool write_out(FILE *out, struct player *player, const struct export_config *config,
                      struct err *err)
{
    (void)config;
    return player_read_all(player, err) && player_seek(player, player_length(player), err) &&
           (table_write(out, player_timeline(player), player_snapshot(player),
                        player_config(player)->seed) ||
            err_set(err, ERR_FAILED, "memory: none left for the export"));
}

const struct export_format export_csv = {.write = write_out};
