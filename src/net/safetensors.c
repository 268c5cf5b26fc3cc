/* SPDX-License-Identifier: MIT */
#include "net/safetensors.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/whole_file.h"

enum {
    LENGTH_BYTES = 8, /* of the header's length */
    ALIGNMENT = 8,    /* of the numbers in the file */
    CHUNK = 4096,     /* numbers that are read or written at a time */
};
static const char metadata[] = "__metadata__";

static size_t count_numbers(const struct safetensor *tensor)
{
    return (size_t)tensor->shape[0] * (size_t)(tensor->n_dims > 1 ? tensor->shape[1] : 1);
}

static size_t count_bytes(const struct safetensor *tensor)
{
    return count_numbers(tensor) * 4;
}

static void put_little_endian(unsigned char *bytes, uint64_t x, int n)
{
    for (int i = 0; i < n; i++) {
        bytes[i] = (unsigned char)(x >> (8 * i));
    }
}

static uint64_t get_little_endian(const unsigned char *bytes, int n)
{
    uint64_t x = 0;
    for (int i = 0; i < n; i++) {
        x |= (uint64_t)bytes[i] << (8 * i);
    }
    return x;
}

/* ---- writing ---- */

static json_t *describe(const struct safetensor *tensor, size_t begin)
{
    json_t *shape = tensor->n_dims > 1 ? json_pack("[i, i]", tensor->shape[0], tensor->shape[1])
                                       : json_pack("[i]", tensor->shape[0]);
    return json_pack("{s:s, s:o, s:[I, I]}", "dtype", "F32", "shape", shape, "data_offsets",
                     (json_int_t)begin, (json_int_t)(begin + count_bytes(tensor)));
}

