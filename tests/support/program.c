/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* sched_setaffinity */
#include "support/program.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { TEXT_MAX = 1 << 22, ARGUMENTS_MAX = 40 };

char *program_read_back(int fd)
{
    char *text = calloc(1, TEXT_MAX);
    cr_assert_not_null(text);
    lseek(fd, 0, SEEK_SET);
    for (size_t n = 0; n < TEXT_MAX - 1;) {
        ssize_t got = read(fd, text + n, TEXT_MAX - 1 - n);
        if (got <= 0) {
            break;
        }
        n += (size_t)got;
    }
    close(fd);
    return text;
}

int program_scratch_file(void)
{
    char path[] = "/tmp/oubli-test-XXXXXX";
    int fd = mkstemp(path);
    cr_assert_geq(fd, 0);
    unlink(path);
    return fd;
}

/* The child: standard files, signals and environment as a shell would leave them. */
void program_become(char *const *argv, int out, int err)
{
    int in = open("/dev/null", O_RDONLY);
    dup2(in, STDIN_FILENO);
    dup2(out, STDOUT_FILENO);
    dup2(err, STDERR_FILENO);
    for (int i = 1; i < 32; i++) { /* whoever runs the tests may ignore some: nohup does */
        signal(i, SIG_DFL);
    }
    setenv("LC_ALL", "C.UTF-8", 1);
    execv(argv[0], argv);
    _exit(99);
}

/* In the child.  What the person who runs the tests has chosen is not what they ask for. */
static void set_up(const struct program_start_how *how)
{
    unsetenv("OPENBLAS_CORETYPE");
    for (int i = 0; how->variables && how->variables[i]; i++) {
        char name[64];
        snprintf(name, sizeof name, "%.*s", (int)strcspn(how->variables[i], "="),
                 how->variables[i]);
        setenv(name, strchr(how->variables[i], '=') + 1, 1);
    }
    if (how->address_space > 0) {
        setrlimit(RLIMIT_AS, &(struct rlimit){how->address_space, how->address_space});
    }
}

/* In the child: the first of its cores. */
static void keep_one_core(void)
{
    cpu_set_t mine, one;
    CPU_ZERO(&one);
    if (sched_getaffinity(0, sizeof mine, &mine) == 0) {
        int core = 0;
        while (core < CPU_SETSIZE - 1 && !CPU_ISSET(core, &mine)) {
            core++;
        }
        CPU_SET(core, &one);
        sched_setaffinity(0, sizeof one, &one);
    }
}

static void limit(const struct program_start_how *how)
{
    if (how->has_one_core) {
        keep_one_core();
    }
    if (how->file_bytes) {
        struct rlimit most = {(rlim_t)how->file_bytes, (rlim_t)how->file_bytes};
        setrlimit(RLIMIT_FSIZE, &most);
    }
}

static int lines_in_file(const char *path)
{
    char bytes[4096];
    int n = 0, fd = open(path, O_RDONLY);
    for (ssize_t got; fd >= 0 && (got = read(fd, bytes, sizeof bytes)) > 0;) {
        for (ssize_t i = 0; i < got; i++) {
            n += bytes[i] == '\n';
        }
    }
    if (fd >= 0) {
        close(fd);
    }
    return n;
}

/* Of a folder: in all of its files. */
static int lines_in(const char *path)
{
    DIR *folder = opendir(path);
    int n = folder ? 0 : lines_in_file(path);
    for (struct dirent *at; folder && (at = readdir(folder));) {
        char name[512];
        snprintf(name, sizeof name, "%.200s/%.255s", path, at->d_name);
        n += at->d_name[0] != '.' ? lines_in_file(name) : 0;
    }
    if (folder) {
        closedir(folder);
    }
    return n;
}

static void wait_ms(int ms)
{
    struct timespec pause = {ms / 1000, ms % 1000 * 1000000L};
    nanosleep(&pause, NULL);
}

