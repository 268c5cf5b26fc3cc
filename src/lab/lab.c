/* SPDX-License-Identifier: MIT */
#include "lab/lab.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/subnormal.h"
#include "base/thread.h"
#include "lab/lab_stages.h"
#include "lab/probe.h"

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
    bool is_possible = command->kind == COMMAND_TEACH ? suite_lesson_task(lab->suite) >= 0
                       : command->kind == COMMAND_ASK ? suite_dataset(lab->suite)->n_symbols > 0
                                                      : true;
    return is_possible ||
           err_set(err, ERR_USAGE,
                   "--at: %s: a session of texts expected (--data text%s), found %s, %s",
                   command->kind == COMMAND_TEACH ? "teach" : "ask",
                   command->kind == COMMAND_TEACH ? " --suite kinds" : "",
                   suite_dataset(lab->suite)->name, suite_name(lab->suite));
}

static bool check_script(const struct lab *lab, struct err *err)
{
    const struct script *script = lab->script;
    for (int i = 0; script && i < script->n; i++) {
        const struct script_line *line = &script->lines[i];
        int asked = line->command.kind == COMMAND_TASK ? line->command.index : -1;
        int task = asked > line->task ? asked : line->task;
        char letter[4], last[4];
        if (task >= suite_n_tasks(lab->suite)) {
            return err_set(err, ERR_USAGE, "--at: a task from A to %s expected, found %s",
                           task_letter(suite_n_tasks(lab->suite) - 1, last),
                           task_letter(task, letter));
        }
        if (!check_text_command(lab, &line->command, err)) {
            return false;
        }
    }
    return true;
}

static bool create_seats(struct lab *lab, struct err *err)
{
    for (int i = 0; i < lab->config.n_learners; i++) {
        const struct learner_config *config = &lab->config.learners[i];
        struct seat_facts facts = {
            .id = lab->next_id++, .slot = i, .parent = -1, .is_named = config->is_named};
        snprintf(facts.name, sizeof facts.name, "%s", config->name);
        struct seat *seat =
            seat_create(&facts, config, lab->suite, lab->batches, lab->config.seed, err);
        if (!seat) {
            return false;
        }
        lab_take_in(lab, seat);
    }
    lab->selected = lab->seats[0]->facts.id;
    return true;
}

static bool open_session(struct lab *lab, const struct lab_options *options, struct err *err)
{
    const struct config *config = &lab->config;
    struct dataset_options data = {.label_column = config->label_column,
                                   .texts = config->texts,
                                   .context = (int)config->learners[0].params.value[PARAM_CONTEXT],
                                   .seed = config->seed,
                                   .watch = options->watch};
    struct suite_config suite = {config->suite, config->n_tasks, config->scenario, config->seed,
                                 config->can_be_taught};
    int batch = (int)config->learners[0].params.value[PARAM_BATCH];
    return (lab->dataset = dataset_open(config->data, &data, err)) &&
           (lab->suite = suite_create(&suite, lab->dataset, err)) &&
           (lab->batches = batches_create(lab->suite, batch, config->seed, err)) &&
           (lab->journal = journal_create(err)) && (lab->handover = handover_create(err)) &&
           create_seats(lab, err) &&
           schedule_init(&lab->schedule, suite_n_tasks(lab->suite), err) &&
           check_script(lab, err) && lab_history_init(lab, options->keeps_history, err);
}

static bool copy_script(struct lab *lab, const struct script *script, struct err *err)
{
    lab->script = script ? malloc(sizeof *script) : NULL;
    if (lab->script) {
        *lab->script = *script;
    }
    return !script || lab->script || err_set(err, ERR_FAILED, "memory: no room for a script");
}

struct lab *lab_create(const struct config *config, const struct lab_options *options,
                       struct err *err)
{
    const struct dataset_kind *kind = dataset_kind_of(config->data, err);
    struct lab *lab = kind ? calloc(1, sizeof *lab) : NULL;
    if (!lab) {
        return NULL;
    }
    lab->config = *config;
    lab->config.can_be_taught |= options->can_be_taught || teaches(options->script);
    lab->speed = options->speed;
    lab->hands = options->hands > 0 ? options->hands : thread_cores();
    lab->at.detour = lab->at.interrupted = lab->made = -1;
    lab->taken_again = (double)NAN;
    lab->request =
        (struct map_request){.rows = 64, .cols = 64, .since = MAP_SINCE_TASK, .step = MAP_STEP_NOW};
    config_resolve(&lab->config, kind);
    if (!copy_script(lab, options->script, err) || !open_session(lab, options, err)) {
        lab_destroy(lab);
        return NULL;
    }
    lab->config.can_be_taught = suite_lesson_task(lab->suite) >= 0;
    lab->at.stage_steps = lab_steps_of(lab, suite_stage_task(lab->suite, 0));
    batches_pace(lab->batches, lab->at.stage_steps);
    return lab;
}

