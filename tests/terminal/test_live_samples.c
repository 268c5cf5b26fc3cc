/* SPDX-License-Identifier: MIT
 * Samples on the real screen: digits and a person's table, chosen, enlarged, plain; recorded, and
 * played where the table is not any more. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/person.h"
#include "support/place.h"

TestSuite(live_samples, .timeout = 60);

Test(live_samples, are_asked_for_chosen_and_enlarged_by_keys)
{
    struct pty *pty = start((const char *const[]){NULL});
    press(pty, "]");
    command(pty, "focus samples");
    expect(pty, "\u25b8samples");
    expect(pty, "\u2713 0"); /* the network has learned to say so */
    press(pty, "enter");
    expect(pty, "how likely");
    expect(pty, "it is 0");
    press(pty, "right");
    expect(pty, "it is 1");
    press(pty, "p");
    expect(pty, "pictures as the data has them");
    press(pty, "space"); /* what is chosen in a pause is answered, too */
    expect(pty, "go on");
    press(pty, "right");
    expect(pty, "it is 2, it says");
    quit(pty);
}

/* Two kinds of flowers that anybody can tell apart. */
static void write_table(const char *path)
{
    FILE *file = fopen(path, "w");
    cr_assert_not_null(file);
    fputs("petal,sepal,kind\n", file);
    for (int i = 0; i < 200; i++) {
        fprintf(file, "%.1f,%.1f,%s\n", (i % 2 ? 5.0 : 1.0) + i % 7 * 0.1, 3 + i % 11 * 0.1,
                i % 2 ? "virginica" : "setosa");
    }
    fclose(file);
}

Test(live_samples, of_a_table_are_played_where_it_is_not_any_more)
{
    char table[96];
    struct place place = make_place();
    snprintf(table, sizeof table, "%s/flowers.csv", place.folder);
    write_table(table);
    struct pty *pty = start((const char *const[]){"--data", table, "--record", place.file, NULL});
    command(pty, "focus samples");
    expect(pty, "\u2713 virginica");
    expect(pty, "petal");
    press(pty, "p");
    expect(pty, "there is no other view");
    cr_expect_null(strstr(pty_screen(pty), "plain, seen"));
    pty_pump(pty, 600);
    quit(pty);
    unlink(table);
    pty = start((const char *const[]){"play", place.file, NULL});
    expect(pty, "\u25b8samples");      /* looked at as it was */
    expect(pty, "oubli  flowers.csv"); /* not where it lay */
    expect(pty, "\u2713 virginica");
    expect(pty, "petal");
    press(pty, "enter");
    expect(pty, "how likely");
    quit(pty);
    leave(&place);
}
