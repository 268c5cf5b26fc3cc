/* SPDX-License-Identifier: MIT */
#include "tasks/grammar.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tasks/clean.h"

enum { PAGE_MAX_BYTES = 1 << 16, RULES_MAX = 128, NAME_MAX_BYTES = 24, BINDINGS_MAX = 256 };
enum { DEEP = 24 /* from here on only the shortest way to an end is taken */ };
/* What is to be another than before is written again until it is, at most so often; and no more
 * when that has cost a text so many rules, and so many for each character. */
enum { TRIES = 20, WORK_OF_TEXT = 128, WORK_OF_CHARACTER = 16 };

/* A line of a rule; lines of one rule stand together. */
struct line {
    const char *text; /* borrowed from the page */
    int length, number;
};

struct rule {
    char name[NAME_MAX_BYTES];
    int number;       /* of the line that names it */
    int first, count; /* of its lines */
    int shortest;     /* the one that ends soonest; -1 = not known to end */
};

struct grammar {
    char name[64]; /* of the page */
    char title[GRAMMAR_TITLE_MAX], prompt[GRAMMAR_PROMPT_MAX];
    char *page;
    int n_rules, n_lines, capacity;
    struct rule rules[RULES_MAX];
    struct line *lines;
    int text; /* the rule "text" */
};

/* What a $ in a line refers to. */
struct reference {
    const char *name; /* borrowed, not ended */
    int name_length;
    int number; /* -1 = none */
    int length; /* of all of it */
};

static bool complain(const struct grammar *grammar, int number, const char *what, const char *found,
                     struct err *err)
{
    char shown[48];
    clean_copy(shown, sizeof shown, found);
    return err_set(err, ERR_FAILED, "%s:%d: %s, found '%s'; data/README.md explains grammars",
                   grammar->name, number, what, shown);
}

/* ---- reading ---- */

static bool is_name(char c)
{
    return islower((unsigned char)c) || c == '_';
}

static int find_rule(const struct grammar *grammar, const char *name, int length)
{
    for (int i = 0; length < NAME_MAX_BYTES && i < grammar->n_rules; i++) {
        const char *candidate = grammar->rules[i].name;
        if (memcmp(candidate, name, (size_t)length) == 0 && candidate[length] == '\0') {
            return i;
        }
    }
    return -1;
}

static bool add_rule(struct grammar *grammar, const char *text, int length, int number,
                     struct err *err)
{
    int n = 0;
    while (n < length && is_name(text[n])) {
        n++;
    }
    char shown[NAME_MAX_BYTES];
    snprintf(shown, sizeof shown, "%.*s", length, text);
    if (n == 0 || n >= NAME_MAX_BYTES || n + 1 != length || text[n] != ':') {
        return complain(grammar, number,
                        "a rule's name of 1 to 23 small letters with a colon, or an indented line "
                        "expected",
                        shown, err);
    }
    struct rule rule = {.number = number, .first = grammar->n_lines, .shortest = -1};
    snprintf(rule.name, sizeof rule.name, "%.*s", n, text);
    if (grammar->n_rules == RULES_MAX || find_rule(grammar, text, n) >= 0) {
        return complain(grammar, number,
                        grammar->n_rules == RULES_MAX ? "at most 128 rules expected"
                                                      : "each rule once expected",
                        shown, err);
    }
    grammar->rules[grammar->n_rules++] = rule;
    return true;
}

static bool add_line(struct grammar *grammar, const char *text, int length, int number,
                     struct err *err)
{
    if (grammar->n_rules == 0) {
        char shown[48];
        snprintf(shown, sizeof shown, "%.*s", length, text);
        return complain(grammar, number, "a rule's name before its first line expected", shown,
                        err);
    }
    if (grammar->n_lines == grammar->capacity) {
        int capacity = grammar->capacity ? 2 * grammar->capacity : 64;
        struct line *lines = realloc(grammar->lines, (size_t)capacity * sizeof *lines);
        if (!lines) {
            return err_set(err, ERR_FAILED, "memory: no room for a grammar");
        }
        grammar->lines = lines;
        grammar->capacity = capacity;
    }
    grammar->lines[grammar->n_lines++] = (struct line){text, length, number};
    grammar->rules[grammar->n_rules - 1].count++;
    return true;
}

