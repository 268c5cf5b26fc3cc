/* SPDX-License-Identifier: MIT */
#include "ui/cli/cmd.h"

#include <string.h>

static const struct subcommand table[] = {
    {"live", USE_LIVE, 0, "[OPTIONS]", "the live screen; this is what oubli alone does",
     "Trains one task after the other and shows what the network forgets; strategies, learning "
     "rate and "
     "all knobs can be changed while it trains (oubli help keys). Where there is no terminal it "
     "does what "
     "oubli run does.",
     cmd_live},
    {"run", USE_RUN, 0, "[OPTIONS]", "no screen: trains to the end, then prints a table or JSON",
     "Trains as fast as it can and prints the accuracy on every task after every task and what "
     "follows "
     "from it; several learners (--learner, fork, add) are compared in a table, and are a line of "
     "JSON each. The options of the screen are taken and change nothing. A learner whose loss is "
     "not "
     "finite is a "
     "result as well: it ends there, its numbers are null in JSON, the exit code is 0; the others "
     "go on. A signal "
     "stops "
     "training between two steps; nothing is written then.",
     cmd_run},
    {"list", USE_LIST, 1, "TOPIC [--json]", "what there is: datasets, suites, strategies, ...",
     "Lists datasets, suites, strategies, parameters, keys or themes, one a line; with --json as "
     "one array "
     "of objects.",
     cmd_list},
    {"bench", USE_BENCH, 0, "[OPTIONS]", "measures how fast it is, each figure against its target",
     "Measures the training step against its own matrix products, strategies against the plain "
     "step, "
     "and the live screen in a terminal of its own: start, memory, bytes a frame, answer to a key, "
     "cost; several learners on all cores against one core; going back. Takes two minutes; what "
     "else runs on the machine shows in the figures.",
     cmd_bench},
    {"help", USE_HELP, 1, "[TOPIC]", "help on a command or a topic",
     "Without a topic: an overview, with the topics at its end. oubli help man writes the manual "
     "page.",
     cmd_help},
    {0},
};

const struct subcommand *subcommands(void)
{
    return table;
}

const struct subcommand *subcommand_find(const char *name)
{
    for (const struct subcommand *at = table; at->name; at++) {
        if (strcmp(at->name, name) == 0) {
            return at;
        }
    }
    return NULL;
}
