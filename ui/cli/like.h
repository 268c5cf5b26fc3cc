/* SPDX-License-Identifier: MIT
 * A session like a run that is over: everything it was made of, out of its line of JSON.
 *
 *   sweep.db:JOB    the run of that job in the table of oubli merge
 *   FILE.json       the line of JSON in that file; of several, FILE.json:N the N-th, from 1
 *
 * On the kernels that trained it, with the arithmetic of then, the same bits come out. */
#ifndef OUBLI_UI_CLI_LIKE_H
#define OUBLI_UI_CLI_LIKE_H

#include "lab/script.h"
#include "session/config_rows.h"

enum { LIKE_CORE_MAX = 40 };

struct like {
    struct config_kept kept;
    struct script script;
    char blas_core[LIKE_CORE_MAX]; /* that trained it; "" = not said */
    int arithmetic;                /* LAB_ARITHMETIC of then; 0 = not said */
    int n_by_hand;                 /* commands that somebody gave it by hand: they are not done */
};

/* Reads the run.  Returns owned (free); NULL and err, ERR_USAGE if it is not clear which is meant.
 */
struct like *like_open(const char *run, struct err *err) __attribute__((warn_unused_result));

/* Takes the kernels of the run where they can be had, and says on stderr why other bits may come
 * out.  Before anything computes. */
bool like_setup(const struct like *like, struct err *err) __attribute__((warn_unused_result));

#endif
