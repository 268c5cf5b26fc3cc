/* SPDX-License-Identifier: MIT */
#include "base/param.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PARAM_UNITS_MAX = 65536 };

static const char *const optimizer_words[] = {"sgd", "momentum", "adam", NULL};
static const char *const activation_words[] = {"relu", "tanh", NULL};
static const char *const lowlr_tasks_words[] = {"all", "later", NULL};
static const char *const ewc_mode_words[] = {"separate", "online", NULL};
static const char *const ewc_form_words[] = {"proximal", "explicit", NULL};
static const char *const model_words[] = {"mlp", "transformer", NULL};
static const char *const ewc_fisher_words[] = {"exact", "empirical", "sampled", NULL};
static const char *const lora_on_words[] = {"attention", "mlp", "all", NULL};
static const char *const lora_mode_words[] = {"shared", "per-task", "merge", NULL};

static const struct param table[PARAM_COUNT] = {
    [PARAM_LR] = {.name = "lr",
                  .title = "learning rate",
                  .kind = PARAM_KIND_REAL,
                  .when = PARAM_WHEN_LIVE,
                  .min = 1e-6,
                  .max = 10,
                  .initial = 0.1,
                  .factor = 1.25,
                  .unit = "",
                  .help = "learning rate: how far each step moves the weights"},
    [PARAM_OPTIMIZER] = {.name = "optimizer",
                         .title = "optimizer",
                         .kind = PARAM_KIND_CHOICE,
                         .when = PARAM_WHEN_START,
                         .max = 2,
                         .initial = OPTIMIZER_SGD,
                         .step = 1,
                         .words = optimizer_words,
                         .unit = "",
                         .help = "how a gradient becomes a step; its state is reset at each task"},
    [PARAM_MOMENTUM] = {.name = "momentum",
                        .title = "momentum",
                        .kind = PARAM_KIND_REAL,
                        .when = PARAM_WHEN_LIVE,
                        .max = 0.999,
                        .initial = 0.9,
                        .step = 0.05,
                        .unit = "",
                        .help = "momentum of the optimizer of that name"},
    [PARAM_ADAM_BETA2] = {.name = "adam.beta2",
                          .title = "Adam beta2",
                          .kind = PARAM_KIND_REAL,
                          .when = PARAM_WHEN_START,
                          .max = 0.99999,
                          .initial = 0.999,
                          .step = 0.001,
                          .unit = "",
                          .help =
                              "how long Adam remembers squared gradients: 0.999 some 1000 steps"},
    [PARAM_CLIP] = {.name = "clip",
                    .title = "clip",
                    .kind = PARAM_KIND_REAL,
                    .when = PARAM_WHEN_LIVE,
                    .max = 100,
                    .initial = 0,
                    .step = 0.5,
                    .unit = "",
                    .help = "a gradient longer than this is made as long as this; 0: never"},
    [PARAM_BATCH] = {.name = "batch",
                     .title = "batch",
                     .kind = PARAM_KIND_INT,
                     .when = PARAM_WHEN_START,
                     .is_common = true,
                     .min = 1,
                     .max = 4096,
                     .initial = 32,
                     .factor = 2,
                     .unit = "examples",
                     .help = "examples a step"},
    [PARAM_EPOCHS] = {.name = "epochs",
                      .title = "epochs",
                      .kind = PARAM_KIND_INT,
                      .when = PARAM_WHEN_START,
                      .is_common = true,
                      .min = 1,
                      .max = 10000,
                      .initial = 10,
                      .step = 1,
                      .unit = "epochs",
                      .help = "passes over a task's training set before the next task begins"},
    [PARAM_STEPS] = {.name = "steps",
                     .title = "steps a task",
                     .kind = PARAM_KIND_INT,
                     .when = PARAM_WHEN_START,
                     .is_common = true,
                     .max = 100000000,
                     .initial = 0,
                     .factor = 2,
                     .unit = "steps",
                     .help = "steps a task, instead of epochs; 0 counts epochs"},
    [PARAM_NET] = {.name = "net",
                   .title = "hidden layers",
                   .kind = PARAM_KIND_LAYERS,
                   .when = PARAM_WHEN_START,
                   .min = 1,
                   .max = PARAM_UNITS_MAX,
                   .unit = "units",
                   .help = "units of each hidden layer, as in 100,100; 0 is a linear classifier"},
    [PARAM_EMBEDDING] = {.name = "embedding",
                         .title = "embedding",
                         .kind = PARAM_KIND_INT,
                         .when = PARAM_WHEN_START,
                         .min = 1,
                         .max = 256,
                         .initial = 16,
                         .factor = 2,
                         .unit = "numbers",
                         .help =
                             "numbers that stand for a symbol, where the data is symbols (text)"},
    [PARAM_ACTIVATION] = {.name = "activation",
                          .title = "activation",
                          .kind = PARAM_KIND_CHOICE,
                          .when = PARAM_WHEN_START,
                          .max = 1,
                          .initial = ACTIVATION_RELU,
                          .step = 1,
                          .words = activation_words,
                          .unit = "",
                          .help = "activation of the hidden units"},
    [PARAM_MODEL] = {.name = "model",
                     .title = "model",
                     .kind = PARAM_KIND_CHOICE,
                     .when = PARAM_WHEN_START,
                     .max = 1,
                     .initial = MODEL_MLP,
                     .step = 1,
                     .words = model_words,
                     .unit = "",
                     .help =
                         "kind of network: a perceptron, or a transformer where data is symbols"},
    [PARAM_BLOCKS] = {.name = "blocks",
                      .title = "blocks",
                      .kind = PARAM_KIND_INT,
                      .when = PARAM_WHEN_START,
                      .min = 1,
                      .max = PARAM_BLOCKS_MAX,
                      .initial = 2,
                      .step = 1,
                      .unit = "blocks",
                      .help = "blocks of a transformer, one upon the other"},
    [PARAM_HEADS] = {.name = "heads",
                     .title = "heads",
                     .kind = PARAM_KIND_INT,
                     .when = PARAM_WHEN_START,
                     .min = 1,
                     .max = 64,
                     .initial = 4,
                     .factor = 2,
                     .unit = "heads",
                     .help = "heads of each block's attention; they share its width evenly"},
    [PARAM_WIDTH] = {.name = "width",
                     .title = "width",
                     .kind = PARAM_KIND_INT,
                     .when = PARAM_WHEN_START,
                     .min = 1,
                     .max = 4096,
                     .initial = 64,
                     .factor = 2,
                     .unit = "numbers",
                     .help = "numbers with which a transformer works at each position"},
    [PARAM_CONTEXT] =
        {.name = "context",
         .title = "context",
         .kind = PARAM_KIND_INT,
         .when = PARAM_WHEN_START,
         .is_common = true,
         .min = 1,
         .max = PARAM_CONTEXT_MAX,
         .initial = 16,
         .factor = 2,
         .unit = "characters",
         .help = "characters of a text that are seen at a time; 64 where there is a transformer"},
    [PARAM_LOWLR_FACTOR] = {.name = "lowlr.factor",
                            .title = "rate factor",
                            .kind = PARAM_KIND_REAL,
                            .when = PARAM_WHEN_LIVE,
                            .min = 0.001,
                            .max = 1,
                            .initial = 0.1,
                            .factor = 1.25,
                            .unit = "",
                            .help = "low lr multiplies the learning rate by this"},
    [PARAM_LOWLR_TASKS] = {.name = "lowlr.tasks",
                           .title = "on tasks",
                           .kind = PARAM_KIND_CHOICE,
                           .when = PARAM_WHEN_LIVE,
                           .max = 1,
                           .initial = LOWLR_TASKS_ALL,
                           .step = 1,
                           .words = lowlr_tasks_words,
                           .unit = "",
                           .help = "low lr on all tasks, or only on those after the first"},
    [PARAM_DECAY_GAMMA] = {.name = "decay.gamma",
                           .title = "decay per task",
                           .kind = PARAM_KIND_REAL,
                           .when = PARAM_WHEN_LIVE,
                           .min = 0.01,
                           .max = 1,
                           .initial = 0.6,
                           .step = 0.05,
                           .unit = "",
                           .help = "decay multiplies the rate by this at each new task"},
    [PARAM_FREEZE_LAYERS] = {.name = "freeze.layers",
                             .title = "frozen layers",
                             .kind = PARAM_KIND_INT,
                             .when = PARAM_WHEN_LIVE,
                             .min = 1,
                             .max = PARAM_BLOCKS_MAX,
                             .initial = 2,
                             .step = 1,
                             .unit = "layers",
                             .help =
                                 "first layers, or blocks, that stay as the first task left them"},
    [PARAM_L2_LAMBDA] = {.name = "l2.lambda",
                         .title = "L2 lambda",
                         .kind = PARAM_KIND_REAL,
                         .when = PARAM_WHEN_LIVE,
                         .min = 0.0001,
                         .max = 10,
                         .initial = 0.1,
                         .factor = 1.25,
                         .unit = "",
                         .help = "pull of every weight to where the last task left it"},
    [PARAM_EWC_LAMBDA] = {.name = "ewc.lambda",
                          .title = "EWC lambda",
                          .kind = PARAM_KIND_REAL,
                          .when = PARAM_WHEN_LIVE,
                          .min = 0.01,
                          .max = 1e6,
                          .initial = 10,
                          .factor = 1.5,
                          .unit = "",
                          .help = "pull of weights to their old values, by how they mattered"},
    [PARAM_EWC_MODE] = {.name = "ewc.mode",
                        .title = "EWC mode",
                        .kind = PARAM_KIND_CHOICE,
                        .when = PARAM_WHEN_LIVE,
                        .max = 1,
                        .initial = EWC_MODE_SEPARATE,
                        .step = 1,
                        .words = ewc_mode_words,
                        .unit = "",
                        .help = "one penalty per task, or one at the last weights"},
    [PARAM_EWC_GAMMA] = {.name = "ewc.gamma",
                         .title = "EWC gamma",
                         .kind = PARAM_KIND_REAL,
                         .when = PARAM_WHEN_LIVE,
                         .max = 1,
                         .initial = 1,
                         .step = 0.05,
                         .unit = "",
                         .help = "how much old importance online EWC keeps at a new task"},
    [PARAM_EWC_FORM] = {.name = "ewc.form",
                        .title = "EWC form",
                        .kind = PARAM_KIND_CHOICE,
                        .when = PARAM_WHEN_LIVE,
                        .max = 1,
                        .initial = EWC_FORM_PROXIMAL,
                        .step = 1,
                        .words = ewc_form_words,
                        .unit = "",
                        .help = "proximal never explodes; explicit needs the gauge below 2"},
    [PARAM_EWC_FISHER] = {.name = "ewc.fisher",
                          .title = "EWC Fisher",
                          .kind = PARAM_KIND_CHOICE,
                          .when = PARAM_WHEN_LIVE,
                          .max = 2,
                          .initial = EWC_FISHER_EXACT,
                          .step = 1,
                          .words = ewc_fisher_words,
                          .unit = "",
                          .help = "Fisher information over all, the true, or drawn labels"},
    [PARAM_EWC_SAMPLES] = {.name = "ewc.samples",
                           .title = "EWC samples",
                           .kind = PARAM_KIND_INT,
                           .when = PARAM_WHEN_LIVE,
                           .min = 1,
                           .max = 100000,
                           .initial = 1000,
                           .factor = 2,
                           .unit = "examples",
                           .help = "examples on which the Fisher information is estimated"},
    [PARAM_REPLAY_MEMORY] = {.name = "replay.memory",
                             .title = "replay memory",
                             .kind = PARAM_KIND_INT,
                             .when = PARAM_WHEN_LIVE,
                             .min = 1,
                             .max = 100000,
                             .initial = 200,
                             .factor = 1.6,
                             .unit = "examples",
                             .help = "old examples kept, a fair draw of all that was shown"},
    [PARAM_LORA_RANK] = {.name = "lora.rank",
                         .title = "LoRA rank",
                         .kind = PARAM_KIND_INT,
                         .when = PARAM_WHEN_LIVE,
                         .min = 1,
                         .max = 64,
                         .initial = 4,
                         .factor = 2,
                         .unit = "",
                         .help = "rank of the added matrices; for the next adapter"},
    [PARAM_LORA_ALPHA] = {.name = "lora.alpha",
                          .title = "LoRA alpha",
                          .kind = PARAM_KIND_REAL,
                          .when = PARAM_WHEN_LIVE,
                          .min = 0.25,
                          .max = 256,
                          .initial = 8,
                          .factor = 1.4142135623730951,
                          .unit = "",
                          .help = "scales the adapter by alpha / rank; for the next adapter"},
    [PARAM_LORA_MODE] = {.name = "lora.mode",
                         .title = "LoRA adapters",
                         .kind = PARAM_KIND_CHOICE,
                         .when = PARAM_WHEN_LIVE,
                         .max = 2,
                         .initial = LORA_MODE_MERGE,
                         .step = 1,
                         .words = lora_mode_words,
                         .unit = "",
                         .help = "one for all tasks, one per task, or merged at a task's end"},
    [PARAM_LORA_ON] = {.name = "lora.on",
                       .title = "LoRA on",
                       .kind = PARAM_KIND_CHOICE,
                       .when = PARAM_WHEN_LIVE,
                       .max = 2,
                       .initial = LORA_ON_ALL,
                       .step = 1,
                       .words = lora_on_words,
                       .unit = "",
                       .help = "which matrices of a transformer are adapted; for the next adapter"},
    [PARAM_CONSOLIDATE_EVERY] = {.name = "consolidate.every",
                                 .title = "consolidate",
                                 .kind = PARAM_KIND_INT,
                                 .when = PARAM_WHEN_LIVE,
                                 .max = 10000,
                                 .initial = 500,
                                 .factor = 2,
                                 .unit = "steps",
                                 .help = "in a stream, strategies consolidate every so many "
                                         "steps; 0: when asked"},
    [PARAM_TEXT_TEMPERATURE] = {.name = "text.temperature",
                                .title = "temperature",
                                .kind = PARAM_KIND_REAL,
                                .when = PARAM_WHEN_LIVE,
                                .max = 2,
                                .initial = 0.5,
                                .step = 0.1,
                                .unit = "",
                                .help =
                                    "of what it writes: 0 the likeliest, 1 as likely as it thinks"},
    [PARAM_TEXT_LESSON] = {.name = "text.lesson",
                           .title = "lesson",
                           .kind = PARAM_KIND_INT,
                           .when = PARAM_WHEN_START,
                           .is_common = true,
                           .min = 1,
                           .max = 100000,
                           .initial = 100,
                           .factor = 2,
                           .unit = "steps",
                           .help = "steps that a text is trained for when you teach it"},
    [PARAM_HISTORY_MEGABYTES] = {.name = "history.megabytes",
                                 .title = "history",
                                 .kind = PARAM_KIND_INT,
                                 .when = PARAM_WHEN_START,
                                 .is_common = true,
                                 .min = 1,
                                 .max = 65536,
                                 .initial = 128,
                                 .factor = 2,
                                 .unit = "MB",
                                 .help = "memory for the checkpoints that every step is had again "
                                         "from"},
};

