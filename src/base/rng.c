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

/* ---- the numbers of the streams ---- */

/* Who may need more numbers than the reference's formula has room for. */
enum purpose {
    PURPOSE_FISHER,
    PURPOSE_LORA,
    PURPOSE_PERMUTATION,
    PURPOSE_ORDER,
    PURPOSE_JOINT,
    PURPOSE_WRITING,
    PURPOSE_DRIFT,
    PURPOSE_COUNT
};
_Static_assert(PURPOSE_COUNT <= 8, "a purpose has three bits");

/* Above 2^63, which no formula reaches, and different for different a < 2^24 and b < 2^36, as an
 * odd factor only changes the order of 63-bit numbers.  Golden, it puts neighbours far apart:
 * further than seeds are. */
static uint64_t beyond(enum purpose purpose, int a, long b)
{
    uint64_t stage = (uint64_t)a & 0xFFFFFF, at = (uint64_t)b & 0xFFFFFFFFF;
    return UINT64_C(1) << 63 | ((uint64_t)purpose << 60 | stage << 36 | at) * golden;
}

uint64_t rng_stream_init(void)
{
    return 1;
}
uint64_t rng_stream_reservoir(void)
{
    return 2;
}
uint64_t rng_stream_replay(void)
{
    return 3;
}
uint64_t rng_stream_fisher(int t)
{
    return t < 9 ? 104 + 100 * (uint64_t)t : beyond(PURPOSE_FISHER, t, 0);
}
uint64_t rng_stream_lora(int t)
{
    return t < 10 ? 5 + 100 * (uint64_t)t : beyond(PURPOSE_LORA, t, 0);
}
uint64_t rng_stream_permutation(int t)
{
    return t < 90 ? 10 + (uint64_t)t : beyond(PURPOSE_PERMUTATION, t, 0);
}
uint64_t rng_stream_order(int t, int epoch)
{
    return t < 40 && epoch < 100 ? 1000 + 100 * (uint64_t)t + (uint64_t)epoch
                                 : beyond(PURPOSE_ORDER, t, epoch);
}
uint64_t rng_stream_joint(int pass)
{
    return pass < 895000 ? 5000 + (uint64_t)pass : beyond(PURPOSE_JOINT, 0, pass);
}
uint64_t rng_stream_plane(int part)
{
    assert(part >= 0 && part < 100000);
    return 900000 + (uint64_t)part;
}
uint64_t rng_stream_text(int t, int side)
{
    return (UINT64_C(1) << 40) + 2 * (uint64_t)t + (uint64_t)side;
}
uint64_t rng_stream_writing(long step, int t)
{
    assert(t >= 0 && t < 1024);
    return step < 1L << 31 ? (UINT64_C(3) << 40) + 1024 * (uint64_t)step + (uint64_t)t
                           : beyond(PURPOSE_WRITING, t, step);
}
uint64_t rng_stream_drift(int t, long step)
{
    return t < 1 << 12 && step < 1L << 28
               ? (UINT64_C(5) << 40) + ((uint64_t)t << 28) + (uint64_t)step
               : beyond(PURPOSE_DRIFT, t, step);
}
uint64_t rng_stream_holdout(void)
{
    return UINT64_C(7) << 40;
}
uint64_t rng_stream_features(void)
{
    return UINT64_C(8) << 40;
}

uint64_t rng_stream_validation(void)
{
    return (UINT64_C(7) << 40) + 1;
}

uint64_t rng_stream_classes(void)
{
    return (UINT64_C(7) << 40) + 2;
}

/* ---- drawing ---- */

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
