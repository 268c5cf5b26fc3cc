/* SPDX-License-Identifier: MIT */
#include "net/block.h"

#include <string.h>

#include "net/kernels.h"
#include "net/matrix.h"
#include "net/norm.h"

/* ---- the parameters ---- */

void block_size(const struct block *block, enum block_tensor tensor, int *rows, int *cols)
{
    const struct {
        int rows, cols; /* in d; 0 rows: a vector */
    } sizes[BLOCK_TENSORS] = {
        [BLOCK_LN1_GAIN] = {0, 1}, [BLOCK_LN1_BIAS] = {0, 1}, [BLOCK_QKV] = {1, 3},
        [BLOCK_QKV_BIAS] = {0, 3}, [BLOCK_MIX] = {1, 1},      [BLOCK_MIX_BIAS] = {0, 1},
        [BLOCK_LN2_GAIN] = {0, 1}, [BLOCK_LN2_BIAS] = {0, 1}, [BLOCK_UP] = {1, 4},
        [BLOCK_UP_BIAS] = {0, 4},  [BLOCK_DOWN] = {4, 1},     [BLOCK_DOWN_BIAS] = {0, 1},
    };
    *rows = sizes[tensor].rows > 0 ? sizes[tensor].rows * block->width : 1;
    *cols = sizes[tensor].cols * block->width;
}

static bool is_vector(enum block_tensor tensor)
{
    return tensor != BLOCK_QKV && tensor != BLOCK_MIX && tensor != BLOCK_UP && tensor != BLOCK_DOWN;
}

void block_init(struct block *block, int context, int width, int n_heads)
{
    *block = (struct block){
        .width = width,
        .attention = {.length = context, .n_heads = n_heads, .width = width / n_heads}};
    for (int i = 0; i < BLOCK_TENSORS; i++) {
        int rows, cols;
        block_size(block, (enum block_tensor)i, &rows, &cols);
        block->at[i] = block->n_params;
        block->n_params += (size_t)rows * cols;
    }
}

/* ---- memory ---- */

static size_t count_rows(const struct block *block, int windows)
{
    return (size_t)windows * (size_t)block->attention.length;
}

bool block_values_size_add(size_t *total, const struct block *block, int windows)
{
    size_t rows = count_rows(block, windows), d = (size_t)block->width;
    const size_t numbers[] = {d, d, d, 2, 2, 3 * d, d, d, 4 * d, 4 * d};
    bool ok = arena_size_add(
        total, rows, (size_t)block->attention.n_heads * block->attention.length * sizeof(real));
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        ok = ok && arena_size_add(total, rows, numbers[i] * sizeof(real));
    }
    return ok;
}

void block_values_init(struct block_values *values, const struct block *block, int windows,
                       struct arena *arena)
{
    size_t rows = count_rows(block, windows), d = (size_t)block->width;
    size_t heads = (size_t)block->attention.n_heads, length = (size_t)block->attention.length;
    *values =
        (struct block_values){.x = arena_alloc(arena, rows, d * sizeof(real)),
                              .a = arena_alloc(arena, rows, d * sizeof(real)),
                              .c = arena_alloc(arena, rows, d * sizeof(real)),
                              .stats_a = arena_alloc(arena, rows, 2 * sizeof(real)),
                              .stats_c = arena_alloc(arena, rows, 2 * sizeof(real)),
                              .qkv = arena_alloc(arena, rows, 3 * d * sizeof(real)),
                              .weights = arena_alloc(arena, rows, heads * length * sizeof(real)),
                              .o = arena_alloc(arena, rows, d * sizeof(real)),
                              .mid = arena_alloc(arena, rows, d * sizeof(real)),
                              .slope = arena_alloc(arena, rows, 4 * d * sizeof(real)),
                              .g = arena_alloc(arena, rows, 4 * d * sizeof(real))};
}

