/* SPDX-License-Identifier: MIT */
#include "session/config_rows.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lab/learner_spec.h"
#include "lab/probe.h"
#include "strategies/table.h"
#include "tasks/clean.h"

/* ---- writing ---- */

/* Where rows go, and a text that is put together for one. */
struct rows_out {
    config_put put;
    void *context;
    size_t used;
    char text[CONFIG_VALUE_MAX];
};

static void append(struct rows_out *out, const char *text)
{
    int n = snprintf(out->text + out->used, sizeof out->text - out->used, "%s%s",
                     out->used ? " " : "", text);
    out->used += (size_t)n; /* too much is noticed when the row is put */
    out->used = out->used < sizeof out->text ? out->used : sizeof out->text - 1;
}

static void append_params(struct rows_out *out, const struct params *params, bool is_common,
                          bool is_set)
{
    for (int i = 0; i < PARAM_COUNT; i++) {
        const struct param *param = param_at((enum param_id)i);
        char value[128], setting[192];
        if (param->is_common == is_common && params->is_set[i] == is_set) {
            snprintf(setting, sizeof setting, "%s=%s", param->name,
                     param_format(params, (enum param_id)i, value, sizeof value));
            append(out, setting);
        }
    }
}

static void append_set(struct rows_out *out, const char *key, uint32_t set)
{
    char text[256];
    size_t used = (size_t)snprintf(text, sizeof text, "%s=", key);
    const char *joint = "";
    for (int i = 0; i < strategy_count(); i++) {
        if ((set >> i) & 1u) {
            used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", joint,
                                     strategy_at(i)->name);
            joint = "+";
        }
    }
    snprintf(text + used, sizeof text - used, "%s", *joint ? "" : "none");
    append(out, text);
}

static bool put_text(struct rows_out *out, const char *key, const char *value, size_t size,
                     struct err *err)
{
    return strlen(value) < size
               ? out->put(out->context, key, value, err)
               : err_set(err, ERR_FAILED, "recording: %s: at most %zu bytes expected, %zu found",
                         key, size - 1, strlen(value));
}

static bool put_number(struct rows_out *out, const char *key, uint64_t value, struct err *err)
{
    char text[32];
    snprintf(text, sizeof text, "%" PRIu64, value);
    return out->put(out->context, key, text, err);
}

static bool put_composed(struct rows_out *out, const char *key, int i, struct err *err)
{
    char name[CONFIG_KEY_MAX];
    snprintf(name, sizeof name, i < 0 ? "%s" : "%s.%d", key, i);
    bool ok = put_text(out, name, out->text, sizeof out->text - 1, err);
    out->used = 0;
    out->text[0] = '\0';
    return ok;
}

static bool put_learner(struct rows_out *out, const struct learner_config *learner, int i,
                        struct err *err)
{
    char name[LEARNER_NAME_MAX + 2];
    snprintf(name, sizeof name, "%s:", learner->is_named ? learner->name : "");
    append(out, name);
    append_set(out, "strategy", learner->on);
    append_set(out, "observe", learner->observed);
    append_params(out, &learner->params, false, true);
    if (!put_composed(out, "learner", i, err)) {
        return false;
    }
    append_params(out, &learner->params, false, false);
    return put_composed(out, "defaults", i, err);
}

/* What added learners begin from; it has no name of its own. */
static bool put_base(struct rows_out *out, const struct learner_config *base, struct err *err)
{
    append(out, "base:");
    append_set(out, "strategy", base->on);
    append_set(out, "observe", base->observed);
    append_params(out, &base->params, false, true);
    if (!put_composed(out, "base", -1, err)) {
        return false;
    }
    append_params(out, &base->params, false, false);
    return put_composed(out, "base.defaults", -1, err);
}

