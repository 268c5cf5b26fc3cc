/* SPDX-License-Identifier: MIT
 * Files of data: whatever they hold, opening them gives a dataset or one line, and a dataset that
 * opens can be cut into tasks and read to its end.  The first byte says which kind of file the rest
 * is, the second how a table is to be read. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tasks/csv_read.h"
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

/* What may be said of a table, chosen by the bits of a byte. */
static struct data_reading table_reading(uint8_t bits, const char *second)
{
    static const char *const missing[] = {NULL, "drop", "mean", "refuse"};
    struct data_reading reading = {{0}};
    reading.text[READING_LABEL] = bits & 1 ? "1" : NULL;
    reading.text[READING_MISSING] = missing[bits >> 1 & 3];
    reading.text[READING_TASK_COLUMN] = bits & 8 ? "2" : NULL;
    reading.text[READING_ENCODING] = bits & 16 ? "windows-1252" : NULL;
    reading.text[READING_VALIDATION] = bits & 32 ? "0.2" : NULL;
    reading.text[READING_CLASS_ORDER] = bits & 64 ? "shuffled" : NULL;
    reading.text[bits & 64 ? READING_TEST : READING_SPLIT] = bits & 128 ? second : NULL;
    reading.text[READING_DROP] = (bits & 9) == 8 ? "1" : NULL;
    return reading;
}

static void describe(const char *spec, const struct data_reading *reading)
{
    struct err err = {0};
    struct csv_columns columns;
    if (!csv_read(&columns, spec, reading, NULL, &err) && err.msg[0] == '\0') {
        abort();
    }
    csv_columns_fini(&columns);
}

static void use(const char *spec, const struct data_reading *reading)
{
    struct err err = {0};
    struct dataset *dataset =
        dataset_open(spec, &(struct dataset_options){.reading = *reading}, &err);
    if (!dataset) {
        if (err.msg[0] == '\0') {
            abort();
        }
        return;
    }
    const char *name = dataset->n_groups > 1 ? "kinds" : "permuted";
    struct suite_config config = {.name = name, .n_tasks = 2, .scenario = -1};
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
    char folder[] = "/tmp/oubli-fuzz-XXXXXX", path[256], second[256];
    const struct data_reading none = {{0}};
    if (size < 2 || size > 4096 || !mkdtemp(folder)) {
        return 0;
    }
    if (data[0] % 2 == 0) {
        size_t half = data[0] & 4 ? size / 2 : size; /* the rest is a second file */
        snprintf(path, sizeof path, "%s/t.csv", folder);
        snprintf(second, sizeof second, "%s/s.csv", folder);
        write_file(path, data + 2, half > 2 ? half - 2 : 0);
        write_file(second, data + half, size - half);
        const struct data_reading reading = table_reading(data[1], second);
        describe(path, &reading);
        use(path, &reading);
        unlink(path);
        unlink(second);
    } else {
        write_folder(folder, data + 1, size - 1);
        use(folder, &none);
        for (int i = 0; i < 4; i++) {
            snprintf(path, sizeof path, "%s/%s", folder, idx_names[i]);
            unlink(path);
        }
    }
    rmdir(folder);
    return 0;
}
