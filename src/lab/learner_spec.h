/* SPDX-License-Identifier: MIT
 * How a learner is written down: "NAME: strategy=ewc+replay lr=0.05 ewc.lambda=100".
 *
 * NAME: 1 to 23 letters, digits, or any of _ . + -, and not "all"; before a colon it may be left
 * out, and what the learner does is its name then.  After the colon, if there is one:
 * strategy=NAMES, observe=NAMES, and KEY=VALUE of any parameter that is not common to all learners.
 */
#ifndef OUBLI_LAB_LEARNER_SPEC_H
#define OUBLI_LAB_LEARNER_SPEC_H

#include "lab/config.h"

/* Reads `text` over what is in `config` already: only what it names changes.  ERR_USAGE says what
 * was expected and what was found. */
bool learner_spec_parse(const char *text, struct learner_config *config, struct err *err)
    __attribute__((warn_unused_result));

/* True if a learner may be called that; if not, err says why. */
bool learner_name_check(const char *name, struct err *err);

#endif
