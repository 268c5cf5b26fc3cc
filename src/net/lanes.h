/* SPDX-License-Identifier: MIT
 * Loops over vectors, written as such where the compiler would not dare to change an order by
 * itself, or would make the ends of rows slowly.  The bits are those of vector.h's functions: a sum
 * is taken in sixteen parts, LANES_VECTORS vectors one behind the other, whatever they hold each.
 *
 * For functions that are VERSIONS; their file is compiled with -Wno-psabi, which is about vectors
 * that are handed to functions: these are all inlined. */
#ifndef OUBLI_NET_LANES_H
#define OUBLI_NET_LANES_H

#include "net/vector.h"

#define LANES_INLINE static inline __attribute__((always_inline))
#define LANES_TYPE(n)                                                                              \
    __attribute__((vector_size((n) * sizeof(real)), aligned(sizeof(real)), may_alias))

/* A vector that most machines have as such; where they do not, comparisons are slow. */
#ifdef __x86_64__
enum { LANES_BYTES = 32 };
#else
enum { LANES_BYTES = 16 };
#endif
enum {
    LANES_N = LANES_BYTES / sizeof(real), /* numbers in it */
    LANES_VECTORS = VECTOR_LANES / LANES_N
};

/* Whole numbers as large as a real: masks, all bits of an element set or none, and bits. */
#ifdef OUBLI_DOUBLE
typedef int64_t lanes_bit;
#define LANES_LEAST INT64_MIN
#else
typedef int32_t lanes_bit;
#define LANES_LEAST INT32_MIN
#endif

typedef real lanes LANES_TYPE(LANES_N);
typedef real lanes_half LANES_TYPE(LANES_N / 2);
typedef lanes_bit lanes_bits LANES_TYPE(LANES_N);

/* Where the mask is set. */
LANES_INLINE lanes lanes_where(lanes_bits mask, lanes x)
{
    return (lanes)((lanes_bits)x & mask);
}

/* The first n elements. */
LANES_INLINE lanes_bits lanes_first(int n)
{
    lanes_bits index = {0};
    for (int i = 0; i < LANES_N; i++) {
        index[i] = i;
    }
    return index < (lanes_bits){0} + n;
}

/* As vector_sum_lanes has it; the parts are used up. */
LANES_INLINE real lanes_sum(lanes x[LANES_VECTORS])
{
    real left[LANES_N / 2];
    for (int n = LANES_VECTORS / 2; n > 0; n /= 2) {
        for (int v = 0; v < n; v++) {
            x[v] += x[v + n];
        }
    }
    lanes_half half = *(lanes_half *)&x[0] + *((lanes_half *)&x[0] + 1);
    memcpy(left, &half, sizeof left);
    for (int n = LANES_N / 4; n > 0; n /= 2) {
        for (int i = 0; i < n; i++) {
            left[i] += left[i + n];
        }
    }
    return left[0];
}

/* Whole numbers in the order of reals, with NaNs at both ends: a comparison of reals leaves one
 * out. */
LANES_INLINE lanes_bits lanes_order(lanes x)
{
    lanes_bits bits = (lanes_bits)x;
    return bits ^ ((bits < 0) & ~LANES_LEAST);
}

LANES_INLINE lanes_bits lanes_larger(lanes_bits a, lanes_bits b)
{
    lanes_bits is_larger = a > b;
    return (a & is_larger) | (b & ~is_larger);
}

/* The real whose place in that order is the largest of x. */
LANES_INLINE real lanes_largest(lanes_bits x)
{
    lanes_bit left[LANES_N];
    memcpy(left, &x, sizeof left);
    for (int n = LANES_N / 2; n > 0; n /= 2) {
        for (int i = 0; i < n; i++) {
            left[i] = left[i] > left[i + n] ? left[i] : left[i + n];
        }
    }
    lanes_bit bits = left[0] < 0 ? left[0] ^ ~LANES_LEAST : left[0];
    real largest;
    memcpy(&largest, &bits, sizeof largest);
    return largest;
}

/* vector_exp(x) for x <= 0 and a NaN. */
LANES_INLINE lanes lanes_exp_below(lanes x)
{
#ifdef OUBLI_DOUBLE
    for (int i = 0; i < LANES_N; i++) {
        x[i] = exp(x[i]);
    }
    return x;
#else
    const float shift = 12582912.0f, least = -87.0f;
    lanes_bits is_above = x > least, is_number = x == x;
    lanes v = (lanes)(((lanes_bits)x & is_above) | ((lanes_bits)((lanes){0} + least) & ~is_above));
    lanes k = (v * 1.44269504088896341f + shift) - shift;
    lanes r = (v - k * 0.693359375f) - k * -2.12194440e-4f;
    lanes p = r * 1.9875691500e-4f + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * (r * r) + r + 1.0f;
    lanes_bits scale = (__builtin_convertvector(k, lanes_bits) + 127) << 23;
    lanes y = lanes_where(~(x < least), p * (lanes)scale);
    return (lanes)(((lanes_bits)y & is_number) | ((lanes_bits)x & ~is_number));
#endif
}

#endif
