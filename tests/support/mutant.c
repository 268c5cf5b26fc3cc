/* SPDX-License-Identifier: MIT */
#include "support/mutant.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "support/mutant_inside.h"

enum { PAGE = 4096, BOMB = 64 * 1024 * 1024, GROWN = 1024 * 1024 };

void mutant_must(bool ok, const char *what)
{
    if (!ok) {
        fprintf(stderr, "mutants: %s\n", what);
        abort();
    }
}

/* ---- files as bytes ---- */

void image_resize(struct image *image, size_t size)
{
    if (size > image->capacity) {
        image->bytes = realloc(image->bytes, size);
        mutant_must(image->bytes, "no memory");
        image->capacity = size;
    }
    if (size > image->size) {
        memset(image->bytes + image->size, 0, size - image->size);
    }
    image->size = size;
}

void image_load(struct image *image, const char *path)
{
    struct stat status;
    FILE *file = fopen(path, "rb");
    mutant_must(file && fstat(fileno(file), &status) == 0, path);
    image_resize(image, (size_t)status.st_size);
    mutant_must(fread(image->bytes, 1, image->size, file) == image->size, path);
    fclose(file);
}

void image_store(const struct image *image, const char *path)
{
    FILE *file = fopen(path, "wb");
    mutant_must(file && fwrite(image->bytes, 1, image->size, file) == image->size &&
                    fclose(file) == 0,
                path);
}

/* ---- chance ---- */

int64_t mutant_below(struct rng *rng, int64_t n)
{
    return n > 0 ? (int64_t)(rng_next(rng) % (uint64_t)n) : 0;
}

bool mutant_once_in(struct rng *rng, int n)
{
    return rng_below(rng, n) == 0;
}

int64_t mutant_number(struct rng *rng)
{
    static const int64_t edges[] = {
        0,       1,          -1,         2,          7,          8,          127,       255,
        999,     1000,       1001,       32768,      65535,      65536,      INT32_MAX, INT32_MIN,
        1 << 24, INT64_MAX,  INT64_MIN,  4294967295, 4294967296, 1 << 30,    -2,        -1000,
        16,      1000000000, 0x7ffffffe, 128,        256,        2147483648, 64,        3};
    switch (rng_below(rng, 3)) {
    case 0:
        return edges[rng_below(rng, (int)(sizeof edges / sizeof *edges))];
    case 1:
        return rng_below(rng, 12);
    default:
        return (int64_t)(rng_next(rng) >> rng_below(rng, 64));
    }
}

/* ---- deeds on bytes ---- */

/* Where it hurts: the file's head, a page's head, or anywhere. */
static size_t place(struct rng *rng, size_t size)
{
    int64_t at = mutant_below(rng, (int64_t)size);
    switch (rng_below(rng, 4)) {
    case 0:
        at = mutant_below(rng, 100);
        break;
    case 1:
        at = at / PAGE * PAGE + mutant_below(rng, 64);
        break;
    default:
        break;
    }
    return (size_t)at < size ? (size_t)at : size - 1;
}

void mutant_scramble(struct rng *rng, struct image *image)
{
    static const unsigned char edges[] = {0, 1, 2, 5, 10, 13, 0x7f, 0x80, 0x81, 0xfe, 0xff};
    for (int i = 1 + rng_below(rng, 1 << rng_below(rng, 5)); i > 0 && image->size > 0; i--) {
        size_t at = (size_t)mutant_below(rng, (int64_t)image->size);
        int run = 1 + (mutant_once_in(rng, 4) ? rng_below(rng, 10) : 0);
        unsigned char value = mutant_once_in(rng, 2) ? edges[rng_below(rng, (int)sizeof edges)]
                                                     : (unsigned char)rng_below(rng, 256);
        for (int k = 0; k < run && at + (size_t)k < image->size; k++) {
            image->bytes[at + (size_t)k] = value;
        }
    }
}

static void flip_bits(struct mutants *mutants)
{
    struct image *image = &mutants->now;
    for (int i = 1 << rng_below(&mutants->rng, 6); i > 0 && image->size > 0; i--) {
        size_t at = place(&mutants->rng, image->size);
        image->bytes[at] ^= (unsigned char)(1u << rng_below(&mutants->rng, 8));
    }
}

static void change_bytes(struct mutants *mutants)
{
    mutant_scramble(&mutants->rng, &mutants->now);
}

static void cut_short(struct mutants *mutants)
{
    size_t size = (size_t)mutant_below(&mutants->rng, (int64_t)mutants->now.size);
    image_resize(&mutants->now, mutant_once_in(&mutants->rng, 2) ? size / PAGE * PAGE : size);
}

