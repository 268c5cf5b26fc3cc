/* SPDX-License-Identifier: MIT
 * A moment of a recording just behind a boundary, when the last snapshot is from before it. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#include "session/playhead.h"

enum { TASKS = 5 };

/* A was begun, then the task that is given; the snapshot knows of A alone. */
static int planned_after(int task)
{
    struct journal *journal = journal_create(NULL);
    struct timeline timeline;
    struct snapshot *snapshot = calloc(1, sizeof *snapshot);
    cr_assert(journal && snapshot && timeline_init(&timeline, TASKS, NULL));
    journal_add_at(journal, (struct entry){.kind = ENTRY_LEARNER, .task = -1, .text = "a"}, 0);
    journal_add_at(journal, (struct entry){.kind = ENTRY_STAGE, .learner = LEARNER_ALL}, 1);
    journal_add_at(journal,
                   (struct entry){.kind = ENTRY_STAGE_END, .learner = LEARNER_ALL, .step = 9}, 2);
    journal_add_at(
        journal,
        (struct entry){
            .kind = ENTRY_STAGE, .learner = LEARNER_ALL, .stage = 1, .task = task, .step = 9},
        3);
    timeline_read(&timeline, journal);
    cr_assert_eq(timeline.n_stages, 2);
    snapshot->planned = 1;
    playhead_bring(&(struct playhead){journal, &timeline, 4, true}, 2, snapshot);
    cr_expect_eq(snapshot->stage, 1);
    cr_expect_eq(snapshot->task, task);
    int planned = snapshot->planned;
    timeline_fini(&timeline);
    journal_destroy(journal);
    free(snapshot);
    return planned;
}

Test(playhead, what_has_begun_since_the_snapshot_is_not_to_come_again)
{
    cr_expect_eq(planned_after(1), 2, "B, as planned");
    cr_expect_eq(planned_after(3), 1, "a detour to D: B is still to come");
}
