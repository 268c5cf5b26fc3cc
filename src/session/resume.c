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

static struct lab *make_lab(struct recording *recording, struct err *err)
{
    struct script *script = calloc(1, sizeof *script);
    struct lab_options options = {.script = script, .keeps_history = true};
    struct lab *lab = NULL;
    if (!script) {
        err_set(err, ERR_FAILED, "memory: no room for a script");
    } else if (recording_script(recording, script, err)) {
        lab = lab_create(recording_config(recording), &options, err);
    }
    free(script);
    return lab;
}

/* A lab that has gone on from the checkpoint to the end of the recording; NULL if it is none, or
 * other numbers came out. */
static struct lab *go_on(struct recording *recording, const unsigned char *bytes, size_t size,
                         const struct journal *recorded)
{
    const void *state;
    size_t n;
    struct verdict verdict = {0};
    if (!checkpoint_unwrap(bytes, size, &state, &n)) {
        return NULL;
    }
    struct lab *lab = make_lab(recording, NULL);
    bool ok = lab && lab_resume(lab, state, n, recorded, NULL) &&
              retrain(lab, recorded, 0, NULL, &verdict, NULL) && verdict.is_equal;
    if (!ok) {
        lab_destroy(lab);
        return NULL;
    }
    return lab;
}

/* From the last checkpoint that is good; NULL if none is. */
static struct lab *go_on_from_last(struct recording *recording, const struct journal *recorded)
{
    struct lab *lab = NULL;
    int64_t n = journal_length(recorded);
    for (int i = 0; !lab && n > 0 && i < CHECKPOINTS_MOST; i++) {
        int64_t found = 0;
        size_t size;
        struct err err = {0};
        unsigned char *bytes = recording_checkpoint(recording, n, &found, &size, &err);
        lab = bytes ? go_on(recording, bytes, size, recorded) : NULL;
        free(bytes);
        n = found - 1;
    }
    return lab;
}

static struct lab *begin_anew(struct recording *recording, const struct journal *recorded,
                              struct err *err)
{
    struct verdict verdict;
    struct lab *lab = make_lab(recording, err);
    if (!lab || !retrain(lab, recorded, 0, NULL, &verdict, err)) {
        lab_destroy(lab);
        return NULL;
    }
    if (!verdict.is_equal) {
        err_set(err, ERR_FAILED,
                "resume: the same numbers expected, found others from step %ld on: another "
                "processor or build has recorded it (BLAS kernels %.40s, here %s); oubli play and "
                "export still read it",
                verdict.recorded.step, recording_facts(recording)->blas_core, blas_core());
        lab_destroy(lab);
        return NULL;
    }
    return lab;
}

/* What is no recording is called so before anything else. */
static struct recording *open_free(const char *path, struct err *err)
{
    struct recording *recording = recording_open(path, err);
    recording_close(recording);
    return recording && recording_is_free(path, err) ? recording_open(path, err) : NULL;
}

struct lab *resume_open(const char *path, double *pace, struct err *err)
{
    struct recording *recording = open_free(path, err);
    bool ok = recording && blas_setup(recording_facts(recording)->blas_core, err);
    struct journal *recorded = ok ? read_journal(recording, err) : NULL;
    struct lab *lab = recorded ? go_on_from_last(recording, recorded) : NULL;
    if (recorded && !lab) {
        lab = begin_anew(recording, recorded, err);
    }
    *pace = lab ? recording_facts(recording)->pace : 0;
    if (lab && journal_length(recorded) == 0 && *pace > 0) { /* ended before it had begun */
        lab_apply(lab, &(struct command){.kind = COMMAND_SPEED, .speed = *pace}, NULL);
    }
    journal_destroy(recorded);
    recording_close(recording);
    return lab;
}
