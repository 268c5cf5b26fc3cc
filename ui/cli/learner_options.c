/* SPDX-License-Identifier: MIT */
#include "ui/cli/learner_options.h"

#include <stdio.h>
#include <string.h>

#include "base/nearest.h"
#include "lab/learner_spec.h"

enum { KEY_MAX = 48 };

/* No set of strategies is this one: there are fewer than 32. */
static const uint32_t unsaid = UINT32_MAX;

/* The key of the setting that begins at `at`. */
static void key_of(const char *at, char key[KEY_MAX])
{
    int length = (int)strcspn(at, "= \t");
    snprintf(key, KEY_MAX, "%.*s", length, at);
}

static const char *word_like(const char *key)
{
    struct nearest nearest = {.typed = key};
    nearest_offer(&nearest, "strategy");
    nearest_offer(&nearest, "observe");
    for (int i = 0; i < PARAM_COUNT; i++) {
        const struct param *param = param_at((enum param_id)i);
        if (!param->is_common) {
            nearest_offer(&nearest, param->name);
        }
    }
    return nearest.word;
}

/* A setting nobody knows, with one like it: a better message than the one there is. */
static void offer_word(const char *spec, struct err *err)
{
    const char *colon = strchr(spec, ':');
    for (const char *at = colon ? colon + 1 : ""; *(at += strspn(at, " \t")) != '\0';) {
        char key[KEY_MAX];
        enum param_id id;
        key_of(at, key);
        bool is_known = strcmp(key, "strategy") == 0 || strcmp(key, "observe") == 0 ||
                        param_find(key, &id) != NULL;
        const char *word = is_known ? NULL : word_like(key);
        if (word) {
            err_set(err, ERR_USAGE, "learner %.*s: no setting is called '%s'; did you mean %s?",
                    (int)(colon - spec), spec, key, word);
            return;
        }
        at += strcspn(at, " \t");
    }
}

static bool make_one(const char *spec, const struct learner_config *base,
                     struct learner_config *learner, struct err *err)
{
    *learner = *base;
    if (learner_spec_parse(spec, learner, err)) {
        return true;
    }
    if (strncmp(err->msg, "learner: ", 9) != 0) { /* it is not about the name */
        offer_word(spec, err);
    }
    struct err why = *err;
    return err_set(err, why.code, "--%s", why.msg);
}

/* True if the last of so many learners is called like another. */
static bool is_double(const struct learner_config *learners, int n)
{
    bool is_found = false;
    for (int i = 0; i < n - 1; i++) {
        is_found |= learners[n - 1].is_named && learners[i].is_named &&
                    strcmp(learners[i].name, learners[n - 1].name) == 0;
    }
    return is_found;
}

bool learner_options_make(struct config *config, const char *const *specs, int n,
                          unsigned *says_observe, struct err *err)
{
    struct learner_config base = config->learners[0];
    uint32_t observed = base.observed;
    if (!config->has_base) { /* a run that it is like has its own */
        config->base = base;
        config->has_base = true;
    }
    base.observed = unsaid;
    for (int i = 0; i < n; i++) {
        struct learner_config *learner = &config->learners[i];
        if (!make_one(specs[i], &base, learner, err)) {
            return false;
        }
        if (is_double(config->learners, i + 1)) {
            return err_set(err, ERR_USAGE,
                           "--learner: a name of its own for each expected, found '%s' twice",
                           learner->name);
        }
        *says_observe |= learner->observed != unsaid ? 1u << i : 0;
        learner->observed = learner->observed != unsaid ? learner->observed : observed;
    }
    config->n_learners = n > 0 ? n : config->n_learners;
    return true;
}
