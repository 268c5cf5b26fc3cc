/* SPDX-License-Identifier: MIT */
#include "tasks/csv_cell.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { NUMBER_SIZE = 64 };

static bool is_one_of(const char *text, const char *const *marks, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (strcasecmp(text, marks[i]) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_missing(const char *text)
{
    static const char *const marks[] = {"",     "na", "n/a",  "#n/a", "nan",
                                        "-nan", "?",  "null", "<na>", "\\n"};
    return is_one_of(text, marks, sizeof marks / sizeof *marks);
}

static bool is_none(const char *text)
{
    static const char *const marks[] = {"none", "nil", "missing", "-", "--", "."};
    return is_one_of(text, marks, sizeof marks / sizeof *marks);
}

static bool read_point(const char *text, double *number)
{
    char *end;
    *number = strtod(text, &end);
    return end != text && *end == '\0' && !isnan(*number);
}

static bool read_comma(const char *text, double *number)
{
    char copy[NUMBER_SIZE], *comma;
    if (strlen(text) >= sizeof copy || strchr(text, '.')) {
        return false;
    }
    strcpy(copy, text);
    comma = strchr(copy, ',');
    if (!comma) {
        return false;
    }
    *comma = '.';
    return read_point(copy, number);
}

/* ---- dates ---- */

/* Takes a number of `least` to `most` digits at `*at`. */
static bool take_digits(const char **at, size_t least, size_t most)
{
    size_t n = strspn(*at, "0123456789");
    *at += n;
    return n >= least && n <= most;
}

static bool take_sign(const char **at, const char *signs)
{
    bool is_there = **at != '\0' && strchr(signs, **at);
    *at += is_there;
    return is_there;
}

/* The English name of a month, whole or by its first three letters. */
static bool take_month(const char **at)
{
    static const char *const names[] = {"january",   "february", "march",    "april",
                                        "may",       "june",     "july",     "august",
                                        "september", "october",  "november", "december"};
    size_t n = strspn(*at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
    bool is_month = false;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        is_month |= (n == 3 || n == strlen(names[i])) && strncasecmp(*at, names[i], n) == 0;
    }
    *at += n;
    return is_month;
}

/* 2001-05-31, 31/5/2001, 5/31/01: three numbers, one sign between them. */
static bool take_numbers(const char **at)
{
    const char *sign;
    return take_digits(at, 1, 4) && (sign = *at) && take_sign(at, "-/.") && take_digits(at, 1, 2) &&
           **at == *sign && take_sign(at, "-/.") && take_digits(at, 1, 4);
}

/* May 31 2001, May 31, 2001, 31 May 2001, 31-May-01. */
static bool take_named(const char **at)
{
    if (isdigit((unsigned char)**at)) {
        return take_digits(at, 1, 4) && take_sign(at, " -/") && take_month(at) &&
               take_sign(at, " -/") && take_digits(at, 1, 4);
    }
    bool is_begun = take_month(at) && take_sign(at, " -/") && take_digits(at, 1, 2);
    take_sign(at, ",");
    return is_begun && take_sign(at, " -/") && take_digits(at, 2, 4);
}

/* 12:30, 12:30:05.25, 12:30 PM, 12:30:05Z, 12:30+02:00. */
static bool take_time(const char **at)
{
    if (!take_digits(at, 1, 2) || !take_sign(at, ":") || !take_digits(at, 2, 2)) {
        return false;
    }
    if (take_sign(at, ":") && !take_digits(at, 2, 2)) {
        return false;
    }
    if (take_sign(at, ".,") && !take_digits(at, 1, 9)) {
        return false;
    }
    *at += **at == ' ' && strlen(*at) == 3;
    if (strcasecmp(*at, "am") == 0 || strcasecmp(*at, "pm") == 0) {
        *at += 2;
    }
    if (take_sign(at, "+-")) {
        return take_digits(at, 2, 4) && (!take_sign(at, ":") || take_digits(at, 2, 2));
    }
    take_sign(at, "Zz");
    return true;
}

static bool is_date(const char *text)
{
    const char *at = text;
    if (take_time(&at) && *at == '\0') {
        return true;
    }
    at = text;
    if (!take_numbers(&at) && (at = text, !take_named(&at))) {
        return false;
    }
    return *at == '\0' || (take_sign(&at, "Tt ") && take_time(&at) && *at == '\0');
}

/* ---- dressed numbers ---- */

/* Groups of three digits behind one to three, one sign between all of them; then a fraction. */
static bool take_groups(const char **at)
{
    if (!take_digits(at, 1, 3)) {
        return false;
    }
    const char sign = **at;
    if (sign == '\0' || !strchr(".,' ", sign)) {
        return false;
    }
    while (**at == sign) {
        ++*at;
        if (!take_digits(at, 3, 3)) {
            return false;
        }
    }
    return !take_sign(at, ".,") || take_digits(at, 1, 9);
}

static bool take_plain(const char **at)
{
    return take_digits(at, 1, 18) && (!take_sign(at, ".,") || take_digits(at, 1, 18));
}

static bool is_dressed(const char *text)
{
    const char *at = text + strspn(text, "+-"), *number = at;
    if (at - text > 1 || (!take_groups(&at) && (at = number, !take_plain(&at)))) {
        return false;
    }
    at += strspn(at, " ");
    at += *at == '%';
    return *at == '\0';
}

/* ---- */

enum csv_cell csv_cell_read(const char *text, double *number)
{
    return is_missing(text)           ? CSV_CELL_MISSING
           : read_point(text, number) ? CSV_CELL_POINT
           : read_comma(text, number) ? CSV_CELL_COMMA
           : is_none(text)            ? CSV_CELL_NONE
           : is_date(text)            ? CSV_CELL_DATE
           : is_dressed(text)         ? CSV_CELL_DRESSED
                                      : CSV_CELL_WORD;
}

bool csv_cell_is_number(enum csv_cell cell)
{
    return cell == CSV_CELL_POINT || cell == CSV_CELL_COMMA;
}
