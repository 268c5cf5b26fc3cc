/* SPDX-License-Identifier: MIT
 * The history of a run: checkpoints, thinned evenly when they are too many, and the log of
 * commands.  With both every step can be had again.  Private to the lab. */
#ifndef OUBLI_LAB_HISTORY_H
#define OUBLI_LAB_HISTORY_H

#include "lab/command_log.h"
#include "lab/run.h"

/* A learner at a checkpoint. */
struct record {
    struct learner_facts facts;
    struct learner_config config;
    size_t size;
    unsigned char *bytes; /* (size) owned; see member_save */
};

/* A run at the start of a stage or at a look; with the commands since then every later step can be
 * had again. */
struct checkpoint {
    struct position at;
    double speed;
    int n_commands;   /* of the log that came before it */
    bool is_boundary; /* start of a stage */
    uint64_t number;  /* never given twice in a history */
    int n_records;
    struct record *records; /* (n_records) owned */
    size_t bytes;           /* all of it */
};

/* What no checkpoint holds of a learner that was removed, should going back bring it again. */
struct departed {
    int id;
    size_t size;     /* bytes */
    real *first_end; /* (P) owned; see struct references */
};

enum { DEPARTED_MAX = 16 };

struct history {
    bool is_kept; /* false: going back is not asked for, or the log has a gap */
    int n;
    struct checkpoint *checkpoints; /* in the order of steps */
    uint64_t n_numbered;
    size_t bytes, budget;
    int64_t kept_ns; /* training time when the last one was kept */
    struct command_log log;
    int n_departed;
    struct departed departed[DEPARTED_MAX]; /* the last so many */
};

/* Room for checkpoints of `budget` bytes, if the session can go back; history_fini also after a
 * failure. */
bool history_init(struct history *history, bool is_kept, size_t budget, struct err *err)
    __attribute__((warn_unused_result));
void history_fini(struct history *history);

/* Forgets all: the session begins anew.  `now_ns`: training time. */
void history_clear(struct history *history, int64_t now_ns);

/* The run as it stands becomes a checkpoint, if it is worth one. */
void history_keep(struct history *history, const struct run *run, bool is_boundary, int64_t now_ns);

/* A command has been carried out there.  Where memory is short no history is kept any more: a gap
 * would make every step after it another one. */
void history_log(struct history *history, int stage, long step, const struct order *order);

/* The run has gone back to where it stands: of the log so many commands are left, and the
 * checkpoints up to there. */
void history_cut(struct history *history, const struct run *run, int n_commands, int64_t now_ns);

/* Takes over what a checkpoint holds of a learner; false when memory is short. */
bool history_take_record(struct history *history, struct checkpoint *checkpoint,
                         const struct record *record);

/* A learner that has not been there so far is put into a checkpoint; and out of all of them. */
bool history_add_record(struct history *history, struct checkpoint *checkpoint,
                        struct member *member);
void history_forget(struct history *history, int id);

/* The number of the checkpoint at or before `step`, -1 = none; the boundary of a stage, NULL =
 * none. */
int history_find(const struct history *history, long step);
const struct checkpoint *history_boundary(const struct history *history, int stage);
const struct record *checkpoint_record(const struct checkpoint *checkpoint, int id);

/* The learner in that checkpoint, or whom it comes from if it was not there yet; NULL = none. */
const struct record *history_record(const struct history *history,
                                    const struct checkpoint *checkpoint, int id);

/* A learner goes; and one that is back gets what was remembered of it. */
void history_remember(struct history *history, const struct member *member);
void history_remind(const struct history *history, struct member *member);

/* Drops checkpoints until the budget holds. */
void history_thin(struct history *history);

#endif
