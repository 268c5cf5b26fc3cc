/* SPDX-License-Identifier: MIT
 * Lessons: a text that a person teaches in the middle of a session. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session/retrain.h"
#include "support/labs.h"
#include "tasks/alphabet.h"
#include "tasks/batches.h"
#include "tasks/lessons.h"
#include "tasks/suite.h"

enum { STEPS = 30, LESSON = 10, KINDS = 3, TAUGHT = 3 /* its task: D */ };

static const char text[] = "the green dragon sleeps under the bridge";

/* Both kinds of networks are taught. */
enum { READERS = MODEL_TRANSFORMER + 1 }; /* kinds that read text */
static const char *const shapes[READERS][5][2] = {[MODEL_MLP] = {{"net", "12"}, {"embedding", "4"}},
                                                  [MODEL_TRANSFORMER] = {{"blocks", "1"},
                                                                         {"heads", "2"},
                                                                         {"width", "16"},
                                                                         {"context", "16"},
                                                                         {"ewc.samples", "10"}}};

static struct lab *open_texts_of(enum model model, const char *strategies, bool keeps_history)
{
    struct config config = config_default();
    struct lab_options options = {.keeps_history = keeps_history, .can_be_taught = true};
    struct params *params = &config.learners[0].params;
    struct err err = {0};
    config.data = "text";
    for (int i = 0; i < 5 && shapes[model][i][0]; i++) {
        enum param_id id;
        cr_assert(param_find(shapes[model][i][0], &id));
        cr_assert(param_parse(params, id, shapes[model][i][1], &err));
    }
    cr_assert(param_parse(params, PARAM_STEPS, "30", &err));
    cr_assert(param_parse(params, PARAM_BATCH, "16", &err));
    cr_assert(param_parse(params, PARAM_TEXT_LESSON, "10", &err));
    cr_assert(config_parse_strategies(strategies, &config.learners[0].on, &err));
    config.learners[0].observed = config_observed_by_default();
    struct lab *lab = lab_create(&config, &options, &err);
    cr_assert_not_null(lab, "%s", err.msg);
    return lab;
}

static struct lab *open_texts(const char *strategies, bool keeps_history)
{
    return open_texts_of(MODEL_MLP, strategies, keeps_history);
}

/* The tasks that were visited, as letters. */
static void visits(const struct lab *lab, char *letters)
{
    const struct journal *journal = lab_journal(lab);
    for (long i = 0; i < journal_length(journal); i++) {
        struct entry entry = journal_at(journal, i);
        if (entry.kind == ENTRY_STAGE) {
            *letters++ = (char)('A' + entry.task);
        }
    }
    *letters = '\0';
}

static void teach(struct lab *lab, const char *what)
{
    char line[COMMAND_TEXT_MAX];
    snprintf(line, sizeof line, "teach %s", what);
    labs_tell(lab, line);
}

Test(lessons, stand_behind_a_primer_each_with_a_new_line)
{
    struct group group = {.primer = "abcdefghijklmno\n"};
    struct lessons *lessons = calloc(1, sizeof *lessons);
    lessons_init(lessons, &group);
    cr_assert(lessons_add(lessons, "One two"));
    cr_assert(lessons_add(lessons, "three"));
    cr_expect_eq(lessons->n, 8 + 6);
    cr_expect_eq(lessons->examples.n, 14);
    cr_expect_eq(lessons->symbols[0], 0, "the primer's a");
    cr_expect_eq(lessons->labels[0], 'o' - 'a', "the first window foretells the first letter");
    cr_expect_eq(lessons->labels[8], 't' - 'a');
    cr_expect_str_eq(lessons->group.prompt, "th");
    free(lessons);
}

Test(lessons, what_has_no_room_changes_nothing)
{
    struct group group = {.primer = "abcdefghijklmno\n"};
    struct lessons *lessons = calloc(1, sizeof *lessons);
    lessons_init(lessons, &group);
    char long_text[201];
    memset(long_text, 'x', 200);
    long_text[200] = '\0';
    int n = 0;
    while (lessons_add(lessons, long_text)) {
        n++;
    }
    cr_expect_eq(n, LESSONS_MAX / 201);
    cr_expect_eq(lessons->n, n * 201);
    free(lessons);
}

static void expect_interruption(enum model model)
{
    struct lab *lab = open_texts_of(model, "", false);
    labs_run(lab, STEPS + 12, 7);
    teach(lab, text);
    labs_run(lab, 10 * STEPS, 7);
    char letters[16];
    visits(lab, letters);
    cr_expect_str_eq(letters, "ABDBC");
    cr_expect_eq(lab_steps_done(lab), KINDS * STEPS + LESSON, "no step of a task is lost");
    lab_destroy(lab);
}

