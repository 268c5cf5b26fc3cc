/* SPDX-License-Identifier: MIT */
#include "net/cores.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif

/* How fast the products are.  Kernels of one tier differ by little. */
enum tier { TIER_SSE, TIER_AVX, TIER_FMA, TIER_AVX512 };

struct core {
    const char *name; /* as openblas_get_corename gives it and OPENBLAS_CORETYPE takes it */
    enum tier tier;
    unsigned needs;
    bool is_offered; /* taken instead of others */
};

enum {
    SSE3 = CORE_ABILITY_SSE3,
    SSE41 = SSE3 | CORE_ABILITY_SSE41,
    FMA4 = CORE_ABILITY_AVX | CORE_ABILITY_FMA4,
    FMA34 = FMA4 | CORE_ABILITY_FMA3,
    AVX2 = CORE_ABILITY_AVX | CORE_ABILITY_FMA3 | CORE_ABILITY_AVX2,
    AVX512 = AVX2 | CORE_ABILITY_AVX512,
    BF16 = AVX512 | CORE_ABILITY_BF16,
};

/* The fastest first.  What they need was read from the instructions in the objects of OpenBLAS
 * 0.3.21, whose Cooperlake products are those of SkylakeX. */
static const struct core table[] = {
    {"SapphireRapids", TIER_AVX512, BF16 | CORE_ABILITY_AMX, false},
    {"Cooperlake", TIER_AVX512, BF16, false},
    {"SkylakeX", TIER_AVX512, AVX512, true},
    {"Haswell", TIER_FMA, AVX2, true},
    {"Zen", TIER_FMA, AVX2, true},
    {"Excavator", TIER_FMA, FMA34, false},
    {"Steamroller", TIER_FMA, FMA34, false},
    {"Piledriver", TIER_FMA, FMA34, false},
    {"Bulldozer", TIER_FMA, FMA4, false},
    {"Sandybridge", TIER_AVX, CORE_ABILITY_AVX, true},
    {"Nehalem", TIER_SSE, SSE41, false},
    {"Dunnington", TIER_SSE, SSE41, false},
    {"Penryn", TIER_SSE, SSE41, false},
    {"Core2", TIER_SSE, SSE3, false},
    {"Atom", TIER_SSE, SSE3, false},
    {"Nano", TIER_SSE, SSE3, false},
    {"Barcelona", TIER_SSE, SSE3, false},
    {"Bobcat", TIER_SSE, SSE3, false},
    {"Opteron_SSE3", TIER_SSE, SSE3 | CORE_ABILITY_3DNOW, false},
    {"Opteron", TIER_SSE, CORE_ABILITY_3DNOW, false},
    {"Prescott", TIER_SSE, SSE3, false},
    {"generic", TIER_SSE, 0, false},
    {"Unknown", TIER_SSE, 0, false}, /* what OpenBLAS calls kernels that it has no name for */
};

enum { N_CORES = sizeof table / sizeof *table };

static bool is_same(const char *a, const char *b)
{
    return strcasecmp(a, b) == 0;
}

static const struct core *find(const char *name)
{
    for (int i = 0; i < N_CORES; i++) {
        if (is_same(table[i].name, name)) {
            return &table[i];
        }
    }
    return NULL;
}

static bool can_run(const struct core *core, unsigned abilities)
{
    return (core->needs & ~abilities) == 0;
}

bool core_can_run(const char *name, unsigned abilities)
{
    const struct core *core = find(name);
    return core && can_run(core, abilities);
}

bool core_fuses(const char *name)
{
    const struct core *core = find(name);
    return !core || (core->needs & CORE_ABILITY_AVX2) != 0;
}

/* ---- the processor ---- */

#if defined(__x86_64__) || defined(__i386__)

/* What the compiler's own checks do not know in all its versions: bits of leaf 7. */
static bool has_amx(void)
{
    enum { AMX_BF16 = 1 << 22, AVX512_FP16 = 1 << 23, AMX_TILE = 1 << 24 };
    const unsigned all = AMX_BF16 | AVX512_FP16 | AMX_TILE;
    unsigned a = 0, b = 0, c = 0, d = 0;
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (d & all) == all;
}

static bool has_3dnow(void)
{
    unsigned a = 0, b = 0, c = 0, d = 0;
    return __get_cpuid(0x80000001, &a, &b, &c, &d) && (d & (1u << 31));
}

static bool has_avx512(void)
{
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512cd") &&
           __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("bmi2");
}

unsigned core_abilities(void)
{
    __builtin_cpu_init();
    unsigned abilities = 0;
    abilities |= __builtin_cpu_supports("sse3") ? CORE_ABILITY_SSE3 : 0;
    abilities |= __builtin_cpu_supports("sse4.1") ? CORE_ABILITY_SSE41 : 0;
    abilities |= has_3dnow() ? CORE_ABILITY_3DNOW : 0;
    abilities |= __builtin_cpu_supports("avx") ? CORE_ABILITY_AVX : 0;
    abilities |= __builtin_cpu_supports("fma") ? CORE_ABILITY_FMA3 : 0;
    abilities |= __builtin_cpu_supports("fma4") ? CORE_ABILITY_FMA4 : 0;
    abilities |= __builtin_cpu_supports("avx2") ? CORE_ABILITY_AVX2 : 0;
    abilities |= has_avx512() ? CORE_ABILITY_AVX512 : 0;
    abilities |= __builtin_cpu_supports("avx512bf16") ? CORE_ABILITY_BF16 : 0;
    abilities |= has_amx() ? CORE_ABILITY_AMX : 0;
    return abilities;
}

