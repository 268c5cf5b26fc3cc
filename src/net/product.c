/* SPDX-License-Identifier: MIT */
#include "net/product.h"

#include <assert.h>
#include <string.h>

#define INLINE static inline __attribute__((always_inline))

/* Short loops over constants, whose arrays then are registers. */
#ifdef __clang__
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif

/* Vectors of 16, 32 and 64 bytes at any address. */
#define VECTOR(bytes) __attribute__((vector_size(bytes), aligned(sizeof(real)), may_alias))
typedef real vector16 VECTOR(16);
typedef real vector32 VECTOR(32);
typedef real vector64 VECTOR(64);

/* The first 16 bytes of a vector. */
#ifdef OUBLI_DOUBLE
#define LOW(a) __builtin_shufflevector(a, a, 0, 1)
#else
#define LOW(a) __builtin_shufflevector(a, a, 0, 1, 2, 3)
#endif

enum {
    LANES = 16 / sizeof(real), /* of the smallest vector */
    ROWS_MAX = 12,             /* of a tile */
    WIDTH_MAX = 9 * LANES,     /* columns of a tile */
    DEPTH = 256,               /* of the summed index that is worked on at a time: a panel of B with
                                  so many rows stays in the first cache */
    BLOCK_MAX = 32768          /* numbers of A that are worked on at a time */
};

/* A part of C, while a part of the summed index runs. */
struct tile {
    real *c; /* (rows, width) */
    int c_row;
    const real *from; /* what C begins with, the same way; NULL: zeros */
    int from_row;
    const real *a; /* a_il stands at i a_row + l a_column */
    int a_row, a_column;
    const real *b; /* b_lj stands at l b_row + j */
    int b_row;
    int depth;
    int rest;          /* where the last columns begin, of which some may be among the others */
    bool is_rectified; /* at the end */
};

/* What is below zero becomes zero; a NaN is not and stays. */
#define RECTIFY(vector, x)                                                                         \
    do {                                                                                           \
        __typeof__((x) < 0) is_below = (x) < 0;                                                    \
        (x) = (vector)((__typeof__(is_below))(x) & ~is_below);                                     \
    } while (false)

/* `a` in all elements of a vector is a less nothing: both compilers make a broadcast of that. */
#define DEFINE_TILE(name, vector, n_vectors, has_rest)                                             \
    INLINE void name(struct tile t, const int rows)                                                \
    {                                                                                              \
        enum { N = sizeof(vector) / sizeof(real) };                                                \
        vector sum[ROWS_MAX][n_vectors];                                                           \
        vector16 rest[ROWS_MAX];                                                                   \
        UNROLL for (int i = 0; i < rows; i++)                                                      \
        {                                                                                          \
            UNROLL for (int v = 0; v < (n_vectors); v++)                                           \
            {                                                                                      \
                sum[i][v] = (vector){0};                                                           \
            }                                                                                      \
            rest[i] = (vector16){0};                                                               \
        }                                                                                          \
        if (t.from) {                                                                              \
            UNROLL for (int i = 0; i < rows; i++)                                                  \
            {                                                                                      \
                const real *from = t.from + (size_t)i * t.from_row;                                \
                UNROLL for (int v = 0; v < (n_vectors); v++)                                       \
                {                                                                                  \
                    sum[i][v] = *(const vector *)(from + v * N);                                   \
                }                                                                                  \
                if (has_rest) {                                                                    \
                    rest[i] = *(const vector16 *)(from + t.rest);                                  \
                }                                                                                  \
            }                                                                                      \
        }                                                                                          \
        for (int l = 0; l < t.depth; l++) {                                                        \
            vector b[n_vectors];                                                                   \
            vector16 b_rest = has_rest ? *(const vector16 *)(t.b + t.rest) : (vector16){0};        \
            UNROLL for (int v = 0; v < (n_vectors); v++)                                           \
            {                                                                                      \
                b[v] = *(const vector *)(t.b + v * N);                                             \
            }                                                                                      \
            UNROLL for (int i = 0; i < rows; i++)                                                  \
            {                                                                                      \
                vector a = t.a[(size_t)i * t.a_row] - (vector){0};                                 \
                UNROLL for (int v = 0; v < (n_vectors); v++)                                       \
                {                                                                                  \
                    sum[i][v] += a * b[v];                                                         \
                }                                                                                  \
                if (has_rest) {                                                                    \
                    rest[i] += LOW(a) * b_rest;                                                    \
                }                                                                                  \
            }                                                                                      \
            t.a += t.a_column;                                                                     \
            t.b += t.b_row;                                                                        \
        }                                                                                          \
        if (t.is_rectified) {                                                                      \
            UNROLL for (int i = 0; i < rows; i++)                                                  \
            {                                                                                      \
                UNROLL for (int v = 0; v < (n_vectors); v++)                                       \
                {                                                                                  \
                    RECTIFY(vector, sum[i][v]);                                                    \
                }                                                                                  \
                RECTIFY(vector16, rest[i]);                                                        \
            }                                                                                      \
        }                                                                                          \
        UNROLL for (int i = 0; i < rows; i++)                                                      \
        {                                                                                          \
            real *c = t.c + (size_t)i * t.c_row;                                                   \
            UNROLL for (int v = 0; v < (n_vectors); v++)                                           \
            {                                                                                      \
                *(vector *)(c + v * N) = sum[i][v];                                                \
            }                                                                                      \
            if (has_rest) {                                                                        \
                *(vector16 *)(c + t.rest) = rest[i];                                               \
            }                                                                                      \
        }                                                                                          \
    }