/* "@title code": false if it is neither of the two. */
static bool take_header(struct grammar *grammar, const char *text, int length)
{
    char word[16] = "";
    int n = 0;
    sscanf(text, "@%15[a-z]%n", word, &n);
    bool is_title = strcmp(word, "title") == 0;
    if (!is_title && strcmp(word, "prompt") != 0) {
        return false;
    }
    n += n < length && text[n] == ' ';
    snprintf(is_title ? grammar->title : grammar->prompt,
             is_title ? sizeof grammar->title : sizeof grammar->prompt, "%.*s", length - n,
             text + n);
    return true;
}

static bool read_line(struct grammar *grammar, const char *text, int length, int number,
                      struct err *err)
{
    int blank = 0;
    while (blank < length && (text[blank] == ' ' || text[blank] == '\t')) {
        blank++;
    }
    if (blank == length || text[0] == '#') {
        return true;
    }
    if (blank > 0) {
        return add_line(grammar, text + blank, length - blank, number, err);
    }
    if (text[0] == '@') {
        char shown[48];
        snprintf(shown, sizeof shown, "%.*s", length, text);
        return take_header(grammar, text, length) ||
               complain(grammar, number, "@title or @prompt expected", shown, err);
    }
    return add_rule(grammar, text, length, number, err);
}

/* A page has no control characters but those that make lines and blanks. */
static bool check_page(const struct grammar *grammar, size_t length, struct err *err)
{
    int number = 1;
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)grammar->page[i];
        bool ends_line =
            c == '\n' || (c == '\r' && (i + 1 == length || grammar->page[i + 1] == '\n'));
        if ((c < ' ' || c == 0x7f) && c != '\t' && !ends_line) {
            char found[16];
            snprintf(found, sizeof found, "byte 0x%02x", c);
            return complain(grammar, number, "a text without control characters expected", found,
                            err);
        }
        number += c == '\n';
    }
    return true;
}

static bool read_page(struct grammar *grammar, struct err *err)
{
    static const char mark[] = "\xEF\xBB\xBF"; /* that some editors put before UTF-8 */
    bool is_marked = strncmp(grammar->page, mark, sizeof mark - 1) == 0;
    int number = 1;
    for (const char *at = grammar->page + (is_marked ? sizeof mark - 1 : 0); *at; number++) {
        int length = (int)strcspn(at, "\n"), shown = length;
        shown -= length > 0 && at[length - 1] == '\r';
        if (!read_line(grammar, at, shown, number, err)) {
            return false;
        }
        at += length + (at[length] == '\n');
    }
    return true;
}

/* The reference at `at`, which is a $. */
static struct reference reference_at(const char *at, int left)
{
    struct reference reference = {.name = at + 1, .number = -1};
    int n = 1;
    while (n < left && is_name(at[n])) {
        n++;
    }
    reference.name_length = n - 1;
    for (; n > 1 && n < left && isdigit((unsigned char)at[n]) && reference.number < 1000; n++) {
        reference.number = (reference.number < 0 ? 0 : 10 * reference.number) + (at[n] - '0');
    }
    reference.length = n;
    return reference;
}

/* The first rule the line refers to that is not known to end, -1 = none. */
static int find_endless(const struct grammar *grammar, const struct line *line)
{
    for (int i = 0; i < line->length; i++) {
        if (line->text[i] == '$') {
            struct reference reference = reference_at(line->text + i, line->length - i);
            int rule = find_rule(grammar, reference.name, reference.name_length);
            if (rule >= 0 && grammar->rules[rule].shortest < 0) {
                return rule;
            }
        }
    }
    return -1;
}

/* Finds for each rule the line that comes to an end in the fewest rounds. */
static void find_ends(struct grammar *grammar)
{
    int found[RULES_MAX], n_found;
    do {
        n_found = 0;
        for (int r = 0; r < grammar->n_rules; r++) {
            struct rule *rule = &grammar->rules[r];
            found[r] = -1;
            for (int i = 0; i < rule->count && rule->shortest < 0 && found[r] < 0; i++) {
                if (find_endless(grammar, &grammar->lines[rule->first + i]) < 0) {
                    found[r] = i;
                    n_found++;
                }
            }
        }
        for (int r = 0; r < grammar->n_rules; r++) {
            grammar->rules[r].shortest = found[r] >= 0 ? found[r] : grammar->rules[r].shortest;
        }
    } while (n_found > 0);
}

