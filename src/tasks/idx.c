/* SPDX-License-Identifier: MIT
 * IDX: the format of MNIST and its relatives.  A set is four files in a folder: images and labels,
 * to train and to test.
 *
 *   00 00 type dimensions, then each dimension's size (4 bytes, the highest first), then the values
 *
 * type 08 = unsigned bytes, 0C = whole numbers of 4 bytes, which labels may be.  Images have 3
 * dimensions (n, height, width), labels 1, or 2 (n, columns) of which the first column is the label
 * (QMNIST).  Source: LeCun, Cortes & Burges, "The MNIST database", file formats.
 *
 * The classes are the labels that occur, in their order, and are called as they are: those of a set
 * that counts from 1 begin with "1".
 *
 * The headers of all four are read and compared first, so that memory is reserved once. */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "tasks/dataset.h"
#include "tasks/formats.h"
#include "tasks/gz.h"
#include "tasks/idx_names.h"

#define FASHION_FOLDER "/usr/share/datasets/fashion-mnist"

enum { IDX_TYPE_BYTE = 0x08, IDX_TYPE_INT = 0x0C };
enum { IDX_LABELS_MAX = 1 << 15, IDX_SIDE_MAX = 4096, IDX_COLUMNS_MAX = 256 };
static const uint64_t idx_bytes_max = UINT64_C(1) << 32;

struct idx_file {
    struct gz gz;
    bool is_labels;
    int n_sizes, value_size; /* dimensions, bytes of a value */
    uint32_t sizes[3];       /* n, height, width; or n, columns */
};

static bool open_role(struct idx_file *file, const struct idx_names *names, enum idx_role role,
                      struct err *err)
{
    char path[GZ_PATH_SIZE];
    int length = snprintf(path, sizeof path, "%s/%s", names->folder, names->file[role]);
    if (length < 0 || (size_t)length >= sizeof path) {
        return err_set(err, ERR_FAILED, "the path is too long: at most %d bytes expected",
                       GZ_PATH_SIZE - 1);
    }
    file->is_labels = role == TRAIN_LABELS || role == TEST_LABELS;
    return gz_open(&file->gz, path, err);
}

/* The first four bytes: two zeros, the type, the number of dimensions. */
static bool take_magic(struct idx_file *file, const unsigned char *magic, struct err *err)
{
    const char *path = file->gz.path;
    int n_sizes = file->is_labels ? 1 : 3;
    if (magic[0] != 0 || magic[1] != 0) {
        return err_set(
            err, ERR_FAILED,
            "%s: wrong magic number: 00 00 08 %02x expected, %02x %02x %02x %02x found; this "
            "is not an IDX file",
            path, n_sizes, magic[0], magic[1], magic[2], magic[3]);
    }
    if (magic[2] != IDX_TYPE_BYTE && !(file->is_labels && magic[2] == IDX_TYPE_INT)) {
        return err_set(
            err, ERR_FAILED,
            "%s: wrong type of values: 08 (unsigned bytes) expected, %02x found; convert it", path,
            magic[2]);
    }
    if (magic[3] != n_sizes && !(file->is_labels && magic[3] == 2)) {
        return err_set(
            err, ERR_FAILED,
            "%s: wrong number of dimensions: %d expected, %d found; are images and labels "
            "swapped?",
            path, n_sizes, magic[3]);
    }
    file->n_sizes = magic[3];
    file->value_size = magic[2] == IDX_TYPE_INT ? 4 : 1;
    return true;
}

static uint32_t big_endian(const unsigned char *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | (uint32_t)at[3];
}

