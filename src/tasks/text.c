/* SPDX-License-Identifier: MIT */
#include "tasks/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/rng.h"
#include "tasks/alphabet.h"
#include "tasks/clean.h"
#include "tasks/dataset.h"
#include "tasks/formats.h"
#include "tasks/grammar.h"
#include "tasks/gz.h"
#include "tasks/plain_text.h"

enum {
    TRAIN_LENGTH = TEXT_TRAIN_MAX + TEXT_CONTEXT, /* symbols, so that every window has its next */
    TEST_LENGTH = TEXT_TEST_MAX + TEXT_CONTEXT,
    FILE_BYTES_MAX = 1 << 20, /* read of a file; what is behind it is not looked at */
    PATHS_MAX = 4096,
    FOREIGN_SAID = 1, /* percent of a text that are lost without a word */
    TEST_SHARE = 10   /* one in so many characters of a file is for testing: its end */
};

/* A kind of text, both sides of the split. */
struct kind {
    char name[GRAMMAR_TITLE_MAX], prompt[GRAMMAR_PROMPT_MAX];
    int n_train, n_test; /* symbols */
    uint8_t *train;      /* (TRAIN_LENGTH) owned */
    uint8_t *test;       /* (TEST_LENGTH) owned */
};

struct kinds {
    uint64_t seed;
    int context;          /* symbols of a window */
    const char *encoding; /* plain_text.h */
    const struct watch *watch;
    int n, n_wanted; /* made, and to be made */
    struct notes notes;
    struct kind kind[TEXT_KINDS_MAX];
};

static void free_kinds(struct kinds *kinds)
{
    for (int i = 0; i < kinds->n; i++) {
        free(kinds->kind[i].train);
        free(kinds->kind[i].test);
    }
}

/* Tells how much of it is there. */
static bool tell(const struct kinds *kinds, struct err *err)
{
    return watch_goes_on(kinds->watch, (double)kinds->n / kinds->n_wanted) ||
           err_set(err, ERR_FAILED, "text: stopped while it was being made");
}

static struct kind *add_kind(struct kinds *kinds, struct err *err)
{
    if (kinds->n == TEXT_KINDS_MAX) {
        err_set(err, ERR_USAGE, "--texts: at most %d files expected, found more",
                (int)TEXT_KINDS_MAX);
        return NULL;
    }
    struct kind *kind = &kinds->kind[kinds->n++];
    *kind = (struct kind){.train = malloc(TRAIN_LENGTH), .test = malloc(TEST_LENGTH)};
    if (!kind->train || !kind->test) {
        err_set(err, ERR_FAILED, "memory: no room for texts");
        return NULL;
    }
    return kind;
}

/* As the network sees it: folded to the alphabet. */
static void set_prompt(struct kind *kind, const char *prompt)
{
    uint8_t symbols[sizeof kind->prompt - 1];
    size_t n = alphabet_fold(prompt, strlen(prompt), symbols, sizeof symbols, NULL);
    for (size_t i = 0; i < n; i++) {
        kind->prompt[i] = alphabet_char(symbols[i]);
    }
    kind->prompt[n] = '\0';
}

/* ---- from grammars ---- */

static int generate(const struct grammar *grammar, struct rng rng, uint8_t *symbols, int length)
{
    char text[GRAMMAR_TEXT_MAX];
    int n = 0;
    while (n < length) {
        size_t written = grammar_write(grammar, &rng, text);
        n += (int)alphabet_fold(text, written, symbols + n, (size_t)(length - n), NULL);
    }
    return n;
}

/* At least two different symbols, or there is nothing to foretell. */
static bool check_variety(const struct kind *kind, const char *name, struct err *err)
{
    for (int i = 1; i < kind->n_train; i++) {
        if (kind->train[i] != kind->train[0]) {
            return true;
        }
    }
    return err_set(err, ERR_FAILED,
                   "%s: a text of different characters expected, found nothing but one; there is "
                   "nothing to foretell in it",
                   name);
}

