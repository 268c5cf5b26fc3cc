/* SPDX-License-Identifier: MIT
 * The alphabet of texts: what each character is folded to, and what any bytes become. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tasks/alphabet.h"

/* What `text` is folded to, as text; *strange counts what no text has. */
static const char *fold(const char *text, size_t length, size_t *strange)
{
    static char folded[4096];
    static uint8_t symbols[4095];
    struct alphabet_loss loss;
    size_t n = alphabet_fold(text, length, symbols, sizeof symbols, &loss);
    *strange = loss.n_strange;
    for (size_t i = 0; i < n; i++) {
        folded[i] = alphabet_char(symbols[i]);
    }
    folded[n] = '\0';
    return folded;
}

Test(alphabet, every_symbol_is_its_own)
{
    char all[ALPHABET_SIZE];
    uint8_t symbols[ALPHABET_SIZE];
    for (int i = 0; i < ALPHABET_SIZE; i++) {
        all[i] = alphabet_char(i);
    }
    cr_expect_eq(alphabet_fold(all, sizeof all, symbols, sizeof symbols, NULL), ALPHABET_SIZE);
    for (int i = 0; i < ALPHABET_SIZE; i++) {
        cr_expect_eq(symbols[i], i);
    }
    cr_expect_eq(alphabet_char(ALPHABET_NEWLINE), '\n');
}

Test(alphabet, other_characters_become_plain_ones)
{
    static const char *const cases[][2] = {
        {"ABCXYZ", "abcxyz"},
        {"a\tb", "a b"},
        {"a\r\nb\n", "a\nb\n"},
        {"a\rb\r\rc\r\n\r\nd\r", "a\nb\n\nc\n\nd\n"},
        {"e\u0301te\u0301\u200B a\u2028b", "ete a\nb"},
        {"\\`~^$@", "/'-'##"},
        {"ÀÁÂÃÄÅ Ç ÈÉÊË ÌÍÎÏ Ð Ñ ÒÓÔÕÖØ ÙÚÛÜ Ý Þ", "aaaaaa c eeee iiii d n oooooo uuuu y p"},
        {"àáâãäå ç èéêë ìíîï ð ñ òóôõöø ùúûü ý þ ÿ", "aaaaaa c eeee iiii d n oooooo uuuu y p y"},
        {"Æ æ ß Œ œ", "ae ae ss oe oe"},
        {"Āā Čč Đđ Ğğ Ħħ İı Ĳĳ Ķķ Łł Ńń Őő Řř Şş Ťť Ůů Ŵŵ Ÿ Žž ſ",
         "aa cc dd gg hh ii ii kk ll nn oo rr ss tt uu ww y zz s"},
        {"‘a’ “b” „c“ «d»", "'a' \"b\" \"c\" \"d\""},
        {"a–b—c…", "a-b-c..."},
        {"5\u00A0€ 6\u202F€", "5 eur 6 eur"},
        {"× ÷ § 漢 😀", "? ? ? ? ?"},
        {"\uFEFFtext", "text"},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t strange = 9;
        cr_expect_str_eq(fold(cases[i][0], strlen(cases[i][0]), &strange), cases[i][1]);
        cr_expect_eq(strange, 0, "%s", cases[i][0]);
    }
}

Test(alphabet, what_is_lost_is_counted_and_found)
{
    static const struct {
        const char *text;
        struct alphabet_loss loss;
        bool is_lost;
    } cases[] = {{"abc?", {4, 0, 0, 0}, false},
                 {"ab漢?", {4, 0, 1, 2}, true},
                 {"été, ça va 漢", {12, 0, 1, 14}, false},
                 {"жук", {3, 0, 3, 0}, true},
                 {"a\xFFж", {3, 1, 1, 1}, true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint8_t symbols[64];
        struct alphabet_loss loss;
        alphabet_fold(cases[i].text, strlen(cases[i].text), symbols, sizeof symbols, &loss);
        cr_expect_eq(loss.n_characters, cases[i].loss.n_characters, "%s", cases[i].text);
        cr_expect_eq(loss.n_strange, cases[i].loss.n_strange, "%s", cases[i].text);
        cr_expect_eq(loss.n_foreign, cases[i].loss.n_foreign, "%s", cases[i].text);
        cr_expect_eq(loss.first, cases[i].loss.first, "%s", cases[i].text);
        cr_expect_eq(alphabet_is_lost(&loss), cases[i].is_lost, "%s", cases[i].text);
    }
}

Test(alphabet, what_no_text_has_is_counted)
{
    static const struct {
        const char *bytes;
        size_t length, strange;
        const char *folded;
    } cases[] = {
        {"a\0b", 3, 1, "a?b"},
        {"\x01\x1b\x7f", 3, 3, "???"},
        {"\xC2\x85", 2, 1, "?"},             /* a control character of two bytes */
        {"caf\xE9 noir", 9, 1, "caf? noir"}, /* Latin-1 */
        {"\xC3", 1, 1, "?"},                 /* cut off */
        {"\xE2\x80", 2, 2, "??"},
        {"\xF0\x9F\x98", 3, 3, "???"},
        {"\x80\xBF", 2, 2, "??"}, /* begins in the middle */
        {"\xC1\xA1", 2, 2, "??"}, /* an a that takes two bytes */
        {"\xE0\x80\xA0", 3, 3, "???"},
        {"\xFF\xFE", 2, 2, "??"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t strange = 99;
        cr_expect_str_eq(fold(cases[i].bytes, cases[i].length, &strange), cases[i].folded);
        cr_expect_eq(strange, cases[i].strange, "case %zu: %zu", i, strange);
    }
}

Test(alphabet, any_bytes_fit_into_what_there_is_room_for)
{
    unsigned char bytes[64];
    srand(5);
    for (int run = 0; run < 20000; run++) {
        size_t length = (size_t)rand() % sizeof bytes, capacity = (size_t)rand() % 32;
        uint8_t *symbols = malloc(capacity + 1); /* of that size, for the sanitizer */
        for (size_t i = 0; i < length; i++) {
            bytes[i] = (unsigned char)(rand() % 3 ? 0x80 + rand() % 128 : rand());
        }
        size_t n = alphabet_fold((const char *)bytes, length, symbols, capacity, NULL);
        cr_assert_leq(n, capacity);
        for (size_t i = 0; i < n; i++) {
            cr_assert_lt(symbols[i], ALPHABET_SIZE);
        }
        free(symbols);
    }
    uint8_t two[2];
    cr_expect_eq(alphabet_fold("…", 3, two, 2, NULL), 2, "a sign of three characters is cut");
}
