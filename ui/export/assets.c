/* SPDX-License-Identifier: MIT
 * The assembler copies the files in, as in tasks/digits_embed.c; the Makefile must say that this
 * object depends on them. */
#include "ui/export/assets.h"

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

/* A file as a string, with a zero at its end. */
#define EMBED(name, path)                                                                          \
    ".globl " SYMBOL(name) "\n" HIDE SYMBOL(name) "\n" SYMBOL(name) ":\n"                          \
                                                                    ".incbin \"" path              \
                                                                    "\"\n.byte 0\n"

/* clang-format off */
__asm__(SECTION_BEGIN
        EMBED(oubli_page_css, "ui/export/page.css")
        EMBED(oubli_page_js, "ui/export/page.js")
        SECTION_END);
/* clang-format on */

extern const char oubli_page_css[] __attribute__((visibility("hidden")));
extern const char oubli_page_js[] __attribute__((visibility("hidden")));

void assets_write_css(FILE *out)
{
    fputs(oubli_page_css, out);
}

void assets_write_js(FILE *out)
{
    fputs(oubli_page_js, out);
}
