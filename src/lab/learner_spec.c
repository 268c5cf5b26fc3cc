/* SPDX-License-Identifier: MIT */
#include "lab/learner_spec.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "strategies/table.h"

enum { SETTING_MAX = 160 };

bool learner_name_check(const char *name, struct err *err)
{
    size_t length = strlen(name);
    bool is_clean = length > 0 && length < LEARNER_NAME_MAX;
    for (size_t i = 0; i < length && is_clean; i++) {
        is_clean = isalnum((unsigned char)name[i]) || strchr("_.+-", name[i]);
    }
    if (!is_clean) {
        return err_set(err, ERR_USAGE,
                       "learner: a name of 1 to %d letters, digits or _ . + - expected, "
                       "found '%.60s'",
                       LEARNER_NAME_MAX - 1, name);
    }
    return strcmp(name, "all") != 0 ||
           err_set(err, ERR_USAGE, "learner: 'all' means all of them; use another name");
}

static bool take_param(struct learner_config *config, const char *key, const char *value,
                       struct err *err)
{
    enum param_id id;
    const struct param *param = param_find(key, &id);
    if (!param) {
        return err_set(err, ERR_USAGE,
                       "learner %s: strategy, observe or a parameter expected, found '%s'; see: "
                       "oubli list parameters",
                       config->name, key);
    }
    if (param->is_common) {
        return err_set(err, ERR_USAGE, "learner %s: %s is the same for all learners; use --%s%s%s",
                       config->name, key, strchr(key, '.') ? "set " : "", key,
                       strchr(key, '.') ? "=VALUE" : "");
    }
    struct err why;
    return param_parse(&config->params, id, value, &why) ||
           err_set(err, why.code, "learner %s: %s", config->name, why.msg);
}

static bool take_setting(struct learner_config *config, const char *setting, struct err *err)
{
    const char *equals = strchr(setting, '=');
    if (!equals || equals == setting) {
        return err_set(err, ERR_USAGE,
                       "learner %s: KEY=VALUE expected, as in lr=0.05; found '%.60s'", config->name,
                       setting);
    }
    char key[48];
    snprintf(key, sizeof key, "%.*s", (int)(equals - setting < 47 ? equals - setting : 47),
             setting);
    bool is_strategy = strcmp(key, "strategy") == 0;
    if (!is_strategy && strcmp(key, "observe") != 0) {
        return take_param(config, key, equals + 1, err);
    }
    struct err why;
    return config_parse_strategies(equals + 1, is_strategy ? &config->on : &config->observed,
                                   &why) ||
           err_set(err, why.code, "learner %s: %s", config->name, why.msg);
}

bool learner_spec_parse(const char *text, struct learner_config *config, struct err *err)
{
    struct learner_config read = *config;
    const char *colon = strchr(text, ':'), *begin = text + strspn(text, " \t");
    size_t length = colon && colon > begin ? (size_t)(colon - begin) : colon ? 0 : strlen(begin);
    while (length > 0 && isspace((unsigned char)begin[length - 1])) {
        length--;
    }
    char name[64];
    snprintf(name, sizeof name, "%.*s", (int)(length < 63 ? length : 63), begin);
    bool is_named = length > 0 || !colon;
    if (is_named && !learner_name_check(name, err)) {
        return false;
    }
    if (is_named) {
        snprintf(read.name, sizeof read.name, "%.*s", LEARNER_NAME_MAX - 1, name);
        read.is_named = true;
    }
    for (const char *at = colon ? colon + 1 : ""; *(at += strspn(at, " \t")) != '\0';) {
        char setting[SETTING_MAX];
        size_t n = strcspn(at, " \t");
        snprintf(setting, sizeof setting, "%.*s", (int)(n < SETTING_MAX ? n : 0), at);
        if (n >= SETTING_MAX) {
            return err_set(err, ERR_USAGE,
                           "learner %s: at most %d characters a setting expected, found %zu",
                           read.name, SETTING_MAX - 1, n);
        }
        if (!take_setting(&read, setting, err)) {
            return false;
        }
        at += n;
    }
    *config = read;
    return true;
}
