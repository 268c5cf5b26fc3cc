/* SPDX-License-Identifier: MIT */
#include "ui/cli/topics.h"

#include <string.h>

#include "strategies/table.h"
#include "ui/cli/cmd.h"
#include "ui/cli/examples.h"
#include "ui/cli/listing.h"
#include "ui/cli/man.h"

struct topic {
    const char *name;
    const char *summary; /* one line; NULL = not named in the overview */
    void (*write)(const struct page *page, const char *name);
};

static const struct topic *topics(void);

static void heading(const struct page *page, const char *text)
{
    fprintf(page->out, "\n%s\n", text);
}

static void listing(const struct page *page, const char *name, unsigned use)
{
    const struct listing *found = listing_find(name);
    page_rows(page, 2, found->n_columns, found->row, use);
    if (found->note) {
        fputc('\n', page->out);
        page_paragraph(page, 0, found->note);
    }
}

/* ---- rows of what is not a listing ---- */

static bool example_cells(const struct example *table, int i, struct row *row)
{
    for (; i > 0 && table->line; i--) {
        table++;
    }
    if (table->line) {
        snprintf(row->cell[0], CELL_MAX, "%s", table->line);
        snprintf(row->cell[1], CELL_MAX, "%s", table->text);
    }
    return table->line != NULL;
}

static bool exit_row(int i, unsigned use, struct row *row)
{
    (void)use;
    return example_cells(exit_codes(), i, row);
}

static bool environment_row(int i, unsigned use, struct row *row)
{
    (void)use;
    return example_cells(environment(), i, row);
}

static bool field_row(int i, unsigned use, struct row *row)
{
    (void)use;
    return example_cells(json_fields(), i, row);
}

static bool subcommand_row(int i, unsigned use, struct row *row)
{
    (void)use;
    const struct subcommand *command = &subcommands()[i];
    if (command->name) {
        snprintf(row->cell[0], CELL_MAX, "oubli %s %s", command->name, command->usage);
        snprintf(row->cell[1], CELL_MAX, "%s", command->summary);
    }
    return command->name != NULL;
}

static bool topic_row(int i, unsigned use, struct row *row)
{
    (void)use;
    const struct topic *topic = topics();
    for (; topic->name; topic++) {
        if (topic->summary && i-- == 0) {
            snprintf(row->cell[0], CELL_MAX, "%s", topic->name);
            snprintf(row->cell[1], CELL_MAX, "%s", topic->summary);
            return true;
        }
    }
    return false;
}

/* The options that are asked for first. */
static bool common_option_row(int i, unsigned use, struct row *row)
{
    static const char *const common[] = {"--data ", "--suite ", "--tasks ", "--strategy ",
                                         "--lr ",   "--set ",   "--at ",    "--seed "};
    const struct listing *options = listing_find("options");
    (void)use;
    if (i >= (int)(sizeof common / sizeof *common)) {
        return false;
    }
    for (int j = 0; options->row(j, USE_ONE, row); j++) {
        if (strncmp(row->cell[0], common[i], strlen(common[i])) == 0) {
            return true;
        }
    }
    return false;
}

/* ---- pages ---- */

static void print_examples(const struct page *page)
{
    heading(page, "Examples:");
    for (const struct example *at = examples(); at->line; at++) {
        fprintf(page->out, "  %s\n", at->line);
        page_paragraph(page, 6, at->text);
    }
}

static void write_overview(const struct page *page, const char *name)
{
    (void)name;
    page_paragraph(
        page, 0,
        "oubli shows a neural network forgetting, live: it trains one task after the other, plots "
        "the accuracy on each, and lets you switch on what keeps the old ones, while it trains.");
    heading(page, "Commands:");
    page_rows(page, 2, 2, subcommand_row, 0);
    heading(page, "Options most used (all: oubli help options):");
    page_rows(page, 2, 2, common_option_row, 0);
    print_examples(page);
    heading(page, "Topics of oubli help:");
    page_rows(page, 2, 2, topic_row, 0);
}

static void write_command(const struct page *page, const struct subcommand *command)
{
    fprintf(page->out, "usage: oubli %s %s\n\n", command->name, command->usage);
    page_paragraph(page, 0, command->text);
    heading(page, "Options:");
    listing(page, "options", command->use);
    if (command->use & USE_SESSION) {
        heading(page, "Exit codes:");
        page_rows(page, 2, 2, exit_row, 0);
    }
}

static void write_listing(const struct page *page, const char *name)
{
    const struct listing *found = listing_find(name);
    char title[CELL_MAX];
    snprintf(title, sizeof title, "%s: %s", found->name, found->summary);
    page_paragraph(page, 0, title);
    fputc('\n', page->out);
    listing(page, name, 0);
}