/* When it is time, or not at all if it has ended before. */
static void send_stop(pid_t pid, const struct program_start_how *how)
{
    siginfo_t over = {0};
    wait_ms(how->stop_ms);
    while (how->stop_path && lines_in(how->stop_path) < how->stop_lines && over.si_pid == 0) {
        wait_ms(2);
        waitid(P_PID, (id_t)pid, &over, WEXITED | WNOHANG | WNOWAIT);
    }
    kill(pid, how->stop);
}

/* Runs the program with words separated by '|'. */
struct outcome program_start(const struct program_start_how *how, const char *words)
{
    static const struct program_start_how plainly;
    char text[2048], program[] = OUBLI_PROGRAM, *argv[ARGUMENTS_MAX] = {program};
    int argc = 1;
    snprintf(text, sizeof text, "%s", words);
    for (char *at = text; *words && at && argc < ARGUMENTS_MAX - 1; argc++) {
        argv[argc] = at;
        at = strchr(at, '|');
        if (at) {
            *at++ = '\0';
        }
    }
    how = how ? how : &plainly;
    struct outcome outcome = {0};
    int out = how->out_path ? open(how->out_path, O_WRONLY) : program_scratch_file(),
        err = program_scratch_file();
    cr_assert_geq(out, 0);
    pid_t pid = fork();
    cr_assert_geq(pid, 0);
    if (pid == 0) {
        set_up(how);
        limit(how);
        program_become(argv, out, err);
    }
    if (how->stop) {
        send_stop(pid, how);
    }
    cr_assert_eq(waitpid(pid, &outcome.status, 0), pid);
    outcome.out = program_read_back(out);
    outcome.err = program_read_back(err);
    return outcome;
}

void program_finish(struct outcome *outcome)
{
    free(outcome->out);
    free(outcome->err);
}

int program_code(const struct outcome *outcome)
{
    return WIFEXITED(outcome->status) ? WEXITSTATUS(outcome->status) : -WTERMSIG(outcome->status);
}

int program_lines(const char *text)
{
    int n = 0;
    for (; *text; text++) {
        n += *text == '\n';
    }
    return n;
}

/* Runs it, and expects success without a word on stderr. */
struct outcome program_succeed(const char *words)
{
    struct outcome outcome = program_start(NULL, words);
    cr_assert_eq(program_code(&outcome), 0, "%s: exit code %d, %s", words, program_code(&outcome),
                 outcome.err);
    cr_expect_str_eq(outcome.err, "", "%s: %s", words, outcome.err);
    return outcome;
}

/* Expects one line on stderr with `part` in it, nothing on stdout, and the exit code. */
void program_expect_failure(const char *words, int code, const char *part)
{
    struct outcome outcome = program_start(NULL, words);
    cr_expect_eq(program_code(&outcome), code, "%s: exit code %d", words, program_code(&outcome));
    cr_expect_str_eq(outcome.out, "", "%s: %s", words, outcome.out);
    cr_expect_eq(program_lines(outcome.err), 1, "%s: %s", words, outcome.err);
    cr_expect(strncmp(outcome.err, "oubli: ", 7) == 0 && strstr(outcome.err, part),
              "'%s' expected in: %s", part, outcome.err);
    program_finish(&outcome);
}

json_t *program_json(const char *text)
{
    json_error_t error;
    json_t *value = json_loads(text, 0, &error);
    cr_assert_not_null(value, "line %d: %s: %.80s", error.line, error.text, text);
    return value;
}

void program_expect_narrow(const char *text, const char *what)
{
    for (const char *line = text; *line;) {
        size_t n = strcspn(line, "\n"), columns = 0;
        for (size_t i = 0; i < n; i++) {
            columns += ((unsigned char)line[i] & 0xC0) != 0x80;
        }
        cr_expect_leq(columns, 80, "%s: %.*s", what, (int)n, line);
        line += n + (line[n] == '\n');
    }
}
