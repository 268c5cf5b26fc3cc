/* SPDX-License-Identifier: MIT
 * Files inside the program, so that it runs from any folder.
 *
 * EMBED(name, "data/file") lets the assembler copy the file, relative to where the compiler runs,
 * between two symbols of a read-only section, oubli_NAME_begin and oubli_NAME_end; EMBEDDED(name)
 * declares them.  A zero follows the file, so that a text is a string.  The compiler does not see
 * this: the Makefile must say that the object depends on the file. */
#ifndef OUBLI_BASE_EMBED_H
#define OUBLI_BASE_EMBED_H

#include <stddef.h>
#include <stdint.h>

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
#define EMBED(name, path)                                                                         \
    __asm__(SECTION_BEGIN ".balign 16\n" EXPORT(oubli_##name##_begin) ".incbin \"" path "\"\n"    \
            EXPORT(oubli_##name##_end) ".byte 0\n" SECTION_END);                                  \
    EMBEDDED(name)
#define EMBEDDED(name)                                                                            \
    extern const unsigned char oubli_##name##_begin[] __attribute__((visibility("hidden")));      \
    extern const unsigned char oubli_##name##_end[] __attribute__((visibility("hidden")));
/* clang-format on */

/* Through integers: to the compiler these are two arrays, whose difference has no meaning. */
static inline size_t embedded_size(const unsigned char *begin, const unsigned char *end)
{
    return (size_t)((uintptr_t)end - (uintptr_t)begin);
}

#endif