DEFINE_TILE(tile_16, vector16, 1, false)
DEFINE_TILE(tile_16_rest, vector16, 1, true)

/* One tile below the other, of as equal heights as can be. */
#define RUN_COLUMN(first, m, rows_max, switch_rows, run)                                           \
    {                                                                                              \
        struct tile t = *(first);                                                                  \
        const int n_tiles = ((m) + (rows_max)-1) / (rows_max), low = (m) / n_tiles;                \
        for (int i = 0, higher = (m) % n_tiles, rows; i < n_tiles; i++, higher--) {                \
            rows = low + (higher > 0);                                                             \
            switch_rows(run, t, rows);                                                             \
            t.a += (size_t)rows * t.a_row;                                                         \
            t.c += (size_t)rows * t.c_row;                                                         \
            t.from = t.from ? t.from + (size_t)rows * t.from_row : NULL;                           \
        }                                                                                          \
    }
#define SWITCH_4(run, t, rows)                                                                     \
    switch (rows) {                                                                                \
    case 1:                                                                                        \
        run(t, 1);                                                                                 \
        break;                                                                                     \
    case 2:                                                                                        \
        run(t, 2);                                                                                 \
        break;                                                                                     \
    case 3:                                                                                        \
        run(t, 3);                                                                                 \
        break;                                                                                     \
    default:                                                                                       \
        run(t, 4);                                                                                 \
        break;                                                                                     \
    }
#define SWITCH_6(run, t, rows)                                                                     \
    switch (rows) {                                                                                \
    case 5:                                                                                        \
        run(t, 5);                                                                                 \
        break;                                                                                     \
    case 6:                                                                                        \
        run(t, 6);                                                                                 \
        break;                                                                                     \
    default:                                                                                       \
        SWITCH_4(run, t, rows) break;                                                              \
    }
#define SWITCH_8(run, t, rows)                                                                     \
    switch (rows) {                                                                                \
    case 7:                                                                                        \
        run(t, 7);                                                                                 \
        break;                                                                                     \
    case 8:                                                                                        \
        run(t, 8);                                                                                 \
        break;                                                                                     \
    default:                                                                                       \
        SWITCH_6(run, t, rows) break;                                                              \
    }
#define SWITCH_12(run, t, rows)                                                                    \
    switch (rows) {                                                                                \
    case 9:                                                                                        \
        run(t, 9);                                                                                 \
        break;                                                                                     \
    case 10:                                                                                       \
        run(t, 10);                                                                                \
        break;                                                                                     \
    case 11:                                                                                       \
        run(t, 11);                                                                                \
        break;                                                                                     \
    case 12:                                                                                       \
        run(t, 12);                                                                                \
        break;                                                                                     \
    default:                                                                                       \
        SWITCH_8(run, t, rows) break;                                                              \
    }

/* ---- the right operand ---- */

