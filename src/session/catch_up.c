/* SPDX-License-Identifier: MIT */
#include "session/catch_up.h"

/* How old a snapshot may be when it is written, with time to spare. */
static const int64_t OLD_NS = 500000000;

static void carry_out(struct learner_state *learner, const struct command *command)
{
    switch (command->kind) {
    case COMMAND_STRATEGY:
        learner->strategies[command->index].is_on = command->on;
        break;
    case COMMAND_OBSERVE:
        learner->strategies[command->index].is_observed = command->on;
        break;
    case COMMAND_SET:
        (void)!param_parse(&learner->params, (enum param_id)command->index, command->text, NULL);
        break;
    default:
        break;
    }
}

/* Commands that the snapshot has already may be among them: carried out again, in order, they come
 * to the same.  Not beyond a way back, which may have undone them. */
void catch_up(struct snapshot *snapshot, const struct journal *journal, long end, int64_t taken)
{
    long first = end;
    while (first > 0 && journal_time(journal, first - 1) > taken - OLD_NS &&
           journal_at(journal, first - 1).kind != ENTRY_REWIND) {
        first--;
    }
    for (long i = first; i < end; i++) {
        struct entry entry = journal_at(journal, i);
        struct command command;
        if (entry.kind != ENTRY_COMMAND || !command_parse(entry.text, &command, NULL)) {
            continue;
        }
        for (int j = 0; j < snapshot->n_learners; j++) {
            if (entry.learner == LEARNER_ALL || entry.learner == snapshot->learners[j].id) {
                carry_out(&snapshot->learners[j], &command);
            }
        }
    }
}
