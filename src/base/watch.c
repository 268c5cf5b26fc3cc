/* SPDX-License-Identifier: MIT */
#include "base/watch.h"

static bool tell_whole(void *context, double part)
{
    const struct watch_share *share = context;
    return watch_goes_on(share->whole, share->from + part * (share->to - share->from));
}

struct watch watch_of(struct watch_share *share)
{
    return (struct watch){tell_whole, share};
}
