/* SPDX-License-Identifier: MIT
 * The one table of parameters.  It feeds the command line, the knobs on the screen, the `set`
 * command, the help, the man page, the JSON and the recording. */
#ifndef OUBLI_BASE_PARAM_H
#define OUBLI_BASE_PARAM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/archive.h"
#include "base/err.h"

/* ROW(ID, name) for each, in the order in which they are listed; `param_name` is its struct param:
 * in param.c, or in the file of the strategy that owns it. */
#define PARAM_LIST(ROW)                                                                            \
    ROW(LR, lr)                                                                                    \
    ROW(OPTIMIZER, optimizer)                                                                      \
    ROW(MOMENTUM, momentum)                                                                        \
    ROW(ADAM_BETA2, adam_beta2)                                                                    \
    ROW(CLIP, clip)                                                                                \
    ROW(BATCH, batch)                                                                              \
    ROW(EPOCHS, epochs)                                                                            \
    ROW(STEPS, steps)                                                                              \
    ROW(NET, net)                                                                                  \
    ROW(EMBEDDING, embedding)                                                                      \
    ROW(ACTIVATION, activation)                                                                    \
    ROW(MODEL, model)                                                                              \
    ROW(BLOCKS, blocks)                                                                            \
    ROW(HEADS, heads)                                                                              \
    ROW(WIDTH, width)                                                                              \
    ROW(CONTEXT, context)                                                                          \
    ROW(LOWLR_FACTOR, lowlr_factor)                                                                \
    ROW(LOWLR_TASKS, lowlr_tasks)                                                                  \
    ROW(DECAY_GAMMA, decay_gamma)                                                                  \
    ROW(FREEZE_LAYERS, freeze_layers)                                                              \
    ROW(L2_LAMBDA, l2_lambda)                                                                      \
    ROW(EWC_LAMBDA, ewc_lambda)                                                                    \
    ROW(EWC_MODE, ewc_mode)                                                                        \
    ROW(EWC_GAMMA, ewc_gamma)                                                                      \
    ROW(EWC_FORM, ewc_form)                                                                        \
    ROW(EWC_FISHER, ewc_fisher)                                                                    \
    ROW(EWC_SAMPLES, ewc_samples)                                                                  \
    ROW(REPLAY_MEMORY, replay_memory)                                                              \
    ROW(LORA_RANK, lora_rank)                                                                      \
    ROW(LORA_ALPHA, lora_alpha)                                                                    \
    ROW(LORA_MODE, lora_mode)                                                                      \
    ROW(LORA_ON, lora_on)                                                                          \
    ROW(CONSOLIDATE_EVERY, consolidate_every)                                                      \
    ROW(TEXT_TEMPERATURE, text_temperature)                                                        \
    ROW(TEXT_LESSON, text_lesson)                                                                  \
    ROW(HISTORY_MEGABYTES, history_megabytes)

/* ROW(name) for each strategy, in the order in which their hooks run and in which they are listed:
 * `strategy_name` is its struct strategy (strategies/table.h).  Here, as parameters are theirs. */
#define STRATEGY_LIST(ROW)                                                                         \
    ROW(lowlr)                                                                                     \
    ROW(ewc)                                                                                       \
    ROW(replay)                                                                                    \
    ROW(lora)                                                                                      \
    ROW(l2)                                                                                        \
    ROW(freeze)                                                                                    \
    ROW(decay)                                                                                     \
    ROW(joint)

#define PARAM_ID(id, name) PARAM_##id,
enum param_id { PARAM_LIST(PARAM_ID) PARAM_COUNT };
#undef PARAM_ID

/* ROW(ID, name) for each kind of network: a word of the parameter `model`, and `network_name` is
 * its struct network_kind (net/network.h). */
#define MODEL_LIST(ROW)                                                                            \
    ROW(MLP, mlp)                                                                                  \
    ROW(TRANSFORMER, transformer)                                                                  \
    ROW(TIED, tied)

#define MODEL_ID(id, name) MODEL_##id,
enum model { MODEL_LIST(MODEL_ID) MODEL_COUNT };
#undef MODEL_ID

/* Values of the other choices, in the order of their words. */
enum optimizer_kind { OPTIMIZER_SGD, OPTIMIZER_MOMENTUM, OPTIMIZER_ADAM };
enum activation { ACTIVATION_RELU, ACTIVATION_TANH };

enum param_kind {
    PARAM_KIND_REAL,
    PARAM_KIND_INT,
    PARAM_KIND_CHOICE, /* value = index into words */
    PARAM_KIND_LAYERS, /* units of each hidden layer: "100,100" */
};

enum param_when {
    PARAM_WHEN_LIVE,  /* may be set between any two steps */
    PARAM_WHEN_START, /* fixed when the session starts */
};

/* Where any value of it does something to what is learned. */
enum param_where {
    PARAM_EVERYWHERE,
    PARAM_IN_STREAMS,
    PARAM_AT_BOUNDARIES, /* which streams have none of */
    PARAM_IN_FIRST_TASK,
    PARAM_IN_WRITING, /* nowhere: in what is written alone */
};

struct params;

struct param {
    const char *name;  /* "ewc.lambda"; what stands before the dot is the strategy that owns it */
    const char *title; /* words for the screen, at most 14 columns: "EWC lambda" */
    enum param_kind kind;
    enum param_when when;
    enum param_where where;
    const char *needs; /* "ewc.mode=online": else it does nothing; NULL: it always does */
    bool is_common;    /* of the session, the same for all learners */
    double min, max;   /* inclusive */
    double initial;    /* the default where the dataset has none of its own */
    double factor;     /* a knob multiplies by it (> 1) ... */
    double step;       /* ... or, where factor is 0, adds it */
    double sweep_max;  /* more only breaks what learns: where a sweep ends by itself; 0: max */
    /* The same where it hangs on other parameters, which more adds nothing to; NULL: it does not.
     */
    double (*sweep_end)(const struct params *params);
    const char *const *words; /* NULL-terminated, of a choice */
    const char *unit;         /* "rows", "samples" ...; NULL: a plain number */
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

/* What a value can be and is at first, for a row: any number, or a whole one, from `low` to `high`;
 * one of the words of a NULL-terminated array. */
#define PARAM_REAL(low, high, usual) .min = (low), .max = (high), .initial = (usual)
#define PARAM_INT(low, high, usual)  .kind = PARAM_KIND_INT, PARAM_REAL(low, high, usual)
#define PARAM_CHOICE(of, usual)                                                                    \
    .kind = PARAM_KIND_CHOICE, PARAM_REAL(0, sizeof(of) / sizeof *(of)-2, usual), .step = 1,       \
    .words = (of)

#define PARAM_EXTERN(id, name) extern const struct param param_##name;
PARAM_LIST(PARAM_EXTERN)
#undef PARAM_EXTERN

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

/* True if it has what it needs; else writes why not, and what to do: "momentum does nothing while
 * optimizer is sgd: begin with optimizer=momentum". */
bool param_has_needs(const struct params *params, enum param_id id, char *why, size_t size);

/* Writes the value as `param_parse` reads it back, bit for bit.  Returns buf. */
char *param_format(const struct params *params, enum param_id id, char *buf, size_t size);

/* The value `direction` (+1, -1, +10 ...) knob steps on, kept inside the range. */
double param_nudge(const struct params *params, enum param_id id, int direction);

/* Where the value stands between min (0) and max (1), on the scale of its knob. */
double param_position(const struct params *params, enum param_id id);

#endif
