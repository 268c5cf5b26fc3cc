/* SPDX-License-Identifier: MIT
 * The weights of a moment, as a safetensors file. */
#include <limits.h>

#include "session/weights_at.h"
#include "ui/export/format.h"

static bool write_out(FILE *out, struct player *player, const struct export_config *config,
                      struct err *err)
{
    const struct weights_wish wish = {config->weights_step < 0 ? LONG_MAX : config->weights_step,
                                      config->learner};
    struct recording *recording = recording_open(player_path(player), err);
    bool ok = recording && weights_at(recording, &wish, out, config->watch, err);
    recording_close(recording);
    return ok;
}

const struct export_format export_weights = {.heeds = EXPORT_LEARNER | EXPORT_WATCH,
                                             .write = write_out};
