/* SPDX-License-Identifier: MIT
 * Examples of use and the exit codes, as the help and the man page show them. */
#ifndef OUBLI_UI_CLI_EXAMPLES_H
#define OUBLI_UI_CLI_EXAMPLES_H

struct example {
    const char *line; /* what is typed */
    const char *text; /* what it does */
};

/* Ended by a NULL line. */
const struct example *examples(void);

/* "0", "what it means"; ended by a NULL line. */
const struct example *exit_codes(void);

/* Fields of a line of `oubli run --json`, and what they hold; ended by a NULL line. */
const struct example *json_fields(void);

/* When they are written, as a paragraph. */
const char *json_written(void);

/* What the command teach does, as a paragraph. */
const char *lessons_text(void);

/* Which timed commands are due again after going back. */
const char *again_text(void);

/* What learners are, as a paragraph; and how they are asked for; ended by a NULL line. */
const char *learners_text(void);
const struct example *learner_forms(void);

/* Variables of the environment; ended by a NULL line. */
const struct example *environment(void);

#endif
