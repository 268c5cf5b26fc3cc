/* SPDX-License-Identifier: MIT */
#include "base/embed.h"
#include "tasks/text.h"

EMBED(code, "data/text/code.grammar")
EMBED(support, "data/text/support.grammar")
EMBED(prose, "data/text/prose.grammar")
EMBED(recipes, "data/text/recipes.grammar")
EMBED(support_fr, "data/text/support-fr.grammar")

const char *text_embedded(int i, const char **name, size_t *size)
{
    static const struct {
        const char *name;
        const unsigned char *begin, *end;
    } pages[] = {{"code", oubli_code_begin, oubli_code_end},
                 {"support", oubli_support_begin, oubli_support_end},
                 {"prose", oubli_prose_begin, oubli_prose_end},
                 {"recipes", oubli_recipes_begin, oubli_recipes_end},
                 {"support-fr", oubli_support_fr_begin, oubli_support_fr_end}};
    if (i >= (int)(sizeof pages / sizeof *pages)) {
        return NULL;
    }
    *name = pages[i].name;
    *size = embedded_size(pages[i].begin, pages[i].end);
    return (const char *)pages[i].begin;
}
