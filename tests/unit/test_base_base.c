/* SPDX-License-Identifier: MIT
 * Random streams against the reference's vectors, the table of parameters, the arena. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/param.h"
#include "base/rng.h"

Test(rng, streams_are_those_of_the_reference)
{
    static const uint64_t gold[] = {0x908e6f228353a71c, 0xb574b46cadfe6d79, 0x5d87ed78df0c03a4};
    static const int order[] = {2, 7, 3, 4, 1, 5, 0, 6};
    struct rng rng = rng_stream(7, 1), units = rng_stream(7, 1), shuffle = rng_stream(7, 10);
    int found[8];
    for (int i = 0; i < 3; i++) {
        cr_expect_eq(rng_next(&rng), gold[i]);
        cr_expect_eq(rng_unit(&units), (double)(gold[i] >> 11) * 0x1p-53);
    }
    rng_shuffle(&shuffle, found, 8);
    cr_expect_arr_eq(found, order, sizeof order);
}

Test(rng, below_is_even_and_inside)
{
    enum { CELLS = 7, DRAWS = 70000 };
    struct rng rng = rng_stream(1, 2);
    int counts[CELLS] = {0};
    for (int i = 0; i < DRAWS; i++) {
        int x = rng_below(&rng, CELLS);
        cr_assert(x >= 0 && x < CELLS);
        counts[x]++;
    }
    for (int i = 0; i < CELLS; i++) {
        cr_expect(abs(counts[i] - DRAWS / CELLS) < 500, "%d", counts[i]); /* five deviations */
    }
}

Test(rng, the_runs_of_the_reference_have_its_streams)
{
    enum { TASKS = 5, EPOCHS = 10 };
    cr_expect(rng_stream_init() == 1 && rng_stream_reservoir() == 2 && rng_stream_replay() == 3);
    for (int t = 0; t < TASKS; t++) {
        cr_expect_eq(rng_stream_fisher(t), 4 + 100 * (uint64_t)(t + 1));
        cr_expect_eq(rng_stream_lora(t), 5 + 100 * (uint64_t)t);
        cr_expect_eq(rng_stream_permutation(t), 10 + (uint64_t)t);
        for (int epoch = 0; epoch < EPOCHS; epoch++) {
            cr_expect_eq(rng_stream_order(t, epoch), 1000 + 100 * (uint64_t)t + (uint64_t)epoch);
        }
    }
    for (int pass = 0; pass < TASKS * EPOCHS; pass++) {
        cr_expect_eq(rng_stream_joint(pass), 5000 + (uint64_t)pass);
    }
}

/* Where all that a session can draw begins. */
struct beginnings {
    uint64_t *s;
    size_t n, capacity;
};

static void begin(struct beginnings *all, uint64_t seed, uint64_t number)
{
    if (all->n == all->capacity) {
        all->capacity = 2 * all->capacity + 1024;
        all->s = realloc(all->s, all->capacity * sizeof *all->s);
        cr_assert_not_null(all->s);
    }
    all->s[all->n++] = rng_stream(seed, number).s;
}