bool block_gradients_size_add(size_t *total, const struct block *block, int windows)
{
    size_t rows = count_rows(block, windows), d = (size_t)block->width;
    return arena_size_add(total, rows, d * sizeof(real)) &&
           arena_size_add(total, rows, 4 * d * sizeof(real)) &&
           arena_size_add(total, rows, 3 * d * sizeof(real)) &&
           arena_size_add(total, rows, d * sizeof(real));
}

void block_gradients_init(struct block_gradients *gradients, const struct block *block, int windows,
                          struct arena *arena)
{
    size_t rows = count_rows(block, windows), d = (size_t)block->width;
    *gradients = (struct block_gradients){.dmid = arena_alloc(arena, rows, d * sizeof(real)),
                                          .df = arena_alloc(arena, rows, 4 * d * sizeof(real)),
                                          .dqkv = arena_alloc(arena, rows, 3 * d * sizeof(real)),
                                          .dnorm = arena_alloc(arena, rows, d * sizeof(real))};
}

/* ---- forward ---- */

/* y (rows, out) = x (rows, in) W, from what `start` says. */
static void multiply(real *y, const real *x, const real *w, int rows, int in, int out,
                     enum product_start start, const real *begin)
{
    matrix_multiply(
        &(struct product){
            .c = y, .a = x, .b = w, .m = rows, .k = in, .n = out, .start = start, .begin = begin},
        NULL);
}

/* y = base + bias + x W. */
static void multiply_onto(real *y, const real *base, const real *bias, const real *x, const real *w,
                          int rows, int in, int out)
{
    kernel_add_row(y, base, bias, rows, out);
    multiply(y, x, w, rows, in, out, PRODUCT_FROM_C, NULL);
}

/* qkv of n rows from `row` on. */
static void forward_to_attention(const struct block *block, const real *theta, size_t row, int n,
                                 struct block_values *values)
{
    int d = block->width;
    real *a = values->a + row * d;
    norm_forward(a, values->stats_a + 2 * row, values->x + row * d,
                 theta + block->at[BLOCK_LN1_GAIN], theta + block->at[BLOCK_LN1_BIAS], n, d);
    multiply(values->qkv + 3 * row * d, a, theta + block->at[BLOCK_QKV], n, d, 3 * d,
             PRODUCT_FROM_ROW, theta + block->at[BLOCK_QKV_BIAS]);
}

/* From o to what the block gives. */
static void forward_from_attention(const struct block *block, const real *theta, size_t row, int n,
                                   struct block_values *values, real *out)
{
    const size_t *at = block->at;
    int d = block->width, n_heads = block->attention.n_heads;
    real *mid = values->mid + row * d, *c = values->c + row * d;
    real *f = values->slope + 4 * row * d, *g = values->g + 4 * row * d;
    if (values->silenced) {
        kernel_silence(values->o + row * d, values->silenced, n, n_heads, block->attention.width);
    }
    multiply_onto(mid, values->x + row * d, theta + at[BLOCK_MIX_BIAS], values->o + row * d,
                  theta + at[BLOCK_MIX], n, d, d);
    norm_forward(c, values->stats_c + 2 * row, mid, theta + at[BLOCK_LN2_GAIN],
                 theta + at[BLOCK_LN2_BIAS], n, d);
    multiply(f, c, theta + at[BLOCK_UP], n, d, 4 * d, PRODUCT_FROM_ROW, theta + at[BLOCK_UP_BIAS]);
    kernel_gelu(g, f, (size_t)n * 4 * d);
    if (values->silenced) { /* with their slope: nothing comes back */
        kernel_silence(g, values->silenced + n_heads, n, 4 * d, 1);
        kernel_silence(f, values->silenced + n_heads, n, 4 * d, 1);
    }
    multiply_onto(out + row * d, mid, theta + at[BLOCK_DOWN_BIAS], g, theta + at[BLOCK_DOWN], n,
                  4 * d, d);
}

