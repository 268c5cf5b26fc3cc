/* SPDX-License-Identifier: MIT */
#include "ui/app/typing.h"

enum { CHARACTERS_A_SECOND = 110, SECOND_NS = 1000000000 };

/* FNV-1a over all that is written now; 0 if there is nothing. */
static uint64_t number_of(const struct writing *writing)
{
    uint64_t number = 14695981039346656037u;
    for (int i = 0; i < writing->n; i++) {
        const struct passage *now = &writing->rows[i].now;
        for (int k = -1; k < now->n; k++) {
            number = (number ^ (unsigned char)(k < 0 ? i : now->text[k])) * 1099511628211u;
        }
    }
    return writing->n > 0 ? number | 1 : 0;
}

static int longest_of(const struct writing *writing)
{
    int longest = 0;
    for (int i = 0; i < writing->n; i++) {
        longest = writing->rows[i].now.n > longest ? writing->rows[i].now.n : longest;
    }
    return longest;
}

void typing_follow(struct typing *typing, struct view *view, int64_t now_ns)
{
    const struct exhibits *exhibits = &view->snapshot->exhibits;
    uint64_t text = exhibits->has[EXHIBIT_WRITING] ? number_of(&exhibits->writing) : 0;
    if (text != typing->text) {
        *typing = (struct typing){text, now_ns};
    }
    int64_t typed = (now_ns - typing->begin_ns) / (SECOND_NS / CHARACTERS_A_SECOND);
    view->is_typing = text != 0 && typed < longest_of(&exhibits->writing);
    view->typed = view->is_typing ? (int)typed : 0;
}
