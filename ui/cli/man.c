/* SPDX-License-Identifier: MIT */
#include "ui/cli/man.h"

#include <string.h>

#include "strategies/table.h"
#include "ui/cli/cmd.h"
#include "ui/cli/examples.h"
#include "ui/cli/listing.h"
#include "ui/screen/utf8.h"

/* Text as roff shows it unchanged. */
static void text(FILE *out, const char *plain)
{
    if (*plain == '.' || *plain == '\'') {
        fputs("\\&", out);
    }
    for (uint32_t ch = utf8_next(&plain); ch; ch = utf8_next(&plain)) {
        switch (ch) {
        case '\\':
            fputs("\\e", out);
            break;
        case '-':
            fputs("\\-", out);
            break;
        case '\'':
            fputs("\\(aq", out);
            break;
        case '`':
            fputs("\\(ga", out);
            break;
        case '^':
            fputs("\\(ha", out);
            break;
        case '~':
            fputs("\\(ti", out);
            break;
        default:
            if (ch < 0x80) {
                fputc((int)ch, out);
            } else if (ch >= 0x2080 && ch <= 0x2089) {
                fputc((int)(ch - 0x2080 + '0'), out); /* subscripts, which troff does not know */
            } else {
                fprintf(out, "\\[u%04X]", (unsigned)ch);
            }
        }
    }
}

static void section(FILE *out, const char *name)
{
    fprintf(out, ".SH %s\n", name);
}

/* A tagged paragraph: the tag bold, the text below. */
static void tagged(FILE *out, const char *tag, const char *plain)
{
    fputs(".TP\n\\fB", out);
    text(out, tag);
    fputs("\\fR\n", out);
    text(out, plain);
    fputc('\n', out);
}

static void paragraph(FILE *out, const char *plain)
{
    fputs(".PP\n", out);
    text(out, plain);
    fputc('\n', out);
}

static void rows(FILE *out, const char *name, unsigned use)
{
    const struct listing *listing = listing_find(name);
    struct row row;
    for (int i = 0; listing->row(i, use, &row); i++) {
        tagged(out, row.cell[0], row.cell[listing->n_columns - 1]);
    }
    if (listing->note) {
        paragraph(out, listing->note);
    }
}

static void pairs(FILE *out, const struct example *table)
{
    for (; table->line; table++) {
        tagged(out, table->line, table->text);
    }
}

static void write_synopsis(FILE *out)
{
    section(out, "SYNOPSIS");
    fputs("\\fBoubli\\fR [\\fIOPTIONS\\fR]\n", out);
    for (const struct subcommand *command = subcommands(); command->name; command++) {
        fprintf(out, ".br\n\\fBoubli %s\\fR ", command->name);
        text(out, command->usage);
        fputc('\n', out);
    }
    fputs(".br\n\\fBoubli \\-\\-version\\fR\n", out);
}

static void write_description(FILE *out)
{
    section(out, "DESCRIPTION");
    text(
        out,
        "oubli (French for forgetting) shows a neural network forgetting, live. It trains a small "
        "network "
        "on one task after the other, plots the accuracy on each task and where the weights drift, "
        "and lets you switch continual-learning strategies and learning rates while it trains.");
    fputc('\n', out);
    section(out, "COMMANDS");
    for (const struct subcommand *command = subcommands(); command->name; command++) {
        char tag[64];
        snprintf(tag, sizeof tag, "oubli %s %s", command->name, command->usage);
        tagged(out, tag, command->text);
    }
}

static void write_parameters(FILE *out)
{
    const struct listing *listing = listing_find("parameters");
    struct row row;
    section(out, "PARAMETERS");
    for (int i = 0; listing->row(i, 0, &row); i++) {
        char line[3 * CELL_MAX + 8];
        snprintf(line, sizeof line, "%s; %s [%s]", row.cell[3], row.cell[1], row.cell[2]);
        tagged(out, row.cell[0], line);
    }
    paragraph(out, listing->note);
}

static void write_strategies(FILE *out)
{
    section(out, "STRATEGIES");
    for (int i = 0; i < strategy_count(); i++) {
        const struct strategy *strategy = strategy_at(i);
        tagged(out, strategy->name, strategy->summary);
        const char *const details[] = {strategy->equation, strategy->cost, strategy->source};
        for (size_t j = 0; j < sizeof details / sizeof *details; j++) {
            fputs(".br\n", out);
            text(out, details[j]);
            fputc('\n', out);
        }
    }
}

static void write_probes(FILE *out)
{
    const struct listing *listing = listing_find("probes");
    struct row row;
    section(out, "PROBES");
    for (int i = 0; listing->row(i, 0, &row); i++) {
        char line[2 * CELL_MAX + 8];
        snprintf(line, sizeof line, "%s; %s", row.cell[2], row.cell[1]);
        tagged(out, row.cell[0], line);
    }
    paragraph(out, listing->note);
}

static void write_learners(FILE *out)
{
    char line[CELL_MAX + 40], names[CELL_MAX];
    section(out, "LEARNERS");
    text(out, learners_text());
    fputc('\n', out);
    pairs(out, learner_forms());
    snprintf(line, sizeof line, "The same for all learners: %s.",
             common_parameters(names, sizeof names));
    paragraph(out, line);
}

static void write_grammar(FILE *out)
{
    section(out, "COMMAND GRAMMAR");
    text(out, "Everything that changes a session is a command: --at and the palette (:) take the "
              "same lines. --at 400:COMMAND acts before step 400 of the session, counted from 0; "
              "--at B+10:COMMAND ten steps into the first visit of task B.");
    fputc('\n', out);
    paragraph(out, again_text());
    rows(out, "commands", 0);
    paragraph(out, lessons_text());
    paragraph(out, "The palette also knows these, which only change the picture:");
    rows(out, "view-commands", 0);
}

static void write_end(FILE *out)
{
    section(out, "EXIT STATUS");
    pairs(out, exit_codes());
    section(out, "ENVIRONMENT");
    pairs(out, environment());
    section(out, "FILES");
    tagged(out, "/usr/share/datasets/fashion-mnist",
           "where --data fashion looks (the Debian package dataset-fashion-mnist)");
    section(out, "EXAMPLES");
    pairs(out, examples());
    section(out, "JSON FIELDS");
    text(out, "A line of oubli run --json is one object with these fields:");
    fputc('\n', out);
    pairs(out, json_fields());
    paragraph(out, json_written());
    section(out, "SEE ALSO");
    paragraph(
        out,
        "French 1999, Catastrophic forgetting in connectionist networks; Kirkpatrick et al. 2017, "
        "Overcoming catastrophic forgetting in neural networks; van de Ven and Tolias 2019, Three "
        "scenarios for continual learning.");
}

void man_write(FILE *out)
{
    fprintf(out,
            ".\\\" Written by `oubli help man`.\n.TH OUBLI 1 \"\" \"oubli %s\" \"User Commands\"\n",
            OUBLI_VERSION);
    section(out, "NAME");
    fputs("oubli \\- watch a neural network forget, and stop it, live\n", out);
    write_synopsis(out);
    write_description(out);
    section(out, "OPTIONS");
    rows(out, "options", USE_ALL);
    write_parameters(out);
    section(out, "DATASETS");
    rows(out, "datasets", 0);
    section(out, "SUITES");
    rows(out, "suites", 0);
    write_strategies(out);
    write_probes(out);
    write_learners(out);
    section(out, "KEYS");
    rows(out, "keys", 0);
    write_grammar(out);
    write_end(out);
}
