/* SPDX-License-Identifier: MIT
 * What is written appears bit by bit, and each text once. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "ui/app/typing.h"

enum { SECOND = 1000000000 };

static void write_text(struct snapshot *snapshot, const char *text)
{
    struct writing *writing = &snapshot->exhibits.writing;
    snapshot->exhibits.has[EXHIBIT_WRITING] = true;
    *writing = (struct writing){.n = 2};
    writing->rows[1].now.n = (int)strlen(text);
    memcpy(writing->rows[1].now.text, text, strlen(text));
}

Test(typing, goes_on_with_time_until_the_text_is_there)
{
    struct snapshot *snapshot = calloc(1, sizeof *snapshot);
    struct typing typing = {0};
    struct view view = {.snapshot = snapshot};
    int64_t now = 5 * (int64_t)SECOND;
    typing_follow(&typing, &view, now);
    cr_expect_not(view.is_typing, "nothing is written");
    write_text(snapshot, "int add(int a, int b) { return a + b; }\nint max(int a, int b)");
    typing_follow(&typing, &view, now);
    cr_expect(view.is_typing && view.typed == 0);
    typing_follow(&typing, &view, now + SECOND / 10);
    cr_expect(view.is_typing && view.typed == 11);
    snapshot->exhibits.writing.step = 7;
    typing_follow(&typing, &view, now + SECOND / 5);
    cr_expect(view.is_typing && view.typed == 22, "the same text of another step goes on");
    typing_follow(&typing, &view, now + SECOND);
    cr_expect_not(view.is_typing);
    write_text(snapshot, "int sub(");
    typing_follow(&typing, &view, now + 2 * (int64_t)SECOND);
    cr_expect(view.is_typing && view.typed == 0, "another text begins");
    snapshot->exhibits.has[EXHIBIT_WRITING] = false;
    typing_follow(&typing, &view, now + 2 * (int64_t)SECOND);
    cr_expect_not(view.is_typing);
    free(snapshot);
}
