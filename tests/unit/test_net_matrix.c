/* SPDX-License-Identifier: MIT
 * Matrix products against naive loops and against BLAS, at sizes around those of tiles, panels and
 * blocks, of whole matrices and of columns of wider ones; the same bits whoever computes which
 * part. */
#include <criterion/criterion.h>
#include <dirent.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/pool.h"
#include "base/rng.h"
#include "net/blas.h"
#include "net/matrix.h"
#include "net/product.h"

enum { MAX = 70, DEEP = 600, SPARE = 20, SHAPES = 600, CELLS = DEEP * (MAX + SPARE) };

static const double tolerance = 600 * FLT_EPSILON; /* sums of up to 600 products below 1 */

static void fill(struct rng *rng, real *x, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        x[i] = (real)(2 * rng_unit(rng) - 1);
    }
}

/* Operands and room for results, which is full of numbers that are not theirs to change. */
static real a[CELLS], b[CELLS], begin[CELLS], before[CELLS], c[CELLS];

static size_t cell(const struct product *p, int i, int j)
{
    return (size_t)i * product_c_row(p) + j;
}

static real left(const struct product *p, int i, int l)
{
    return p->is_a_transposed ? a[l * product_a_row(p) + i] : a[i * product_a_row(p) + l];
}

static real right(const struct product *p, int l, int j)
{
    return p->is_b_transposed ? b[j * product_b_row(p) + l] : b[l * product_b_row(p) + j];
}

static double element(const struct product *p, int i, int j)
{
    double sum = p->start == PRODUCT_FROM_C        ? (double)before[cell(p, i, j)]
                 : p->start == PRODUCT_FROM_ROW    ? (double)begin[j]
                 : p->start == PRODUCT_FROM_MATRIX ? (double)begin[cell(p, i, j)]
                                                   : 0;
    for (int l = 0; l < p->k; l++) {
        sum += (double)left(p, i, l) * (double)right(p, l, j);
    }
    return p->is_rectified && sum < 0 ? 0 : sum;
}

/* Every combination of kinds in turn; now and then a long summed index or a single column. */
static struct product draw(struct rng *rng, int s)
{
    fill(rng, a, CELLS);
    fill(rng, b, CELLS);
    fill(rng, begin, CELLS);
    fill(rng, before, CELLS);
    memcpy(c, before, sizeof before);
    struct product p = {.c = c,
                        .a = a,
                        .b = b,
                        .m = 1 + rng_below(rng, MAX),
                        .k = 1 + rng_below(rng, s % 5 == 0 ? DEEP : MAX),
                        .n = 1 + rng_below(rng, s % 7 == 0 ? 9 : MAX),
                        .is_a_transposed = s % 2,
                        .is_b_transposed = s / 2 % 2,
                        .start = (enum product_start)(s / 4 % 4),
                        .begin = begin,
                        .is_rectified = s / 16 % 2};
    if (s / 32 % 2) {
        p.c_row = product_c_row(&p) + rng_below(rng, SPARE);
        p.a_row = product_a_row(&p) + rng_below(rng, SPARE);
        p.b_row = product_b_row(&p) + rng_below(rng, SPARE);
    }
    return p;
}

static void expect_right(const struct product *p, const char *who)
{
    for (int k = 0; k < CELLS; k++) {
        int i = k / product_c_row(p), j = k % product_c_row(p);
        cr_assert((i < p->m && j < p->n) || c[k] == before[k], "%s wrote at %d %d, beside %d %d",
                  who, i, j, p->m, p->n);
    }
    for (int i = 0; i < p->m; i++) {
        for (int j = 0; j < p->n; j++) {
            double wanted = element(p, i, j), found = (double)p->c[cell(p, i, j)];
            cr_assert(fabs(found - wanted) < tolerance,
                      "%s, %d %d %d%s%s, start %d%s: %.9g at %d %d, wanted %.9g", who, p->m, p->k,
                      p->n, p->is_a_transposed ? ", A transposed" : "",
                      p->is_b_transposed ? ", B transposed" : "", p->start,
                      p->is_rectified ? ", rectified" : "", found, i, j, wanted);
        }
    }
}

Test(matrix, products_match_naive_loops)
{
    struct rng rng = rng_stream(1, 1);
    cr_assert(blas_setup(NULL, NULL));
    for (int s = 0; s < SHAPES; s++) {
        struct product p = draw(&rng, s);
        matrix_multiply(&p, NULL);
        expect_right(&p, "ours");
        memcpy(c, before, sizeof before);
        matrix_multiply_blas(&p);
        expect_right(&p, "BLAS");
    }
}

