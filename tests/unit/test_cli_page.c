/* SPDX-License-Identifier: MIT
 * Pages of text: columns, paragraphs, the tables and the report's statistics. */
#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/cli/cmd.h"
#include "ui/cli/completion.h"
#include "ui/cli/listing.h"
#include "ui/cli/man.h"
#include "ui/cli/options.h"
#include "ui/cli/page.h"
#include "ui/cli/report.h"
#include "ui/cli/topics.h"
#include "ui/screen/utf8.h"

/* Collects what is printed. */
struct sink {
    FILE *stream;
    char *text;
    size_t size;
};

/* In place: the stream holds on to where text and size stand. */
static void sink_open(struct sink *sink)
{
    sink->stream = open_memstream(&sink->text, &sink->size);
    cr_assert_not_null(sink->stream);
}

static const char *sink_text(struct sink *sink)
{
    fflush(sink->stream);
    return sink->text;
}

static void sink_close(struct sink *sink)
{
    fclose(sink->stream);
    free(sink->text);
}

static void expect_width(const char *text, int width, const char *what)
{
    for (const char *line = text; *line;) {
        size_t length = strcspn(line, "\n");
        char copy[2048];
        snprintf(copy, sizeof copy, "%.*s", (int)length, line);
        cr_expect_leq(utf8_columns(copy), width, "%s, %d columns: %s", what, width, copy);
        cr_expect(length == 0 || line[length - 1] != ' ', "%s: a blank at the end of: %s", what,
                  copy);
        line += length + (line[length] == '\n');
    }
}

Test(cli_page, wraps_words_with_a_hanging_indent)
{
    struct sink sink;
    sink_open(&sink);
    struct page page = {sink.stream, 12};
    page_paragraph(&page, 2, "one two three  four");
    cr_expect_str_eq(sink_text(&sink), "  one two\n  three four\n");
    sink_close(&sink);
}

static bool three_rows(int i, unsigned use, struct row *row)
{
    (void)use;
    static const char *const cells[][2] = {
        {"a", "first"}, {"λλλ", "second one, which takes two lines"}, {"bb", ""}};
    if (i >= 3) {
        return false;
    }
    snprintf(row->cell[0], CELL_MAX, "%s", cells[i][0]);
    snprintf(row->cell[1], CELL_MAX, "%s", cells[i][1]);
    return true;
}

Test(cli_page, aligns_columns_by_what_is_seen)
{
    struct sink sink;
    sink_open(&sink);
    struct page page = {sink.stream, 30};
    page_rows(&page, 0, 2, three_rows, 0);
    cr_expect_str_eq(sink_text(&sink), "a    first\n"
                                       "λλλ  second one, which takes\n"
                                       "     two lines\n"
                                       "bb\n");
    sink_close(&sink);
}

Test(cli_page, a_narrow_page_puts_the_last_column_below)
{
    struct sink sink;
    sink_open(&sink);
    struct page page = {sink.stream, 20};
    page_rows(&page, 0, 2, three_rows, 0);
    cr_expect_not_null(strstr(sink_text(&sink), "λλλ\n    second one,\n"), "%s", sink_text(&sink));
    expect_width(sink_text(&sink), 20, "narrow");
    sink_close(&sink);
}

Test(cli_page, every_topic_fits_its_width)
{
    for (int i = 0; topic_name(i); i++) {
        const char *name = topic_name(i);
        for (int width = 70; width <= 100 && strcmp(name, "man") != 0; width += 10) {
            struct sink sink;
            sink_open(&sink);
            struct page page = {sink.stream, width};
            cr_expect(topic_write(&page, name));
            cr_expect_gt(strlen(sink_text(&sink)), 40, "%s", name);
            expect_width(sink_text(&sink), width, name);
            sink_close(&sink);
        }
    }
}

static bool is_topic(const char *name)
{
    int i = 0;
    while (topic_name(i) && strcmp(topic_name(i), name) != 0) {
        i++;
    }
    return topic_name(i) != NULL;
}

Test(cli_page, every_subcommand_has_a_topic)
{
    for (const struct subcommand *command = subcommands(); command->name; command++) {
        cr_expect(is_topic(command->name), "no help on %s", command->name);
    }
    cr_expect_not(is_topic("nonsense"));
}

Test(cli_page, every_listing_has_a_topic_or_is_part_of_one)
{
    for (const struct listing *listing = listings(); listing->name; listing++) {
        struct row row;
        cr_expect(listing->row(0, USE_ALL, &row), "%s is empty", listing->name);
        cr_expect(!listing->is_listed || is_topic(listing->name), "no help on %s", listing->name);
    }
    cr_expect_null(listing_find("nonsense"));
}

