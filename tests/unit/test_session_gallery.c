/* SPDX-License-Identifier: MIT
 * Galleries and answers in files: they come back, whatever the bytes are reading them ends, and
 * files from before them are read. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "session/gallery_code.h"
#include "session/player.h"
#include "session/snapshot_code.h"
#include "support/labs.h"
#include "unit/test_session_tape.h"

static struct gallery *digits(const char *suite_name, int n_tasks)
{
    struct err err = {0};
    struct dataset *dataset = dataset_open("digits", NULL, &err);
    const struct suite_config config = {.name = suite_name, .n_tasks = n_tasks, .scenario = -1};
    struct suite *suite = suite_create(&config, dataset, &err);
    struct gallery *gallery = gallery_create(suite, &err);
    cr_assert_not_null(gallery, "%s", err.msg);
    suite_destroy(suite);
    dataset_close(dataset);
    return gallery;
}

/* Two rows of a table with two features, in two tasks. */
static struct gallery *table(void)
{
    struct gallery like = {.n_tasks = 2, .n_classes = 2, .n_columns = 2, .n_each = 2, .n_sets = 1};
    snprintf(like.class_names[0], GALLERY_NAME_MAX, "setosa");
    snprintf(like.class_names[1], GALLERY_NAME_MAX, "blå");
    snprintf(like.column_names[0], GALLERY_NAME_MAX, "petal length");
    snprintf(like.column_names[1], GALLERY_NAME_MAX, "width");
    struct gallery *gallery = gallery_of_size(&like);
    static const float values[] = {1.5f, -2, 0, 1e30f};
    memcpy(gallery->values, values, sizeof values);
    for (int t = 0; t < 2; t++) {
        gallery->tasks[t] = (struct gallery_task){
            .n = 2, .index = {3, 8}, .label = {0, 1}, .n_classes = 2, .shift = 2 * t};
    }
    return gallery;
}

static void expect_same(const struct gallery *a, const struct gallery *b)
{
    cr_assert(a->n_tasks == b->n_tasks && a->n_classes == b->n_classes && a->width == b->width &&
              a->height == b->height && a->n_columns == b->n_columns && a->n_sets == b->n_sets &&
              a->n_each == b->n_each && a->has_own_outputs == b->has_own_outputs);
    size_t examples = (size_t)a->n_sets * (size_t)a->n_each;
    cr_expect_eq(memcmp(a->class_names, b->class_names, sizeof a->class_names), 0);
    cr_expect_eq(memcmp(a->column_names, b->column_names, sizeof a->column_names), 0);
    cr_expect_eq(memcmp(a->tasks, b->tasks, (size_t)a->n_tasks * sizeof *a->tasks), 0);
    cr_assert((a->levels != NULL) == (b->levels != NULL));
    if (a->levels) {
        cr_expect_eq(memcmp(a->levels, b->levels, examples * (size_t)(a->width * a->height)), 0);
    } else {
        cr_expect_eq(
            memcmp(a->values, b->values, examples * (size_t)a->n_columns * sizeof *a->values), 0);
    }
}

Test(gallery_code, all_comes_back_in_little_room)
{
    struct gallery *galleries[] = {digits("permuted", 5), digits("split", 5), digits("rotated", 3),
                                   digits("permuted", 1000), table()};
    static const size_t most[] = {6000, 5000, 6000, GALLERY_SETS_BYTES, 200};
    for (int i = 0; i < 5; i++) {
        size_t size;
        struct err err = {0};
        unsigned char *bytes = gallery_encode(galleries[i], &size, &err);
        cr_assert_not_null(bytes, "%s", err.msg);
        struct gallery *again = gallery_decode(bytes, size, &err);
        cr_assert_not_null(again, "%s", err.msg);
        expect_same(galleries[i], again);
        cr_expect_leq(size, most[i], "gallery %d: %zu bytes", i, size);
        gallery_destroy(again);
        gallery_destroy(galleries[i]);
        free(bytes);
    }
}

/* Uses everything that a decoded gallery says. */
static void use(const struct gallery *gallery)
{
    char name[40];
    size_t sum = 0;
    for (int t = 0; t < gallery->n_tasks; t++) {
        const struct gallery_task *task = &gallery->tasks[t];
        cr_assert(task->n <= gallery->n_each);
        for (int i = 0; i < task->n; i++) {
            const uint8_t *picture = gallery_picture(gallery, task->seen, i);
            const float *row = gallery_row(gallery, task->plain, i);
            sum += strlen(gallery->class_names[task->label[i]]);
            for (int j = 0; picture && j < gallery->width * gallery->height; j++) {
                cr_assert(picture[j] < GALLERY_LEVELS);
            }
            for (int j = 0; row && j < gallery->n_columns; j++) {
                cr_assert(isfinite(row[j]));
            }
        }
        for (int output = 0; output < 40; output++) {
            sum += strlen(gallery_answer(gallery, t, output, name, sizeof name));
        }
    }
    cr_assert(sum > 0);
}

