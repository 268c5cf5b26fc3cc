/* SPDX-License-Identifier: MIT
 * Grammars: what a page writes, what is said of a broken one, and that none takes for ever. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "tasks/grammar.h"
#include "tasks/text.h"

static struct grammar *read_page(const char *page)
{
    struct err err = {0};
    struct grammar *grammar = grammar_read("t.grammar", page, strlen(page), &err);
    cr_assert_not_null(grammar, "%s: %s", page, err.msg);
    return grammar;
}

/* One text, without its new line. */
static const char *write_text(const struct grammar *grammar, struct rng *rng)
{
    static char text[GRAMMAR_TEXT_MAX + 1];
    size_t n = grammar_write(grammar, rng, text);
    cr_assert(n >= 1 && n <= GRAMMAR_TEXT_MAX);
    cr_assert_eq(text[n - 1], '\n');
    text[n - 1] = '\0';
    return text;
}

static void expect_text(const char *page, const char *wanted)
{
    struct grammar *grammar = read_page(page);
    struct rng rng = rng_stream(1, 1);
    cr_expect_str_eq(write_text(grammar, &rng), wanted);
    grammar_destroy(grammar);
}

static void expect_refused(const char *page, size_t length, const char *where, const char *what)
{
    struct err err = {0};
    struct grammar *grammar = grammar_read("t.grammar", page, length, &err);
    cr_expect_null(grammar, "%s was read", page);
    grammar_destroy(grammar);
    cr_expect_eq(err.code, ERR_FAILED);
    cr_expect_null(strpbrk(err.msg, "\n\r\t\033"), "more than one clean line: %s", err.msg);
    cr_expect_eq(strncmp(err.msg, where, strlen(where)), 0, "not at %s: %s", where, err.msg);
    cr_expect_not_null(strstr(err.msg, what), "'%s' is not in: %s", what, err.msg);
}

/* ---- what is written ------------------------------------------------------------------------ */

Test(grammar, a_line_is_written_as_it_stands)
{
    expect_text("text:\n  one & two\n", "one & two");
    expect_text("text:\n\tbehind a tab\n", "behind a tab");
    expect_text("text:\n  # no comment, and  two blanks \n", "# no comment, and  two blanks ");
    expect_text("# a comment\n\ntext:\n\n  # not\n# a comment between\n", "# not");
    expect_text("text:\n  a\\nb\\n", "a\nb\n");
    expect_text("text:\n  a\\b\\", "a\\b\\");
    expect_text("text:\r\n  windows\r\n", "windows");
    expect_text("\xEF\xBB\xBFtext:\n  marked as UTF-8\n", "marked as UTF-8");
    expect_text("text:\n  no new line at the end", "no new line at the end");
}

Test(grammar, names_stand_for_lines_of_their_rules)
{
    expect_text("text:\n  the $who_is $does.\nwho_is:\n  sea\ndoes:\n  $verb\nverb:\n  rose\n",
                "the sea rose.");
    expect_text("verb:\n  rose\ntext:\n  $verb$verb2$verb", "roseroserose");
    expect_text("text:\n  ($a)\na:\n  x\n", "(x)");
}

Test(grammar, title_and_prompt)
{
    struct grammar *grammar = read_page("@title  two words \n@prompt the old \ntext:\n  a\n");
    cr_expect_str_eq(grammar_title(grammar), " two words ");
    cr_expect_str_eq(grammar_prompt(grammar), "the old ");
    grammar_destroy(grammar);
    grammar = read_page("@prompt\r\ntext:\n  a\n");
    cr_expect_str_eq(grammar_title(grammar), "");
    cr_expect_str_eq(grammar_prompt(grammar), "");
    grammar_destroy(grammar);
    grammar = read_page("@title a title that is a good deal longer than a panel is wide\n"
                        "@prompt and a prompt that is as long as that, and then a little longer\n"
                        "text:\n  a\n");
    cr_expect_eq(strlen(grammar_title(grammar)), GRAMMAR_TITLE_MAX - 1);
    cr_expect_eq(strlen(grammar_prompt(grammar)), GRAMMAR_PROMPT_MAX - 1);
    grammar_destroy(grammar);
}

Test(grammar, a_line_that_stands_twice_is_twice_as_likely)
{
    enum { N = 30000 };
    struct grammar *grammar = read_page("text:\n  a\n  a\n  b\n");
    struct rng rng = rng_stream(2, 2);
    int n_a = 0;
    for (int i = 0; i < N; i++) {
        n_a += strcmp(write_text(grammar, &rng), "a") == 0;
    }
    cr_expect(abs(n_a - 2 * N / 3) < 330, "%d of %d", n_a, N); /* four deviations */
    grammar_destroy(grammar);
}

