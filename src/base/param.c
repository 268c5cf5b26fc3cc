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

const struct param param_lr = {
    .name = "lr",
    .title = "learning rate",
    PARAM_REAL(1e-6, 10, 0.1),
    .factor = 1.25,
    .sweep_max = 1,
    .help = "learning rate: how far each step moves the weights",
};

static const char *const optimizer_words[] = {"sgd", "momentum", "adam", NULL};
const struct param param_optimizer = {
    .name = "optimizer",
    .title = "optimizer",
    PARAM_CHOICE(optimizer_words, OPTIMIZER_SGD),
    .when = PARAM_WHEN_START,
    .help = "how a gradient becomes a step; its state is reset at each task",
};

const struct param param_momentum = {
    .name = "momentum",
    .title = "momentum",
    PARAM_REAL(0, 0.999, 0.9),
    .needs = "optimizer=momentum",
    .step = 0.05,
    .help = "momentum of the optimizer of that name",
};

const struct param param_adam_beta2 = {
    .name = "adam.beta2",
    .title = "Adam beta2",
    PARAM_REAL(0, 0.99999, 0.999),
    .needs = "optimizer=adam",
    .when = PARAM_WHEN_START,
    .step = 0.001,
    .help = "how long Adam remembers squared gradients: 0.999 some 1000 steps",
};

const struct param param_clip = {
    .name = "clip",
    .title = "clip",
    PARAM_REAL(0, 100, 0),
    .step = 0.5,
    .sweep_max = 3,
    .help = "a gradient longer than this is made as long as this; 0: never",
};

const struct param param_batch = {
    .name = "batch",
    .title = "batch",
    PARAM_INT(1, 4096, 32),
    .when = PARAM_WHEN_START,
    .is_common = true,
    .factor = 2,
    .unit = "examples",
    .help = "examples a step",
};

const struct param param_epochs = {
    .name = "epochs",
    .title = "epochs",
    PARAM_INT(1, 10000, 10),
    .when = PARAM_WHEN_START,
    .is_common = true,
    .step = 1,
    .unit = "epochs",
    .help = "passes over a task's training set before the next task begins",
};

const struct param param_steps = {
    .name = "steps",
    .title = "steps a task",
    PARAM_INT(0, 100000000, 0),
    .when = PARAM_WHEN_START,
    .is_common = true,
    .factor = 2,
    .unit = "steps",
    .help = "steps a task, instead of epochs; 0 counts epochs",
};

const struct param param_net = {
    .name = "net",
    .title = "hidden layers",
    .kind = PARAM_KIND_LAYERS,
    .when = PARAM_WHEN_START,
    .min = 1,
    .max = PARAM_UNITS_MAX,
    .unit = "units",
    .help = "units of each hidden layer, as in 100,100; 0 is a linear classifier",
};

const struct param param_embedding = {
    .name = "embedding",
    .title = "embedding",
    PARAM_INT(1, 256, 16),
    .when = PARAM_WHEN_START,
    .factor = 2,
    .unit = "numbers",
    .help = "numbers that stand for a symbol, where the data is symbols (text)",
};

static const char *const activation_words[] = {"relu", "tanh", NULL};
const struct param param_activation = {
    .name = "activation",
    .title = "activation",
    PARAM_CHOICE(activation_words, ACTIVATION_RELU),
    .when = PARAM_WHEN_START,
    .help = "activation of the hidden units",
};

#define MODEL_WORD(id, name) #name,
static const char *const model_words[] = {MODEL_LIST(MODEL_WORD) NULL};
const struct param param_model = {
    .name = "model",
    .title = "model",
    PARAM_CHOICE(model_words, MODEL_MLP),
    .when = PARAM_WHEN_START,
    .help = "kind of network: mlp; transformer where data is symbols; tied for features",
};

