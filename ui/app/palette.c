/* SPDX-License-Identifier: MIT */
#include "ui/app/palette.h"

#include <stdio.h>
#include <string.h>

#include "strategies/table.h"
#include "tasks/clean.h"
#include "tasks/suite.h"
#include "ui/app/look.h"
#include "ui/screen/utf8.h"

void palette_open(struct palette *palette, const char *text)
{
    snprintf(palette->text, sizeof palette->text, "%s", text);
    palette->cursor = (int)strlen(palette->text);
    palette->at = palette->n_history;
}

static void remember(struct palette *palette)
{
    int n = palette->n_history;
    if (palette->text[0] == '\0' ||
        (n > 0 && strcmp(palette->history[n - 1], palette->text) == 0)) {
        return;
    }
    if (n == PALETTE_HISTORY) {
        memmove(palette->history[0], palette->history[1],
                sizeof palette->history - sizeof *palette->history);
        n--;
    }
    memcpy(palette->history[n], palette->text, sizeof palette->text);
    palette->n_history = n + 1;
}

static void browse(struct palette *palette, int direction)
{
    int at = palette->at + direction;
    if (at < 0 || at > palette->n_history) {
        return;
    }
    if (palette->at == palette->n_history) {
        memcpy(palette->draft, palette->text, sizeof palette->draft);
    }
    palette->at = at;
    memcpy(palette->text, at == palette->n_history ? palette->draft : palette->history[at],
           sizeof palette->text);
    palette->cursor = (int)strlen(palette->text);
}

