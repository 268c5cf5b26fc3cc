/* SPDX-License-Identifier: MIT
 * The subcommands: adding one is one function and one line in cmd.c. */
#ifndef OUBLI_UI_CLI_CMD_H
#define OUBLI_UI_CLI_CMD_H

#include "ui/cli/options.h"

struct subcommand {
    const char *name;
    enum use use;
    int arguments_max;   /* that are not options */
    const char *usage;   /* what follows the name: "[OPTIONS]" */
    const char *summary; /* one line */
    const char *text;    /* a paragraph for its help */
    int (*run)(
        const struct options *options); /* returns the exit code, after a line on stderr unless 0 */
};

/* The table, ended by a NULL name; the first is what `oubli` alone does. */
const struct subcommand *subcommands(void);

/* NULL if there is none of that name. */
const struct subcommand *subcommand_find(const char *name);

/* In cmd_NAME.c; those with a screen are in cmd_screen.c. */
int cmd_live(const struct options *options);
int cmd_run(const struct options *options);
int cmd_play(const struct options *options);
int cmd_verify(const struct options *options);
int cmd_resume(const struct options *options);
int cmd_export(const struct options *options);
int cmd_plot(const struct options *options);
int cmd_list(const struct options *options);
int cmd_bench(const struct options *options);
int cmd_sweep(const struct options *options);
int cmd_merge(const struct options *options);
const char *cmd_bench_section(int i); /* the name of number i; NULL after the last */
int cmd_help(const struct options *options);
int cmd_completion(const struct options *options); /* completion.c */

#endif
