/* SPDX-License-Identifier: MIT
 * The one table of parameters.  It feeds the command line, the knobs on the screen, the `set`
 * command, the help, the man page, the JSON and the recording; adding a parameter is one line in
 * param.c. */
#ifndef OUBLI_BASE_PARAM_H
#define OUBLI_BASE_PARAM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/archive.h"
#include "base/err.h"

enum param_id {
    PARAM_LR,
    PARAM_OPTIMIZER,
    PARAM_MOMENTUM,
    PARAM_ADAM_BETA2,
    PARAM_CLIP,
    PARAM_BATCH,
    PARAM_EPOCHS,
    PARAM_STEPS,
    PARAM_NET,
    PARAM_EMBEDDING,
    PARAM_ACTIVATION,
    PARAM_MODEL,
    PARAM_BLOCKS,
    PARAM_HEADS,
    PARAM_WIDTH,
    PARAM_CONTEXT,
    PARAM_LOWLR_FACTOR,
    PARAM_LOWLR_TASKS,
    PARAM_DECAY_GAMMA,
    PARAM_FREEZE_LAYERS,
    PARAM_L2_LAMBDA,
    PARAM_EWC_LAMBDA,
    PARAM_EWC_MODE,
    PARAM_EWC_GAMMA,
    PARAM_EWC_FORM,
    PARAM_EWC_FISHER,
    PARAM_EWC_SAMPLES,
    PARAM_REPLAY_MEMORY,
    PARAM_LORA_RANK,
    PARAM_LORA_ALPHA,
    PARAM_LORA_MODE,
    PARAM_LORA_ON,
    PARAM_CONSOLIDATE_EVERY,
    PARAM_TEXT_TEMPERATURE,
    PARAM_TEXT_LESSON,
    PARAM_HISTORY_MEGABYTES,
    PARAM_COUNT
};

/* Values of the choices, in the order of their words. */
enum optimizer_kind { OPTIMIZER_SGD, OPTIMIZER_MOMENTUM, OPTIMIZER_ADAM };
enum model { MODEL_MLP, MODEL_TRANSFORMER, MODEL_COUNT };
enum activation { ACTIVATION_RELU, ACTIVATION_TANH };
enum lowlr_tasks { LOWLR_TASKS_ALL, LOWLR_TASKS_LATER };
enum ewc_mode { EWC_MODE_SEPARATE, EWC_MODE_ONLINE };
enum ewc_form { EWC_FORM_PROXIMAL, EWC_FORM_EXPLICIT };
enum ewc_fisher { EWC_FISHER_EXACT, EWC_FISHER_EMPIRICAL, EWC_FISHER_SAMPLED };
enum lora_mode { LORA_MODE_SHARED, LORA_MODE_PER_TASK, LORA_MODE_MERGE };
enum lora_on { LORA_ON_ATTENTION, LORA_ON_MLP, LORA_ON_ALL };

enum param_kind {
    PARAM_KIND_REAL,
    PARAM_KIND_INT,
    PARAM_KIND_CHOICE, /* value = index into words */
    PARAM_KIND_LAYERS, /* units of each hidden layer: "100,100" */
};

enum param_when {
    PARAM_WHEN_START, /* fixed when the session starts */
    PARAM_WHEN_LIVE,  /* may be set between any two steps */
};

struct param {
    const char *name;  /* "ewc.lambda"; what stands before the dot is the strategy that owns it */
    const char *title; /* words for the screen, at most 14 columns: "EWC lambda" */
    enum param_kind kind;
    enum param_when when;
    bool is_common;           /* of the session, the same for all learners */
    double min, max;          /* inclusive */
    double initial;           /* the default where the dataset has none of its own */
    double factor;            /* a knob multiplies by it (> 1) ... */
    double step;              /* ... or, where factor is 0, adds it */
    const char *const *words; /* NULL-terminated, of a choice */
    const char *unit;         /* "", "rows", "samples" ... */
    const char *help;         /* one line */
};

enum { PARAM_HIDDEN_MAX = 8, PARAM_BLOCKS_MAX = 24, PARAM_CONTEXT_MAX = 256 };

/* All values of one learner: plain numbers, copied by assignment. */
struct params {
    double value[PARAM_COUNT];    /* PARAM_NET's is unused */
    int n_hidden;                 /* 0 .. PARAM_HIDDEN_MAX; 0 = linear classifier */
    int hidden[PARAM_HIDDEN_MAX]; /* units, 1 .. 65536 */
    bool is_set[PARAM_COUNT];     /* named by the person, so no dataset's default replaces it */
};

/* The table entry of `id`. */
const struct param *param_at(enum param_id id);

/* The entry called `name`, and its id; NULL if there is none. */
const struct param *param_find(const char *name, enum param_id *id);

/* True if the value lies in the range of the parameter, and is whole where it must be; for layers,
 * whose value is unused, any. */
bool param_allows(const struct param *param, double value);

/* True if the part of the name before the dot is `owner` ("ewc" owns "ewc.lambda"). */
bool param_is_owned_by(const struct param *param, const char *owner);

/* Every parameter at its table default. */
struct params params_default(void);

/* Reads `text` into the value of `id` and marks it set.  Out of range, not a number, not one of the
 * words: sets err (ERR_USAGE: the name, the range or words, what was found) and changes nothing. */
bool param_parse(struct params *params, enum param_id id, const char *text, struct err *err)
    __attribute__((warn_unused_result));

/* All values both ways, each within its range. */
void params_archive(struct params *params, struct archive *archive);

/* Writes the value as `param_parse` reads it back, bit for bit.  Returns buf. */
char *param_format(const struct params *params, enum param_id id, char *buf, size_t size);

/* The value `direction` (+1, -1, +10 ...) knob steps on, kept inside the range. */
double param_nudge(const struct params *params, enum param_id id, int direction);

/* Where the value stands between min (0) and max (1), on the scale of its knob. */
double param_position(const struct params *params, enum param_id id);

#endif