static bool check_common(const struct config *config, struct err *err)
{
    for (int i = 1; i < config->n_learners; i++) {
        for (int p = 0; p < PARAM_COUNT; p++) {
            const struct param *param = param_at((enum param_id)p);
            if (param->is_common &&
                config->learners[i].params.value[p] != config->learners[0].params.value[p]) {
                return err_set(err, ERR_FAILED,
                               "recording: %s is the same for all learners, but %s has its own",
                               param->name, config->learners[i].name);
            }
        }
    }
    return true;
}

static bool put_start(struct rows_out *out, const struct config *config, struct err *err)
{
    return !config->start ||
           (put_text(out, "start", config->start, CONFIG_VALUE_MAX, err) &&
            put_text(out, "start.sha256", config->start_sha256, CONFIG_WORD_MAX, err));
}

static bool put_probes(struct rows_out *out, const struct config *config, struct err *err)
{
    char text[CONFIG_WORD_MAX];
    return !config->probes ||
           put_text(out, "probes", probe_format_set(config->probes, text, sizeof text),
                    sizeof text - 1, err);
}

static bool put_reading(struct rows_out *out, const struct data_reading *reading, struct err *err)
{
    bool ok = true;
    for (int i = 0; i < READING_COUNT && ok; i++) {
        const char *text = reading->text[i];
        ok = !text ||
             put_text(out, reading_at((enum reading_id)i)->name, text, CONFIG_VALUE_MAX, err);
    }
    return ok;
}

static bool put_all(struct rows_out *out, const struct config *config, struct err *err)
{
    const struct params *first = &config->learners[0].params;
    const char *scenario =
        config->scenario < 0 ? "own" : scenario_name((enum scenario)config->scenario);
    bool ok = put_text(out, "data", config->data, CONFIG_VALUE_MAX, err) &&
              put_reading(out, &config->reading, err) &&
              (!config->can_be_taught || put_text(out, "lessons", "yes", CONFIG_WORD_MAX, err)) &&
              put_text(out, "suite", config->suite, CONFIG_WORD_MAX, err) &&
              put_number(out, "tasks", (uint64_t)config->n_tasks, err) &&
              put_text(out, "scenario", scenario, CONFIG_WORD_MAX, err) &&
              put_number(out, "seed", config->seed, err) &&
              (config->eval_every == 0 ||
               put_number(out, "eval-every", (uint64_t)config->eval_every, err)) &&
              put_start(out, config, err) && put_probes(out, config, err) &&
              put_number(out, "learners", (uint64_t)config->n_learners, err);
    for (int i = 0; i < config->n_learners && ok; i++) {
        ok = put_learner(out, &config->learners[i], i, err);
    }
    ok = ok && (!config->has_base || put_base(out, &config->base, err));
    append_params(out, first, true, true);
    ok = ok && put_composed(out, "common", -1, err);
    append_params(out, first, true, false);
    return ok && put_composed(out, "common.defaults", -1, err);
}

bool config_rows_write(const struct config *config, config_put put, void *context, struct err *err)
{
    struct rows_out *out = calloc(1, sizeof *out);
    if (!out) {
        return err_set(err, ERR_FAILED, "memory: no room to write a config");
    }
    out->put = put;
    out->context = context;
    bool ok = check_common(config, err) && put_all(out, config, err);
    free(out);
    return ok;
}

/* ---- reading ---- */

struct rows_in {
    config_get get;
    void *context;
};

static bool lack(const char *key, const char *expected, const char *found, struct err *err)
{
    return err_set(err, ERR_FAILED, "recording: %s: %s expected, found '%.60s'", key, expected,
                   found);
}

static bool get_text(const struct rows_in *in, const char *key, char *text, size_t size,
                     struct err *err)
{
    const char *value = in->get(in->context, key);
    size_t length = value ? strlen(value) : 0;
    text[0] = '\0';
    if (!value || length == 0 || length >= size) {
        return lack(key, "a text", value ? value : "nothing", err);
    }
    memcpy(text, value, length + 1);
    return true;
}