static bool check_sizes(const struct idx_file *file, struct err *err)
{
    const uint32_t *sizes = file->sizes;
    uint64_t values = 1;
    bool sane = sizes[0] >= 1 && sizes[0] <= INT_MAX;
    int most = file->is_labels ? IDX_COLUMNS_MAX : IDX_SIDE_MAX;
    for (int i = 1; i < file->n_sizes; i++) {
        sane = sane && sizes[i] >= 1 && sizes[i] <= (uint32_t)most;
    }
    /* At most 2^31 * 2^12 * 2^12 = 2^55: no overflow. */
    for (int i = 0; sane && i < file->n_sizes; i++) {
        values *= sizes[i];
    }
    if (sane && values <= idx_bytes_max) {
        return true;
    }
    if (file->is_labels) {
        return err_set(err, ERR_FAILED, "%s: 1 to %d labels expected, %u found in the header",
                       file->gz.path, INT_MAX, sizes[0]);
    }
    return err_set(err, ERR_FAILED,
                   "%s: at least one image, sides of 1 to %d pixels and at most 4 GB expected, "
                   "%u images of %u x %u found in the header",
                   file->gz.path, IDX_SIDE_MAX, sizes[0], sizes[1], sizes[2]);
}

static bool read_exactly(struct idx_file *file, const char *what, void *bytes, size_t size,
                         struct err *err)
{
    size_t found;
    if (!gz_read(&file->gz, bytes, size, &found, err)) {
        return false;
    }
    if (found < size) {
        return err_set(
            err, ERR_FAILED,
            "%s: truncated: %zu bytes of %s expected, %zu found; fetch or make the file again",
            file->gz.path, size, what, found);
    }
    return true;
}

static bool read_header(struct idx_file *file, struct err *err)
{
    unsigned char bytes[4 + 4 * 3];
    if (!read_exactly(file, "header", bytes, 4, err) || !take_magic(file, bytes, err) ||
        !read_exactly(file, "dimensions", bytes + 4, 4 * (size_t)file->n_sizes, err)) {
        return false;
    }
    for (int i = 0; i < file->n_sizes; i++) {
        file->sizes[i] = big_endian(bytes + 4 + 4 * i);
    }
    return check_sizes(file, err);
}

/* Nothing may follow the values.  Reading past them also makes zlib check the sum of the whole
 * file. */
static bool check_end(struct idx_file *file, struct err *err)
{
    unsigned char byte;
    size_t found;
    if (!gz_read(&file->gz, &byte, 1, &found, err)) {
        return false;
    }
    return found == 0 ||
           err_set(
               err, ERR_FAILED,
               "%s: the end of the file expected after %u values, more bytes found; the header and "
               "the data do not agree",
               file->gz.path, file->sizes[0]);
}

static bool check_agreement(const struct idx_file *files, struct err *err)
{
    for (int i = 0; i < IDX_ROLES; i += 2) {
        const struct idx_file *images = &files[i], *labels = &files[i + 1];
        if (images->sizes[0] != labels->sizes[0]) {
            return err_set(err, ERR_FAILED, "%s: as many labels as images expected (%u), %u found",
                           labels->gz.path, images->sizes[0], labels->sizes[0]);
        }
    }
    const uint32_t *train = files[TRAIN_IMAGES].sizes, *test = files[TEST_IMAGES].sizes;
    if (train[1] != test[1] || train[2] != test[2]) {
        return err_set(err, ERR_FAILED,
                       "%s: images of %u x %u expected as in the train set, %u x %u found",
                       files[TEST_IMAGES].gz.path, train[1], train[2], test[1], test[2]);
    }
    return true;
}

static bool reserve(struct dataset *dataset, const struct idx_file *files, struct err *err)
{
    size_t total = 0, d = (size_t)dataset->n_features;
    bool fits = class_names_size_add(&total, IDX_LABELS_MAX);
    for (int i = 0; i < IDX_ROLES; i += 2) {
        fits = fits && arena_size_add(&total, files[i].sizes[0], d) &&
               arena_size_add(&total, files[i].sizes[0], sizeof(uint16_t));
    }
    if (!fits) {
        return err_set(err, ERR_FAILED, "%s: too large for the memory of this machine",
                       dataset->name);
    }
    return arena_init(&dataset->arena, total, err);
}

/* What was read of one side, still to be written to. */
struct side {
    size_t n;
    uint8_t *pixels;  /* (n, d) */
    uint16_t *labels; /* (n) as they stand in the file */
};

/* labels: (n) is written, and which of them there are: occurs (IDX_LABELS_MAX).  Of each row of the
 * file the first value is the label. */
