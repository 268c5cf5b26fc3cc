/* SPDX-License-Identifier: MIT
 * What nobody may claim, as patterns. */
#include <regex.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "support/claims.h"

void claims_plain(const char *text, char *buf, size_t size)
{
    size_t n = 0;
    for (; *text && n + 1 < size; text++) {
        if (*text != '*') {
            buf[n++] = *text;
        }
    }
    buf[n] = '\0';
}

const char *claims_forbidden(const char *text)
{
    static const char *const phrases[] = {
        "(unit|neuron|weight|layer)s?[^.]* knows? (task )?[A-Z][^a-z]",
        "(more|the more)[^.]*shar(ed|ing)[^.]*(more|worse)[^.]*forg",
        "(was|is|were|are) (erased|wiped out|deleted|destroyed)",
        "gradients?[^.]* points? (away|against)",
        "(push(es)?|pull) (equals|balances|cancels)",
        "push and pull (are equal|balance)",
        "EWC[^.]* keeps? (the|these)? ?(curves|drift) low",
        "second[- ]layer (unit|neuron)s? (of|for|that serve) [A-Z][^a-z]",
        "caused by the first step|first[- ]order blame",
    };
    char rest[8192];
    claims_plain(text, rest, sizeof rest);
    for (size_t i = 0; i < sizeof phrases / sizeof *phrases; i++) {
        regex_t regex;
        regmatch_t found;
        if (regcomp(&regex, phrases[i], REG_EXTENDED | REG_ICASE) != 0) {
            abort();
        }
        bool is_there = regexec(&regex, rest, 1, &found, 0) == 0;
        regfree(&regex);
        if (is_there) { /* what is denied is not claimed */
            const char *denial = strstr(rest + found.rm_so, " not ");
            is_there = !denial || denial >= rest + found.rm_eo;
        }
        if (is_there) {
            return phrases[i];
        }
    }
    return NULL;
}