static void write_options(const struct page *page, const char *name)
{
    (void)name;
    fputs("Options of oubli live and oubli run:\n\n", page->out);
    listing(page, "options", USE_ONE);
    fputc('\n', page->out);
    page_paragraph(
        page, 0,
        "--option VALUE and --option=VALUE are the same; -- ends the options. Of an option given "
        "twice the last counts; --set, --at and --learner add up. --json and --seeds belong to "
        "oubli run.");
}

static void write_commands(const struct page *page, const char *name)
{
    write_listing(page, name);
    fputc('\n', page->out);
    page_paragraph(page, 0, lessons_text());
    heading(page, "Only in the palette; they change the picture:");
    listing(page, "view-commands", 0);
    heading(page, "When (--at WHEN:COMMAND):");
    page_paragraph(page, 2, "400:strategy ewc on - before step 400 of the session, counted from 0");
    page_paragraph(page, 2, "B+10:set lr 0.01 - 10 steps into the first visit of task B");
    page_paragraph(page, 2, "C:consolidate - when task C begins");
    page_paragraph(page, 2, again_text());
}

static void write_strategies(const struct page *page, const char *name)
{
    (void)name;
    page_paragraph(
        page, 0,
        "strategies: ways to keep what was learned; any of them can be on together, as in "
        "--strategy ewc+replay");
    for (int i = 0; i < strategy_count(); i++) {
        const struct strategy *strategy = strategy_at(i);
        fprintf(page->out, "\n%s (%s)\n", strategy->name, strategy->title);
        page_paragraph(page, 4, strategy->summary);
        page_paragraph(page, 4, strategy->equation);
        fputs("    cost: ", page->out);
        page_wrap(page, 10, 10, strategy->cost);
        page_paragraph(page, 4, strategy->source);
        for (int j = 0; j < PARAM_COUNT; j++) {
            const struct param *param = param_at((enum param_id)j);
            if (param_is_owned_by(param, strategy->name)) {
                fprintf(page->out, "    %-14s ", param->name);
                page_wrap(page, 19, 19, param->help);
            }
        }
    }
}

static void write_learners(const struct page *page, const char *name)
{
    (void)name;
    page_paragraph(page, 0, learners_text());
    fputc('\n', page->out);
    for (const struct example *at = learner_forms(); at->line; at++) {
        fprintf(page->out, "  %s\n", at->line);
        page_paragraph(page, 6, at->text);
    }
    heading(page, "The same for all learners:");
    page_paragraph(page, 2, common_parameters((char[CELL_MAX]){0}, CELL_MAX));
}

static void write_json(const struct page *page, const char *name)
{
    (void)name;
    page_paragraph(page, 0,
                   "oubli run --json: one object for each learner of each seed, on one line, "
                   "with these fields:");
    fputc('\n', page->out);
    page_rows(page, 2, 2, field_row, 0);
    fputc('\n', page->out);
    page_paragraph(page, 0, json_written());
}

static void write_exit(const struct page *page, const char *name)
{
    (void)name;
    fputs("Exit codes:\n\n", page->out);
    page_rows(page, 2, 2, exit_row, 0);
}

static void write_environment(const struct page *page, const char *name)
{
    (void)name;
    fputs("Environment:\n\n", page->out);
    page_rows(page, 2, 2, environment_row, 0);
}

static void write_man(const struct page *page, const char *name)
{
    (void)name;
    man_write(page->out);
}

static const struct topic table[] = {
    {"overview", NULL, write_overview},
    {"options", "every option", write_options},
    {"parameters", "everything that can be tuned, with ranges and defaults", write_listing},
    {"commands", "the words of --at and of the palette", write_commands},
    {"learners", "several networks on the same batches: side by side, forked, added",
     write_learners},
    {"strategies", "what each does, its equation, its cost, its paper", write_strategies},
    {"datasets", "what --data can name", write_listing},
    {"suites", "how tasks are made of the data", write_listing},
    {"probes", "what can be measured beside accuracy", write_listing},
    {"keys", "the keys of the live screen", write_listing},
    {"themes", "colours of the screen", write_listing},
    {"json", "the fields of oubli run --json", write_json},
    {"exit", "exit codes", write_exit},
    {"environment", "variables that are looked at", write_environment},
    {"man", "all of this as a manual page: oubli help man | man -l -", write_man},
    {0},
};

static const struct topic *topics(void)
{
    return table;
}

bool topic_write(const struct page *page, const char *name)
{
    const struct subcommand *command = subcommand_find(name);
    const struct topic *topic = topics();
    while (topic->name && strcmp(topic->name, name) != 0) {
        topic++;
    }
    if (command) {
        write_command(page, command);
    } else if (topic->name) {
        topic->write(page, topic->name);
    }
    return command || topic->name;
}

const char *topic_name(int i)
{
    for (const struct subcommand *command = subcommands(); command->name; command++) {
        if (i-- == 0) {
            return command->name;
        }
    }
    return topics()[i].name;
}
