/* SPDX-License-Identifier: MIT */
#include "net/attention.h"

#include "net/matrix.h"
#include "net/vector.h"

enum {
    LANES = VECTOR_LANES,
    ROWS = 32 /* positions that are worked on at a time, so that most of the future is left out */
};

/* ---- softmax of what is not in the future ---- */

static inline real larger(real x, real y)
{
    return x > y ? x : y;
}

static inline real largest_of(const real *x, int n)
{
    real lanes[LANES];
    int i = 0;
    for (int j = 0; j < LANES; j++) {
        lanes[j] = x[0];
    }
    for (; i + LANES <= n; i += LANES) {
        for (int j = 0; j < LANES; j++) {
            lanes[j] = larger(x[i + j], lanes[j]);
        }
    }
    for (int j = 0; i + j < n; j++) {
        lanes[j] = larger(x[i + j], lanes[j]);
    }
    for (int j = 1; j < LANES; j++) {
        lanes[0] = larger(lanes[j], lanes[0]);
    }
    return lanes[0];
}

static inline real dot(const real *restrict x, const real *restrict y, int n)
{
    real lanes[LANES] = {0};
    int i = 0;
    for (; i + LANES <= n; i += LANES) {
        for (int j = 0; j < LANES; j++) {
            lanes[j] += x[i + j] * y[i + j];
        }
    }
    for (int j = 0; i + j < n; j++) {
        lanes[j] += x[i + j] * y[i + j];
    }
    return vector_sum_lanes(lanes);
}

/* Rows of S (rows, width), so far apart, become rows of A: the first of them looks at `first` + 1
 * positions, each next one at one more. */
VERSIONS
static void soften(real *s, int row, int first, int rows, int width, real scale)
{
    for (int i = 0; i < rows; i++, s += row) {
        int n = first + i + 1;
        real largest = largest_of(s, n);
        for (int j = 0; j < n; j++) {
            s[j] = (s[j] - largest) * scale;
        }
        for (int j = n; j < width; j++) {
            s[j] = -1000; /* exp(-1000) is 0 */
        }
        for (int j = 0; j < width; j++) {
            s[j] = vector_exp(s[j]);
        }
        real share = 1 / vector_sum(s, width);
        for (int j = 0; j < width; j++) {
            s[j] *= share;
        }
    }
}

/* Rows of dA become rows of the derivative by q k', which is dS / sqrt(e):  dS = A (dA - sum(dA
 * A)).
 */
VERSIONS
static void soften_backward(real *restrict da, const real *restrict a, int row, int rows, int width,
                            real scale)
{
    for (int i = 0; i < rows; i++, da += row, a += row) {
        real sum = dot(da, a, width);
        for (int j = 0; j < width; j++) {
            da[j] = a[j] * (da[j] - sum) * scale;
        }
    }
}

/* ---- heads ---- */

/* Rows of one head: where its part of each begins, and positions first .. end-1 of it. */
struct piece {
    const real *q, *k, *v;
    int qkv_row, o_row;
    int first, n, end;
};

static struct piece piece_of(const struct attention *attention, const real *qkv, int head,
                             int first)
{
    int d = attention->n_heads * attention->width, length = attention->length;
    const real *q = qkv + (size_t)head * attention->width;
    int end = first + ROWS < length ? first + ROWS : length;
    return (struct piece){.q = q,
                          .k = q + d,
                          .v = q + 2 * d,
                          .qkv_row = 3 * d,
                          .o_row = d,
                          .first = first,
                          .n = end - first,
                          .end = end};
}

static real scale_of(const struct attention *attention)
{
    return (real)(1 / sqrt(attention->width));
}

/* The piece's rows of A and of o. */
static void look(const struct attention *attention, struct piece piece, int head, real *o,
                 real *weights)
{
    real *a = weights + ((size_t)head * attention->length + piece.first) * attention->length;
    matrix_multiply(&(struct product){.c = a,
                                      .a = piece.q + (size_t)piece.first * piece.qkv_row,
                                      .b = piece.k,
                                      .m = piece.n,
                                      .k = attention->width,
                                      .n = piece.end,
                                      .is_b_transposed = true,
                                      .c_row = attention->length,
                                      .a_row = piece.qkv_row,
                                      .b_row = piece.qkv_row},
                    NULL);
    soften(a, attention->length, piece.first, piece.n, piece.end, scale_of(attention));
    matrix_multiply(&(struct product){.c = o + (size_t)piece.first * piece.o_row +
                                           (size_t)head * attention->width,
                                      .a = a,
                                      .b = piece.v,
                                      .m = piece.n,
                                      .k = piece.end,
                                      .n = attention->width,
                                      .c_row = piece.o_row,
                                      .a_row = attention->length,
                                      .b_row = piece.qkv_row},
                    NULL);
}

