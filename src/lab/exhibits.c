/* SPDX-License-Identifier: MIT */
#include "lab/exhibits.h"

#include <stddef.h>

const char *exhibit_name(enum exhibit exhibit)
{
    static const char *const names[EXHIBIT_COUNT] = {"writing", "surface", "samples", "attention"};
    return exhibit < EXHIBIT_COUNT ? names[exhibit] : NULL;
}
