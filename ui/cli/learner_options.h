/* SPDX-License-Identifier: MIT
 * The learners of a command line: --learner 'NAME: SETTINGS'. */
#ifndef OUBLI_UI_CLI_LEARNER_OPTIONS_H
#define OUBLI_UI_CLI_LEARNER_OPTIONS_H

#include "lab/config.h"

/* Makes the learners of the config from `n` specs, at most LEARNERS_MAX: each begins as its first
 * learner is.  Without a spec nothing changes.  Bit i of `says_observe` is set where the spec says
 * what is observed.  ERR_USAGE, one line. */
bool learner_options_make(struct config *config, const char *const *specs, int n,
                          unsigned *says_observe, struct err *err)
    __attribute__((warn_unused_result));

#endif