static bool read_labels(struct idx_file *file, uint16_t *labels, bool *occurs, struct err *err)
{
    unsigned char row[4 * IDX_COLUMNS_MAX];
    size_t columns = file->n_sizes == 2 ? file->sizes[1] : 1;
    for (size_t i = 0; i < file->sizes[0]; i++) {
        size_t found, size = columns * (size_t)file->value_size;
        if (!gz_read(&file->gz, row, size, &found, err)) {
            return false;
        }
        if (found < size) {
            return err_set(err, ERR_FAILED,
                           "%s: truncated: %zu bytes of labels expected, %zu found; fetch or make "
                           "the file again",
                           file->gz.path, file->sizes[0] * size, i * size + found);
        }
        uint32_t label = file->value_size == 1 ? row[0] : big_endian(row);
        if (label >= IDX_LABELS_MAX) {
            return err_set(err, ERR_FAILED, "%s: labels from 0 to %d expected, label %zu is %d",
                           file->gz.path, IDX_LABELS_MAX - 1, i + 1, (int32_t)label);
        }
        labels[i] = (uint16_t)label;
        occurs[label] = true;
    }
    return check_end(file, err);
}

/* EMNIST's pictures lie on their side: columns stand where rows should. */
static void transpose(uint8_t *pixels, size_t n, int side)
{
    for (size_t i = 0; i < n; i++, pixels += side * side) {
        for (int y = 0; y < side; y++) {
            for (int x = y + 1; x < side; x++) {
                uint8_t swap = pixels[y * side + x];
                pixels[y * side + x] = pixels[x * side + y];
                pixels[x * side + y] = swap;
            }
        }
    }
}

/* files: the images, then their labels */
static bool read_side(struct dataset *dataset, struct side *side, bool *occurs,
                      struct idx_file *files, struct err *err)
{
    size_t d = (size_t)dataset->n_features;
    side->n = files[0].sizes[0];
    side->pixels = arena_alloc(&dataset->arena, side->n, d);
    side->labels = arena_alloc(&dataset->arena, side->n, sizeof(uint16_t));
    return read_labels(&files[1], side->labels, occurs, err) &&
           read_exactly(&files[0], "pixels", side->pixels, side->n * d, err) &&
           check_end(&files[0], err);
}

static struct examples examples_of(const struct side *side)
{
    return (struct examples){.n = (int)side->n,
                             .bytes = side->pixels,
                             .labels = side->labels,
                             .scale = 1.0F / UINT8_MAX};
}

/* Numbers the classes: those labels that occur (IDX_LABELS_MAX).  sides: (2); names: (10) of the
 * labels 0 .. 9, or NULL */
static bool number_classes(struct dataset *dataset, struct side *sides, const bool *occurs,
                           const char *const *names, struct err *err)
{
    uint16_t class_of[IDX_LABELS_MAX] = {0}, label_of[IDX_LABELS_MAX] = {0};
    for (int label = 0; label < IDX_LABELS_MAX; label++) {
        if (occurs[label]) {
            class_of[label] = (uint16_t)dataset->n_classes;
            label_of[dataset->n_classes++] = (uint16_t)label;
        }
    }
    for (int s = 0; s < 2; s++) {
        for (size_t i = 0; i < sides[s].n; i++) {
            sides[s].labels[i] = class_of[sides[s].labels[i]];
        }
    }
    if (dataset->n_classes < 2) {
        return err_set(err, ERR_FAILED,
                       "%s: at least 2 classes expected, 1 found (every label is %d)",
                       dataset->name, label_of[0]);
    }
    if (names && dataset->n_classes == 10 && label_of[9] == 9) {
        class_names_set(dataset, names);
    } else {
        class_names_set_numbers(dataset, label_of);
    }
    return true;
}

/* The four files of a folder.  Zero is none. */
struct set {
    struct idx_names names;
    struct idx_file file[IDX_ROLES];
};

/* Opens all four: their headers are read and found to agree. */
static bool open_files(struct set *set, const char *folder, struct err *err)
{
    if (!idx_names_find(&set->names, folder, err)) {
        return false;
    }
    for (int i = 0; i < IDX_ROLES; i++) {
        if (!open_role(&set->file[i], &set->names, (enum idx_role)i, err) ||
            !read_header(&set->file[i], err)) {
            return false;
        }
    }
    return check_agreement(set->file, err);
}