/* Numbers between two pages that nobody may touch, at the end of the room (or at its beginning):
 * whoever reads or writes beside them is killed. */
struct fenced {
    char *room;
    size_t size, page;
};

static struct fenced fenced_open(void)
{
    struct fenced fenced = {.page = (size_t)sysconf(_SC_PAGESIZE)};
    size_t bytes = CELLS * sizeof(real);
    fenced.size = (bytes + fenced.page - 1) / fenced.page * fenced.page;
    fenced.room =
        mmap(NULL, fenced.size + 2 * fenced.page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    cr_assert(fenced.room != MAP_FAILED);
    fenced.room += fenced.page;
    cr_assert_eq(mprotect(fenced.room, fenced.size, PROT_READ | PROT_WRITE), 0);
    return fenced;
}

static real *fenced_copy(const struct fenced *fenced, const real *x, int n, bool is_at_end)
{
    size_t bytes = (size_t)n * sizeof *x;
    char *at = fenced->room + (is_at_end ? fenced->size - bytes : 0);
    return memcpy(at, x, bytes);
}

/* From the first number of a matrix to behind its last one. */
static int extent(int rows, int cols, int row)
{
    return (rows - 1) * row + cols;
}

/* The tiles are compiled without the sanitizers' checks; this holds in every build. */
Test(matrix, products_touch_nothing_beside_their_operands)
{
    struct fenced rooms[4];
    struct rng rng = rng_stream(6, 1);
    cr_assert(blas_setup(NULL, NULL));
    for (int i = 0; i < 4; i++) {
        rooms[i] = fenced_open();
    }
    for (int s = 0; s < SHAPES; s++) {
        struct product p = draw(&rng, s), inside = p;
        bool is_at_end = s / 64 % 2 == 0;
        int n_a = p.is_a_transposed ? extent(p.k, p.m, product_a_row(&p))
                                    : extent(p.m, p.k, product_a_row(&p));
        int n_b = p.is_b_transposed ? extent(p.n, p.k, product_b_row(&p))
                                    : extent(p.k, p.n, product_b_row(&p));
        int n_c = extent(p.m, p.n, product_c_row(&p));
        inside.a = fenced_copy(&rooms[0], a, n_a, is_at_end);
        inside.b = fenced_copy(&rooms[1], b, n_b, is_at_end);
        inside.c = fenced_copy(&rooms[2], c, n_c, is_at_end);
        inside.begin =
            fenced_copy(&rooms[3], begin, p.start == PRODUCT_FROM_ROW ? p.n : n_c, is_at_end);
        matrix_multiply(&p, NULL);
        matrix_multiply(&inside, NULL);
        cr_assert(memcmp(inside.c, p.c, (size_t)n_c * sizeof(real)) == 0, "%d %d %d", p.m, p.k,
                  p.n);
    }
    for (int i = 0; i < 4; i++) {
        munmap(rooms[i].room - rooms[i].page, rooms[i].size + 2 * rooms[i].page);
    }
}

Test(matrix, product_that_does_not_add_overwrites_what_was_nan)
{
    real x[4] = {1, 2, 3, 4}, to[4] = {(real)NAN, (real)NAN, (real)NAN, (real)NAN};
    cr_assert(blas_setup(NULL, NULL));
    matrix_multiply(&(struct product){.c = to, .a = x, .b = x, .m = 2, .k = 2, .n = 2}, NULL);
    cr_expect(to[0] == 7 && to[1] == 10 && to[2] == 15 && to[3] == 22);
}

/* Zero times a NaN, also where a tile is filled up with zeros beside it. */
Test(matrix, nan_of_an_operand_is_in_its_row_or_column_alone)
{
    struct rng rng = rng_stream(2, 1);
    cr_assert(blas_setup(NULL, NULL));
    for (int s = 0; s < 64; s++) {
        struct product p = draw(&rng, s);
        p.start = PRODUCT_FROM_ZERO;
        int row = rng_below(&rng, p.m);
        a[p.is_a_transposed ? row : row * product_a_row(&p)] = (real)NAN;
        matrix_multiply(&p, NULL);
        for (int i = 0; i < p.m * p.n; i++) {
            cr_assert_eq(isnan(c[cell(&p, i / p.n, i % p.n)]) != 0, i / p.n == row,
                         "%d %d %d: cell %d", p.m, p.k, p.n, i);
        }
    }
}

/* Large enough to be shared, by ours and by BLAS. */
Test(matrix, bits_do_not_depend_on_the_number_of_threads)
{
    enum { M = 128, K = 301, N = 520, WIDE = 1000 };
    static real x[WIDE * WIDE], y[WIDE * WIDE], alone[WIDE * WIDE], shared[WIDE * WIDE];
    struct rng rng = rng_stream(3, 1);
    const struct product shapes[] = {
        {.m = M, .k = K, .n = N},
        {.m = M, .k = N, .n = K, .is_b_transposed = true},
        {.m = K, .k = M, .n = N, .is_a_transposed = true},
        {.m = M, .k = WIDE, .n = WIDE},
        {.m = M, .k = WIDE, .n = WIDE, .is_b_transposed = true},
    };
    cr_assert(blas_setup(NULL, NULL));
    fill(&rng, x, WIDE * WIDE);
    fill(&rng, y, WIDE * WIDE);
    for (int threads = 2; threads <= 8; threads++) {
        struct pool *pool = pool_create(threads, NULL);
        cr_assert_not_null(pool);
        for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
            struct product p = shapes[s];
            size_t n = (size_t)p.m * p.n;
            p.a = x;
            p.b = y;
            p.c = alone;
            matrix_multiply(&p, NULL);
            p.c = shared;
            matrix_multiply(&p, pool);
            cr_expect_arr_eq(alone, shared, n * sizeof(real), "%d threads, shape %zu", threads, s);
        }
        pool_destroy(pool);
    }
}

