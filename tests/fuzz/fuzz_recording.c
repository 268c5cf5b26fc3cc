/* SPDX-License-Identifier: MIT
 * Recordings: whatever a file holds, it opens and is read as far as it makes sense, or one line
 * says why not.  The first byte says what the rest is: 0 a file; 1 changes to a good one, four
 * bytes each (where, three bytes; what); 2 a snapshot; 3 the body of one, before zlib; all others
 * are taken as 1. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "session/recording.h"
#include "session/snapshot_code.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { IMAGE_MAX = 256 * 1024, ENTRIES = 400, KINDS = ENTRY_REMOVED + 1 };

static void must(bool ok)
{
    if (!ok) {
        abort();
    }
}

static size_t read_image(const char *path, uint8_t *image)
{
    FILE *file = fopen(path, "rb");
    must(file != NULL);
    size_t size = fread(image, 1, IMAGE_MAX, file);
    fclose(file);
    return size;
}

/* A good recording, to be changed. */
static size_t make_image(uint8_t *image)
{
    char folder[] = "/tmp/oubli-fuzz-XXXXXX", path[64];
    must(mkdtemp(folder) != NULL);
    snprintf(path, sizeof path, "%s/good", folder);
    struct config config = config_default();
    struct err err = {0};
    config.suite = "permuted";
    struct gallery *gallery = gallery_of_size(
        &(struct gallery){.n_tasks = 1, .n_classes = 1, .n_columns = 1, .n_each = 2, .n_sets = 1});
    must(gallery != NULL);
    gallery->tasks[0].n_classes = 1;
    const struct recording_facts facts = {.version = "0", .gallery = gallery};
    struct recording_writer *writer = recording_create(path, &config, &facts, &err);
    gallery_destroy(gallery);
    struct snapshot *snapshot = calloc(1, sizeof *snapshot);
    must(writer && snapshot && recording_begin(writer, &err));
    for (int i = 0; i < ENTRIES; i++) {
        enum entry_kind kind = (enum entry_kind)(i % KINDS);
        bool is_said = kind == ENTRY_COMMAND || kind == ENTRY_REFUSED || kind == ENTRY_LEARNER;
        struct entry entry = {
            .kind = kind, .step = i, .value = i * 0.01, .text = is_said ? "note here" : NULL};
        must(recording_add_entry(writer, i, &entry, &err));
        must(i % 50 ||
             (recording_add_snapshot(writer, i, snapshot, &err) &&
              recording_add_view(writer, i, "focus matrix", &err) &&
              recording_add_checkpoint(writer, recording_added(writer), path, sizeof path, &err)));
    }
    must(recording_commit(writer, &err) && recording_finish(writer, &err));
    size_t size = read_image(path, image);
    unlink(path);
    rmdir(folder);
    free(snapshot);
    return size;
}

static bool take_entry(void *context, int64_t n, int64_t t, const struct entry *entry)
{
    (void)n;
    must(t >= 0 && (!entry->text || strlen(entry->text) < JOURNAL_TEXT_MAX));
    return ++*(int *)context < 100000;
}

static bool take_view(void *context, int64_t i, int64_t t, const char *line)
{
    (void)i;
    must(t >= 0 && strlen(line) < RECORDING_LINE_MAX);
    return ++*(int *)context < 100000;
}

static void read_all(struct recording *recording, struct snapshot *snapshot)
{
    struct err err = {0};
    struct recording_extent extent;
    int64_t taken, n;
    size_t size;
    int count = 0;
    gallery_destroy(recording_gallery(recording, &err));
    must(recording_extent(recording, &extent, &err) || err.msg[0]);
    must(recording_read(recording, 0, extent.n_entries, take_entry, &count, &err) || err.msg[0]);
    must(recording_read_views(recording, 0, take_view, &count, &err) || err.msg[0]);
    for (int64_t t = 0; t <= ENTRIES; t += 40) {
        bool ok = recording_snapshot(recording, t, snapshot, &taken, &n, &err);
        must(!ok || snapshot->n_learners <= LEARNERS_MAX);
        must(recording_count_until(recording, t, &n, &err) || err.msg[0]);
    }
    free(recording_checkpoint(recording, extent.n_entries, &n, &size, &err));
}

static void use_file(const uint8_t *data, size_t size, struct snapshot *snapshot)
{
    char path[] = "/tmp/oubli-fuzz-XXXXXX";
    int handle = mkstemp(path);
    struct err err = {0};
    must(handle >= 0 && write(handle, data, size) == (ssize_t)size);
    close(handle);
    struct recording *recording = recording_open(path, &err);
    must(recording || err.msg[0]);
    if (recording) {
        read_all(recording, snapshot);
    }
    recording_close(recording);
    unlink(path);
}

static void use_changes(const uint8_t *data, size_t size, struct snapshot *snapshot)
{
    static uint8_t good[IMAGE_MAX];
    static size_t good_size;
    uint8_t *image = malloc(IMAGE_MAX);
    good_size = good_size ? good_size : make_image(good);
    memcpy(image, good, good_size);
    for (size_t i = 0; i + 4 <= size; i += 4) {
        size_t at = (size_t)data[i] << 16 | (size_t)data[i + 1] << 8 | data[i + 2];
        image[at % good_size] = data[i + 3];
    }
    use_file(image, good_size, snapshot);
    free(image);
}

static void use_body(const uint8_t *data, size_t size, struct snapshot *snapshot)
{
    uLongf length = compressBound((uLong)size);
    uint8_t *bytes = malloc(length + 1);
    struct err err = {0};
    bytes[0] = SNAPSHOT_CODE_VERSION;
    must(compress2(bytes + 1, &length, data, (uLong)size, 1) == Z_OK);
    if (snapshot_decode(snapshot, bytes, length + 1, &err)) {
        unsigned char *again = snapshot_encode(snapshot, &size, &err);
        must(again != NULL);
        free(again);
    } else {
        must(err.msg[0]);
    }
    free(bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct snapshot *snapshot = calloc(1, sizeof *snapshot);
    struct err err = {0};
    must(snapshot != NULL);
    if (size > 0 && data[0] == 0) {
        use_file(data + 1, size - 1, snapshot);
    } else if (size > 0 && data[0] == 2) {
        must(snapshot_decode(snapshot, data + 1, size - 1, &err) || err.msg[0]);
    } else if (size > 0 && data[0] == 3) {
        use_body(data + 1, size - 1, snapshot);
    } else if (size > 0) {
        use_changes(data + 1, size - 1, snapshot);
    }
    free(snapshot);
    return 0;
}
