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

/* The streams.  `t` is a task or stage counted from 0. */
static inline uint64_t rng_stream_init(void)
{
    return 1;
}
static inline uint64_t rng_stream_reservoir(void)
{
    return 2;
}
static inline uint64_t rng_stream_replay(void)
{
    return 3;
}
static inline uint64_t rng_stream_fisher(int t)
{
    return 4 + 100 * (uint64_t)(t + 1);
}
static inline uint64_t rng_stream_lora(int t)
{
    return 5 + 100 * (uint64_t)t;
}
static inline uint64_t rng_stream_permutation(int t)
{
    return 10 + (uint64_t)t;
}
static inline uint64_t rng_stream_order(int t, int epoch)
{
    return 1000 + 100 * (uint64_t)t + (uint64_t)epoch;
}
static inline uint64_t rng_stream_text(int t, int side)
{
    return (UINT64_C(1) << 40) + 2 * (uint64_t)t + (uint64_t)side;
}
static inline uint64_t rng_stream_writing(long step, int t)
{
    return (UINT64_C(3) << 40) + 1024 * (uint64_t)step + (uint64_t)t;
}
static inline uint64_t rng_stream_drift(int t, long step)
{
    return (UINT64_C(5) << 40) + ((uint64_t)t << 28) + (uint64_t)step;
}
static inline uint64_t rng_stream_joint(int epoch)
{
    return 5000 + (uint64_t)epoch;
}

static inline uint64_t rng_stream_plane(int part)
{
    return 900000 + (uint64_t)part;
}

/* Which rows of a table are for testing. */
static inline uint64_t rng_stream_holdout(void)
{
    return UINT64_C(7) << 40;
}

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
