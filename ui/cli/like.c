/* SPDX-License-Identifier: MIT */
#include "ui/cli/like.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lab/lab.h"
#include "net/blas.h"
#include "session/merged.h"
#include "tasks/clean.h"
#include "ui/cli/json_config.h"
#include "ui/cli/output.h"

/* ---- which run ---- */

/* FILE or FILE:N; a file that has that whole name comes first. */
struct source {
    char path[CONFIG_VALUE_MAX];
    long number; /* -1: not said */
};

static bool source_of(struct source *source, const char *text, struct err *err)
{
    struct stat status;
    const char *colon = strrchr(text, ':');
    size_t length = strlen(text);
    source->number = -1;
    if (colon && isdigit((unsigned char)colon[1]) && stat(text, &status) != 0) {
        char *end;
        errno = 0;
        long number = strtol(colon + 1, &end, 10);
        if (*end == '\0' && errno == 0) {
            source->number = number;
            length = (size_t)(colon - text);
        }
    }
    if (length == 0 || length >= sizeof source->path) {
        return err_set(err, ERR_USAGE, "--like: FILE.json or SWEEP.db:JOB expected, found '%.60s'",
                       text);
    }
    snprintf(source->path, sizeof source->path, "%.*s", (int)length, text);
    return true;
}

/* ---- its line ---- */

static bool read_failed(const char *path, struct err *err)
{
    return err_set(err, ERR_FAILED, "%.140s: cannot be read: %s", path, strerror(errno));
}

/* Learners of one session have the same config and script; false if either is no JSON, too. */
static bool is_same_session(const char *a, const char *b)
{
    json_t *one = json_loads(a, 0, NULL), *other = json_loads(b, 0, NULL);
    const char *const fields[] = {"config", "script"};
    bool is_same = json_is_object(one) && json_is_object(other);
    for (size_t i = 0; is_same && i < sizeof fields / sizeof *fields; i++) {
        is_same = json_equal(json_object_get(one, fields[i]), json_object_get(other, fields[i]));
    }
    json_decref(one);
    json_decref(other);
    return is_same;
}

static bool has_text(const char *line)
{
    return line[strspn(line, " \t\r\n")] != '\0';
}

/* Goes through the file to line `wanted`, or to the first if all are of one session. */
static bool find_line(FILE *file, const struct source *source, char **line, struct err *err)
{
    size_t size = 0;
    long n = 0, number = source->number;
    bool is_one = true;
    char *at = NULL;
    while (getline(&at, &size, file) > 0) {
        n += has_text(at);
        if (has_text(at) && n == (number < 0 ? 1 : number)) {
            *line = strdup(at);
        } else if (has_text(at) && number < 0 && *line) {
            is_one = is_one && is_same_session(*line, at);
        }
    }
    free(at);
    if (ferror(file)) {
        return read_failed(source->path, err);
    }
    if (!is_one && is_same_session(*line, *line)) {
        return err_set(err, ERR_USAGE,
                       "--like: %.120s has several runs; which line, 1 to %ld? as in %.120s:1",
                       source->path, n, source->path);
    }
    return *line || err_set(err, n > 0 ? ERR_USAGE : ERR_FAILED,
                            n > 0 ? "%.140s: a line from 1 to %ld expected, found :%ld"
                                  : "%.140s: a line of oubli run --json expected, found none",
                            source->path, n, number);
}

static bool read_file(const struct source *source, char **line, struct err *err)
{
    struct stat status;
    bool is_folder = stat(source->path, &status) == 0 && S_ISDIR(status.st_mode);
    errno = is_folder ? EISDIR : 0;
    FILE *file = is_folder ? NULL : fopen(source->path, "re");
    if (!file) {
        return read_failed(source->path, err);
    }
    bool ok = find_line(file, source, line, err);
    fclose(file);
    return ok;
}

