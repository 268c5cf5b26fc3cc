/* SPDX-License-Identifier: MIT
 * Snapshots as bytes: all comes back, in little room; whatever the bytes are, reading them ends
 * with a snapshot that makes sense or a line. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "lab/lab.h"
#include "session/snapshot_code.h"
#include "support/labs.h"
#include "unit/test_session_tape.h"

static struct snapshot *recode(const struct snapshot *from, size_t *size)
{
    struct err err = {0};
    struct snapshot *to = calloc(1, sizeof *to);
    unsigned char *bytes = snapshot_encode(from, size, &err);
    cr_assert_not_null(bytes, "%s", err.msg);
    cr_assert(snapshot_decode(to, bytes, *size, &err), "%s", err.msg);
    free(bytes);
    return to;
}

/* Both were zeroed before they were filled, so padding is equal too. */
static void expect_same_but_cells(struct snapshot *a, struct snapshot *b)
{
    for (int i = 0; i < a->map.rows * a->map.cols; i++) {
        a->map.cells[i] = b->map.cells[i] = 0;
    }
    for (int i = 0; i < a->n_learners; i++) { /* hidden units behind the last are nobody's */
        cr_expect_eq(memcmp(&a->learners[i], &b->learners[i], sizeof a->learners[i]), 0,
                     "learner %d", i);
    }
    cr_expect_eq(memcmp(&a->map, &b->map, sizeof a->map), 0, "map");
    cr_expect_eq(memcmp(a, b, sizeof *a), 0, "snapshot");
}

Test(snapshot_code, all_comes_back)
{
    for (int n = 0; n <= LEARNERS_MAX; n++) {
        size_t size;
        struct snapshot *from = tape_snapshot(n, 28, 42);
        if (n == 3) {
            cr_assert(param_parse(&from->learners[1].params, PARAM_NET, "7,6,5", NULL));
            cr_assert(param_parse(&from->learners[2].params, PARAM_EWC_FORM, "explicit", NULL));
        }
        struct snapshot *to = recode(from, &size);
        for (int i = 0; i < from->map.rows * from->map.cols; i++) {
            float error = fabsf(from->map.cells[i] - to->map.cells[i]);
            cr_assert(error <= from->map.max / 499, "cell %d: %g", i, (double)error);
        }
        expect_same_but_cells(from, to);
        free(from);
        free(to);
    }
}

Test(snapshot_code, cells_keep_zero_the_largest_and_what_is_no_number)
{
    static const float cells[] = {0, 1, 2, NAN, INFINITY, -INFINITY, 1e-20f, 0.5f, -0.5f, -2, -0.f};
    enum { N = sizeof cells / sizeof *cells };
    for (int is_signed = 0; is_signed < 2; is_signed++) {
        size_t size;
        struct snapshot *from = tape_snapshot(1, 1, N);
        memcpy(from->map.cells, cells, sizeof cells);
        from->map.is_signed = is_signed;
        from->map.max = INFINITY;
        struct snapshot *to = recode(from, &size);
        const float *found = to->map.cells;
        cr_expect(found[0] == 0 && found[2] == 2 && isnan(found[3]) && found[6] == 0);
        cr_expect(found[4] == INFINITY && found[5] == -INFINITY && to->map.max == INFINITY);
        cr_expect(!is_signed || (found[9] == -2 && found[10] == 0));
        cr_expect_float_eq(found[7], 0.5f, 0.01f);
        free(from);
        free(to);
    }
}

Test(snapshot_code, a_map_of_one_value_or_none_comes_back)
{
    for (int kind = 0; kind < 3; kind++) {
        size_t size;
        struct snapshot *from = tape_snapshot(1, 128, 256);
        for (int i = 0; i < MAP_CELLS_MAX; i++) {
            from->map.cells[i] = kind == 0 ? 0 : kind == 1 ? NAN : 1e-45f;
        }
        from->map.max = kind == 2 ? 1e-45f : 0;
        struct snapshot *to = recode(from, &size);
        for (int i = 0; i < MAP_CELLS_MAX; i++) {
            float x = from->map.cells[i], y = to->map.cells[i];
            cr_assert(x == y || (isnan(x) && isnan(y)), "%g %g", (double)x, (double)y);
        }
        cr_expect_lt(size, 600);
        free(from);
        free(to);
    }
}

