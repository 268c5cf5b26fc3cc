/* SPDX-License-Identifier: MIT
 * A folder of a test's own, and a recording that may come to be in it. */
#ifndef OUBLI_TESTS_SUPPORT_PLACE_H
#define OUBLI_TESTS_SUPPORT_PLACE_H

struct place {
    char folder[64], file[96]; /* FOLDER/a.oubli, not made yet */
};

struct place make_place(void);
/* Removes the recording and the folder; anything else that is in it fails the test. */
void leave(const struct place *place);

#endif