static bool is_continuation(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

static int previous(const struct palette *palette, int at)
{
    while (at > 0 && is_continuation(palette->text[--at])) {
    }
    return at;
}

static int next(const struct palette *palette, int at)
{
    if (palette->text[at] == '\0') {
        return at;
    }
    do {
        at++;
    } while (is_continuation(palette->text[at]));
    return at;
}

static void erase(struct palette *palette, int from, int to)
{
    memmove(palette->text + from, palette->text + to, strlen(palette->text + to) + 1);
    palette->cursor = from;
}

/* False if there is no room. */
static bool insert(struct palette *palette, uint32_t ch)
{
    char bytes[4];
    int n = utf8_put(bytes, ch);
    size_t length = strlen(palette->text);
    if (length + (size_t)n >= sizeof palette->text) {
        return false;
    }
    memmove(palette->text + palette->cursor + n, palette->text + palette->cursor,
            length - (size_t)palette->cursor + 1);
    memcpy(palette->text + palette->cursor, bytes, (size_t)n);
    palette->cursor += n;
    return true;
}

bool palette_paste(struct palette *palette, const char *text)
{
    bool is_whole = true, is_apart = false, is_begun = false;
    for (uint32_t ch; is_whole && (ch = utf8_next(&text)) != 0;) {
        bool is_gap = ch == '\n' || ch == '\r' || ch == '\t';
        is_apart |= is_gap && is_begun; /* none before the first word, none behind the last */
        if (!is_gap && !clean_is_hidden(ch)) {
            is_whole = (!is_apart || insert(palette, ' ')) && insert(palette, ch);
            is_apart = false;
            is_begun = true;
        }
    }
    return is_whole;
}

/* Where the word before the end of the line begins. */
static const char *last_word(const char *text)
{
    const char *space = strrchr(text, ' ');
    return space ? space + 1 : text;
}

static void add_choice(struct palette_choices *choices, const char *prefix, const char *word,
                       const char *help)
{
    if (choices->n < PALETTE_CHOICES && strncmp(word, prefix, strlen(prefix)) == 0) {
        snprintf(choices->word[choices->n], sizeof *choices->word, "%s", word);
        choices->help[choices->n++] = help;
    }
}

static void add_commands(struct palette_choices *choices, const char *prefix)
{
    char name[40];
    for (int i = 0; command_at(i); i++) {
        const struct command_row *row = command_at(i);
        snprintf(name, sizeof name, "%.*s", (int)strcspn(row->usage, " "), row->usage);
        add_choice(choices, prefix, name, row->help);
    }
    for (const struct look_command *help = look_commands(); help->usage; help++) {
        snprintf(name, sizeof name, "%.*s", (int)strcspn(help->usage, " "), help->usage);
        add_choice(choices, prefix, name, help->help);
    }
}

static void add_words(struct palette_choices *choices, const char *prefix, const char *const *words)
{
    for (int i = 0; words[i]; i++) {
        add_choice(choices, prefix, words[i], NULL);
    }
}

static void add_letters(struct palette_choices *choices, const char *prefix, int n_tasks)
{
    char letter[4];
    for (int i = 0; i < n_tasks; i++) {
        add_choice(choices, prefix, task_letter(i, letter), NULL);
    }
}

struct palette_names palette_names_of(const struct view *view)
{
    const struct snapshot *snapshot = view->snapshot;
    struct palette_names names = {.n_tasks = view->facts->n_tasks, .view = view};
    for (int i = 0; snapshot && i < snapshot->n_learners; i++) {
        names.learners[names.n_learners++] = snapshot->learners[i].name;
    }
    return names;
}

/* Settings of a learner: "strategy=ewc", "lr=". */
static void add_settings(struct palette_choices *choices, const char *prefix)
{
    char word[40];
    for (int i = 0; i < strategy_count(); i++) {
        snprintf(word, sizeof word, "strategy=%s", strategy_at(i)->name);
        add_choice(choices, prefix, word, strategy_at(i)->summary);
    }
    for (int i = 0; i < PARAM_COUNT; i++) {
        const struct param *param = param_at((enum param_id)i);
        snprintf(word, sizeof word, "%s=", param->name);
        if (!param->is_common) {
            add_choice(choices, prefix, word, param->help);
        }
    }
}

static void add_look_words(struct palette_choices *choices, const char *prefix, int command,
                           const struct view *view)
{
    const char *help, *word;
    bool is_probe = strncmp(look_commands()[command].usage, "probe ", 6) == 0;
    for (int i = 0; (word = look_word(view, command, i, &help)) != NULL; i++) {
        int n = choices->n, probe = is_probe ? probe_find(word) : -1;
        add_choice(choices, prefix, word, help);
        if (choices->n > n && view && probe >= 0) {
            choices->is_on[n] = view->timeline->probes >> probe & 1u;
        }
    }
}

/* What may follow the command's name. */
static void add_arguments(struct palette_choices *choices, const char *command, const char *prefix,
                          const struct palette_names *names)
{
    char none[LOOK_ARGUMENT_MAX];
    int i_look = look_find(command, none);
    if (i_look >= 0) {
        add_look_words(choices, prefix, i_look, names->view);
    } else if (strcmp(command, "set") == 0 || strcmp(command, "sweep") == 0) {
        for (int i = 0; i < PARAM_COUNT; i++) {
            const struct param *param = param_at((enum param_id)i);
            if (param->when == PARAM_WHEN_LIVE) {
                add_choice(choices, prefix, param->name, param->help);
            }
        }
    } else if (strcmp(command, "strategy") == 0 || strcmp(command, "observe") == 0) {
        for (int i = 0; i < strategy_count(); i++) {
            add_choice(choices, prefix, strategy_at(i)->name, strategy_at(i)->summary);
        }
    } else if (strcmp(command, "task") == 0 || strcmp(command, "putback") == 0) {
        add_letters(choices, prefix, names->n_tasks);
    } else if (strcmp(command, "learner") == 0 || strcmp(command, "remove") == 0 ||
               strcmp(command, "rename") == 0) {
        for (int i = 0; i < names->n_learners; i++) {
            add_choice(choices, prefix, names->learners[i], NULL);
        }
        if (command[0] == 'l') {
            add_choice(choices, prefix, "all", "switches and knobs reach all of them");
        }
    } else if (strcmp(command, "speed") == 0) {
        add_choice(choices, prefix, "max", "as fast as it can");
    }
    if (strcmp(command, "compare") == 0) {
        add_letters(choices, prefix, names->n_tasks);
    }
}

static void add_values(struct palette_choices *choices, const char *command, const char *key,
                       const char *prefix)
{
    static const char *const switches[] = {"on", "off", NULL};
    enum param_id id;
    if (strcmp(command, "strategy") == 0 || strcmp(command, "observe") == 0 ||
        strcmp(command, "probe") == 0) {
        add_words(choices, prefix, switches);
    } else if (strcmp(command, "set") == 0 && param_find(key, &id) && param_at(id)->words) {
        add_words(choices, prefix, param_at(id)->words);
    }
}

void palette_complete(const struct palette *palette, const struct palette_names *names,
                      struct palette_choices *choices)
{
    char first[40] = "", second[40] = "";
    const char *prefix = last_word(palette->text);
    *choices = (struct palette_choices){0};
    int n = sscanf(palette->text, "%39s %39s", first, second);
    const char *space = strchr(palette->text, ' ');
    const char *second_space = space ? strchr(space + 1, ' ') : NULL;
    if (!space) {
        add_commands(choices, prefix);
    } else if (!second_space) {
        add_arguments(choices, first, prefix, names);
    } else if (strcmp(first, "fork") == 0 || strcmp(first, "add") == 0) {
        add_settings(choices, prefix);
    } else if (n >= 2 && !strchr(second_space + 1, ' ')) {
        add_values(choices, first, second, prefix);
    }
}

/* Tab: the longest beginning that all choices share, and a space behind the only one, unless its
 * value follows. */
static void complete(struct palette *palette, const struct palette_names *names)
{
    struct palette_choices choices;
    palette_complete(palette, names, &choices);
    if (choices.n == 0) {
        return;
    }
    size_t same = strlen(choices.word[0]);
    for (int i = 1; i < choices.n; i++) {
        size_t k = 0;
        while (k < same && choices.word[i][k] == choices.word[0][k]) {
            k++;
        }
        same = k;
    }
    size_t begin = (size_t)(last_word(palette->text) - palette->text);
    if (begin + same + 2 > sizeof palette->text) {
        return;
    }
    memcpy(palette->text + begin, choices.word[0], same);
    palette->text[begin + same] = '\0';
    if (choices.n == 1 && palette->text[begin + same - 1] != '=') {
        strcat(palette->text, " ");
    }
    palette->cursor = (int)strlen(palette->text);
}

static enum palette_event control(struct palette *palette, uint32_t ch)
{
    int length = (int)strlen(palette->text);
    switch (ch) {
    case 'a':
        palette->cursor = 0;
        break;
    case 'e':
        palette->cursor = length;
        break;
    case 'u':
        erase(palette, 0, palette->cursor);
        break;
    case 'k':
        palette->text[palette->cursor] = '\0';
        break;
    case 'w': {
        int at = palette->cursor;
        while (at > 0 && palette->text[at - 1] == ' ') {
            at--;
        }
        while (at > 0 && palette->text[at - 1] != ' ') {
            at--;
        }
        erase(palette, at, palette->cursor);
        break;
    }
    case 'c':
    case 'g':
        return PALETTE_CANCELLED;
    default:
        break;
    }
    return PALETTE_EDITED;
}

enum palette_event palette_key(struct palette *palette, struct key key,
                               const struct palette_names *names)
{
    switch (key.press) {
    case PRESS_CHAR:
        if (!clean_is_hidden(key.ch)) {
            insert(palette, key.ch);
        }
        break;
    case PRESS_CTRL:
        return control(palette, key.ch);
    case PRESS_ESCAPE:
        return PALETTE_CANCELLED;
    case PRESS_ENTER: {
        size_t n = strlen(palette->text);
        while (n > 0 && palette->text[n - 1] == ' ') {
            palette->text[--n] = '\0';
        }
        remember(palette);
        return PALETTE_SUBMITTED;
    }
    case PRESS_BACKSPACE:
        if (palette->text[0] == '\0') {
            return PALETTE_CANCELLED;
        }
        erase(palette, previous(palette, palette->cursor), palette->cursor);
        break;
    case PRESS_DELETE:
        erase(palette, palette->cursor, next(palette, palette->cursor));
        break;
    case PRESS_LEFT:
        palette->cursor = previous(palette, palette->cursor);
        break;
    case PRESS_RIGHT:
        palette->cursor = next(palette, palette->cursor);
        break;
    case PRESS_HOME:
        palette->cursor = 0;
        break;
    case PRESS_END:
        palette->cursor = (int)strlen(palette->text);
        break;
    case PRESS_UP:
        browse(palette, -1);
        break;
    case PRESS_DOWN:
        browse(palette, +1);
        break;
    case PRESS_TAB:
        complete(palette, names);
        break;
    default:
        break;
    }
    return PALETTE_EDITED;
}
