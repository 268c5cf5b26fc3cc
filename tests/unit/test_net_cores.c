/* SPDX-License-Identifier: MIT
 * The choice of OpenBLAS's kernels, with processors and versions of OpenBLAS that are made up. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "net/cores.h"

enum {
    OLD = CORE_ABILITY_SSE3,
    NEHALEM = OLD | CORE_ABILITY_SSE41,
    SANDY = NEHALEM | CORE_ABILITY_AVX,
    BULLDOZER = SANDY | CORE_ABILITY_FMA4,
    HASWELL = SANDY | CORE_ABILITY_FMA3 | CORE_ABILITY_AVX2,
    SKYLAKE = HASWELL | CORE_ABILITY_AVX512,
    COOPER = SKYLAKE | CORE_ABILITY_BF16,
    SAPPHIRE = COOPER | CORE_ABILITY_AMX,
    N_ABILITIES = 1 << 10,
};

/* A version of OpenBLAS on a processor. */
struct openblas {
    const char *own;       /* what it takes by itself */
    const char *unknown;   /* what it takes for a name that it does not know */
    const char *has[12];   /* names that it knows */
    unsigned abilities;    /* of the processor */
    bool is_fixed, stays;  /* built with one set of kernels; closing does not unload it */
    int n_opened, n_named; /* how often it was opened, and asked for kernels by name */
    char now[CORE_NAME_MAX];
};

static const struct openblas whole = {
    .own = "Prescott",
    .unknown = "Prescott",
    .has = {"Prescott", "Nehalem", "Sandybridge", "Haswell", "Zen", "SkylakeX", "Bulldozer"}};

static const char *taken(const struct openblas *blas, const char *name)
{
    if (blas->is_fixed || !name || (blas->stays && blas->n_opened > 1)) {
        return blas->own;
    }
    for (int i = 0; blas->has[i]; i++) {
        if (strcasecmp(blas->has[i], name) == 0) {
            return blas->has[i];
        }
    }
    return blas->unknown;
}

static bool open_it(void *context, const char *name, struct core_opened *opened, struct err *err)
{
    struct openblas *blas = context;
    (void)err;
    blas->n_opened++;
    blas->n_named += name != NULL;
    snprintf(blas->now, sizeof blas->now, "%s", taken(blas, name));
    snprintf(opened->name, sizeof opened->name, "%s", blas->now);
    opened->is_fixed = blas->is_fixed;
    return true;
}

static struct core_choice choose(struct openblas *blas, const char *set, const char *recorded)
{
    struct core_wish wish = {.abilities = blas->abilities, .set = set, .recorded = recorded};
    struct core_choice choice;
    struct err err = {0};
    cr_assert(core_choose(&wish, open_it, blas, &choice, &err), "%s", err.msg);
    cr_expect_str_eq(choice.name, blas->now, "what is open is what is said");
    return choice;
}

static void expect_refused(struct openblas *blas, const char *set, const char *said)
{
    struct core_wish wish = {.abilities = blas->abilities, .set = set};
    struct core_choice choice;
    struct err err = {0};
    cr_expect(!core_choose(&wish, open_it, blas, &choice, &err), "%s", set);
    cr_expect_eq(err.code, ERR_FAILED);
    cr_expect(strstr(err.msg, set) && strstr(err.msg, said), "%s: %s", set, err.msg);
}

