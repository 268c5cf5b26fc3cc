/* SPDX-License-Identifier: MIT
 * The kinds of networks there are: what of network.h has to know them. */
#include <assert.h>

#include "net/network.h"

#define KIND_ROW(id, name) &network_##name,
static const struct network_kind *const kinds[] = {MODEL_LIST(KIND_ROW)};

static const struct network_kind *kind_of(const struct params *params)
{
    size_t i = (size_t)params->value[PARAM_MODEL];
    assert(i < sizeof kinds / sizeof *kinds);
    return kinds[i];
}

bool network_init(struct network *net, int n_inputs, int n_symbols, int n_outputs,
                  const struct params *params, size_t params_max, struct err *err)
{
    *net = (struct network){.kind = kind_of(params),
                            .n_inputs = n_inputs,
                            .n_symbols = n_symbols,
                            .n_outputs = n_outputs,
                            .n_positions = 1};
    if (!net->kind->lay_out(net, params, err)) {
        return false;
    }
    if (net->n_params > params_max) {
        return err_set(err, ERR_USAGE,
                       "net: %.3g parameters for %d inputs and %d outputs, at most %.3g fit; %s",
                       (double)net->n_params, n_inputs, n_outputs, (double)params_max,
                       net->kind->smaller);
    }
    return true;
}

int network_n_positions(const struct params *params)
{
    const struct network_kind *kind = kind_of(params);
    return kind->n_positions ? kind->n_positions(params) : 1;
}

int network_n_layers(const struct params *params)
{
    return kind_of(params)->n_layers(params);
}

int network_n_parts(const struct params *params)
{
    return kind_of(params)->n_parts(params);
}

char *network_part_name(const struct params *params, int part, char *buf, size_t size)
{
    kind_of(params)->part_name(params, part, buf, size);
    return buf;
}

int network_n_unit_layers(const struct params *params)
{
    return kind_of(params)->n_unit_layers(params);
}

char *network_unit_layer_name(const struct params *params, int layer, char *buf, size_t size)
{
    kind_of(params)->unit_layer_name(params, layer, buf, size);
    return buf;
}

int network_n_modules(const struct params *params)
{
    return kind_of(params)->n_modules(params);
}

char *network_module_name(const struct params *params, int module, char *buf, size_t size)
{
    kind_of(params)->module_name(params, module, buf, size);
    return buf;
}

enum part_rows network_part_rows(const struct params *params, int part)
{
    const struct network_kind *kind = kind_of(params);
    return kind->part_rows ? kind->part_rows(params, part) : PART_INPUTS;
}

int network_n_heads(const struct params *params)
{
    const struct network_kind *kind = kind_of(params);
    return kind->n_heads ? kind->n_heads(params) : 0;
}
