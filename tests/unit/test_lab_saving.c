/* SPDX-License-Identifier: MIT
 * Weights that go to a file, and learners that begin with those of one. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/sha256.h"
#include "lab/weights.h"
#include "session/retrain.h"
#include "support/labs.h"

static char path[64], other[64];

static void name_files(void)
{
    snprintf(path, sizeof path, "/tmp/oubli-weights-%ld", (long)getpid());
    snprintf(other, sizeof other, "/tmp/oubli-weights-%ld-2", (long)getpid());
}

static void remove_files(void)
{
    remove(path);
    remove(other);
}

TestSuite(saving, .init = name_files, .fini = remove_files);

static struct config config_of(const char *start)
{
    struct config config = config_default();
    config.n_tasks = 3;
    config.start = start;
    cr_assert(param_parse(&config.learners[0].params, PARAM_STEPS, "40", NULL));
    cr_assert(param_parse(&config.learners[0].params, PARAM_NET, "6", NULL));
    return config;
}

static struct lab *open_lab(const struct config *config, struct save_wish save)
{
    struct err err = {0};
    struct lab *lab =
        lab_create(config, &(struct lab_options){.keeps_history = true, .save = save}, &err);
    cr_assert_not_null(lab, "%s", err.msg);
    return lab;
}

/* What the file holds, as the weights of the lab's learner; owned. */
static real *read_back(struct lab *lab, const char *from)
{
    const struct learner *learner = lab_learner(lab, 0);
    const struct network *net = learner_network(learner);
    real *theta = calloc(net->n_params, sizeof *theta);
    struct err err = {0};
    cr_assert(weights_read(from, net, learner_params(learner), theta, &err), "%s", err.msg);
    return theta;
}

/* Equal as far as 32 bits go. */
static bool is_theta(const struct lab *lab, const real *theta)
{
    size_t n = learner_network(lab_learner(lab, 0))->n_params;
    const real *own = learner_theta(lab_learner(lab, 0));
    for (size_t i = 0; i < n; i++) {
        if ((float)own[i] != (float)theta[i]) {
            return false;
        }
    }
    return true;
}

/* ---- saving ------------------------------------------------------------------------------------
 */

Test(saving, has_the_weights_of_that_step)
{
    static const long steps[] = {0, 25, 40, 77, LONG_MAX};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        struct config config = config_of(NULL);
        struct lab *lab = open_lab(&config, (struct save_wish){path, steps[i]});
        struct lab *plain = open_lab(&config, (struct save_wish){NULL, 0});
        labs_run(lab, 120, 1000);
        labs_run(plain, steps[i] < 120 ? steps[i] : 120, 7);
        struct saved saved = labs_look(lab)->saved;
        cr_expect(saved.n == 1 && !saved.has_failed && strstr(saved.text, path), "%s", saved.text);
        real *theta = read_back(plain, path);
        cr_expect(is_theta(plain, theta), "step %ld", steps[i]);
        labs_run(plain, 120, 1000);
        cr_expect(labs_same_journal(lab, plain), "nothing is told, nothing is changed");
        free(theta);
        lab_destroy(lab);
        lab_destroy(plain);
    }
}

Test(saving, by_command_changes_nothing_and_leaves_no_trace)
{
    struct config config = config_of(NULL);
    struct lab *lab = open_lab(&config, (struct save_wish){NULL, 0});
    labs_run(lab, 30, 1000);
    long before = journal_length(lab_journal(lab));
    char line[128];
    snprintf(line, sizeof line, "save %s", path);
    labs_tell(lab, line);
    labs_tell(lab, "save /no/such/folder/file");
    struct saved saved = labs_look(lab)->saved;
    cr_expect(saved.n == 2 && saved.has_failed && strstr(saved.text, "/no/such"), "%s", saved.text);
    cr_expect_eq(journal_length(lab_journal(lab)), before);
    real *theta = read_back(lab, path);
    cr_expect(is_theta(lab, theta));
    free(theta);
    lab_destroy(lab);
}

/* By the command, which writes as --save does. */
Test(saving, links_stay_and_rights_do)
{
    struct config config = config_of(NULL);
    struct lab *lab = open_lab(&config, (struct save_wish){NULL, 0});
    labs_run(lab, 30, 1000);
    int fd = open(other, O_CREAT | O_WRONLY, 0600);
    cr_assert(fd >= 0 && close(fd) == 0 && symlink(other, path) == 0);
    char line[128];
    snprintf(line, sizeof line, "save %s", path);
    labs_tell(lab, line);
    struct stat status;
    cr_expect(lstat(path, &status) == 0 && S_ISLNK(status.st_mode));
    cr_expect(lstat(other, &status) == 0 && (status.st_mode & 0777) == 0600);
    real *theta = read_back(lab, other);
    cr_expect(is_theta(lab, theta));
    free(theta);
    lab_destroy(lab);
}