static bool add_grammar(struct kinds *kinds, const char *name, const char *page, size_t length,
                        struct err *err)
{
    int i = kinds->n;
    struct kind *kind = add_kind(kinds, err);
    struct grammar *grammar = kind ? grammar_read(name, page, length, err) : NULL;
    if (!grammar) {
        return false;
    }
    snprintf(kind->name, sizeof kind->name, "%s", grammar_title(grammar));
    set_prompt(kind, grammar_prompt(grammar));
    kind->n_train = generate(grammar, rng_stream(kinds->seed, rng_stream_text(i, 0)), kind->train,
                             TRAIN_LENGTH);
    kind->n_test =
        generate(grammar, rng_stream(kinds->seed, rng_stream_text(i, 1)), kind->test, TEST_LENGTH);
    grammar_destroy(grammar);
    return check_variety(kind, name, err);
}

/* ---- from files ---- */

/* The last part of the path without its ending. */
static void name_of_file(char *name, size_t size, const char *path)
{
    const char *slash = strrchr(path, '/');
    clean_copy(name, size, slash ? slash + 1 : path);
    char *dot = strrchr(name, '.');
    if (dot && dot != name) {
        *dot = '\0';
    }
}

/* The path is part of what gz says. */
static bool set_unreadable(struct err *why, struct err *err)
{
    clean_text(why->msg);
    return err_set(err, why->code, "--texts: %s", why->msg);
}

static bool open_file(struct gz *gz, const char *path, struct err *err)
{
    struct err why = {0};
    return gz_open(gz, path, &why) || set_unreadable(&why, err);
}

/* What the file has in the beginning, owned, and its length; NULL and err. */
static char *read_file(const char *path, const char *encoding, size_t *length, struct err *err)
{
    struct gz gz = {0};
    struct err why = {0};
    char *bytes = malloc(FILE_BYTES_MAX);
    bool ok = bytes || err_set(err, ERR_FAILED, "memory: no room for texts");
    ok = ok && open_file(&gz, path, err) &&
         (gz_read(&gz, bytes, FILE_BYTES_MAX, length, &why) || set_unreadable(&why, err));
    gz_close(&gz);
    if (!ok) {
        free(bytes);
        return NULL;
    }
    bool is_plain = !encoding || strcmp(encoding, "utf-8") == 0; /* its bad bytes are counted */
    return is_plain ? bytes : plain_text_take(path, bytes, length, encoding, "a text", err);
}

/* The beginning of the last line that is for testing, as far as half a window: a prompt that the
 * network has not seen. */
static void choose_prompt(struct kind *kind)
{
    int begin = 0, n = 0;
    for (int i = 0; i + TEXT_CONTEXT < kind->n_test; i++) {
        begin = kind->test[i] == ALPHABET_NEWLINE && kind->test[i + 1] < 26 ? i + 1 : begin;
    }
    while (n < TEXT_CONTEXT / 2 && kind->test[begin + n] != ALPHABET_NEWLINE) {
        kind->prompt[n] = alphabet_char(kind->test[begin + n]);
        n++;
    }
    kind->prompt[n] = '\0';
}

/* Says what of the text the network will not see, or that it would see too little of it. */
static bool check_loss(struct notes *notes, const char *shown, const char *bytes, size_t length,
                       const struct alphabet_loss *loss, struct err *err)
{
    long line;
    double percent = 100.0 * (double)loss->n_foreign / (double)loss->n_characters;
    const char *guess = plain_text_guess(bytes, length);
    plain_text_first_bad(bytes, loss->first, &line);
    if (alphabet_is_lost(loss)) {
        return err_set(err, ERR_FAILED,
                       "--texts: %s: a text in Latin letters expected, %.0f %% of its characters "
                       "are none and would all be read as ?, the first in line %ld",
                       shown, percent, line);
    }
    if (loss->n_strange > 0) {
        notes_add(notes,
                  "--texts: %s: not all of it is UTF-8 (%zu bytes, the first in line %ld): these "
                  "are read as ?%s%s",
                  shown, loss->n_strange, line, guess ? "; it can be read with --encoding " : "",
                  guess ? guess : "");
    } else if (percent >= FOREIGN_SAID) {
        notes_add(notes,
                  "--texts: %s: %.0f %% of its characters are no Latin letters, digits or signs: "
                  "they are read as ?, the first in line %ld",
                  shown, percent, line);
    }
    return true;
}

