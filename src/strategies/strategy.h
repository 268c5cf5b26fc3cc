/* SPDX-License-Identifier: MIT
 * Strategies: ways to mitigate forgetting.  Any set of them can be on at once.
 *
 * A strategy is a const table of optional hooks over flat vectors (base/param.h lists them all); a
 * learner runs the hooks of those that are on, in table order:
 *
 *   a stage begins:  stage_begin
 *
 *   every step:      rate, rows, (forward, loss), (backward), gradient, frozen, update or the
 *                    optimizer's step, correct, step_done
 *
 *   a stage ends:    stage_end, which also runs when `consolidate` is asked for and every
 *                    consolidate.every steps of a stream
 *
 *   evaluation:      answer
 *
 * *Observing* is separate from *enforcing*: step_done and stage_end also run while a strategy is
 * off but observed, so that it can be switched on later and heal what was forgotten.
 *
 * Letters: P parameters, d inputs, n rows of a step. */
#ifndef OUBLI_STRATEGIES_STRATEGY_H
#define OUBLI_STRATEGIES_STRATEGY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/archive.h"
#include "base/err.h"
#include "base/param.h"
#include "net/loss.h"
#include "net/network.h"
#include "net/optimizer.h"
#include "tasks/suite.h"

/* The rows a learner trains on in one step; the batch first, then what strategies add. */
struct rows {
    int n, n_batch, capacity; /* n_batch: rows that came from the stage's batch */
    real *x;                  /* (capacity, d); filled for the hook `rows` only */
    int *labels;              /* (capacity) output indices */
    int *tasks;               /* (capacity) */
    int *index;               /* (capacity) which training example of its task */
    struct range *ranges;     /* (capacity) outputs that compete */
};

/* Which example: number `index` of the train set of `task`. */
struct example_id {
    int task, index;
};

enum { RECENT_MAX = 1024 };

/* What a strategy sees of its learner.  The pointers are lent for the duration of a hook; a hook
 * writes only what its comment says. */
struct learning {
    const struct network *net;
    const struct suite *suite;
    const struct params *params;
    uint64_t seed;
    real *theta;          /* (P) the weights training runs on */
    real *grad;           /* (P) of the mean loss, once it is known */
    struct workspace *ws; /* of the step's forward and backward pass */
    struct workspace
        *spare;    /* for passes of the strategy's own; 128 rows, fewer of several positions */
    real *spare_x; /* (spare->rows, d) inputs for those passes */
    struct optimizer *optimizer;
    int stage, task;       /* the present stage, and which task it stages; a stream, of which no
                              boundary is announced, is one stage and says nothing of its tasks */
    long step, stage_step; /* steps done, in all and in this stage */
    int n_met; /* where outputs grow (suite_grows): as many as the tasks met so far have; else 0 */
    int n_recent;                    /* of a stream: the last examples that came; else 0 */
    const struct example_id *recent; /* (n_recent) in no order */
    double lr;                       /* of this step, after every strategy's rate */
    bool is_reparametrised; /* another strategy takes the step in parameters of its own (LoRA) */
    bool is_taken; /* `take` was given this step's gradients of weights: grad does not hold them */
};

/* Where a spring counts what it does, `factor` times: for whoever is under the microscope
 * (lab/pull.h). */
struct tally {
    real *sum; /* (P) */
    real factor;
};

/* The outputs that compete where `task` is asked for; where outputs grow all `n_met` that have been
 * met, and its own. */
static inline struct range range_of_task(const struct suite *suite, int task, int n_met)
{
    const struct task *of = suite_task(suite, task);
    return (struct range){of->first_output, of->n_outputs > n_met ? of->n_outputs : n_met};
}

/* What must be there before a strategy can do what it is for. */
enum strategy_need {
    STRATEGY_NEEDS_NOTHING,
    STRATEGY_NEEDS_ANCHOR, /* what it keeps; a task's end or `consolidate` makes it */
    STRATEGY_NEEDS_BASE,   /* the same, made when the second task begins */
    STRATEGY_NEEDS_SECOND, /* a second task, which a stream never announces */
};

/* Of what can be taken out again. */
enum adapter_state {
    ADAPTER_NONE,
    ADAPTER_FRESH, /* it has learned nothing yet: with it and without it the answers are the same */
    ADAPTER_TRAINED,
};