/* It is seen from its own folder, and what it names comes to be there. */
Test(saving, a_link_to_what_is_not_there_yet_stays)
{
    struct config config = config_of(NULL);
    struct lab *lab = open_lab(&config, (struct save_wish){NULL, 0});
    labs_run(lab, 30, 1000);
    cr_assert_eq(symlink(strrchr(other, '/') + 1, path), 0);
    char line[128];
    snprintf(line, sizeof line, "save %s", path);
    labs_tell(lab, line);
    struct stat status;
    cr_expect(lstat(path, &status) == 0 && S_ISLNK(status.st_mode));
    cr_expect(lstat(other, &status) == 0 && S_ISREG(status.st_mode));
    remove(other);
    cr_assert(remove(path) == 0 && symlink("/no/such/folder/file", path) == 0);
    labs_tell(lab, line);
    cr_expect(labs_look(lab)->saved.has_failed && lstat(path, &status) == 0 &&
              S_ISLNK(status.st_mode));
    lab_destroy(lab);
}

Test(saving, a_pipe_is_written_to_and_stays, .timeout = 30)
{
    struct config config = config_of(NULL);
    struct lab *lab = open_lab(&config, (struct save_wish){NULL, 0});
    labs_run(lab, 30, 1000);
    cr_assert_eq(mkfifo(path, 0600), 0);
    char line[128];
    snprintf(line, sizeof line, "save %s", path);
    labs_tell(lab, line);
    cr_expect(labs_look(lab)->saved.has_failed, "nobody reads it, and nobody waits for that");
    int fd = open(path, O_RDONLY | O_NONBLOCK);
    labs_tell(lab, line);
    cr_expect_not(labs_look(lab)->saved.has_failed, "%s", labs_look(lab)->saved.text);
    unsigned char bytes[8];
    cr_expect_eq(read(fd, bytes, sizeof bytes), 8);
    struct stat status;
    cr_expect(lstat(path, &status) == 0 && S_ISFIFO(status.st_mode));
    close(fd);
    lab_destroy(lab);
}

Test(saving, is_no_timed_command_and_none_of_a_recording)
{
    struct script *script = calloc(1, sizeof *script);
    struct err err = {0};
    cr_expect(!script_add(script, "5:save /tmp/x", &err) && strstr(err.msg, "--save"), "%s",
              err.msg);
    struct config config = config_of(NULL);
    struct lab *lab = open_lab(&config, (struct save_wish){NULL, 0});
    struct journal *forged = journal_create(&err);
    char line[128];
    snprintf(line, sizeof line, "save %s", path);
    cr_assert(journal_add(forged, (struct entry){.kind = ENTRY_COMMAND, .text = line}));
    cr_assert(journal_add(forged, (struct entry){.kind = ENTRY_END}));
    struct verdict verdict;
    cr_expect_not(retrain(lab, forged, NULL, NULL, &verdict, &err));
    cr_expect(strstr(err.msg, "save"), "%s", err.msg);
    cr_expect_eq(access(path, F_OK), -1, "what a file says writes nothing");
    journal_destroy(forged);
    lab_destroy(lab);
    free(script);
}

Test(saving, has_what_answers)
{
    struct config config = config_of(NULL);
    config.learners[0].on = 1u << strategy_find("lora");
    struct lab *lab = open_lab(&config, (struct save_wish){path, 70});
    char line[128];
    labs_run(lab, 70, 1000);
    real *with = read_back(lab, path);
    cr_expect(is_theta(lab, with), "the adapter is in it");
    labs_tell(lab, "unplug");
    snprintf(line, sizeof line, "save %s", other);
    labs_tell(lab, line);
    real *base = read_back(lab, other);
    const real *answer = learner_answer(lab_learner(lab, 0), 1);
    for (size_t i = 0; i < learner_network(lab_learner(lab, 0))->n_params; i++) {
        cr_assert_eq((float)answer[i], (float)base[i]);
    }
    cr_expect_neq(memcmp(base, with, 64 * sizeof *base), 0);
    free(with);
    free(base);
    lab_destroy(lab);
}

