/* SPDX-License-Identifier: MIT
 * What `oubli bench` measures: figures with a target, each a ratio or a size that means the same on
 * any machine.
 *
 * Two things that are compared take turns (A B A B ...), and the figure is the median of the ratios
 * of the rounds.  Whatever slows the machine for longer than a round - another program, a lower
 * clock - is in both halves of that round and falls out; what hits one half only is an outlier,
 * which a median ignores.  The ratio of the two smallest times would not do: the smallest come from
 * different moments, and one lucky round decides. */
#ifndef OUBLI_UI_BENCH_BENCH_H
#define OUBLI_UI_BENCH_BENCH_H

#include <stdbool.h>
#include <stdio.h>

#include "base/err.h"

enum { BENCH_FIGURES_MAX = 96, BENCH_CASE_MAX = 64, BENCH_TURNS_MAX = 128 };

struct bench_figure {
    const char *figure;         /* "step_over_sgemm" */
    char label[BENCH_CASE_MAX]; /* the case: "64-100-100-10 b32 sgd" */
    double value;
    const char *unit; /* "ratio", "x", "%", "ms", "MB", "bytes" */
    double target;
    bool is_floor; /* the value is to be at least the target, not at most */
    int n;         /* how often it was measured: rounds, frames, keys */
};

struct bench {
    FILE *table;                         /* where the rows go as they come; NULL: nowhere */
    void (*added)(void *context, int n); /* called with each; may be NULL */
    void *context;
    int n;
    struct bench_figure figures[BENCH_FIGURES_MAX];
};

/* The name of section number i; NULL after the last. */
const char *bench_section(int i);

/* False and err unless each of n names is one of a section of figures. */
bool bench_check(const char *const *names, int n, struct err *err)
    __attribute__((warn_unused_result));

/* Takes the figures of those sections, of all where n is 0, which needs minutes, and prints each as
 * it is there.  False and err where one could not be taken. */
bool bench_run(struct bench *bench, const char *const *names, int n, struct err *err)
    __attribute__((warn_unused_result));

/* Keeps a figure under this label and prints its row. */
void bench_add(struct bench *bench, struct bench_figure figure, const char *label, ...)
    __attribute__((format(printf, 3, 4)));
bool bench_is_met(const struct bench_figure *figure);

/* Sorts the values; 0 < part <= 1: the smallest value that `part` of them do not exceed. */
double bench_quantile(double *values, int n, double part);

/* One of two things that are compared: does its work once and tells what that took, in any unit. */
struct bench_side {
    bool (*take)(void *context, double *taken, struct err *err);
    void *context;
};

/* The median over so many turns, BENCH_TURNS_MAX at most, of what `a` took to what `b` took.  Who
 * begins changes, so that neither always has the colder caches. */
bool bench_ratio(struct bench_side a, struct bench_side b, int turns, double *ratio,
                 struct err *err) __attribute__((warn_unused_result));

/* The training step: against its own products, with each strategy, late in a long sequence. */
bool bench_steps(struct bench *bench, struct err *err) __attribute__((warn_unused_result));

/* Several learners in step: what a second core is worth. */
bool bench_learners(struct bench *bench, struct err *err) __attribute__((warn_unused_result));

/* Going back: how long it takes, and what the checkpoints take. */
bool bench_history(struct bench *bench, struct err *err) __attribute__((warn_unused_result));

/* Recordings: what they cost, how large they are, how fast they play. */
bool bench_session(struct bench *bench, struct err *err) __attribute__((warn_unused_result));

/* What is shown of the selected learner: what it costs. */
bool bench_exhibits(struct bench *bench, struct err *err) __attribute__((warn_unused_result));

/* Probes: what part of training each takes. */
bool bench_probes(struct bench *bench, struct err *err) __attribute__((warn_unused_result));

/* This program as a person meets it: started again in a pseudo-terminal. */
bool bench_live(struct bench *bench, struct err *err) __attribute__((warn_unused_result));

#endif