Test(snapshot_code, takes_little_room)
{
    static const struct {
        int n_learners, rows, cols;
        size_t most;
    } cases[] = {{1, 28, 42, 1450},
                 {4, 28, 42, 2000},
                 {8, 28, 42, 2500},
                 {1, 1, 1, 400},
                 {8, 128, 256, 40000}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t size;
        struct snapshot *from = tape_snapshot(cases[i].n_learners, cases[i].rows, cases[i].cols);
        free(recode(from, &size));
        cr_expect_leq(size, cases[i].most, "%d learners, %dx%d: %zu", cases[i].n_learners,
                      cases[i].rows, cases[i].cols, size);
        free(from);
    }
}

Test(snapshot_code, a_living_lab_comes_back)
{
    struct config config = config_default();
    struct err err = {0};
    cr_assert(config_parse_strategies("ewc+replay+lora", &config.learners[0].on, &err));
    config.learners[0].observed = config.learners[0].on;
    struct lab *lab = lab_create(&config, &(struct lab_options){0}, &err);
    cr_assert_not_null(lab, "%s", err.msg);
    struct snapshot *from = calloc(1, sizeof *from);
    for (int i = 0; i < 400; i++) {
        if (i % 100 == 0) { /* what is behind the ends of its texts does not count */
            size_t size, again;
            lab_snapshot(lab, from);
            unsigned char *bytes = snapshot_encode(from, &size, &err);
            struct snapshot *to = recode(from, &size);
            unsigned char *same = snapshot_encode(to, &again, &err);
            cr_expect(size == again && memcmp(bytes, same, size) == 0);
            cr_expect(to->step == from->step && to->total_steps == from->total_steps);
            cr_expect_eq(memcmp(&to->learners[0].loss, &from->learners[0].loss, sizeof(double)), 0);
            free(bytes);
            free(same);
            free(to);
        }
        lab_advance(lab, 1);
    }
    free(from);
    lab_destroy(lab);
}

Test(snapshot_code, what_makes_no_sense_is_not_written)
{
    size_t size;
    struct err err = {0};
    struct snapshot *snapshot = tape_snapshot(1, 2, 2);
    snapshot->selected = 1;
    cr_expect_null(snapshot_encode(snapshot, &size, &err));
    cr_expect_eq(err.code, ERR_FAILED);
    snapshot->selected = 0;
    snapshot->learners[0].params.value[PARAM_LR] = (double)NAN;
    cr_expect_null(snapshot_encode(snapshot, &size, NULL));
    free(snapshot);
}

/* One bad number of one exhibit, and all else is there. */
Test(snapshot_code, an_exhibit_that_makes_no_sense_is_left_out)
{
    static const char *const lines[] = {"show putback", "show why", "show network", "show samples"};
    enum { N_LINES = sizeof lines / sizeof *lines };
    struct lab *lab = labs_open_plain(2, "net=9,9", (const char *const[]){"a:", NULL});
    struct snapshot *from = calloc(1, sizeof *from);
    size_t size;
    for (int i = 0; i < N_LINES; i++) {
        labs_tell(lab, lines[i]);
    }
    labs_run(lab, 60, 60);
    labs_tell(lab, "pause");
    lab_snapshot(lab, from);
    struct exhibits *exhibits = &from->exhibits;
    cr_assert(exhibits->has[EXHIBIT_PUTBACK] && exhibits->has[EXHIBIT_WHY] &&
              exhibits->has[EXHIBIT_UNITS] && exhibits->has[EXHIBIT_SAMPLES]);
    struct snapshot *whole = recode(from, &size);
    for (int i = 0; i < EXHIBIT_COUNT; i++) {
        cr_expect_eq(whole->exhibits.has[i], exhibits->has[i]);
    }
    free(whole);
    exhibits->putback.scores.now = (double)NAN;
    exhibits->why.modules[1].moved = (double)INFINITY;
    struct snapshot *to = recode(from, &size);
    cr_expect(!to->exhibits.has[EXHIBIT_PUTBACK] && !to->exhibits.has[EXHIBIT_WHY]);
    cr_expect(to->exhibits.has[EXHIBIT_UNITS] && to->exhibits.has[EXHIBIT_SAMPLES]);
    cr_expect_eq(to->exhibits.units.n, exhibits->units.n);
    cr_expect_eq(to->step, from->step);
    cr_expect(exhibits->has[EXHIBIT_PUTBACK], "what is written is only read");
    free(to);
    free(from);
    lab_destroy(lab);
}

