/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <unistd.h>

#include "base/nearest.h"
#include "ui/cli/cmd.h"
#include "ui/cli/output.h"
#include "ui/cli/topics.h"
#include "ui/screen/terminal.h"

enum { WIDTH_DEFAULT = 80, WIDTH_LEAST = 40, WIDTH_MOST = 100 };

static int page_width(void)
{
    int cols, rows;
    if (!isatty(STDOUT_FILENO) || !terminal_size(STDOUT_FILENO, &cols, &rows)) {
        return WIDTH_DEFAULT;
    }
    return cols < WIDTH_LEAST ? WIDTH_LEAST : cols > WIDTH_MOST ? WIDTH_MOST : cols;
}

static bool no_topic(const char *name, struct err *err)
{
    struct nearest nearest = {.typed = name};
    for (int i = 0; topic_name(i); i++) {
        nearest_offer(&nearest, topic_name(i));
    }
    return nearest.word
               ? err_set(err, ERR_USAGE, "help: no topic is called '%.60s'; did you mean %s?", name,
                         nearest.word)
               : err_set(err, ERR_USAGE,
                         "help: no topic is called '%.60s'; oubli help shows all of them", name);
}

int cmd_help(const struct options *options)
{
    struct err err = {0};
    struct output output = {0};
    const char *name = options->arguments[0] ? options->arguments[0] : "overview";
    if (!output_open(&output, &err)) {
        return output_fail(&err);
    }
    struct page page = {output.stream, page_width()};
    bool is_there = topic_write(&page, name) || no_topic(name, &err);
    int code = is_there ? output_print(&output, false) : output_fail(&err);
    output_close(&output);
    return code;
}
