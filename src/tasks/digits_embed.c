/* SPDX-License-Identifier: MIT
 * The digits inside the program, so that it runs from any folder.
 *
 * The assembler copies the file OUBLI_DIGITS_PATH (a string literal, relative to where the compiler
 * runs) between two symbols of a read-only section.  The compiler does not see this: the Makefile
 * must say that this object depends on the file. */
#include "tasks/formats.h"

#include <stdint.h>

#ifndef OUBLI_DIGITS_PATH
#define OUBLI_DIGITS_PATH "data/digits.csv.gz"
#endif

/* Names of C begin with an underscore in the object files of some systems (macOS). */
#define TEXT_OF(x)   #x
#define TEXT(x)      TEXT_OF(x)
#define SYMBOL(name) TEXT(__USER_LABEL_PREFIX__) #name

#ifdef __APPLE__
#define SECTION_BEGIN ".section __TEXT,__const\n"
#define SECTION_END   ".text\n"
#define HIDE          ".private_extern "
#else
#define SECTION_BEGIN ".pushsection .rodata,\"a\",%progbits\n"
#define SECTION_END   ".popsection\n"
#define HIDE          ".hidden "
#endif

#define EXPORT(name) ".globl " SYMBOL(name) "\n" HIDE SYMBOL(name) "\n" SYMBOL(name) ":\n"

/* clang-format off */
__asm__(SECTION_BEGIN
        ".balign 16\n"
        EXPORT(oubli_digits_begin)
        ".incbin \"" OUBLI_DIGITS_PATH "\"\n"
        EXPORT(oubli_digits_end)
        ".byte 0\n"
        SECTION_END);
/* clang-format on */

extern const unsigned char oubli_digits_begin[] __attribute__((visibility("hidden")));
extern const unsigned char oubli_digits_end[] __attribute__((visibility("hidden")));

const unsigned char *digits_embedded(size_t *size)
{
    /* Through integers: to the compiler these are two arrays, whose difference has no meaning. */
    *size = (size_t)((uintptr_t)oubli_digits_end - (uintptr_t)oubli_digits_begin);
    return oubli_digits_begin;
}