void block_forward(const struct block *block, const real *theta, struct windows windows,
                   struct block_values *values, real *out, real *scratch)
{
    const struct attention *attention = &block->attention;
    size_t d = (size_t)block->width, length = (size_t)attention->length;
    size_t first = windows.first * length;
    int n = windows.n * attention->length;
    forward_to_attention(block, theta, first, n, values);
    for (int i = 0; i < windows.n; i++) {
        size_t row = first + i * length;
        attention_forward(attention, values->o + row * d,
                          values->weights + row * length * attention->n_heads,
                          values->qkv + 3 * row * d, scratch);
    }
    forward_from_attention(block, theta, first, n, values, out);
}

void block_forward_last(const struct block *block, const real *theta, int n,
                        struct block_values *values, real *out)
{
    forward_to_attention(block, theta, (size_t)n - 1, 1, values);
    attention_last(&block->attention, values->o, values->weights, values->qkv, n);
    forward_from_attention(block, theta, (size_t)n - 1, 1, values, out);
}

/* ---- backward ---- */

/* dx (rows, in) = dy (rows, out) W'. */
static void multiply_back(real *dx, const real *dy, const real *w, int rows, int in, int out)
{
    matrix_multiply(
        &(struct product){
            .c = dx, .a = dy, .b = w, .m = rows, .k = out, .n = in, .is_b_transposed = true},
        NULL);
}

/* Where the sums of a vector's gradient stand among all. */
static size_t place_of(const struct block *block, enum block_tensor tensor)
{
    size_t place = 0;
    for (int i = 0; i < (int)tensor; i++) {
        int rows, cols;
        block_size(block, (enum block_tensor)i, &rows, &cols);
        place += is_vector((enum block_tensor)i) ? (size_t)cols : 0;
    }
    return place;
}

/* The second half: dmid from dout. */
static void backward_perceptron(const struct block *block, const real *theta,
                                struct windows windows, const struct block_values *values,
                                struct block_gradients *gradients, const real *dout, real *sums)
{
    const size_t *at = block->at;
    int d = block->width, n = windows.n * block->attention.length;
    size_t row = (size_t)windows.first * block->attention.length, row_d = row * d;
    real *df = gradients->df + 4 * row_d, *dmid = gradients->dmid + row_d;
    real *dc = gradients->dnorm + row_d;
    kernel_column_sums(sums + place_of(block, BLOCK_DOWN_BIAS), dout + row_d, n, d);
    multiply_back(df, dout + row_d, theta + at[BLOCK_DOWN], n, 4 * d, d);
    kernel_multiply(df, values->slope + 4 * row_d, (size_t)n * 4 * d);
    kernel_column_sums(sums + place_of(block, BLOCK_UP_BIAS), df, n, 4 * d);
    multiply_back(dc, df, theta + at[BLOCK_UP], n, d, 4 * d);
    memcpy(dmid, dout + row_d, (size_t)n * d * sizeof *dmid);
    norm_backward(dmid, sums + place_of(block, BLOCK_LN2_GAIN),
                  sums + place_of(block, BLOCK_LN2_BIAS), dc, values->mid + row_d,
                  values->stats_c + 2 * row, theta + at[BLOCK_LN2_GAIN], n, d);
}

