/* SPDX-License-Identifier: MIT
 * What probes are made of: numbers of activations h (n examples, width units), row by row, and of
 * vectors of parameters.  Any thread; those that allocate return NAN where memory is short. */
#ifndef OUBLI_LAB_MEASURE_H
#define OUBLI_LAB_MEASURE_H

#include "net/network.h"

/* Share of the units that are never above 0. */
double measure_dead_share(const real *h, int n, int width);

/* Linear centred kernel alignment of two representations x (n, p), y (n, q) of the same examples,
 * 0 .. 1; NAN where one is constant.  With centred columns, |Y'X|_F^2 / (|X'X|_F |Y'Y|_F).
 * Source: Kornblith et al. 2019, eq. 4 and 5, arXiv:1905.00414.  Allocates 2 n (n + p + q). */
double measure_cka(const real *x, int p, const real *y, int q, int n);

/* Effective rank, 1 .. min(n, width); NAN where h is 0: exp(-sum p ln p), p the singular values
 * over their sum.  Source: Roy & Vetterli 2007, The effective rank.  Allocates. */
double measure_effective_rank(const real *h, int n, int width);

/* |h - g|_F / |g|_F of n numbers; NAN where g is 0. */
double measure_moved(const real *h, const real *g, size_t n);

/* How selective units are on average, 0 .. 1: of a unit with mean activation m_t >= 0 on task t
 *   (max_t m_t - mean of the others) / (max_t m_t + mean of the others);
 * those that are 0 on all tasks do not count; NAN where none does.  means (n_tasks, width). Source:
 * Morcos et al. 2018, arXiv:1803.06959 (for classes). */
double measure_selectivity(const double *means, int n_tasks, int width);

/* a'b / (|a| |b|) of n numbers; NAN where one is 0. */
double measure_cosine(const real *a, const real *b, size_t n);

/* |w - v|_F / |v|_F over a part of w and v (P), what `drift` shows; NAN where v is 0. */
double measure_drift(const struct part *part, const real *w, const real *v);

/* How much two Fisher informations overlap in a part, 0 .. 1: sum_i sqrt(f_i g_i) / sqrt(sum f sum
 * g), which is 1 - d^2, d^2 = 1/2 sum (sqrt f^ - sqrt g^)^2, each of sum 1.  NAN where one is 0.
 * Source: Kirkpatrick et al. 2017, supplement, arXiv:1612.00796. */
double measure_overlap(const struct part *part, const real *f, const real *g);

/* 1/2 sum_i f_i (w_i - v_i)^2 over a part: what the move from v to w costs the tasks that f is of,
 * to second order, in nats. */
double measure_weighted_drift(const struct part *part, const real *f, const real *w, const real *v);

#endif
