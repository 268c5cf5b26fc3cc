/* SPDX-License-Identifier: MIT
 * Files of data: whatever they hold, opening them gives a dataset or one line, and a dataset that
 * opens can be cut into tasks and read to its end.  The first byte says which kind of file the rest
 * is. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tasks/dataset.h"
#include "tasks/feed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const idx_names[4] = {"train-images-idx3-ubyte", "train-labels-idx1-ubyte",
                                         "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"};

static void write_file(const char *path, const uint8_t *data, size_t size)
{
    FILE *file = fopen(path, "wb");
    if (file) {
        fwrite(data, 1, size, file);
        fclose(file);
    }
}

/* Cuts the input into the four files of a folder, their lengths taken from its first bytes. */
static void write_folder(const char *folder, const uint8_t *data, size_t size)
{
    size_t at = size < 4 ? size : 4;
    for (int i = 0; i < 4; i++) {
        char path[256];
        size_t length = i < 3 && (size_t)i < size ? (size_t)data[i] * 4 : size - at;
        length = length > size - at ? size - at : length;
        snprintf(path, sizeof path, "%s/%s", folder, idx_names[i]);
        write_file(path, data + at, length);
        at += length;
    }
}

static void use(const char *spec, const char *label)
{
    struct err err = {0};
    struct dataset *dataset =
        dataset_open(spec, &(struct dataset_options){.reading.text[READING_LABEL] = label}, &err);
    if (!dataset) {
        if (err.msg[0] == '\0') {
            abort();
        }
        return;
    }
    struct suite_config config = {.name = "permuted", .n_tasks = 2, .scenario = -1};
    struct suite *suite = suite_create(&config, dataset, &err);
    struct batches *batches = suite ? batches_create(suite, 3, 0, &err) : NULL;
    struct feed *feed = batches ? feed_create(batches, &err) : NULL;
    if (feed) {
        batches_begin(batches, 1, 1);
        feed_begin(feed, 0);
        for (int i = 0; i < 20; i++) {
            struct batch batch = feed_next(feed);
            if (batch.n < 1) {
                abort();
            }
        }
    }
    feed_destroy(feed);
    batches_destroy(batches);
    suite_destroy(suite);
    dataset_close(dataset);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char folder[] = "/tmp/oubli-fuzz-XXXXXX", path[256];
    if (size == 0 || size > 4096 || !mkdtemp(folder)) {
        return 0;
    }
    if (data[0] % 2 == 0) {
        snprintf(path, sizeof path, "%s/t.csv", folder);
        write_file(path, data + 1, size - 1);
        use(path, data[0] % 4 == 2 ? "1" : NULL);
        unlink(path);
    } else {
        write_folder(folder, data + 1, size - 1);
        use(folder, NULL);
        for (int i = 0; i < 4; i++) {
            snprintf(path, sizeof path, "%s/%s", folder, idx_names[i]);
            unlink(path);
        }
    }
    rmdir(folder);
    return 0;
}
