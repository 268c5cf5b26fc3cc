/* SPDX-License-Identifier: MIT
 * Switches and knobs of a snapshot that is a little older than its entries. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "session/catch_up.h"

static const int64_t SECOND = 1000000000;

struct moment {
    struct journal *journal;
    struct snapshot *snapshot; /* of two learners, numbers 3 and 5, taken after ten seconds */
};

static struct moment make_moment(void)
{
    struct moment moment = {journal_create(NULL), calloc(1, sizeof *moment.snapshot)};
    moment.snapshot->n_learners = 2;
    for (int i = 0; i < 2; i++) {
        moment.snapshot->learners[i].id = 3 + 2 * i;
        moment.snapshot->learners[i].params = params_default();
    }
    return moment;
}

static void add(struct moment *moment, enum entry_kind kind, int learner, double seconds,
                const char *text)
{
    struct entry entry = {.kind = kind, .learner = learner, .text = text};
    cr_assert(journal_add_at(moment->journal, entry, (int64_t)(seconds * (double)SECOND)));
}

static void finish(struct moment *moment)
{
    journal_destroy(moment->journal);
    free(moment->snapshot);
}

static bool is_on(const struct moment *moment, int i, const char *strategy)
{
    return moment->snapshot->learners[i].strategies[strategy_find(strategy)].is_on;
}

Test(catch_up, carries_out_what_was_done_since)
{
    struct moment moment = make_moment();
    add(&moment, ENTRY_COMMAND, 3, 9.8, "strategy ewc on");
    add(&moment, ENTRY_COMMAND, LEARNER_ALL, 10.1, "strategy replay on");
    add(&moment, ENTRY_COMMAND, 5, 10.1, "set lr 0.25");
    add(&moment, ENTRY_REFUSED, 5, 10.1, "strategy l2 on");
    add(&moment, ENTRY_COMMAND, 3, 10.1, "no such thing");
    add(&moment, ENTRY_COMMAND, 3, 10.2, "strategy ewc off");
    add(&moment, ENTRY_COMMAND, 5, 10.3, "strategy lora on"); /* has not happened yet */
    catch_up(moment.snapshot, moment.journal, 6, 10 * SECOND);
    cr_expect_not(is_on(&moment, 0, "ewc"), "it was switched off again");
    cr_expect(is_on(&moment, 0, "replay") && is_on(&moment, 1, "replay"));
    cr_expect_not(is_on(&moment, 1, "ewc") || is_on(&moment, 1, "l2") || is_on(&moment, 1, "lora"));
    cr_expect_eq(moment.snapshot->learners[1].params.value[PARAM_LR], 0.25);
    cr_expect_neq(moment.snapshot->learners[0].params.value[PARAM_LR], 0.25);
    finish(&moment);
}

Test(catch_up, leaves_what_is_old_or_was_undone_by_a_way_back)
{
    struct moment moment = make_moment();
    add(&moment, ENTRY_COMMAND, 3, 5, "strategy ewc on");
    add(&moment, ENTRY_COMMAND, 3, 9.9, "strategy replay on");
    add(&moment, ENTRY_REWIND, LEARNER_ALL, 10, NULL);
    add(&moment, ENTRY_COMMAND, 3, 10.1, "strategy l2 on");
    catch_up(moment.snapshot, moment.journal, 4, 10 * SECOND);
    cr_expect_not(is_on(&moment, 0, "ewc"));
    cr_expect_not(is_on(&moment, 0, "replay"));
    cr_expect(is_on(&moment, 0, "l2"));
    finish(&moment);
}
