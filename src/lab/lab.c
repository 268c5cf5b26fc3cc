/* SPDX-License-Identifier: MIT */
#include "lab/lab.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/subnormal.h"
#include "base/thread.h"
#include "lab/lab_inside.h"

static bool teaches(const struct script *script)
{
    for (int i = 0; script && i < script->n; i++) {
        if (script->lines[i].command.kind == COMMAND_TEACH) {
            return true;
        }
    }
    return false;
}

/* What can never be carried out is said before anything is trained. */
static bool check_text_command(const struct lab *lab, const struct command *command,
                               struct err *err)
{
    bool is_possible = command->kind == COMMAND_TEACH ? suite_lesson_task(lab->course.suite) >= 0
                       : command->kind == COMMAND_ASK
                           ? suite_dataset(lab->course.suite)->n_symbols > 0
                           : true;
    return is_possible ||
           err_set(err, ERR_USAGE,
                   "--at: %s: a session of texts expected (--data text%s), found %s, %s",
                   command->kind == COMMAND_TEACH ? "teach" : "ask",
                   command->kind == COMMAND_TEACH ? " --suite kinds" : "",
                   suite_dataset(lab->course.suite)->name, suite_name(lab->course.suite));
}

static bool check_script(const struct lab *lab, struct err *err)
{
    const struct script *script = lab->script;
    for (int i = 0; script && i < script->n; i++) {
        const struct script_line *line = &script->lines[i];
        int asked = line->command.kind == COMMAND_TASK ? line->command.index : -1;
        int task = asked > line->task ? asked : line->task;
        char letter[4], last[4];
        if (task >= suite_n_tasks(lab->course.suite)) {
            return err_set(err, ERR_USAGE, "--at: a task from A to %s expected, found %s",
                           task_letter(suite_n_tasks(lab->course.suite) - 1, last),
                           task_letter(task, letter));
        }
        if (!check_text_command(lab, &line->command, err)) {
            return false;
        }
    }
    return true;
}

static bool create_learners(struct lab *lab, struct err *err)
{
    const struct config *config = &lab->course.config;
    for (int i = 0; i < config->n_learners; i++) {
        struct learner_facts facts = {.id = lab->now.next_id++,
                                      .slot = i,
                                      .parent = -1,
                                      .is_named = config->learners[i].is_named};
        snprintf(facts.name, sizeof facts.name, "%s", config->learners[i].name);
        struct member *member = run_make_member(lab->now.run, &facts, &config->learners[i], err);
        if (!member) {
            return false;
        }
        run_take_in(lab->now.run, member);
    }
    lab->now.selected = lab->now.run->members[0]->facts.id;
    return true;
}

static bool goes_back(const struct script *script)
{
    for (int i = 0; script && i < script->n; i++) {
        enum command_kind kind = script->lines[i].command.kind;
        if (kind == COMMAND_REWIND || kind == COMMAND_ADD) {
            return true;
        }
    }
    return false;
}

static bool open_course(struct course *course, const struct lab_options *options, struct err *err)
{
    const struct config *config = &course->config;
    struct dataset_options data = {.reading = config->reading,
                                   .is_conversation = strcmp(config->suite, "conversation") == 0,
                                   .context = (int)config->learners[0].params.value[PARAM_CONTEXT],
                                   .seed = config->seed,
                                   .watch = options->watch};
    struct suite_config suite = {config->suite, config->n_tasks, config->scenario, config->seed,
                                 config->can_be_taught};
    int batch = (int)config->learners[0].params.value[PARAM_BATCH];
    return (course->dataset = dataset_open(config->data, &data, err)) &&
           (course->suite = suite_create(&suite, course->dataset, err)) &&
           (course->batches = batches_create(course->suite, batch, config->seed, err));
}

static bool open_session(struct lab *lab, const struct lab_options *options, struct err *err)
{
    const struct params *params = &lab->course.config.learners[0].params; /* common to all */
    size_t budget = (size_t)params->value[PARAM_HISTORY_MEGABYTES] << 20;
    bool is_kept = options->keeps_history || goes_back(lab->script);
    return open_course(&lab->course, options, err) && (lab->journal = journal_create(err)) &&
           (lab->handover = handover_create(err)) &&
           (lab->now.run = run_create(&lab->course, options->speed, err)) &&
           create_learners(lab, err) && check_script(lab, err) &&
           history_init(&lab->now.history, is_kept, budget, err);
}