/* Bytes that pass zlib reach the fields. */
static void decode_body(const unsigned char *body, size_t size, struct snapshot *snapshot,
                        int *n_read)
{
    uLongf length = compressBound(size);
    unsigned char *bytes = malloc(length + 1);
    struct err err = {0};
    bytes[0] = SNAPSHOT_CODE_VERSION;
    cr_assert_eq(compress2(bytes + 1, &length, body, size, 1), Z_OK);
    bool ok = snapshot_decode(snapshot, bytes, length + 1, &err);
    cr_assert(ok == (err.code == ERR_NONE));
    cr_assert(snapshot->n_learners <= LEARNERS_MAX && snapshot->map.rows >= 0 &&
              snapshot->map.rows * snapshot->map.cols <= MAP_CELLS_MAX);
    *n_read += ok;
    free(bytes);
}

Test(snapshot_code, any_bytes_give_a_snapshot_or_a_line)
{
    size_t size;
    struct snapshot *snapshot = tape_snapshot(3, 7, 9);
    unsigned char *bytes = snapshot_encode(snapshot, &size, NULL), body[SNAPSHOT_BODY_MAX];
    uLongf length = sizeof body;
    cr_assert_eq(uncompress(body, &length, bytes + 1, size - 1), Z_OK);
    int n_read = 0;
    for (size_t cut = 0; cut < size; cut++) {
        struct err err = {0};
        cr_assert(!snapshot_decode(snapshot, bytes, cut, &err) && err.msg[0]);
    }
    for (size_t cut = 0; cut < length; cut++) {
        decode_body(body, cut, snapshot, &n_read);
    }
    cr_expect_eq(n_read, 0, "a part was taken for a whole");
    srand(1);
    for (int i = 0; i < 20000; i++) {
        size_t at = (size_t)rand() % length;
        unsigned char was = body[at];
        body[at] = (unsigned char)rand();
        decode_body(body, length, snapshot, &n_read);
        body[at] = was;
    }
    cr_expect_gt(n_read, 1000, "most bytes are numbers that may be anything");
    bytes[0] = SNAPSHOT_CODE_VERSION + 1;
    struct err err = {0};
    cr_expect(!snapshot_decode(snapshot, bytes, size, &err) && strstr(err.msg, "newer"));
    free(bytes);
    free(snapshot);
}

Test(snapshot_code, what_inflates_without_end_is_refused)
{
    enum { HUGE_SIZE = 64 * 1024 * 1024 };
    uLongf length = compressBound(HUGE_SIZE);
    unsigned char *zeros = calloc(1, HUGE_SIZE), *bytes = malloc(length + 1);
    struct snapshot *snapshot = calloc(1, sizeof *snapshot);
    struct err err = {0};
    bytes[0] = SNAPSHOT_CODE_VERSION;
    cr_assert_eq(compress2(bytes + 1, &length, zeros, HUGE_SIZE, 9), Z_OK);
    cr_expect_lt(length, SNAPSHOT_CODE_MAX);
    cr_expect(!snapshot_decode(snapshot, bytes, length + 1, &err) && err.msg[0]);
    free(zeros);
    free(bytes);
    free(snapshot);
}

