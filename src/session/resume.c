/* SPDX-License-Identifier: MIT */
#include "session/resume.h"

#include <stdlib.h>

#include "base/clock.h"
#include "net/blas.h"
#include "session/checkpoint.h"
#include "session/recording.h"
#include "session/retrain.h"

/* A file holds two; a damaged one may seem to hold any number. */
enum { CHECKPOINTS_MOST = 4 };

/* ---- the file ---- */

struct filling {
    struct journal *journal;
    int64_t begin_ns;
};

static bool take_entry(void *context, int64_t n, int64_t t, const struct entry *entry)
{
    struct filling *filling = context;
    (void)n;
    return journal_add_at(filling->journal, *entry, filling->begin_ns + t);
}

/* All entries, with times as if the session had never ended. */
static struct journal *read_journal(struct recording *recording, struct err *err)
{
    struct recording_extent extent;
    struct filling filling = {.journal = journal_create(err)};
    bool ok = filling.journal && recording_extent(recording, &extent, err);
    if (ok) {
        filling.begin_ns = clock_ns() - extent.t;
        ok = recording_read(recording, 0, extent.n_entries, take_entry, &filling, err) &&
             (journal_length(filling.journal) == extent.n_entries ||
              err_set(err, ERR_FAILED, "memory: no room for the journal"));
    }
    if (!ok) {
        journal_destroy(filling.journal);
        return NULL;
    }
    return filling.journal;
}

/* ---- the lab ---- */

/* What is done to get there, and who waits for it. */
struct resuming {
    struct recording *recording;
    const struct journal *recorded;
    const struct watch *watch;
    int64_t n_before; /* entries that it began with */
    double part;      /* of the others that are there again */
    bool is_given_up;
};

static bool goes_on(struct resuming *resuming, double part)
{
    resuming->part = part;
    resuming->is_given_up = resuming->is_given_up || !watch_goes_on(resuming->watch, part);
    return !resuming->is_given_up;
}

/* While data is read, and while a command goes back: what counts is the way to the end. */
static bool goes_on_meanwhile(void *context, double part)
{
    struct resuming *resuming = context;
    (void)part;
    return goes_on(resuming, resuming->part);
}

static bool goes_on_to_the_end(void *context, long n)
{
    struct resuming *resuming = context;
    int64_t all = journal_length(resuming->recorded) - resuming->n_before;
    return goes_on(resuming, all > 0 ? (double)(n - resuming->n_before) / (double)all : 1);
}

struct lab *resume_anew(struct recording *recording, const struct watch *watch, struct err *err)
{
    struct script *script = calloc(1, sizeof *script);
    struct lab_options options = {.script = script, .keeps_history = true, .watch = watch};
    struct lab *lab = NULL;
    if (!script) {
        err_set(err, ERR_FAILED, "memory: no room for a script");
    } else if (recording_script(recording, script, err)) {
        lab = lab_create(recording_config(recording), &options, err);
    }
    free(script);
    return lab;
}

static struct lab *make_lab(struct resuming *resuming, struct err *err)
{
    resuming->part = 0;
    return resume_anew(resuming->recording, &(struct watch){goes_on_meanwhile, resuming}, err);
}

/* Takes the lab to the end of the recording. */
static bool train_again(struct resuming *resuming, struct lab *lab, struct verdict *verdict,
                        struct err *err)
{
    struct retrain_watch watch = {goes_on_to_the_end, resuming};
    resuming->n_before = journal_length(lab_journal(lab));
    lab_set_watch(lab, &(struct watch){goes_on_meanwhile, resuming});
    bool ok = retrain(lab, resuming->recorded, NULL, &watch, verdict, err);
    lab_set_watch(lab, &(struct watch){NULL, NULL});
    return ok && !resuming->is_given_up;
}

/* A lab that has gone on from the checkpoint to the end of the recording; NULL if it is none, or
 * other numbers came out. */
static struct lab *go_on(struct resuming *resuming, const unsigned char *bytes, size_t size)
{
    const void *state;
    size_t n;
    struct verdict verdict = {0};
    if (!checkpoint_unwrap(bytes, size, &state, &n)) {
        return NULL;
    }
    struct lab *lab = make_lab(resuming, NULL);
    bool ok = lab && lab_resume(lab, state, n, resuming->recorded, NULL) &&
              train_again(resuming, lab, &verdict, NULL) && verdict.is_equal;
    if (!ok) {
        lab_destroy(lab);
        return NULL;
    }
    return lab;
}

/* From the last checkpoint that is good; NULL if none is. */
static struct lab *go_on_from_last(struct resuming *resuming)
{
    struct lab *lab = NULL;
    int64_t n = journal_length(resuming->recorded);
    for (int i = 0; !lab && !resuming->is_given_up && n > 0 && i < CHECKPOINTS_MOST; i++) {
        int64_t found = 0;
        size_t size;
        struct err err = {0};
        unsigned char *bytes = recording_checkpoint(resuming->recording, n, &found, &size, &err);
        lab = bytes ? go_on(resuming, bytes, size) : NULL;
        free(bytes);
        n = found - 1;
    }
    return lab;
}

static struct lab *begin_anew(struct resuming *resuming, struct err *err)
{
    struct verdict verdict;
    struct lab *lab = make_lab(resuming, err);
    if (!lab || !train_again(resuming, lab, &verdict, err)) {
        lab_destroy(lab);
        return NULL;
    }
    if (!verdict.is_equal) {
        err_set(err, ERR_FAILED,
                "resume: the same numbers expected, found others from step %ld on: another "
                "processor or build has recorded it (BLAS kernels %.40s, here %s); oubli play and "
                "export still read it",
                verdict.recorded.step, recording_facts(resuming->recording)->blas_core,
                blas_core());
        lab_destroy(lab);
        return NULL;
    }
    return lab;
}

/* From the last checkpoint, or the first step. */
static struct lab *find_way(struct resuming *resuming, struct err *err)
{
    struct lab *lab = go_on_from_last(resuming);
    if (resuming->is_given_up) {
        lab_destroy(lab);
        err_set(err, ERR_STOPPED, "resume: stopped while it was trained again");
        return NULL;
    }
    return lab ? lab : begin_anew(resuming, err);
}

bool resume_is_possible(const char *path, struct err *err)
{
    return recording_is_free(path, err);
}

struct lab *resume_open(const char *path, const struct watch *watch, double *pace, struct err *err)
{
    struct recording *recording = resume_is_possible(path, err) ? recording_open(path, err) : NULL;
    bool ok = recording && recording_is_sound(recording, err) &&
              blas_setup(recording_facts(recording)->blas_core, err);
    struct journal *recorded = ok ? read_journal(recording, err) : NULL;
    struct resuming resuming = {.recording = recording, .recorded = recorded, .watch = watch};
    struct lab *lab = recorded ? find_way(&resuming, err) : NULL;
    *pace = lab ? recording_facts(recording)->pace : 0;
    if (lab && journal_length(recorded) == 0 && *pace > 0) { /* ended before it had begun */
        lab_apply(lab, &(struct command){.kind = COMMAND_SPEED, .speed = *pace}, NULL);
    }
    journal_destroy(recorded);
    recording_close(recording);
    return lab;
}