/* Four rows of four become four columns. */
INLINE void transpose_block(real *restrict to, int to_row, const real *restrict from, int from_row)
{
#ifndef OUBLI_DOUBLE
    vector16 r0 = *(const vector16 *)from, r1 = *(const vector16 *)(from + from_row),
             r2 = *(const vector16 *)(from + 2 * (size_t)from_row),
             r3 = *(const vector16 *)(from + 3 * (size_t)from_row);
    vector16 a = __builtin_shufflevector(r0, r1, 0, 4, 1, 5);
    vector16 b = __builtin_shufflevector(r0, r1, 2, 6, 3, 7);
    vector16 c = __builtin_shufflevector(r2, r3, 0, 4, 1, 5);
    vector16 d = __builtin_shufflevector(r2, r3, 2, 6, 3, 7);
    *(vector16 *)to = __builtin_shufflevector(a, c, 0, 1, 4, 5);
    *(vector16 *)(to + to_row) = __builtin_shufflevector(a, c, 2, 3, 6, 7);
    *(vector16 *)(to + 2 * to_row) = __builtin_shufflevector(b, d, 0, 1, 4, 5);
    *(vector16 *)(to + 3 * to_row) = __builtin_shufflevector(b, d, 2, 3, 6, 7);
#else
    for (int i = 0; i < LANES; i++) {
        for (int j = 0; j < LANES; j++) {
            to[i * to_row + j] = from[(size_t)j * from_row + i];
        }
    }
#endif
}

/* to (n, m) = from (m, n)'. */
INLINE void transpose(real *restrict to, int to_row, const real *restrict from, int from_row, int m,
                      int n)
{
    int i = 0;
    for (; i + LANES <= m; i += LANES, from += LANES * (size_t)from_row) {
        int j = 0;
        for (; j + LANES <= n; j += LANES) {
            transpose_block(to + (size_t)j * to_row + i, to_row, from + j, from_row);
        }
        for (; j < n; j++) {
            for (int r = 0; r < LANES; r++) {
                to[(size_t)j * to_row + i + r] = from[(size_t)r * from_row + j];
            }
        }
    }
    for (; i < m; i++, from += from_row) {
        for (int j = 0; j < n; j++) {
            to[(size_t)j * to_row + i] = from[j];
        }
    }
}

void product_transpose(real *to, int to_row, const real *from, int from_row, int m, int n)
{
    transpose(to, to_row, from, from_row, m, n);
}

/* panel (depth, width) from b, whose rows are the columns wanted. */
INLINE void pack_transposed(real *restrict panel, const real *restrict b, int b_row, int depth,
                            int n, int width)
{
    transpose(panel, width, b, b_row, n, depth);
    for (int j = n; j < width; j++) {
        for (int l = 0; l < depth; l++) {
            panel[l * width + j] = 0;
        }
    }
}

/* panel (depth, LANES) from n columns of b, zeros behind them. */
INLINE void pack_few(real *restrict panel, const real *restrict b, int b_row, int depth, int n)
{
    for (int l = 0; l < depth; l++) {
        for (int j = 0; j < LANES; j++) {
            panel[l * LANES + j] = j < n ? b[(size_t)l * b_row + j] : 0;
        }
    }
}

/* ---- a column of tiles ---- */

/* Which part of the product: rows i .. i+m-1, columns j .. j+n-1, of the summed index `depth` from
 * `l` on. */
struct part {
    int i, m, j, n, l, depth;
    bool is_first, is_last; /* of the summed index */
};

/* What the tile that begins in row i of the part begins with. */
INLINE void begin_tile(const struct product *p, const struct part *part, int i, struct tile *tile)
{
    int c_row = product_c_row(p);
    size_t at = (size_t)(part->i + i) * c_row + part->j;
    bool is_row = part->is_first && p->start == PRODUCT_FROM_ROW;
    tile->from_row = is_row ? 0 : c_row;
    tile->from = !part->is_first || p->start == PRODUCT_FROM_C ? p->c + at
                 : is_row                                      ? p->begin + part->j
                 : p->start == PRODUCT_FROM_MATRIX             ? p->begin + at
                                                               : NULL;
}

/* A tile with too few columns is made beside C: there are zeros behind what it begins with. */
INLINE void step_aside(struct tile *tile, real *aside, int rows, int n)
{
    for (int i = 0; i < rows * LANES; i++) {
        aside[i] = 0;
    }
    for (int r = 0; tile->from && r < rows; r++) {
        for (int j = 0; j < n; j++) {
            aside[r * LANES + j] = tile->from[(size_t)r * tile->from_row + j];
        }
    }
    tile->c = aside;
    tile->from = tile->from ? aside : NULL;
    tile->c_row = tile->from_row = LANES;
}

