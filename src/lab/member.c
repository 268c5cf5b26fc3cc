/* SPDX-License-Identifier: MIT */
#include "lab/member.h"

#include <assert.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/archive.h"
#include "base/clock.h"

static size_t size_of(const struct member *member)
{
    return learner_network(member->learner)->n_params * sizeof(real);
}

static bool create_references(struct member *member, struct err *err)
{
    struct references *references = &member->references;
    size_t size = 0, n = learner_network(member->learner)->n_params;
    size_t n_tasks = (size_t)suite_n_tasks(member->suite);
    for (int i = 0; i < 4; i++) {
        bool fits = arena_size_add(&size, n, sizeof(real));
        assert(fits); /* the learner holds more */
        (void)fits;
    }
    member->look.row = calloc(n_tasks, sizeof *member->look.row);
    if (!member->look.row) {
        return err_set(err, ERR_FAILED, "memory: no room for %zu tasks", n_tasks);
    }
    if (!arena_init(&references->arena, size, err)) {
        return false;
    }
    references->initial = arena_alloc(&references->arena, n, sizeof(real));
    references->stage_start = arena_alloc(&references->arena, n, sizeof(real));
    references->first_end = arena_alloc(&references->arena, n, sizeof(real));
    references->before_step = arena_alloc(&references->arena, n, sizeof(real));
    return true;
}

struct member *member_create(const struct learner_facts *facts, const struct learner_config *config,
                             const struct suite *suite, const struct batches *batches,
                             uint64_t seed, struct err *err)
{
    struct member *member = calloc(1, sizeof *member);
    if (!member) {
        err_set(err, ERR_FAILED, "memory: no room for a learner");
        return NULL;
    }
    member->facts = *facts;
    member->facts.loss = (double)NAN;
    member->config = *config;
    member->suite = suite;
    bool ok = (member->learner = learner_create(config, suite, seed, err)) &&
              (member->feed = feed_create(batches, err)) && create_references(member, err);
    if (!ok) {
        member_destroy(member);
        return NULL;
    }
    memcpy(member->references.initial, learner_theta(member->learner), size_of(member));
    return member;
}

bool member_start_from(struct member *member, struct start *start, struct config *config,
                       struct err *err)
{
    struct learner *learner = member->learner;
    if (!start_fill(start, config->start, config->start_sha256, learner_network(learner),
                    learner_params(learner), learner_initial(learner), err)) {
        return false;
    }
    memcpy(member->references.initial, learner_theta(learner), size_of(member));
    return true;
}

/* The ends of stages from `stage` on are no longer references. */
static void forget_ends(struct member *member, int stage)
{
    ends_forget(&member->references.ends, stage);
    member->references.has_first_end &= stage > 0;
}

void member_destroy(struct member *member)
{
    if (!member) {
        return;
    }
    ends_fini(&member->references.ends);
    free(member->look.row);
    findings_fini(&member->look.findings);
    probing_destroy(member->room);
    arena_fini(&member->references.arena);
    trail_destroy(member->trail);
    feed_destroy(member->feed);
    learner_destroy(member->learner);
    free(member);
}

void member_begin_session(struct member *member)
{
    forget_ends(member, 0);
    member->loss_sum = 0;
    member->loss_n = 0;
    member->facts.loss = (double)NAN;
    memcpy(member->references.initial, learner_theta(member->learner), size_of(member));
}

void member_begin_stage(struct member *member, int stage, int task)
{
    feed_begin(member->feed, 0);
    bool is_told = stage == 0 || !suite_is_stream(member->suite);
    if (is_told && !member->facts.has_diverged) {
        learner_stage_begin(member->learner, stage, task);
    }
    memcpy(member->references.stage_start, learner_theta(member->learner), size_of(member));
    member->references.has_before_step = false;
    if (member->trail) {
        trail_begin(member->trail, stage, 0, learner_theta(member->learner));
    }
}

const struct end *member_learned_before(const struct member *member, int task, int stage)
{
    return ends_find(&member->references.ends, task, stage);
}

const struct end *member_learned(const struct member *member, int task)
{
    return member_learned_before(member, task, INT_MAX);
}

bool member_keeps_ends(const struct member *member)
{
    return ends_fit(learner_network(member->learner)->n_params, suite_n_tasks(member->suite));
}