/* The first half: dx from dmid. */
static void backward_attention(const struct block *block, const real *theta, struct windows windows,
                               const struct block_values *values, struct block_gradients *gradients,
                               real *dx, real *scratch, real *sums)
{
    const size_t *at = block->at;
    int d = block->width, length = block->attention.length, n = windows.n * length;
    size_t row = (size_t)windows.first * length, row_d = row * d;
    size_t a_window = (size_t)length * length * block->attention.n_heads;
    real *dmid = gradients->dmid + row_d, *dqkv = gradients->dqkv + 3 * row_d;
    real *d_o = gradients->dnorm + row_d, *da = d_o;
    kernel_column_sums(sums + place_of(block, BLOCK_MIX_BIAS), dmid, n, d);
    multiply_back(d_o, dmid, theta + at[BLOCK_MIX], n, d, d);
    if (values->silenced) {
        kernel_silence(d_o, values->silenced, n, block->attention.n_heads, block->attention.width);
    }
    for (int i = 0; i < windows.n; i++) {
        size_t first = (size_t)i * length * d;
        attention_backward(&block->attention, dqkv + 3 * first, d_o + first,
                           values->weights + (size_t)(windows.first + i) * a_window,
                           values->qkv + 3 * (row_d + first), scratch);
    }
    kernel_column_sums(sums + place_of(block, BLOCK_QKV_BIAS), dqkv, n, 3 * d);
    multiply_back(da, dqkv, theta + at[BLOCK_QKV], n, d, 3 * d);
    memcpy(dx + row_d, dmid, (size_t)n * d * sizeof *dx);
    norm_backward(dx + row_d, sums + place_of(block, BLOCK_LN1_GAIN),
                  sums + place_of(block, BLOCK_LN1_BIAS), da, values->x + row_d,
                  values->stats_a + 2 * row, theta + at[BLOCK_LN1_GAIN], n, d);
}

void block_backward(const struct block *block, const real *theta, struct windows windows,
                    const struct block_values *values, struct block_gradients *gradients,
                    const real *dout, real *dx, real *scratch, real *sums)
{
    memset(sums, 0, (size_t)block->width * BLOCK_SUMS * sizeof *sums);
    backward_perceptron(block, theta, windows, values, gradients, dout, sums);
    backward_attention(block, theta, windows, values, gradients, dx, scratch, sums);
}

void block_hidden_backward(const struct block *block, const real *theta, struct windows windows,
                           const real *dout, real *df)
{
    int d = block->width, n = windows.n * block->attention.length;
    size_t row_d = (size_t)windows.first * block->attention.length * d;
    multiply_back(df + 4 * row_d, dout + row_d, theta + block->at[BLOCK_DOWN], n, 4 * d, d);
}

void block_heads_backward(const struct block *block, const real *theta, struct windows windows,
                          const struct block_gradients *gradients, real *d_o)
{
    int d = block->width, n = windows.n * block->attention.length;
    size_t row_d = (size_t)windows.first * block->attention.length * d;
    multiply_back(d_o + row_d, gradients->dmid + row_d, theta + block->at[BLOCK_MIX], n, d, d);
}

/* dw (in, out) = x' dy over so many rows. */
static void multiply_gradient(real *dw, const real *x, const real *dy, int rows, int in, int out,
                              const struct product_taker *taker, struct pool *pool)
{
    matrix_give(
        &(struct product){
            .c = dw, .a = x, .b = dy, .m = in, .k = rows, .n = out, .is_a_transposed = true},
        taker, pool);
}

void block_weight_gradients(const struct block *block, struct windows windows,
                            const struct block_values *values,
                            const struct block_gradients *gradients, const real *dout,
                            const real *sums, real *grad, const struct product_taker *taker,
                            struct pool *pool)
{
    const size_t *at = block->at;
    int d = block->width, n = windows.n * block->attention.length;
    size_t row_d = (size_t)windows.first * block->attention.length * d;
    multiply_gradient(grad + at[BLOCK_QKV], values->a + row_d, gradients->dqkv + 3 * row_d, n, d,
                      3 * d, taker, pool);
    multiply_gradient(grad + at[BLOCK_MIX], values->o + row_d, gradients->dmid + row_d, n, d, d,
                      taker, pool);
    multiply_gradient(grad + at[BLOCK_UP], values->c + row_d, gradients->df + 4 * row_d, n, d,
                      4 * d, taker, pool);
    multiply_gradient(grad + at[BLOCK_DOWN], values->g + 4 * row_d, dout + row_d, n, 4 * d, d,
                      taker, pool);
    for (int i = 0; i < BLOCK_TENSORS; i++) {
        int rows, cols;
        block_size(block, (enum block_tensor)i, &rows, &cols);
        if (is_vector((enum block_tensor)i)) {
            memcpy(grad + at[i], sums, (size_t)cols * sizeof *grad);
            sums += cols;
        }
    }
}
