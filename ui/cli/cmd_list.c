/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <unistd.h>

#include "base/nearest.h"
#include "ui/cli/cmd.h"
#include "ui/cli/json.h"
#include "ui/cli/listing.h"
#include "ui/cli/output.h"
#include "ui/screen/terminal.h"

static bool no_topic(const char *topic, struct err *err)
{
    char names[160] = "";
    struct nearest nearest = {.typed = topic ? topic : ""};
    for (const struct listing *at = listings(); at->name; at++) {
        if (at->is_listed) {
            size_t used = strlen(names);
            snprintf(names + used, sizeof names - used, "%s%s", used ? ", " : "", at->name);
            nearest_offer(&nearest, at->name);
        }
    }
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

int cmd_list(const struct options *options)
{
    struct err err = {0};
    struct output output = {0};
    const struct listing *listing =
        options->arguments[0] ? listing_find(options->arguments[0]) : NULL;
    if (!listing || !listing->is_listed) {
        no_topic(options->arguments[0], &err);
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
