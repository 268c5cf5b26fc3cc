/* SPDX-License-Identifier: MIT
 * Sixteen numbers at a time, as vectors that the compiler cuts into the machine's own: for loops
 * whose order it would not dare to change by itself, or whose ends it would make slowly.  The bits
 * are those of vector.h's functions: a sum is taken in sixteen parts, whatever the machine's
 * vectors are.
 *
 * For functions that are VERSIONS; their file is compiled with -Wno-psabi, which is about vectors
 * that are handed to functions: these are all inlined. */
#ifndef OUBLI_NET_LANES_H
#define OUBLI_NET_LANES_H

#include "net/vector.h"

#define LANES_INLINE static inline __attribute__((always_inline))
#define LANES_TYPE(n)                                                                              \
    __attribute__((vector_size((n) * sizeof(real)), aligned(sizeof(real)), may_alias))

/* Whole numbers as large as a real: masks, all bits of an element set or none, and bits. */
#ifdef OUBLI_DOUBLE
typedef int64_t lanes_bits;
#define LANES_LEAST INT64_MIN
#else
typedef int32_t lanes_bits;
#define LANES_LEAST INT32_MIN
#endif

typedef real real16 LANES_TYPE(16);
typedef real real8 LANES_TYPE(8);
typedef real real4 LANES_TYPE(4);
typedef lanes_bits bits16 LANES_TYPE(16);
typedef lanes_bits bits8 LANES_TYPE(8);
typedef lanes_bits bits4 LANES_TYPE(4);

/* Copies n < 16 elements: eight, four, two, one, of which the compiler makes no call. */
LANES_INLINE void lanes_copy(real *to, const real *from, int n)
{
    for (int size = 8; size > 0; size /= 2) {
        if (n & size) {
            memcpy(to, from, (size_t)size * sizeof *to);
            to += size;
            from += size;
        }
    }
}

/* The first n < 16 elements from memory, zeros behind them; or to it. */
LANES_INLINE real16 lanes_read(const real *x, int n)
{
    real16 y = {0};
    lanes_copy((real *)&y, x, n);
    return y;
}

LANES_INLINE void lanes_write(real *x, real16 y, int n)
{
    lanes_copy(x, (const real *)&y, n);
}

/* Where the mask is set. */
LANES_INLINE real16 lanes_where(bits16 mask, real16 x)
{
    return (real16)((bits16)x & mask);
}

/* The first n elements. */
LANES_INLINE bits16 lanes_first(int n)
{
    const bits16 index = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    return index < (bits16){0} + n;
}

/* As vector_sum_lanes has it. */
LANES_INLINE real lanes_sum(real16 x)
{
    real8 a = *(real8 *)&x + *((real8 *)&x + 1);
    real4 b = *(real4 *)&a + *((real4 *)&a + 1);
    return (b[0] + b[2]) + (b[1] + b[3]);
}

/* Whole numbers in the order of reals, with NaNs at both ends: a comparison of floats leaves one
 * out. */
LANES_INLINE bits16 lanes_order(real16 x)
{
    bits16 bits = (bits16)x;
    return bits ^ ((bits < 0) & ~LANES_LEAST);
}

#define LANES_LARGER(a, b) (((a) & ((a) > (b))) | ((b) & ~((a) > (b))))

/* The real whose place in that order is the largest of x. */
LANES_INLINE real lanes_largest(bits16 x)
{
    bits8 a = LANES_LARGER(*(bits8 *)&x, *((bits8 *)&x + 1));
    bits4 b = LANES_LARGER(*(bits4 *)&a, *((bits4 *)&a + 1));
    lanes_bits c = b[0] > b[1] ? b[0] : b[1], d = b[2] > b[3] ? b[2] : b[3];
    lanes_bits order = c > d ? c : d, bits = order < 0 ? order ^ ~LANES_LEAST : order;
    real largest;
    memcpy(&largest, &bits, sizeof largest);
    return largest;
}

/* vector_exp(x) for x <= 0 and a NaN. */
LANES_INLINE real16 lanes_exp_below(real16 x)
{
#ifdef OUBLI_DOUBLE
    for (int i = 0; i < 16; i++) {
        x[i] = exp(x[i]);
    }
    return x;
#else
    const float shift = 12582912.0f, least = -87.0f;
    bits16 is_above = x > least;
    real16 v = (real16)(((bits16)x & is_above) | ((bits16)((real16){0} + least) & ~is_above));
    real16 k = (v * 1.44269504088896341f + shift) - shift;
    real16 r = (v - k * 0.693359375f) - k * -2.12194440e-4f;
    real16 p = r * 1.9875691500e-4f + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * (r * r) + r + 1.0f;
    bits16 scale = (__builtin_convertvector(k, bits16) + 127) << 23;
    bits16 is_number = x == x;
    real16 y = lanes_where(~(x < least), p * (real16)scale);
    return (real16)(((bits16)y & is_number) | ((bits16)x & ~is_number));
#endif
}

#endif