/* The header, filled up with blanks; to be freed, NULL without memory. */
static char *make_header(const struct safetensors *what, size_t *length)
{
    json_t *root = json_object(), *notes = json_object();
    bool ok = root && notes;
    for (int i = 0; ok && i < what->n_notes; i++) {
        ok = json_object_set_new(notes, what->notes[i].key, json_string(what->notes[i].value)) == 0;
    }
    ok = ok && json_object_set(root, metadata, notes) == 0;
    size_t at = 0;
    for (int i = 0; ok && i < what->n_tensors; i++) {
        const struct safetensor *tensor = &what->tensors[i];
        ok = json_object_set_new(root, tensor->name, describe(tensor, at)) == 0;
        at += count_bytes(tensor);
    }
    char *text = ok ? json_dumps(root, JSON_COMPACT | JSON_PRESERVE_ORDER) : NULL;
    json_decref(notes);
    json_decref(root);
    size_t n = text ? strlen(text) : 0;
    *length = (n + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    char *header = text ? malloc(*length) : NULL;
    if (header) {
        memset(header, ' ', *length);
        memcpy(header, text, n);
    }
    free(text);
    return header;
}

static bool write_numbers(FILE *file, const real *x, size_t n)
{
    unsigned char bytes[CHUNK * 4] = {0};
    for (size_t i = 0; i < n; i += CHUNK) {
        size_t m = n - i < CHUNK ? n - i : CHUNK;
        for (size_t k = 0; k < m; k++) {
            float number = (float)x[i + k];
            uint32_t bits;
            memcpy(&bits, &number, sizeof bits);
            put_little_endian(bytes + 4 * k, bits, 4);
        }
        if (fwrite(bytes, 4, m, file) != m) {
            return false;
        }
    }
    return true;
}

static bool write_file(FILE *file, const struct safetensors *what, const real *theta,
                       const char *header, size_t length)
{
    unsigned char bytes[LENGTH_BYTES];
    put_little_endian(bytes, length, LENGTH_BYTES);
    bool ok = fwrite(bytes, 1, LENGTH_BYTES, file) == LENGTH_BYTES &&
              fwrite(header, 1, length, file) == length;
    for (int i = 0; ok && i < what->n_tensors; i++) {
        const struct safetensor *tensor = &what->tensors[i];
        ok = write_numbers(file, theta + tensor->at, count_numbers(tensor));
    }
    return ok;
}

/* 0, or why it could not be written: that of the first thing that failed. */
static int finish(FILE *file, bool is_written, const struct whole_file *whole)
{
    int reason = is_written ? 0 : errno;
    if (fclose(file) != 0 && is_written) {
        reason = errno;
    }
    errno = reason;
    return whole_file_place(whole, reason == 0 && is_written) ? 0 : errno;
}

/* NULL and errno. */
static FILE *open_whole(struct whole_file *whole, const char *path)
{
    if (!whole_file_open(whole, path, false)) {
        return NULL;
    }
    FILE *file = fdopen(whole->fd, "wb");
    if (!file) {
        int reason = errno;
        close(whole->fd);
        errno = reason;
        (void)!whole_file_place(whole, false);
    }
    return file;
}

static bool write_whole(const char *path, const struct safetensors *what, const real *theta,
                        const char *header, size_t length, struct err *err)
{
    struct whole_file whole;
    FILE *file = open_whole(&whole, path);
    if (!file) {
        return err_set(err, ERR_FAILED, "%.80s: cannot be written: %s", path, strerror(errno));
    }
    int reason = finish(file, write_file(file, what, theta, header, length), &whole);
    return reason == 0 ||
           err_set(err, ERR_FAILED, "%.80s: could not be written: %s", path, strerror(reason));
}

bool safetensors_write(const char *path, const struct safetensors *what, const real *theta,
                       struct err *err)
{
    size_t length = 0;
    char *header = make_header(what, &length);
    bool ok = header
                  ? write_whole(path, what, theta, header, length, err)
                  : err_set(err, ERR_FAILED,
                            "%.80s: names and notes in UTF-8 and memory for them expected", path);
    free(header);
    return ok;
}

bool safetensors_put(FILE *out, const struct safetensors *what, const real *theta, struct err *err)
{
    size_t length = 0;
    char *header = make_header(what, &length);
    if (!header) {
        return err_set(err, ERR_FAILED,
                       "weights: names and notes in UTF-8 and memory for them "
                       "expected");
    }
    (void)!write_file(out, what, theta, header, length);
    free(header);
    return true;
}

/* ---- reading ---- */

struct reading {
    const char *path;
    FILE *file;
    const struct safetensors *what;
    size_t data, n_data;                    /* where the numbers begin, and their bytes */
    size_t begins[SAFETENSORS_TENSORS_MAX]; /* of each tensor, from there on */
    bool is_there[SAFETENSORS_TENSORS_MAX];
    struct err *err;
};

/* A folder or a pipe is no file of so many bytes. */
static long size_of(FILE *file)
{
    struct stat status;
    return fstat(fileno(file), &status) == 0 && S_ISREG(status.st_mode) ? (long)status.st_size : 0;
}

/* The file's header, to be freed; NULL and err if it has none. */
static char *read_header(struct reading *reading, size_t *length)
{
    unsigned char bytes[LENGTH_BYTES];
    long size = size_of(reading->file);
    if (size < LENGTH_BYTES || fread(bytes, 1, LENGTH_BYTES, reading->file) != LENGTH_BYTES) {
        err_set(reading->err, ERR_FAILED, "%.80s: a safetensors file expected, found %ld bytes",
                reading->path, size);
        return NULL;
    }
    uint64_t n = get_little_endian(bytes, LENGTH_BYTES);
    if (n > SAFETENSORS_HEADER_MAX || n > (uint64_t)(size - LENGTH_BYTES)) {
        err_set(reading->err, ERR_FAILED,
                "%.80s: a safetensors header of at most %d bytes expected, found %" PRIu64
                " in a file of %ld",
                reading->path, (int)SAFETENSORS_HEADER_MAX, n, size);
        return NULL;
    }
    char *header = malloc((size_t)n + 1);
    if (!header || fread(header, 1, (size_t)n, reading->file) != n) {
        err_set(reading->err, ERR_FAILED, "%.80s: its header cannot be read", reading->path);
        free(header);
        return NULL;
    }
    *length = (size_t)n;
    reading->data = LENGTH_BYTES + (size_t)n;
    reading->n_data = (size_t)size - reading->data;
    return header;
}

static bool refuse(const struct reading *reading, const char *name, const char *expected,
                   const char *found)
{
    return err_set(reading->err, ERR_FAILED, "%.80s: %.40s: %.60s expected, found %.60s",
                   reading->path, name, expected, found);
}

static int find_tensor(const struct safetensors *what, const char *name)
{
    for (int i = 0; i < what->n_tensors; i++) {
        if (strcmp(what->tensors[i].name, name) == 0) {
            return i;
        }
    }
    return -1;
}

/* "64 x 192" */
static char *shape_text(const json_t *shape, char *buf, size_t size)
{
    size_t used = (size_t)snprintf(buf, size, "%s", json_array_size(shape) ? "" : "a number");
    for (size_t i = 0; i < json_array_size(shape) && used < size; i++) {
        used += (size_t)snprintf(buf + used, size - used, "%s%" JSON_INTEGER_FORMAT, i ? " x " : "",
                                 json_integer_value(json_array_get(shape, i)));
    }
    return buf;
}

static bool check_shape(const struct reading *reading, const struct safetensor *tensor,
                        const json_t *shape)
{
    char expected[64], found[64];
    bool ok = json_array_size(shape) == (size_t)tensor->n_dims;
    for (int i = 0; ok && i < tensor->n_dims; i++) {
        const json_t *n = json_array_get(shape, (size_t)i);
        ok = json_is_integer(n) && json_integer_value(n) == tensor->shape[i];
    }
    if (ok) {
        return true;
    }
    if (tensor->n_dims > 1) {
        snprintf(expected, sizeof expected, "%d x %d", tensor->shape[0], tensor->shape[1]);
    } else {
        snprintf(expected, sizeof expected, "%d", tensor->shape[0]);
    }
    return refuse(reading, tensor->name, expected,
                  json_is_array(shape) ? shape_text(shape, found, sizeof found) : "no shape");
}

static bool check_place(struct reading *reading, int i, const json_t *offsets)
{
    const struct safetensor *tensor = &reading->what->tensors[i];
    const json_t *begin = json_array_get(offsets, 0), *end = json_array_get(offsets, 1);
    json_int_t from = json_integer_value(begin), to = json_integer_value(end);
    if (json_array_size(offsets) != 2 || !json_is_integer(begin) || !json_is_integer(end) ||
        from < 0 || to < from || (uint64_t)to > reading->n_data ||
        (uint64_t)(to - from) != count_bytes(tensor)) {
        char expected[64], found[64];
        snprintf(expected, sizeof expected, "%zu of the %zu bytes behind the header",
                 count_bytes(tensor), reading->n_data);
        snprintf(found, sizeof found, "%" JSON_INTEGER_FORMAT " to %" JSON_INTEGER_FORMAT, from,
                 to);
        return refuse(reading, tensor->name, expected, found);
    }
    reading->begins[i] = (size_t)from;
    reading->is_there[i] = true;
    return true;
}

static bool check_tensor(struct reading *reading, const char *name, const json_t *description)
{
    int i = find_tensor(reading->what, name);
    if (i < 0) {
        return err_set(reading->err, ERR_FAILED,
                       "%.80s: weights of this network expected, found a tensor '%.40s'",
                       reading->path, name);
    }
    const json_t *type = json_object_get(description, "dtype");
    if (!json_is_string(type) || strcmp(json_string_value(type), "F32") != 0) {
        return refuse(reading, name, "numbers of type F32",
                      json_is_string(type) ? json_string_value(type) : "none");
    }
    return check_shape(reading, &reading->what->tensors[i],
                       json_object_get(description, "shape")) &&
           check_place(reading, i, json_object_get(description, "data_offsets"));
}

static bool check_notes(const struct reading *reading, const json_t *notes)
{
    for (int i = 0; i < reading->what->n_notes; i++) {
        const struct safetensors_note *note = &reading->what->notes[i];
        const char *found = json_string_value(json_object_get(notes, note->key));
        if (found && strcmp(found, note->value) != 0) {
            return refuse(reading, note->key, note->value, found);
        }
    }
    return true;
}

/* All are there, and each byte belongs to one of them: as many bytes as they have together, and no
 * two in the same place. */
static bool check_whole(const struct reading *reading)
{
    const struct safetensors *what = reading->what;
    size_t total = 0;
    for (int i = 0; i < what->n_tensors; i++) {
        size_t begin = reading->begins[i], end = begin + count_bytes(&what->tensors[i]);
        if (!reading->is_there[i]) {
            return refuse(reading, "tensors", what->tensors[i].name, "none of that name");
        }
        for (int k = 0; k < i; k++) {
            size_t other = reading->begins[k];
            if (begin < other + count_bytes(&what->tensors[k]) && other < end) {
                return refuse(reading, what->tensors[i].name, "bytes of its own",
                              what->tensors[k].name);
            }
        }
        total += end - begin;
    }
    if (total != reading->n_data) {
        return err_set(reading->err, ERR_FAILED,
                       "%.80s: %zu bytes behind the header expected, found %zu", reading->path,
                       total, reading->n_data);
    }
    return true;
}

static bool check_header(struct reading *reading)
{
    size_t length = 0;
    char *header = read_header(reading, &length);
    if (!header) {
        return false;
    }
    json_error_t error;
    json_t *root = json_loadb(header, length, JSON_REJECT_DUPLICATES, &error);
    free(header);
    if (!json_is_object(root)) {
        json_decref(root);
        return err_set(reading->err, ERR_FAILED,
                       "%.80s: a safetensors header, a JSON object, expected, found %.60s",
                       reading->path, root ? "something else" : error.text);
    }
    bool ok = true;
    const char *key;
    json_t *value;
    json_object_foreach(root, key, value)
    {
        ok = ok && (strcmp(key, metadata) == 0 ? check_notes(reading, value)
                                               : check_tensor(reading, key, value));
    }
    json_decref(root);
    return ok && check_whole(reading);
}

static bool read_tensor(const struct reading *reading, int i, real *theta)
{
    const struct safetensor *tensor = &reading->what->tensors[i];
    size_t n = count_numbers(tensor);
    unsigned char bytes[CHUNK * 4];
    if (fseek(reading->file, (long)(reading->data + reading->begins[i]), SEEK_SET) != 0) {
        return refuse(reading, tensor->name, "its numbers", "no way to them");
    }
    for (size_t at = 0; at < n; at += CHUNK) {
        size_t m = n - at < CHUNK ? n - at : CHUNK;
        if (fread(bytes, 4, m, reading->file) != m) {
            return refuse(reading, tensor->name, "its numbers", "the end of the file");
        }
        for (size_t k = 0; k < m; k++) {
            uint32_t bits = (uint32_t)get_little_endian(bytes + 4 * k, 4);
            float number;
            memcpy(&number, &bits, sizeof number);
            if (!isfinite(number)) {
                return refuse(reading, tensor->name, "finite numbers",
                              isnan(number) ? "one that is none" : "an infinite one");
            }
            theta[tensor->at + at + k] = (real)number;
        }
    }
    return true;
}

bool safetensors_read(const char *path, const struct safetensors *what, real *theta,
                      struct err *err)
{
    assert(what->n_tensors <= SAFETENSORS_TENSORS_MAX);
    struct reading reading = {.path = path, .what = what, .err = err};
    reading.file = fopen(path, "rb");
    if (!reading.file) {
        return err_set(err, ERR_FAILED, "%.80s: cannot be read: %s", path, strerror(errno));
    }
    bool ok = check_header(&reading);
    for (int i = 0; ok && i < what->n_tensors; i++) {
        ok = read_tensor(&reading, i, theta);
    }
    fclose(reading.file);
    return ok;
}