static bool get_number(const struct rows_in *in, const char *key, uint64_t *number, uint64_t min,
                       uint64_t max, struct err *err)
{
    const char *value = in->get(in->context, key);
    char *end = NULL;
    errno = 0;
    *number = value && isdigit((unsigned char)*value) ? strtoull(value, &end, 10) : 0;
    return (end && *end == '\0' && errno == 0 && *number >= min && *number <= max) ||
           lack(key, "a whole number in its range", value ? value : "nothing", err);
}

/* "lr=0.05 batch=64": parameters that are common, or not; each is marked as set or not. */
static bool read_params(struct params *params, const char *text, bool is_common, bool is_set,
                        struct err *err)
{
    for (const char *at = text; *(at += strspn(at, " ")) != '\0';) {
        char key[64], value[128];
        int n_read = 0;
        enum param_id id = PARAM_LR;
        if (sscanf(at, "%63[^= ]=%127[^ ]%n", key, value, &n_read) != 2 || n_read == 0) {
            return lack("parameters", "NAME=VALUE", at, err);
        }
        const struct param *param = param_find(key, &id);
        if (!param || param->is_common != is_common) {
            return lack("parameters", "the name of a parameter", key, err);
        }
        if (!param_parse(params, id, value, err)) {
            return false;
        }
        params->is_set[id] = is_set;
        at += n_read;
    }
    return true;
}

static bool get_params(const struct rows_in *in, const char *key, struct params *params,
                       bool is_common, bool is_set, struct err *err)
{
    const char *value = in->get(in->context, key);
    return value ? read_params(params, value, is_common, is_set, err)
                 : lack(key, "parameters", "nothing", err);
}

static bool get_learner(const struct rows_in *in, struct config *config, int i, struct err *err)
{
    struct learner_config *learner = &config->learners[i];
    char spec[CONFIG_KEY_MAX], defaults[CONFIG_KEY_MAX];
    snprintf(spec, sizeof spec, "learner.%d", i);
    snprintf(defaults, sizeof defaults, "defaults.%d", i);
    *learner = (struct learner_config){.params = params_default()};
    /* The defaults first: what is set is marked so by reading it. */
    if (!get_params(in, "common.defaults", &learner->params, true, false, err) ||
        !get_params(in, "common", &learner->params, true, true, err) ||
        !get_params(in, defaults, &learner->params, false, false, err)) {
        return false;
    }
    const char *text = in->get(in->context, spec);
    if (!text) {
        return lack(spec, "a learner", "nothing", err);
    }
    if (!learner_spec_parse(text, learner, err)) {
        return false;
    }
    for (int k = 0; k < i; k++) {
        if (learner->is_named && strcmp(config->learners[k].name, learner->name) == 0) {
            return lack(spec, "a name of its own", learner->name, err);
        }
    }
    return true;
}

static bool get_base(const struct rows_in *in, struct config *config, struct err *err)
{
    const char *text = in->get(in->context, "base");
    struct learner_config *base = &config->base;
    if (!text) {
        return true;
    }
    *base = (struct learner_config){.params = params_default()};
    config->has_base = true;
    return get_params(in, "common.defaults", &base->params, true, false, err) &&
           get_params(in, "common", &base->params, true, true, err) &&
           get_params(in, "base.defaults", &base->params, false, false, err) &&
           (text = in->get(in->context, "base")) && learner_spec_parse(text, base, err);
}

static bool get_scenario(const struct rows_in *in, int *scenario, struct err *err)
{
    char word[CONFIG_WORD_MAX];
    *scenario = -1;
    if (!get_text(in, "scenario", word, sizeof word, err)) {
        return false;
    }
    for (int i = 0; i < SCENARIO_COUNT && *scenario < 0; i++) {
        *scenario = strcmp(word, scenario_name((enum scenario)i)) == 0 ? i : -1;
    }
    return *scenario >= 0 || strcmp(word, "own") == 0 ||
           lack("scenario", "own, task, domain or class", word, err);
}