Test(grammar, the_same_number_is_the_same_another_number_another)
{
    struct grammar *grammar =
        read_page("text:\n  $v1$v2$v1$v$v3$v2$v3 $w1\nv:\n  a\n  b\n  c\nw:\n  a\n");
    struct rng rng = rng_stream(3, 3);
    bool is_free = false; /* without a number it may be any */
    for (int i = 0; i < 2000; i++) {
        const char *t = write_text(grammar, &rng);
        cr_assert(t[0] == t[2] && t[1] == t[5] && t[4] == t[6], "%s", t);
        cr_assert(t[0] != t[1] && t[0] != t[4] && t[1] != t[4], "%s", t);
        is_free |= t[3] == t[0];
        cr_assert_eq(t[8], 'a', "another rule's are no matter");
    }
    cr_expect(is_free);
    grammar_destroy(grammar);
}

/* What was once kept in 64 bytes, and 32 of them. */
Test(grammar, numbers_hold_for_long_and_many_texts)
{
    char page[16384] = "text:\n  $long1|$long2|$long1|";
    for (int half = 0; half < 2; half++) {
        for (int i = 0; i < 60; i++) {
            snprintf(page + strlen(page), 16, "$digit%d", i);
        }
        strcat(page, "|");
    }
    strcat(page, "\nlong:\n  $part$part$part$part$part$part\npart:\n");
    for (int i = 0; i < 8; i++) {
        snprintf(page + strlen(page), 64, "  %d is one of many parts\n", i);
    }
    strcat(page, "digit:\n");
    for (int i = 0; i < 80; i++) {
        snprintf(page + strlen(page), 16, "  %c%c\n", 'a' + i / 10, 'a' + i % 10);
    }
    struct grammar *grammar = read_page(page);
    struct rng rng = rng_stream(4, 4);
    for (int i = 0; i < 50; i++) {
        char text[GRAMMAR_TEXT_MAX + 1], *rest = text;
        snprintf(text, sizeof text, "%s", write_text(grammar, &rng));
        const char *one = strtok_r(rest, "|", &rest), *two = strtok_r(rest, "|", &rest),
                   *again = strtok_r(rest, "|", &rest);
        cr_assert_str_eq(one, again);
        cr_assert_str_neq(one, two);
        const char *digits = strtok_r(rest, "|", &rest), *same = strtok_r(rest, "|", &rest);
        cr_assert(digits && same && strlen(digits) == 120);
        cr_assert_str_eq(digits, same);
    }
    grammar_destroy(grammar);
}

Test(grammar, a_name_in_itself_is_what_stands_inside)
{
    struct grammar *grammar = read_page("text:\n  $a1 $a1\na:\n  x\n  ($a1)\n");
    struct rng rng = rng_stream(5, 5);
    for (int i = 0; i < 500; i++) {
        const char *text = write_text(grammar, &rng);
        size_t n = strlen(text);
        cr_assert(text[n - 1] == 'x' || text[n - 1] == ')', "%s", text);
    }
    grammar_destroy(grammar);
}

Test(grammar, the_same_dice_write_the_same)
{
    struct grammar *grammar = read_page("text:\n  $a$a$a$a$a$a$a$a\na:\n  x\n  y\n  z\n");
    for (int seed = 0; seed < 20; seed++) {
        char first[64], other[64];
        struct rng rng = rng_stream((uint64_t)seed, 0), same = rng,
                   another = rng_stream((uint64_t)seed + 1, 0);
        snprintf(first, sizeof first, "%s", write_text(grammar, &rng));
        snprintf(other, sizeof other, "%s", write_text(grammar, &another));
        cr_expect_str_eq(write_text(grammar, &same), first);
        cr_expect_str_neq(other, first);
    }
    grammar_destroy(grammar);
}

/* ---- what is refused ------------------------------------------------------------------------ */

