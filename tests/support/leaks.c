/* SPDX-License-Identifier: MIT
 * Whose leaks count under AddressSanitizer: those of the processes that run the tests.  Criterion's
 * own process, which starts them, loses a few bytes when several of them end at once. */
#define _GNU_SOURCE /* program_invocation_short_name */
#if defined(__SANITIZE_ADDRESS__)
#include <errno.h>
#include <sanitizer/lsan_interface.h>
#include <string.h>

int __lsan_is_turned_off(void)
{
    return strcmp(program_invocation_short_name, "boxfort-worker") != 0;
}
#else
typedef int nothing_leaks_here;
#endif
