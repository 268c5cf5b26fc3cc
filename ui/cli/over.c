/* SPDX-License-Identifier: MIT */
#include "ui/cli/over.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"
#include "ui/cli/options.h"

enum { NUMBER_MAX = 32, WORD_MAX = 8 };

/* LOW..HIGH and how many numbers in between. */
struct spaced {
    double low, high;
    bool is_log;
    int n;
};

static bool no_memory(struct err *err)
{
    return err_set(err, ERR_FAILED, "memory: none left for the values of --over");
}

/* ---- keys ---- */

static bool is_vetoed(const char *key)
{
    static const char *const vetoed[] = {"seed", "seeds", "set", "learner"};
    for (size_t i = 0; i < sizeof vetoed / sizeof *vetoed; i++) {
        if (strcmp(vetoed[i], key) == 0) {
            return true;
        }
    }
    return false;
}

/* An option of a run, with a value. */
static bool is_option(const struct option *option)
{
    return (option->uses & USE_RUN) && (option->uses & USE_SWEEP) && option->argument &&
           !is_vetoed(option->name);
}

static const struct option *find_option(const char *key)
{
    for (const struct option *option = option_table(); option->name; option++) {
        if (is_option(option) && strcmp(option->name, key) == 0) {
            return option;
        }
    }
    return NULL;
}

static bool unknown_key(const char *key, struct err *err)
{
    struct nearest nearest = {.typed = key};
    if (strncmp(key, "seed", 4) == 0) {
        return err_set(err, ERR_USAGE,
                       "--over: a parameter or an option of oubli run expected, found '%s'; seeds "
                       "are given by --seed and --seeds",
                       key);
    }
    for (int i = 0; i < PARAM_COUNT; i++) {
        nearest_offer(&nearest, param_at((enum param_id)i)->name);
    }
    for (const struct option *option = option_table(); option->name; option++) {
        if (is_option(option)) {
            nearest_offer(&nearest, option->name);
        }
    }
    return nearest.word
               ? err_set(err, ERR_USAGE,
                         "--over: no parameter or option is called '%s'; did you mean %s?", key,
                         nearest.word)
               : err_set(err, ERR_USAGE,
                         "--over: a parameter or an option of oubli run expected, found '%s'; see: "
                         "oubli list parameters",
                         key);
}

static bool take_key(struct over *over, const char *text, struct err *err)
{
    const char *equals = strchr(text, '=');
    enum param_id id;
    if (!equals || equals == text || equals - text >= MERGED_NAME_MAX) {
        return err_set(err, ERR_USAGE,
                       "--over: KEY=VALUE,... or 'KEY=LOW..HIGH log N' expected, as in "
                       "'ewc.lambda=1..1e4 log 9'; found '%.60s'",
                       text);
    }
    snprintf(over->key, sizeof over->key, "%.*s", (int)(equals - text), text);
    over->spec = equals + 1;
    return ((param_find(over->key, &id) || find_option(over->key)) && merged_is_key(over->key)) ||
           unknown_key(over->key, err);
}

/* ---- numbers ---- */

/* A number as a person writes it, up to `end`: no "inf", no "0x10". */
static bool read_number(const char *text, const char *end, double *value)
{
    char word[NUMBER_MAX], *stop;
    size_t length = (size_t)(end - text);
    if (length == 0 || length >= sizeof word) {
        return false;
    }
    snprintf(word, sizeof word, "%.*s", (int)length, text);
    *value = strtod(word, &stop);
    return *stop == '\0' && strspn(word, "0123456789+-.eE") == length && isfinite(*value);
}

/* Shortest text that reads back as the same number. */
static void print_number(char text[NUMBER_MAX], double value)
{
    for (int digits = 6; digits <= 17; digits++) {
        snprintf(text, NUMBER_MAX, "%.*g", digits, value);
        if (strtod(text, NULL) == value) {
            break;
        }
    }
}

/* Where the key counts, as far as is known: of an option its ends tell. */
static bool is_counted(const char *key, const struct spaced *range)
{
    enum param_id id;
    const struct param *param = param_find(key, &id);
    return param ? param->kind == PARAM_KIND_INT
                 : range->low == floor(range->low) && range->high == floor(range->high);
}

/* The i-th of them: the ends as they are, those in between with six digits, or whole. */
static void number_at(const struct spaced *range, bool is_whole, int i, char text[NUMBER_MAX])
{
    double part = (double)i / (range->n - 1);
    double value = i == 0              ? range->low
                   : i == range->n - 1 ? range->high
                   : range->is_log     ? range->low * pow(range->high / range->low, part)
                                       : range->low + part * (range->high - range->low);
    if (is_whole) {
        value = round(value);
    } else if (i > 0 && i < range->n - 1) {
        snprintf(text, NUMBER_MAX, "%.6g", value);
        value = strtod(text, NULL);
    }
    print_number(text, value);
}

/* ---- values ---- */

