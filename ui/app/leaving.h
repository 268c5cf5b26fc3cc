/* SPDX-License-Identifier: MIT
 * Leaving: at once, but for a session that took a while and is nowhere kept; then once more.  No
 * screen, no clock.  Zero is a valid beginning. */
#ifndef OUBLI_UI_APP_LEAVING_H
#define OUBLI_UI_APP_LEAVING_H

#include <stdbool.h>
#include <stdint.h>

#include "ui/screen/key.h"

struct leaving {
    int64_t since_ns; /* when a step had been seen for the first time; 0 = not yet */
    bool is_asked;    /* the next key is the answer */
};

enum leaving_answer { LEAVING_GOES, LEAVING_RECORDS, LEAVING_STAYS };

/* What there is to be lost: a session counts from its first step on, however it goes on. */
void leaving_follow(struct leaving *leaving, int64_t now_ns, bool has_steps);

/* Somebody wants to leave: true if he may at once, else he is asked.  `is_kept`: it is recorded, or
 * nothing is lost by leaving. */
bool leaving_may(struct leaving *leaving, int64_t now_ns, bool is_kept);

/* The answer: q or y goes, r records, anything else stays. */
enum leaving_answer leaving_answer(struct leaving *leaving, struct key key);

#endif