/* Tiles of n columns, one below the other for m rows of C. */
typedef void (*column_function)(const struct tile *first, int m, int n);

/* Where there are fewer columns than any tile has, each is made beside C and copied. */
INLINE void multiply_aside(const struct product *p, const struct part *part, struct tile first,
                           column_function run_column)
{
    real aside[ROWS_MAX * LANES];
    for (int i = 0; i < part->m; i += ROWS_MAX) {
        int rows = part->m - i < ROWS_MAX ? part->m - i : ROWS_MAX;
        struct tile tile = first;
        tile.a += (size_t)i * first.a_row;
        begin_tile(p, part, i, &tile);
        step_aside(&tile, aside, rows, part->n);
        run_column(&tile, rows, LANES);
        for (int r = 0; r < rows; r++) {
            for (int j = 0; j < part->n; j++) {
                first.c[(size_t)(i + r) * first.c_row + j] = aside[r * LANES + j];
            }
        }
    }
}

/* The columns of this part, from so many rows of b. */
INLINE void multiply_part(const struct product *p, const struct part *part, const real *b,
                          int b_row, column_function run_column)
{
    int stored = product_a_row(p), c_row = product_c_row(p);
    int a_column = p->is_a_transposed ? stored : 1, a_row = p->is_a_transposed ? 1 : stored;
    struct tile tile = {.c = p->c + (size_t)part->i * c_row + part->j,
                        .c_row = c_row,
                        .a = p->a + (size_t)part->i * a_row + (size_t)part->l * a_column,
                        .a_row = a_row,
                        .a_column = a_column,
                        .b = b,
                        .b_row = b_row,
                        .depth = part->depth,
                        .rest = part->n - LANES,
                        .is_rectified = part->is_last && p->is_rectified};
    if (part->n < LANES) {
        multiply_aside(p, part, tile, run_column);
    } else {
        begin_tile(p, part, 0, &tile);
        run_column(&tile, part->m, part->n);
    }
}

/* The columns of this part; rows of b are copied first where they are not as a tile needs them. */
INLINE void multiply_panel(const struct product *p, const struct part *part,
                           column_function run_column)
{
    real panel[DEPTH * WIDTH_MAX] __attribute__((aligned(64)));
    int b_row = product_b_row(p), width = part->n < LANES ? LANES : part->n;
    const real *b = p->b + (size_t)part->l * b_row + part->j;
    if (p->is_b_transposed) {
        pack_transposed(panel, p->b + (size_t)part->j * b_row + part->l, b_row, part->depth,
                        part->n, width);
    } else if (part->n < LANES) {
        pack_few(panel, b, b_row, part->depth, part->n);
    } else {
        multiply_part(p, part, b, b_row, run_column);
        return;
    }
    multiply_part(p, part, panel, width, run_column);
}

/* How many of these columns the next tile has: as many as the widest vectors, and those behind them
 * that are too few for another tile. */
INLINE int tile_columns(int left, const int width_max)
{
    int width = width_max;
    while (width > LANES && width > left) {
        width /= 2;
    }
    return left <= width + LANES ? left : width;
}

INLINE void multiply_rows(const struct product *p, struct part part, int first, int end,
                          const int width_max, column_function run_column)
{
    for (part.j = first; part.j < end; part.j += part.n) {
        part.n = tile_columns(end - part.j, width_max);
        multiply_panel(p, &part, run_column);
    }
}

/* So many rows at a time that their part of A stays in the second cache for all columns. */
INLINE void multiply(const struct product *p, int first, int end, const int width_max,
                     column_function run_column)
{
    for (int l = 0; l < p->k; l += DEPTH) {
        int depth = p->k - l < DEPTH ? p->k - l : DEPTH;
        int n_blocks = (int)(((size_t)p->m * depth + BLOCK_MAX - 1) / BLOCK_MAX);
        for (int block = 0, i = 0, m; block < n_blocks; block++, i += m) {
            m = (p->m - i) / (n_blocks - block);
            struct part part = {.i = i,
                                .m = m,
                                .l = l,
                                .depth = depth,
                                .is_first = l == 0,
                                .is_last = l + depth == p->k};
            multiply_rows(p, part, first, end, width_max, run_column);
        }
    }
}