static bool wants_range(const struct over *over, const char *why, struct err *err)
{
    return err_set(err, ERR_USAGE,
                   "--over %s: %s, as in '1..1e4 log 9' or '0..1 lin 5'; found '%.60s'", over->key,
                   why, over->spec);
}

/* "log 9", "lin 9", "9": what stands behind LOW..HIGH. */
static bool read_spacing(const struct over *over, const char *text, struct spaced *range,
                         struct err *err)
{
    char word[WORD_MAX] = "", rest[2] = "";
    enum param_id id;
    const struct param *param = param_find(over->key, &id);
    int n_read = sscanf(text, " %7[a-z] %6d %1s", word, &range->n, rest);
    if (n_read < 1) {
        word[0] = '\0';
        n_read = sscanf(text, " %6d %1s", &range->n, rest) + 1;
    }
    bool is_word = word[0] == '\0' || strcmp(word, "log") == 0 || strcmp(word, "lin") == 0;
    if (!is_word || n_read != 2 || range->n < 2 || range->n > OVER_VALUES_MAX) {
        char why[80];
        snprintf(why, sizeof why, "LOW..HIGH, log or lin, and 2 to %d numbers expected",
                 OVER_VALUES_MAX);
        return wants_range(over, why, err);
    }
    range->is_log = word[0] ? word[1] == 'o' : param && param->factor > 0 && range->low > 0;
    return true;
}

static bool read_range(const struct over *over, const char *dots, struct spaced *range,
                       struct err *err)
{
    const char *high = dots + 2, *end = high + strcspn(high, " \t");
    if (!read_number(high, end, &range->high) || range->low >= range->high) {
        return wants_range(over, "LOW..HIGH, the lower first, expected", err);
    }
    if (!read_spacing(over, end, range, err)) {
        return false;
    }
    return !range->is_log || range->low > 0 ||
           wants_range(over, "equal ratios begin above 0: a positive LOW, or lin, expected", err);
}

/* 0.1 and 1e-1 of a parameter are one value, whose runs would count twice. */
static bool is_same_value(const struct over *over, const char *a, const char *b)
{
    enum param_id id;
    double one, other;
    return strcmp(a, b) == 0 ||
           (param_find(over->key, &id) && read_number(a, a + strlen(a), &one) &&
            read_number(b, b + strlen(b), &other) && one == other);
}

static bool add_value(struct over *over, const char *text, size_t length, struct err *err)
{
    char *copy = strndup(text, length);
    if (!copy) {
        return no_memory(err);
    }
    over->values[over->n++] = copy;
    if (length == 0) {
        return err_set(err, ERR_USAGE, "--over %s: a value between commas expected, found '%.60s'",
                       over->key, over->spec);
    }
    for (int i = 0; i < over->n - 1; i++) {
        if (is_same_value(over, over->values[i], copy)) {
            return err_set(err, ERR_USAGE,
                           "--over %s: each value once expected, found %.40s twice in '%.60s'",
                           over->key, copy, over->spec);
        }
    }
    return true;
}

static bool fill_range(struct over *over, const char *dots, struct spaced *range, struct err *err)
{
    bool ok = read_range(over, dots, range, err);
    for (int i = 0; ok && i < range->n; i++) {
        char text[NUMBER_MAX];
        number_at(range, is_counted(over->key, range), i, text);
        ok = add_value(over, text, strlen(text), err);
    }
    return ok;
}

static bool fill_list(struct over *over, struct err *err)
{
    const char *separator = strchr(over->spec, ';') ? ";" : ",", *at = over->spec;
    bool ok = true, is_last = false;
    while (ok && !is_last) {
        size_t length = strcspn(at, separator);
        is_last = at[length] == '\0';
        if (over->n == OVER_VALUES_MAX) {
            return err_set(err, ERR_USAGE, "--over %s: at most %d values expected, found more",
                           over->key, OVER_VALUES_MAX);
        }
        ok = add_value(over, at, length, err);
        at += length + 1;
    }
    return ok;
}

bool over_parse(struct over *over, const char *text, struct err *err)
{
    struct spaced range = {0};
    *over = (struct over){0};
    if (!take_key(over, text, err)) {
        return false;
    }
    over->values = calloc(OVER_VALUES_MAX, sizeof *over->values);
    if (!over->values) {
        return no_memory(err);
    }
    const char *dots = strstr(over->spec, "..");
    bool is_range = dots && read_number(over->spec, dots, &range.low);
    bool ok = is_range ? fill_range(over, dots, &range, err) : fill_list(over, err);
    over->is_number = true;
    for (int i = 0; i < over->n; i++) {
        const char *value = over->values[i];
        double number;
        over->is_number &= read_number(value, value + strlen(value), &number);
    }
    return ok;
}

void over_fini(struct over *over)
{
    for (int i = 0; i < over->n; i++) {
        free(over->values[i]);
    }
    free(over->values);
    *over = (struct over){0};
}