const struct param *param_at(enum param_id id)
{
    assert(id < PARAM_COUNT);
    return &table[id];
}

const struct param *param_find(const char *name, enum param_id *id)
{
    for (int i = 0; i < PARAM_COUNT; i++) {
        if (strcmp(table[i].name, name) == 0) {
            *id = (enum param_id)i;
            return &table[i];
        }
    }
    return NULL;
}

bool param_allows(const struct param *param, double value)
{
    bool is_whole = param->kind == PARAM_KIND_INT || param->kind == PARAM_KIND_CHOICE;
    return param->kind == PARAM_KIND_LAYERS ||
           (value >= param->min && value <= param->max && (!is_whole || value == floor(value)));
}

bool param_is_owned_by(const struct param *param, const char *owner)
{
    size_t n = strlen(owner);
    return strncmp(param->name, owner, n) == 0 && param->name[n] == '.';
}

struct params params_default(void)
{
    struct params params = {.n_hidden = 2, .hidden = {100, 100}};
    for (int i = 0; i < PARAM_COUNT; i++) {
        params.value[i] = table[i].initial;
    }
    return params;
}

static bool parse_layers(struct params *params, const char *text, struct err *err)
{
    int hidden[PARAM_HIDDEN_MAX] = {0}, n = 0;
    if (strcmp(text, "0") == 0) {
        params->n_hidden = 0;
        return true;
    }
    for (const char *at = text;; at++) {
        char *end;
        errno = 0;
        long units = strtol(at, &end, 10);
        if (end == at || !isdigit((unsigned char)*at) || errno || (*end != ',' && *end != '\0') ||
            units < 1 || units > PARAM_UNITS_MAX || n == PARAM_HIDDEN_MAX) {
            return err_set(
                err, ERR_USAGE,
                "net: 1 to %d layers of 1 to %d units expected, as in 100,100; found '%.60s'",
                PARAM_HIDDEN_MAX, PARAM_UNITS_MAX, text);
        }
        hidden[n++] = (int)units;
        if (*end == '\0') {
            break;
        }
        at = end;
    }
    params->n_hidden = n;
    memcpy(params->hidden, hidden, sizeof hidden);
    return true;
}

