/* SPDX-License-Identifier: MIT */
#include "tasks/views.h"

#include <math.h>

#include "base/rng.h"

bool view_size_add(size_t *total, size_t n, int taps, int d)
{
    size_t count = (size_t)taps * (size_t)d;
    size_t one = 0, all;
    if (!arena_size_add(&one, count, sizeof(int)) ||
        (taps > 1 && !arena_size_add(&one, count, sizeof(real))) ||
        __builtin_mul_overflow(n, one, &all)) {
        return false;
    }
    return arena_size_add(total, all, 1);
}

struct view view_permutation(struct arena *arena, uint64_t seed, int task, int d)
{
    int *from = arena_alloc(arena, (size_t)d, sizeof *from);
    struct rng rng = rng_stream(seed, rng_stream_permutation(task));
    rng_shuffle(&rng, from, d);
    return (struct view){.taps = VIEW_TAPS_PERMUTATION, .from = from};
}

/* The four pixels around (x, y) and their shares; those outside the image have share 0. */
static void bilinear(int *from, real *weight, double x, double y, int width, int height)
{
    double left = floor(x), top = floor(y), right_share = x - left, low_share = y - top;
    for (int k = 0; k < VIEW_TAPS_ROTATION; k++) {
        double column = left + (k & 1), row = top + (k >> 1);
        double share =
            (k & 1 ? right_share : 1 - right_share) * (k >> 1 ? low_share : 1 - low_share);
        bool inside = column >= 0 && column < width && row >= 0 && row < height;
        from[k] = inside ? (int)row * width + (int)column : 0;
        weight[k] = inside ? (real)share : 0;
    }
}

struct view view_rotation(struct arena *arena, double degrees, int width, int height)
{
    size_t count = (size_t)width * (size_t)height * VIEW_TAPS_ROTATION;
    int *from = arena_alloc(arena, count, sizeof *from);
    real *weight = arena_alloc(arena, count, sizeof *weight);
    double angle = degrees * acos(-1.0) / 180, cosine = cos(angle), sine = sin(angle);
    double cx = (width - 1) / 2.0, cy = (height - 1) / 2.0;
    size_t tap = 0;
    for (int row = 0; row < height; row++) {
        for (int column = 0; column < width; column++, tap += VIEW_TAPS_ROTATION) {
            /* Rows count downwards: to turn the picture one way, look it up the other way. */
            double dx = column - cx, dy = row - cy;
            double x = cx + cosine * dx - sine * dy, y = cy + sine * dx + cosine * dy;
            bilinear(from + tap, weight + tap, x, y, width, height);
        }
    }
    return (struct view){.taps = VIEW_TAPS_ROTATION, .from = from, .weight = weight};
}

struct view view_turn(struct arena *arena, double degrees)
{
    int *from = arena_alloc(arena, 2 * VIEW_TAPS_ROTATION, sizeof *from);
    real *weight = arena_alloc(arena, 2 * VIEW_TAPS_ROTATION, sizeof *weight);
    double angle = degrees * acos(-1.0) / 180;
    const double matrix[2][2] = {{cos(angle), -sin(angle)}, {sin(angle), cos(angle)}};
    for (int i = 0; i < 2; i++) {
        for (int k = 0; k < VIEW_TAPS_ROTATION; k++) {
            from[i * VIEW_TAPS_ROTATION + k] = k < 2 ? k : 0;
            weight[i * VIEW_TAPS_ROTATION + k] = k < 2 ? (real)matrix[i][k] : 0;
        }
    }
    return (struct view){.taps = VIEW_TAPS_ROTATION, .from = from, .weight = weight};
}

struct view view_part(struct arena *arena, int first, int n, int d)
{
    size_t count = (size_t)d * VIEW_TAPS_ROTATION;
    int *from = arena_alloc(arena, count, sizeof *from);
    real *weight = arena_alloc(arena, count, sizeof *weight);
    for (int i = first; i < first + n; i++) {
        from[i * VIEW_TAPS_ROTATION] = i;
        weight[i * VIEW_TAPS_ROTATION] = 1;
    }
    return (struct view){.taps = VIEW_TAPS_ROTATION, .from = from, .weight = weight};
}

