/* SPDX-License-Identifier: MIT */
#include "base/subnormal.h"

#if defined(__x86_64__)

#include <xmmintrin.h>

enum { FLUSH_RESULTS = 1 << 15, FLUSH_OPERANDS = 1 << 6 };

uint64_t subnormal_flush(void)
{
    unsigned state = _mm_getcsr(), wanted = state | FLUSH_RESULTS | FLUSH_OPERANDS;
    if (state != wanted) {
        _mm_setcsr(wanted);
    }
    return state;
}

void subnormal_restore(uint64_t state)
{
    if (_mm_getcsr() != (unsigned)state) {
        _mm_setcsr((unsigned)state);
    }
}

#elif defined(__aarch64__)

static const uint64_t FLUSH_TO_ZERO = UINT64_C(1) << 24; /* of FPCR: operands and results */

static uint64_t get_state(void)
{
    uint64_t state;
    __asm__ volatile("mrs %0, fpcr" : "=r"(state));
    return state;
}

static void set_state(uint64_t state)
{
    __asm__ volatile("msr fpcr, %0" : : "r"(state));
}

uint64_t subnormal_flush(void)
{
    uint64_t state = get_state();
    set_state(state | FLUSH_TO_ZERO);
    return state;
}

void subnormal_restore(uint64_t state)
{
    set_state(state);
}

#else

uint64_t subnormal_flush(void)
{
    return 0;
}

void subnormal_restore(uint64_t state)
{
    (void)state;
}

#endif