void lab_destroy(struct lab *lab)
{
    if (!lab) {
        return;
    }
    pool_destroy(lab->pool);
    lab_destroy_sampler(lab->sampler);
    lab_forget_past(lab);
    lab_history_fini(lab);
    for (int i = 0; i < lab->n_seats; i++) {
        seat_destroy(lab->seats[i]);
    }
    schedule_fini(&lab->schedule);
    journal_destroy(lab->journal);
    handover_destroy(lab->handover);
    batches_destroy(lab->batches);
    suite_destroy(lab->suite);
    dataset_close(lab->dataset);
    free(lab->script);
    free(lab);
}

void lab_set_watch(struct lab *lab, const struct watch *watch)
{
    lab->watch = *watch;
}

static void advance(struct lab *lab, long most)
{
    if (!lab->is_begun) {
        lab_begin_session(lab);
    }
    lab_run_script(lab);
    if (lab->state == LAB_TRAINING) {
        lab_go_on(lab, most);
    }
    lab_hand_over(lab, false);
}

enum lab_state lab_advance(struct lab *lab, long most)
{
    if (lab->state == LAB_TRAINING) {
        uint64_t state = subnormal_flush();
        advance(lab, most);
        subnormal_restore(state);
    }
    return lab->state;
}

enum lab_state lab_step(struct lab *lab)
{
    return lab_advance(lab, 1);
}

long lab_steps_within(const struct lab *lab, int64_t ns)
{
    double steps = lab->step_ns > 0 ? (double)ns / lab->step_ns : 1;
    return steps < 1 ? 1 : steps > 1e6 ? 1000000 : (long)steps;
}

enum lab_state lab_state(const struct lab *lab)
{
    return lab->state;
}
double lab_speed(const struct lab *lab)
{
    return lab->speed;
}
long lab_steps_done(const struct lab *lab)
{
    return lab->at.step;
}
const struct journal *lab_journal(const struct lab *lab)
{
    return lab->journal;
}
struct handover *lab_handover(const struct lab *lab)
{
    return lab->handover;
}
const struct suite *lab_suite(const struct lab *lab)
{
    return lab->suite;
}
const struct config *lab_config(const struct lab *lab)
{
    return &lab->config;
}
const struct script *lab_script(const struct lab *lab)
{
    return lab->script;
}
int lab_n_learners(const struct lab *lab)
{
    return lab->n_seats;
}

static struct seat *seat_at(const struct lab *lab, int learner)
{
    assert(learner >= 0 && learner < lab->n_seats);
    return lab->seats[learner];
}

struct learner *lab_learner(const struct lab *lab, int learner)
{
    return seat_at(lab, learner)->learner;
}
const char *lab_learner_name(const struct lab *lab, int learner)
{
    return seat_at(lab, learner)->facts.name;
}
int lab_learner_id(const struct lab *lab, int learner)
{
    return seat_at(lab, learner)->facts.id;
}
double lab_learner_seconds(const struct lab *lab, int learner)
{
    return (double)seat_at(lab, learner)->training_ns * 1e-9;
}
long lab_learner_samples(const struct lab *lab, int learner)
{
    return seat_at(lab, learner)->samples;
}

struct learner_config lab_learner_config(const struct lab *lab, int learner)
{
    const struct seat *seat = seat_at(lab, learner);
    struct learner_config config = seat->config;
    struct settings settings = lab_settings(seat);
    snprintf(config.name, sizeof config.name, "%s", seat->facts.name);
    config.params = settings.params;
    config.on = settings.on;
    config.observed = settings.observed;
    return config;
}

double lab_seconds_training(const struct lab *lab)
{
    double sum = 0;
    for (int i = 0; i < lab->n_seats; i++) {
        sum += lab_learner_seconds(lab, i);
    }
    return sum;
}

long lab_samples_trained(const struct lab *lab)
{
    long sum = 0;
    for (int i = 0; i < lab->n_seats; i++) {
        sum += lab_learner_samples(lab, i);
    }
    return sum;
}

long lab_total_steps(const struct lab *lab)
{
    const struct position *at = lab->present ? lab->present : &lab->at;
    long total = at->step - at->stage_step + at->stage_steps;
    for (int i = lab->is_begun ? at->planned : 1; i < suite_n_stages(lab->suite); i++) {
        total += lab_steps_of(lab, suite_stage_task(lab->suite, i));
    }
    return total;
}

double lab_total_drift(const struct lab *lab, int learner, int part)
{
    struct seat *seat = seat_at(lab, learner);
    int first = suite_stage_task(lab->suite, 0);
    return seat->references.has_first_end
               ? probe_drift(learner_network(seat->learner), seat_answering(seat, first),
                             seat->references.first_end, part)
               : (double)NAN;
}