/* Each element is one chain of fused multiply-adds: that is what makes its bits the same
 * everywhere. */
Test(matrix, steps_are_fused_in_every_build)
{
    if (!product_is_possible()) {
        return; /* nothing of ours here */
    }
    struct rng rng = rng_stream(5, 1);
    for (int s = 0; s < 64; s++) {
        struct product p = draw(&rng, s);
        p.start = PRODUCT_FROM_ZERO;
        p.is_rectified = false;
        product_columns(&p, 0, p.n);
        int i = rng_below(&rng, p.m), j = rng_below(&rng, p.n);
        real sum = 0;
        for (int l = 0; l < p.k; l++) {
            real x = left(&p, i, l), y = right(&p, l, j);
            sum = sizeof sum == sizeof(float) ? (real)fmaf((float)x, (float)y, (float)sum)
                                              : (real)fma((double)x, (double)y, (double)sum);
        }
        cr_assert_eq(c[cell(&p, i, j)], sum, "%d %d %d: %.9g, fused %.9g", p.m, p.k, p.n,
                     (double)c[cell(&p, i, j)], (double)sum);
    }
}

/* A column is the same whichever columns stand beside it. */
Test(matrix, bits_of_a_column_do_not_depend_on_its_neighbours)
{
    if (!product_is_possible()) {
        return; /* nothing of ours here: BLAS cuts by the shapes alone */
    }
    struct rng rng = rng_stream(4, 1);
    static real parts[CELLS];
    for (int s = 0; s < 100; s++) {
        struct product p = draw(&rng, s);
        product_columns(&p, 0, p.n);
        struct product q = p;
        q.c = parts;
        memcpy(parts, before, sizeof before);
        for (int j = 0, end; j < p.n; j = end) {
            end = j + 1 + rng_below(&rng, p.n - j);
            product_columns(&q, j, end);
        }
        cr_assert_arr_eq(parts, c, sizeof parts, "%d %d %d", p.m, p.k, p.n);
    }
}

static int count_threads(void)
{
    int n = 0;
    DIR *tasks = opendir("/proc/self/task");
    if (!tasks) {
        cr_skip_test("threads are counted on Linux alone");
    }
    for (struct dirent *entry; (entry = readdir(tasks));) {
        n += entry->d_name[0] != '.';
    }
    closedir(tasks);
    return n;
}

/* However many it is told to start; and children find what the person has set. */
Test(blas, openblas_starts_no_thread_and_leaves_the_environment_as_it_was)
{
    extern char **environ;
    setenv("OPENBLAS_NUM_THREADS", "4", 1);
    setenv("OMP_NUM_THREADS", "4", 1);
    char **own = environ;
    int n = count_threads();
    cr_expect_str_eq(blas_core(), "none");
    cr_assert(blas_setup(NULL, NULL));
    cr_assert(blas_reserve(2, NULL));
    cr_expect_eq(count_threads(), n);
    cr_expect(environ == own);
    cr_expect_str_eq(getenv("OPENBLAS_NUM_THREADS"), "4");
    cr_expect_str_eq(getenv("OMP_NUM_THREADS"), "4");
    const char *core = blas_core();
    cr_expect(core_abilities() == 0 || core_can_run(core, core_abilities()), "%s", core);
    cr_assert(blas_setup("Prescott", NULL));
    cr_expect_str_eq(blas_core(), core, "the first call decides");
}