Test(cli_page, the_manual_page_is_plain_roff)
{
    struct sink sink;
    sink_open(&sink);
    man_write(sink.stream);
    const char *text = sink_text(&sink);
    for (const char *at = text; *at; at++) {
        cr_assert((unsigned char)*at < 0x80, "a byte that is not ASCII: %.40s", at);
    }
    const char *const parts[] = {".TH OUBLI 1",    ".SH NAME",        ".SH OPTIONS",
                                 "\\-\\-strategy", ".SH EXIT STATUS", "ewc.lambda"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        cr_expect_not_null(strstr(text, parts[i]), "%s", parts[i]);
    }
    sink_close(&sink);
}

/* The name as the manual page writes it. */
static const char *in_roff(char *buf, size_t size, const char *name)
{
    size_t used = 0;
    for (; *name && used + 3 < size; name++) {
        used += (size_t)snprintf(buf + used, size - used, "%s%c", *name == '-' ? "\\" : "", *name);
    }
    return buf;
}

/* Every name stands in the manual page, and in the text. */
static void expect_name(const char *man, const char *text, const char *name, const char *where)
{
    char buf[2 * CELL_MAX];
    cr_expect(strstr(man, in_roff(buf, sizeof buf, name)), "the man page lacks %s", name);
    cr_expect(strstr(text, name), "%s lacks %s", where, name);
}

static void expect_command(const char *man, const struct subcommand *command)
{
    struct sink sink;
    char name[80];
    sink_open(&sink);
    struct page page = {sink.stream, 80};
    cr_expect(topic_write(&page, command->name));
    snprintf(name, sizeof name, "oubli %s", command->name);
    expect_name(man, sink_text(&sink), name, "its help");
    for (const struct option *option = option_table(); option->name; option++) {
        snprintf(name, sizeof name, "--%s", option->name);
        if (option->uses & command->use) {
            expect_name(man, sink_text(&sink), name, command->name);
        }
    }
    const struct param *param;
    for (int i = 0; (param = completion_param(command, i)); i++) {
        snprintf(name, sizeof name, "--%s ", param->name);
        expect_name(man, sink_text(&sink), name, command->name);
    }
    sink_close(&sink);
}

Test(cli_page, manual_page_and_help_have_every_subcommand_and_option)
{
    struct sink sink;
    sink_open(&sink);
    man_write(sink.stream);
    const char *man = sink_text(&sink);
    for (const struct subcommand *command = subcommands(); command->name; command++) {
        expect_command(man, command);
    }
    for (int i = 0; i < PARAM_COUNT; i++) {
        const char *name = param_at((enum param_id)i)->name;
        cr_expect(strstr(man, name), "the man page lacks %s", name);
    }
    sink_close(&sink);
}

/* What the shells complete is what the tables have. */
Test(cli_page, completions_have_every_subcommand_option_and_parameter)
{
    static void (*const writers[])(FILE *) = {completion_bash, completion_zsh, completion_fish};
    for (size_t k = 0; k < sizeof writers / sizeof *writers; k++) {
        const char *shell = completion_shell((int)k), *dashes = k == 2 ? "-l " : "--";
        struct sink sink;
        char name[80];
        sink_open(&sink);
        writers[k](sink.stream);
        const char *text = sink_text(&sink);
        for (const struct subcommand *command = subcommands(); command->name; command++) {
            cr_expect(strstr(text, command->name), "%s: %s", shell, command->name);
        }
        for (const struct option *option = option_table(); option->name; option++) {
            snprintf(name, sizeof name, "%s%s", dashes, option->name);
            cr_expect(strstr(text, name), "%s: %s", shell, name);
        }
        for (int i = 0; i < PARAM_COUNT; i++) {
            cr_expect(strstr(text, param_at((enum param_id)i)->name), "%s: %s", shell,
                      param_at((enum param_id)i)->name);
        }
        sink_close(&sink);
    }
}

static struct result result_of(unsigned seed, double average)
{
    return (struct result){.seed = seed,
                           .metrics = {average, 0.25, -0.25, 0.125, 0.75, (double)NAN, (double)NAN},
                           .steps = 10,
                           .samples = 320,
                           .seconds_training = 0.5};
}

Test(cli_report, means_leave_out_what_diverged)
{
    struct result results[] = {result_of(0, 0.5), result_of(1, 0.6), result_of(2, (double)NAN)};
    results[2].has_diverged = true;
    results[2].diverged_step = 7;
    results[2].diverged_task = 1;
    struct sink sink;
    sink_open(&sink);
    report_metrics(sink.stream, results, 3);
    const char *text = sink_text(&sink);
    cr_expect_not_null(strstr(text, "average accuracy     55.00 ± 7.07 %"), "%s", text);
    cr_expect_not_null(strstr(text, "1 of 3 runs diverged"), "%s", text);
    cr_expect_not_null(strstr(text, "diverged at step 7 in task B"), "%s", text);
    cr_expect_not_null(strstr(text, "640 samples/s"), "%s", text);
    cr_expect_null(strstr(text, "nan"), "%s", text);
    expect_width(text, 80, "metrics");
    sink_close(&sink);
}
