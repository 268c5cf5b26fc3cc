/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/rng.h"
#include "tasks/clean.h"

Test(clean, takes_away_what_is_not_seen)
{
    static const char *const cases[][2] = {
        {"plain, λ and 中文 and 😀", "plain, λ and 中文 and 😀"},
        {"a\u202Egnp.exe", "agnp.exe"},
        {"zero\u200Bwidth\u2060\uFEFF", "zerowidth"},
        {"\u2066isolated\u2069\u061C", "isolated"},
        {"soft\u00ADhyphen", "softhyphen"},
        {"tag\U000E0041\U000E0042", "tag"},
        {"two\u2028lines\u2029", "two?lines?"},
        {"\033[31mred\033]0;t\a", "?[31mred?]0;t?"},
        {"c1 \xC2\x9B\x33\x31m \xC2\x85", "c1 ?31m ?"},
        {"broken \x9B \xE2\x82 \xC0\xAF \xED\xA0\x80", "broken ? ?? ?? ???"},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[64];
        snprintf(text, sizeof text, "%s", cases[i][0]);
        clean_text(text);
        cr_expect_str_eq(text, cases[i][1]);
    }
}

Test(clean, what_is_clean_stays_as_it_is)
{
    struct rng rng = rng_stream(22, 1);
    for (int i = 0; i < 20000; i++) {
        char text[32], again[32];
        for (int k = 0; k < 31; k++) {
            text[k] = (char)(1 + rng_below(&rng, 255));
        }
        text[31] = '\0';
        clean_text(text);
        memcpy(again, text, sizeof text);
        clean_text(again);
        cr_assert_str_eq(again, text);
        for (const char *at = text; *at; at++) {
            cr_assert((unsigned char)*at >= ' ' && *at != 0x7F);
        }
    }
}
