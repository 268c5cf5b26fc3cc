/* SPDX-License-Identifier: MIT */
#include "ui/cli/headless.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "lab/collapse.h"
#include "lab/learner.h"
#include "lab/recount.h"
#include "session/resume.h"
#include "strategies/table.h"
#include "ui/cli/film.h"
#include "ui/cli/output.h"
#include "ui/cli/recorded.h"

#define LOOK_NS INT64_C(10000000) /* between two questions whether it goes on */

/* ---- learners ---- */

const struct track *headless_track(const struct headless *run, int learner)
{
    const struct track *track = timeline_track(&run->timeline, lab_learner_id(run->lab, learner));
    return track ? track : &run->timeline.nobody;
}

static const struct birth *find_birth(const struct headless *run, int id)
{
    for (int i = 0; i < run->n_births; i++) {
        if (run->births[i].id == id) {
            return &run->births[i];
        }
    }
    return NULL;
}

struct learner_config headless_begun(const struct headless *run, int learner)
{
    const struct birth *birth = find_birth(run, lab_learner_id(run->lab, learner));
    return birth ? birth->config : lab_learner_config(run->lab, learner);
}

/* Without memory for it, what a learner has at the end must do. */
static void add_birth(struct headless *run, int id, const struct learner_config *config)
{
    if (run->n_births == run->births_capacity) {
        int capacity = run->births_capacity ? 2 * run->births_capacity : LEARNERS_MAX;
        struct birth *births = realloc(run->births, (size_t)capacity * sizeof *births);
        if (!births) {
            return;
        }
        run->births = births;
        run->births_capacity = capacity;
    }
    run->births[run->n_births++] = (struct birth){id, *config};
}

static void note_births(struct headless *run)
{
    for (int i = 0; i < lab_n_learners(run->lab); i++) {
        int id = lab_learner_id(run->lab, i);
        if (!find_birth(run, id)) {
            struct learner_config config = lab_learner_config(run->lab, i);
            add_birth(run, id, &config);
        }
    }
}

/* ---- a run ---- */

bool headless_open(struct headless *run, const struct config *config,
                   const struct lab_options *options, struct err *err)
{
    *run = (struct headless){.script = options->script};
    run->lab = lab_create(config, options, err);
    if (!run->lab || !timeline_init(&run->timeline, suite_n_tasks(lab_suite(run->lab)), err)) {
        return false;
    }
    note_births(run);
    return true;
}

/* Of whoever came later the recording tells. */
static bool recall_birth(struct headless *run, int id, const char *path, struct err *err)
{
    struct learner_config begun;
    struct player *player = player_open(path, err);
    bool ok = player && player_read_all(player, err) && recorded_begun(&begun, player, id, err);
    if (ok) {
        add_birth(run, id, &begun);
    }
    player_close(player);
    return ok;
}

static bool recall_births(struct headless *run, const char *path, struct err *err)
{
    const struct config *config = lab_config(run->lab);
    const struct journal *journal = lab_journal(run->lab);
    bool ok = true;
    for (int id = 0; id < config->n_learners; id++) {
        add_birth(run, id, &config->learners[id]);
    }
    for (long i = 0; ok && i < journal_length(journal); i++) {
        struct entry entry = journal_at(journal, i);
        ok = entry.kind != ENTRY_LEARNER || find_birth(run, entry.learner) ||
             recall_birth(run, entry.learner, path, err);
    }
    return ok;
}

bool headless_resume(struct headless *run, const char *path, const struct watch *watch,
                     struct err *err)
{
    double pace;
    *run = (struct headless){0};
    run->lab = resume_open(path, watch, &pace, err);
    if (!run->lab || !timeline_init(&run->timeline, suite_n_tasks(lab_suite(run->lab)), err) ||
        !recall_births(run, path, err)) {
        return false;
    }
    note_births(run);
    run->script = lab_script(run->lab);
    run->n_before = journal_length(lab_journal(run->lab));
    run->film = film_resume(path, run->lab, pace, err);
    return run->film != NULL;
}

bool headless_record(struct headless *run, const char *path, struct err *err)
{
    run->film = film_open(path, run->lab, err);
    return run->film != NULL;
}

bool headless_record_end(struct headless *run, struct err *err)
{
    bool ok = film_close(run->film, run->lab, err);
    run->film = NULL;
    return ok;
}

