/* SPDX-License-Identifier: MIT */
#include "ui/cli/cmd.h"

#include <string.h>

enum { BENCH_SECTIONS = 8 };

static const struct subcommand table[] = {
    {"live", USE_LIVE, 0, "[OPTIONS]", "the live screen; this is what oubli alone does",
     "Trains one task after the other and shows what the network forgets; strategies, learning "
     "rate and all knobs can be changed while it trains (oubli help keys). Where there is no "
     "terminal it does what oubli run does.",
     cmd_live},
    {"run", USE_RUN, 0, "[OPTIONS]", "no screen: trains to the end, then prints a table or JSON",
     "Trains as fast as it can and prints the accuracy on every task after every task and what "
     "follows from it; several learners (--learner, fork, add) are compared in a table, and are a "
     "line of JSON each. The options of the screen are taken and change nothing. A learner whose "
     "loss is not finite is a result as well: it ends there, its numbers are null in JSON, the "
     "exit code is 0; the others go on. A signal stops training between two steps; nothing is "
     "written then.",
     cmd_run},
    {"play", USE_PLAY, 1, "FILE [OPTIONS]", "a recording on the same screen",
     "Shows a recorded session as it was, without training: space pauses, n and b go from task to "
     "task, ( and ) from mark to mark, [ and ] change the speed. A recording that is still being "
     "written is followed.",
     cmd_play},
    {"verify", USE_VERIFY, 1, "FILE", "trains a recording again and compares every number",
     "Trains again from the recorded settings, seed and commands, and compares with what was "
     "recorded: to the last bit with the BLAS kernels that it was recorded with, which are used "
     "if this processor can run them; else, or after a version with another arithmetic, within a "
     "tolerance; probes that an earlier version has taken at other steps are not compared. Which "
     "it "
     "was is said. The exit "
     "code is 0 if it reproduces and 3 if a number differs; the first one is shown.",
     cmd_verify},
    {"resume", USE_RESUME, 1, "FILE [OPTIONS]", "goes on with an interrupted session",
     "Goes on with the session of a recording from its last checkpoint, a few seconds before it "
     "was interrupted, checks on the way that every number is the same, and goes on from there, "
     "live and recording into the same file. --headless goes on without a terminal, as oubli run "
     "does, to the end; a signal stops it between two steps, and it can be resumed once more.",
     cmd_resume},
    {"export", USE_EXPORT, 1, "FILE --FORMAT OUT ...",
     "a recording as CSV, JSON, SVG, HTML or asciicast",
     "Writes a recorded session in the formats asked for, each into its file or, with -, to the "
     "output; a file that is there is replaced once the new one is whole. What a rewind has "
     "abandoned is left out of CSV, JSON and HTML. Shares of right answers are fractions. An "
     "asciicast is the whole session on the screen, with a marker at each boundary, command and "
     "note.",
     cmd_export},
    {"sweep", USE_SWEEP, 0, "--over 'KEY=VALUES' ... --dir DIR [OPTIONS]",
     "a grid of runs on all cores; again: only what is missing",
     "Trains each point of a grid (--over; all values of one key with all of the others) with each "
     "seed, as oubli run would, and keeps every run in DIR as soon as it is finished. The same "
     "command again, whatever ended the last one, or just --dir DIR, does only what is missing; "
     "another command is refused there. VALUES are a,b,c (those with commas in them 100;100,50), "
     "'LOW..HIGH log N', 'LOW..HIGH lin N' or 'LOW..HIGH N', spaced as that knob goes; a value "
     "that oubli run would refuse is refused before anything starts. A run that fails is kept as "
     "such (--status DIR says why) and tried again by the next call. With --with parallel GNU "
     "parallel starts the jobs, here or on the machines of --sshlogin; with --with slurm they are "
     "one array job. oubli merge makes a table of it.",
     cmd_sweep},
    {"merge", USE_MERGE, ARGUMENTS_MAX, "DIR... -o FILE.db",
     "finished runs of sweeps as one SQLite file",
     "Writes what is finished in the folders of oubli sweep into one SQLite file: table runs, a "
     "row for each job and learner with what was varied, its metrics and its whole line of JSON. "
     "Folders that are parts of one sweep, done on several machines, add up; sweeps over the same "
     "keys come one behind the other. docs/sweeps.md has the columns.",
     cmd_merge},
    {"plot", USE_PLOT, 1, "FILE.db [OPTIONS]", "the finished runs of a sweep, as tables and curves",
     "Prints what oubli merge has put together: a table of all combinations with mean and standard "
     "deviation over the seeds and the best marked, the differences between methods over the same "
     "seeds with their 95 % t intervals, and a picture: the metric against a varied key with "
     "numbers, each line at its best as a bar, the plane of keeping and learning, accuracy on each "
     "task after each task. With --svg, --html or --gnuplot it writes those instead. A run that "
     "diverged has no number: it is counted, not averaged, and a combination with such a run is "
     "not marked as best. Of a sweep with --validation the examples held out choose the best, and "
     "what that does on the test is shown. To go on with one: oubli live --like FILE.db:JOB.",
     cmd_plot},
    {"list", USE_LIST, 2, "TOPIC [FILE] [--json]",
     "what there is: datasets, suites, strategies, columns of a table ...",
     "Lists datasets, suites, strategies, parameters, keys or themes, one a line; with --json as "
     "one array of objects. oubli list columns FILE.csv says how each column of a table is read, "
     "before anything trains: what becomes of it, and what stands against it.",
     cmd_list},
    {"bench", USE_BENCH, BENCH_SECTIONS, "[SECTION...] [OPTIONS]",
     "measures how fast it is, each figure against its target",
     "Measures some sections, or all: steps (the training step against its own matrix products, "
     "strategies against the plain step), learners (several on all cores against one core), "
     "history (going back), session (recordings), exhibits (what training loses while one is "
     "shown), probes (what part of training each takes), live (the live screen in a terminal of "
     "its own: start, memory, bytes a frame, answer to a key, cost). All take some minutes; what "
     "else runs on the machine shows in the figures.",
     cmd_bench},
    {"help", USE_HELP, 1, "[TOPIC]", "help on a command or a topic",
     "Without a topic: an overview, with the topics at its end. oubli help man writes the manual "
     "page.",
     cmd_help},
    {"completion", USE_HELP, 1, "bash|zsh|fish", "a script with which that shell completes oubli",
     "Writes the completion script of a shell to the output; make install puts all three where the "
     "shells look. By hand: eval \"$(oubli completion bash)\" in ~/.bashrc, the same with zsh "
     "behind compinit in ~/.zshrc, oubli completion fish | source.",
     cmd_completion},
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
