/* SPDX-License-Identifier: MIT
 * Everything that can be listed, as rows of text taken from the program's own tables: for
 * `oubli list`, the help and the man page. */
#ifndef OUBLI_UI_CLI_LISTING_H
#define OUBLI_UI_CLI_LISTING_H

#include "base/param.h"
#include "ui/cli/page.h"

struct listing {
    const char *name;    /* "datasets" */
    const char *summary; /* one line */
    int n_columns;       /* the first names the thing, the last says what it is */
    row_function row;
    bool is_listed;   /* a topic of `oubli list`, not only of the help */
    const char *note; /* a paragraph below; NULL = none */
};

/* The tables, ended by a NULL name; and one by its name, NULL if there is none. */
const struct listing *listings(void);
const struct listing *listing_find(const char *name);

/* The names of the parameters that are the same for all learners: "batch, epochs".  Returns buf. */
char *common_parameters(char *buf, size_t size);

/* The parameters of a session for which nothing was said (digits, SGD). */
struct params params_of_default_session(void);

#endif
