/* SPDX-License-Identifier: MIT
 * Which checkpoints are kept: the starts of stages, and looks in between while there is room. */
#include "lab/history.h"

#include <stdlib.h>
#include <string.h>

enum { CHECKPOINTS_MOST = 160 };

/* Flat out, looks closer than this are not worth a copy: the steps are had again as fast. */
static const int64_t GAP_NS = 4000000;

bool history_init(struct history *history, bool is_kept, size_t budget, struct err *err)
{
    *history = (struct history){.is_kept = is_kept, .budget = budget};
    if (is_kept) {
        history->checkpoints = calloc(CHECKPOINTS_MOST + 1, sizeof *history->checkpoints);
        if (!history->checkpoints) {
            return err_set(err, ERR_FAILED, "memory: no room for %d checkpoints", CHECKPOINTS_MOST);
        }
    }
    return true;
}

static void drop(struct history *history, struct checkpoint *checkpoint)
{
    for (int i = 0; i < checkpoint->n_records; i++) {
        free(checkpoint->records[i].bytes);
    }
    free(checkpoint->records);
    history->bytes -= checkpoint->bytes;
}

static void drop_last(struct history *history)
{
    drop(history, &history->checkpoints[--history->n]);
}

void history_clear(struct history *history, int64_t now_ns)
{
    while (history->n > 0) {
        drop_last(history);
    }
    while (history->n_departed > 0) {
        free(history->departed[--history->n_departed].first_end);
    }
    history->log.n = 0;
    history->kept_ns = now_ns;
}

void history_fini(struct history *history)
{
    history_clear(history, 0);
    command_log_fini(&history->log);
    free(history->checkpoints);
    *history = (struct history){0};
}

void history_log(struct history *history, int stage, long step, const struct order *order)
{
    struct logged_command logged = {stage, step, *order};
    history->is_kept = history->is_kept && command_log_append(&history->log, &logged);
}

void history_cut(struct history *history, const struct run *run, int n_commands, int64_t now_ns)
{
    history->log.n = n_commands;
    while (history->n > 0 && (history->checkpoints[history->n - 1].at.stage > run->at.stage ||
                              history->checkpoints[history->n - 1].at.step > run->at.step)) {
        drop_last(history);
    }
    history->kept_ns = now_ns;
}

/* The one that is missed least: between neighbours that stand closest together; looks go before
 * starts of stages; the very first stays, and the last with the start of its stage, which its drift
 * is measured from. -1: none can go. */
static int find_least(const struct history *history, bool boundaries)
{
    int least = -1;
    long least_gap = 0;
    for (int i = 1; i < history->n; i++) {
        const struct checkpoint *checkpoint = &history->checkpoints[i];
        int next = i + 1 < history->n ? i + 1 : i;
        long gap = history->checkpoints[next].at.step - history->checkpoints[i - 1].at.step;
        const struct position *last = &history->checkpoints[history->n - 1].at;
        bool is_last = i == history->n - 1, is_of_last = checkpoint->at.stage == last->stage;
        if (checkpoint->is_boundary == boundaries && !is_last && !(boundaries && is_of_last) &&
            (least < 0 || gap < least_gap)) {
            least = i;
            least_gap = gap;
        }
    }
    return least;
}

void history_thin(struct history *history)
{
    while (history->bytes > history->budget || history->n > CHECKPOINTS_MOST) {
        int i = find_least(history, false);
        i = i < 0 ? find_least(history, true) : i;
        if (i < 0) {
            return;
        }
        drop(history, &history->checkpoints[i]);
        history->n--;
        for (; i < history->n; i++) {
            history->checkpoints[i] = history->checkpoints[i + 1];
        }
    }
}

bool history_take_record(struct history *history, struct checkpoint *checkpoint,
                         const struct record *record)
{
    struct record *records =
        realloc(checkpoint->records, (size_t)(checkpoint->n_records + 1) * sizeof *records);
    if (!records) {
        return false;
    }
    checkpoint->records = records;
    records[checkpoint->n_records++] = *record;
    checkpoint->bytes += record->size + sizeof *record;
    history->bytes += record->size + sizeof *record;
    return true;
}

bool history_add_record(struct history *history, struct checkpoint *checkpoint,
                        struct member *member)
{
    struct record record = {.facts = member->facts, .config = member->config};
    record.bytes = member_save(member, &record.size);
    if (!record.bytes || !history_take_record(history, checkpoint, &record)) {
        free(record.bytes);
        return false;
    }
    return true;
}

