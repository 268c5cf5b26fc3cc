/* SPDX-License-Identifier: MIT
 * What documents show runs as it stands there. */
#include <criterion/criterion.h>
#include <criterion/logging.h>
#include <stdio.h>
#include <string.h>

TestSuite(docs, .timeout = 120);

Test(docs, pieces_of_code_that_read_what_oubli_writes_run)
{
    char line[1000], said[8000] = "";
    FILE *out = popen("tests/from_oubli.sh '" OUBLI_PROGRAM "' 2>&1", "r");
    cr_assert_not_null(out);
    while (fgets(line, sizeof line, out)) {
        size_t used = strlen(said);
        snprintf(said + used, sizeof said - used, "%s", line);
        if (strncmp(line, "SKIPPED", 7) == 0) {
            cr_log_warn("docs/from-oubli.md: %.*s", (int)strcspn(line, "\n"), line);
        }
    }
    cr_expect_eq(pclose(out), 0, "%s", said);
    cr_expect(strstr(said, "pieces of docs/from-oubli.md ran"), "%s", said);
}