/* Written by version 4 of the format; if this fails, the version must be raised. */
Test(snapshot_code, bytes_of_this_version_stay_what_they_are)
{
    static const char hex[] =
        "0478daf3656ae8e4676391d8c4cac5f1afa38a010c341d40a44adb2b87492a9e4074c89e1322f1a3"
        "7eeaacf75602ac39f9e53945cca9e5c96c45a9053989952c39f945894c39466c6945a9a955a9ac29"
        "a9c98995ac59f99979252c4c4c220c8c0c9c39a9894579a9457a064c4c39454cb36682c04e7b186d"
        "0c0697ed191880ce6180026698a530018617f60b7ad9388d1512f39233f28b8a99600a0ecce21134"
        "323050c84f5300518f1aa6281cdec388d0ce84611288c98c55940de6a65030b86a0f9312631239c1"
        "08f78721923f56dac368985aa617ecff3aa01ee17260c070c91f548f30e2f50829ae67c2f0c847a8"
        "47be421d77c19e8981a5817101e302b606c6138c4c6c8cab6e95d8308088d85f33800a00c16f8a29";
    unsigned char bytes[sizeof hex / 2 + 1];
    size_t size = (sizeof hex - 1) / 2;
    for (size_t i = 0; i < size; i++) {
        unsigned byte;
        sscanf(hex + 2 * i, "%2x", &byte);
        bytes[i] = (unsigned char)byte;
    }
    struct err err = {0};
    struct snapshot *from = tape_snapshot(2, 1, 3), *to = calloc(1, sizeof *to);
    cr_assert(snapshot_decode(to, bytes, size, &err), "%s", err.msg);
    expect_same_but_cells(from, to);
    free(from);
    free(to);
}

/* Where an exhibit has other fields these numbers change, and the version must be raised: else what
 * the version before has recorded is called damaged.  Of those that cannot be all zeros it holds
 * the fields up to the first that must not be 0. */
Test(snapshot_code, fields_of_exhibits_are_those_of_this_version)
{
    static const size_t sizes[EXHIBIT_COUNT] = {
        [EXHIBIT_WRITING] = 4,     [EXHIBIT_SURFACE] = 4,  [EXHIBIT_SAMPLES] = 5,
        [EXHIBIT_ATTENDING] = 4,   [EXHIBIT_UNITS] = 3,    [EXHIBIT_WHY] = 85,
        [EXHIBIT_MICROSCOPE] = 16, [EXHIBIT_PUTBACK] = 22, [EXHIBIT_ARROWS] = 4};
    struct exhibits *exhibits = calloc(1, sizeof *exhibits);
    cr_assert_eq(SNAPSHOT_CODE_VERSION, 4);
    for (int i = 0; i < EXHIBIT_COUNT; i++) {
        struct archive archive = {0};
        exhibit_at((enum exhibit)i)->archive(exhibits, &archive);
        cr_expect_eq(archive.n, sizes[i], "%s: %zu bytes", exhibit_at((enum exhibit)i)->name,
                     archive.n);
        archive_fini(&archive);
    }
    free(exhibits);
}

/* ---- what it writes ------------------------------------------------------------------------- */

static void fill_passage(struct passage *passage, const char *text)
{
    passage->n = (int)strnlen(text, WRITING_TEXT_MAX);
    for (int i = 0; i < passage->n; i++) {
        passage->text[i] = text[i];
        passage->strange[i] = i % 3 == 1;
    }
}

/* As many tasks as there can be, and what a person asked. */
static struct snapshot *with_writing(int n)
{
    struct snapshot *snapshot = tape_snapshot(1, 2, 2);
    struct writing *writing = &snapshot->exhibits.writing;
    snapshot->exhibits.has[EXHIBIT_WRITING] = true;
    *writing = (struct writing){.step = 123456, .n = n};
    writing->n_turns = n > WRITING_TURNS_MAX ? WRITING_TURNS_MAX : 0;
    writing->turns_at = writing->n_turns > 0 ? 1000 : 0;
    for (int i = 0; i < writing->n_turns; i++) {
        snprintf(writing->turns[i].said, sizeof writing->turns[i].said, "when? %d", i);
        fill_passage(&writing->turns[i].answer, " at nine.\n");
    }
    for (int i = 0; i < n; i++) {
        struct written *row = &writing->rows[i];
        row->task = i == WRITING_TASKS_MAX ? WRITING_ASKED : i + 3;
        row->has_then = i % 2 == 0;
        snprintf(row->prompt, sizeof row->prompt, "prompt %d \"(", i);
        fill_passage(&row->now, i == 1 ? ""
                                       : "a, b) { return a + b; }\nand so on for 96 columns, "
                                         "which is the most that there can be of it. {}[]<>_");
        if (row->has_then) {
            fill_passage(&row->then, "\n");
        }
    }
    return snapshot;
}

