/* SPDX-License-Identifier: MIT */
#include "ui/cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ui/screen/glyphs.h"
#include "ui/screen/message.h"
#include "ui/screen/terminal.h"

bool output_open(struct output *output, struct err *err)
{
    *output = (struct output){0};
    output->stream = open_memstream(&output->text, &output->size);
    return output->stream || err_set(err, ERR_FAILED, "memory: none left for the output");
}

void output_close(struct output *output)
{
    if (output->stream) {
        fclose(output->stream);
    }
    free(output->text);
    *output = (struct output){0};
}

/* False and errno. */
static bool write_all(int fd, const char *text, size_t size)
{
    while (size > 0) {
        ssize_t n = write(fd, text, size);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return false;
        }
        text += n;
        size -= (size_t)n;
    }
    return true;
}

/* Ends the text, if nobody has yet; false and errno if it did not fit into memory. */
static bool finish(struct output *output)
{
    if (!output->stream) {
        return true;
    }
    bool is_whole = !ferror(output->stream);
    is_whole = fclose(output->stream) == 0 && is_whole;
    output->stream = NULL;
    errno = is_whole ? 0 : ENOMEM;
    return is_whole;
}

bool output_finish(struct output *output, struct err *err)
{
    return finish(output) || err_set(err, ERR_FAILED, "memory: none left for the output");
}

/* No character becomes longer in ASCII than four times its bytes: "λ" is "lambda". */
static bool fold(struct output *output)
{
    size_t size = output->size * 4 + 1;
    char *folded = malloc(size);
    if (!folded) {
        return false;
    }
    glyphs_fold(output->text, folded, size);
    free(output->text);
    output->text = folded;
    output->size = strlen(folded);
    return true;
}

int output_print(struct output *output, bool is_data)
{
    bool is_folded = !is_data && !terminal_is_utf8();
    if (finish(output) && (!is_folded || fold(output)) &&
        write_all(STDOUT_FILENO, output->text, output->size)) {
        return 0;
    }
    if (errno != EPIPE) {
        struct err err;
        err_set(&err, ERR_FAILED, "standard output: cannot write: %s", strerror(errno));
        output_fail(&err);
    }
    return ERR_FAILED;
}

/* The folder of `path`, what stands before the last slash or ".", in words that are none of a file.
 */
static void folder_of(char folder[PATH_MAX], const char *path)
{
    const char *slash = strrchr(path, '/');
    int length = slash == path ? 1 : slash ? (int)(slash - path) : 1;
    snprintf(folder, PATH_MAX, "%.*s/.", length, slash ? path : ".");
}

/* Where a text for `path` goes: behind its links, if it has any. */
static void target_of(char target[PATH_MAX], const char *path)
{
    char *real = realpath(path, NULL);
    snprintf(target, PATH_MAX, "%s", real ? real : path);
    free(real);
}

/* True if something is there that a rename would destroy. */
static bool is_special(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && !S_ISREG(status.st_mode);
}

static bool cannot_write(const char *path, struct err *err)
{
    return err_set(err, ERR_FAILED, "%.200s: cannot write: %s", path, strerror(errno));
}

bool output_can_save(const char *path, struct err *err)
{
    char target[PATH_MAX], folder[PATH_MAX];
    struct stat status;
    target_of(target, path);
    folder_of(folder, target);
    if (stat(target, &status) == 0 && S_ISDIR(status.st_mode)) {
        errno = EISDIR;
        return cannot_write(path, err);
    }
    return access(is_special(target) ? target : folder, W_OK) == 0 || cannot_write(path, err);
}

static bool save_directly(const struct output *output, const char *path)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    bool ok = fd >= 0 && write_all(fd, output->text, output->size);
    int reason = errno;
    ok = fd >= 0 && close(fd) == 0 && ok;
    errno = ok ? 0 : reason;
    return ok;
}

enum { SCRATCH_MAX = PATH_MAX + 8 };

/* A new file beside `target`, with its rights; -1 and errno. */
static int open_beside(char scratch[SCRATCH_MAX], const char *target)
{
    snprintf(scratch, SCRATCH_MAX, "%s.XXXXXX", target);
    int fd = mkstemp(scratch);
    if (fd < 0) {
        return -1;
    }
    struct stat status;
    mode_t mask = umask(0);
    umask(mask);
    mode_t mode = stat(target, &status) == 0 ? status.st_mode & 0777 : 0666 & ~mask;
    if (fchmod(fd, mode) != 0) {
        int reason = errno;
        close(fd);
        unlink(scratch);
        errno = reason;
        return -1;
    }
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    return fd;
}

/* What was written there takes the place of the target, unless `is_whole` is false: then it is
 * taken away, and errno stays as it is. */
static bool take_place(const char *scratch, const char *target, bool is_whole)
{
    if (is_whole && rename(scratch, target) == 0) {
        return true;
    }
    int reason = errno;
    unlink(scratch);
    errno = reason;
    return false;
}

static bool save_beside(const struct output *output, const char *target)
{
    char scratch[SCRATCH_MAX];
    int fd = open_beside(scratch, target);
    if (fd < 0) {
        return false;
    }
    bool ok = write_all(fd, output->text, output->size);
    int reason = errno;
    if (close(fd) != 0 && ok) {
        ok = false;
        reason = errno;
    }
    errno = reason;
    return take_place(scratch, target, ok);
}

bool output_save(struct output *output, const char *path, struct err *err)
{
    char target[PATH_MAX];
    target_of(target, path);
    bool ok = finish(output) &&
              (is_special(path) ? save_directly(output, path) : save_beside(output, target));
    return ok || cannot_write(path, err);
}

/* ---- lines ---- */

struct output_lines output_lines(const char *path)
{
    return (struct output_lines){.path = path, .fd = -1};
}

/* The first text; fd stays open. */
static bool begin_lines(struct output_lines *lines, const struct output *output)
{
    char scratch[SCRATCH_MAX], target[PATH_MAX];
    target_of(target, lines->path);
    lines->is_plain = !is_special(lines->path);
    int fd =
        lines->is_plain ? open_beside(scratch, target) : open(lines->path, O_WRONLY | O_CLOEXEC);
    if (fd < 0) {
        return false;
    }
    bool ok = write_all(fd, output->text, output->size);
    ok = lines->is_plain ? take_place(scratch, target, ok) : ok;
    if (!ok) {
        int reason = errno;
        close(fd);
        errno = reason;
        return false;
    }
    lines->fd = fd;
    return true;
}

/* A disk that fills up leaves no half of a line. */
static bool go_on_with(struct output_lines *lines, const struct output *output)
{
    if (write_all(lines->fd, output->text, output->size)) {
        return true;
    }
    int reason = errno;
    if (lines->is_plain && ftruncate(lines->fd, lines->length) == 0) {
        lseek(lines->fd, lines->length, SEEK_SET);
    }
    errno = reason;
    return false;
}

bool output_add(struct output_lines *lines, struct output *output, struct err *err)
{
    bool ok =
        finish(output) && (lines->fd < 0 ? begin_lines(lines, output) : go_on_with(lines, output));
    lines->length += ok ? (off_t)output->size : 0;
    return ok || cannot_write(lines->path, err);
}

bool output_end(struct output_lines *lines, struct err *err)
{
    bool ok = lines->fd < 0 || close(lines->fd) == 0;
    lines->fd = -1;
    return ok || cannot_write(lines->path, err);
}

/* ---- single lines ---- */

int output_fail(const struct err *err)
{
    message_line("%s", err->msg);
    return (int)err->code;
}

void output_warn(FILE *out, const char *format, ...)
{
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    message_to(out, "warning: %s", text);
}
