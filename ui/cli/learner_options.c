/* SPDX-License-Identifier: MIT */
#include "ui/cli/learner_options.h"

#include <stdio.h>
#include <string.h>

#include "lab/learner_spec.h"
#include "ui/cli/nearest.h"
#include "ui/cli/option_table.h"

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

static bool make_one(struct options *options, const struct learner_config *base, int i,
                     struct err *err)
{
    struct learner_config *learner = &options->config.learners[i];
    *learner = *base;
    learner->observed = unsaid;
    if (!learner_spec_parse(options->learners[i], learner, err)) {
        if (strncmp(err->msg, "learner: ", 9) != 0) { /* it is not about the name */
            offer_word(options->learners[i], err);
        }
        return options_prefix(err, "--");
    }
    if (learner->observed == unsaid) {
        learner->observed = base->observed;
    } else {
        options->says_observe |= 1u << i;
    }
    for (int j = 0; j < i; j++) {
        if (strcmp(options->config.learners[j].name, learner->name) == 0) {
            return err_set(err, ERR_USAGE,
                           "--learner: a name of its own for each expected, found '%s' twice",
                           learner->name);
        }
    }
    return true;
}

bool learner_options_make(struct options *options, struct err *err)
{
    struct learner_config base = options->config.learners[0];
    bool ok = true;
    for (int i = 0; ok && i < options->n_learners; i++) {
        ok = make_one(options, &base, i, err);
    }
    if (ok && options->n_learners > 0) {
        options->config.n_learners = options->n_learners;
    }
    return ok;
}

/* What a learner needs that it has not collected so far. */
static bool wants_more(const struct command *command)
{
    switch (command->kind) {
    case COMMAND_CONSOLIDATE:
        return true;
    case COMMAND_STRATEGY:
        return command->on;
    case COMMAND_FORK:
        return strstr(command->text, "strategy=") != NULL;
    default:
        return false;
    }
}

void options_observe(struct options *options, bool is_live)
{
    bool is_wanted = is_live;
    for (int i = 0; i < options->script.n; i++) {
        is_wanted = is_wanted || wants_more(&options->script.lines[i].command);
    }
    for (int i = 0; i < options->config.n_learners; i++) {
        if (!((options->says_observe >> i) & 1u)) {
            options->config.learners[i].observed = is_wanted ? config_observed_by_default() : 0;
        }
    }
}
