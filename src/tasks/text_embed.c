/* SPDX-License-Identifier: MIT */
#include "base/embed.h"
#include "tasks/text.h"

EMBED(code, "data/text/code.grammar")
EMBED(support, "data/text/support.grammar")
EMBED(prose, "data/text/prose.grammar")
EMBED(recipes, "data/text/recipes.grammar")
EMBED(support_fr, "data/text/support-fr.grammar")

EMBED(desk_spring, "data/text/desk-spring.grammar")
EMBED(desk_summer, "data/text/desk-summer.grammar")
EMBED(desk_autumn, "data/text/desk-autumn.grammar")
EMBED(desk_winter, "data/text/desk-winter.grammar")

/* Both sets, one behind the other. */
enum { FIRST_OF_DESK = 5 };

const char *text_embedded(enum text_set set, int i, const char **name, size_t *size)
{
    static const struct {
        const char *name;
        const unsigned char *begin, *end;
    } pages[] = {{"code", oubli_code_begin, oubli_code_end},
                 {"support", oubli_support_begin, oubli_support_end},
                 {"prose", oubli_prose_begin, oubli_prose_end},
                 {"recipes", oubli_recipes_begin, oubli_recipes_end},
                 {"support-fr", oubli_support_fr_begin, oubli_support_fr_end},
                 {"desk-spring", oubli_desk_spring_begin, oubli_desk_spring_end},
                 {"desk-summer", oubli_desk_summer_begin, oubli_desk_summer_end},
                 {"desk-autumn", oubli_desk_autumn_begin, oubli_desk_autumn_end},
                 {"desk-winter", oubli_desk_winter_begin, oubli_desk_winter_end}};
    _Static_assert(FIRST_OF_DESK + TEXT_SEASONS == sizeof pages / sizeof *pages, "all are there");
    int first = set == TEXT_SET_DESK ? FIRST_OF_DESK : 0;
    if (i >= (set == TEXT_SET_DESK ? TEXT_SEASONS : FIRST_OF_DESK)) {
        return NULL;
    }
    i += first;
    *name = pages[i].name;
    *size = embedded_size(pages[i].begin, pages[i].end);
    return (const char *)pages[i].begin;
}