/* The references with numbers, each once. */
struct numbered {
    int n;
    int rule[BINDINGS_MAX], number[BINDINGS_MAX];
};

static bool take_number(struct numbered *seen, int rule, int number)
{
    for (int i = 0; i < seen->n; i++) {
        if (seen->rule[i] == rule && seen->number[i] == number) {
            return true;
        }
    }
    if (seen->n == BINDINGS_MAX) {
        return false;
    }
    seen->rule[seen->n] = rule;
    seen->number[seen->n++] = number;
    return true;
}

/* Each refers to a rule, and all numbered ones can be kept in mind at once. */
static bool check_references(const struct grammar *grammar, struct err *err)
{
    struct numbered seen = {0};
    for (int l = 0; l < grammar->n_lines; l++) {
        const struct line *line = &grammar->lines[l];
        for (int i = 0; i < line->length; i++) {
            if (line->text[i] != '$') {
                continue;
            }
            struct reference reference = reference_at(line->text + i, line->length - i);
            int rule = find_rule(grammar, reference.name, reference.name_length);
            bool fits = reference.number < 0 || take_number(&seen, rule, reference.number);
            if (rule < 0 || !fits) {
                char shown[48];
                snprintf(shown, sizeof shown, "%.*s", reference.length, line->text + i);
                return complain(grammar, line->number,
                                rule < 0 ? "the name of a rule after $ expected"
                                         : "at most 256 names with numbers expected",
                                shown, err);
            }
        }
    }
    return true;
}

/* Of a rule that never ends, one that it leads to and that leads back to itself. */
static const struct rule *find_circle(const struct grammar *grammar, int rule)
{
    for (int i = 0; i < grammar->n_rules; i++) {
        rule = find_endless(grammar, &grammar->lines[grammar->rules[rule].first]);
    }
    return &grammar->rules[rule];
}

static bool check(struct grammar *grammar, struct err *err)
{
    grammar->text = find_rule(grammar, "text", 4);
    if (grammar->text < 0) {
        return complain(grammar, 1, "a rule 'text:' expected", "none", err);
    }
    for (int r = 0; r < grammar->n_rules; r++) {
        const struct rule *rule = &grammar->rules[r];
        if (rule->count == 0) {
            return complain(grammar, rule->number, "at least one indented line below it expected",
                            rule->name, err);
        }
    }
    if (!check_references(grammar, err)) {
        return false;
    }
    find_ends(grammar);
    for (int r = 0; r < grammar->n_rules; r++) {
        if (grammar->rules[r].shortest < 0) {
            const struct rule *rule = find_circle(grammar, r);
            return complain(grammar, rule->number,
                            "a line that does not lead back to the rule expected", rule->name, err);
        }
    }
    return true;
}

struct grammar *grammar_read(const char *name, const char *page, size_t length, struct err *err)
{
    struct grammar *grammar = calloc(1, sizeof *grammar);
    char *copy = malloc(length + 1);
    if (!grammar || !copy) {
        free(grammar);
        free(copy);
        err_set(err, ERR_FAILED, "memory: no room for a grammar");
        return NULL;
    }
    memcpy(copy, page, length);
    copy[length] = '\0';
    grammar->page = copy;
    clean_copy(grammar->name, sizeof grammar->name, name);
    bool fits = length <= PAGE_MAX_BYTES ||
                err_set(err, ERR_FAILED, "%s: a grammar of at most %d bytes expected, found more",
                        grammar->name, (int)PAGE_MAX_BYTES);
    if (!fits || !check_page(grammar, length, err) || !read_page(grammar, err) ||
        !check(grammar, err)) {
        grammar_destroy(grammar);
        return NULL;
    }
    clean_text(grammar->title);
    return grammar;
}

void grammar_destroy(struct grammar *grammar)
{
    if (grammar) {
        free(grammar->lines);
        free(grammar->page);
        free(grammar);
    }
}

