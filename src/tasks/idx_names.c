/* SPDX-License-Identifier: MIT */
#include "tasks/idx_names.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

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

/* ---- which folder ---- */

/* The set of a file, "emnist-letters-"; false if it is none of a set. */
static bool set_of(const char *name, char set[IDX_NAME_SIZE])
{
    struct parts parts;
    bool is_one = parse(name, &parts);
    snprintf(set, IDX_NAME_SIZE, "%.*s", is_one ? (int)parts.set_length : 0, name);
    return is_one;
}

/* "emnist-letters" is the set "emnist-letters-"; NULL is any. */
static bool is_called(const char *set, const char *wanted)
{
    size_t n = wanted ? strlen(wanted) : 0;
    return !wanted || (strncmp(set, wanted, n) == 0 && (set[n] == '\0' || set[n + 1] == '\0'));
}

static bool has_set(const char *folder, const char *wanted)
{
    DIR *dir = opendir(folder);
    bool has_one = false;
    for (struct dirent *entry; dir && !has_one && (entry = readdir(dir));) {
        char set[IDX_NAME_SIZE];
        has_one = set_of(entry->d_name, set) && is_called(set, wanted);
    }
    if (dir) {
        closedir(dir);
    }
    return has_one;
}

/* FOLDER and SET of FOLDER/SET; false where the path is too long, or ends in a slash. */
static bool cut_path(const char *path, char folder[IDX_PATH_SIZE], const char **set)
{
    const char *slash = strrchr(path, '/');
    int length = slash ? (int)(slash - path) : 0;
    *set = slash ? slash + 1 : path;
    snprintf(folder, IDX_PATH_SIZE, "%.*s", slash ? (length ? length : 1) : 1, slash ? path : ".");
    return strlen(path) < IDX_PATH_SIZE && **set != '\0';
}

bool idx_names_is_set(const char *path)
{
    char folder[IDX_PATH_SIZE];
    const char *set;
    return cut_path(path, folder, &set) && has_set(folder, set);
}

/* Takes PATH/NAME/raw if it has a set; false and err if it is the second that has. */
static bool take_raw(char found[IDX_PATH_SIZE], const char *path, const char *name, struct err *err)
{
    char raw[IDX_PATH_SIZE];
    int n = snprintf(raw, sizeof raw, "%s%s%s/raw", path, *name ? "/" : "", name);
    if (n >= (int)sizeof raw || !has_set(raw, NULL)) {
        return true;
    }
    if (found[0] != '\0') {
        char one[80], two[80];
        return err_set(err, ERR_FAILED,
                       "%s: one folder of IDX files expected, %s and %s found; name one of them",
                       path, clean_copy(one, sizeof one, found), clean_copy(two, sizeof two, raw));
    }
    strcpy(found, raw);
    return true;
}

/* The folder itself, or the one raw folder below. */
static bool choose_folder(struct idx_names *names, const char *path, struct err *err)
{
    char found[IDX_PATH_SIZE] = "";
    DIR *dir = has_set(path, NULL) ? NULL : opendir(path);
    bool ok = !dir || take_raw(found, path, "", err);
    for (struct dirent *entry; ok && dir && (entry = readdir(dir));) {
        ok = entry->d_name[0] == '.' || take_raw(found, path, entry->d_name, err);
    }
    if (dir) {
        closedir(dir);
    }
    snprintf(names->folder, sizeof names->folder, "%s", found[0] ? found : path);
    return ok;
}

/* ---- which files ---- */

/* Which set is meant: the one that is wanted, the one without a name, or the only one. */
static bool choose_set(struct idx_names *names, const char *wanted, DIR *dir, struct err *err)
{
    bool is_found = false, has_unnamed = false, are_more = false;
    char other[IDX_NAME_SIZE] = "";
    for (struct dirent *entry; (entry = readdir(dir));) {
        char set[IDX_NAME_SIZE];
        if (!set_of(entry->d_name, set) || !is_called(set, wanted)) {
            continue;
        }
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
    return err_set(
        err, ERR_FAILED,
        "%s: one set of IDX files expected, %s... and %s... found; name one of them, as in "
        "--data %s/%.*s",
        names->folder, clean_copy(one, sizeof one, names->set), clean_copy(two, sizeof two, other),
        names->folder, (int)(strlen(one) > 0 ? strlen(one) - 1 : 0), one);
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

bool idx_names_find(struct idx_names *names, const char *path, struct err *err)
{
    const char *wanted = NULL, *folder = names->folder;
    *names = (struct idx_names){0};
    struct stat status;
    if (stat(path, &status) != 0 && idx_names_is_set(path)) {
        cut_path(path, names->folder, &wanted);
    } else if (!choose_folder(names, path, err)) {
        return false;
    }
    DIR *dir = opendir(folder);
    if (!dir) {
        return err_set(err, ERR_FAILED, "%s: cannot be read: %s", folder, strerror(errno));
    }
    bool ok = choose_set(names, wanted, dir, err);
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
