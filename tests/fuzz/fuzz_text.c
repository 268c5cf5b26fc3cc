/* SPDX-License-Identifier: MIT
 * Grammars and texts: whatever a file holds, opening it gives windows that can be read to their end
 * or one line, and soon.  The first byte says which kind of file the rest is. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/rng.h"
#include "tasks/alphabet.h"
#include "tasks/grammar.h"
#include "tasks/suite.h"
#include "tasks/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool ok)
{
    if (!ok) {
        abort();
    }
}

/* A few of its texts; a session has thousands. */
static void use_grammar(const char *page, size_t size)
{
    struct err err = {0};
    struct grammar *grammar = grammar_read("page", page, size, &err);
    if (!grammar) {
        must(err.code == ERR_FAILED && err.msg[0] != '\0');
        return;
    }
    struct rng rng = rng_stream(0, size);
    must(strlen(grammar_title(grammar)) < GRAMMAR_TITLE_MAX);
    must(strlen(grammar_prompt(grammar)) < GRAMMAR_PROMPT_MAX);
    for (int i = 0; i < 20; i++) {
        char text[GRAMMAR_TEXT_MAX];
        size_t n = grammar_write(grammar, &rng, text);
        must(n >= 1 && n <= GRAMMAR_TEXT_MAX && text[n - 1] == '\n');
    }
    grammar_destroy(grammar);
}

/* Every window of every kind, as tasks see them. */
static void read_windows(const struct dataset *text)
{
    struct suite_config config = {.name = "kinds", .n_tasks = text->n_groups, .scenario = -1};
    struct err err = {0};
    struct suite *suite = suite_create(&config, text, &err);
    must(suite != NULL);
    for (int t = 0; t < text->n_groups; t++) {
        const struct group *group = &text->groups[t];
        must(strlen(group->primer) == TEXT_CONTEXT && strlen(group->prompt) < sizeof group->prompt);
        for (int split = 0; split < 2; split++) {
            int n = split ? group->n_test : group->n_train;
            must(n > 0);
            for (int i = 0; i < n; i += n / 100 + 1) {
                real x[TEXT_CONTEXT];
                int label = suite_example(suite, t, (enum split)split, i, x);
                must(label >= 0 && label < ALPHABET_SIZE);
                must((int)x[0] >= 0 && (int)x[TEXT_CONTEXT - 1] < ALPHABET_SIZE);
            }
        }
    }
    suite_destroy(suite);
}

/* The input over and over, so that short ones are long enough. */
static void use_text(const uint8_t *data, size_t size)
{
    char path[] = "/tmp/oubli-fuzz-XXXXXX";
    int fd = mkstemp(path);
    FILE *file = fd >= 0 ? fdopen(fd, "wb") : NULL;
    must(file != NULL);
    for (size_t written = 0; written < 1500; written += size) {
        must(fwrite(data, 1, size, file) == size);
    }
    fclose(file);
    struct err err = {0};
    struct dataset *text = dataset_open(
        "text", &(struct dataset_options){.reading.text[READING_TEXTS] = path, .seed = size}, &err);
    if (text) {
        read_windows(text);
    } else {
        must(err.msg[0] != '\0');
    }
    dataset_close(text);
    unlink(path);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2) {
        return 0;
    }
    if (data[0] % 4 == 0) {
        use_text(data + 1, size - 1);
    } else {
        use_grammar((const char *)data + 1, size - 1);
    }
    return 0;
}
