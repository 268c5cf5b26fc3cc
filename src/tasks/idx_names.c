/* SPDX-License-Identifier: MIT */
#include "tasks/idx_names.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tasks/clean.h"

static const char *const usual_names[IDX_ROLES] = {
    [TRAIN_IMAGES] = "train-images-idx3-ubyte",
    [TRAIN_LABELS] = "train-labels-idx1-ubyte",
    [TEST_IMAGES] = "t10k-images-idx3-ubyte",
    [TEST_LABELS] = "t10k-labels-idx1-ubyte",
};

/* What a file's name says. */
struct parts {
    size_t set_length;
    enum idx_role role;
    int rank; /* the lower the better, of two files for one role */
};

/* Takes `ending` off a name of `*length` bytes. */
static bool take_off(const char *name, size_t *length, const char *ending)
{
    size_t n = strlen(ending);
    if (*length < n || memcmp(name + *length - n, ending, n) != 0) {
        return false;
    }
    *length -= n;
    return true;
}

/* One of `words` with n of them; its number, -1 if it is none. */
static int take_word(const char *name, size_t *length, const char *const *words, int n)
{
    for (int i = 0; i < n; i++) {
        if (take_off(name, length, words[i])) {
            return i;
        }
    }
    return -1;
}

/* From the end to the beginning. */
static bool parse(const char *name, struct parts *parts)
{
    static const char *const types[] = {"-ubyte", "-int"};
    static const char *const dimensions[] = {"idx1", "idx2", "idx3"};
    static const char *const whats[] = {"-images", "-labels"}, *const dots[] = {"-", "."};
    static const char *const sides[] = {"train", "t10k", "test"};
    size_t length = strlen(name);
    int is_packed = take_off(name, &length, ".gz");
    if (length >= IDX_NAME_SIZE || take_word(name, &length, types, 2) < 0 ||
        take_word(name, &length, dimensions, 3) < 0) {
        return false;
    }
    int dot = take_word(name, &length, dots, 2), what = take_word(name, &length, whats, 2);
    int side = dot < 0 || what < 0 ? -1 : take_word(name, &length, sides, 3);
    bool is_set = length == 0 || name[length - 1] == '-' || name[length - 1] == '_';
    *parts = (struct parts){.set_length = length,
                            .role = (enum idx_role)((side > 0 ? TEST_IMAGES : 0) + (what == 1)),
                            .rank = 2 * dot + is_packed};
    return side >= 0 && is_set;
}

/* Which set is meant: the one without a name, or the only one. */
static bool choose_set(struct idx_names *names, const char *folder, DIR *dir, struct err *err)
{
    bool is_found = false, has_unnamed = false, are_more = false;
    char other[IDX_NAME_SIZE] = "";
    for (struct dirent *entry; (entry = readdir(dir));) {
        struct parts parts;
        if (!parse(entry->d_name, &parts)) {
            continue;
        }
        char set[IDX_NAME_SIZE];
        snprintf(set, sizeof set, "%.*s", (int)parts.set_length, entry->d_name);
        if (is_found && strcmp(set, names->set) != 0) {
            are_more = true;
            strcpy(other, set);
        }
        has_unnamed |= set[0] == '\0';
        if (!is_found) {
            strcpy(names->set, set);
        }
        is_found = true;
    }
    if (has_unnamed || !are_more) {
        names->set[has_unnamed ? 0 : strlen(names->set)] = '\0';
        return true;
    }
    char one[40], two[40];
    return err_set(err, ERR_FAILED,
                   "%s: one set of IDX files expected, %s... and %s... found; put one of them into "
                   "a folder of its own",
                   folder, clean_copy(one, sizeof one, names->set),
                   clean_copy(two, sizeof two, other));
}

static void choose_files(struct idx_names *names, DIR *dir)
{
    int ranks[IDX_ROLES];
    size_t set_length = strlen(names->set);
    for (struct dirent *entry; (entry = readdir(dir));) {
        struct parts parts;
        if (!parse(entry->d_name, &parts) || parts.set_length != set_length ||
            strncmp(entry->d_name, names->set, set_length) != 0) {
            continue;
        }
        char *file = names->file[parts.role];
        if (file[0] == '\0' || parts.rank < ranks[parts.role]) {
            snprintf(file, IDX_NAME_SIZE, "%s", entry->d_name);
            ranks[parts.role] = parts.rank;
        }
    }
}

bool idx_names_find(struct idx_names *names, const char *folder, struct err *err)
{
    *names = (struct idx_names){0};
    DIR *dir = opendir(folder);
    if (!dir) {
        return err_set(err, ERR_FAILED, "%s: cannot be read: %s", folder, strerror(errno));
    }
    bool ok = choose_set(names, folder, dir, err);
    if (ok) {
        rewinddir(dir);
        choose_files(names, dir);
    }
    closedir(dir);
    for (int i = 0; i < IDX_ROLES && ok; i++) {
        ok = names->file[i][0] != '\0' ||
             err_set(err, ERR_FAILED,
                     "%s: %s not found; a folder of IDX files holds train-images-idx3-ubyte, "
                     "train-labels-idx1-ubyte, t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte, "
                     "plain or .gz",
                     folder, usual_names[i]);
    }
    return ok;
}
