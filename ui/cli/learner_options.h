/* SPDX-License-Identifier: MIT
 * The learners of a command line: --learner 'NAME: SETTINGS'. */
#ifndef OUBLI_UI_CLI_LEARNER_OPTIONS_H
#define OUBLI_UI_CLI_LEARNER_OPTIONS_H

#include "ui/cli/options.h"

/* Makes the learners of the config from the specs that were given: each begins as the other options
 * say, wherever they stand.  Without a spec nothing changes.  ERR_USAGE, one line. */
bool learner_options_make(struct options *options, struct err *err)
    __attribute__((warn_unused_result));

#endif
