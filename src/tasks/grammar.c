/* SPDX-License-Identifier: MIT */
#include "tasks/grammar.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tasks/clean.h"

enum { RULES_MAX = 128, NAME_MAX_BYTES = 24, BINDINGS_MAX = 32, BOUND_MAX = 64 };
enum { DEEP = 24 /* from here on only the shortest way to an end is taken */, TRIES = 20 };

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
    char name[NAME_MAX_BYTES];
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

static int find_rule(const struct grammar *grammar, const char *name)
{
    for (int i = 0; i < grammar->n_rules; i++) {
        if (strcmp(grammar->rules[i].name, name) == 0) {
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
                        "a rule's name of small letters with a colon, or an indented line expected",
                        shown, err);
    }
    struct rule rule = {.number = number, .first = grammar->n_lines, .shortest = -1};
    snprintf(rule.name, sizeof rule.name, "%.*s", n, text);
    if (grammar->n_rules == RULES_MAX || find_rule(grammar, rule.name) >= 0) {
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

static bool read_page(struct grammar *grammar, struct err *err)
{
    int number = 1;
    for (const char *at = grammar->page; *at; number++) {
        int length = (int)strcspn(at, "\n"), shown = length;
        shown -= length > 0 && at[length - 1] == '\r';
        if (!read_line(grammar, at, shown, number, err)) {
            return false;
        }
        at += length + (at[length] == '\n');
    }
    return true;
}

/* The reference at `at`, which is a $; its length is 1 if none is meant. */
static struct reference reference_at(const char *at, int left)
{
    struct reference reference = {.number = -1, .length = 1};
    int n = 1;
    while (n < left && is_name(at[n])) {
        n++;
    }
    snprintf(reference.name, sizeof reference.name, "%.*s", n - 1, at + 1);
    for (; n > 1 && n < left && isdigit((unsigned char)at[n]) && reference.number < 1000; n++) {
        reference.number = (reference.number < 0 ? 0 : 10 * reference.number) + (at[n] - '0');
    }
    reference.length = n;
    return reference;
}

/* True if all that the line refers to is known to end. */
static bool line_ends(const struct grammar *grammar, const struct line *line)
{
    for (int i = 0; i < line->length; i++) {
        if (line->text[i] == '$') {
            struct reference reference = reference_at(line->text + i, line->length - i);
            int rule = find_rule(grammar, reference.name);
            if (rule >= 0 && grammar->rules[rule].shortest < 0) {
                return false;
            }
        }
    }
    return true;
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
                if (line_ends(grammar, &grammar->lines[rule->first + i])) {
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

static bool check_references(const struct grammar *grammar, struct err *err)
{
    for (int l = 0; l < grammar->n_lines; l++) {
        const struct line *line = &grammar->lines[l];
        for (int i = 0; i < line->length; i++) {
            if (line->text[i] == '$') {
                struct reference reference = reference_at(line->text + i, line->length - i);
                if (find_rule(grammar, reference.name) < 0) {
                    return complain(grammar, line->number, "the name of a rule after $ expected",
                                    reference.name, err);
                }
            }
        }
    }
    return true;
}

static bool check(struct grammar *grammar, struct err *err)
{
    grammar->text = find_rule(grammar, "text");
    if (grammar->text < 0) {
        return complain(grammar, 1, "a rule 'text:' expected", "none", err);
    }
    if (!check_references(grammar, err)) {
        return false;
    }
    find_ends(grammar);
    for (int r = 0; r < grammar->n_rules; r++) {
        const struct rule *rule = &grammar->rules[r];
        if (rule->count == 0) {
            return complain(grammar, rule->number, "at least one indented line below it expected",
                            rule->name, err);
        }
        if (rule->shortest < 0) {
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
    if (!read_page(grammar, err) || !check(grammar, err)) {
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

/* What $name1 stands for in this text. */
struct binding {
    int rule, number;
    size_t length;
    char text[BOUND_MAX];
};

struct writer {
    const struct grammar *grammar;
    struct rng *rng;
    char *text;
    size_t n;
    int n_bindings;
    struct binding bindings[BINDINGS_MAX];
};

static void put(struct writer *writer, const char *text, size_t length)
{
    size_t left = GRAMMAR_TEXT_MAX - 1 - writer->n; /* a new line always fits */
    length = length < left ? length : left;
    memcpy(writer->text + writer->n, text, length);
    writer->n += length;
}

static void write_rule(struct writer *writer, int number, int depth);

/* True if another number of the same rule stands for the text that was just written. */
static bool is_taken(const struct writer *writer, int rule, const char *text, size_t length)
{
    for (int i = 0; i < writer->n_bindings; i++) {
        const struct binding *other = &writer->bindings[i];
        if (other->rule == rule && other->length == length &&
            memcmp(other->text, text, length) == 0) {
            return true;
        }
    }
    return false;
}

static void write_bound(struct writer *writer, int rule, int number, int depth)
{
    for (int i = 0; i < writer->n_bindings; i++) {
        const struct binding *binding = &writer->bindings[i];
        if (binding->rule == rule && binding->number == number) {
            put(writer, binding->text, binding->length);
            return;
        }
    }
    size_t begin = writer->n;
    for (int i = 0; i < TRIES; i++) {
        writer->n = begin;
        write_rule(writer, rule, depth);
        if (!is_taken(writer, rule, writer->text + begin, writer->n - begin)) {
            break;
        }
    }
    size_t length = writer->n - begin;
    if (writer->n_bindings < BINDINGS_MAX && length <= BOUND_MAX) {
        struct binding *binding = &writer->bindings[writer->n_bindings++];
        binding->rule = rule;
        binding->number = number;
        binding->length = length;
        memcpy(binding->text, writer->text + begin, length);
    }
}

/* Returns at once when there is no more room, so that no grammar takes for ever. */
static void write_rule(struct writer *writer, int number, int depth)
{
    const struct grammar *grammar = writer->grammar;
    const struct rule *rule = &grammar->rules[number];
    if (writer->n == GRAMMAR_TEXT_MAX - 1) {
        return; /* full */
    }
    int chosen = depth < DEEP ? rng_below(writer->rng, rule->count) : rule->shortest;
    const struct line *line = &grammar->lines[rule->first + chosen];
    for (int i = 0; i < line->length;) {
        const char *at = line->text + i;
        int left = line->length - i;
        if (*at == '$') {
            struct reference reference = reference_at(at, left);
            int referred = find_rule(grammar, reference.name);
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
