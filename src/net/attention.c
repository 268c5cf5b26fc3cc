/* SPDX-License-Identifier: MIT */
#include "net/attention.h"

#include "net/lanes.h"
#include "net/matrix.h"

enum {
    LANES = VECTOR_LANES,
    FEW_ROWS = 16,      /* positions that are worked on at a time: most of the future is left out */
    ROWS = 2 * FEW_ROWS /* where they are summed over */
};                      /* ---- softmax of what is not in the future ---- */

static inline real dot(const real *restrict x, const real *restrict y, int n)
{
    real parts[LANES] = {0};
    int i = 0;
    for (; i + LANES <= n; i += LANES) {
        for (int j = 0; j < LANES; j++) {
            parts[j] += x[i + j] * y[i + j];
        }
    }
    for (int j = 0; i + j < n; j++) {
        parts[j] += x[i + j] * y[i + j];
    }
    return vector_sum_lanes(parts);
}

/* The largest of the first n of `width`. */
LANES_INLINE real largest_of(const real *x, int n, int width)
{
    lanes_bits largest = (lanes_bits){0} + LANES_LEAST;
    int i = 0;
    for (; i < n && i + LANES_N <= width; i += LANES_N) {
        lanes_bits is_known = lanes_first(n - i), order = lanes_order(*(const lanes *)(x + i));
        largest = lanes_larger((order & is_known) | (LANES_LEAST & ~is_known), largest);
    }
    for (; i < n; i++) {
        largest = lanes_larger(lanes_order((lanes){0} + x[i]), largest);
    }
    return lanes_largest(largest);
}

/* The first n of x become exp((x - largest) scale), those behind them 0; their sum. */
LANES_INLINE real raise(real *x, int n, int width, real largest, real scale)
{
    lanes sum[LANES_VECTORS] = {{0}};
    int i = 0;
    for (; i + LANES <= width; i += LANES) {
        for (int v = 0; v < LANES_VECTORS; v++) {
            lanes *to = (lanes *)(x + i + v * LANES_N);
            *to = lanes_exp_below((*to - largest) * scale);
            *to = lanes_where(lanes_first(n - i - v * LANES_N), *to);
            sum[v] += *to;
        }
    }
    for (int j = 0; i + j < width; j++) {
        x[i + j] = i + j < n ? vector_exp((x[i + j] - largest) * scale) : 0;
        sum[j / LANES_N][j % LANES_N] += x[i + j];
    }
    return lanes_sum(sum);
}

/* Rows of S, so far apart, become rows of A: the first of them looks at `first` + 1 positions, each
 * next one at one more.  All rows for each part of it: so there is something to do while one waits
 * for its largest element or its sum. */
VERSIONS
static void soften(real *s, int row, int first, int rows, int width, real scale)
{
    real largest[FEW_ROWS], sums[FEW_ROWS];
    for (int i = 0; i < rows; i++) {
        largest[i] = largest_of(s + (size_t)i * row, first + i + 1, width);
    }
    for (int i = 0; i < rows; i++) {
        sums[i] = raise(s + (size_t)i * row, first + i + 1, width, largest[i], scale);
    }
    for (int i = 0; i < rows; i++) {
        real share = 1 / sums[i], *x = s + (size_t)i * row;
        for (int j = 0; j < width; j++) {
            x[j] *= share;
        }
    }
}

/* Rows of dA become rows of the derivative by q k', which is dS / sqrt(e):  dS = A (dA - sum(dA
 * A)); zeros from `width` to `end`. */