Test(cores, kernels_behind_the_processor_are_undone)
{
    static const struct {
        unsigned abilities;
        const char *own, *wanted;
        int n_opened;
    } cases[] = {
        {SAPPHIRE, "Prescott", "SkylakeX", 2},
        {COOPER, "Prescott", "SkylakeX", 2},
        {SKYLAKE, "Nehalem", "SkylakeX", 2},
        {SKYLAKE, "Haswell", "SkylakeX", 2},
        {SKYLAKE, "Zen", "SkylakeX", 2},
        {HASWELL, "Prescott", "Haswell", 2},
        {HASWELL, "Barcelona", "Haswell", 2},
        {HASWELL, "Sandybridge", "Haswell", 2},
        {SANDY, "Prescott", "Sandybridge", 2},
        {BULLDOZER, "Prescott", "Sandybridge", 2},
        {HASWELL, "generic", "Haswell", 2},
        {HASWELL, "Unknown", "Haswell", 2},
        {SKYLAKE, "SkylakeX", "SkylakeX", 1},
        {COOPER, "Cooperlake", "Cooperlake", 1},
        {SAPPHIRE, "Cooperlake", "Cooperlake", 1},
        {HASWELL, "Zen", "Zen", 1},
        {BULLDOZER, "Bulldozer", "Bulldozer", 1},
        {NEHALEM, "Prescott", "Prescott", 1},
        {OLD, "Core2", "Core2", 1},
        {0, "neoversen1", "neoversen1", 1},
        {SAPPHIRE, "LaterLake", "LaterLake", 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct openblas blas = whole;
        blas.own = cases[i].own;
        blas.abilities = cases[i].abilities;
        struct core_choice choice = choose(&blas, i % 2 ? "" : NULL, NULL);
        bool is_undone = cases[i].n_opened == 2;
        cr_expect_str_eq(choice.name, cases[i].wanted, "%s at %#x: %s", cases[i].own,
                         cases[i].abilities, choice.name);
        cr_expect_eq(choice.chooser, is_undone ? CORE_BY_OUBLI : CORE_BY_OPENBLAS, "%zu", i);
        cr_expect_str_eq(choice.undone, is_undone ? cases[i].own : "");
        cr_expect_eq(blas.n_opened, cases[i].n_opened);
    }
}

/* For every set of abilities, whatever OpenBLAS has and takes. */
Test(cores, what_is_chosen_can_run_and_is_no_worse)
{
    static const char *const names[] = {"SkylakeX", "Haswell", "Sandybridge", "Prescott"};
    for (unsigned abilities = 0; abilities < N_ABILITIES; abilities++) {
        for (unsigned has = 0; has < 16; has++) {
            struct openblas blas = {.own = "Prescott", .unknown = "Prescott"};
            int n = 0, best = 3;
            for (int i = 3; i >= 0; i--) {
                if (has & (1u << i)) {
                    blas.has[n++] = names[i];
                    best = core_can_run(names[i], abilities) ? i : best;
                }
            }
            blas.abilities = abilities;
            struct core_choice choice = choose(&blas, NULL, NULL);
            cr_assert_str_eq(choice.name, names[best], "%#x, has %#x", abilities, has);
        }
    }
}

Test(cores, an_openblas_that_cannot_choose_is_left_alone)
{
    struct openblas fixed = whole, stays = whole;
    fixed.is_fixed = true;
    fixed.abilities = stays.abilities = SKYLAKE;
    struct core_choice choice = choose(&fixed, NULL, NULL);
    cr_expect_str_eq(choice.name, "Prescott");
    cr_expect_eq(choice.chooser, CORE_BY_OPENBLAS);
    cr_expect_eq(fixed.n_opened, 1);
    stays.stays = true;
    choice = choose(&stays, NULL, NULL);
    cr_expect_str_eq(choice.name, "Prescott");
    cr_expect_eq(choice.chooser, CORE_BY_OPENBLAS);
    cr_expect_str_empty(choice.undone);
}

Test(cores, what_is_set_is_obeyed_or_refused)
{
    struct openblas blas = whole;
    blas.abilities = HASWELL;
    struct core_choice choice = choose(&blas, "Prescott", NULL);
    cr_expect_str_eq(choice.name, "Prescott");
    cr_expect_eq(choice.chooser, CORE_BY_PERSON);
    cr_expect_str_eq(choose(&blas, "haswell", NULL).name, "Haswell");
    cr_expect_eq(blas.n_opened, 2, "nothing else is tried");
    expect_refused(&blas, "bogus", "Prescott");
    expect_refused(&blas, "Excavator", "this processor can run");
    expect_refused(&blas, "SkylakeX", "this processor can run");
    cr_expect_eq(blas.n_opened, 3, "kernels that cannot run are never opened");
    blas.has[0] = "LaterLake";
    cr_expect_str_eq(choose(&blas, "laterlake", NULL).name, "LaterLake");
    blas.is_fixed = true;
    expect_refused(&blas, "Haswell", "Prescott");
}

Test(cores, what_was_recorded_is_taken_if_it_can_be)
{
    static const struct {
        const char *recorded, *wanted;
        enum core_hindrance hindrance;
        int n_opened;
    } cases[] = {
        {"Prescott", "Prescott", CORE_NO_HINDRANCE, 1},
        {"Haswell", "Haswell", CORE_NO_HINDRANCE, 1},
        {"Zen", "Zen", CORE_NO_HINDRANCE, 1},
        {"SkylakeX", "Zen", CORE_CANNOT_RUN, 1},
        {"Bulldozer", "Zen", CORE_CANNOT_RUN, 1},
        {"Core2", "Zen", CORE_NOT_THERE, 2},
        {"neoversen1", "Zen", CORE_NOT_KNOWN, 1},
        {"", "Zen", CORE_NOT_KNOWN, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct openblas blas = whole;
        blas.own = "Zen";
        blas.abilities = HASWELL;
        struct core_choice choice = choose(&blas, NULL, cases[i].recorded);
        cr_expect_str_eq(choice.name, cases[i].wanted, "%s: %s", cases[i].recorded, choice.name);
        cr_expect_eq(choice.hindrance, cases[i].hindrance, "%s", cases[i].recorded);
        cr_expect_eq(choice.chooser, cases[i].hindrance ? CORE_BY_OPENBLAS : CORE_BY_RECORDING);
        cr_expect_eq(blas.n_opened, cases[i].n_opened, "%s: %d", cases[i].recorded, blas.n_opened);
    }
}

Test(cores, what_was_recorded_yields_to_what_is_set)
{
    struct openblas blas = whole;
    blas.abilities = HASWELL;
    struct core_choice choice = choose(&blas, "Haswell", "Zen");
    cr_expect_str_eq(choice.name, "Haswell");
    cr_expect_eq(choice.hindrance, CORE_IS_SET);
    choice = choose(&blas, "haswell", "Haswell");
    cr_expect_eq(choice.chooser, CORE_BY_PERSON);
    cr_expect_eq(choice.hindrance, CORE_NO_HINDRANCE);
}

Test(cores, what_cannot_be_had_is_replaced_by_the_best)
{
    struct openblas blas = whole;
    blas.abilities = HASWELL;
    struct core_choice choice = choose(&blas, NULL, "SkylakeX");
    cr_expect_str_eq(choice.name, "Haswell");
    cr_expect_eq(choice.chooser, CORE_BY_OUBLI);
    cr_expect_eq(choice.hindrance, CORE_CANNOT_RUN);
    blas.own = "neoversen1"; /* a name that says nothing here, but OpenBLAS takes it anyway */
    blas.abilities = 0;
    cr_expect_eq(choose(&blas, NULL, "neoversen1").hindrance, CORE_NO_HINDRANCE);
}

Test(cores, who_chose_is_said)
{
    static const struct {
        struct core_choice choice;
        const char *text;
    } cases[] = {
        {{"Zen", CORE_BY_OPENBLAS, "", CORE_NO_HINDRANCE}, "Zen, chosen by OpenBLAS"},
        {{"Zen", CORE_BY_PERSON, "", CORE_NO_HINDRANCE}, "Zen, chosen by OPENBLAS_CORETYPE"},
        {{"Zen", CORE_BY_RECORDING, "", CORE_NO_HINDRANCE}, "Zen, chosen by oubli, as recorded"},
        {{"SkylakeX", CORE_BY_OUBLI, "Prescott", CORE_NO_HINDRANCE},
         "SkylakeX, chosen by oubli (OpenBLAS did not know this processor and took Prescott)"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[160];
        core_choice_text(&cases[i].choice, text, sizeof text);
        cr_expect_str_eq(text, cases[i].text);
    }
}

/* Of those that do not, products are BLAS's alone, so that the same kernels have the same bits. */
Test(cores, those_that_fuse_are_known)
{
    cr_expect(core_fuses("Haswell") && core_fuses("Zen") && core_fuses("SkylakeX"));
    cr_expect_not(core_fuses("Prescott") || core_fuses("Sandybridge") || core_fuses("generic") ||
                  core_fuses("Excavator"));
    cr_expect(core_fuses("NEOVERSEN1"));
}