const char *grammar_title(const struct grammar *grammar)
{
    return grammar->title;
}

const char *grammar_prompt(const struct grammar *grammar)
{
    return grammar->prompt;
}

/* ---- writing ---- */

/* What $name1 stands for in this text: a part of it. */
struct binding {
    int rule, number;
    size_t begin, length;
};

struct writer {
    const struct grammar *grammar;
    struct rng *rng;
    char *text;
    size_t n;
    long work; /* rules written, those of vain tries included */
    int n_bindings;
    struct binding bindings[BINDINGS_MAX];
};

/* A new line always fits. */
static bool is_full(const struct writer *writer)
{
    return writer->n == GRAMMAR_TEXT_MAX - 1;
}

static void put(struct writer *writer, const char *text, size_t length)
{
    size_t left = GRAMMAR_TEXT_MAX - 1 - writer->n;
    length = length < left ? length : left;
    memcpy(writer->text + writer->n, text, length);
    writer->n += length;
}

static void write_rule(struct writer *writer, int number, int depth);

/* True if another number of the same rule stands for what was written from `begin` on. */
static bool is_taken(const struct writer *writer, int rule, size_t begin)
{
    for (int i = 0; i < writer->n_bindings; i++) {
        const struct binding *other = &writer->bindings[i];
        if (other->rule == rule && other->length == writer->n - begin &&
            memcmp(writer->text + other->begin, writer->text + begin, other->length) == 0) {
            return true;
        }
    }
    return false;
}

static bool has_patience(const struct writer *writer)
{
    return writer->work < WORK_OF_TEXT + WORK_OF_CHARACTER * (long)writer->n;
}

static const struct binding *find_binding(const struct writer *writer, int rule, int number)
{
    for (int i = 0; i < writer->n_bindings; i++) {
        const struct binding *binding = &writer->bindings[i];
        if (binding->rule == rule && binding->number == number) {
            return binding;
        }
    }
    return NULL;
}

static void write_bound(struct writer *writer, int rule, int number, int depth)
{
    const struct binding *bound = find_binding(writer, rule, number);
    if (bound) {
        put(writer, writer->text + bound->begin, bound->length);
        return;
    }
    size_t begin = writer->n;
    int n_bindings = writer->n_bindings;
    write_rule(writer, rule, depth);
    for (int i = 1; i < TRIES && is_taken(writer, rule, begin) && has_patience(writer); i++) {
        writer->n = begin;
        writer->n_bindings = n_bindings; /* what stood for something in there is gone with it */
        write_rule(writer, rule, depth);
    }
    if (!find_binding(writer, rule, number)) { /* as it is where it contains itself */
        assert(writer->n_bindings < BINDINGS_MAX);
        writer->bindings[writer->n_bindings++] =
            (struct binding){rule, number, begin, writer->n - begin};
    }
}

static void write_rule(struct writer *writer, int number, int depth)
{
    const struct grammar *grammar = writer->grammar;
    const struct rule *rule = &grammar->rules[number];
    writer->work++;
    int chosen = depth < DEEP ? rng_below(writer->rng, rule->count) : rule->shortest;
    const struct line *line = &grammar->lines[rule->first + chosen];
    for (int i = 0; i < line->length && !is_full(writer);) {
        const char *at = line->text + i;
        int left = line->length - i;
        if (*at == '$') {
            struct reference reference = reference_at(at, left);
            int referred = find_rule(grammar, reference.name, reference.name_length);
            if (reference.number >= 0) {
                write_bound(writer, referred, reference.number, depth + 1);
            } else {
                write_rule(writer, referred, depth + 1);
            }
            i += reference.length;
        } else if (*at == '\\' && left > 1 && at[1] == 'n') {
            put(writer, "\n", 1);
            i += 2;
        } else {
            put(writer, at, 1);
            i++;
        }
    }
}

size_t grammar_write(const struct grammar *grammar, struct rng *rng, char text[GRAMMAR_TEXT_MAX])
{
    struct writer writer = {.grammar = grammar, .rng = rng, .text = text};
    write_rule(&writer, grammar->text, 0);
    text[writer.n++] = '\n';
    return writer.n;
}
