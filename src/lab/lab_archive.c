/* SPDX-License-Identifier: MIT */
#include "lab/lab_archive.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lab/learner_spec.h"
#include "strategies/table.h"
#include "tasks/lessons.h"

enum { COMMANDS_MOST = 1 << 20, STAGES_MOST = 1 << 20 };

/* Lessons have no examples before the first. */
static bool can_train(const struct run *run, const struct position *at, int task)
{
    return task != suite_lesson_task(run->suite) || task < 0 || at->taught > 0;
}

void archive_position(struct archive *archive, struct position *at, const struct run *run)
{
    int n_tasks = suite_n_tasks(run->suite);
    long most = LONG_MAX / 2;
    archive_long(archive, &at->step, 0, LONG_MAX / 2);
    archive_long(archive, &at->stage_step, 0, at->step);
    archive_long(archive, &at->stage_steps, at->stage_step, LONG_MAX / 2);
    archive_int(archive, &at->stage, 0, STAGES_MOST);
    archive_int(archive, &at->task, 0, n_tasks - 1);
    archive_int(archive, &at->previous_task, -1, n_tasks - 1);
    archive_int(archive, &at->planned, 1, suite_n_stages(run->suite));
    archive_int(archive, &at->detour, -1, n_tasks - 1);
    archive_int(archive, &at->interrupted, -1, n_tasks - 1);
    archive_long(archive, &at->left, 0, most);
    archive_int(archive, &at->taught, 0, LESSONS_MAX);
    archive_bool(archive, &at->is_first_of_task);
    archive_bool(archive, &at->is_cut);
    archive_int(archive, &at->n_seen, 1, n_tasks);
    archive_int(archive, &at->turn, 0, at->n_seen - 1);
    most = run_steps_of(run, at->task);
    archive_check(archive, at->stage_steps > 0 && at->stage_steps <= most);
    most = at->interrupted >= 0 ? run_steps_of(run, at->interrupted) : LONG_MAX / 2;
    archive_check(archive, at->left <= most && can_train(run, at, at->task) &&
                               can_train(run, at, at->detour) &&
                               can_train(run, at, at->interrupted));
}

static void archive_name(struct archive *archive, char name[LEARNER_NAME_MAX])
{
    archive_text(archive, name, LEARNER_NAME_MAX);
    archive_check(archive, learner_name_check(name, NULL));
}

void archive_facts(struct archive *archive, struct learner_facts *facts, int next_id)
{
    archive_int(archive, &facts->id, 0, next_id - 1);
    archive_int(archive, &facts->slot, 0, LEARNERS_MAX - 1);
    archive_int(archive, &facts->parent, -1, next_id - 1);
    archive_long(archive, &facts->born, 0, LONG_MAX / 2);
    archive_name(archive, facts->name);
    archive_bool(archive, &facts->is_named);
    archive_bool(archive, &facts->has_diverged);
    archive_long(archive, &facts->diverged_step, 0, LONG_MAX / 2);
    archive_int(archive, &facts->diverged_stage, 0, INT_MAX / 2);
    archive_double(archive, &facts->loss);
}

void archive_learner_config(struct archive *archive, struct learner_config *config,
                            const struct config *session)
{
    struct params *params = &config->params;
    const struct params *common = &session->learners[0].params;
    archive_name(archive, config->name);
    params_archive(params, archive);
    for (int i = 0; i < PARAM_COUNT; i++) {
        archive_check(archive, !param_at((enum param_id)i)->is_common ||
                                   params->value[i] == common->value[i]);
    }
    strategies_archive(&config->on, archive);
    strategies_archive(&config->observed, archive);
}

/* How far the index of such a command may go. */
static int index_limit(const struct suite *suite, int kind)
{
    return kind == COMMAND_SET                                   ? PARAM_COUNT
           : kind == COMMAND_STRATEGY || kind == COMMAND_OBSERVE ? strategy_count()
           : kind == COMMAND_TASK || kind == COMMAND_PUTBACK     ? suite_n_tasks(suite)
                                                                 : INT_MAX;
}

static void archive_command(struct archive *archive, struct logged_command *logged,
                            const struct session *session)
{
    const struct run *run = session->run;
    struct order *order = &logged->order;
    struct command *command = &order->command;
    int kind = (int)command->kind;
    archive_int(archive, &logged->stage, 0, run->at.stage);
    archive_long(archive, &logged->step, 0, run->at.step);
    archive_int(archive, &order->target, LEARNER_ALL, session->next_id - 1);
    archive_int(archive, &order->made, -1, session->next_id - 1);
    archive_int(archive, &kind, 0, COMMAND_COUNT - 1);
    archive_check(archive, !(command_at(kind)->flags & (COMMAND_RETURNS | COMMAND_VIEWS)));
    archive_check(archive, (kind == COMMAND_FORK) == (order->made >= 0)); /* a parent is older */
    archive_int(archive, &command->index, 0, index_limit(run->suite, kind) - 1);
    archive_bool(archive, &command->on);
    archive_int(archive, &command->module, PUTBACK_ALL, NETWORK_MODULES_MAX - 1);
    archive_double(archive, &command->speed);
    archive_check(archive, isfinite(command->speed) && command->speed >= 0);
    archive_text(archive, command->name, sizeof command->name);
    archive_text(archive, command->text, sizeof command->text);
    archive_check(archive, command->name[0] == '\0' || learner_name_check(command->name, NULL));
    archive_check(archive, kind != COMMAND_RENAME || learner_name_check(command->text, NULL));
    command->kind = (enum command_kind)kind;
}

/* What learners remember of lessons is read after this. */
static bool take(struct session *session, const struct logged_command *logged)
{
    const struct command *command = &logged->order.command;
    return (command->kind != COMMAND_TEACH || suite_teach(session->run->suite, command->text)) &&
           command_log_append(&session->history.log, logged);
}

void archive_log(struct archive *archive, struct session *session)
{
    const struct command_log *log = &session->history.log;
    struct logged_command last = {0};
    int n = log->n;
    archive_int(archive, &n, 0, COMMANDS_MOST);
    for (int i = 0; i < n && !archive->has_failed; i++) {
        struct logged_command logged = {0};
        if (!archive->is_reading) {
            logged = log->commands[i];
        }
        archive_command(archive, &logged, session);
        if (archive->is_reading) {
            archive_check(archive, !archive->has_failed && take(session, &logged));
        }
        archive_check(archive, logged.stage >= last.stage && logged.step >= last.step);
        last = logged;
    }
}
