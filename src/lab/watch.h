/* SPDX-License-Identifier: MIT
 * Whoever watches a lab while it is busy. */
#ifndef OUBLI_LAB_WATCH_H
#define OUBLI_LAB_WATCH_H

#include <stdbool.h>

/* Who is told, from within lab_apply, while steps are taken again to get to a moment: about every
 * 20 ms.  Returns false to give up; then the lab can only be destroyed. */
struct lab_watch {
    bool (*goes_on)(void *context);
    void *context;
};

#endif
