/* SPDX-License-Identifier: MIT
 * IDX: the format of MNIST and its relatives.  A set is four files in a folder: images and labels,
 * to train and to test.
 *
 *   00 00 type dimensions, then each dimension's size (4 bytes, the highest first), then the values
 *
 * type 08 = unsigned bytes, the only one read here.  Images have 3 dimensions (n, height, width),
 * labels 1. Source: LeCun, Cortes & Burges, "The MNIST database", file formats.
 *
 * The headers of all four are read and compared first, so that memory is reserved once. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "tasks/dataset.h"
#include "tasks/formats.h"
#include "tasks/gz.h"

#define FASHION_FOLDER "/usr/share/datasets/fashion-mnist"

enum { IDX_TYPE_BYTE = 0x08, IDX_LABELS_MAX = 256, IDX_SIDE_MAX = 4096 };
static const uint64_t idx_bytes_max = UINT64_C(1) << 32;

enum idx_role { TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS, IDX_ROLES };

static const struct {
    const char *stem;
    int n_sizes;
} roles[IDX_ROLES] = {
    [TRAIN_IMAGES] = {"train-images", 3},
    [TRAIN_LABELS] = {"train-labels", 1},
    [TEST_IMAGES] = {"t10k-images", 3},
    [TEST_LABELS] = {"t10k-labels", 1},
};

struct idx_file {
    struct gz gz;
    uint32_t sizes[3]; /* n, height, width */
};

/* Opens the file of a role under any of its four names. */
static bool open_role(struct idx_file *file, const char *folder, enum idx_role role,
                      struct err *err)
{
    for (int name = 0; name < 4; name++) {
        char path[GZ_PATH_SIZE];
        struct stat status;
        int length = snprintf(path, sizeof path, "%s/%s%cidx%d-ubyte%s", folder, roles[role].stem,
                              name < 2 ? '-' : '.', roles[role].n_sizes, name % 2 ? ".gz" : "");
        if (length < 0 || (size_t)length >= sizeof path) {
            return err_set(err, ERR_FAILED, "the path is too long: at most %d bytes expected",
                           GZ_PATH_SIZE - 1);
        }
        if (stat(path, &status) == 0) {
            return gz_open(&file->gz, path, err);
        }
        if (errno != ENOENT) {
            return err_set(err, ERR_FAILED, "%s: cannot be read: %s", path, strerror(errno));
        }
    }
    return err_set(
        err, ERR_FAILED,
        "%s: %s-idx%d-ubyte not found; a folder of IDX files holds train-images-idx3-ubyte, "
        "train-labels-idx1-ubyte, t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte, plain "
        "or .gz",
        folder, roles[role].stem, roles[role].n_sizes);
}

/* The first four bytes: two zeros, the type, the number of dimensions. */
static bool check_magic(const struct idx_file *file, const unsigned char *magic, int n_sizes,
                        struct err *err)
{
    const char *path = file->gz.path;
    if (magic[0] != 0 || magic[1] != 0) {
        return err_set(
            err, ERR_FAILED,
            "%s: wrong magic number: 00 00 08 %02x expected, %02x %02x %02x %02x found; this "
            "is not an IDX file",
            path, n_sizes, magic[0], magic[1], magic[2], magic[3]);
    }
    if (magic[2] != IDX_TYPE_BYTE) {
        return err_set(
            err, ERR_FAILED,
            "%s: wrong type of values: 08 (unsigned bytes) expected, %02x found; convert it", path,
            magic[2]);
    }
    if (magic[3] != n_sizes) {
        return err_set(
            err, ERR_FAILED,
            "%s: wrong number of dimensions: %d expected, %d found; are images and labels "
            "swapped?",
            path, n_sizes, magic[3]);
    }
    return true;
}

