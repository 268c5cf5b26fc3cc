/* SPDX-License-Identifier: MIT
 * A member of a run: one learner, and what is kept about it.  Private to the lab.
 *
 * Learners train in segments: so many steps, then perhaps a look, between two moments at which all
 * of them wait for each other.  During a segment each member is worked on by one thread and touches
 * nothing that another member writes. */
#ifndef OUBLI_LAB_MEMBER_H
#define OUBLI_LAB_MEMBER_H

#include "base/archive.h"
#include "base/arena.h"
#include "lab/config.h"
#include "lab/ends.h"
#include "lab/learner.h"
#include "lab/probe.h"
#include "lab/schedule.h"
#include "lab/start.h"
#include "lab/trail.h"
#include "tasks/batches.h"
#include "tasks/feed.h"

/* What the drift is measured against: copies of the weights (P). */
struct references {
    struct arena arena;
    real *initial;     /* before the first step */
    real *stage_start; /* start of this stage */
    real *first_end;   /* end of the first stage */
    real *before_step; /* before the last step, kept while the map shows the update */
    struct ends ends;  /* of its stages */
    bool has_first_end, has_before_step;
};

/* Who it is. */
struct learner_facts {
    int id;     /* never given twice in a session */
    int slot;   /* 0 .. LEARNERS_MAX-1, unlike that of any other that is there */
    int parent; /* id of the learner it was forked from, -1 = none */
    long born;  /* the step at which that was */
    char name[LEARNER_NAME_MAX];
    bool is_named;     /* by a person; else it is called by what it does */
    bool has_diverged; /* its loss is not finite: it takes no more steps */
    long diverged_step;
    int diverged_stage;
    double loss; /* running mean, nats; NAN before the first look */
};

/* What one look has found. */
struct look {
    struct measures learner;
    struct measures tasks[SCHEDULE_TASKS_MAX]; /* of the segment's tasks */
    struct measures parts[NETWORK_PARTS_MAX];
    struct measures *row;     /* (n_tasks) at a stage's end: accuracies are R's; is_of_all */
    struct findings findings; /* of the probes that are on, in the whole segment */
};

struct member {
    struct learner_facts facts;
    struct learner_config config; /* as it was made; what it has now is the learner's */
    const struct suite *suite;    /* borrowed */
    struct learner *learner;
    struct feed *feed;
    struct references references;
    struct trail *trail; /* owned; NULL: it is under no microscope */
    double loss_sum;     /* since the last look */
    long loss_n;
    int n_done;            /* steps of the last segment that were done */
    bool has_diverged_now; /* in the last segment */
    struct look look;
    struct probing *room; /* NULL until a probe needs it */
    double prepared;      /* of the end of the stage: how much is done, 0 .. 1 */
    int64_t training_ns;
    long steps, samples; /* taken and seen by it: not those taken again, nor its parent's */
};

/* What all learners do next. */
struct segment {
    long step; /* of the session, at its beginning */
    int stage, task;
    long stage_step, stage_steps; /* done of the stage, at its beginning; and all of them */
    long interval;                /* from look to look; 0: this is none of the regular ones */
    double speed;                 /* steps a second asked for; 0 = no pace */
    int n_steps;
    uint32_t probes; /* that are on */
    bool has_look;   /* at its end */
    int n_tasks;     /* looked at */
    int tasks[SCHEDULE_TASKS_MAX];
    bool is_of_all;      /* the look is at all tasks that have begun, as closely as a row of R */
    bool is_end;         /* the stage ends: a row of R, and strategies consolidate */
    bool is_watched;     /* what is found is measured and counted */
    bool keeps_update;   /* the weights before the last step are kept, for the map */
    bool keeps_gradient; /* and so is the gradient */
};

/* A learner at its initial weights.  `feed` reads `batches`.  Returns owned; NULL and err. */
struct member *member_create(const struct learner_facts *facts, const struct learner_config *config,
                             const struct suite *suite, const struct batches *batches,
                             uint64_t seed, struct err *err) __attribute__((warn_unused_result));
void member_destroy(struct member *member);

/* It begins with the weights of the file that the config names. */
bool member_start_from(struct member *member, struct start *start, struct config *config,
                       struct err *err) __attribute__((warn_unused_result));

/* Forgets what was measured and drifts from its present weights: the session begins. */
void member_begin_session(struct member *member);

/* A stage begins; the batches have begun it already. */
void member_begin_stage(struct member *member, int stage, int task);

/* Does a segment; results are left in n_done, has_diverged_now, look and facts.  Where the stage
 * ends with it member_end must follow. */
void member_run(struct member *member, const struct segment *segment);

/* Strategies consolidate: a piece of it, if it is to be seen how far it is (`prepared`); and then,
 * in member_end, what is left of it. */
void member_prepare_end(struct member *member);
void member_end(struct member *member, const struct segment *segment);

/* What the probes say of every task, into look.row, while task `present` is trained. */
void member_measure_row(struct member *member, int present);
/* Every how many test examples that looks at; and a regular look at a task. */
int member_row_stride(const struct member *member, int task);
int member_tick_stride(const struct member *member, int task);

/* The state of the learner as bytes, theta first (see learner_archive): owned by the caller; NULL
 * when memory is short. */
unsigned char *member_save(struct member *member, size_t *size);
/* Becomes that; false if the bytes are not of a learner like this one. */
bool member_load(struct member *member, const unsigned char *bytes, size_t size);

/* All of it between two steps but its facts, both ways: the learner, the running loss, what was
 * counted, references of the drift.  Read into a member made with the same facts and config.  The
 * feed is the lab's matter. */
void member_archive(struct member *member, struct archive *archive);

/* Goes on in another run of the same session, with the same lessons (suite_share). */
void member_move(struct member *member, const struct suite *suite);

/* Has been what `before` is, the same learner in another run, up to the beginning of `stage`: its
 * references of then.  And what was counted of it. */
void member_follow(struct member *member, const struct member *before, int stage);
void member_count_on(struct member *member, const struct member *before);

/* Becomes a copy of `parent`, a member with the same network: learner, references, running loss.
 * The feed is not taken along. */
bool member_copy(struct member *member, struct member *parent);

/* From now on it keeps this trail, which has begun or will with the next stage: owned; NULL: none
 * any more.  Copies of it keep one, too. */
void member_keep_trail(struct member *member, struct trail *trail);
/* Gives up its trail to the caller; NULL if there is none. */
struct trail *member_take_trail(struct member *member) __attribute__((warn_unused_result));
/* What answered for the task at the end of its last stage; before `stage` began.  NULL = it had not
 * been learned, or that was not kept.  Borrowed until a stage ends. */
const struct end *member_learned(const struct member *member, int task);
bool member_keeps_ends(const struct member *member); /* false: the network is too large for that */
const struct end *member_learned_before(const struct member *member, int task, int stage);

/* The weights that answer for `task`: what drift is read from. */
const real *member_answering(struct member *member, int task);

#endif
