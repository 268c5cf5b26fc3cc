/* SPDX-License-Identifier: MIT */
#include "tasks/gz.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum { GZ_BUFFER = 1 << 17, GZ_CHUNK_MAX = 1 << 20, GZ_FIRST_SIZE = 1 << 16 };

/* What stands at the path where a file is expected; NULL if it is one (or if open will say). */
static const char *other_than_file(const char *path)
{
    struct stat status;
    if (stat(path, &status) != 0 || S_ISREG(status.st_mode)) {
        return NULL;
    }
    return S_ISDIR(status.st_mode) ? "a folder" : S_ISFIFO(status.st_mode) ? "a pipe" : "a device";
}

bool gz_open(struct gz *gz, const char *path, struct err *err)
{
    *gz = (struct gz){0};
    size_t length = strlen(path);
    if (length >= sizeof gz->path) {
        return err_set(err, ERR_FAILED,
                       "the path is too long: at most %d bytes expected, %zu found",
                       GZ_PATH_SIZE - 1, length);
    }
    memcpy(gz->path, path, length + 1);
    const char *other =
        other_than_file(path); /* before opening: a pipe nobody writes to would block */
    if (other) {
        return err_set(err, ERR_FAILED, "%s: a file expected, %s found", path, other);
    }
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return err_set(err, ERR_FAILED, "%s: cannot be read: %s", path, strerror(errno));
    }
    gz->file = gzdopen(fd, "rb");
    if (!gz->file) {
        close(fd);
        return err_set(err, ERR_FAILED, "%s: no memory to read it", path);
    }
    struct stat status;
    gz->size = fstat(fd, &status) == 0 ? (double)status.st_size : 0;
    gzbuffer(gz->file, GZ_BUFFER);
    return true;
}

static bool set_read_error(const struct gz *gz, struct err *err)
{
    int code = Z_OK;
    const char *why = gzerror(gz->file, &code);
    if (code == Z_ERRNO) {
        return err_set(err, ERR_FAILED, "%s: cannot be read: %s", gz->path, strerror(errno));
    }
    if (code == Z_BUF_ERROR) {
        return err_set(err, ERR_FAILED,
                       "%s: the compressed data ends too early; fetch or make the file again",
                       gz->path);
    }
    return err_set(err, ERR_FAILED,
                   "%s: the compressed data is damaged (%s); fetch or make the file again",
                   gz->path, why);
}

/* gzread hands out the good part of a truncated stream as if the file ended there: only gzerror
 * tells. */
static bool ended_well(const struct gz *gz)
{
    int code = Z_OK;
    gzerror(gz->file, &code);
    return code == Z_OK || code == Z_STREAM_END;
}

/* After a piece: how much of the file has been taken in. */
static bool tell(const struct gz *gz, struct err *err)
{
    if (!gz->watch) { /* labels are read one by one: none of them asks the system where it is */
        return true;
    }
    double at = (double)gzoffset(gz->file), part = gz->size > 0 ? at / gz->size : 0;
    return watch_goes_on(gz->watch, part < 0   ? 0
                                    : part > 1 ? 1
                                               : part) ||
           err_set(err, ERR_FAILED, "%s: stopped while it was being read", gz->path);
}

bool gz_read(struct gz *gz, void *bytes, size_t size, size_t *found, struct err *err)
{
    *found = 0;
    while (*found < size) {
        size_t chunk = size - *found;
        if (chunk > GZ_CHUNK_MAX) {
            chunk = GZ_CHUNK_MAX;
        }
        int count = gzread(gz->file, (unsigned char *)bytes + *found, (unsigned)chunk);
        if (count < 0) {
            return set_read_error(gz, err);
        }
        *found += (size_t)count;
        if ((size_t)count < chunk) {
            return ended_well(gz) || set_read_error(gz, err);
        }
        if (!tell(gz, err)) {
            return false;
        }
    }
    return true;
}

char *gz_read_all(struct gz *gz, size_t limit, size_t *size, struct err *err)
{
    char *text = NULL;
    size_t room = 0, used = 0, found;
    do {
        if (used > limit) {
            err_set(err, ERR_FAILED, "%s: too large: at most %zu bytes expected, more found",
                    gz->path, limit);
            goto fail;
        }
        room = room ? 2 * room : GZ_FIRST_SIZE;
        char *grown = realloc(text, room + 1);
        if (!grown) {
            err_set(err, ERR_FAILED, "%s: no memory for %zu bytes of it; make the file smaller",
                    gz->path, room);
            goto fail;
        }
        text = grown;
        if (!gz_read(gz, text + used, room - used, &found, err)) {
            goto fail;
        }
        used += found;
    } while (used == room);
    if (used > limit) {
        err_set(err, ERR_FAILED, "%s: too large: at most %zu bytes expected, %zu found", gz->path,
                limit, used);
        goto fail;
    }
    text[used] = '\0';
    *size = used;
    return text;
fail:
    free(text);
    return NULL;
}

void gz_close(struct gz *gz)
{
    if (gz->file) {
        gzclose(gz->file);
    }
    *gz = (struct gz){0};
}