const struct param param_blocks = {
    .name = "blocks",
    .title = "blocks",
    PARAM_INT(1, PARAM_BLOCKS_MAX, 2),
    .when = PARAM_WHEN_START,
    .step = 1,
    .unit = "blocks",
    .help = "blocks of a transformer, one upon the other",
};

const struct param param_heads = {
    .name = "heads",
    .title = "heads",
    PARAM_INT(1, 64, 4),
    .when = PARAM_WHEN_START,
    .factor = 2,
    .unit = "heads",
    .help = "heads of each block's attention; they share its width evenly",
};

const struct param param_width = {
    .name = "width",
    .title = "width",
    PARAM_INT(1, 4096, 64),
    .when = PARAM_WHEN_START,
    .factor = 2,
    .unit = "numbers",
    .help = "numbers with which a transformer works at each position",
};

const struct param param_context = {
    .name = "context",
    .title = "context",
    PARAM_INT(1, PARAM_CONTEXT_MAX, 16),
    .when = PARAM_WHEN_START,
    .is_common = true,
    .factor = 2,
    .unit = "characters",
    .help = "characters of a text that are seen at a time; 64 where there is a transformer",
};

const struct param param_consolidate_every = {
    .name = "consolidate.every",
    .title = "consolidate",
    .where = PARAM_IN_STREAMS,
    PARAM_INT(0, 10000, 500),
    .factor = 2,
    .unit = "steps",
    .help = "in a stream, strategies consolidate every so many "
            "steps; 0: when asked",
};

const struct param param_text_temperature = {
    .name = "text.temperature",
    .title = "temperature",
    .where = PARAM_IN_WRITING,
    PARAM_REAL(0, 2, 0.5),
    .step = 0.1,
    .help = "of what it writes: 0 the likeliest, 1 as likely as it thinks",
};

const struct param param_text_lesson = {
    .name = "text.lesson",
    .title = "lesson",
    PARAM_INT(1, 100000, 100),
    .when = PARAM_WHEN_START,
    .is_common = true,
    .factor = 2,
    .unit = "steps",
    .help = "steps that a text is trained for when you teach it",
};

const struct param param_history_megabytes = {
    .name = "history.megabytes",
    .title = "history",
    PARAM_INT(1, 65536, 128),
    .when = PARAM_WHEN_START,
    .is_common = true,
    .factor = 2,
    .unit = "MB",
    .help = "memory for the checkpoints that every step is had again "
            "from",
};

#define PARAM_ROW(id, name) [PARAM_##id] = &param_##name,
static const struct param *const table[PARAM_COUNT] = {PARAM_LIST(PARAM_ROW)};

const struct param *param_at(enum param_id id)
{
    assert(id < PARAM_COUNT);
    return table[id];
}

const struct param *param_find(const char *name, enum param_id *id)
{
    for (int i = 0; i < PARAM_COUNT; i++) {
        if (strcmp(table[i]->name, name) == 0) {
            *id = (enum param_id)i;
            return table[i];
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
        params.value[i] = table[i]->initial;
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

bool param_has_needs(const struct params *params, enum param_id id, char *why, size_t size)
{
    const struct param *param = param_at(id);
    enum param_id needed;
    char name[32], value[40];
    const char *wanted = param->needs ? strchr(param->needs, '=') : NULL;
    if (!wanted) {
        return true;
    }
    snprintf(name, sizeof name, "%.*s", (int)(wanted - param->needs), param->needs);
    const struct param *other = param_find(name, &needed);
    assert(other);
    param_format(params, needed, value, sizeof value);
    if (strcmp(value, wanted + 1) == 0) {
        return true;
    }
    bool is_live = other->when == PARAM_WHEN_LIVE;
    snprintf(why, size, "%s does nothing while %s is %s: %s %s%s%s%s", param->name, name, value,
             is_live ? "set" : "begin with", name, is_live ? " " : "=", wanted + 1,
             is_live ? " first" : "");
    return false;
}
