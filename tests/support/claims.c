/* SPDX-License-Identifier: MIT */
#include "support/claims_inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_MAX = 400 };

#define MODULE  "((layer|block|embeddings|last norm)[^.;,:]*)"
#define AGAINST "(, other layers worked against it)?"

static const struct kind {
    const char *pattern;
    claim_check *check;
} kinds[] = {
    {"([A-Z]) fell from ([0-9]+) to ([0-9]+) %( since [^(.:]*\\(best ([0-9]+)\\))?", claim_fell},
    {"([A-Z]) is coming back, ([0-9]+) → ([0-9]+) %", claim_rose},
    {"([A-Z]) rose from ([0-9]+) to ([0-9]+) %", claim_rose},
    {"ost is lost of ([A-Z]): ([0-9]+) → ([0-9]+) %", claim_most},
    {"ost was lost of ([A-Z]): ([0-9]+) → ([0-9]+) %", claim_most},
    {"([A-Z]) is being learned:? \\(?([0-9]+) %", claim_now},
    {"([A-Z]) was being learned \\(([0-9]+) %\\)", claim_now},
    {"with ([A-Z]) at ([0-9]+) %", claim_now},
    {"([A-Z]) is not being learned: ([0-9]+) %", claim_now},
    {"([A-Z]) was not learned: ([0-9]+) %", claim_now},
    {"([A-Z]) is at ([0-9]+) %, but not gone", claim_now},
    {"([A-Z]) had (fallen|come back) from ([0-9]+) to ([0-9]+) % since ([A-Z]) (began|came most); "
     "([A-Z]) was at ([0-9]+) %",
     claim_stage},
    {"([A-Z]) fell ([0-9]+) points in ([0-9]+) steps?", claim_fall_in_steps},
    {"([A-Z]) fell ([0-9]+) points since ([A-Z]) began: (" MODULE " moved for [A-Z] "
     "\\(([0-9]+) % of it" AGAINST "\\)|several layers moved together)",
     claim_stage_fall},
    {MODULE " moved for ([A-Z]) \\(([0-9]+) % of it" AGAINST "\\)"
            "(. Put back, ([A-Z]) would be at ([0-9]+) %)?",
     claim_moved},
    {MODULE " moved() \\(([0-9]+) % of it" AGAINST "\\)"
            "(. Put back, ([A-Z]) would be at ([0-9]+) %)?",
     claim_moved},
    {"Since ([A-Z]) began " MODULE " has ([0-9]+) % of its fall" AGAINST, claim_stage_share},
    {"no old task fell( by 2 points)? in (this|these) ([0-9]+) steps?", claim_held},
    {"With " MODULE " as ([A-Z]) found it, ([A-Z]) would be at "
     "([0-9]+) %",
     claim_since},
    {"among its own ([a-z0-9]+) it is still right ([0-9]+) %", claim_own},
    {"([A-Z]) came back ([0-9]+) points in ([0-9]+) steps?(: noise of ([A-Z])'s steps)?",
     claim_back},
    {"The end, ([0-9]+) % left on average of ([0-9]+) % learned", claim_end},
    {"([^ ]+) keeps best \\(([0-9]+) %\\), ([^ ]+) learns best \\(([0-9]+) %\\)"
     "(; the curve bends at ([^ :]+): it keeps ([0-9]+), learns ([0-9]+) %)?",
     claim_sweep},
    {"([^ ]+) keeps best and learns best \\(([0-9]+), ([0-9]+) %\\)", claim_both},
    {"all ([0-9]+) values of [^.]* keep and learn within (3) points of each other", claim_alike},
    {"within 3 points of each other: ([0-9]+) % on average", claim_average},
    {"has ([0-9]+) % on average", claim_average},
    {", [0-9]+ [a-z0-9_+.-]+ has ([0-9]+) %:", claim_average},
    {"([A-Z]) is ([0-9]+) % of what comes(, ([A-Z]) ([0-9]+) %)?", claim_mixture},
};

/* Finds a kind in the text, everywhere, and takes its numbers out; false if one is not true. */
static bool take_kind(struct match match, const struct kind *kind, char *text)
{
    regex_t regex;
    bool ok = true;
    if (regcomp(&regex, kind->pattern, REG_EXTENDED) != 0) {
        fprintf(stderr, "claims: %s\n", kind->pattern);
        abort();
    }
    for (char *at = text; ok && regexec(&regex, at, CLAIM_GROUPS, match.groups, 0) == 0;) {
        match.text = at;
        ok = kind->check(&match);
        for (regoff_t i = match.groups[0].rm_so; i < match.groups[0].rm_eo; i++) {
            at[i] = at[i] >= '0' && at[i] <= '9' ? '#' : at[i];
        }
        at += match.groups[0].rm_eo;
    }
    regfree(&regex);
    return ok;
}

/* A share or points that nothing has taken out. */
static const char *find_unchecked(const char *text)
{
    for (const char *at = text; *at; at++) {
        bool ends = *at >= '0' && *at <= '9' && (at[1] < '0' || at[1] > '9');
        if (ends && (strncmp(at + 1, " %", 2) == 0 || strncmp(at + 1, " points", 7) == 0)) {
            return at;
        }
    }
    return NULL;
}

bool claims_hold(struct claims *claims, const char *text, char *why, size_t size)
{
    char rest[TEXT_MAX];
    const struct snapshot *snapshot = claims->view->snapshot;
    struct record record = record_read(claims, &snapshot->learners[snapshot->selected]);
    struct match match = {.claims = claims, .record = &record, .why = why, .size = size};
    bool ok = true;
    claims_plain(text, rest, sizeof rest);
    for (size_t i = 0; ok && i < sizeof kinds / sizeof *kinds; i++) {
        ok = take_kind(match, &kinds[i], rest);
    }
    const char *left = ok ? find_unchecked(rest) : NULL;
    if (left) {
        snprintf(why, size, "no check knows the number in '%.40s'", left);
    }
    free(record.measures);
    return ok && !left;
}