const real *member_answering(struct member *member, int task)
{
    return learner_answer(member->learner, task);
}

/* `answers` of them, one at each position of a row; rows begin where the last one ended, for those
 * between would only say the same symbols again. */
static int stride_of(const struct member *member, int n, long answers)
{
    int positions = learner_network(member->learner)->n_positions;
    long rows = answers / positions > 1 ? answers / positions : 1;
    int stride = (int)((n + rows - 1) / rows);
    return stride > positions ? stride : positions;
}

static int test_stride(const struct member *member, int task, long answers)
{
    return stride_of(member, suite_task(member->suite, task)->n_test, answers);
}

static void diverge(struct member *member, const struct segment *segment)
{
    member->has_diverged_now = member->facts.has_diverged = true;
    member->facts.diverged_step = segment->step + member->n_done;
    member->facts.diverged_stage = segment->stage;
}

static struct probed probed_of(const struct member *member, const struct segment *segment)
{
    return (struct probed){.learner = member->learner,
                           .suite = member->suite,
                           .stage = segment->stage,
                           .task = segment->task,
                           .loss = member->facts.loss,
                           .stage_start = member->references.stage_start,
                           .room = member->room,
                           .n_tasks = suite_n_tasks(member->suite),
                           .ends = &member->references.ends};
}

/* Those that are on and have a turn after the steps that are done. */
static void take_probes(struct member *member, const struct segment *segment, enum probe_when when,
                        const real *importance)
{
    struct findings *findings = &member->look.findings;
    if (!(segment->probes & probe_when_set(when))) {
        return;
    }
    if (!member->room) {
        member->room = probing_create(learner_network(member->learner), member->suite, NULL);
    }
    if (!member->room) {
        return; /* without memory they say nothing */
    }
    probing_silence(member->room, learner_silenced(member->learner));
    probing_meet(member->room, learner_n_met(member->learner));
    struct probed probed = probed_of(member, segment);
    int rows = (int)learner_params(member->learner)->value[PARAM_BATCH];
    struct probe_moment moment = {
        .stage = segment->stage,
        .stage_step = segment->stage_step + member->n_done,
        .stage_steps = segment->stage_steps,
        .interval = segment->interval,
        .room = probe_room(learner_network(member->learner), rows, segment->speed),
        .is_end = segment->is_end && member->n_done == segment->n_steps};
    probed.importance = importance;
    findings->step = segment->step + member->n_done;
    for (int p = 0; p < PROBE_COUNT; p++) {
        const struct probe *probe = probe_at((enum probe_id)p);
        if (!((segment->probes >> p) & 1u) || probe->when != when) {
            continue;
        }
        findings->probe = (enum probe_id)p;
        probed.turn = probe_turn(probe, probe_cost(probe, &probed), &moment);
        if (probed.turn >= 0) {
            probe_take(probe, &probed, findings);
        }
    }
}

/* Returns how long that took. */
static int64_t take_step_probes(struct member *member, const struct segment *segment)
{
    int64_t begin = clock_ns();
    take_probes(member, segment, PROBE_AT_STEPS, NULL);
    return clock_ns() - begin;
}

static bool has_step_probes(const struct segment *segment)
{
    return segment->is_watched && segment->stage > 0 && segment->stage_step < PROBE_STEPS &&
           (segment->probes & probe_when_set(PROBE_AT_STEPS));
}

static void take_steps(struct member *member, const struct segment *segment)
{
    int64_t begin = clock_ns();
    long samples = 0;
    bool has_probes = has_step_probes(segment);
    learner_keep_gradient(member->learner, segment->keeps_gradient);
    if (member->trail) {
        /* At a pace each step is seen. */
        trail_resume(member->trail, learner_theta(member->learner),
                     segment->speed > 0 ? 0 : segment->stage_steps);
    }
    while (member->n_done < segment->n_steps) {
        if (segment->keeps_update) {
            memcpy(member->references.before_step, learner_theta(member->learner), size_of(member));
            member->references.has_before_step = true;
        }
        struct batch batch = feed_next(member->feed);
        if (!isfinite(learner_step(member->learner, &batch))) {
            diverge(member, segment);
            break;
        }
        if (member->trail) {
            trail_step(member->trail, learner_theta(member->learner));
        }
        member->loss_sum += learner_batch_loss(member->learner);
        member->loss_n++;
        member->n_done++;
        samples += batch.n;
        begin += has_probes ? take_step_probes(member, segment) : 0;
    }
    if (member->trail) {
        trail_pause(member->trail, learner_theta(member->learner));
    }
    if (segment->is_watched) {
        member->training_ns += clock_ns() - begin;
        member->steps += member->n_done;
        member->samples += samples;
    }
}

