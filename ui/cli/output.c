/* SPDX-License-Identifier: MIT */
#include "ui/cli/output.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/whole_file.h"
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

static bool cannot_write(const char *path, struct err *err)
{
    return err_set(err, ERR_FAILED, "%.200s: cannot write: %s", path, strerror(errno));
}

bool output_can_save(const char *path, struct err *err)
{
    return whole_file_is_possible(path) || cannot_write(path, err);
}

static bool save(const struct output *output, const char *path)
{
    struct whole_file file;
    if (!whole_file_open(&file, path, true)) {
        return false;
    }
    bool ok = write_all(file.fd, output->text, output->size);
    int reason = errno;
    if (close(file.fd) != 0 && ok) {
        ok = false;
        reason = errno;
    }
    errno = reason;
    return whole_file_place(&file, ok);
}

bool output_save(struct output *output, const char *path, struct err *err)
{
    return (finish(output) && save(output, path)) || cannot_write(path, err);
}

/* ---- lines ---- */

struct output_lines output_lines(const char *path)
{
    return (struct output_lines){.path = path, .fd = -1};
}

/* The first text; fd stays open. */
static bool begin_lines(struct output_lines *lines, const struct output *output)
{
    struct whole_file file;
    if (!whole_file_open(&file, lines->path, true)) {
        return false;
    }
    lines->is_plain = file.is_plain;
    bool ok = whole_file_place(&file, write_all(file.fd, output->text, output->size));
    if (!ok) {
        int reason = errno;
        close(file.fd);
        errno = reason;
        return false;
    }
    lines->fd = file.fd;
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

bool output_is_same_file(const char *a, const char *b)
{
    struct stat one, other;
    return stat(a, &one) == 0 && stat(b, &other) == 0 && one.st_dev == other.st_dev &&
           one.st_ino == other.st_ino && S_ISREG(one.st_mode);
}

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