void history_forget(struct history *history, int id)
{
    for (int i = 0; i < history->n; i++) {
        struct checkpoint *checkpoint = &history->checkpoints[i];
        int n = 0;
        for (int k = 0; k < checkpoint->n_records; k++) {
            struct record record = checkpoint->records[k];
            if (record.facts.id != id) {
                checkpoint->records[n++] = record;
                continue;
            }
            checkpoint->bytes -= record.size + sizeof record;
            history->bytes -= record.size + sizeof record;
            free(record.bytes);
        }
        checkpoint->n_records = n;
    }
}

/* A look is worth a checkpoint while the start of its stage is there, which the drift is measured
 * from. */
static bool is_worth_it(const struct history *history, const struct run *run, bool is_boundary,
                        int64_t now_ns)
{
    if (!history->is_kept) {
        return false;
    }
    const struct checkpoint *last = history->n ? &history->checkpoints[history->n - 1] : NULL;
    bool is_far = run->speed > 0 || now_ns - history->kept_ns >= GAP_NS;
    return is_boundary ||
           (last && last->at.step < run->at.step && is_far && last->at.stage == run->at.stage &&
            history_boundary(history, run->at.stage));
}

void history_keep(struct history *history, const struct run *run, bool is_boundary, int64_t now_ns)
{
    if (!is_worth_it(history, run, is_boundary, now_ns)) {
        return;
    }
    struct checkpoint checkpoint = {.at = run->at,
                                    .speed = run->speed,
                                    .n_commands = history->log.n,
                                    .is_boundary = is_boundary};
    checkpoint.at.turn = run->schedule.turn;
    checkpoint.at.n_seen = run->schedule.n_seen;
    bool ok = true;
    for (int i = 0; ok && i < run->n_members; i++) {
        ok = history_add_record(history, &checkpoint, run->members[i]);
    }
    if (!ok) {
        drop(history, &checkpoint); /* without it an earlier checkpoint serves, a little slower */
        return;
    }
    history->kept_ns = now_ns;
    checkpoint.number = ++history->n_numbered;
    history->checkpoints[history->n++] = checkpoint;
    history_thin(history);
}

int history_find(const struct history *history, long step)
{
    int i = history->n - 1;
    while (i >= 0 && history->checkpoints[i].at.step > step) {
        i--;
    }
    return i;
}

const struct checkpoint *history_boundary(const struct history *history, int stage)
{
    for (int i = 0; i < history->n; i++) {
        const struct checkpoint *other = &history->checkpoints[i];
        if (other->is_boundary && other->at.stage == stage) {
            return other;
        }
    }
    return NULL;
}

const struct record *checkpoint_record(const struct checkpoint *checkpoint, int id)
{
    for (int i = 0; i < checkpoint->n_records; i++) {
        if (checkpoint->records[i].facts.id == id) {
            return &checkpoint->records[i];
        }
    }
    return NULL;
}

const struct record *history_record(const struct history *history,
                                    const struct checkpoint *checkpoint, int id)
{
    const struct record *record = NULL;
    for (; id >= 0 && !record; id = command_log_parent(&history->log, id)) {
        record = checkpoint_record(checkpoint, id);
    }
    return record;
}

static void forget_departed(struct history *history, int i)
{
    free(history->departed[i].first_end);
    history->n_departed--;
    for (; i < history->n_departed; i++) {
        history->departed[i] = history->departed[i + 1];
    }
}

void history_remember(struct history *history, const struct member *member)
{
    for (int i = history->n_departed - 1; i >= 0; i--) {
        if (history->departed[i].id == member->facts.id) {
            forget_departed(history, i);
        }
    }
    if (!history->is_kept || !member->references.has_first_end) {
        return;
    }
    size_t size = learner_network(member->learner)->n_params * sizeof(real);
    real *first_end = malloc(size);
    if (!first_end) {
        return; /* then its drift since the first task cannot be told, should it come back */
    }
    memcpy(first_end, member->references.first_end, size);
    if (history->n_departed == DEPARTED_MAX) {
        forget_departed(history, 0);
    }
    history->departed[history->n_departed++] = (struct departed){member->facts.id, size, first_end};
}

void history_remind(const struct history *history, struct member *member)
{
    for (int i = 0; i < history->n_departed; i++) {
        size_t size = learner_network(member->learner)->n_params * sizeof(real);
        if (history->departed[i].id == member->facts.id && history->departed[i].size == size) {
            memcpy(member->references.first_end, history->departed[i].first_end, size);
            member->references.has_first_end = true;
        }
    }
}
