/* SPDX-License-Identifier: MIT
 * What a sweep varies: --over 'KEY=VALUES'.
 *
 *   KEY           a parameter ("ewc.lambda", "lr") or any other option of oubli run ("strategy")
 *   a,b,c         these values, as they would be given to oubli run; those with a comma in them
 *   100;100,50    are parted by semicolons
 *   1..1e4 log 9  nine numbers from 1 to 1e4, both included, by equal ratios
 *   0..1 lin 5    by equal differences
 *   1..1e4 9      as the knob goes: by equal ratios where it multiplies (param.factor)
 *
 * Numbers between the ends have six digits; of a parameter that counts, and of an option that is no
 * parameter, they are whole.  No value stands twice. */
#ifndef OUBLI_UI_CLI_OVER_H
#define OUBLI_UI_CLI_OVER_H

#include <stdbool.h>

#include "base/err.h"
#include "session/merged.h"

enum { OVER_VALUES_MAX = 1000 };

struct over {
    char key[MERGED_NAME_MAX];
    const char *spec; /* behind "KEY="; borrowed */
    bool is_number;   /* all values are */
    int n;
    char **values; /* (n) owned */
};

/* Reads such a text, which must outlive it.  ERR_USAGE, one line that begins with --over; whether
 * oubli run takes the values is not looked at.  Call over_fini in any case. */
bool over_parse(struct over *over, const char *text, struct err *err)
    __attribute__((warn_unused_result));
void over_fini(struct over *over);

#endif