void attention_forward(const struct attention *attention, real *o, real *weights, const real *qkv)
{
    for (int head = 0; head < attention->n_heads; head++) {
        for (int first = 0; first < attention->length; first += ROWS) {
            look(attention, piece_of(attention, qkv, head, first), head, o, weights);
        }
    }
}

void attention_last(const struct attention *attention, real *o, real *weights, const real *qkv,
                    int n)
{
    for (int head = 0; head < attention->n_heads; head++) {
        struct piece piece = piece_of(attention, qkv, head, n - 1);
        piece.n = 1;
        piece.end = n;
        look(attention, piece, head, o, weights);
    }
}

/* C, of `m` rows like those of qkv, is or gets added A' B: A (n, m) is weights or their derivative,
 * B (n, e) belongs to the same positions. */
static void add_from(const struct attention *attention, const struct piece *piece, real *c,
                     const real *a, const real *b, int b_row)
{
    bool is_first = piece->end == attention->length;
    matrix_multiply(&(struct product){.c = c,
                                      .a = a,
                                      .b = b,
                                      .m = piece->end,
                                      .k = piece->n,
                                      .n = attention->width,
                                      .is_a_transposed = true,
                                      .start = is_first ? PRODUCT_FROM_ZERO : PRODUCT_FROM_C,
                                      .c_row = piece->qkv_row,
                                      .a_row = attention->length,
                                      .b_row = b_row},
                    NULL);
}

/* dA = d_o v', in scratch; then dS; dv += A' d_o, dq = dS k, dk += dS' q. */
static void look_back(const struct attention *attention, const struct piece *piece, real *dq,
                      const real *d_o, const real *weights, real *scratch)
{
    int d = piece->o_row, length = attention->length;
    const real *a = weights + (size_t)piece->first * length;
    add_from(attention, piece, dq + 2 * d, a, d_o, d);
    matrix_multiply(&(struct product){.c = scratch,
                                      .a = d_o,
                                      .b = piece->v,
                                      .m = piece->n,
                                      .k = attention->width,
                                      .n = piece->end,
                                      .is_b_transposed = true,
                                      .c_row = length,
                                      .a_row = d,
                                      .b_row = piece->qkv_row},
                    NULL);
    soften_backward(scratch, a, length, piece->n, piece->end, scale_of(attention));
    matrix_multiply(&(struct product){.c = dq + (size_t)piece->first * piece->qkv_row,
                                      .a = scratch,
                                      .b = piece->k,
                                      .m = piece->n,
                                      .k = piece->end,
                                      .n = attention->width,
                                      .c_row = piece->qkv_row,
                                      .a_row = length,
                                      .b_row = piece->qkv_row},
                    NULL);
    add_from(attention, piece, dq + d, scratch, piece->q + (size_t)piece->first * piece->qkv_row,
             piece->qkv_row);
}

/* From the last positions to the first, so that those who look at all positions begin the sums. */
void attention_backward(const struct attention *attention, real *dqkv, const real *d_o,
                        const real *weights, const real *qkv, real *scratch)
{
    int length = attention->length;
    for (int head = 0; head < attention->n_heads; head++) {
        for (int first = (length - 1) / ROWS * ROWS; first >= 0; first -= ROWS) {
            struct piece piece = piece_of(attention, qkv, head, first);
            look_back(attention, &piece, dqkv + (size_t)head * attention->width,
                      d_o + (size_t)first * piece.o_row + (size_t)head * attention->width,
                      weights + (size_t)head * length * length, scratch);
        }
    }
}

size_t attention_scratch(const struct attention *attention)
{
    return (size_t)ROWS * (size_t)attention->length;
}