VERSIONS
static void soften_backward(real *restrict da, const real *restrict a, int row, int rows, int width,
                            int end, real scale)
{
    for (int i = 0; i < rows; i++, da += row, a += row) {
        real sum = dot(da, a, width);
        for (int j = 0; j < width; j++) {
            da[j] = a[j] * (da[j] - sum) * scale;
        }
        for (int j = width; j < end; j++) {
            da[j] = 0;
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
                             int first, int rows)
{
    int d = attention->n_heads * attention->width, length = attention->length;
    const real *q = qkv + (size_t)head * attention->width;
    int end = first + rows < length ? first + rows : length;
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

/* A of all windows is more than the caches hold: rows that come next are asked for in time. */
static void fetch(const real *x, int row, int rows, int cols)
{
    for (int i = 0; i < rows; i++, x += row) {
        for (int j = 0; j < cols; j += 64 / (int)sizeof *x) {
            __builtin_prefetch(x + j);
        }
    }
}

/* y (n, T), of all keys or values before the end of the piece = x (n, e) of the piece times z',
 * given as z' (e, T), called turned, or as z if that is NULL. */
static void compare(const struct attention *attention, const struct piece *piece, real *y,
                    const real *x, int x_row, const real *z, const real *turned)
{
    matrix_multiply(&(struct product){.c = y,
                                      .a = x,
                                      .b = turned ? turned : z,
                                      .m = piece->n,
                                      .k = attention->width,
                                      .n = piece->end,
                                      .is_b_transposed = !turned,
                                      .c_row = attention->length,
                                      .a_row = x_row,
                                      .b_row = turned ? attention->length : piece->qkv_row},
                    NULL);
}

/* y (n, e) = x (n, T) z, of what is before the end of the piece. */
static void mix(const struct attention *attention, const struct piece *piece, real *y, int y_row,
                const real *x, const real *z)
{
    matrix_multiply(&(struct product){.c = y,
                                      .a = x,
                                      .b = z,
                                      .m = piece->n,
                                      .k = piece->end,
                                      .n = attention->width,
                                      .c_row = y_row,
                                      .a_row = attention->length,
                                      .b_row = piece->qkv_row},
                    NULL);
}

/* The piece's rows of A and of o. */
static void look(const struct attention *attention, const struct piece *piece, int head, real *o,
                 real *weights, const real *keys)
{
    int length = attention->length;
    real *a = weights + ((size_t)head * length + piece->first) * length;
    compare(attention, piece, a, piece->q + (size_t)piece->first * piece->qkv_row, piece->qkv_row,
            piece->k, keys);
    soften(a, length, piece->first, piece->n, piece->end, scale_of(attention));
    mix(attention, piece, o + (size_t)piece->first * piece->o_row + (size_t)head * attention->width,
        piece->o_row, a, piece->v);
}

void attention_forward(const struct attention *attention, real *o, real *weights, const real *qkv,
                       real *scratch)
{
    int length = attention->length;
    for (int head = 0; head < attention->n_heads; head++) {
        for (int first = 0; first < length; first += FEW_ROWS) {
            struct piece piece = piece_of(attention, qkv, head, first, FEW_ROWS);
            real *next = weights + ((size_t)head * length + piece.end) * length;
            if (first == 0) {
                product_transpose(scratch, length, piece.k, piece.qkv_row, length,
                                  attention->width);
            }
            fetch(next, length, FEW_ROWS,
                  piece.end + FEW_ROWS < length ? piece.end + FEW_ROWS : length);
            look(attention, &piece, head, o, weights, scratch);
        }
    }
}

void attention_last(const struct attention *attention, real *o, real *weights, const real *qkv,
                    int n)
{
    for (int head = 0; head < attention->n_heads; head++) {
        struct piece piece = piece_of(attention, qkv, head, n - 1, 1);
        look(attention, &piece, head, o, weights, NULL);
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

/* Of the positions from `first` on: dA = d_o v', in scratch; then dS; dv += A' d_o, dq = dS k,
 * dk += dS' q. */
static void look_back(const struct attention *attention, const real *qkv, int head, int first,
                      real *dq, const real *d_o, const real *weights, real *scratch,
                      const real *values)
{
    struct piece all = piece_of(attention, qkv, head, first, ROWS);
    int d = all.o_row, length = attention->length;
    const real *a = weights + (size_t)first * length;
    const real *next = first > 0 ? a - ROWS * length
                                 : weights + (size_t)(length + (length - 1) / ROWS * ROWS) * length;
    d_o += (size_t)first * d;
    add_from(attention, &all, dq + 2 * d, a, d_o, d);
    for (int i = 0; i < all.n; i += FEW_ROWS) {
        struct piece piece = piece_of(attention, qkv, head, first + i, FEW_ROWS);
        real *da = scratch + (size_t)i * length;
        fetch(next + (size_t)i * length, length, FEW_ROWS, first > 0 ? first : length);
        compare(attention, &piece, da, d_o + (size_t)i * d, d, piece.v, values);
        soften_backward(da, a + (size_t)i * length, length, piece.n, piece.end, all.end,
                        scale_of(attention));
        mix(attention, &piece, dq + (size_t)piece.first * piece.qkv_row, piece.qkv_row, da,
            piece.k);
    }
    add_from(attention, &all, dq + d, scratch, all.q + (size_t)first * all.qkv_row, all.qkv_row);
}

/* From the last positions to the first, so that those who look at all positions begin the sums. */
void attention_backward(const struct attention *attention, real *dqkv, const real *d_o,
                        const real *weights, const real *qkv, real *scratch)
{
    int length = attention->length, e = attention->width, d = attention->n_heads * e;
    real *values = scratch + (size_t)ROWS * length;
    for (int head = 0; head < attention->n_heads; head++) {
        product_transpose(values, length, qkv + 2 * d + (size_t)head * e, 3 * d, length, e);
        for (int first = (length - 1) / ROWS * ROWS; first >= 0; first -= ROWS) {
            look_back(attention, qkv, head, first, dqkv + (size_t)head * e, d_o + (size_t)head * e,
                      weights + (size_t)head * length * length, scratch, values);
        }
    }
}

size_t attention_scratch(const struct attention *attention)
{
    return ((size_t)ROWS + (size_t)attention->width) * (size_t)attention->length;
}
