/* SPDX-License-Identifier: MIT
 * Every step of a run can be had again, as another run: the nearest checkpoint before it, and from
 * there the same steps and commands, which give the same bits.  The run that is there meanwhile
 * stays as it is.  Private to the lab. */
#ifndef OUBLI_LAB_RETRACE_H
#define OUBLI_LAB_RETRACE_H

#include "base/watch.h"
#include "lab/history.h"

/* Where to: until so many steps have been done and what is cut at that step has ended, up to the
 * beginning of `stage`; and the commands at that step, unless `is_to_start`: then no further than
 * to that beginning.  `is_to_end`: no further than to where that stage's steps are done, for there
 * nobody was left to go on.  `is_to_stay`: training goes on from there, so the last end of each
 * task must be there (ends.h), whichever checkpoints were kept. */
struct destination {
    long step;
    int stage;
    bool is_to_start, is_to_end, is_to_stay;
};

/* A way through the log and past the checkpoints. */
struct retrace {
    const struct history *history;
    struct run *run;
    struct destination to;
    const struct watch *watch;
    int command, checkpoint; /* the next ones */
    bool may_lack;           /* not all ends of stages before its beginning may be there ... */
    bool lacks_end;          /* ... and a command was to put one back: the way ends */
    /* Who wants to know; NULL: nobody, and nothing is measured.  `trained`: after a segment or a
     * look (run->done).  `arrived`: at that checkpoint; false and err end the way. */
    void (*trained)(void *context, const struct run *run);
    bool (*arrived)(void *context, int checkpoint, struct run *run, struct err *err);
    void *context;
};

/* Takes the run along; false and err (ERR_STOPPED: by the watch) where it does not come through.  A
 * run that diverges or ends on the way has come as far as it can. */
bool retrace_go(struct retrace *retrace, struct err *err);

/* Carries out the next command of the log, if it does anything to numbers. */
void retrace_command(struct retrace *retrace);

/* What `now` was at `to`, with as many commands of the log as *n_commands says then.  Returns
 * owned; NULL and err if there is no checkpoint before it, it is damaged, memory is short or the
 * watch gives up.  Where a command on the way puts back what is not kept any more, or it is to stay
 * and ends are missing, it comes from the first checkpoint. */
struct run *retrace_back(const struct history *history, const struct run *now,
                         const struct destination *to, const struct watch *watch, int *n_commands,
                         struct err *err) __attribute__((warn_unused_result));

/* The run again through a stage that `now` has begun, from that stage's beginning to `to`: the last
 * checkpoint that is no later, and on from there.  `begun` is called before the first step, once
 * more for another run where the first lacks what a command on the way puts back and is destroyed.
 * Returns owned; NULL and err as above. */
struct run *retrace_stage(const struct history *history, const struct run *now,
                          const struct destination *to, const struct watch *watch,
                          void (*begun)(void *context, struct run *run), void *context,
                          struct err *err) __attribute__((warn_unused_result));

#endif
