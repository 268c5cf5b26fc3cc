/* SPDX-License-Identifier: MIT */
#include "support/meter.h"

#include <stddef.h>
#include <stdio.h>
#include <sys/resource.h>

/* Of the sanitizers' runtime, where there is one. */
int __sanitizer_install_malloc_and_free_hooks(void (*taken)(const volatile void *, size_t),
                                              void (*given_back)(const volatile void *))
    __attribute__((weak));
size_t __sanitizer_get_allocated_size(const volatile void *pointer) __attribute__((weak));

static int64_t in_use, base, peak;

static void take(const volatile void *pointer, size_t size)
{
    (void)pointer;
    in_use += (int64_t)size;
    peak = in_use > peak ? in_use : peak;
}

static void give_back(const volatile void *pointer)
{
    in_use -= pointer ? (int64_t)__sanitizer_get_allocated_size(pointer) : 0;
}

bool meter_start(void)
{
    return __sanitizer_install_malloc_and_free_hooks && __sanitizer_get_allocated_size &&
           __sanitizer_install_malloc_and_free_hooks(take, give_back) != 0;
}

void meter_reset(void)
{
    base = peak = in_use;
}

int64_t meter_peak(void)
{
    return peak - base;
}

bool meter_limit(int64_t bytes)
{
    struct rlimit limit;
    char line[128];
    long kilobytes = -1;
    FILE *file = fopen("/proc/self/status", "r");
    while (file && kilobytes < 0 && fgets(line, sizeof line, file)) {
        sscanf(line, "VmData: %ld kB", &kilobytes);
    }
    if (file) {
        fclose(file);
    }
    if (kilobytes < 0 || getrlimit(RLIMIT_DATA, &limit) != 0) {
        return false;
    }
    limit.rlim_cur = (rlim_t)(kilobytes * INT64_C(1024) + bytes);
    return setrlimit(RLIMIT_DATA, &limit) == 0;
}
