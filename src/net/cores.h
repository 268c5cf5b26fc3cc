/* SPDX-License-Identifier: MIT
 * The kernels of OpenBLAS, which it calls cores: what each needs of the processor, and which to
 * take.
 *
 * OpenBLAS looks at the name of the processor.  One that is newer than it is gets its oldest
 * kernels, five times slower than what the processor can do; so what it has taken is compared with
 * the abilities of the processor, and undone if it is behind them.  And since other kernels round
 * otherwise, whoever wants the numbers of a recording again asks for those it was made with.
 *
 * Nothing here opens the library or looks at the environment; any thread. */
#ifndef OUBLI_NET_CORES_H
#define OUBLI_NET_CORES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/* What a processor can do, as a set. */
enum core_ability {
    CORE_ABILITY_SSE3 = 1 << 0,
    CORE_ABILITY_SSE41 = 1 << 1,
    CORE_ABILITY_3DNOW = 1 << 2,
    CORE_ABILITY_AVX = 1 << 3,
    CORE_ABILITY_FMA3 = 1 << 4,
    CORE_ABILITY_FMA4 = 1 << 5,
    CORE_ABILITY_AVX2 = 1 << 6,
    CORE_ABILITY_AVX512 = 1 << 7, /* F, CD, BW, DQ and VL, as in Intel's servers since 2017 */
    CORE_ABILITY_BF16 = 1 << 8,   /* products of bfloat16 in AVX-512 */
    CORE_ABILITY_AMX = 1 << 9,    /* with bfloat16, and AVX-512's half precision */
};

/* The abilities of the processor this runs on, as far as its system allows them; 0 where it is no
 * x86. */
unsigned core_abilities(void);

/* Whether a processor can run the kernels called `name`, in any case of letters; false for a name
 * that is not known. */
bool core_can_run(const char *name, unsigned abilities);

/* Whether these kernels are of processors that fuse as ours do (product.h); true for a name that is
 * not known. */
bool core_fuses(const char *name);

enum core_chooser {
    CORE_BY_OPENBLAS,  /* its own choice, and a good one */
    CORE_BY_PERSON,    /* set in the environment */
    CORE_BY_RECORDING, /* it was made with them */
    CORE_BY_OUBLI,     /* instead of OpenBLAS's choice */
};

/* Why kernels that were wanted for the same bits are not in use. */
enum core_hindrance {
    CORE_NO_HINDRANCE, /* they are in use, or none were wanted */
    CORE_NOT_KNOWN,    /* nobody here knows what they need */
    CORE_CANNOT_RUN,   /* they need more than the processor has */
    CORE_NOT_THERE,    /* this OpenBLAS does not have them */
    CORE_IS_SET,       /* the person has set others */
};

enum { CORE_NAME_MAX = 32 };

/* What came of it. */
struct core_choice {
    char name[CORE_NAME_MAX]; /* in use */
    enum core_chooser chooser;
    char undone[CORE_NAME_MAX]; /* what OpenBLAS had taken: CORE_BY_OUBLI alone */
    enum core_hindrance hindrance;
};

/* What is wanted. */
struct core_wish {
    unsigned abilities;   /* of the processor */
    const char *set;      /* the person's OPENBLAS_CORETYPE; NULL or "" if there is none */
    const char *recorded; /* kernels whose bits are wanted; NULL if any will do */
};

/* OpenBLAS as it was opened. */
struct core_opened {
    char name[CORE_NAME_MAX]; /* of the kernels it took */
    bool is_fixed;            /* it was built with one set of them */
};

/* Opens OpenBLAS anew, asked for the kernels called `name` (NULL: for none); what is open is closed
 * before.  False and err if it cannot be opened at all. */
typedef bool (*core_open)(void *context, const char *name, struct core_opened *opened,
                          struct err *err);

/* Chooses, and leaves OpenBLAS open with the chosen kernels.  In this order: what the person has
 * set; what was recorded; OpenBLAS's own choice; the best there are, if that is behind them.
 * Kernels that the processor cannot run are never opened.  False and err if the person has set some
 * that cannot run or are not there, or OpenBLAS cannot be opened. */
bool core_choose(const struct core_wish *wish, core_open open, void *context,
                 struct core_choice *choice, struct err *err) __attribute__((warn_unused_result));

/* "Zen, chosen by OpenBLAS". */
void core_choice_text(const struct core_choice *choice, char *text, size_t size);

#endif