static void add_garbage(struct mutants *mutants)
{
    size_t before = mutants->now.size;
    image_resize(&mutants->now, before + (size_t)mutant_below(&mutants->rng, GROWN));
    for (size_t i = before; i < mutants->now.size && mutant_once_in(&mutants->rng, 1); i += 97) {
        mutants->now.bytes[i] = (unsigned char)rng_below(&mutants->rng, 256);
    }
}

/* Any two or four bytes: child pointers, overflow pages, page counts, positions of cells. */
static void change_word(struct mutants *mutants)
{
    struct image *image = &mutants->now;
    struct rng *rng = &mutants->rng;
    size_t n_pages = image->size / PAGE;
    for (int i = 1 + rng_below(rng, 8); i > 0 && image->size >= 8; i--) {
        size_t at = place(rng, image->size - 4);
        int64_t word =
            mutant_once_in(rng, 2) ? 1 + mutant_below(rng, (int64_t)n_pages) : mutant_number(rng);
        for (int k = 0; k < (mutant_once_in(rng, 2) ? 2 : 4); k++) {
            image->bytes[at + (size_t)k] = (unsigned char)(word >> (24 - 8 * k));
        }
    }
}

/* Child pointers of inner pages lead anywhere: trees that go round in circles. */
static void tie_knots(struct mutants *mutants)
{
    struct image *image = &mutants->now;
    struct rng *rng = &mutants->rng;
    int64_t n_pages = (int64_t)(image->size / PAGE);
    for (size_t page = PAGE; page + PAGE <= image->size; page += PAGE) {
        unsigned char *bytes = image->bytes + page;
        int n_cells = bytes[3] << 8 | bytes[4];
        bool is_inner = bytes[0] == 5 || bytes[0] == 2;
        for (int i = -1; is_inner && i < n_cells && 12 + 2 * i < PAGE - 1; i++) {
            size_t at = i < 0 ? 8 : (size_t)(bytes[12 + 2 * i] << 8 | bytes[13 + 2 * i]);
            int64_t child = mutant_once_in(rng, 2) ? (int64_t)(page / PAGE) + 1
                                                   : 1 + mutant_below(rng, n_pages);
            if (at + 4 <= PAGE && mutant_once_in(rng, 2)) {
                bytes[at + 2] = (unsigned char)(child >> 8);
                bytes[at + 3] = (unsigned char)child;
            }
        }
    }
}

static void copy_pages(struct mutants *mutants)
{
    struct image *image = &mutants->now;
    int64_t n_pages = (int64_t)(image->size / PAGE);
    for (int i = 1 + rng_below(&mutants->rng, 4); i > 0 && n_pages > 0; i--) {
        int64_t from = mutant_below(&mutants->rng, n_pages);
        int64_t to = mutant_below(&mutants->rng, n_pages);
        memmove(image->bytes + to * PAGE, image->bytes + from * PAGE, PAGE);
    }
}

static void noise(struct mutants *mutants)
{
    size_t keep = mutant_once_in(&mutants->rng, 2) ? 100 : 0;
    size_t size = (size_t)(1u << rng_below(&mutants->rng, 17));
    image_resize(&mutants->now, size);
    for (size_t i = keep; i < size; i++) {
        mutants->now.bytes[i] = (unsigned char)rng_next(&mutants->rng);
    }
}

/* The log beside it. */
static void change_log(struct mutants *mutants)
{
    struct image log = {0};
    if (access(mutants->log, F_OK) == 0) {
        image_load(&log, mutants->log);
    }
    if (log.size == 0) {
        image_resize(&log, 1 + (size_t)mutant_below(&mutants->rng, 20000));
    }
    if (mutant_once_in(&mutants->rng, 3)) {
        image_resize(&log, (size_t)mutant_below(&mutants->rng, (int64_t)log.size));
    }
    mutant_scramble(&mutants->rng, &log);
    image_store(&log, mutants->log);
    free(log.bytes);
}

/* ---- the table of deeds ---- */

/* `is_on_file`: works on the file; else on its bytes. */
static const struct deed {
    const char *name;
    int weight;
    bool is_on_file;
    void (*act)(struct mutants *mutants);
} deeds[] = {
    {"value", 26, true, mutant_cell},
    {"rows", 7, true, mutant_rows},
    {"blob", 18, true, mutant_blob},
    {"schema", 5, true, mutant_schema},
    {"flood", 2, true, mutant_flood},
    {"newer version", 2, true, mutant_newer},
    {"other version", 2, true, mutant_version},
    {"other shape", 1, true, mutant_shape},
    {"flip bits", 12, false, flip_bits},
    {"change bytes", 8, false, change_bytes},
    {"cut short", 6, false, cut_short},
    {"add garbage", 1, false, add_garbage},
    {"change words", 10, false, change_word},
    {"tie knots", 4, false, tie_knots},
    {"copy pages", 4, false, copy_pages},
    {"noise", 1, false, noise},
    {"change log", 4, true, change_log},
};