static void close_files(struct set *set)
{
    for (int i = 0; i < IDX_ROLES; i++) {
        gz_close(&set->file[i].gz);
    }
}

/* Of what is read, pictures are what one waits for. */
static bool read_sides(struct dataset *dataset, struct side *sides, bool *occurs, struct set *set,
                       const struct watch *watch, struct err *err)
{
    double n_train = set->file[TRAIN_IMAGES].sizes[0], n_test = set->file[TEST_IMAGES].sizes[0];
    struct watch_share train = {watch, 0, n_train / (n_train + n_test)},
                       test = {watch, train.to, 1};
    struct watch of_train = watch_of(&train), of_test = watch_of(&test);
    set->file[TRAIN_IMAGES].gz.watch = &of_train;
    set->file[TEST_IMAGES].gz.watch = &of_test;
    return read_side(dataset, &sides[0], occurs, &set->file[TRAIN_IMAGES], err) &&
           read_side(dataset, &sides[1], occurs, &set->file[TEST_IMAGES], err);
}

/* class_names: (10), NULL = the labels themselves */
static bool read_set(struct dataset *dataset, struct set *set, const char *const *class_names,
                     const struct watch *watch, struct err *err)
{
    bool occurs[IDX_LABELS_MAX] = {false};
    struct side sides[2];
    dataset->height = (int)set->file[TRAIN_IMAGES].sizes[1];
    dataset->width = (int)set->file[TRAIN_IMAGES].sizes[2];
    dataset->n_features = dataset->height * dataset->width;
    if (!reserve(dataset, set->file, err) || !read_sides(dataset, sides, occurs, set, watch, err)) {
        return false;
    }
    bool is_on_its_side = strncmp(set->names.set, "emnist", 6) == 0;
    for (int s = 0; s < 2 && is_on_its_side && dataset->height == dataset->width; s++) {
        transpose(sides[s].pixels, sides[s].n, dataset->width);
    }
    dataset->train = examples_of(&sides[0]);
    dataset->test = examples_of(&sides[1]);
    return number_classes(dataset, sides, occurs, class_names, err);
}

/* class_names: (10), NULL = the labels themselves */
static struct dataset *open_set(const char *folder, const char *const *class_names,
                                const struct watch *watch, struct err *err)
{
    struct set set = {0};
    struct dataset *dataset = dataset_empty(folder, err);
    bool done = dataset && open_files(&set, folder, err) &&
                read_set(dataset, &set, class_names, watch, err);
    close_files(&set);
    if (!done) {
        dataset_close(dataset);
        return NULL;
    }
    return dataset;
}

bool idx_check(const char *path, struct err *err)
{
    struct set set = {0};
    bool ok = open_files(&set, path, err);
    close_files(&set);
    return ok;
}

struct dataset *idx_open(const char *path, const struct watch *watch, struct err *err)
{
    return open_set(path, NULL, watch, err);
}

static bool find_fashion(struct err *err)
{
    struct stat status;
    return stat(FASHION_FOLDER, &status) == 0 ||
           err_set(err, ERR_FAILED,
                   "fashion: " FASHION_FOLDER " not found; install it with: "
                   "apt install dataset-fashion-mnist, or give a folder of IDX files with "
                   "--data DIR");
}

bool fashion_check(struct err *err)
{
    return find_fashion(err) && idx_check(FASHION_FOLDER, err);
}

struct dataset *fashion_open(const struct watch *watch, struct err *err)
{
    static const char *const names[] = {"t-shirt", "trouser", "pullover", "dress", "coat",
                                        "sandal",  "shirt",   "sneaker",  "bag",   "boot"};
    struct dataset *dataset =
        find_fashion(err) ? open_set(FASHION_FOLDER, names, watch, err) : NULL;
    if (dataset) {
        snprintf(dataset->name, sizeof dataset->name, "fashion");
    }
    return dataset;
}