/* What a version before has measured is passed over; all else is there. */
Test(snapshot_code, of_the_version_before_all_but_exhibits_is_read)
{
    size_t size;
    struct snapshot *from = with_writing(3), *to = calloc(1, sizeof *to);
    for (int version = SNAPSHOT_CODE_OLDEST; version < SNAPSHOT_CODE_VERSION; version++) {
        struct err err = {0};
        unsigned char *bytes = snapshot_encode(from, &size, &err);
        bytes[0] = (unsigned char)version;
        cr_assert(snapshot_decode(to, bytes, size, &err), "%d: %s", version, err.msg);
        cr_expect(!to->exhibits.has[EXHIBIT_WRITING] && to->step == from->step &&
                  to->n_learners == from->n_learners);
        free(bytes);
    }
    free(from);
    free(to);
}

Test(snapshot_code, what_is_written_comes_back)
{
    for (int n = 0; n <= WRITING_TASKS_MAX + 1; n++) {
        size_t size;
        struct snapshot *from = with_writing(n), *to = recode(from, &size);
        expect_same_but_cells(from, to);
        cr_expect_leq(size, 900, "%d rows: %zu bytes", n, size);
        free(from);
        free(to);
    }
}

Test(snapshot_code, what_is_asked_stands_in_the_last_row_alone)
{
    for (int i = 0; i < 3; i++) {
        size_t size;
        struct snapshot *snapshot = with_writing(3);
        snapshot->exhibits.writing.rows[i].task = WRITING_ASKED;
        struct snapshot *read = recode(snapshot, &size);
        cr_expect_eq(read->exhibits.has[EXHIBIT_WRITING], i == 2, "row %d", i);
        free(read);
        free(snapshot);
    }
}

/* Nothing that a terminal takes for a command. */
static void expect_text(const char *text, int n)
{
    for (int i = 0; i < n; i++) {
        cr_assert(text[i] == '\n' || (text[i] >= ' ' && text[i] < 0x7f), "byte %d", text[i]);
    }
}

/* ---- what its heads look at ----------------------------------------------------------------- */

static struct snapshot *with_attention(int n_rows, int context)
{
    struct snapshot *snapshot = tape_snapshot(1, 2, 2);
    struct attending *attending = &snapshot->exhibits.attending;
    snapshot->exhibits.has[EXHIBIT_ATTENDING] = true;
    *attending = (struct attending){.step = 77,
                                    .learner = 3,
                                    .task = 2,
                                    .n_heads = 4,
                                    .n_rows = n_rows,
                                    .n_given = context + 8,
                                    .n = context + 20,
                                    .from = 12,
                                    .at = context + 12};
    for (int i = 0; i < attending->n; i++) {
        attending->text[i] = "int add(a, b)\n"[i % 14];
    }
    for (int i = 0; i < n_rows * context; i++) {
        attending->weight[i / context][i % context] = (uint8_t)(i * 37 % 256);
    }
    return snapshot;
}

Test(snapshot_code, what_heads_look_at_comes_back)
{
    static const int shapes[][2] = {{0, 1}, {1, 16}, {8, 64}, {64, 124}};
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        size_t size;
        struct snapshot *from = with_attention(shapes[i][0], shapes[i][1]);
        struct snapshot *to = recode(from, &size);
        expect_same_but_cells(from, to);
        free(from);
        free(to);
    }
}

Test(snapshot_code, any_bytes_of_attention_give_a_snapshot_or_a_line)
{
    size_t size;
    struct snapshot *snapshot = with_attention(8, 64);
    unsigned char *bytes = snapshot_encode(snapshot, &size, NULL), body[SNAPSHOT_BODY_MAX];
    uLongf length = sizeof body;
    cr_assert_eq(uncompress(body, &length, bytes + 1, size - 1), Z_OK);
    int n_read = 0, first = (int)length - 8 * 64 - 84 - 24; /* about where it begins */
    srand(3);
    for (int i = 0; i < 20000; i++) {
        size_t at = (size_t)first + (size_t)rand() % 120;
        unsigned char was = body[at];
        body[at] = (unsigned char)rand();
        decode_body(body, length, snapshot, &n_read);
        const struct attending *attending = &snapshot->exhibits.attending;
        cr_assert(attending->n >= 0 && attending->n <= ATTENDING_TEXT_MAX);
        cr_assert(attending->n_rows >= 0 && attending->n_rows <= ATTENDING_HEADS_MAX);
        cr_assert(attending->n_given <= attending->n && attending->from <= attending->at);
        cr_assert(attending->at < attending->n || attending->n == 0);
        cr_assert_leq(attending->at - attending->from, PARAM_CONTEXT_MAX);
        cr_assert(attending->n_heads > 0 || !snapshot->exhibits.has[EXHIBIT_ATTENDING]);
        expect_text(attending->text, attending->n);
        body[at] = was;
    }
    cr_expect_gt(n_read, 1000);
    free(bytes);
    free(snapshot);
}