static bool parse_choice(const struct param *param, double *value, const char *text,
                         struct err *err)
{
    char words[80] = "";
    for (int i = 0; param->words[i]; i++) {
        if (strcmp(param->words[i], text) == 0) {
            *value = i;
            return true;
        }
        size_t used = strlen(words);
        snprintf(words + used, sizeof words - used, "%s%s", i ? ", " : "", param->words[i]);
    }
    return err_set(err, ERR_USAGE, "%s: one of %s expected, found '%.60s'", param->name, words,
                   text);
}

static bool parse_number(const struct param *param, double *value, const char *text,
                         struct err *err)
{
    char *end;
    double x = strtod(text, &end);
    bool is_int = param->kind == PARAM_KIND_INT;
    if (end == text || *end != '\0' || isspace((unsigned char)*text) || !param_allows(param, x)) {
        return err_set(err, ERR_USAGE, "%s: a %s from %.10g to %.10g expected, found '%.60s'",
                       param->name, is_int ? "whole number" : "number", param->min, param->max,
                       text);
    }
    *value = x;
    return true;
}

void params_archive(struct params *params, struct archive *archive)
{
    const struct param *net = param_at(PARAM_NET);
    for (int i = 0; i < PARAM_COUNT; i++) {
        archive_double(archive, &params->value[i]);
        archive_bool(archive, &params->is_set[i]);
        archive_check(archive, param_allows(param_at((enum param_id)i), params->value[i]));
    }
    archive_int(archive, &params->n_hidden, 0, PARAM_HIDDEN_MAX);
    for (int l = 0; l < params->n_hidden; l++) {
        archive_int(archive, &params->hidden[l], (int)net->min, (int)net->max);
    }
}