Test(grammar, a_broken_page_gives_a_line_with_its_place)
{
    static const struct {
        const char *page, *where, *what;
    } cases[] = {
        {"", "t.grammar:1: ", "'text:' expected"},
        {"# only this\n", "t.grammar:1: ", "'text:' expected"},
        {"a:\n  b\n", "t.grammar:1: ", "'text:' expected"},
        {"  a\ntext:\n  b\n", "t.grammar:1: ", "name before its first line expected, found 'a'"},
        {"text:\n  a $b\n", "t.grammar:2: ", "name of a rule after $ expected, found '$b'"},
        {"text:\n  a\n\nb:\n  5 $ 3\n", "t.grammar:5: ", "found '$'"},
        {"text:\n  a $B\n", "t.grammar:2: ", "found '$'"},
        {"text:\n  a\nText:\n  b\n", "t.grammar:3: ", "found 'Text:'"},
        {"text:\n  a\nb: c\n", "t.grammar:3: ", "found 'b: c'"},
        {"text:\n  a\nb\n  c\n", "t.grammar:3: ", "with a colon"},
        {"text:\n  a\nunlined_line\n", "t.grammar:3: ", "indented"},
        {"text:\n  a\nabcdefghijklmnopqrstuvwx:\n  b\n", "t.grammar:3: ", "1 to 23 small letters"},
        {"text:\n  a\ntext:\n  b\n", "t.grammar:3: ", "each rule once"},
        {"text:\n  $a\na:\n", "t.grammar:3: ", "one indented line below it expected, found 'a'"},
        {"text:\nb:\n  c\n", "t.grammar:1: ", "found 'text'"},
        {"text:\n  $text\n", "t.grammar:1: ", "does not lead back to the rule"},
        {"text:\n  $a\na:\n  x$b\n  y$b\nb:\n  $a\n", "t.grammar:3: ", "found 'a'"},
        {"text:\n  b\na:\n  $a\n", "t.grammar:3: ", "found 'a'"},
        {"@name x\ntext:\n  a\n", "t.grammar:1: ", "@title or @prompt expected, found '@name x'"},
        {"@titles x\ntext:\n  a\n", "t.grammar:1: ", "@title or @prompt"},
        {"text:\n  a\n\n  b\x1b[2J\n", "t.grammar:4: ", "found 'byte 0x1b'"},
        {"text:\n  a\rb\n", "t.grammar:2: ", "found 'byte 0x0d'"},
        {"text:\n  a\n\xff\xfe:\n", "t.grammar:3: ", "found '??:'"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        expect_refused(cases[i].page, strlen(cases[i].page), cases[i].where, cases[i].what);
    }
    expect_refused("text:\n  a\n  b\0c\n", 16, "t.grammar:3: ", "found 'byte 0x00'");
    /* A name of 24 letters was once cut to that of a rule. */
    expect_refused("text:\n  $abcdefghijklmnopqrstuvwx\nabcdefghijklmnopqrstuvw:\n  a\n", 62,
                   "t.grammar:2: ", "name of a rule");
}

/* `head`, then n times `left`, two letters, `right`, a number and a new line. */
static char *many(const char *head, int n, const char *left, const char *right)
{
    char *page = malloc(32 * (size_t)n + strlen(head) + 1), *at = page;
    at += sprintf(at, "%s", head);
    for (int i = 0; i < n; i++) {
        at += sprintf(at, "%s%c%c%s%d\n", left, 'a' + i / 26 % 26, 'a' + i % 26, right, i);
    }
    return page;
}

Test(grammar, has_an_end)
{
    char *page = many("text:\n  $raa\n", 127, "r", ":\n  ");
    grammar_destroy(read_page(page));
    free(page);
    page = many("text:\n  $raa\n", 128, "r", ":\n  ");
    expect_refused(page, strlen(page), "t.grammar:257: ", "at most 128 rules");
    free(page);
    page = many("a:\n  x\ntext:\n", 256, "  ", "$a");
    grammar_destroy(read_page(page));
    free(page);
    page = many("a:\n  x\ntext:\n", 257, "  ", "$a");
    expect_refused(page, strlen(page), "t.grammar:260: ", "at most 256 names with numbers");
    free(page);
    page = many("text:\n", 20000, "  ", "");
    expect_refused(page, strlen(page), "t.grammar: ", "at most 65536 bytes");
    free(page);
}

/* ---- pages that would take for ever --------------------------------------------------------- */

/* The time of as many symbols as a session has of a kind. */
static void expect_quick(const char *page)
{
    struct grammar *grammar = read_page(page);
    struct rng rng = rng_stream(6, 6);
    char text[GRAMMAR_TEXT_MAX];
    int64_t begin = clock_ns();
    for (size_t n = 0; n < TEXT_TRAIN_MAX;) {
        n += grammar_write(grammar, &rng, text);
    }
    double seconds = (double)(clock_ns() - begin) * 1e-9;
    cr_expect_lt(seconds, 8, "%.60s ...: %g s", page, seconds); /* a sanitizer's, on a busy core */
    grammar_destroy(grammar);
}

Test(grammar, exponential_pages_end_quickly)
{
    static char page[65536];
    expect_quick("text:\n  $text$text\n  $text$text\n  x\n");
    expect_quick("text:\n  $text1$text2$text3\n  $text4$text5\n  x\n");
    /* A line of nothing but names, longer than what is written. */
    strcpy(page, "text:\n  ");
    for (int i = 0; i < 30000; i++) {
        strcat(page + 2 * i, "$a");
    }
    strcat(page, "\na:\n  x\n");
    expect_quick(page);
    /* Doubling at each of 60 rules; behind the depth the only way on is the same. */
    strcpy(page, "text:\n  $daa$daa\n");
    for (int i = 0; i < 60; i++) {
        sprintf(page + strlen(page), "d%c%c:\n  $d%c%c$d%c%c\n", 'a' + i / 26, 'a' + i % 26,
                'a' + (i + 1) / 26, 'a' + (i + 1) % 26, 'a' + (i + 1) / 26, 'a' + (i + 1) % 26);
    }
    sprintf(page + strlen(page), "dci:\n  x\n");
    expect_quick(page);
}

/* What cannot be another is tried twenty times at every level: 20^15 times in all. */
Test(grammar, vain_tries_come_to_an_end)
{
    static char page[8192];
    strcpy(page, "text:\n ");
    for (int i = 14; i >= 0; i--) {
        sprintf(page + strlen(page), " $%c0", 'a' + i);
    }
    strcat(page, "$a9\n");
    for (int i = 0; i < 14; i++) {
        sprintf(page + strlen(page), "%c:\n  x\n  $%c9\n", 'a' + i, 'a' + i + 1);
    }
    strcat(page, "o:\n  x\n");
    expect_quick(page);
}

Test(grammar, any_bytes_are_a_grammar_or_a_line)
{
    static const char good[] =
        "@title t\n@prompt p\ntext:\n  $a1 $a2 $b\n  x\\n\na:\n  y\n  z$b\nb:\n"
        "  w\n";
    static const char signs[] = "$:@ \n\t\r#abtextp129\\\xff\x80";
    srand(7);
    int n_read = 0;
    for (int run = 0; run < 20000; run++) {
        char page[sizeof good + 8];
        size_t length = sizeof good - 1;
        memcpy(page, good, sizeof good);
        for (int i = rand() % 6; i >= 0; i--) {
            page[rand() % (int)length] = signs[rand() % (int)sizeof signs];
        }
        length -= rand() % 4 == 0 ? (size_t)rand() % length : 0;
        struct err err = {0};
        struct grammar *grammar = grammar_read("t", page, length, &err);
        if (!grammar) {
            cr_assert(err.code == ERR_FAILED && err.msg[0]);
            continue;
        }
        struct rng rng = rng_stream(8, (uint64_t)run);
        for (int i = 0; i < 3; i++) {
            char text[GRAMMAR_TEXT_MAX];
            size_t n = grammar_write(grammar, &rng, text);
            cr_assert(n >= 1 && n <= GRAMMAR_TEXT_MAX && text[n - 1] == '\n');
        }
        n_read++;
        grammar_destroy(grammar);
    }
    cr_expect(n_read > 1000 && n_read < 19000, "%d", n_read);
}

Test(grammar, those_inside_the_program_are_sound)
{
    const char *name, *page;
    size_t size;
    enum text_set set = TEXT_SET_KINDS;
    for (int i = 0; set <= TEXT_SET_DESK; i++) {
        page = text_embedded(set, i, &name, &size);
        if (!page) {
            cr_expect_eq(i, set == TEXT_SET_DESK ? TEXT_SEASONS : 5);
            set++;
            i = -1;
            continue;
        }
        struct err err = {0};
        struct grammar *grammar = grammar_read(name, page, size, &err);
        cr_assert_not_null(grammar, "%s", err.msg);
        cr_expect(grammar_title(grammar)[0] && grammar_prompt(grammar)[0], "%s", name);
        struct rng rng = rng_stream(0, 0);
        for (int k = 0; k < 1000; k++) {
            const char *text = write_text(grammar, &rng);
            cr_assert(strlen(text) < 300 && !strchr(text, '$'), "%s", text);
        }
        grammar_destroy(grammar);
    }
}