struct strategy {
    const char *name;     /* "ewc" */
    const char *title;    /* for the screen, at most 10 columns: "EWC" */
    const char *summary;  /* one plain line: what it does */
    const char *about;    /* some sentences for who asks what it is; markup of ui/widgets/text.h */
    const char *equation; /* one line of UTF-8 */
    const char *cost;     /* what it costs, one line */
    const char *source;   /* paper */
    bool keeps_optimizer; /* boundaries mean nothing to it: the optimizer is not reset */
    bool is_observed;     /* cheap enough to observe by default */
    enum param_id knob;   /* the parameter to show beside it, PARAM_COUNT if none ... */
    const char *sign;     /* ... and what stands before its value: "λ "; NULL: nothing */
    enum strategy_need need;
    const char
        *then; /* until that is there of an anchor, from then on of others: "nothing is held" */

    /* The strategy's own state; returns owned, NULL and err if memory is short.  NULL hook: no
     * state. */
    void *(*create)(const struct learning *learning, struct err *err);
    void (*destroy)(void *self);
    /* Writes the state, or becomes the one that is read, of a learner made from the same config
     * and suite: all that is needed to go on bit for bit, but not what is computed anew before it
     * is used.  The bytes may be hostile, so whatever is read leaves a state that can be used.
     * NULL: nothing to keep. */
    void (*archive)(void *self, struct archive *archive, const struct learning *learning);

    /* It was switched on or off between two steps of the present stage. */
    void (*switched)(void *self, struct learning *learning, bool on);
    void (*stage_begin)(void *self, struct learning *learning);
    /* Factor on the learning rate: of the parameters and the stage alone, `self` may be NULL. */
    double (*rate)(void *self, const struct learning *learning);
    /* Adds rows to train on, or replaces those of the batch. */
    void (*rows)(void *self, const struct learning *learning, struct rows *rows);
    /* Adds its penalty's gradient to learning->grad, and to the tally if there is one. */
    void (*gradient)(void *self, struct learning *learning, const struct tally *tally);
    /* True if it has one to add at this step; NULL: always. */
    bool (*has_gradient)(void *self, const struct learning *learning);
    /* How many parameters, from the first, must not move. */
    size_t (*frozen)(void *self, const struct learning *learning);
    /* True while `update` will take this stage's steps. */
    bool (*takes_step)(void *self, const struct learning *learning);
    /* If takes_step: is given the gradient of each weight matrix as the product that it is, dW (in,
     * out) = x' dy, where it belongs in grad, before `update`; not where another strategy is on
     * that adds to the gradient or freezes.  NULL: the products are computed. */
    void (*take)(void *self, const struct learning *learning, const struct product *dw);
    /* Takes the step along learning->grad itself, if takes_step. */
    void (*update)(void *self, struct learning *learning);
    /* Corrects learning->theta[frozen ..] after the step, and adds by how much to the tally if
     * there is one. */
    void (*correct)(void *self, struct learning *learning, size_t frozen,
                    const struct tally *tally);
    /* The step is done; `rows` are those it was trained on. */
    void (*step_done)(void *self, const struct learning *learning, const struct rows *rows);
    /* Does a piece of what stage_end would do, some milliseconds; returns how much of it is done, 0
     * .. 1.  That follows before anything else changes, unless the state is read from an archive.
     */
    double (*prepare)(void *self, const struct learning *learning);
    /* The stage ends, or consolidation is asked for now. */
    void (*stage_end)(void *self, struct learning *learning);
    /* The weights (P) that answer for `task`; NULL: learning->theta.  Valid until the next hook. */
    const real *(*answer)(void *self, const struct learning *learning, int task);
    /* What adapter there is; takes it out (false) or puts it back (true): false if there is none.
     */
    enum adapter_state (*adapter)(void *self, const struct learning *learning);
    bool (*plug)(void *self, const struct learning *learning, bool in);

    /* Weights at .. at+n-1 are given other values (n) between two steps: whoever keeps them as
     * something else takes those over, before theta does; false if that cannot be now.  NULL, both:
     * theta is all there is. */
    bool (*can_put)(const void *self);
    void (*put)(void *self, const struct learning *learning, size_t at, size_t n,
                const real *values);

    /* How much each parameter matters to old tasks (P), >= 0; NULL if not known yet. */
    const real *(*importance)(void *self);
    /* A health number shown with the strategy; NAN where it means nothing now. */
    double (*gauge)(void *self, const struct learning *learning);
    /* Bytes it keeps, as a person would count them (numbers stored, not address space). */
    size_t (*bytes)(void *self, const struct learning *learning);
    /* A few words on what it does now ("waits for task B"); writes at most `size` bytes, "" for
     * nothing. */
    void (*status)(void *self, const struct learning *learning, char *text, size_t size);
};

#endif
