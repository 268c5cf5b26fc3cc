/* SPDX-License-Identifier: MIT */
#include "lab/lab_sense.h"

#include <string.h>

/* Who is there as the log goes on, and how wide their layers are: vectors of a fork and of whom it
 * comes from are read for each other. */
struct present {
    int n; /* one more than there are learners at most, between two commands of a step */
    struct {
        int id;
        const struct params *net;
    } learners[LEARNERS_MAX + 1];
};

static int find(const struct present *present, int id)
{
    int i = 0;
    while (i < present->n && present->learners[i].id != id) {
        i++;
    }
    return i;
}

static bool follow(struct present *present, struct suite *suite,
                   const struct logged_command *logged)
{
    int at = find(present, logged->order.target);
    switch (logged->order.command.kind) {
    case COMMAND_TEACH:
        return suite_teach(suite, logged->order.command.text);
    case COMMAND_FORK:
        if (at == present->n || logged->order.made < 0 ||
            find(present, logged->order.made) < present->n || present->n > LEARNERS_MAX) {
            return false;
        }
        present->learners[present->n] = present->learners[at];
        present->learners[present->n++].id = logged->order.made;
        return true;
    case COMMAND_REMOVE:
        if (at == present->n || present->n == 1) {
            return false;
        }
        present->learners[at] = present->learners[--present->n];
        return true;
    default:
        return true;
    }
}

static bool is_learner(const struct present *present, const struct learner_facts *facts,
                       const struct params *params)
{
    int at = find(present, facts->id);
    const struct params *net = at < present->n ? present->learners[at].net : NULL;
    bool is_same =
        net && net->n_hidden == params->n_hidden &&
        memcmp(net->hidden, params->hidden, (size_t)net->n_hidden * sizeof *net->hidden) == 0;
    for (int i = 0; is_same && i < PARAM_COUNT; i++) {
        bool is_fixed = param_at((enum param_id)i)->when == PARAM_WHEN_START;
        is_same = !is_fixed || net->value[i] == params->value[i];
    }
    return is_same;
}

static bool are_records(const struct present *present, const struct checkpoint *checkpoint)
{
    bool is_equal = checkpoint->n_records == present->n;
    for (int i = 0; i < present->n && is_equal; i++) {
        const struct record *record = checkpoint_record(checkpoint, present->learners[i].id);
        is_equal = record && is_learner(present, &record->facts, &record->config.params);
    }
    return is_equal;
}

static bool are_members(const struct present *present, const struct run *run)
{
    bool is_equal = run->n_members == present->n;
    for (int i = 0; i < present->n && is_equal; i++) {
        const struct member *member = run_member(run, present->learners[i].id);
        is_equal = member && is_learner(present, &member->facts, &member->config.params);
    }
    return is_equal;
}

static bool are_first(struct present *present, const struct checkpoint *first)
{
    bool ok = first->at.step == 0 && first->at.stage == 0 && first->n_commands == 0;
    for (int i = 0; i < first->n_records; i++) {
        const struct record *record = &first->records[i];
        ok = ok && find(present, record->facts.id) == present->n;
        present->learners[present->n].id = record->facts.id;
        present->learners[present->n++].net = &record->config.params;
    }
    return ok;
}

/* Checkpoints are in order, and the log leads from those who were there at one to those at the
 * next; `suite` is taught on the way. */
static bool leads_here(const struct session *session, struct suite *suite)
{
    const struct history *history = &session->history;
    const struct command_log *log = &history->log;
    const struct run *run = session->run;
    struct present present = {0};
    int k = 0;
    bool ok = are_first(&present, &history->checkpoints[0]) &&
              history->checkpoints[0].at.task == suite_stage_task(suite, 0);
    for (int i = 0; i < history->n && ok; i++) {
        const struct checkpoint *checkpoint = &history->checkpoints[i];
        const struct position *next = i + 1 < history->n ? &checkpoint[1].at : &run->at;
        ok = k <= checkpoint->n_commands;
        for (; k < checkpoint->n_commands && ok; k++) {
            ok = follow(&present, suite, &log->commands[k]);
        }
        ok = ok && are_records(&present, checkpoint) &&
             checkpoint->at.taught == suite_taught(suite) && checkpoint->at.step <= next->step &&
             checkpoint->at.stage <= next->stage && checkpoint->at.n_seen <= next->n_seen;
    }
    for (; k < log->n && ok; k++) {
        ok = follow(&present, suite, &log->commands[k]);
    }
    return ok && are_members(&present, run) && run->at.taught == suite_taught(suite);
}

bool lab_makes_sense(const struct session *session)
{
    struct suite *suite = suite_share(session->run->course->suite, NULL);
    bool ok = suite && leads_here(session, suite);
    suite_destroy(suite);
    return ok;
}
