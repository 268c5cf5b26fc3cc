/* SPDX-License-Identifier: MIT
 * Recordings that were spoilt, some hundred of them: stress_recordings does a million. */
#include <criterion/criterion.h>
#include <string.h>

#include "session/player.h"
#include "support/meter.h"
#include "support/mutant.h"
#include "support/playing.h"

enum { MUTANTS = 600 };

Test(mutants, are_played_to_their_end_or_say_one_line_why_not)
{
    int n[PLAYING_WHOLE + 1] = {0}, n_newer = 0;
    struct mutants *mutants = mutants_create();
    bool is_counting = meter_start();
    cr_assert(is_counting || meter_limit(PLAYER_BYTES_MAX));
    for (int i = 0; i < MUTANTS; i++) {
        const char *path = mutants_make(mutants, (uint64_t)i);
        int64_t most = PLAYER_BYTES_MAX + PLAYER_BYTES_A_BYTE * mutants_size(mutants);
        meter_reset();
        struct played played = playing_take(path, (uint64_t)i);
        cr_assert_leq(meter_peak(), most, "mutant %d (%s)", i, mutants_deeds(mutants));
        n[played.how]++;
        if (mutants_is_newer(mutants)) {
            cr_assert(played.how == PLAYING_REFUSED && strstr(played.line, "use a newer one"),
                      "mutant %d: %s", i, played.line);
            n_newer++;
        }
        cr_assert(strncmp(played.line, "memory", 6) != 0 && !strstr(played.line, "memory is short"),
                  "mutant %d (%s): %s", i, mutants_deeds(mutants), played.line);
        cr_assert(i > 0 || played.how == PLAYING_WHOLE, "%s", played.line);
    }
    mutants_destroy(mutants);
    cr_expect(n[PLAYING_REFUSED] > 100 && n[PLAYING_FAILED] > 10 && n[PLAYING_WHOLE] > 100);
    cr_expect_gt(n_newer, 0);
}