static bool check_sizes(const struct idx_file *file, int n_sizes, struct err *err)
{
    const uint32_t *sizes = file->sizes;
    uint64_t values = 1;
    bool sane = sizes[0] >= 1 && sizes[0] <= INT_MAX;
    for (int i = 1; i < n_sizes; i++) {
        sane = sane && sizes[i] >= 1 && sizes[i] <= IDX_SIDE_MAX;
    }
    /* At most 2^31 * 2^12 * 2^12 = 2^55: no overflow. */
    for (int i = 0; sane && i < n_sizes; i++) {
        values *= sizes[i];
    }
    if (sane && values <= idx_bytes_max) {
        return true;
    }
    if (n_sizes == 1) {
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

static bool read_header(struct idx_file *file, int n_sizes, struct err *err)
{
    unsigned char bytes[4 + 4 * 3];
    if (!read_exactly(file, "header", bytes, 4, err) || !check_magic(file, bytes, n_sizes, err) ||
        !read_exactly(file, "dimensions", bytes + 4, 4 * (size_t)n_sizes, err)) {
        return false;
    }
    for (int i = 0; i < n_sizes; i++) {
        const unsigned char *at = bytes + 4 + 4 * i;
        file->sizes[i] =
            (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | (uint32_t)at[3];
    }
    return check_sizes(file, n_sizes, err);
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

/* Copies n labels, widened, and raises `*n_classes` to hold them. */
static void take_labels(uint16_t *labels, const unsigned char *bytes, size_t n, int *n_classes)
{
    for (size_t i = 0; i < n; i++) {
        labels[i] = bytes[i];
        if (bytes[i] >= *n_classes) {
            *n_classes = bytes[i] + 1;
        }
    }
}

static bool read_labels(struct idx_file *file, uint16_t *labels, int *n_classes, struct err *err)
{
    unsigned char bytes[4096];
    size_t left = file->sizes[0];
    while (left > 0) {
        size_t count = left < sizeof bytes ? left : sizeof bytes;
        if (!read_exactly(file, "labels", bytes, count, err)) {
            return false;
        }
        take_labels(labels, bytes, count, n_classes);
        labels += count;
        left -= count;
    }
    return check_end(file, err);
}

/* files: the images, then their labels */
static bool read_side(struct dataset *dataset, struct examples *side, struct idx_file *files,
                      struct err *err)
{
    size_t n = files[0].sizes[0], d = (size_t)dataset->n_features;
    uint8_t *pixels = arena_alloc(&dataset->arena, n, d);
    uint16_t *labels = arena_alloc(&dataset->arena, n, sizeof *labels);
    *side = (struct examples){
        .n = (int)n, .bytes = pixels, .labels = labels, .scale = 1.0F / UINT8_MAX};
    return read_labels(&files[1], labels, &dataset->n_classes, err) &&
           read_exactly(&files[0], "pixels", pixels, n * d, err) && check_end(&files[0], err);
}

/* All four, their headers read and found to agree. */
static bool open_files(struct idx_file *files, const char *folder, struct err *err)
{
    for (int i = 0; i < IDX_ROLES; i++) {
        if (!open_role(&files[i], folder, (enum idx_role)i, err) ||
            !read_header(&files[i], roles[i].n_sizes, err)) {
            return false;
        }
    }
    return check_agreement(files, err);
}

static void close_files(struct idx_file *files)
{
    for (int i = 0; i < IDX_ROLES; i++) {
        gz_close(&files[i].gz);
    }
}

static bool read_set(struct dataset *dataset, struct idx_file *files, const struct watch *watch,
                     struct err *err)
{
    double n_train = files[TRAIN_IMAGES].sizes[0], n_test = files[TEST_IMAGES].sizes[0];
    struct watch_share train = {watch, 0, n_train / (n_train + n_test)},
                       test = {watch, train.to, 1};
    struct watch of_train = watch_of(&train), of_test = watch_of(&test);
    files[TRAIN_IMAGES].gz.watch = &of_train;
    files[TEST_IMAGES].gz.watch = &of_test;
    dataset->height = (int)files[TRAIN_IMAGES].sizes[1];
    dataset->width = (int)files[TRAIN_IMAGES].sizes[2];
    dataset->n_features = dataset->height * dataset->width;
    if (!reserve(dataset, files, err) ||
        !read_side(dataset, &dataset->train, &files[TRAIN_IMAGES], err) ||
        !read_side(dataset, &dataset->test, &files[TEST_IMAGES], err)) {
        return false;
    }
    return dataset->n_classes >= 2 ||
           err_set(err, ERR_FAILED, "%s: at least 2 classes expected, 1 found (every label is 0)",
                   files[TRAIN_LABELS].gz.path);
}

/* Without class names yet. */
static struct dataset *open_set(const char *folder, const struct watch *watch, struct err *err)
{
    struct idx_file files[IDX_ROLES] = {0};
    struct dataset *dataset = dataset_empty(folder, err);
    bool done = dataset && open_files(files, folder, err) && read_set(dataset, files, watch, err);
    close_files(files);
    if (!done) {
        dataset_close(dataset);
        return NULL;
    }
    return dataset;
}

bool idx_check(const char *path, struct err *err)
{
    struct idx_file files[IDX_ROLES] = {0};
    bool ok = open_files(files, path, err);
    close_files(files);
    return ok;
}

struct dataset *idx_open(const char *path, const struct watch *watch, struct err *err)
{
    struct dataset *dataset = open_set(path, watch, err);
    if (dataset) {
        class_names_set(dataset, NULL);
    }
    return dataset;
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
    struct dataset *dataset = find_fashion(err) ? open_set(FASHION_FOLDER, watch, err) : NULL;
    if (dataset) {
        snprintf(dataset->name, sizeof dataset->name, "fashion");
        class_names_set(dataset, dataset->n_classes == 10 ? names : NULL);
    }
    return dataset;
}