/* A character that the reading was cut off in is not part of the text. */
static size_t whole_characters(const char *bytes, size_t length)
{
    long line;
    size_t end = length;
    while (end > 0 && length - end < 4 && ((unsigned char)bytes[end - 1] & 0xC0) == 0x80) {
        end--;
    }
    bool is_cut = end > 0 && plain_text_first_bad(bytes + end - 1, length - end + 1, &line) == 0;
    return length == FILE_BYTES_MAX && is_cut ? end - 1 : length;
}

static bool take_text(struct kinds *kinds, const char *shown, const char *bytes, size_t length,
                      struct err *err)
{
    struct kind *kind = &kinds->kind[kinds->n - 1];
    struct alphabet_loss loss;
    size_t most = TRAIN_LENGTH + TEST_LENGTH;
    uint8_t *symbols = malloc(most);
    if (!symbols) {
        return err_set(err, ERR_FAILED, "memory: no room for texts");
    }
    size_t n = alphabet_fold(bytes, whole_characters(bytes, length), symbols, most, &loss);
    bool ok = true;
    if (memchr(bytes, '\0', length) || loss.n_strange * 10 > n) {
        ok = err_set(err, ERR_FAILED,
                     "--texts: %s: a text (UTF-8) expected, found binary data: %zu of the first "
                     "%zu characters are none",
                     shown, loss.n_strange, n);
    } else if (n < TEXT_LEAST) {
        ok = err_set(err, ERR_FAILED, "--texts: %s: at least %d characters expected, found %zu",
                     shown, (int)TEXT_LEAST, n);
    } else if ((ok = check_loss(&kinds->notes, shown, bytes, length, &loss, err))) {
        size_t n_test = n / TEST_SHARE < TEST_LENGTH ? n / TEST_SHARE : TEST_LENGTH;
        size_t n_train = n - n_test < TRAIN_LENGTH ? n - n_test : TRAIN_LENGTH;
        memcpy(kind->train, symbols, n_train);
        memcpy(kind->test, symbols + n - n_test, n_test);
        kind->n_train = (int)n_train;
        kind->n_test = (int)n_test;
        choose_prompt(kind);
        ok = check_variety(kind, shown, err);
    }
    free(symbols);
    return ok;
}