/* The loops below are on the training path.  `restrict` matters: without it a write to x might
 * change the bytes, and nothing is vectorised. */

static void scale_bytes(real *restrict x, const uint8_t *restrict bytes, real scale, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        x[i] = scale * (real)bytes[i];
    }
}

static void scale_floats(real *restrict x, const float *restrict floats, real scale, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        x[i] = scale * (real)floats[i];
    }
}

static void gather_bytes(real *restrict x, const uint8_t *restrict bytes, real scale,
                         const int *restrict from, size_t d)
{
    for (size_t i = 0; i < d; i++) {
        x[i] = scale * (real)bytes[from[i]];
    }
}

static void gather_floats(real *restrict x, const float *restrict floats, real scale,
                          const int *restrict from, size_t d)
{
    for (size_t i = 0; i < d; i++) {
        x[i] = scale * (real)floats[from[i]];
    }
}

static void blend_bytes(real *restrict x, const uint8_t *restrict bytes, real scale,
                        const struct view *view, size_t d)
{
    const int *restrict from = view->from;
    const real *restrict weight = view->weight;
    for (size_t i = 0; i < d; i++, from += 4, weight += 4) {
        x[i] = scale * (weight[0] * (real)bytes[from[0]] + weight[1] * (real)bytes[from[1]] +
                        weight[2] * (real)bytes[from[2]] + weight[3] * (real)bytes[from[3]]);
    }
}

static void blend_floats(real *restrict x, const float *restrict floats, real scale,
                         const struct view *view, size_t d)
{
    const int *restrict from = view->from;
    const real *restrict weight = view->weight;
    for (size_t i = 0; i < d; i++, from += 4, weight += 4) {
        x[i] = scale * (weight[0] * (real)floats[from[0]] + weight[1] * (real)floats[from[1]] +
                        weight[2] * (real)floats[from[2]] + weight[3] * (real)floats[from[3]]);
    }
}

static void rows_of_bytes(const struct view *view, const uint8_t *bytes, real scale, size_t d,
                          size_t n, real *x)
{
    if (view->taps == VIEW_TAPS_IDENTITY) {
        scale_bytes(x, bytes, scale, n * d);
        return;
    }
    for (size_t i = 0; i < n; i++, bytes += d, x += d) {
        if (view->taps == VIEW_TAPS_PERMUTATION) {
            gather_bytes(x, bytes, scale, view->from, d);
        } else {
            blend_bytes(x, bytes, scale, view, d);
        }
    }
}

static void rows_of_floats(const struct view *view, const float *floats, real scale, size_t d,
                           size_t n, real *x)
{
    if (view->taps == VIEW_TAPS_IDENTITY) {
        scale_floats(x, floats, scale, n * d);
        return;
    }
    for (size_t i = 0; i < n; i++, floats += d, x += d) {
        if (view->taps == VIEW_TAPS_PERMUTATION) {
            gather_floats(x, floats, scale, view->from, d);
        } else {
            blend_floats(x, floats, scale, view, d);
        }
    }
}

void view_rows(const struct view *view, const struct examples *examples, int d, size_t first,
               size_t n, real *x)
{
    size_t stride = examples->stride ? (size_t)examples->stride : (size_t)d;
    size_t offset = first * stride;
    real scale = (real)examples->scale;
    if (stride != (size_t)d && n > 1) { /* they overlap: one at a time */
        for (size_t i = 0; i < n; i++) {
            view_rows(view, examples, d, first + i, 1, x + i * (size_t)d);
        }
    } else if (examples->bytes) {
        rows_of_bytes(view, examples->bytes + offset, scale, (size_t)d, n, x);
    } else {
        rows_of_floats(view, examples->floats + offset, scale, (size_t)d, n, x);
    }
}
