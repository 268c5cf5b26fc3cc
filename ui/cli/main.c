/* SPDX-License-Identifier: MIT
 * oubli: watch a neural network forget, and stop it, live. */
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/nearest.h"
#include "net/blas.h"
#include "ui/cli/cmd.h"
#include "ui/cli/command_line.h"
#include "ui/cli/like.h"
#include "ui/cli/output.h"

static bool unknown_command(const char *name, struct err *err)
{
    struct nearest nearest = {.typed = name};
    for (const struct subcommand *at = subcommands(); at->name; at++) {
        nearest_offer(&nearest, at->name);
    }
    return nearest.word
               ? err_set(err, ERR_USAGE, "'%.60s' is not a command; did you mean oubli %s?", name,
                         nearest.word)
               : err_set(err, ERR_USAGE, "'%.60s' is not a command; see: oubli help", name);
}

/* Kernels that cannot be had are no reason not to say which version this is. */
static int print_version(void)
{
    struct output output;
    struct err err;
    char kernels[200];
    if (!output_open(&output, &err)) {
        return output_fail(&err);
    }
    bool has_blas = blas_setup(NULL, &err);
    core_choice_text(blas_choice(), kernels, sizeof kernels);
    fprintf(output.stream, "oubli " OUBLI_VERSION "\nbuild: " OUBLI_BUILD "\nBLAS kernels: %s%s\n",
            has_blas ? kernels : "none; ", has_blas ? "" : err.msg);
    int code = output_print(&output, true);
    output_close(&output);
    return code;
}

static int run(const struct subcommand *command, int argc, char *const *argv)
{
    struct options options = options_default();
    struct command_line line = {.command = command->name,
                                .use = command->use,
                                .arguments_max = command->arguments_max,
                                .argc = argc,
                                .argv = argv};
    struct err err;
    int code;
    if (!options_parse(&options, &line, &err)) {
        code = output_fail(&err);
    } else if (options.wants_version) {
        code = print_version();
    } else if (options.wants_help) {
        options.arguments[0] = command->name;
        code = cmd_help(&options);
    } else {
        bool ok = !options.like || like_setup(options.like, &err);
        code = ok ? command->run(&options) : output_fail(&err);
    }
    options_close(&options);
    return code;
}

/* Without this the first file that is opened would take the place of a closed stdout.  Writing
 * there, and reading from a closed stdin, still fails. */
static void keep_standard_files(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd ? O_RDONLY : O_WRONLY) != fd) {
            return; /* no /dev/null: then nothing can be done */
        }
    }
}

int main(int argc, char **argv)
{
    struct err err;
    keep_standard_files();
    setlocale(LC_ALL, "");
    setlocale(LC_NUMERIC, "C"); /* numbers are read and written with a point */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is a write that failed */
    if (argc > 1 && argv[1][0] != '-') {
        const struct subcommand *command = subcommand_find(argv[1]);
        if (!command) {
            unknown_command(argv[1], &err);
            return output_fail(&err);
        }
        return run(command, argc - 2, argv + 2);
    }
    bool wants_overview =
        argc == 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0);
    if (wants_overview) {
        struct options options = options_default();
        return cmd_help(&options);
    }
    return run(subcommands(), argc > 1 ? argc - 1 : 0, argv + 1);
}