static bool has_name(const struct kinds *kinds, int n, const char *name)
{
    for (int i = 0; i < n; i++) {
        if (strcmp(kinds->kind[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

/* The last kind's name becomes one that no other has: "notes", "notes 2", "notes 3". */
static void tell_apart(struct kinds *kinds)
{
    struct kind *kind = &kinds->kind[kinds->n - 1];
    char name[sizeof kind->name], number[16];
    snprintf(name, sizeof name, "%s", kind->name);
    for (int i = 2; has_name(kinds, kinds->n - 1, kind->name); i++) {
        size_t room = sizeof name - (size_t)snprintf(number, sizeof number, " %d", i);
        clean_copy(kind->name, room, name);
        strcat(kind->name, number);
    }
}

static bool add_file(struct kinds *kinds, const char *path, struct err *err)
{
    char shown[96];
    clean_copy(shown, sizeof shown, path);
    size_t length, ending = strlen(".grammar"), path_length = strlen(path);
    char *bytes = read_file(path, kinds->encoding, &length, err);
    if (!bytes) {
        return false;
    }
    bool is_grammar = path_length > ending && strcmp(path + path_length - ending, ".grammar") == 0;
    struct kind *kind = &kinds->kind[kinds->n]; /* it will be, if there is room for one more */
    bool ok = is_grammar ? add_grammar(kinds, shown, bytes, length, err)
                         : add_kind(kinds, err) && take_text(kinds, shown, bytes, length, err);
    if (ok && kind->name[0] == '\0') {
        name_of_file(kind->name, sizeof kind->name, path);
    }
    if (ok) {
        tell_apart(kinds);
    }
    free(bytes);
    return ok;
}

/* Copies the first path of `texts`, up to a comma, and returns its length: commas belong to it
 * where a file is called so, and none is without them. */
static size_t first_path(const char *texts, char path[PATHS_MAX])
{
    size_t shortest = strcspn(texts, ","), length = shortest;
    while (length > 0 && length < PATHS_MAX) {
        snprintf(path, PATHS_MAX, "%.*s", (int)length, texts);
        if (access(path, F_OK) == 0) {
            return length;
        }
        if (texts[length] == '\0') {
            break;
        }
        length += 1 + strcspn(texts + length + 1, ",");
    }
    snprintf(path, PATHS_MAX, "%.*s", (int)(shortest < PATHS_MAX ? shortest : PATHS_MAX - 1),
             texts);
    return shortest;
}

/* The next path of "a.txt,b.grammar"; moves on behind it.  False if there is none any more. */
static bool next_path(const char **texts, char path[PATHS_MAX])
{
    *texts += strspn(*texts, ",");
    size_t length = first_path(*texts, path);
    *texts += length;
    return length > 0;
}

int text_count(const char *texts)
{
    char path[PATHS_MAX];
    int n = 0;
    while (next_path(&texts, path)) {
        n++;
    }
    return n;
}

static bool check_paths(const char *texts, struct err *err)
{
    return text_count(texts) > 0 || err_set(err, ERR_USAGE,
                                            "--texts: files with commas between expected, "
                                            "found none");
}

static bool add_files(struct kinds *kinds, const char *texts, struct err *err)
{
    char path[PATHS_MAX];
    if (!check_paths(texts, err)) {
        return false;
    }
    kinds->n_wanted = text_count(texts);
    while (next_path(&texts, path)) {
        if (!tell(kinds, err) || !add_file(kinds, path, err)) {
            return false;
        }
    }
    return true;
}

static bool add_embedded(struct kinds *kinds, enum text_set set, struct err *err)
{
    const char *name, *page;
    size_t size;
    while (text_embedded(set, kinds->n_wanted, &name, &size)) {
        kinds->n_wanted++;
    }
    for (int i = 0; (page = text_embedded(set, i, &name, &size)) != NULL; i++) {
        if (!tell(kinds, err) || !add_grammar(kinds, name, page, size, err)) {
            return false;
        }
    }
    return true;
}

/* ---- the dataset ---- */

static bool reserve(struct dataset *dataset, const struct kinds *kinds, struct err *err)
{
    size_t size = 0, train = 0, test = 0;
    for (int i = 0; i < kinds->n; i++) {
        train += (size_t)kinds->kind[i].n_train;
        test += (size_t)kinds->kind[i].n_test;
    }
    bool fits = arena_size_add(&size, train, 1) && arena_size_add(&size, test, 1) &&
                arena_size_add(&size, train, sizeof(uint16_t)) &&
                arena_size_add(&size, test, sizeof(uint16_t)) &&
                arena_size_add(&size, (size_t)kinds->n, sizeof(struct group)) &&
                class_names_size_add(&size, ALPHABET_SIZE);
    return (fits || err_set(err, ERR_FAILED, "text: too large for the memory of this machine")) &&
           arena_init(&dataset->arena, size, err);
}

/* One side of all kinds, one after the other: symbols, and for each the one after its window. */
static void fill_side(struct dataset *dataset, const struct kinds *kinds, bool is_test)
{
    struct examples *side = is_test ? &dataset->test : &dataset->train;
    size_t total = 0;
    for (int i = 0; i < kinds->n; i++) {
        total += (size_t)(is_test ? kinds->kind[i].n_test : kinds->kind[i].n_train);
    }
    uint8_t *symbols = arena_alloc(&dataset->arena, total, 1);
    uint16_t *labels = arena_alloc(&dataset->arena, total, sizeof *labels);
    int at = 0;
    for (int i = 0; i < kinds->n; i++) {
        const struct kind *kind = &kinds->kind[i];
        struct group *group = &dataset->groups[i];
        int n = is_test ? kind->n_test : kind->n_train;
        memcpy(symbols + at, is_test ? kind->test : kind->train, (size_t)n);
        *(is_test ? &group->test_first : &group->train_first) = at;
        *(is_test ? &group->n_test : &group->n_train) = n - kinds->context;
        at += n;
    }
    for (size_t i = 0; i + (size_t)kinds->context < total; i++) {
        labels[i] = symbols[i + (size_t)kinds->context];
    }
    *side = (struct examples){.n = (int)total - kinds->context,
                              .stride = 1,
                              .bytes = symbols,
                              .scale = 1,
                              .labels = labels};
}

/* The end of what the kind has to test, up to a line's end: what stands before a prompt. */
static void set_primer(struct group *group, const struct kind *kind, int context)
{
    int end = kind->n_test;
    while (end > context && kind->test[end - 1] != ALPHABET_NEWLINE) {
        end--;
    }
    for (int i = 0; i < context; i++) {
        group->primer[i] = alphabet_char(kind->test[end - context + i]);
    }
}

static void set_class_names(struct dataset *dataset)
{
    char texts[ALPHABET_SIZE][8];
    const char *names[ALPHABET_SIZE];
    for (int i = 0; i < ALPHABET_SIZE; i++) {
        char c = alphabet_char(i);
        snprintf(texts[i], sizeof texts[i], c == ' ' ? "blank" : c == '\n' ? "\\n" : "%c", c);
        names[i] = texts[i];
    }
    class_names_set(dataset, names);
}

static void fill(struct dataset *dataset, const struct kinds *kinds)
{
    dataset->n_features = kinds->context;
    dataset->n_symbols = dataset->n_classes = ALPHABET_SIZE;
    dataset->n_groups = kinds->n;
    dataset->groups = arena_alloc(&dataset->arena, (size_t)kinds->n, sizeof *dataset->groups);
    fill_side(dataset, kinds, false);
    fill_side(dataset, kinds, true);
    for (int i = 0; i < kinds->n; i++) {
        struct group *group = &dataset->groups[i];
        snprintf(group->name, sizeof group->name, "%s", kinds->kind[i].name);
        snprintf(group->prompt, sizeof group->prompt, "%s", kinds->kind[i].prompt);
        set_primer(group, &kinds->kind[i], kinds->context);
    }
    set_class_names(dataset);
}

bool text_check(const char *texts, struct err *err)
{
    char path[PATHS_MAX];
    bool ok = !texts || check_paths(texts, err);
    while (ok && texts && next_path(&texts, path)) {
        struct gz gz = {0};
        ok = open_file(&gz, path, err);
        gz_close(&gz);
    }
    return ok;
}

/* There must be more to test on than one window. */
static bool check_context(const struct kinds *kinds, struct err *err)
{
    for (int i = 0; i < kinds->n; i++) {
        if (kinds->kind[i].n_test <= 2 * kinds->context) {
            return err_set(err, ERR_USAGE,
                           "context: less than half of the %d characters there are to test %s on "
                           "expected, found %d; use a shorter one, or a longer text",
                           kinds->kind[i].n_test, kinds->kind[i].name, kinds->context);
        }
    }
    return true;
}

struct dataset *text_open(const struct dataset_options *options, struct err *err)
{
    const char *texts = options->reading.text[READING_TEXTS];
    struct dataset *dataset = dataset_empty("text", err);
    struct kinds *kinds = dataset ? calloc(1, sizeof *kinds) : NULL;
    if (kinds) {
        *kinds = (struct kinds){.seed = options->seed,
                                .context = options->context > 0 ? options->context : TEXT_CONTEXT,
                                .encoding = options->reading.text[READING_ENCODING],
                                .watch = options->watch};
    } else if (dataset) {
        err_set(err, ERR_FAILED, "memory: no room for texts");
    }
    enum text_set set = options->is_conversation ? TEXT_SET_DESK : TEXT_SET_KINDS;
    bool ok = kinds && (texts ? add_files(kinds, texts, err) : add_embedded(kinds, set, err));
    ok = ok && check_context(kinds, err) && reserve(dataset, kinds, err);
    if (ok) {
        fill(dataset, kinds);
        dataset->n_groups_usual = texts || set == TEXT_SET_DESK ? kinds->n : TEXT_USUAL;
        dataset->notes = kinds->notes;
    } else {
        dataset_close(dataset);
        dataset = NULL;
    }
    if (kinds) {
        free_kinds(kinds);
    }
    free(kinds);
    return dataset;
}