void headless_close(struct headless *run)
{
    film_close(run->film, NULL, NULL);
    timeline_fini(&run->timeline);
    lab_destroy(run->lab);
    free(run->births);
    *run = (struct headless){0};
}

int headless_task(struct headless *run)
{
    const struct timeline *timeline = &run->timeline;
    timeline_read(&run->timeline, lab_journal(run->lab));
    return timeline->n_stages ? timeline->stages[timeline->n_stages - 1].task : 0;
}

static void note_divergence(struct result *result, const struct timeline *timeline,
                            const struct track *track)
{
    if (!track->has_diverged) {
        return;
    }
    result->has_diverged = true;
    result->validation = (double)NAN;
    result->metrics = metrics_none();
    result->steps = result->diverged_step = track->diverged_step;
    result->diverged_rate = track->diverged_rate;
    for (int i = 0; i < timeline->n_marks; i++) {
        const struct mark *mark = &timeline->marks[i];
        if (mark->kind == ENTRY_DIVERGED && mark->learner == track->id) {
            result->diverged_task = mark->task;
        }
    }
}

/* It stands since it diverged, so what it is set to now it was set to then, unless the script has
 * changed it since. */
static void note_causes(struct result *result, const struct learner *learner)
{
    bool adapts = learner_adapter(learner) != ADAPTER_NONE;
    double gauge;
    bool is_it = learner_is_overpulled(learner, &gauge);
    result->diverged_gauge = is_it ? gauge : (double)NAN;
    result->diverged_lambda = learner_params(learner)->value[PARAM_EWC_LAMBDA];
    result->diverged_alpha =
        adapts ? learner_params(learner)->value[PARAM_LORA_ALPHA] : (double)NAN;
}

static void note_collapse(struct result *result, const struct timeline *timeline,
                          const struct track *track, const struct learner *learner)
{
    if (!result->has_diverged) {
        result->n_unlearned = collapse_tasks(timeline, track, result->unlearned, RESULT_TASKS);
        result->is_far = collapse_is_far(track, learner_network(learner)->n_parts);
        result->rate = learner_params(learner)->value[PARAM_LR];
    }
}

static size_t memory_of(const struct learner *learner)
{
    size_t bytes = 0;
    for (int i = 0; i < strategy_count(); i++) {
        bytes += (learner_on(learner) >> i) & 1u ? learner_bytes(learner, i) : 0;
    }
    return bytes;
}

static void fill_result(struct headless *run, int learner)
{
    const struct lab *lab = run->lab;
    const struct track *track = headless_track(run, learner);
    struct result *result = &run->results[learner];
    *result = (struct result){
        .seed = lab_config(lab)->seed,
        .metrics = timeline_metrics(&run->timeline, track),
        .validation = timeline_validation_metrics(&run->timeline, track).average_accuracy,
        .kind = suite_dataset(lab_suite(run->lab))->kind,
        .is_stream = run->timeline.is_stream,
        .steps = lab_steps_done(lab),
        .steps_taken = lab_learner_steps(lab, learner),
        .samples = lab_learner_samples(lab, learner),
        .seconds_training = lab_learner_seconds(lab, learner),
        .memory_bytes = memory_of(lab_learner(lab, learner)),
    };
    double seconds = result->seconds_training;
    snprintf(result->name, sizeof result->name, "%s", lab_learner_name(lab, learner));
    result->samples_per_second = seconds > 0 ? (double)result->samples / seconds : 0;
    result->step_seconds =
        result->steps_taken > 0 ? seconds / (double)result->steps_taken : (double)NAN;
    note_divergence(result, &run->timeline, track);
    note_causes(result, lab_learner(lab, learner));
    note_collapse(result, &run->timeline, track, lab_learner(lab, learner));
}

static void fill_results(struct headless *run)
{
    timeline_read(&run->timeline, lab_journal(run->lab));
    run->n_results = lab_n_learners(run->lab);
    for (int i = 0; i < run->n_results; i++) {
        fill_result(run, i);
    }
}

/* A run that goes on. */
struct training {
    struct headless *run;
    const struct headless_watch *watch;
    int64_t asked_ns;
    bool is_stopped;
};

static bool goes_on(void *context, double part)
{
    (void)part;
    struct training *training = context;
    int64_t now = clock_ns();
    if (!training->is_stopped && now - training->asked_ns >= LOOK_NS) {
        training->asked_ns = now;
        training->is_stopped = !training->watch->goes_on(training->watch->context, training->run);
    }
    return !training->is_stopped;
}

