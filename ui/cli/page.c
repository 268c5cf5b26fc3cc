/* SPDX-License-Identifier: MIT */
#include "ui/cli/page.h"

#include <string.h>

#include "ui/screen/utf8.h"

enum { GAP = 2, WIDEST_CELL = 26, LAST_LEAST = 24, LAST_INDENT = 4 };

static void print_blanks(FILE *out, int n)
{
    fprintf(out, "%*s", n > 0 ? n : 0, "");
}

void page_wrap(const struct page *page, int at, int indent, const char *text)
{
    bool is_first = true; /* word of its line */
    for (const char *word = text + strspn(text, " "); *word;) {
        size_t length = strcspn(word, " ");
        char copy[CELL_MAX];
        snprintf(copy, sizeof copy, "%.*s", (int)length, word);
        int columns = utf8_columns(copy);
        if (!is_first && at + 1 + columns > page->width) {
            fputc('\n', page->out);
            print_blanks(page->out, indent);
            at = indent;
            is_first = true;
        }
        fprintf(page->out, "%s%s", is_first ? "" : " ", copy);
        at += columns + !is_first;
        is_first = false;
        word += length + strspn(word + length, " ");
    }
    fputc('\n', page->out);
}

void page_paragraph(const struct page *page, int indent, const char *text)
{
    print_blanks(page->out, indent);
    page_wrap(page, indent, indent, text);
}

/* How wide each column must be.  One cell that is far too wide breaks its line rather than the
 * page. */
static void measure(int widths[COLUMNS_MAX], int n_columns, row_function row, unsigned use)
{
    struct row cells;
    for (int i = 0; row(i, use, &cells); i++) {
        for (int j = 0; j < n_columns - 1; j++) {
            int columns = utf8_columns(cells.cell[j]);
            if (columns > widths[j] && columns <= WIDEST_CELL) {
                widths[j] = columns;
            }
        }
    }
}

void page_rows(const struct page *page, int indent, int n_columns, row_function row, unsigned use)
{
    int widths[COLUMNS_MAX] = {0};
    measure(widths, n_columns, row, use);
    struct row cells;
    for (int i = 0; row(i, use, &cells); i++) {
        int at = 0, want = indent;
        for (int j = 0; j < n_columns - 1; j++) {
            print_blanks(page->out, want - at);
            fputs(cells.cell[j], page->out);
            at = want + utf8_columns(cells.cell[j]);
            want += widths[j] + GAP;
        }
        const char *last = cells.cell[n_columns - 1];
        bool is_narrow = page->width - want < LAST_LEAST;
        want = is_narrow ? indent + LAST_INDENT : want;
        if (*last && (at + GAP > want || is_narrow) && page->width != PAGE_UNLIMITED) {
            fputc('\n', page->out);
            at = 0;
        }
        print_blanks(page->out, !*last ? 0 : want - at > GAP ? want - at : GAP);
        page_wrap(page, want, want, last);
    }
}