static void measure_task(struct measures *measures, const struct member *member,
                         struct probed probed, int task, int stride)
{
    struct score score = learner_score(member->learner, task, stride);
    probed.score = &score;
    measures_take(measures, PROBE_OF_TASK, &probed, task);
}

int member_tick_stride(const struct member *member, int task)
{
    return test_stride(member, task, SCHEDULE_TICK_ROWS);
}

/* The regular look: the loss, and what the probes say of the tasks whose turn it is. */
static void take_look(struct member *member, const struct segment *segment)
{
    member->facts.loss =
        member->loss_n ? member->loss_sum / (double)member->loss_n : member->facts.loss;
    member->loss_sum = 0;
    member->loss_n = 0;
    if (!segment->is_watched) {
        return;
    }
    struct probed probed = probed_of(member, segment);
    measures_take(&member->look.learner, PROBE_OF_LEARNER, &probed, 0);
    for (int i = 0; i < segment->n_tasks; i++) {
        int task = segment->tasks[i];
        measure_task(&member->look.tasks[i], member, probed, task,
                     member_tick_stride(member, task));
    }
    for (int i = 0; i < learner_network(member->learner)->n_parts; i++) {
        measures_take(&member->look.parts[i], PROBE_OF_PART, &probed, i);
    }
    take_probes(member, segment, PROBE_AT_LOOKS, NULL);
    if (segment->is_end) {
        take_probes(member, segment, PROBE_AT_ENDS, NULL);
    }
}

int member_row_stride(const struct member *member, int task)
{
    return test_stride(member, task, SCHEDULE_ROW_ROWS / suite_n_tasks(member->suite));
}

void member_measure_row(struct member *member, int present)
{
    int n_tasks = suite_n_tasks(member->suite);
    struct probed probed = probed_of(member, &(struct segment){.task = present});
    for (int t = 0; t < n_tasks; t++) {
        struct score score = learner_score(member->learner, t, member_row_stride(member, t));
        int n_held = suite_task(member->suite, t)->n_validation;
        score.validation =
            n_held > 0 ? learner_validate(member->learner, t,
                                          stride_of(member, n_held, SCHEDULE_ROW_ROWS / n_tasks))
                       : (double)NAN;
        probed.score = &score;
        measures_take(&member->look.row[t], PROBE_OF_TASK, &probed, t);
    }
}

static void keep_references(struct member *member, const struct segment *segment)
{
    struct references *references = &member->references;
    const real *answering = member_answering(member, segment->task);
    size_t size = size_of(member);
    ends_keep(&references->ends, segment->stage, segment->task, answering,
              learner_network(member->learner)->n_params, suite_n_tasks(member->suite));
    if (segment->stage == 0) {
        memcpy(references->first_end, answering, size);
        references->has_first_end = true;
    }
}

void member_run(struct member *member, const struct segment *segment)
{
    member->n_done = 0;
    member->has_diverged_now = false;
    member->look.findings.n = 0;
    if (member->facts.has_diverged) {
        return;
    }
    take_steps(member, segment);
    if (segment->is_end && !member->facts.has_diverged) {
        struct batch batch = feed_next(member->feed);
        if (!isfinite(learner_loss(member->learner, &batch))) {
            /* By the last step: nothing is consolidated. */
            diverge(member, segment);
        }
    }
    if (member->facts.has_diverged) {
        return;
    }
    if (segment->has_look) {
        take_look(member, segment);
    }
    if (segment->is_watched && (segment->is_end || segment->is_of_all)) {
        member_measure_row(member, segment->task);
    }
    if (segment->is_end) {
        member->prepared = suite_is_stream(member->suite) ? 1 : 0;
    }
}

void member_prepare_end(struct member *member)
{
    if (!member->facts.has_diverged && member->prepared < 1) {
        member->prepared = learner_prepare(member->learner);
    }
}

