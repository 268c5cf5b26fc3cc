/* SPDX-License-Identifier: MIT */
#include "lab/seat.h"

#include <assert.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/archive.h"
#include "base/clock.h"

/* Ends of tasks are kept as references of the drift while all of them fit into this. */
static const size_t REFERENCES_BYTES_MAX = 32u << 20;

static size_t size_of(const struct seat *seat)
{
    return learner_network(seat->learner)->n_params * sizeof(real);
}

static bool create_references(struct seat *seat, struct err *err)
{
    struct references *references = &seat->references;
    size_t size = 0, n = learner_network(seat->learner)->n_params;
    size_t n_tasks = (size_t)suite_n_tasks(seat->suite);
    for (int i = 0; i < 4; i++) {
        bool fits = arena_size_add(&size, n, sizeof(real));
        assert(fits); /* the learner holds more */
        (void)fits;
    }
    references->n_tasks = (int)n_tasks;
    references->task_end = calloc(n_tasks, sizeof *references->task_end);
    references->task_end_stage = calloc(n_tasks, sizeof *references->task_end_stage);
    seat->look.row = calloc(n_tasks, sizeof *seat->look.row);
    if (!references->task_end || !references->task_end_stage || !seat->look.row) {
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

struct seat *seat_create(const struct seat_facts *facts, const struct learner_config *config,
                         const struct suite *suite, const struct batches *batches, uint64_t seed,
                         struct err *err)
{
    struct seat *seat = calloc(1, sizeof *seat);
    if (!seat) {
        err_set(err, ERR_FAILED, "memory: no room for a learner");
        return NULL;
    }
    seat->facts = *facts;
    seat->facts.loss = (double)NAN;
    seat->config = *config;
    seat->suite = suite;
    bool ok = (seat->learner = learner_create(config, suite, seed, err)) &&
              (seat->feed = feed_create(batches, err)) && create_references(seat, err);
    if (!ok) {
        seat_destroy(seat);
        return NULL;
    }
    memcpy(seat->references.initial, learner_theta(seat->learner), size_of(seat));
    return seat;
}

bool seat_start_from(struct seat *seat, struct start *start, struct config *config, struct err *err)
{
    struct learner *learner = seat->learner;
    if (!start_fill(start, config->start, config->start_sha256, learner_network(learner),
                    learner_params(learner), learner_initial(learner), err)) {
        return false;
    }
    memcpy(seat->references.initial, learner_theta(learner), size_of(seat));
    return true;
}

/* The ends of tasks after the beginning of `stage` are no longer references. */
static void forget_ends(struct seat *seat, int stage)
{
    struct references *references = &seat->references;
    for (int t = 0; references->task_end && t < references->n_tasks; t++) {
        if (references->task_end[t] && references->task_end_stage[t] >= stage) {
            free(references->task_end[t]);
            references->task_end[t] = NULL;
        }
    }
    references->has_first_end &= stage > 0;
}

void seat_destroy(struct seat *seat)
{
    if (!seat) {
        return;
    }
    forget_ends(seat, 0);
    free(seat->references.task_end);
    free(seat->references.task_end_stage);
    free(seat->look.row);
    arena_fini(&seat->references.arena);
    feed_destroy(seat->feed);
    learner_destroy(seat->learner);
    free(seat);
}

void seat_begin_session(struct seat *seat)
{
    forget_ends(seat, 0);
    seat->loss_sum = 0;
    seat->loss_n = 0;
    seat->facts.loss = (double)NAN;
    memcpy(seat->references.initial, learner_theta(seat->learner), size_of(seat));
}

void seat_begin_stage(struct seat *seat, int stage, int task)
{
    feed_begin(seat->feed, 0);
    bool is_told = stage == 0 || !suite_is_stream(seat->suite);
    if (is_told && !seat->facts.has_diverged) {
        learner_stage_begin(seat->learner, stage, task);
    }
    memcpy(seat->references.stage_start, learner_theta(seat->learner), size_of(seat));
    seat->references.has_before_step = false;
}

const real *seat_answering(struct seat *seat, int task)
{
    return learner_answer(seat->learner, task);
}

/* `answers` of them, one at each position of a row; rows begin where the last one ended, for those
 * between would only say the same symbols again. */
static int test_stride(const struct seat *seat, int task, long answers)
{
    int n = suite_task(seat->suite, task)->n_test;
    int positions = learner_network(seat->learner)->n_positions;
    long rows = answers / positions > 1 ? answers / positions : 1;
    int stride = (int)((n + rows - 1) / rows);
    return stride > positions ? stride : positions;
}

static void diverge(struct seat *seat, const struct segment *segment)
{
    seat->has_diverged_now = seat->facts.has_diverged = true;
    seat->facts.diverged_step = segment->step + seat->n_done;
    seat->facts.diverged_stage = segment->stage;
}

static void take_steps(struct seat *seat, const struct segment *segment)
{
    int64_t begin = clock_ns();
    long samples = 0;
    learner_keep_gradient(seat->learner, segment->keeps_gradient);
    for (; seat->n_done < segment->n_steps; seat->n_done++) {
        if (segment->keeps_update) {
            memcpy(seat->references.before_step, learner_theta(seat->learner), size_of(seat));
            seat->references.has_before_step = true;
        }
        struct batch batch = feed_next(seat->feed);
        if (!isfinite(learner_step(seat->learner, &batch))) {
            diverge(seat, segment);
            break;
        }
        seat->loss_sum += learner_batch_loss(seat->learner);
        seat->loss_n++;
        samples += batch.n;
    }
    if (segment->is_watched) {
        seat->training_ns += clock_ns() - begin;
        seat->steps += seat->n_done;
        seat->samples += samples;
    }
}

static struct probed probed_of(const struct seat *seat, int present)
{
    return (struct probed){.learner = seat->learner,
                           .suite = seat->suite,
                           .task = present,
                           .loss = seat->facts.loss,
                           .stage_start = seat->references.stage_start};
}

static void measure_task(struct measures *measures, const struct seat *seat, struct probed probed,
                         int task, int stride)
{
    struct score score = learner_score(seat->learner, task, stride);
    probed.score = &score;
    measures_take(measures, PROBE_OF_TASK, &probed, task);
}

/* The regular look: the loss, and what the probes say of the tasks whose turn it is. */
static void take_look(struct seat *seat, const struct segment *segment)
{
    seat->facts.loss = seat->loss_n ? seat->loss_sum / (double)seat->loss_n : seat->facts.loss;
    seat->loss_sum = 0;
    seat->loss_n = 0;
    if (!segment->is_watched) {
        return;
    }
    struct probed probed = probed_of(seat, segment->task);
    measures_take(&seat->look.learner, PROBE_OF_LEARNER, &probed, 0);
    for (int i = 0; i < segment->n_tasks; i++) {
        int task = segment->tasks[i];
        measure_task(&seat->look.tasks[i], seat, probed, task,
                     test_stride(seat, task, SCHEDULE_TICK_ROWS));
    }
    for (int i = 0; i < learner_network(seat->learner)->n_parts; i++) {
        measures_take(&seat->look.parts[i], PROBE_OF_PART, &probed, i);
    }
}

int seat_row_stride(const struct seat *seat, int task)
{
    return test_stride(seat, task, SCHEDULE_ROW_ROWS / suite_n_tasks(seat->suite));
}

void seat_measure_row(struct seat *seat, int present)
{
    for (int t = 0; t < suite_n_tasks(seat->suite); t++) {
        measure_task(&seat->look.row[t], seat, probed_of(seat, present), t,
                     seat_row_stride(seat, t));
    }
}

static void keep_references(struct seat *seat, const struct segment *segment)
{
    struct references *references = &seat->references;
    const real *answering = seat_answering(seat, segment->task);
    size_t size = size_of(seat);
    real **end = &references->task_end[segment->task];
    if (!*end && size * (size_t)references->n_tasks <= REFERENCES_BYTES_MAX) {
        *end = malloc(size); /* without it that reference is not offered */
    }
    if (*end) {
        memcpy(*end, answering, size);
        references->task_end_stage[segment->task] = segment->stage;
    }
    if (segment->stage == 0) {
        memcpy(references->first_end, answering, size);
        references->has_first_end = true;
    }
}

void seat_run(struct seat *seat, const struct segment *segment)
{
    seat->n_done = 0;
    seat->has_diverged_now = false;
    if (seat->facts.has_diverged) {
        return;
    }
    take_steps(seat, segment);
    if (segment->is_end && !seat->facts.has_diverged) {
        struct batch batch = feed_next(seat->feed);
        if (!isfinite(learner_loss(seat->learner, &batch))) {
            /* By the last step: nothing is consolidated. */
            diverge(seat, segment);
        }
    }
    if (seat->facts.has_diverged) {
        return;
    }
    if (segment->has_look) {
        take_look(seat, segment);
    }
    if (segment->is_watched && (segment->is_end || segment->is_of_all)) {
        seat_measure_row(seat, segment->task);
    }
    if (segment->is_end) {
        seat->prepared = suite_is_stream(seat->suite) ? 1 : 0;
    }
}

void seat_prepare_end(struct seat *seat)
{
    if (!seat->facts.has_diverged && seat->prepared < 1) {
        seat->prepared = learner_prepare(seat->learner);
    }
}

void seat_end(struct seat *seat, const struct segment *segment)
{
    if (seat->facts.has_diverged) {
        return;
    }
    if (!suite_is_stream(seat->suite)) {
        learner_consolidate(seat->learner);
    }
    keep_references(seat, segment);
}

unsigned char *seat_save(struct seat *seat, size_t *size)
{
    struct archive archive = {0};
    learner_archive(seat->learner, &archive);
    return archive_take(&archive, size);
}

bool seat_load(struct seat *seat, const unsigned char *bytes, size_t size)
{
    struct archive archive = archive_reader(bytes, size);
    learner_archive(seat->learner, &archive);
    seat->loss_sum = 0;
    seat->loss_n = 0;
    seat->references.has_before_step = false;
    return !archive.has_failed && archive_is_at_end(&archive);
}

static void archive_count(struct archive *archive, int64_t *count)
{
    archive_bytes(archive, count, sizeof *count);
    archive_check(archive, *count >= 0);
}

/* The end of a task's last visit, if there is one. */
static void archive_end(struct seat *seat, struct archive *archive, int task, bool is_kept)
{
    struct references *references = &seat->references;
    bool has = is_kept && references->task_end[task];
    archive_bool(archive, &has);
    if (!has) {
        return;
    }
    if (archive->is_reading && !references->task_end[task]) {
        references->task_end[task] = malloc(size_of(seat));
        archive_check(archive, references->task_end[task] != NULL);
    }
    archive_int(archive, &references->task_end_stage[task], 0, INT_MAX / 2);
    if (!archive->has_failed) {
        archive_bytes(archive, references->task_end[task], size_of(seat));
    }
}

static void archive_references(struct seat *seat, struct archive *archive, size_t room)
{
    struct references *references = &seat->references;
    size_t ends = 0;
    archive_bytes(archive, references->stage_start, size_of(seat));
    archive_bool(archive, &references->has_first_end);
    if (references->has_first_end) {
        archive_bytes(archive, references->first_end, size_of(seat));
    }
    for (int t = 0; t < references->n_tasks; t++) {
        ends += references->task_end[t] ? size_of(seat) : 0;
    }
    for (int t = 0; t < references->n_tasks && !archive->has_failed; t++) {
        archive_end(seat, archive, t, archive->is_reading || ends <= room);
    }
}

void seat_archive(struct seat *seat, struct archive *archive, size_t room)
{
    learner_archive(seat->learner, archive);
    archive_double(archive, &seat->loss_sum);
    archive_long(archive, &seat->loss_n, 0, LONG_MAX / 2);
    archive_count(archive, &seat->training_ns);
    archive_long(archive, &seat->steps, 0, LONG_MAX / 2);
    archive_long(archive, &seat->samples, 0, LONG_MAX / 2);
    archive_references(seat, archive, room);
}

static void copy_references(struct seat *seat, const struct seat *parent)
{
    struct references *to = &seat->references;
    const struct references *from = &parent->references;
    size_t size = size_of(seat);
    memcpy(to->initial, from->initial, size);
    memcpy(to->stage_start, from->stage_start, size);
    memcpy(to->first_end, from->first_end, size);
    to->has_first_end = from->has_first_end;
    for (int t = 0; t < from->n_tasks; t++) {
        if (from->task_end[t] && (to->task_end[t] = malloc(size)) != NULL) {
            memcpy(to->task_end[t], from->task_end[t], size);
            to->task_end_stage[t] = from->task_end_stage[t];
        }
    }
}

void seat_move(struct seat *seat, const struct suite *suite)
{
    seat->suite = suite;
    learner_move(seat->learner, suite);
}

void seat_follow(struct seat *seat, const struct seat *before, int stage)
{
    copy_references(seat, before);
    forget_ends(seat, stage);
}

void seat_count_on(struct seat *seat, const struct seat *before)
{
    seat->training_ns = before->training_ns;
    seat->steps = before->steps;
    seat->samples = before->samples;
}

bool seat_copy(struct seat *seat, struct seat *parent)
{
    size_t size;
    unsigned char *bytes = seat_save(parent, &size);
    bool ok = bytes && seat_load(seat, bytes, size);
    free(bytes);
    copy_references(seat, parent);
    seat->facts.loss = parent->facts.loss;
    seat->loss_sum = parent->loss_sum;
    seat->loss_n = parent->loss_n;
    return ok;
}
