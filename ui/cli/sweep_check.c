/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "lab/lab.h"
#include "ui/cli/runs.h"
#include "ui/cli/sweep.h"
#include "ui/cli/waiting.h"

enum { ALL_MAX = 64 }; /* points of which each is tried as a session */

/* What making the session finds: a suite that the data does not have, say. */
static bool try_session(const struct sweep_plan *plan, const struct swept *swept, long point,
                        struct err *err)
{
    struct lab_options options = {.script = &swept->options.script, .hands = 1};
    struct lab *lab = lab_create(&swept->options.config, &options, err);
    lab_destroy(lab);
    if (!lab && plan->n_overs > 0) {
        char text[160], words[200];
        snprintf(words, sizeof words,
                 "--over, at %s: ", sweep_plan_point_text(plan, point, text, sizeof text));
        err_prefix(err, words);
    }
    return lab != NULL;
}

/* True if all keys but one have their first value, or all have. */
static bool is_on_an_axis(const struct sweep_plan *plan, long point)
{
    int n_moved = 0;
    for (int k = 0; k < plan->n_overs; k++) {
        n_moved += sweep_plan_value(plan, point, k) != 0;
    }
    return n_moved <= 1;
}

bool sweep_check(const struct sweep_plan *plan, bool is_quiet, int *stop, struct err *err)
{
    long n = sweep_plan_points(plan);
    struct waiting waiting;
    bool ok = waiting_begin(&waiting, is_quiet, err);
    waiting.unit = "combination";
    waiting.total = n;
    for (long point = 0; ok && point < n; point++) {
        struct swept *swept = swept_make(plan, point * plan->n_seeds, err);
        bool is_tried = swept && (n <= ALL_MAX || is_on_an_axis(plan, point));
        ok = swept && (!is_tried || try_session(plan, swept, point, err));
        swept_free(swept);
        if (ok && !waiting_goes_on(&waiting, (double)(point + 1) / (double)n)) {
            ok = err_set(err, ERR_FAILED,
                         "stopped by %s while the combinations were looked at; nothing has begun",
                         runs_signal_word(waiting.stop));
        }
    }
    waiting_end(&waiting);
    *stop = waiting.stop;
    return ok;
}
