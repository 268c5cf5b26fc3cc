/* SPDX-License-Identifier: MIT
 * Random streams: splitmix64, one stream per purpose, so that switching a strategy on does not
 * reshuffle the data.  Source: Steele, Lea & Flood 2014, "Fast splittable pseudorandom number
 * generators".
 *
 *   mix(z):          z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
 *                    z = (z ^ z>>27) * 0x94D049BB133111EB;  z ^ z>>31
 *   stream(seed, k): s = mix(seed * 1000003 + k + 0x9E3779B97F4A7C15)
 *   next:            mix(s += 0x9E3779B97F4A7C15) */
#ifndef OUBLI_BASE_RNG_H
#define OUBLI_BASE_RNG_H

#include <stdint.h>

struct rng {
    uint64_t s;
};

/* The numbers of the streams.  `t` is a task or stage counted from 0, `epoch` and `pass` as well.
 *
 * Those of the reference runs are the reference's (tests/reference/): same start, same order, same
 * dice there and here.  Its formulas run into each other - order(0, 100) would be order(1, 0) - so
 * each holds for as many tasks and epochs as there is room before the next, and beyond that the
 * number comes from a space of the purpose's own:
 *
 *   init 1 · reservoir 2 · replay 3
 *   lora         5 + 100 t               t < 10      (6 + 100 (t+1) is A-GEM's, which is not here)
 *   permutation  10 + t                  t < 90
 *   fisher       104 + 100 t             t < 9
 *   order        1000 + 100 t + epoch    t < 40, epoch < 100
 *   joint        5000 + pass             pass < 895 000
 *   plane        900 000 + part          part < 100 000
 *   text, writing, drift, holdout,
 *   validation, classes, features   above 2^40
 *   beyond       above 2^63
 *
 * Promised: within a session no two purposes have a stream in common, and no two tasks, stages,
 * epochs or steps of one purpose, for t < 2^24 and epochs, passes and steps < 2^36.  Sessions whose
 * seeds differ by less than 2^43 have none in common below 1 000 003; above, the formula of
 * `stream` leaves it to the distance: a step of one seed may be a step of another, a million apart.
 *
 * Not promised: streams of two learners.  They have the same ones, on purpose: only what was chosen
 * differs between them. */
uint64_t rng_stream_init(void);
uint64_t rng_stream_reservoir(void);
uint64_t rng_stream_replay(void);
uint64_t rng_stream_fisher(int t);
uint64_t rng_stream_lora(int t);
uint64_t rng_stream_permutation(int t);
uint64_t rng_stream_order(int t, int epoch);
uint64_t rng_stream_joint(int pass);
uint64_t rng_stream_plane(int part);           /* the points of one place and side */
uint64_t rng_stream_text(int t, int side);     /* side 0 or 1 */
uint64_t rng_stream_writing(long step, int t); /* t < 1024 */
uint64_t rng_stream_drift(int t, long step);   /* step: of the stage */
uint64_t rng_stream_holdout(void);             /* which rows of a table are for testing */
uint64_t rng_stream_validation(void); /* which examples are held out of those to train on */
uint64_t rng_stream_classes(void);    /* the order of classes */
uint64_t rng_stream_features(void);   /* which features are there, and how much */

/* The stream `k` of `seed`, at its beginning. */
struct rng rng_stream(uint64_t seed, uint64_t k);

uint64_t rng_next(struct rng *rng);

/* Uniform in [0, 1), 53 bits. */
double rng_unit(struct rng *rng);

/* Normal, mean 0 and variance 1 (Box & Muller 1958). */
double rng_normal(struct rng *rng);

/* Uniform in 0 .. n-1; n > 0. */
int rng_below(struct rng *rng, int n);

/* Fisher-Yates from the identity: `order` (n) becomes a random permutation of 0 .. n-1. */
void rng_shuffle(struct rng *rng, int *order, int n);

#endif
