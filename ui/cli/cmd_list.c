/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <unistd.h>

#include "base/nearest.h"
#include "tasks/csv_read.h"
#include "ui/cli/cmd.h"
#include "ui/cli/columns.h"
#include "ui/cli/json.h"
#include "ui/cli/listing.h"
#include "ui/cli/output.h"
#include "ui/screen/terminal.h"

static bool no_topic(const char *topic, struct err *err)
{
    char names[160] = ""; /* with room for all of them */
    struct nearest nearest = {.typed = topic ? topic : ""};
    for (const struct listing *at = listings(); at->name; at++) {
        if (at->is_listed) {
            size_t used = strlen(names);
            snprintf(names + used, sizeof names - used, "%s, ", at->name);
            nearest_offer(&nearest, at->name);
        }
    }
    strcat(names, "columns");
    nearest_offer(&nearest, "columns");
    return !topic ? err_set(err, ERR_USAGE, "list: one of %s expected, found nothing", names)
           : nearest.word
               ? err_set(err, ERR_USAGE,
                         "list: one of %s expected, found '%.60s'; did you mean %s?", names, topic,
                         nearest.word)
               : err_set(err, ERR_USAGE, "list: one of %s expected, found '%.60s'", names, topic);
}

/* Lines are wrapped for a terminal only, so that grep finds whole ones. */
static int page_width(void)
{
    int cols, rows;
    return isatty(STDOUT_FILENO) && terminal_size(STDOUT_FILENO, &cols, &rows) ? cols
                                                                               : PAGE_UNLIMITED;
}

/* How the columns of a table are read, whatever stands against it. */
static int list_columns(const struct options *options)
{
    struct err err = {0};
    struct output output = {0};
    struct csv_columns columns = {0};
    bool ok =
        options->arguments[1] || err_set(&err, ERR_USAGE,
                                         "list columns: a file expected, as in oubli list columns "
                                         "FILE.csv; found nothing");
    ok = ok && csv_read(&columns, options->arguments[1], &options->config.reading, NULL, &err) &&
         output_open(&output, &err);
    if (ok && options->is_json) {
        ok = columns_json(output.stream, &columns, &err);
    } else if (ok) {
        columns_print(&(struct page){output.stream, page_width()}, &columns);
    }
    csv_columns_fini(&columns);
    int code = ok ? output_print(&output, options->is_json) : output_fail(&err);
    output_close(&output);
    return code;
}

int cmd_list(const struct options *options)
{
    struct err err = {0};
    struct output output = {0};
    if (options->arguments[0] && strcmp(options->arguments[0], "columns") == 0) {
        return list_columns(options);
    }
    const struct listing *listing =
        options->arguments[0] ? listing_find(options->arguments[0]) : NULL;
    if (!listing || !listing->is_listed) {
        no_topic(options->arguments[0], &err);
        return output_fail(&err);
    }
    if (options->arguments[1]) {
        err_set(&err, ERR_USAGE, "list %s: one topic expected, found a second, '%.60s'",
                listing->name, options->arguments[1]);
        return output_fail(&err);
    }
    bool ok = output_open(&output, &err);
    if (ok && options->is_json) {
        ok = json_list(output.stream, listing->name, &err);
    } else if (ok) {
        struct page page = {output.stream, page_width()};
        page_rows(&page, 0, listing->n_columns, listing->row, USE_ALL);
    }
    int code = ok ? output_print(&output, options->is_json) : output_fail(&err);
    output_close(&output);
    return code;
}
