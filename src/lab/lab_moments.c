/* SPDX-License-Identifier: MIT
 * Which checkpoints are kept: the starts of stages, and looks in between while there is room.  They
 * are kept in the order of steps. */
#include <stdlib.h>
#include <string.h>

#include "lab/lab_stages.h"

enum { MOMENTS_MOST = 160 };

/* Flat out, looks closer than this are not worth a copy: the steps are had again as fast. */
static const int64_t GAP_NS = 4000000;

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

bool lab_history_init(struct lab *lab, bool wanted, struct err *err)
{
    struct history *history = &lab->history;
    const struct params *params = &lab->config.learners[0].params; /* common to all */
    history->is_kept = wanted || goes_back(lab->script);
    history->budget = (size_t)params->value[PARAM_HISTORY_MEGABYTES] << 20;
    if (history->is_kept) {
        history->moments = calloc(MOMENTS_MOST + 1, sizeof *history->moments);
        if (!history->moments) {
            return err_set(err, ERR_FAILED, "memory: no room for %d checkpoints", MOMENTS_MOST);
        }
    }
    return true;
}

static void drop(struct history *history, struct moment *moment)
{
    for (int i = 0; i < moment->n_records; i++) {
        free(moment->records[i].bytes);
    }
    free(moment->records);
    history->bytes -= moment->bytes;
}

void lab_history_cut(struct lab *lab, int n)
{
    while (lab->history.n > n) {
        drop(&lab->history, &lab->history.moments[--lab->history.n]);
    }
}

void lab_history_clear(struct lab *lab)
{
    lab_history_cut(lab, 0);
    while (lab->history.n_departed > 0) {
        free(lab->history.departed[--lab->history.n_departed].first_end);
    }
    lab->history.n_commands = 0;
    lab->history.kept_ns = lab->training_ns;
}

void lab_history_fini(struct lab *lab)
{
    lab_history_clear(lab);
    free(lab->history.moments);
    free(lab->history.commands);
}

/* The one that is missed least: between neighbours that stand closest together; looks go before
 * starts of stages; the very first stays, and the last with the start of its stage, which its drift
 * is measured from. -1: none can go. */
static int find_least(const struct history *history, bool boundaries)
{
    int least = -1;
    long least_gap = 0;
    for (int i = 1; i < history->n; i++) {
        const struct moment *moment = &history->moments[i];
        int next = i + 1 < history->n ? i + 1 : i;
        long gap = history->moments[next].at.step - history->moments[i - 1].at.step;
        const struct position *last = &history->moments[history->n - 1].at;
        bool is_last = i == history->n - 1, is_of_last = moment->at.stage == last->stage;
        if (moment->is_boundary == boundaries && !is_last && !(boundaries && is_of_last) &&
            (least < 0 || gap < least_gap)) {
            least = i;
            least_gap = gap;
        }
    }
    return least;
}

void lab_history_thin(struct lab *lab)
{
    struct history *history = &lab->history;
    while (history->bytes > history->budget || history->n > MOMENTS_MOST) {
        int i = find_least(history, false);
        i = i < 0 ? find_least(history, true) : i;
        if (i < 0) {
            return;
        }
        drop(history, &history->moments[i]);
        history->n--;
        for (; i < history->n; i++) {
            history->moments[i] = history->moments[i + 1];
        }
    }
}

bool lab_history_take_record(struct lab *lab, struct moment *moment, const struct record *record)
{
    struct record *records =
        realloc(moment->records, (size_t)(moment->n_records + 1) * sizeof *records);
    if (!records) {
        return false;
    }
    moment->records = records;
    records[moment->n_records++] = *record;
    moment->bytes += record->size + sizeof *record;
    lab->history.bytes += record->size + sizeof *record;
    return true;
}

bool lab_history_add_record(struct lab *lab, struct moment *moment, struct seat *seat)
{
    struct record record = {.facts = seat->facts, .config = seat->config};
    record.bytes = seat_save(seat, &record.size);
    if (!record.bytes || !lab_history_take_record(lab, moment, &record)) {
        free(record.bytes);
        return false;
    }
    return true;
}