#else

unsigned core_abilities(void)
{
    return 0;
}

#endif

/* ---- the choice ---- */

/* One choice in the making. */
struct choosing {
    const struct core_wish *wish;
    core_open open;
    void *context;
    struct core_opened opened;
    struct core_choice *choice;
};

static bool open_as(struct choosing *run, const char *name, struct err *err)
{
    return run->open(run->context, name, &run->opened, err);
}

static bool take(struct choosing *run, enum core_chooser chooser)
{
    run->choice->chooser = chooser;
    snprintf(run->choice->name, sizeof run->choice->name, "%s", run->opened.name);
    return true;
}

static bool is_set(const struct core_wish *wish)
{
    return wish->set && wish->set[0] != '\0';
}

static bool obey(struct choosing *run, struct err *err)
{
    const char *set = run->wish->set;
    const struct core *core = find(set);
    if (core && !can_run(core, run->wish->abilities)) {
        return err_set(err, ERR_FAILED,
                       "OPENBLAS_CORETYPE: kernels that this processor can run expected, found "
                       "%s; unset it, or name others",
                       core->name);
    }
    if (!open_as(run, set, err)) {
        return false;
    }
    if (!is_same(run->opened.name, set)) {
        return err_set(err, ERR_FAILED,
                       "OPENBLAS_CORETYPE: kernels that this OpenBLAS has expected, found '%.40s', "
                       "for which it takes %s; unset it, or name others",
                       set, run->opened.name);
    }
    return take(run, CORE_BY_PERSON);
}

/* Opens what was recorded, if that can be; else says why not. */
static bool open_recorded(struct choosing *run, struct err *err)
{
    const char *recorded = run->wish->recorded;
    if (!core_can_run(recorded, run->wish->abilities)) {
        run->choice->hindrance = find(recorded) ? CORE_CANNOT_RUN : CORE_NOT_KNOWN;
        return true;
    }
    if (!open_as(run, recorded, err)) {
        return false;
    }
    run->choice->hindrance =
        is_same(run->opened.name, recorded) ? CORE_NO_HINDRANCE : CORE_NOT_THERE;
    return true;
}

/* What OpenBLAS took by itself is open.  A name that is not in the table is of an OpenBLAS newer
 * than this program, and believed. */
static bool improve(struct choosing *run, struct err *err)
{
    const struct core *found = find(run->opened.name);
    bool is_other = false;
    if (!found || run->opened.is_fixed) {
        return take(run, CORE_BY_OPENBLAS);
    }
    for (int i = 0; i < N_CORES && table[i].tier > found->tier; i++) {
        if (!table[i].is_offered || !can_run(&table[i], run->wish->abilities)) {
            continue;
        }
        if (!open_as(run, table[i].name, err)) {
            return false;
        }
        is_other = true;
        if (is_same(run->opened.name, table[i].name)) {
            snprintf(run->choice->undone, sizeof run->choice->undone, "%s", found->name);
            return take(run, CORE_BY_OUBLI);
        }
    }
    return (!is_other || open_as(run, NULL, err)) && take(run, CORE_BY_OPENBLAS);
}

bool core_choose(const struct core_wish *wish, core_open open, void *context,
                 struct core_choice *choice, struct err *err)
{
    struct choosing run = {.wish = wish, .open = open, .context = context, .choice = choice};
    const char *recorded = wish->recorded;
    *choice = (struct core_choice){0};
    if (is_set(wish)) {
        bool ok = obey(&run, err);
        bool is_other = ok && recorded && !is_same(recorded, choice->name);
        choice->hindrance = is_other ? CORE_IS_SET : CORE_NO_HINDRANCE;
        return ok;
    }
    if (recorded && !open_recorded(&run, err)) {
        return false;
    }
    if (recorded && choice->hindrance == CORE_NO_HINDRANCE) {
        return take(&run, CORE_BY_RECORDING);
    }
    if (!open_as(&run, NULL, err) || !improve(&run, err)) {
        return false;
    }
    if (recorded && is_same(recorded, choice->name)) { /* a name that only OpenBLAS knows */
        choice->hindrance = CORE_NO_HINDRANCE;
    }
    return true;
}

void core_choice_text(const struct core_choice *choice, char *text, size_t size)
{
    switch (choice->chooser) {
    case CORE_BY_OPENBLAS:
        snprintf(text, size, "%s, chosen by OpenBLAS", choice->name);
        break;
    case CORE_BY_PERSON:
        snprintf(text, size, "%s, chosen by OPENBLAS_CORETYPE", choice->name);
        break;
    case CORE_BY_RECORDING:
        snprintf(text, size, "%s, chosen by oubli, as recorded", choice->name);
        break;
    case CORE_BY_OUBLI:
        snprintf(text, size,
                 "%s, chosen by oubli (OpenBLAS did not know this processor and took %s)",
                 choice->name, choice->undone);
        break;
    }
}
