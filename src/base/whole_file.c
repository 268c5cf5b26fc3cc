/* SPDX-License-Identifier: MIT */
#include "base/whole_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAMES_TRIED = 100, LINKS_MOST = 40 };

/* The folder of `path`, what stands before the last slash or ".", in words that are none of a
 * file. */
static void folder_of(char folder[PATH_MAX], const char *path)
{
    const char *slash = strrchr(path, '/');
    int length = slash == path ? 1 : slash ? (int)(slash - path) : 1;
    snprintf(folder, PATH_MAX, "%.*s/.", length, slash ? path : ".");
}

/* What the link `path` names, seen from where the program is. */
static bool read_link(char named[PATH_MAX], const char *path)
{
    char text[PATH_MAX];
    ssize_t n = readlink(path, text, sizeof text);
    const char *slash = n > 0 && text[0] != '/' ? strrchr(path, '/') : NULL;
    int folder = slash ? (int)(slash - path) + 1 : 0;
    return n > 0 && snprintf(named, PATH_MAX, "%.*s%.*s", folder, path, (int)n, text) < PATH_MAX;
}

/* Behind the links of `path`, if it has any; also where the last one names what is not there yet.
 */
static bool find_target(char target[PATH_MAX], const char *path)
{
    char named[PATH_MAX], *real = realpath(path, NULL);
    bool fits = snprintf(target, PATH_MAX, "%s", real ? real : path) < PATH_MAX;
    for (int i = 0; !real && fits && i < LINKS_MOST && read_link(named, target); i++) {
        memcpy(target, named, PATH_MAX);
    }
    free(real);
    errno = fits ? errno : ENAMETOOLONG;
    return fits;
}

/* True if something is there that a rename would destroy. */
static bool is_special(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && !S_ISREG(status.st_mode);
}

bool whole_file_is_possible(const char *path)
{
    char target[PATH_MAX], folder[PATH_MAX];
    struct stat status;
    if (!find_target(target, path)) {
        return false;
    }
    folder_of(folder, target);
    if (stat(path, &status) == 0 && S_ISDIR(status.st_mode)) {
        errno = EISDIR;
        return false;
    }
    return access(is_special(path) ? path : folder, W_OK) == 0;
}

static bool open_directly(struct whole_file *file, const char *path, bool waits)
{
    file->fd = open(path, O_WRONLY | O_CLOEXEC | (waits ? 0 : O_NONBLOCK));
    if (file->fd >= 0 && !waits) {
        fcntl(file->fd, F_SETFL, fcntl(file->fd, F_GETFL) & ~O_NONBLOCK);
    }
    return file->fd >= 0;
}

/* Nothing that is there is written over. */
static bool open_beside(struct whole_file *file)
{
    struct stat status;
    file->fd = -1;
    for (int i = 0; file->fd < 0 && i < NAMES_TRIED; i++) {
        snprintf(file->scratch, sizeof file->scratch, "%s-new%d", file->target, i);
        file->fd = open(file->scratch, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666);
        if (file->fd < 0 && errno != EEXIST) {
            return false;
        }
    }
    if (file->fd >= 0 && stat(file->target, &status) == 0 &&
        fchmod(file->fd, status.st_mode & 0777) != 0) {
        int reason = errno;
        close(file->fd);
        unlink(file->scratch);
        errno = reason;
        file->fd = -1;
    }
    return file->fd >= 0;
}

bool whole_file_open(struct whole_file *file, const char *path, bool waits)
{
    file->is_plain = !is_special(path);
    return find_target(file->target, path) &&
           (file->is_plain ? open_beside(file) : open_directly(file, path, waits));
}

bool whole_file_place(const struct whole_file *file, bool is_whole)
{
    if (is_whole && (!file->is_plain || rename(file->scratch, file->target) == 0)) {
        return true;
    }
    int reason = errno;
    if (file->is_plain) {
        unlink(file->scratch);
    }
    errno = reason;
    return false;
}
