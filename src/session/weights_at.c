/* SPDX-License-Identifier: MIT */
#include "session/weights_at.h"

#include <limits.h>
#include <stdlib.h>

#include "net/blas.h"
#include "session/checkpoint.h"
#include "session/resume.h"
#include "session/retrain.h"

/* A file holds two; a damaged one may seem to hold any number. */
enum { CHECKPOINTS_MOST = 4 };

struct way {
    struct recording *recording;
    struct journal *recorded;
    const struct watch *watch;
    long step;    /* LONG_MAX: at the end */
    long from;    /* entries before that: of what was taken back */
    long to;      /* after so many that step is done */
    long begin;   /* the lab began with so many */
    int selected; /* the number of the learner that was, then */
    double part;
    bool is_given_up;
};

/* ---- where it goes ---- */

static bool take_entry(void *context, int64_t n, int64_t t, const struct entry *entry)
{
    (void)n;
    return journal_add_at(context, *entry, t);
}

/* The last of that time or before, that is not of what was taken back; NULL if there is none, or
 * with err.  Returns owned. */
static struct snapshot *read_snapshot(const struct way *way, int64_t t, struct err *err)
{
    struct snapshot *snapshot = calloc(1, sizeof *snapshot);
    int64_t taken, n = 0;
    if (!snapshot) {
        err_set(err, ERR_FAILED, "memory: no room for a snapshot");
    } else if (!recording_snapshot(way->recording, t, snapshot, &taken, &n, err) || n < way->from) {
        free(snapshot);
        return NULL;
    }
    return snapshot;
}

/* The last step that the recording tells of; it may be later than the last entry. */
static bool find_last(const struct way *way, long *last, struct err *err)
{
    struct err why = {0};
    struct snapshot *snapshot = read_snapshot(way, INT64_MAX, &why);
    *last = snapshot ? snapshot->step : 0;
    for (long i = way->from; i < journal_length(way->recorded); i++) {
        long step = journal_at(way->recorded, i).step;
        *last = step > *last ? step : *last;
    }
    free(snapshot);
    return why.code == ERR_NONE || err_set(err, why.code, "%s", why.msg);
}

/* Whom the screen showed then, which no entry tells; the first learner where no snapshot does. */
static bool find_selected(struct way *way, struct err *err)
{
    struct err why = {0};
    bool is_inside = way->to > 0 && way->to < journal_length(way->recorded);
    int64_t t = is_inside ? journal_time(way->recorded, way->to - 1) : INT64_MAX;
    struct snapshot *snapshot = read_snapshot(way, t, &why);
    way->selected = snapshot ? snapshot->learners[snapshot->selected].id : 0;
    free(snapshot);
    return why.code == ERR_NONE || err_set(err, why.code, "%s", why.msg);
}

static bool is_over(const struct way *way)
{
    bool is_it = false;
    for (long i = way->from; i < journal_length(way->recorded); i++) {
        is_it |= journal_at(way->recorded, i).kind == ENTRY_END;
    }
    return is_it;
}

static bool find_way(struct way *way, struct err *err)
{
    long n = journal_length(way->recorded), last;
    for (long i = 0; i < n; i++) {
        struct entry entry = journal_at(way->recorded, i);
        way->from = entry.kind == ENTRY_REWIND && entry.step < way->step ? i + 1 : way->from;
    }
    if (!find_last(way, &last, err)) {
        return false;
    }
    if (way->step == LONG_MAX && !is_over(way)) {
        way->step = last;
    }
    if (way->step != LONG_MAX && way->step > last) {
        return err_set(err, ERR_USAGE,
                       "weights: a step of the session up to %ld expected, found %ld", last,
                       way->step);
    }
    way->to = way->from;
    while (way->to < n && journal_at(way->recorded, way->to).step <= way->step) {
        way->to++;
    }
    way->to += way->to < n;
    return find_selected(way, err);
}

/* ---- who goes ---- */

/* The lab of a checkpoint, if that is on the way and not too late. */
static struct lab *from_checkpoint(const struct way *way, const unsigned char *bytes, size_t size)
{
    const void *state;
    size_t n;
    struct lab *lab =
        checkpoint_unwrap(bytes, size, &state, &n) ? resume_anew(way->recording, NULL, NULL) : NULL;
    bool ok = lab && lab_resume(lab, state, n, way->recorded, NULL) &&
              lab_steps_done(lab) < way->step &&
              (lab_state(lab) == LAB_TRAINING || lab_state(lab) == LAB_PAUSED);
    if (!ok) {
        lab_destroy(lab);
        return NULL;
    }
    return lab;
}