Test(teach, interrupts_the_task_which_then_goes_on)
{
    for (int model = 0; model < READERS; model++) {
        expect_interruption((enum model)model);
    }
}

Test(teach, between_two_tasks_and_after_the_end)
{
    struct lab *lab = open_texts("", false);
    labs_run(lab, KINDS * STEPS, 7);
    while (lab_advance(lab, 1) == LAB_TRAINING) {
    }
    cr_assert_eq(lab_state(lab), LAB_ENDED);
    teach(lab, text);
    cr_expect_eq(lab_state(lab), LAB_TRAINING);
    labs_run(lab, 10 * STEPS, 7);
    char letters[16];
    visits(lab, letters);
    cr_expect_str_eq(letters, "ABCD");
    cr_expect_eq(lab_state(lab), LAB_ENDED);
    lab_destroy(lab);
}

Test(teach, several_lessons_at_once_are_one_visit_and_one_in_a_lesson_another)
{
    struct lab *lab = open_texts("", false);
    labs_run(lab, 5, 5);
    teach(lab, "first things first");
    teach(lab, "then the others");
    labs_run(lab, 5 + LESSON / 2, 1);
    teach(lab, "and one more");
    labs_run(lab, 10 * STEPS, 7);
    char letters[16];
    visits(lab, letters);
    cr_expect_str_eq(letters, "ADDABC");
    cr_expect_eq(labs_taught(lab), 19 + 16 + 13);
    lab_destroy(lab);
}

static void expect_measures(enum model model)
{
    struct lab *lab = open_texts_of(model, "", false);
    labs_run(lab, STEPS, 7);
    teach(lab, text);
    labs_run(lab, 10 * STEPS, 7);
    double taught = NAN, code = NAN;
    const struct journal *journal = lab_journal(lab);
    for (long i = 0; i < journal_length(journal); i++) {
        struct entry entry = journal_at(journal, i);
        bool is_row = entry.kind == ENTRY_MATRIX && entry.stage == 1;
        taught = is_row && entry.task == TAUGHT ? entry.value : taught;
        code = is_row && entry.task == 0 ? entry.value : code;
    }
    cr_expect(taught >= 0 && taught <= 1 && code >= 0 && code <= 1, "%g %g", taught, code);
    lab_destroy(lab);
}

Test(teach, is_learned_and_measured_beside_the_other_tasks)
{
    for (int model = 0; model < READERS; model++) {
        expect_measures((enum model)model);
    }
}

/* Of a lesson the classes are its own characters, not those of a text that stands elsewhere. */
Test(teach, accuracy_by_character_is_of_the_characters_of_the_lesson)
{
    struct lab *lab = open_texts("", false);
    labs_run(lab, STEPS, 7);
    teach(lab, text);
    labs_run(lab, 10 * STEPS, 7);
    double accuracy[ALPHABET_SIZE];
    uint8_t symbols[3 * sizeof text];
    bool is_there[ALPHABET_SIZE] = {[ALPHABET_NEWLINE] = true}; /* at the end of a lesson */
    size_t n = alphabet_fold(text, strlen(text), symbols, sizeof symbols, NULL);
    for (size_t i = 0; i < n; i++) {
        is_there[symbols[i]] = true;
    }
    cr_assert(lab_class_accuracy(lab, 0, TAUGHT, accuracy));
    for (int c = 0; c < ALPHABET_SIZE; c++) {
        cr_expect_eq(!isnan(accuracy[c]), is_there[c], "character %d", c);
    }
    lab_destroy(lab);
}

static void expect_the_same_bits(enum model model)
{
    static const char *const strategies[] = {"", "replay", "ewc", "lora", "joint", "freeze+l2"};
    for (size_t s = 0; s < sizeof strategies / sizeof *strategies; s++) {
        struct lab *lab = open_texts_of(model, strategies[s], true),
                   *other = open_texts_of(model, strategies[s], true);
        labs_run(lab, 12, 5);
        labs_run(other, 12, 3);
        teach(lab, text);
        teach(other, text);
        labs_run(lab, 12 + LESSON + 4, 5);
        labs_run(other, 12 + LESSON + 4, 1);
        uint64_t hash = labs_hash(other, 0);
        labs_run(lab, 2 * STEPS, 5);
        teach(lab, "another text, of a future that is abandoned");
        labs_run(lab, 2 * STEPS + LESSON + 3, 5);
        labs_tell(lab, "rewind 26");
        cr_expect_eq(labs_hash(lab, 0), hash, "%s", strategies[s]);
        cr_expect_eq(labs_taught(lab), (int)strlen(text) + 1);
        labs_run(lab, 10 * STEPS, 5);
        labs_run(other, 10 * STEPS, 5);
        cr_expect_eq(labs_hash(lab, 0), labs_hash(other, 0), "%s", strategies[s]);
        lab_destroy(lab);
        lab_destroy(other);
    }
}