void lab_history_forget(struct lab *lab, int id)
{
    for (int i = 0; i < lab->history.n; i++) {
        struct moment *moment = &lab->history.moments[i];
        int n = 0;
        for (int k = 0; k < moment->n_records; k++) {
            struct record record = moment->records[k];
            if (record.facts.id != id) {
                moment->records[n++] = record;
                continue;
            }
            moment->bytes -= record.size + sizeof record;
            lab->history.bytes -= record.size + sizeof record;
            free(record.bytes);
        }
        moment->n_records = n;
    }
}

/* A look is worth a moment while the start of its stage is there, which the drift is measured
 * from. */
static bool is_worth_it(const struct lab *lab, bool is_boundary)
{
    const struct history *history = &lab->history;
    if (!history->is_kept || lab->is_silent) {
        return false;
    }
    const struct moment *last = history->n ? &history->moments[history->n - 1] : NULL;
    bool is_far = lab->speed > 0 || lab->training_ns - history->kept_ns >= GAP_NS;
    return is_boundary || (last && last->at.step < lab->at.step && is_far &&
                           last->at.stage == lab->at.stage && lab_history_boundary(lab, last));
}

void lab_history_keep(struct lab *lab, bool is_boundary)
{
    struct history *history = &lab->history;
    if (!is_worth_it(lab, is_boundary)) {
        return;
    }
    struct moment moment = {.at = lab->at,
                            .speed = lab->speed,
                            .n_commands = history->n_commands,
                            .is_boundary = is_boundary};
    moment.at.turn = lab->schedule.turn;
    moment.at.n_seen = lab->schedule.n_seen;
    bool ok = true;
    for (int i = 0; ok && i < lab->n_seats; i++) {
        ok = lab_history_add_record(lab, &moment, lab->seats[i]);
    }
    if (!ok) {
        drop(history, &moment); /* without it an earlier moment serves, a little slower */
        return;
    }
    history->kept_ns = lab->training_ns;
    moment.number = ++history->n_numbered;
    history->moments[history->n++] = moment;
    lab_history_thin(lab);
}

int lab_history_find(const struct lab *lab, long step)
{
    int i = lab->history.n - 1;
    while (i >= 0 && lab->history.moments[i].at.step > step) {
        i--;
    }
    return i;
}

const struct moment *lab_history_boundary(const struct lab *lab, const struct moment *moment)
{
    for (int i = 0; i < lab->history.n; i++) {
        const struct moment *other = &lab->history.moments[i];
        if (other->is_boundary && other->at.stage == moment->at.stage) {
            return other;
        }
    }
    return NULL;
}

const struct record *moment_record(const struct moment *moment, int id)
{
    for (int i = 0; i < moment->n_records; i++) {
        if (moment->records[i].facts.id == id) {
            return &moment->records[i];
        }
    }
    return NULL;
}

const struct record *lab_history_record(const struct lab *lab, const struct moment *moment, int id)
{
    const struct record *record = NULL;
    for (; id >= 0 && !record; id = lab_history_parent(lab, id)) {
        record = moment_record(moment, id);
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

void lab_history_remember(struct lab *lab, const struct seat *seat)
{
    struct history *history = &lab->history;
    for (int i = history->n_departed - 1; i >= 0; i--) {
        if (history->departed[i].id == seat->facts.id) {
            forget_departed(history, i);
        }
    }
    if (!history->is_kept || !seat->references.has_first_end) {
        return;
    }
    size_t size = learner_network(seat->learner)->n_params * sizeof(real);
    real *first_end = malloc(size);
    if (!first_end) {
        return; /* then its drift since the first task cannot be told, should it come back */
    }
    memcpy(first_end, seat->references.first_end, size);
    if (history->n_departed == DEPARTED_MAX) {
        forget_departed(history, 0);
    }
    history->departed[history->n_departed++] = (struct departed){seat->facts.id, size, first_end};
}

void lab_history_remind(const struct lab *lab, struct seat *seat)
{
    const struct history *history = &lab->history;
    for (int i = 0; i < history->n_departed; i++) {
        size_t size = learner_network(seat->learner)->n_params * sizeof(real);
        if (history->departed[i].id == seat->facts.id && history->departed[i].size == size) {
            memcpy(seat->references.first_end, history->departed[i].first_end, size);
            seat->references.has_first_end = true;
        }
    }
}
