/* SPDX-License-Identifier: MIT
 * Completion as a person meets it: a real shell in a terminal, a word begun, and Tab. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/pty.h"

TestSuite(completion, .timeout = 60);

/* What is typed before Tab, and what the line then is. */
static const struct {
    const char *typed, *completed;
} tries[] = {
    {"oubli ver", "oubli verify"},
    {"oubli res", "oubli resume"},
    {"oubli list pa", "oubli list parameters"},
    {"oubli help envi", "oubli help environment"},
    {"oubli completion fi", "oubli completion fish"},
    {"oubli verify --qui", "oubli verify --quiet"},
    {"oubli --scen", "oubli --scenario"},
    {"oubli --theme li", "oubli --theme light"},
    {"oubli run --optimizer=mom", "oubli run --optimizer=momentum"},
    {"oubli run --strategy ewc+rep", "oubli run --strategy ewc+replay"},
    {"oubli run --set ewc.fo", "oubli run --set ewc.form="},
    {"oubli run --set ewc.form=pro", "oubli run --set ewc.form=proximal"},
    {"oubli sweep --over ewc.la", "oubli sweep --over ewc.lambda="},
    {"oubli sweep --over ewc.form=pro", "oubli sweep --over ewc.form=proximal"},
    {"oubli play rec", "oubli play recording.oubli"},
};

/* A folder with the program and something that is called like a recording. */
static void make_folder(char *folder, size_t size)
{
    char link[120]; /* a path in it */
    snprintf(folder, size, "/tmp/oubli-shell-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
    snprintf(link, sizeof link, "%s/oubli", folder);
    cr_assert_eq(symlink(OUBLI_PROGRAM, link), 0);
    snprintf(link, sizeof link, "%s/recording.oubli", folder);
    cr_assert_eq(symlink(OUBLI_PROGRAM, link), 0);
}

static void expect_completed(struct pty *pty)
{
    for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
        pty_type(pty, tries[i].typed);
        pty_type(pty, "\t");
        cr_assert(pty_wait(pty, tries[i].completed), "'%s': %s", tries[i].typed, pty_screen(pty));
        pty_type(pty, "\x15"); /* takes the line away */
        cr_assert(pty_wait_gone(pty, tries[i].completed), "%s", pty_screen(pty));
    }
}

/* `set_up` makes the prompt "ready> ". */
static void complete_in(const char *shell, const char *const *arguments, const char *set_up)
{
    char program[40], folder[64], path[200], home[80], line[120];
    snprintf(program, sizeof program, "/bin/%s", shell);
    if (access(program, X_OK) != 0) {
        cr_skip_test("there is no %s here", shell);
    }
    make_folder(folder, sizeof folder);
    snprintf(path, sizeof path, "PATH=%s:/usr/bin:/bin", folder);
    snprintf(home, sizeof home, "HOME=%s", folder);
    const char *const variables[] = {path, home, "PS1=begin> ", NULL};
    struct pty *pty = pty_open(
        &(struct pty_config){.arguments = arguments, .variables = variables, .program = program});
    pty_type(pty, set_up);
    cr_assert(pty_wait(pty, "ready>"), "%s", pty_screen(pty));
    expect_completed(pty);
    pty_type(pty, "exit\r");
    cr_expect_eq(pty_wait_end(pty), 0, "%s", pty_screen(pty));
    pty_close(pty);
    snprintf(line, sizeof line, "rm -r %s", folder);
    cr_assert_eq(system(line), 0);
}

Test(completion, bash)
{
    complete_in("bash", (const char *const[]){"--noprofile", "--norc", "-i", NULL},
                "cd; eval \"$(oubli completion bash)\"; clear; PS1=rea'dy> '\r");
}

Test(completion, zsh)
{
    complete_in(
        "zsh", (const char *const[]){"-f", "-i", NULL},
        "cd; autoload -Uz compinit; compinit -u -D; eval \"$(oubli completion zsh)\"; clear; "
        "PS1=rea'dy> '\r");
}

Test(completion, fish)
{
    complete_in("fish", (const char *const[]){"--no-config", "-i", NULL},
                "cd; oubli completion fish | source; clear; function fish_prompt; "
                "echo -n rea'dy> '; end\r");
}