Test(snapshot_code, any_bytes_of_writing_give_a_snapshot_or_a_line)
{
    size_t size;
    struct snapshot *snapshot = with_writing(WRITING_TASKS_MAX + 1);
    unsigned char *bytes = snapshot_encode(snapshot, &size, NULL), body[SNAPSHOT_BODY_MAX];
    uLongf length = sizeof body;
    cr_assert_eq(uncompress(body, &length, bytes + 1, size - 1), Z_OK);
    int n_read = 0, first = (int)length - 1200; /* about where it begins */
    srand(2);
    for (int i = 0; i < 20000; i++) {
        size_t at = (size_t)first + (size_t)rand() % 1200;
        unsigned char was = body[at];
        body[at] = (unsigned char)rand();
        decode_body(body, length, snapshot, &n_read);
        const struct writing *writing = &snapshot->exhibits.writing;
        cr_assert(writing->n >= 0 && writing->n <= WRITING_TASKS_MAX + 1);
        for (int k = 0; k < writing->n; k++) {
            const struct written *row = &writing->rows[k];
            cr_assert(row->task >= 0 || (row->task == WRITING_ASKED && k == writing->n - 1));
            cr_assert_lt(row->task, SUITE_TASKS_MAX);
            cr_assert_lt(strnlen(row->prompt, sizeof row->prompt), sizeof row->prompt);
            cr_assert(row->now.n >= 0 && row->now.n <= WRITING_TEXT_MAX);
            expect_text(row->now.text, row->now.n);
            expect_text(row->prompt, (int)strlen(row->prompt));
        }
        body[at] = was;
    }
    cr_expect(n_read > 1000 && n_read < 19000, "%d", n_read);
    free(bytes);
    free(snapshot);
}

/* While weights explode, too, what is shown can be written and read. */
Test(snapshot_code, is_read_again_whatever_becomes_of_the_weights)
{
    static const struct {
        const char *settings, *learner, *line;
    } cases[] = {
        {"net=12,9", "a: strategy=none", "set lr 10"},
        {"net=12,9,9,9", "a: strategy=none", "set lr 10"},
        {"net=12,9,9,9", "a: strategy=none", "set lr 5"},
        {"net=12,9,9,9", "a: strategy=none", "set lr 2"},
        {"net=12,9", "a: strategy=ewc ewc.form=explicit", "set ewc.lambda 1000000"},
        {"net=12,9", "a: strategy=ewc ewc.form=explicit", "set ewc.lambda 100000"},
        {"net=12,9 suite=split scenario=class", "a: strategy=none", "set lr 10"},
    };
    static const char *const shows[] = {"show why 1x16", "show putback", "show network",
                                        "show microscope"};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct lab *lab =
            labs_open_plain(3, cases[i].settings, (const char *const[]){cases[i].learner, NULL});
        char line[32];
        labs_tell(lab, "speed 100000");
        labs_run(lab, 45, 45);
        for (size_t k = 0; k < sizeof shows / sizeof *shows; k++) {
            labs_tell(lab, shows[k]);
        }
        labs_tell(lab, cases[i].line);
        for (long step = 46; step < 80; step++) {
            size_t size;
            labs_run(lab, step, 1);
            snprintf(line, sizeof line, "map 1 drift task 8x8 %ld", step % 2 ? step : step + 1);
            labs_tell(lab, line);
            free(recode(labs_look(lab), &size));
        }
        lab_destroy(lab);
    }
}