Test(teach, gives_the_same_bits_when_steps_are_taken_again)
{
    for (int model = 0; model < READERS; model++) {
        expect_the_same_bits((enum model)model);
    }
}

Test(teach, back_before_a_lesson_nothing_has_been_taught)
{
    struct lab *lab = open_texts("", true);
    labs_run(lab, 12, 5);
    teach(lab, text);
    labs_run(lab, 40, 5);
    labs_tell(lab, "rewind 5");
    cr_expect_eq(labs_taught(lab), 0);
    struct err err = {0};
    cr_expect_not(labs_try(lab, "task D", &err));
    cr_expect(strstr(err.msg, "nothing has been taught"), "%s", err.msg);
    labs_tell(lab, "restart");
    labs_run(lab, 10 * STEPS, 7);
    cr_expect_eq(lab_steps_done(lab), KINDS * STEPS);
    lab_destroy(lab);
}

static void expect_the_same_numbers(enum model model)
{
    struct lab *lab = open_texts_of(model, "replay", true);
    labs_run(lab, 12, 5);
    teach(lab, text);
    labs_run(lab, 50, 5);
    labs_tell(lab, "rewind 8");
    labs_run(lab, 15, 5);
    teach(lab, "something else");
    labs_tell(lab, "fork b: strategy=ewc");
    labs_run(lab, 10 * STEPS, 5);
    struct lab_options options = {.keeps_history = true};
    struct err err = {0};
    struct verdict verdict;
    struct config config = *lab_config(lab);
    cr_assert(config.can_be_taught);
    struct lab *again = lab_create(&config, &options, &err);
    cr_assert_not_null(again, "%s", err.msg);
    cr_assert(retrain(again, lab_journal(lab), NULL, NULL, &verdict, &err), "%s", err.msg);
    cr_expect(verdict.is_equal, "entry %ld", verdict.at);
    lab_destroy(again);
    lab_destroy(lab);
}

Test(teach, a_session_with_lessons_trains_again_to_the_same_numbers)
{
    for (int model = 0; model < READERS; model++) {
        expect_the_same_numbers((enum model)model);
    }
}

Test(teach, is_refused_where_there_is_no_text)
{
    static const char *const learners[] = {"a", NULL};
    struct lab *lab = labs_open(2, "", learners, &(struct lab_options){.can_be_taught = true});
    struct err err = {0};
    cr_expect_not(labs_try(lab, "teach hello", &err));
    cr_expect(strstr(err.msg, "--data text"), "%s", err.msg);
    cr_expect_eq(suite_n_tasks(lab_suite(lab)), 2);
    cr_expect_not(lab_config(lab)->can_be_taught);
    lab_destroy(lab);
}

Test(teach, other_scripts_are_refused)
{
    struct lab *lab = open_texts("", false);
    struct err err = {0};
    cr_expect_not(labs_try(lab, "teach 与丯乕万丳", &err));
    cr_expect(strstr(err.msg, "5 of its 5 characters"), "%s", err.msg);
    cr_expect_eq(labs_taught(lab), 0);
    cr_expect(labs_try(lab, "teach déjà vu", &err), "%s", err.msg);
    lab_destroy(lab);
}

/* ---- lessons in several runs ---------------------------------------------------------------- */

/* What a learner has learned that was there from the start is what one has that is added: in the
 * midst of a lesson, when lessons are over, and where a task of lessons is begun once more. */
static void expect_the_same_lessons(enum model model)
{
    static const long added[] = {12 + LESSON / 2, 12 + LESSON + 3, 2 * STEPS};
    for (int i = 0; i < 3; i++) {
        struct lab *lab = open_texts_of(model, "replay", true),
                   *plain = open_texts_of(model, "replay", true);
        struct lab *both[] = {lab, plain};
        for (int k = 0; k < 2; k++) {
            labs_run(both[k], 12, 5);
            teach(both[k], text);
            labs_run(both[k], 12 + LESSON / 2, 5);
            teach(both[k], "and one more");
        }
        labs_run(lab, added[i], 5);
        labs_tell(lab, "add twin:");
        cr_expect_eq(labs_taught(lab), (int)strlen(text) + 1 + 13);
        cr_expect_eq(labs_hash(lab, 1), labs_hash(lab, 0), "added at %ld", added[i]);
        labs_run(lab, 10 * STEPS, 5);
        labs_run(plain, 10 * STEPS, 5);
        cr_expect_eq(labs_hash(lab, 0), labs_hash(plain, 0), "added at %ld", added[i]);
        cr_expect_eq(labs_hash(lab, 1), labs_hash(lab, 0), "added at %ld", added[i]);
        lab_destroy(plain);
        lab_destroy(lab);
    }
}