static void try_body(const unsigned char *body, size_t size, int *n_read)
{
    uLongf length = compressBound(size);
    unsigned char *bytes = malloc(length + 1);
    struct err err = {0};
    bytes[0] = GALLERY_CODE_VERSION;
    cr_assert_eq(compress2(bytes + 1, &length, body, size, 1), Z_OK);
    struct gallery *gallery = gallery_decode(bytes, length + 1, &err);
    cr_assert((gallery != NULL) == (err.code == ERR_NONE));
    if (gallery) {
        use(gallery);
        ++*n_read;
    }
    gallery_destroy(gallery);
    free(bytes);
}

Test(gallery_code, any_bytes_give_a_gallery_or_a_line)
{
    struct gallery *galleries[] = {digits("permuted", 2), table()};
    static unsigned char body[GALLERY_BODY_MAX];
    srand(1);
    for (int g = 0; g < 2; g++) {
        size_t size;
        struct err err = {0};
        unsigned char *bytes = gallery_encode(galleries[g], &size, &err);
        uLongf length = sizeof body;
        int n_read = 0;
        cr_assert_eq(uncompress(body, &length, bytes + 1, size - 1), Z_OK);
        for (size_t cut = 0; cut < size; cut++) {
            cr_assert_null(gallery_decode(bytes, cut, &err));
        }
        for (size_t cut = 0; cut < length; cut++) {
            try_body(body, cut, &n_read);
        }
        cr_expect_eq(n_read, 0, "a part was taken for a whole");
        for (int i = 0; i < 4000; i++) { /* mostly where sizes stand */
            size_t at = (size_t)rand() % (i % 2 ? length : length < 80 ? length : 80);
            unsigned char was = body[at];
            body[at] = (unsigned char)rand();
            try_body(body, length, &n_read);
            body[at] = was;
        }
        cr_expect_gt(n_read, 20, "many bytes may be anything");
        bytes[0]++;
        cr_expect_null(gallery_decode(bytes, size, &err));
        free(bytes);
        gallery_destroy(galleries[g]);
    }
}

Test(gallery_code, what_inflates_without_end_is_refused)
{
    enum { HUGE_SIZE = 64 * 1024 * 1024 };
    uLongf length = compressBound(HUGE_SIZE);
    unsigned char *zeros = calloc(1, HUGE_SIZE), *bytes = malloc(length + 1);
    struct err err = {0};
    bytes[0] = GALLERY_CODE_VERSION;
    cr_assert_eq(compress2(bytes + 1, &length, zeros, HUGE_SIZE, 9), Z_OK);
    cr_expect_null(gallery_decode(bytes, length + 1, &err));
    cr_expect(strstr(err.msg, "pictures"));
    free(zeros);
    free(bytes);
}

/* ---- in a recording ---- */

static void record(const struct tape *tape, struct lab *lab, const struct gallery *gallery)
{
    struct err err = {0};
    const struct recording_facts facts = {.version = "0", .gallery = gallery};
    struct recording_writer *writer = recording_create(tape->path, lab_config(lab), &facts, &err);
    cr_assert_not_null(writer, "%s", err.msg);
    cr_assert(recording_begin(writer, &err));
    for (int i = 0; i < 3; i++) {
        labs_run(lab, 20 * i, 1000);
        labs_tell(lab, "pause");
        cr_assert(recording_add_journal(writer, i * 1000000, lab_journal(lab), &err));
        cr_assert(recording_add_snapshot(writer, i * 1000000, labs_look(lab), &err));
        labs_tell(lab, "resume");
    }
    cr_assert(recording_commit(writer, &err) && recording_finish(writer, &err), "%s", err.msg);
}

Test(gallery_recording, plays_with_pictures_and_answers)
{
    static const char *const plain[] = {"none:", NULL};
    struct lab *lab = labs_open_plain(2, "net=12", plain);
    struct tape tape = tape_make();
    struct gallery *gallery = digits("permuted", 2);
    struct err err = {0};
    labs_tell(lab, "show samples 2x10");
    record(&tape, lab, gallery);
    labs_tell(lab, "pause");
    const struct samples *last = &labs_look(lab)->exhibits.samples;
    struct player *player = player_open(tape.path, &err);
    cr_assert_not_null(player, "%s", err.msg);
    expect_same(gallery, player_gallery(player));
    cr_assert(player_seek(player, player_length(player), &err), "%s", err.msg);
    const struct exhibits *found = &player_snapshot(player)->exhibits;
    cr_assert(found->has[EXHIBIT_SAMPLES]);
    cr_expect(found->samples.n_tasks == last->n_tasks && found->samples.n_each == 10 &&
              found->samples.learner == last->learner && found->samples.step == MAP_STEP_NOW);
    for (int i = 0; i < 10; i++) {
        cr_expect_eq(memcmp(&found->samples.tasks[0].samples[i], &last->tasks[0].samples[i],
                            sizeof(struct sample)),
                     0, "example %d", i);
        cr_expect_float_eq((double)found->samples.tasks[0].accuracy[i],
                           (double)last->tasks[0].accuracy[i], 6e-4);
    }
    player_close(player);
    gallery_destroy(gallery);
    tape_remove(&tape);
    lab_destroy(lab);
}