bool param_parse(struct params *params, enum param_id id, const char *text, struct err *err)
{
    const struct param *param = param_at(id);
    bool ok = param->kind == PARAM_KIND_LAYERS ? parse_layers(params, text, err)
              : param->kind == PARAM_KIND_CHOICE
                  ? parse_choice(param, &params->value[id], text, err)
                  : parse_number(param, &params->value[id], text, err);
    params->is_set[id] |= ok;
    return ok;
}

char *param_format(const struct params *params, enum param_id id, char *buf, size_t size)
{
    const struct param *param = param_at(id);
    double value = params->value[id];
    if (param->kind == PARAM_KIND_CHOICE) {
        snprintf(buf, size, "%s", param->words[(int)value]);
    } else if (param->kind == PARAM_KIND_LAYERS) {
        size_t used = (size_t)snprintf(buf, size, "%s", params->n_hidden ? "" : "0");
        for (int i = 0; i < params->n_hidden && used < size; i++) {
            used +=
                (size_t)snprintf(buf + used, size - used, "%s%d", i ? "," : "", params->hidden[i]);
        }
    } else {
        /* The shortest form that reads back as the same bits. */
        for (int digits = 6; digits <= 17; digits++) {
            snprintf(buf, size, "%.*g", digits, value);
            if (strtod(buf, NULL) == value) {
                break;
            }
        }
    }
    return buf;
}

/* Three significant digits, so that a knob walks through readable values. */
static double rounded(double x)
{
    char text[32];
    snprintf(text, sizeof text, "%.3g", x);
    return strtod(text, NULL);
}

double param_nudge(const struct params *params, enum param_id id, int direction)
{
    const struct param *param = param_at(id);
    double x = params->value[id];
    double y = param->factor > 0 ? rounded(x * pow(param->factor, direction))
                                 : rounded(x + direction * param->step);
    if (param->kind == PARAM_KIND_INT) {
        y = round(y);
        if (y == x) {
            y += direction > 0 ? 1 : -1;
        }
    }
    return fmin(fmax(y, param->min), param->max);
}

double param_position(const struct params *params, enum param_id id)
{
    const struct param *param = param_at(id);
    double x = params->value[id];
    if (param->max <= param->min) {
        return 0;
    }
    if (param->factor > 0 && param->min > 0) {
        return log(x / param->min) / log(param->max / param->min);
    }
    return (x - param->min) / (param->max - param->min);
}
