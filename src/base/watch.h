/* SPDX-License-Identifier: MIT
 * Whoever watches something that takes long: data that is read, steps that are taken again. */
#ifndef OUBLI_BASE_WATCH_H
#define OUBLI_BASE_WATCH_H

#include <stdbool.h>

struct watch {
    /* Told every now and then, by the thread that does the work, how much of it is done: 0 .. 1.
     * Returns false to give up; then what was to come of it fails. */
    bool (*goes_on)(void *context, double part);
    void *context;
};

/* Tells the watch, if there is one. */
static inline bool watch_goes_on(const struct watch *watch, double part)
{
    return !watch || !watch->goes_on || watch->goes_on(watch->context, part);
}

/* A piece of a longer work: all of it is `from` .. `to` of the whole. */
struct watch_share {
    const struct watch *whole; /* may be NULL */
    double from, to;
};

/* The watch of that piece; borrows the share. */
struct watch watch_of(struct watch_share *share);

#endif
