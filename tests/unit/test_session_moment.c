/* SPDX-License-Identifier: MIT
 * A moment of a recording just behind a boundary, when the last snapshot is from before it. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#include "session/moment.h"

enum { TASKS = 5 };

/* A was begun, then the task that is given; the snapshot knows of A alone. */
static int planned_after(int task)
{
    struct journal *journal = journal_create(NULL);
    struct chronicle chronicle;
    struct snapshot *snapshot = calloc(1, sizeof *snapshot);
    cr_assert(journal && snapshot && chronicle_init(&chronicle, TASKS, NULL));
    journal_add_at(journal, (struct entry){.kind = ENTRY_LEARNER, .task = -1, .text = "a"}, 0);
    journal_add_at(journal, (struct entry){.kind = ENTRY_STAGE, .learner = LEARNER_ALL}, 1);
    journal_add_at(journal,
                   (struct entry){.kind = ENTRY_STAGE_END, .learner = LEARNER_ALL, .step = 9}, 2);
    journal_add_at(
        journal,
        (struct entry){
            .kind = ENTRY_STAGE, .learner = LEARNER_ALL, .stage = 1, .task = task, .step = 9},
        3);
    chronicle_read(&chronicle, journal);
    cr_assert_eq(chronicle.n_visits, 2);
    snapshot->planned = 1;
    moment_bring(&(struct moment){journal, &chronicle, 4, true}, 2, snapshot);
    cr_expect_eq(snapshot->stage, 1);
    cr_expect_eq(snapshot->task, task);
    int planned = snapshot->planned;
    chronicle_fini(&chronicle);
    journal_destroy(journal);
    free(snapshot);
    return planned;
}

Test(moment, what_has_begun_since_the_snapshot_is_not_to_come_again)
{
    cr_expect_eq(planned_after(1), 2, "B, as planned");
    cr_expect_eq(planned_after(3), 1, "a detour to D: B is still to come");
}
