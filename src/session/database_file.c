/* SPDX-License-Identifier: MIT */
#include "session/database_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "session/writer_lock.h"

static char *join(const char *a, const char *b, const char *c)
{
    size_t size = strlen(a) + strlen(b) + strlen(c) + 1;
    char *text = malloc(size);
    if (text) {
        snprintf(text, size, "%s%s%s", a, b, c);
    }
    return text;
}

char *database_file_name(const char *path)
{
    return join(path[0] == '/' ? "" : "./", path, "");
}

char *database_file_uri(const char *name)
{
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-";
    size_t size = 3 * strlen(name) + 32, used;
    char *uri = malloc(size);
    if (uri) {
        used = (size_t)snprintf(uri, size, "file:");
        for (const char *c = name; *c; c++) {
            used += (size_t)snprintf(uri + used, size - used, strchr(plain, *c) ? "%c" : "%%%02X",
                                     (unsigned char)*c);
        }
        snprintf(uri + used, size - used, "?immutable=1");
    }
    return uri;
}

bool database_file_has_log(const char *path)
{
    char *name = join(path, "-wal", "");
    struct stat status;
    bool found = name && stat(name, &status) == 0 && status.st_size > 0;
    free(name);
    return found;
}

void database_file_remove_beside(const char *path, const char *end)
{
    char *name = join(path, end, "");
    if (name) {
        unlink(name);
    }
    free(name);
}

static int make_draft(const char *path, const char *draft, struct err *err)
{
    int left = writer_lock_open(draft, NULL);
    if (left >= 0) { /* of a program that was ended just then */
        unlink(draft);
        close(left);
    }
    int file = open(draft, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0666);
    if (file < 0) {
        err_set(err, ERR_FAILED, "%.140s: it cannot be created: %s", path, strerror(errno));
    } else if (!writer_lock_take(file, path, err)) {
        close(file);
        file = -1;
    }
    return file;
}

bool database_file_is_new(const char *path, struct err *err)
{
    struct stat status;
    if (database_file_has_log(path)) { /* it may be all that is left of a file */
        return err_set(err, ERR_FAILED,
                       "%.140s: a log of another recording, the file ending in -wal, is beside it; "
                       "remove that, or choose another name",
                       path);
    }
    return lstat(path, &status) != 0 ||
           err_set(err, ERR_FAILED,
                   "%.140s: it is there already; remove it, or choose another name", path);
}

int database_file_draft(const char *path, char **draft, struct err *err)
{
    *draft = NULL;
    if (database_file_is_new(path, err) &&
        !(*draft = join(path[0] == '/' ? "" : "./", path, "-new"))) {
        err_set(err, ERR_FAILED, "memory: no room to open %.140s", path);
    }
    return *draft ? make_draft(path, *draft, err) : -1;
}