static const struct deed *choose(struct rng *rng)
{
    int total = 0, i = 0;
    for (size_t k = 0; k < sizeof deeds / sizeof *deeds; k++) {
        total += deeds[k].weight;
    }
    for (int at = rng_below(rng, total); at >= deeds[i].weight; i++) {
        at -= deeds[i].weight;
    }
    return &deeds[i];
}

static void act(struct mutants *mutants, const struct deed *deed)
{
    size_t used = strlen(mutants->deeds);
    snprintf(mutants->deeds + used, sizeof mutants->deeds - used, "%s%s", used ? ", " : "",
             deed->name);
    mutants->is_newer = used == 0 && deed->act == mutant_newer;
    if (deed->is_on_file) {
        deed->act(mutants);
    } else {
        image_load(&mutants->now, mutants->path);
        deed->act(mutants);
        image_store(&mutants->now, mutants->path);
    }
}

static void clear(const struct mutants *mutants)
{
    static const char *const ends[] = {"", "-wal", "-shm", "-journal"};
    for (int i = 0; i < 4; i++) {
        char path[128];
        snprintf(path, sizeof path, "%s%s", mutants->path, ends[i]);
        unlink(path);
    }
}

const char *mutants_make(struct mutants *mutants, uint64_t n)
{
    mutants->rng = rng_stream(n, rng_stream_init());
    bool is_crashed = n > 0 && mutant_once_in(&mutants->rng, 6);
    mutants->deeds[0] = '\0';
    mutants->is_newer = false;
    clear(mutants);
    int kind = n == 0 ? 0 : rng_below(&mutants->rng, RECORDED_KINDS);
    image_store(is_crashed ? &mutants->good[kind].crashed : &mutants->good[kind].whole,
                mutants->path);
    if (is_crashed) {
        image_store(&mutants->good[kind].crashed_log, mutants->log);
    }
    int n_deeds = n == 0 ? 0 : 1;
    while (n_deeds > 0 && n_deeds < 5 && mutant_once_in(&mutants->rng, 3)) {
        n_deeds++;
    }
    for (int i = 0; i < n_deeds; i++) {
        act(mutants, choose(&mutants->rng));
    }
    return mutants->path;
}

const char *mutants_deeds(const struct mutants *mutants)
{
    return mutants->deeds;
}

bool mutants_is_newer(const struct mutants *mutants)
{
    return mutants->is_newer;
}

int64_t mutants_size(const struct mutants *mutants)
{
    struct stat status;
    int64_t size = stat(mutants->path, &status) == 0 ? status.st_size : 0;
    return size + (stat(mutants->log, &status) == 0 ? status.st_size : 0);
}

/* ---- the good ones ---- */

static void make_bomb(struct image *bomb)
{
    unsigned char *zeros = calloc(1, BOMB);
    uLongf length = compressBound(BOMB);
    image_resize(bomb, length);
    mutant_must(zeros && compress2(bomb->bytes, &length, zeros, BOMB, 9) == Z_OK, "no bomb");
    image_resize(bomb, length);
    free(zeros);
}

struct mutants *mutants_create(void)
{
    struct mutants *mutants = calloc(1, sizeof *mutants);
    const char *folder = getenv("TMPDIR");
    mutant_must(mutants, "no memory");
    snprintf(mutants->folder, sizeof mutants->folder, "%.40s/oubli-mutants-XXXXXX",
             folder                          ? folder
             : access("/dev/shm", W_OK) == 0 ? "/dev/shm"
                                             : "/tmp");
    mutant_must(mkdtemp(mutants->folder), mutants->folder);
    snprintf(mutants->path, sizeof mutants->path, "%s/mutant.oubli", mutants->folder);
    snprintf(mutants->log, sizeof mutants->log, "%s-wal", mutants->path);
    for (int kind = RECORDED_KINDS - 1; kind >= 0; kind--) { /* the first has most in it: last */
        clear(mutants);
        struct recording_writer *writer = recorded_begin(mutants->path, kind);
        image_load(&mutants->good[kind].crashed, mutants->path);
        image_load(&mutants->good[kind].crashed_log, mutants->log);
        recorded_end(writer);
        image_load(&mutants->good[kind].whole, mutants->path);
    }
    mutant_learn_tables(mutants);
    make_bomb(&mutants->bomb);
    return mutants;
}

void mutants_destroy(struct mutants *mutants)
{
    if (mutants) {
        clear(mutants);
        rmdir(mutants->folder);
        for (int kind = 0; kind < RECORDED_KINDS; kind++) {
            free(mutants->good[kind].whole.bytes);
            free(mutants->good[kind].crashed.bytes);
            free(mutants->good[kind].crashed_log.bytes);
        }
        free(mutants->bomb.bytes);
        free(mutants->now.bytes);
        free(mutants);
    }
}
