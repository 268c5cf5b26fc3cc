/* SPDX-License-Identifier: MIT
 * Putting back: the command. */
#include "lab/lab_inside.h"
#include "lab/retrace.h"
#include "lab/run_commands.h"

/* The ends of stages that are missing, from the same run taken once more. */
static bool fetch_ends(struct lab *lab, struct err *err)
{
    const struct run *now = lab->now.run;
    struct watch watch = lab_watch_retrace(lab);
    struct run *again = retrace_whole(&lab->now.history, now, &watch, err);
    for (int i = 0; again && i < now->n_members; i++) {
        struct member *member = now->members[i];
        const struct member *other = run_member(again, member->facts.id);
        if (other) {
            ends_copy(&member->references.ends, &other->references.ends,
                      learner_network(member->learner)->n_params);
        }
    }
    run_destroy(again);
    return again != NULL;
}

bool lab_put_back(struct lab *lab, const struct command *command, int target, struct err *err)
{
    const struct order order = {*command, target, -1};
    if (run_lacks_end(lab->now.run, &order) && !fetch_ends(lab, err)) {
        return false;
    }
    return lab_carry_out_order(lab, &order, err);
}