static struct lab *begin(struct way *way, struct err *err)
{
    struct lab *lab = NULL;
    int64_t n = way->to;
    for (int i = 0; !lab && n > way->from && i < CHECKPOINTS_MOST; i++) {
        int64_t found = 0;
        size_t size;
        unsigned char *bytes = recording_checkpoint(way->recording, n, &found, &size, NULL);
        bool is_on_the_way = bytes && found >= way->from;
        lab = is_on_the_way ? from_checkpoint(way, bytes, size) : NULL;
        free(bytes);
        n = is_on_the_way ? found - 1 : 0;
    }
    return lab ? lab : resume_anew(way->recording, NULL, err);
}

/* ---- going ---- */

static bool goes_on_meanwhile(void *context, double part)
{
    struct way *way = context;
    (void)part;
    way->is_given_up = way->is_given_up || !watch_goes_on(way->watch, way->part);
    return !way->is_given_up;
}

static bool goes_on(void *context, long n)
{
    struct way *way = context;
    way->part =
        way->to > way->begin ? (double)(n - way->begin) / (double)(way->to - way->begin) : 1;
    return goes_on_meanwhile(way, 0);
}

/* The first n entries; owned. */
static struct journal *first_entries(const struct journal *journal, long n, struct err *err)
{
    struct journal *first = journal_create(err);
    for (long i = 0; first && i < n; i++) {
        if (!journal_add_at(first, journal_at(journal, i), journal_time(journal, i))) {
            err_set(err, ERR_FAILED, "memory: no room for the journal");
            journal_destroy(first);
            return NULL;
        }
    }
    return first;
}

/* Through the first n entries. */
static bool go_through(struct way *way, struct lab *lab, long n, struct err *err)
{
    const struct retrain_watch watch = {goes_on, way};
    struct verdict verdict;
    struct journal *first = first_entries(way->recorded, n, err);
    const struct retrain_terms terms = {
        .without_probes = recording_facts(way->recording)->probing != LAB_PROBING};
    bool ok = first && retrain(lab, first, &terms, &watch, &verdict, err);
    if (ok && !verdict.is_equal) {
        ok =
            err_set(err, ERR_FAILED,
                    "weights: the same numbers expected, found others from step %ld on: another "
                    "processor or build has recorded it (BLAS kernels %.40s, here %s)",
                    verdict.recorded.step, recording_facts(way->recording)->blas_core, blas_core());
    }
    journal_destroy(first);
    return ok;
}

/* The session was interrupted between its last entry and that step. */
static void go_beyond(struct way *way, struct lab *lab)
{
    const struct command resume = {.kind = COMMAND_RESUME};
    while (way->step != LONG_MAX && lab_steps_done(lab) < way->step && goes_on_meanwhile(way, 0)) {
        long left = way->step - lab_steps_done(lab), fit = lab_steps_within(lab, 10000000);
        enum lab_state state = lab_advance(lab, left < fit ? left : fit);
        if (state == LAB_PAUSED) {
            lab_apply(lab, &resume, NULL);
        } else if (state != LAB_TRAINING) {
            return;
        }
    }
}

static bool go(struct way *way, struct lab *lab, const char *learner, FILE *out, struct err *err)
{
    way->begin = journal_length(lab_journal(lab));
    lab_set_watch(lab, &(struct watch){goes_on_meanwhile, way});
    bool ok = way->begin >= way->from || go_through(way, lab, way->from, err);
    if (ok) {
        lab_wish_weights(lab, out, &(struct whose){learner, way->selected}, way->step);
        ok = go_through(way, lab, way->to, err);
    }
    if (ok) {
        go_beyond(way, lab);
    }
    if (way->is_given_up) {
        return err_set(err, ERR_STOPPED, "weights: stopped while it was trained again");
    }
    return ok && lab_has_kept_wish(lab, err);
}

bool weights_at(struct recording *recording, const struct weights_wish *wish, FILE *out,
                const struct watch *watch, struct err *err)
{
    struct recording_extent extent;
    struct way way = {.recording = recording, .watch = watch, .step = wish->step};
    way.recorded = recording_extent(recording, &extent, err) ? journal_create(err) : NULL;
    struct lab *lab = NULL;
    bool ok = way.recorded &&
              recording_read(recording, 0, extent.n_entries, take_entry, way.recorded, err) &&
              (journal_length(way.recorded) == extent.n_entries ||
               err_set(err, ERR_FAILED, "memory: no room for the journal")) &&
              find_way(&way, err) && blas_setup(recording_facts(recording)->blas_core, err) &&
              (lab = begin(&way, err)) && go(&way, lab, wish->learner, out, err);
    lab_destroy(lab);
    journal_destroy(way.recorded);
    return ok;
}
