/* SPDX-License-Identifier: MIT */
#include "session/database_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
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

/* Up to `size` bytes from `at`, from the end where that is negative; how many there were.  Of what
 * is no regular file none: a FIFO would be waited for. */
static size_t read_beside(const char *path, const char *end, long at, unsigned char *bytes,
                          size_t size)
{
    char *name = join(path, end, "");
    struct stat status;
    bool is_regular = name && stat(name, &status) == 0 && S_ISREG(status.st_mode);
    FILE *file = is_regular ? fopen(name, "rb") : NULL;
    bool ok = file && fseek(file, at, at < 0 ? SEEK_END : SEEK_SET) == 0;
    size_t n = ok ? fread(bytes, 1, size, file) : 0;
    if (file) {
        fclose(file);
    }
    free(name);
    return n;
}

bool database_file_has_journal(const char *path)
{
    unsigned char first;
    return read_beside(path, "-journal", 0, &first, 1) == 1 && first != 0;
}

static uint64_t big_endian(const unsigned char *bytes)
{
    return (uint64_t)bytes[0] << 24 | (uint64_t)bytes[1] << 16 | (uint64_t)bytes[2] << 8 | bytes[3];
}

/* https://sqlite.org/fileformat.html#the_rollback_journal: at 16 how many pages the file had, at 24
 * their size; where another file is named, the first eight bytes stand at the end again. */
bool database_file_check_journal(const char *path, struct err *err)
{
    unsigned char head[28] = {0}, tail[8] = {0};
    struct stat status;
    bool is_whole = read_beside(path, "-journal", 0, head, sizeof head) == sizeof head &&
                    read_beside(path, "-journal", -8, tail, sizeof tail) == sizeof tail;
    uint64_t pages = big_endian(head + 16), page = big_endian(head + 24);
    bool is_ours = is_whole && memcmp(head, tail, sizeof tail) != 0 && stat(path, &status) == 0 &&
                   pages * page <= (uint64_t)status.st_size;
    return is_ours || !is_whole ||
           err_set(err, ERR_FAILED,
                   "%.140s: the file ending in -journal beside it is not of this recording; keep "
                   "it elsewhere",
                   path);
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
    bool is_there = lstat(path, &status) == 0, has_log = database_file_has_log(path);
    if (is_there && (has_log || database_file_has_journal(path))) { /* half of it is in there */
        return err_set(err, ERR_FAILED,
                       "%.140s: it is there already, and has not come to its end: oubli resume "
                       "goes on with it; or choose another name",
                       path);
    }
    if (has_log || database_file_has_journal(path)) { /* it may be all that is left of a file */
        return err_set(err, ERR_FAILED,
                       "%.140s: a log of another recording, the file ending in %s, is beside it; "
                       "remove that, or choose another name",
                       path, has_log ? "-wal" : "-journal");
    }
    return !is_there ||
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
