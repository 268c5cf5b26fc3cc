/* SPDX-License-Identifier: MIT
 * What options together say of the session. */
#include <stdlib.h>
#include <string.h>

#include "ui/cli/like.h"
#include "ui/cli/options.h"

void options_close(struct options *options)
{
    free(options->like);
    options->like = NULL;
}

bool options_take_like(struct options *options, const char *run, struct err *err)
{
    if (options->like) {
        return err_set(err, ERR_USAGE, "--like: one run expected, found a second, '%.60s'", run);
    }
    struct like *like = like_open(run, err);
    if (like) {
        options->like = like;
        options->config = like->kept.config;
        options->script = like->script;
        options->says_observe = ~0u;
    }
    return like != NULL;
}

/* What a learner needs that it has not collected so far. */
static bool wants_more(const struct command *command)
{
    switch (command->kind) {
    case COMMAND_CONSOLIDATE:
    case COMMAND_SWEEP:
        return true;
    case COMMAND_STRATEGY:
        return command->on;
    case COMMAND_FORK:
        return strstr(command->text, "strategy=") != NULL;
    default:
        return false;
    }
}

/* What is to be observed for the sake of the script's lines from `first` on. */
static uint32_t observed_for(const struct options *options, int first, bool is_live)
{
    bool is_wanted = is_live;
    for (int i = first; i < options->script.n; i++) {
        is_wanted = is_wanted || wants_more(&options->script.lines[i].command);
    }
    return is_wanted ? config_observed_by_default() : 0;
}

void options_observe(struct options *options, bool is_live)
{
    uint32_t usual = observed_for(options, 0, is_live);
    /* A run that it is like has said what its own lines need. */
    uint32_t more = options->like ? observed_for(options, options->like->script.n, is_live) : 0;
    options->config.base.observed = usual;
    for (int i = 0; i < options->config.n_learners; i++) {
        uint32_t *observed = &options->config.learners[i].observed;
        bool is_said = (options->says_observe >> i) & 1u;
        *observed = is_said ? *observed | more : usual;
    }
}