/* The mark of SQLite at its beginning. */
static bool is_database(const char *path)
{
    char mark[16] = "";
    struct stat status;
    bool is_file = stat(path, &status) == 0 && S_ISREG(status.st_mode); /* a pipe is read once */
    FILE *file = is_file ? fopen(path, "re") : NULL;
    bool is = file && fread(mark, sizeof mark, 1, file) == 1 &&
              memcmp(mark, "SQLite format 3", sizeof mark) == 0;
    if (file) {
        fclose(file);
    }
    return is;
}

static bool no_such_job(const struct source *source, int64_t last, struct err *err)
{
    return source->number < 0
               ? err_set(err, ERR_USAGE,
                         "--like: %.120s has several runs; which job, up to %" PRId64
                         "? as in %.120s:%" PRId64,
                         source->path, last, source->path, last)
               : err_set(err, ERR_USAGE,
                         "--like: %.120s: no job %ld is in it; one up to %" PRId64 " expected",
                         source->path, source->number, last);
}

/* The line of the job's first learner; of the only job, where none is said. */
static bool read_merged(const struct source *source, char **line, struct err *err)
{
    struct merged *merged = merged_open(source->path, err);
    struct merged_row row;
    enum merged_result result = MERGED_FAILED;
    int64_t last = -1;
    bool is_one = true;
    while (merged && (result = merged_next(merged, &row, err)) == MERGED_ROW) {
        bool is_meant = source->number < 0 ? last < 0 : row.job == source->number;
        is_one = is_one && (last < 0 || row.job == last || source->number >= 0);
        last = row.job;
        if (is_meant && !*line) {
            *line = strdup(row.json);
        }
    }
    merged_close(merged);
    return result == MERGED_END && ((*line && is_one) || no_such_job(source, last, err));
}

/* ---- what it says ---- */

static bool parse(struct like *like, const char *path, const char *line, struct err *err)
{
    json_error_t why;
    struct err reason = {0};
    json_t *object = json_loads(line, 0, &why);
    if (!json_is_object(object)) {
        json_decref(object);
        return err_set(err, ERR_FAILED,
                       "%.140s: a line of oubli run --json expected, found something else", path);
    }
    const char *core = json_string_value(json_object_get(object, "blas_core"));
    bool ok = json_config_read(object, &like->kept, &like->script, &like->arithmetic, &reason);
    if (ok) {
        clean_copy(like->blas_core, sizeof like->blas_core, core ? core : "");
        like->n_by_hand = json_config_by_hand(object, &like->script);
    }
    json_decref(object);
    return ok || err_set(err, ERR_FAILED, "%.100s: %.210s", path, reason.msg);
}

struct like *like_open(const char *run, struct err *err)
{
    struct source source;
    char *line = NULL;
    struct like *like = calloc(1, sizeof *like);
    bool ok = like || err_set(err, ERR_FAILED, "memory: no room for a run");
    ok = ok && source_of(&source, run, err) &&
         (is_database(source.path) ? read_merged(&source, &line, err)
                                   : read_file(&source, &line, err)) &&
         parse(like, source.path, line, err);
    free(line);
    if (!ok) {
        free(like);
        return NULL;
    }
    return like;
}

bool like_setup(const struct like *like, struct err *err)
{
    if (!blas_setup(like->blas_core[0] != '\0' ? like->blas_core : NULL, err)) {
        return false;
    }
    if (like->blas_core[0] != '\0' && strcmp(like->blas_core, blas_core()) != 0) {
        output_warn(stderr,
                    "--like: it was trained with BLAS kernels %s, here they are %s: other "
                    "bits may come out",
                    like->blas_core, blas_core());
    }
    if (like->arithmetic != LAB_ARITHMETIC) {
        output_warn(stderr, "--like: it was trained with the arithmetic of another version: other "
                            "bits may come out");
    }
    if (like->n_by_hand > 0) {
        output_warn(stderr,
                    "--like: %d command%s given to it by hand %s not given again; its recording "
                    "has them",
                    like->n_by_hand, like->n_by_hand == 1 ? "" : "s",
                    like->n_by_hand == 1 ? "is" : "are");
    }
    return true;
}
