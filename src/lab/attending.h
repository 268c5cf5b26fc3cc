/* SPDX-License-Identifier: MIT
 * The exhibit `attention`: a text that the selected learner writes, and how much each head of its
 * network looked at each character before one of them when that was written.
 *
 * The text begins with the prompt of the present task, or a person's own, and goes on by a
 * character each time, with the weights of that moment, or where training stands to the end of the
 * line; there it stands for a while and begins anew.  While a character of it is chosen the text
 * stands still: what the heads look at is then what the weights of now would look at. */
#ifndef OUBLI_LAB_ATTENDING_H
#define OUBLI_LAB_ATTENDING_H

#include <stdint.h>

#include "base/param.h"

enum {
    ATTENDING_HEADS_MAX = 64,
    ATTENDING_WRITTEN_MAX = 96,
    ATTENDING_PROMPT_MAX = 48,
    ATTENDING_TEXT_MAX = ATTENDING_PROMPT_MAX + ATTENDING_WRITTEN_MAX
};

struct attending {
    long step;    /* the moment this is of */
    int learner;  /* id */
    int task;     /* whose prompt it was */
    int n_heads;  /* of a block */
    int n_rows;   /* heads of all blocks, those of block 1 first; the first that fit */
    int n_given;  /* characters that were given: the prompt */
    int n;        /* all characters */
    int from, at; /* which one was written, and the first that was seen then: from .. at-1 */
    char text[ATTENDING_TEXT_MAX]; /* (n) of the alphabet; no NUL */
    /* (n_rows, at-from) in 1/255: weight[row][i] is of character from + i */
    uint8_t weight[ATTENDING_HEADS_MAX][PARAM_CONTEXT_MAX];
};

#endif
