/* SPDX-License-Identifier: MIT */
#include "lab/exhibits.h"

#define EXHIBIT_ROW(id, name) [EXHIBIT_##id] = &exhibit_##name,
static const struct exhibit_kind *const kinds[EXHIBIT_COUNT] = {EXHIBIT_LIST(EXHIBIT_ROW)};

const struct exhibit_kind *exhibit_at(enum exhibit exhibit)
{
    return kinds[exhibit];
}
