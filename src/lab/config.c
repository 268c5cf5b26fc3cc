/* SPDX-License-Identifier: MIT */
#include "lab/config.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/nearest.h"
#include "strategies/table.h"

static bool is_taken(const struct config *config, int i, const char *name)
{
    for (int k = 0; k < config->n_learners; k++) {
        const struct learner_config *other = &config->learners[k];
        if (k != i && (other->is_named || k < i) && strcmp(other->name, name) == 0) {
            return true;
        }
    }
    return false;
}

void config_name_learners(struct config *config)
{
    for (int i = 0; i < config->n_learners; i++) {
        struct learner_config *learner = &config->learners[i];
        for (int n = 1; !learner->is_named; n++) {
            learner_name_by_deeds(learner->on, n, learner->name);
            if (!is_taken(config, i, learner->name)) {
                break;
            }
        }
    }
}

struct config config_default(void)
{
    struct config config = {.data = "digits", .scenario = -1, .n_learners = 1};
    config.learners[0].params = params_default();
    config_name_learners(&config);
    return config;
}

static void set_default(struct params *params, enum param_id id, double value)
{
    if (!params->is_set[id]) {
        params->value[id] = value;
    }
}

/* The defaults that the dataset has for a kind of network, where nothing was named: those of
 * parameters that all learners share, or the others. */
static void take_settings(struct params *params, const struct dataset_kind *kind, enum model model,
                          bool is_common)
{
    struct params usual = params_default();
    for (const char *at = kind->settings[model] ? kind->settings[model] : ""; *at;) {
        char key[32], value[32];
        int length = 0, n = sscanf(at, " %31[^=]=%31s%n", key, value, &length);
        enum param_id id;
        bool ok = n == 2 && param_find(key, &id) && param_parse(&usual, id, value, NULL);
        assert(ok);
        bool has_other = params->value[PARAM_OPTIMIZER] != usual.value[PARAM_OPTIMIZER];
        bool gives_way = ((id == PARAM_LR || id == PARAM_EWC_LAMBDA) && has_other) ||
                         (id == PARAM_STEPS && params->is_set[PARAM_EPOCHS]);
        if (!gives_way && param_at(id)->is_common == is_common) {
            set_default(params, id, usual.value[id]);
        }
        at += length;
    }
}

/* A person who names what a perceptron has means one, where that can learn the data, and so does
 * one who wants outputs of each task's own. */
static enum model usual_model(const struct params *params, const struct dataset_kind *kind,
                              int scenario)
{
    bool is_mlp = params->is_set[PARAM_NET] || params->is_set[PARAM_EMBEDDING] ||
                  params->is_set[PARAM_ACTIVATION] ||
                  (scenario >= 0 && scenario != SCENARIO_DOMAIN);
    return is_mlp && kind->seconds[MODEL_MLP] > 0 ? MODEL_MLP : kind->model;
}

static enum model model_of(const struct params *params)
{
    return (enum model)params->value[PARAM_MODEL];
}

enum model config_model(const struct config *config)
{
    enum model model = MODEL_MLP;
    for (int i = 0; i < config->n_learners; i++) {
        enum model own = model_of(&config->learners[i].params);
        model = own > model ? own : model;
    }
    return model;
}

static void resolve(struct params *params, const struct dataset_kind *kind, bool is_split,
                    enum model common)
{
    if (!params->is_set[PARAM_NET]) {
        bool ok = param_parse(params, PARAM_NET, kind->net, NULL);
        assert(ok);
        params->is_set[PARAM_NET] = false;
    }
    set_default(params, PARAM_BATCH, kind->batch);
    set_default(params, PARAM_EPOCHS, is_split ? kind->epochs_split : kind->epochs);
    bool is_adam = params->value[PARAM_OPTIMIZER] == OPTIMIZER_ADAM;
    bool is_momentum = params->value[PARAM_OPTIMIZER] == OPTIMIZER_MOMENTUM;
    set_default(params, PARAM_LR, is_adam ? 1e-3 : is_momentum ? 1e-2 : 0.1);
    set_default(params, PARAM_EWC_LAMBDA, is_adam ? 100 : 10);
    take_settings(params, kind, model_of(params), false);
    take_settings(params, kind, common, true);
}

void config_resolve(struct config *config, const struct dataset_kind *kind)
{
    if (config->is_complete) {
        config_name_learners(config);
        return;
    }
    const char *usual = config->reading.text[READING_TASK_COLUMN] ? "kinds" : kind->suite;
    config->suite = config->suite ? config->suite : usual;
    bool is_split = strcmp(config->suite, "split") == 0;
    struct params *base = &config->base.params;
    set_default(base, PARAM_MODEL, usual_model(base, kind, config->scenario));
    for (int i = 0; i < config->n_learners; i++) {
        struct params *params = &config->learners[i].params;
        set_default(params, PARAM_MODEL, usual_model(params, kind, config->scenario));
    }
    enum model common = config_model(config);
    resolve(base, kind, is_split, common);
    for (int i = 0; i < config->n_learners; i++) {
        resolve(&config->learners[i].params, kind, is_split, common);
    }
    config_name_learners(config);
}

static bool no_strategy(const char *name, struct err *err)
{
    char names[160] = "none";
    struct nearest nearest = {.typed = name};
    for (int i = 0; i < strategy_count(); i++) {
        size_t used = strlen(names);
        snprintf(names + used, sizeof names - used, ", %s", strategy_at(i)->name);
        nearest_offer(&nearest, strategy_at(i)->name);
    }
    return err_set(err, ERR_USAGE, "strategy: %s expected, joined by '+'; found '%s'%s%s%s", names,
                   name, nearest.word ? "; did you mean " : "", nearest.word ? nearest.word : "",
                   nearest.word ? "?" : "");
}

bool config_parse_strategies(const char *text, uint32_t *set, struct err *err)
{
    uint32_t found = 0;
    if (*text != '\0' && strcmp(text, "none") != 0) {
        for (const char *at = text;;) {
            size_t length = strcspn(at, "+");
            char name[32];
            snprintf(name, sizeof name, "%.*s", (int)(length < 31 ? length : 31), at);
            int i = strategy_find(name);
            if (i < 0) {
                return no_strategy(name, err);
            }
            found |= 1u << i;
            if (at[length] == '\0') {
                break;
            }
            at += length + 1;
        }
    }
    *set = found;
    return true;
}

uint32_t config_observed_by_default(void)
{
    uint32_t set = 0;
    for (int i = 0; i < strategy_count(); i++) {
        set |= strategy_at(i)->is_observed ? 1u << i : 0;
    }
    return set;
}
