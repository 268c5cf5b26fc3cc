/* SPDX-License-Identifier: MIT
 * What files of loops share that the compiler turns into vector instructions: versions for several
 * instruction sets, sums, and an exponential that stays inside such a
 * loop. */
#ifndef OUBLI_NET_VECTOR_H
#define OUBLI_NET_VECTOR_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/real.h"

/* The loader picks the widest version the machine has.  Sanitizers instrument the resolvers, which
 * run before the sanitizers are ready, so those builds have one version. */
#if defined(__x86_64__) && defined(__gnu_linux__) && defined(__GNUC__) && !defined(__clang__) &&   \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && !defined(OUBLI_ONE_VERSION)
#define VERSIONS __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define VERSIONS
#endif

static inline real vector_root(real x)
{
#ifdef OUBLI_DOUBLE
    return sqrt(x);
#else
    return sqrtf(x);
#endif
}

/* Sums are taken in so many parts, whatever the width of the vectors: so their bits are the same.
 */
enum { VECTOR_LANES = 16 };

/* The parts are used up. */
static inline real vector_sum_lanes(real lanes[VECTOR_LANES])
{
    for (int j = 0; j < 8; j++) {
        lanes[j] += lanes[j + 8];
    }
    for (int j = 0; j < 4; j++) {
        lanes[j] += lanes[j + 4];
    }
    return (lanes[0] + lanes[2]) + (lanes[1] + lanes[3]);
}

static inline real vector_sum(const real *x, int n)
{
    real lanes[VECTOR_LANES] = {0};
    int i = 0;
    for (; i + VECTOR_LANES <= n; i += VECTOR_LANES) {
        for (int j = 0; j < VECTOR_LANES; j++) {
            lanes[j] += x[i + j];
        }
    }
    for (int j = 0; i + j < n; j++) {
        lanes[j] += x[i + j];
    }
    return vector_sum_lanes(lanes);
}

/* exp(x).  In float: within 2 ulp for |x| < 87, 0 below (the softmax needs no more), exp(88) from
 * 88 on; a NaN stays a NaN.  The same bits whatever the width of the vectors.
 *
 * exp(x) = 2^k exp(r) with r = x - k ln 2 in [-ln 2 / 2, ln 2 / 2]; exp(r) by a polynomial of
 * degree 6 (Cephes expf, S. Moshier).  k is rounded by adding and taking away 1.5 * 2^23. */
static inline real vector_exp(real x)
{
#ifdef OUBLI_DOUBLE
    return exp(x);
#else
    const float shift = 12582912.0f;
    float v = x > -87.0f ? x : -87.0f; /* a NaN as well: it has no k */
    v = v > 88.0f ? 88.0f : v;
    float k = (v * 1.44269504088896341f + shift) - shift;
    float r = (v - k * 0.693359375f) - k * -2.12194440e-4f;
    float p = 1.9875691500e-4f;
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * (r * r) + r + 1.0f;
    int32_t bits = ((int32_t)k + 127) << 23;
    float scale;
    memcpy(&scale, &bits, sizeof scale);
    float y = p * scale;
    y = x < -87.0f ? 0.0f : y;
    return x == x ? y : x;
#endif
}

#endif