static long steps_at_once(const struct headless *run)
{
    long most = lab_steps_within(run->lab, LOOK_NS);
    long look = run->film ? film_steps(run->film) : most;
    return look < most ? look : most;
}

static void follow(struct headless *run)
{
    if (run->film) {
        film_follow(run->film, run->lab);
    }
}

bool headless_train(struct headless *run, const struct headless_watch *watch)
{
    const struct command resume = {.kind = COMMAND_RESUME};
    struct training training = {.run = run, .watch = watch};
    lab_set_watch(run->lab, &(struct watch){goes_on, &training});
    enum lab_state state = LAB_TRAINING;
    while (state != LAB_ENDED && state != LAB_DIVERGED && goes_on(&training, 0)) {
        state = lab_advance(run->lab, steps_at_once(run));
        note_births(run);
        follow(run);
        if (state == LAB_PAUSED && !training.is_stopped) {
            lab_apply(run->lab, &resume, NULL);
        }
    }
    lab_set_watch(run->lab, &(struct watch){NULL, NULL});
    follow(run);
    if (!training.is_stopped) {
        fill_results(run);
    }
    return !training.is_stopped;
}

/* ---- warnings ---- */

static bool is_line_of(const struct script_line *line, const struct entry *entry, long stage_begin)
{
    char text[COMMAND_TEXT_MAX + 32];
    command_format(&line->command, text, sizeof text);
    bool is_then = line->task < 0
                       ? line->step == entry->step
                       : line->task == entry->task && line->step == entry->step - stage_begin;
    return is_then && strncmp(text, entry->text, COMMAND_TEXT_MAX - 1) == 0;
}

/* Where the stage of entry `i` began. */
static long stage_begin_of(const struct journal *journal, long i)
{
    int stage = journal_at(journal, i).stage;
    while (i-- > 0) {
        struct entry entry = journal_at(journal, i);
        if (entry.kind == ENTRY_STAGE && entry.stage == stage) {
            return entry.step;
        }
    }
    return 0;
}

/* Views change nothing and stand in the journal only where they were refused. */
static bool was_reached(const struct headless *run, const struct script_line *line)
{
    const struct journal *journal = lab_journal(run->lab);
    long length = journal_length(journal);
    bool is_found = command_is_view(&line->command);
    for (long i = 0; i < length && !is_found; i++) {
        struct entry entry = journal_at(journal, i);
        is_found =
            entry.kind == ENTRY_COMMAND && is_line_of(line, &entry, stage_begin_of(journal, i));
    }
    return is_found;
}

static void warn_unreached(const struct headless *run, const struct script_line *line, FILE *out)
{
    char text[COMMAND_TEXT_MAX + 32], letter[4], when[48];
    snprintf(when, sizeof when, "%s%s%ld", line->task < 0 ? "" : task_letter(line->task, letter),
             line->task < 0 ? "" : "+", line->step);
    long steps = lab_steps_done(run->lab);
    output_warn(out, "--at %s: never reached in %ld step%s, '%s' was not carried out", when, steps,
                steps == 1 ? "" : "s", command_format(&line->command, text, sizeof text));
}

void headless_warn(const struct headless *run, FILE *out)
{
    const struct journal *journal = lab_journal(run->lab);
    const struct notes *notes = &suite_dataset(lab_suite(run->lab))->notes;
    for (int i = 0; i < notes->n; i++) {
        output_warn(out, "%s", notes->line[i]);
    }
    for (long i = run->n_before; i < journal_length(journal); i++) {
        struct entry entry = journal_at(journal, i);
        const char *name =
            run->timeline.n_tracks > 1 ? recount_name(journal, entry.learner, i) : NULL;
        if (entry.kind == ENTRY_REFUSED) {
            output_warn(out, "step %ld: %s%s%s", entry.step, name ? name : "", name ? ": " : "",
                        entry.text);
        } else if (entry.kind == ENTRY_COMMAND && strcmp(entry.text, "pause") == 0) {
            output_warn(out, "step %ld: pause: nobody is here to go on, so it went on at once",
                        entry.step);
        }
    }
    for (int i = 0; run->script && i < run->script->n; i++) {
        const struct script_line *line = &run->script->lines[i];
        if (!was_reached(run, line)) {
            warn_unreached(run, line, out);
        }
    }
}