static bool copy_script(struct lab *lab, const struct script *script, struct err *err)
{
    lab->script = script ? malloc(sizeof *script) : NULL;
    if (lab->script) {
        *lab->script = *script;
    }
    return !script || lab->script || err_set(err, ERR_FAILED, "memory: no room for a script");
}

static bool own_text(struct lab *lab, const char **text, struct err *err)
{
    if (*text) {
        assert(lab->n_texts < LAB_TEXTS_MAX);
        lab->texts[lab->n_texts] = strdup(*text);
        if (!lab->texts[lab->n_texts]) {
            return err_set(err, ERR_FAILED, "memory: no room for the settings");
        }
        *text = lab->texts[lab->n_texts++];
    }
    return true;
}

/* Who has given them need not keep them. */
static bool own_texts(struct lab *lab, struct err *err)
{
    struct config *config = &lab->course.config;
    bool ok = own_text(lab, &config->data, err) && own_text(lab, &config->suite, err) &&
              own_text(lab, &config->start, err);
    for (int i = 0; ok && i < READING_COUNT; i++) {
        ok = own_text(lab, &config->reading.text[i], err);
    }
    return ok;
}

struct lab *lab_create(const struct config *config, const struct lab_options *options,
                       struct err *err)
{
    const struct dataset_kind *kind = dataset_kind_of(config->data, err);
    struct lab *lab = kind ? calloc(1, sizeof *lab) : NULL;
    if (!lab) {
        return NULL;
    }
    struct course *course = &lab->course;
    course->config = *config;
    course->probes = config->probes;
    course->config.can_be_taught |= options->can_be_taught || teaches(options->script);
    snprintf(lab->save, sizeof lab->save, "%s", options->save.path ? options->save.path : "");
    lab->save_step = options->save.step;
    course->hands = options->hands > 0 ? options->hands : thread_cores();
    lab->taken_again = lab->consolidated = (double)NAN;
    lab->request =
        (struct map_request){.rows = 64, .cols = 64, .since = MAP_SINCE_TASK, .step = MAP_STEP_NOW};
    config_resolve(&course->config, kind);
    if (!own_texts(lab, err) || !copy_script(lab, options->script, err) ||
        !open_session(lab, options, err)) {
        lab_destroy(lab);
        return NULL;
    }
    course->config.can_be_taught = suite_lesson_task(course->suite) >= 0;
    struct run *run = lab->now.run;
    run->at.stage_steps = run_steps_of(run, suite_stage_task(run->suite, 0));
    batches_pace(course->batches, run->at.stage_steps);
    return lab;
}

void lab_destroy(struct lab *lab)
{
    if (!lab) {
        return;
    }
    lab_destroy_sampler(lab->sampler);
    lab_destroy_unit_watcher(lab->unit_watcher);
    lab_forget_past(lab);
    lab_forget_scope(lab);
    history_fini(&lab->now.history);
    run_destroy(lab->now.run);
    start_fini(&lab->course.start);
    pool_destroy(lab->course.pool);
    journal_destroy(lab->journal);
    handover_destroy(lab->handover);
    batches_destroy(lab->course.batches);
    suite_destroy(lab->course.suite);
    dataset_close(lab->course.dataset);
    free(lab->script);
    for (int i = 0; i < lab->n_texts; i++) {
        free(lab->texts[i]);
    }
    free(lab);
}

/* From the first line again after each: one that goes back makes earlier ones due.  False if
 * somebody has given up waiting for one. */
static bool run_script(struct lab *lab)
{
    struct err err = {0};
    for (int i = lab_script_due(lab); i >= 0 && err.code != ERR_STOPPED; i = lab_script_due(lab)) {
        lab->now.run->is_done[i] = true;
        if (!lab->is_script_passed) {
            lab_apply(lab, &lab->script->lines[i].command, &err);
        }
    }
    return err.code != ERR_STOPPED;
}

static void advance(struct lab *lab, long most)
{
    if (!lab->now.run->is_begun) {
        lab_begin_session(lab);
    }
    if (!run_script(lab)) {
        return;
    }
    if (lab_state(lab) == LAB_TRAINING) {
        lab_go_on(lab, most);
    }
    lab->n_settled = journal_length(lab->journal);
    lab_hand_over(lab, false);
}

enum lab_state lab_advance(struct lab *lab, long most)
{
    if (lab_state(lab) == LAB_TRAINING) {
        uint64_t state = subnormal_flush();
        advance(lab, most);
        subnormal_restore(state);
    }
    return lab_state(lab);
}