/* What was held for important before is kept while there are probes that ask for it. */
static void consolidate(struct member *member, const struct segment *segment)
{
    bool has_probes =
        segment->is_watched && (segment->probes & probe_when_set(PROBE_AT_ANCHOR)) != 0;
    const real *before = has_probes ? learner_importance(member->learner) : NULL;
    real *importance = before ? malloc(size_of(member)) : NULL;
    if (importance) {
        memcpy(importance, before, size_of(member));
    }
    learner_consolidate(member->learner);
    if (has_probes) {
        take_probes(member, segment, PROBE_AT_ANCHOR, importance);
    }
    free(importance);
}

void member_end(struct member *member, const struct segment *segment)
{
    if (member->facts.has_diverged) {
        return;
    }
    if (!suite_is_stream(member->suite)) {
        consolidate(member, segment);
    }
    keep_references(member, segment);
}

unsigned char *member_save(struct member *member, size_t *size)
{
    struct archive archive = {0};
    learner_archive(member->learner, &archive);
    return archive_take(&archive, size);
}

bool member_load(struct member *member, const unsigned char *bytes, size_t size)
{
    struct archive archive = archive_reader(bytes, size);
    learner_archive(member->learner, &archive);
    member->loss_sum = 0;
    member->loss_n = 0;
    member->references.has_before_step = false;
    return !archive.has_failed && archive_is_at_end(&archive);
}

static void archive_count(struct archive *archive, int64_t *count)
{
    archive_bytes(archive, count, sizeof *count);
    archive_check(archive, *count >= 0);
}

static void archive_references(struct member *member, struct archive *archive)
{
    struct references *references = &member->references;
    archive_bytes(archive, references->stage_start, size_of(member));
    archive_bool(archive, &references->has_first_end);
    if (references->has_first_end) {
        archive_bytes(archive, references->first_end, size_of(member));
    }
    ends_archive(&references->ends, archive, learner_network(member->learner)->n_params,
                 suite_n_tasks(member->suite));
}

void member_archive(struct member *member, struct archive *archive)
{
    learner_archive(member->learner, archive);
    archive_double(archive, &member->loss_sum);
    archive_long(archive, &member->loss_n, 0, LONG_MAX / 2);
    archive_count(archive, &member->training_ns);
    archive_long(archive, &member->steps, 0, LONG_MAX / 2);
    archive_long(archive, &member->samples, 0, LONG_MAX / 2);
    archive_references(member, archive);
}

static void copy_references(struct member *member, const struct member *parent)
{
    struct references *to = &member->references;
    const struct references *from = &parent->references;
    size_t size = size_of(member);
    memcpy(to->initial, from->initial, size);
    memcpy(to->stage_start, from->stage_start, size);
    memcpy(to->first_end, from->first_end, size);
    to->has_first_end = from->has_first_end;
    ends_copy(&to->ends, &from->ends, learner_network(member->learner)->n_params);
}

void member_move(struct member *member, const struct suite *suite)
{
    member->suite = suite;
    learner_move(member->learner, suite);
    if (member->room) {
        probing_move(member->room, suite);
    }
}

void member_follow(struct member *member, const struct member *before, int stage)
{
    copy_references(member, before);
    forget_ends(member, stage);
}

void member_count_on(struct member *member, const struct member *before)
{
    member->training_ns = before->training_ns;
    member->steps = before->steps;
    member->samples = before->samples;
}

bool member_copy(struct member *member, struct member *parent)
{
    size_t size;
    unsigned char *bytes = member_save(parent, &size);
    bool ok = bytes && member_load(member, bytes, size);
    free(bytes);
    copy_references(member, parent);
    if (parent->trail) {
        member_keep_trail(member, trail_clone(parent->trail));
    }
    member->facts.loss = parent->facts.loss;
    member->loss_sum = parent->loss_sum;
    member->loss_n = parent->loss_n;
    return ok;
}

void member_keep_trail(struct member *member, struct trail *trail)
{
    trail_destroy(member->trail);
    member->trail = trail;
    learner_keep_pull(member->learner, trail ? &trail->pull : NULL);
}

struct trail *member_take_trail(struct member *member)
{
    struct trail *trail = member->trail;
    member->trail = NULL;
    learner_keep_pull(member->learner, NULL);
    return trail;
}
