/* SPDX-License-Identifier: MIT */
#include "ui/app/leaving.h"

static const int64_t long_ns = 60000000000;

void leaving_follow(struct leaving *leaving, int64_t now_ns, bool has_steps)
{
    if (leaving->since_ns == 0 && has_steps) {
        leaving->since_ns = now_ns;
    }
}

bool leaving_may(struct leaving *leaving, int64_t now_ns, bool is_kept)
{
    bool is_long = leaving->since_ns && now_ns - leaving->since_ns > long_ns;
    leaving->is_asked = is_long && !is_kept;
    return !leaving->is_asked;
}

enum leaving_answer leaving_answer(struct leaving *leaving, struct key key)
{
    uint32_t ch = key.press == PRESS_CHAR ? key.ch : 0;
    leaving->is_asked = false;
    return ch == 'q' || ch == 'y' ? LEAVING_GOES : ch == 'r' ? LEAVING_RECORDS : LEAVING_STAYS;
}