/* ---- one version for each kind of processor ---- */

#if defined(__x86_64__)

DEFINE_TILE(tile_32, vector32, 1, false)
DEFINE_TILE(tile_32_rest, vector32, 1, true)
DEFINE_TILE(tile_2x32, vector32, 2, false)
DEFINE_TILE(tile_2x32_rest, vector32, 2, true)
DEFINE_TILE(tile_64, vector64, 1, false)
DEFINE_TILE(tile_64_rest, vector64, 1, true)
DEFINE_TILE(tile_2x64, vector64, 2, false)
DEFINE_TILE(tile_2x64_rest, vector64, 2, true)

#define AVX2   __attribute__((target("avx2,fma")))
#define AVX512 __attribute__((target("avx2,fma,avx512f,avx512vl,avx512bw,avx512dq")))

AVX2 static void column_avx2(const struct tile *first, int m, int n)
{
    if (n > 4 * LANES) {
        RUN_COLUMN(first, m, 4, SWITCH_4, tile_2x32_rest)
    } else if (n == 4 * LANES) {
        RUN_COLUMN(first, m, 6, SWITCH_6, tile_2x32)
    } else if (n > 2 * LANES) {
        RUN_COLUMN(first, m, 6, SWITCH_6, tile_32_rest)
    } else if (n == 2 * LANES) {
        RUN_COLUMN(first, m, 12, SWITCH_12, tile_32)
    } else if (n > LANES) {
        RUN_COLUMN(first, m, 6, SWITCH_6, tile_16_rest)
    } else {
        RUN_COLUMN(first, m, 12, SWITCH_12, tile_16)
    }
}

AVX2 static void multiply_avx2(const struct product *p, int first, int end)
{
    multiply(p, first, end, 4 * LANES, column_avx2);
}

AVX512 static void column_avx512(const struct tile *first, int m, int n)
{
    if (n > 8 * LANES) {
        RUN_COLUMN(first, m, 8, SWITCH_8, tile_2x64_rest)
    } else if (n == 8 * LANES) {
        RUN_COLUMN(first, m, 8, SWITCH_8, tile_2x64)
    } else if (n > 4 * LANES) {
        RUN_COLUMN(first, m, 8, SWITCH_8, tile_64_rest)
    } else if (n == 4 * LANES) {
        RUN_COLUMN(first, m, 12, SWITCH_12, tile_64)
    } else if (n > 2 * LANES) {
        RUN_COLUMN(first, m, 8, SWITCH_8, tile_32_rest)
    } else if (n == 2 * LANES) {
        RUN_COLUMN(first, m, 12, SWITCH_12, tile_32)
    } else if (n > LANES) {
        RUN_COLUMN(first, m, 8, SWITCH_8, tile_16_rest)
    } else {
        RUN_COLUMN(first, m, 12, SWITCH_12, tile_16)
    }
}

AVX512 static void multiply_avx512(const struct product *p, int first, int end)
{
    multiply(p, first, end, 8 * LANES, column_avx512);
}

bool product_is_possible(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

void product_columns(const struct product *product, int first, int end)
{
    bool is_wide = __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw") &&
                   __builtin_cpu_supports("avx512dq");
    (is_wide ? multiply_avx512 : multiply_avx2)(product, first, end);
}

#else

DEFINE_TILE(tile_2x16, vector16, 2, false)
DEFINE_TILE(tile_2x16_rest, vector16, 2, true)

static void column_128(const struct tile *first, int m, int n)
{
    if (n > 2 * LANES) {
        RUN_COLUMN(first, m, 8, SWITCH_8, tile_2x16_rest)
    } else if (n == 2 * LANES) {
        RUN_COLUMN(first, m, 8, SWITCH_8, tile_2x16)
    } else if (n > LANES) {
        RUN_COLUMN(first, m, 8, SWITCH_8, tile_16_rest)
    } else {
        RUN_COLUMN(first, m, 12, SWITCH_12, tile_16)
    }
}

bool product_is_possible(void)
{
#ifdef __FP_FAST_FMAF
    return true;
#else
    return false;
#endif
}

void product_columns(const struct product *product, int first, int end)
{
    multiply(product, first, end, 2 * LANES, column_128);
}

#endif