static int by_value(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* The first steps, those around the edges of what the formulas have room for, and any. */
static long a_step(int i, struct rng *rng)
{
    static const long edges[] = {1L << 28, 1L << 31, 1L << 35};
    long any = (long)(rng_unit(rng) * (double)(1L << 36));
    return i < 40 ? i : i < 160 ? edges[i % 3] - 20 + i / 3 : any;
}

static void begin_session(struct beginnings *all, uint64_t seed)
{
    enum { TASKS = 300, EPOCHS = 220, PASSES = 3000, STEPS = 300 };
    begin(all, seed, rng_stream_init());
    begin(all, seed, rng_stream_reservoir());
    begin(all, seed, rng_stream_replay());
    for (int t = 0; t < TASKS; t++) {
        begin(all, seed, rng_stream_fisher(t));
        begin(all, seed, rng_stream_lora(t));
        begin(all, seed, rng_stream_permutation(t));
        begin(all, seed, rng_stream_plane(t));
        for (int epoch = 0; epoch < EPOCHS; epoch++) {
            begin(all, seed, rng_stream_order(t, epoch));
        }
    }
    for (int pass = 0; pass < PASSES; pass++) {
        begin(all, seed, rng_stream_joint(pass));
        begin(all, seed, rng_stream_joint(895000 - PASSES / 2 + pass));
    }
    for (int t = 0; t < 30; t++) {
        struct rng rng = rng_stream(17, 0); /* the same steps for all tasks */
        begin(all, seed, rng_stream_text(t, 0));
        begin(all, seed, rng_stream_text(t, 1));
        for (int i = 0; i < STEPS; i++) {
            long step = a_step(i, &rng);
            begin(all, seed, rng_stream_writing(step, t));
            begin(all, seed, rng_stream_drift(t < 15 ? t : 4081 + t, step));
        }
    }
    begin(all, seed, rng_stream_holdout());
}

Test(rng, no_two_purposes_tasks_or_epochs_share_a_stream_in_a_session_or_the_next)
{
    static const uint64_t seeds[] = {0, 1, 2, 1000, UINT64_C(1) << 53};
    struct beginnings all = {0};
    for (size_t i = 0; i < sizeof seeds / sizeof *seeds; i++) {
        begin_session(&all, seeds[i]);
    }
    qsort(all.s, all.n, sizeof *all.s, by_value);
    for (size_t i = 1; i < all.n; i++) {
        cr_assert_neq(all.s[i], all.s[i - 1], "two of %zu streams are one", all.n);
    }
    free(all.s);
}

Test(param, every_value_reads_back_bit_for_bit)
{
    struct rng rng = rng_stream(3, 3);
    for (int id = 0; id < PARAM_COUNT; id++) {
        const struct param *param = param_at((enum param_id)id);
        for (int k = 0; k < 50; k++) {
            struct params params = params_default(), again = params_default();
            char text[80];
            double x = param->min + (param->max - param->min) * rng_unit(&rng);
            if (param->kind != PARAM_KIND_LAYERS) {
                params.value[id] = param->kind == PARAM_KIND_REAL ? x : floor(x);
            } else {
                params.n_hidden = k % (PARAM_HIDDEN_MAX + 1);
                for (int l = 0; l < PARAM_HIDDEN_MAX; l++) {
                    params.hidden[l] = 1 + rng_below(&rng, 65536);
                }
            }
            param_format(&params, (enum param_id)id, text, sizeof text);
            cr_assert(param_parse(&again, (enum param_id)id, text, NULL), "%s %s", param->name,
                      text);
            cr_expect_eq(again.value[id], params.value[id]);
            cr_expect_eq(again.n_hidden, params.n_hidden);
            size_t used = (size_t)params.n_hidden * sizeof(int);
            cr_expect_eq(memcmp(again.hidden, params.hidden, used), 0);
            cr_expect(again.is_set[id]);
        }
    }
}

Test(param, nudging_walks_the_range_and_stays_inside)
{
    for (int id = 0; id < PARAM_COUNT; id++) {
        const struct param *param = param_at((enum param_id)id);
        if (param->when != PARAM_WHEN_LIVE) {
            continue; /* no knob */
        }
        struct params params = params_default();
        cr_expect(param_find(param->name, &(enum param_id){0}) == param);
        for (int direction = -1; direction <= 1; direction += 2) {
            double end = direction > 0 ? param->max : param->min, last = params.value[id];
            for (int k = 0; k < 1000 && params.value[id] != end; k++) {
                last = params.value[id];
                params.value[id] = param_nudge(&params, (enum param_id)id, direction);
                cr_assert((params.value[id] - last) * direction > 0, "%s is stuck at %g",
                          param->name, last);
            }
            cr_expect_eq(params.value[id], end, "%s reaches its end", param->name);
            double position = param_position(&params, (enum param_id)id);
            cr_expect(fabs(position - (direction > 0)) < 1e-12, "%s: %g", param->name, position);
        }
    }
}

Test(param, what_is_not_a_value_changes_nothing)
{
    static const char *const bad[][2] = {{"lr", ""},
                                         {"lr", "0"},
                                         {"lr", " 0.1"},
                                         {"lr", "1e999"},
                                         {"batch", "0"},
                                         {"batch", "1.5"},
                                         {"optimizer", "Adam"},
                                         {"net", ""},
                                         {"net", "0,5"},
                                         {"net", "5,"},
                                         {"net", "-5"},
                                         {"net", "65537"},
                                         {"net", "5 5"},
                                         {"net", "+5"},
                                         {"net", "1,1,1,1,1,1,1,1,1"},
                                         {"replay.memory", "nan"}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct params params = params_default(), before = params_default();
        enum param_id id;
        struct err err = {0};
        cr_assert(param_find(bad[i][0], &id));
        cr_expect_not(param_parse(&params, id, bad[i][1], &err), "%s '%s'", bad[i][0], bad[i][1]);
        cr_expect(err.code == ERR_USAGE && strstr(err.msg, bad[i][0]), "%s", err.msg);
        cr_expect_eq(memcmp(&params, &before, sizeof params), 0);
    }
}

Test(arena, memory_is_zeroed_aligned_and_apart)
{
    struct arena arena;
    size_t size = 0;
    for (size_t n = 0; n < 100; n += 7) {
        cr_assert(arena_size_add(&size, n, 3));
    }
    cr_assert(arena_init(&arena, size, NULL));
    unsigned char *end = NULL;
    for (size_t n = 0; n < 100; n += 7) {
        unsigned char *memory = arena_alloc(&arena, n, 3);
        cr_assert_eq((uintptr_t)memory % 64, 0);
        cr_assert(!end || memory >= end);
        for (size_t i = 0; i < 3 * n; i++) {
            cr_assert_eq(memory[i], 0);
            memory[i] = 0xff;
        }
        end = memory + 3 * n;
    }
    cr_expect_eq(arena.used, arena.size);
    arena_fini(&arena);
    arena_fini(&arena);
}

Test(arena, sizes_that_overflow_are_refused)
{
    size_t size = 64;
    cr_expect_not(arena_size_add(&size, SIZE_MAX / 4, 5));
    cr_expect_not(arena_size_add(&size, SIZE_MAX, 1));
    cr_expect_not(arena_size_add(&size, SIZE_MAX - 100, 1));
    cr_expect_eq(size, 64);
    struct arena arena;
    struct err err = {0};
    cr_expect_not(arena_init(&arena, SIZE_MAX / 2, &err));
    cr_expect(err.code == ERR_FAILED && strlen(err.msg) > 10 && !arena.base);
}