Test(gallery_recording, without_pictures_plays_too)
{
    static const char *const plain[] = {"none:", NULL};
    struct lab *lab = labs_open_plain(2, "", plain);
    struct tape tape = tape_make();
    struct err err = {0};
    record(&tape, lab, NULL);
    struct player *player = player_open(tape.path, &err);
    cr_assert_not_null(player, "%s", err.msg);
    cr_expect_null(player_gallery(player));
    player_close(player);
    tape_remove(&tape);
    lab_destroy(lab);
}

Test(gallery_recording, that_is_damaged_is_one_line)
{
    static const char *const sql[] = {"UPDATE stills SET blob = 'text'",
                                      "UPDATE stills SET blob = x'01ff00'",
                                      "UPDATE stills SET blob = x''",
                                      "UPDATE stills SET blob = NULL",
                                      "UPDATE stills SET blob = zeroblob(1000000)",
                                      "UPDATE stills SET blob = zeroblob(3000000)"};
    static const char *const plain[] = {"none:", NULL};
    for (size_t i = 0; i < sizeof sql / sizeof *sql; i++) {
        struct lab *lab = labs_open_plain(2, "", plain);
        struct tape tape = tape_make();
        struct gallery *gallery = digits("permuted", 2);
        struct err err = {0};
        record(&tape, lab, gallery);
        tape_sql(&tape, sql[i]);
        cr_expect_null(player_open(tape.path, &err), "%s", sql[i]);
        cr_expect(err.code == ERR_FAILED && strncmp(err.msg, tape.path, 20) == 0, "%s: %s", sql[i],
                  err.msg);
        cr_expect_null(strchr(err.msg, '\n'));
        gallery_destroy(gallery);
        tape_remove(&tape);
        lab_destroy(lab);
    }
}

/* ---- answers in a snapshot ---- */

Test(samples_code, any_bytes_give_a_snapshot_or_a_line)
{
    static unsigned char body[SNAPSHOT_BODY_MAX];
    struct snapshot *from = tape_snapshot(1, 2, 3), *to = calloc(1, sizeof *to);
    struct samples *samples = &from->exhibits.samples;
    size_t size;
    from->exhibits.has[EXHIBIT_SAMPLES] = true;
    *samples = (struct samples){.step = 7, .learner = 1, .n_tasks = 3, .n_each = 5, .n_classes = 4};
    for (int t = 0; t < 3; t++) {
        samples->tasks[t].task = 2 * t;
        for (int i = 0; i < 5; i++) {
            samples->tasks[t].samples[i] = (struct sample){
                .n = 3, .output = {(uint16_t)i, 9, 300}, .probability = {200, 40, 2}};
        }
        samples->tasks[t].accuracy[0] = 0.125f;
        samples->tasks[t].accuracy[1] = NAN;
    }
    unsigned char *bytes = snapshot_encode(from, &size, NULL);
    uLongf length = sizeof body;
    cr_assert(bytes && snapshot_decode(to, bytes, size, NULL));
    cr_expect_eq(memcmp(samples->tasks[2].samples, to->exhibits.samples.tasks[2].samples,
                        5 * sizeof(struct sample)),
                 0);
    cr_expect_eq(to->exhibits.samples.tasks[1].accuracy[0], 0.125f);
    cr_expect(isnan(to->exhibits.samples.tasks[1].accuracy[1]));
    cr_assert_eq(uncompress(body, &length, bytes + 1, size - 1), Z_OK);
    srand(3);
    for (int i = 0; i < 20000; i++) {
        unsigned char changed[4096];
        uLongf packed = sizeof changed - 1;
        size_t at = length - 1 - (size_t)rand() % 150; /* they stand at the end */
        unsigned char was = body[at];
        body[at] = (unsigned char)rand();
        changed[0] = SNAPSHOT_CODE_VERSION;
        cr_assert_eq(compress2(changed + 1, &packed, body, length, 1), Z_OK);
        struct err err = {0};
        bool ok = snapshot_decode(to, changed, packed + 1, &err);
        const struct samples *found = &to->exhibits.samples;
        cr_assert(ok == (err.code == ERR_NONE));
        cr_assert(found->n_tasks <= SAMPLES_TASKS_MAX && found->n_each <= GALLERY_EACH_MAX &&
                  found->n_classes <= GALLERY_CLASSES_MAX);
        for (int t = 0; ok && t < found->n_tasks; t++) {
            cr_assert(found->tasks[t].task >= 0 && found->tasks[t].samples[0].n <= SAMPLES_TOP);
        }
        body[at] = was;
    }
    free(bytes);
    free(from);
    free(to);
}
