/* SPDX-License-Identifier: MIT */
#include "base/rng.h"

#include <assert.h>
#include <math.h>

static const uint64_t golden = 0x9E3779B97F4A7C15u;
static const double pi = 3.14159265358979323846;

static uint64_t mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

struct rng rng_stream(uint64_t seed, uint64_t k)
{
    return (struct rng){.s = mix(seed * 1000003u + k + golden)};
}

uint64_t rng_next(struct rng *rng)
{
    rng->s += golden;
    return mix(rng->s);
}

double rng_unit(struct rng *rng)
{
    return (double)(rng_next(rng) >> 11) * 0x1p-53;
}

double rng_normal(struct rng *rng)
{
    double u = 1 - rng_unit(rng), v = rng_unit(rng);
    return sqrt(-2 * log(u)) * cos(2 * pi * v);
}

int rng_below(struct rng *rng, int n)
{
    assert(n > 0);
    return (int)(rng_unit(rng) * n);
}

void rng_shuffle(struct rng *rng, int *order, int n)
{
    for (int i = 0; i < n; i++) {
        order[i] = i;
    }
    for (int i = n - 1; i >= 1; i--) {
        int j = rng_below(rng, i + 1);
        int swap = order[i];
        order[i] = order[j];
        order[j] = swap;
    }
}