/* At the end of a stage the next one has not begun: its adapter is not in the file. */
Test(saving, at_the_end_of_a_stage_has_what_answers_for_its_task)
{
    for (long step = 40; step <= 120; step += 40) {
        struct config config = config_of(NULL);
        config.learners[0].on = 1u << strategy_find("lora");
        cr_assert(param_parse(&config.learners[0].params, PARAM_LORA_MODE, "per-task", NULL));
        struct lab *lab = open_lab(&config, (struct save_wish){path, step});
        labs_run(lab, step, 1000);
        cr_assert_eq(labs_look(lab)->saved.n, 1);
        real *theta = read_back(lab, path);
        const real *answer = learner_answer(lab_learner(lab, 0), (int)(step / 40) - 1);
        for (size_t i = 0; i < learner_network(lab_learner(lab, 0))->n_params; i++) {
            cr_assert_eq((float)answer[i], (float)theta[i], "step %ld, weight %zu", step, i);
        }
        free(theta);
        lab_destroy(lab);
    }
}

/* ---- starting ----------------------------------------------------------------------------------
 */

static void save_at(long step, const char *to)
{
    struct config config = config_of(NULL);
    struct lab *lab = open_lab(&config, (struct save_wish){to, step});
    labs_run(lab, step, 1000);
    cr_assert_eq(labs_look(lab)->saved.n, 1);
    lab_destroy(lab);
}

Test(saving, session_begins_with_the_weights_of_a_file_and_begins_so_again)
{
    save_at(60, path);
    struct config config = config_of(path);
    struct lab *lab = open_lab(&config, (struct save_wish){NULL, 0});
    real *theta = read_back(lab, path);
    cr_expect(is_theta(lab, theta));
    cr_expect(sha256_is_text(lab_config(lab)->start_sha256));
    labs_run(lab, 50, 1000);
    cr_expect_not(is_theta(lab, theta));
    remove(path);
    labs_tell(lab, "add b: lr=0.01"); /* from the start, too */
    labs_tell(lab, "restart");
    cr_expect(is_theta(lab, theta), "what it began with is kept");
    free(theta);
    lab_destroy(lab);
}

Test(saving, same_file_gives_the_same_session)
{
    save_at(60, path);
    struct config config = config_of(path);
    struct lab *a = open_lab(&config, (struct save_wish){NULL, 0});
    struct lab *b = open_lab(&config, (struct save_wish){NULL, 0});
    struct config drawn = config_of(NULL);
    struct lab *c = open_lab(&drawn, (struct save_wish){NULL, 0});
    labs_run(a, 120, 1000);
    labs_run(b, 120, 3);
    labs_run(c, 120, 1000);
    cr_expect_eq(labs_hash(a, 0), labs_hash(b, 0));
    cr_expect_neq(labs_hash(a, 0), labs_hash(c, 0));
    lab_destroy(a);
    lab_destroy(b);
    lab_destroy(c);
}

static void expect_refused(const struct config *config, const char *why)
{
    struct err err = {0};
    cr_expect_null(lab_create(config, &(struct lab_options){.hands = 1}, &err), "%s", why);
    cr_expect(err.code == ERR_FAILED && strstr(err.msg, why) && !strchr(err.msg, '\n'), "%s: %s",
              why, err.msg);
}

Test(saving, another_file_or_network_is_refused)
{
    save_at(20, path);
    save_at(60, other);
    struct config config = config_of(path);
    cr_assert(sha256_file(path, config.start_sha256, NULL));
    config.start = other;
    expect_refused(&config, "another");
    config.start = "/no/such/file";
    expect_refused(&config, "cannot be read");
    config.start = "/tmp";
    expect_refused(&config, "plain file");
    config = config_of(path);
    cr_assert(param_parse(&config.learners[0].params, PARAM_NET, "7", NULL));
    expect_refused(&config, "W1");
    config = config_of(path);
    cr_assert(param_parse(&config.learners[0].params, PARAM_ACTIVATION, "tanh", NULL));
    expect_refused(&config, "activation");
    config = config_of(path);
    config.data = "text";
    cr_assert(param_parse(&config.learners[0].params, PARAM_MODEL, "transformer", NULL));
    cr_assert(param_parse(&config.learners[0].params, PARAM_WIDTH, "8", NULL));
    cr_assert(param_parse(&config.learners[0].params, PARAM_CONTEXT, "8", NULL));
    expect_refused(&config, "model");
}

Test(saving, sha256_is_that_of_others)
{
    FILE *file = fopen(path, "w");
    cr_assert(file && fputs("abc", file) >= 0 && fclose(file) == 0);
    char text[SHA256_TEXT_MAX];
    cr_assert(sha256_file(path, text, NULL));
    cr_expect_str_eq(text, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    cr_expect(sha256_is_text(text));
    text[3] = 'G';
    cr_expect_not(sha256_is_text(text));
    cr_expect_not(sha256_is_text("abc"));
}
