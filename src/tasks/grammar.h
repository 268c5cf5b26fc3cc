/* SPDX-License-Identifier: MIT
 * Grammars: text without end from a page of templates.
 *
 *   # a comment
 *   @title code                     what the kind of text is called
 *   @prompt int add(                what it is asked to continue
 *   text:                           every text is one of these, with a new line behind it
 *     int $verb(int $v1, int $v2) { return $v1 $op $v2; }
 *   verb:
 *     add
 *     sub
 *
 * $name stands for one of the rule's lines, each as likely as the other (a line that stands twice
 * is twice as likely).  With a number behind it, it is the same wherever it stands in a text, and
 * another than that of the same rule with another number, if the rule has as many.  \n in a line is
 * a new line. */
#ifndef OUBLI_TASKS_GRAMMAR_H
#define OUBLI_TASKS_GRAMMAR_H

#include <stddef.h>

#include "base/err.h"
#include "base/rng.h"

enum { GRAMMAR_TITLE_MAX = 32, GRAMMAR_PROMPT_MAX = 48, GRAMMAR_TEXT_MAX = 2000 };

struct grammar; /* opaque */

/* Reads the page; `name` stands in messages, as a file's name does.  Returns owned; NULL and err
 * (ERR_FAILED) with the line that makes no sense: a rule that is not there, that has no lines, or
 * that never comes to an end. */
struct grammar *grammar_read(const char *name, const char *page, size_t length, struct err *err)
    __attribute__((warn_unused_result));
void grammar_destroy(struct grammar *grammar);

const char *grammar_title(const struct grammar *grammar);
const char *grammar_prompt(const struct grammar *grammar);

/* Writes one text with its new line, at most GRAMMAR_TEXT_MAX bytes, no NUL; returns how many. */
size_t grammar_write(const struct grammar *grammar, struct rng *rng, char text[GRAMMAR_TEXT_MAX]);

#endif