Test(teach, whoever_is_added_is_taught_the_same)
{
    for (int model = 0; model < READERS; model++) {
        expect_the_same_lessons((enum model)model);
    }
}

/* Its loss is not finite before the lesson comes: the others keep theirs, while it is taught and
 * when it is over. */
Test(teach, whoever_is_added_and_diverges_leaves_the_lessons_alone)
{
    static const long added[] = {12 + LESSON / 2, 2 * STEPS};
    for (int i = 0; i < 2; i++) {
        struct lab *lab = open_texts("", true), *plain = open_texts("", true);
        struct lab *both[] = {lab, plain};
        for (int k = 0; k < 2; k++) {
            labs_run(both[k], 12, 5);
            teach(both[k], text);
            labs_run(both[k], added[i], 5);
        }
        labs_tell(lab, "add bad: lr=10 optimizer=sgd");
        cr_expect_eq(labs_taught(lab), (int)strlen(text) + 1, "added at %ld", added[i]);
        labs_tell(lab, "task D");
        labs_tell(plain, "task D");
        labs_run(lab, 10 * STEPS, 5);
        labs_run(plain, 10 * STEPS, 5);
        cr_expect_eq(labs_count(lab, ENTRY_DIVERGED), 1);
        cr_expect_eq(labs_hash(lab, 0), labs_hash(plain, 0), "added at %ld", added[i]);
        lab_destroy(plain);
        lab_destroy(lab);
    }
}

/* The batches of a task that begins once more have what has been taught since. */
Test(teach, a_second_visit_trains_on_what_was_taught_since)
{
    struct err err = {0};
    struct dataset_options options = {0};
    struct dataset *dataset = dataset_open("text", &options, &err);
    cr_assert_not_null(dataset, "%s", err.msg);
    struct suite_config config = {.name = "kinds", .scenario = -1, .can_be_taught = true};
    struct suite *suite = suite_create(&config, dataset, &err);
    cr_assert_not_null(suite, "%s", err.msg);
    struct batches *batches = batches_create(suite, 16, 0, &err);
    size_t d = (size_t)suite_n_features(suite);
    for (int i = 0; i < 2; i++) {
        cr_assert(suite_teach(suite, i ? "then another" : text));
        batches_begin(batches, i, TAUGHT);
        int n = suite_task(suite, TAUGHT)->n_train;
        real *x = malloc((size_t)n * d * sizeof *x);
        int *labels = malloc((size_t)n * sizeof *labels);
        suite_rows(suite, TAUGHT, SPLIT_TRAIN, 0, n, x, labels);
        cr_expect_eq(batches_examples(batches), n);
        cr_expect_eq(memcmp(batches_x(batches), x, (size_t)n * d * sizeof *x), 0, "visit %d", i);
        free(labels);
        free(x);
    }
    batches_destroy(batches);
    suite_destroy(suite);
    dataset_close(dataset);
}

Test(suite, that_is_shared_has_lessons_of_its_own)
{
    struct err err = {0};
    struct dataset_options options = {0};
    struct dataset *dataset = dataset_open("text", &options, &err);
    cr_assert_not_null(dataset, "%s", err.msg);
    struct suite_config config = {.name = "kinds", .scenario = -1, .can_be_taught = true};
    struct suite *suite = suite_create(&config, dataset, &err);
    struct suite *own = suite_share(suite, &err);
    cr_assert(suite && own);
    cr_assert(suite_teach(own, text));
    cr_expect_eq(suite_taught(suite), 0);
    cr_expect_eq(suite_task(suite, TAUGHT)->n_train, 0);
    cr_expect_eq(suite_task(own, TAUGHT)->n_train, (int)strlen(text) + 1);
    cr_expect_str_eq(suite_task(own, 0)->name, suite_task(suite, 0)->name);
    struct suite *other = suite_share(own, &err);
    cr_expect_eq(suite_taught(other), 0, "nothing is taken along");
    suite_destroy(other);
    suite_destroy(own);
    suite_destroy(suite);
    dataset_close(dataset);
}