static bool get_suite(const struct rows_in *in, struct config_kept *kept, struct err *err)
{
    if (!get_text(in, "suite", kept->suite, sizeof kept->suite, err)) {
        return false;
    }
    const struct suite_kind *kind;
    for (int i = 0; (kind = suite_kind_at(i)); i++) {
        if (strcmp(kind->name, kept->suite) == 0) {
            kept->config.suite = kept->suite;
            return true;
        }
    }
    return lack("suite", "the name of a suite", kept->suite, err);
}

static bool get_start(const struct rows_in *in, struct config_kept *kept, struct err *err)
{
    char *sha256 = kept->config.start_sha256;
    if (!in->get(in->context, "start")) {
        return true;
    }
    kept->config.start = kept->start;
    return get_text(in, "start", kept->start, sizeof kept->start, err) &&
           get_text(in, "start.sha256", sha256, sizeof kept->config.start_sha256, err) &&
           (sha256_is_text(sha256) || lack("start.sha256", "64 digits", sha256, err));
}

static bool get_probes(const struct rows_in *in, uint32_t *probes, struct err *err)
{
    char text[CONFIG_WORD_MAX];
    return !in->get(in->context, "probes") ||
           (get_text(in, "probes", text, sizeof text, err) && probe_parse_set(text, probes, err));
}

static bool get_reading(const struct rows_in *in, struct config_kept *kept, struct err *err)
{
    for (int i = 0; i < READING_COUNT; i++) {
        const char *name = reading_at((enum reading_id)i)->name;
        char *text = kept->reading[i];
        if (!in->get(in->context, name)) {
            continue;
        }
        kept->config.reading.text[i] = text;
        if (!get_text(in, name, text, CONFIG_VALUE_MAX, err) ||
            !reading_check((enum reading_id)i, text, err)) {
            return false;
        }
    }
    return true;
}

static bool get_all(const struct rows_in *in, struct config_kept *kept, struct err *err)
{
    struct config *config = &kept->config;
    uint64_t tasks = 0, learners = 0, every = 0;
    bool ok = get_text(in, "data", kept->data, sizeof kept->data, err) &&
              get_suite(in, kept, err) &&
              get_number(in, "tasks", &tasks, 0, SUITE_TASKS_MAX, err) &&
              get_scenario(in, &config->scenario, err) &&
              get_number(in, "seed", &config->seed, 0, UINT64_MAX, err) &&
              get_number(in, "learners", &learners, 1, LEARNERS_MAX, err);
    ok = ok && (!in->get(in->context, "eval-every") ||
                get_number(in, "eval-every", &every, 1, EVAL_EVERY_MAX, err));
    config->eval_every = (long)every;
    config->data = kept->data;
    config->n_tasks = (int)tasks;
    config->n_learners = (int)learners;
    config->can_be_taught = in->get(in->context, "lessons") != NULL;
    ok = ok && get_reading(in, kept, err) && get_start(in, kept, err) &&
         get_probes(in, &config->probes, err);
    for (int i = 0; i < config->n_learners && ok; i++) {
        ok = get_learner(in, config, i, err);
    }
    if (!ok) {
        return false; /* and how many there are may be wrong */
    }
    config_name_learners(config);
    config->is_complete = true;
    return get_base(in, config, err);
}

bool config_rows_read(struct config_kept *kept, config_get get, void *context, struct err *err)
{
    const struct rows_in in = {get, context};
    struct err why = {0};
    memset(kept, 0, sizeof *kept);
    if (get_all(&in, kept, &why)) {
        return true;
    }
    clean_text(why.msg); /* it may quote the file */
    /* What is wrong in a file is not the usage of the program. */
    return err_set(err, ERR_FAILED, "%s", why.msg);
}
