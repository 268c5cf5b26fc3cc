/* SPDX-License-Identifier: MIT
 * The list of probes. */
#ifndef OUBLI_LAB_PROBE_ID_H
#define OUBLI_LAB_PROBE_ID_H

/* ROW(ID, name) for each probe; `probe_name` is its struct probe (probe.h). */
#define PROBE_LIST(ROW)                                                                            \
    ROW(ACCURACY, accuracy)                                                                        \
    ROW(BITS, bits)                                                                                \
    ROW(LOSS, loss)                                                                                \
    ROW(DRIFT, drift)                                                                              \
    ROW(DEAD, dead)                                                                                \
    ROW(OWN, own)                                                                                  \
    ROW(PUTBACK, putback)                                                                          \
    ROW(BIAS, bias)                                                                                \
    ROW(CKA, cka)                                                                                  \
    ROW(RANK, rank)                                                                                \
    ROW(SELECTIVITY, selectivity)                                                                  \
    ROW(RESPONSE, response)                                                                        \
    ROW(FDRIFT, fdrift)                                                                            \
    ROW(OVERLAP, overlap)                                                                          \
    ROW(INTERFERENCE, interference)                                                                \
    ROW(STABILITY, stability)                                                                      \
    ROW(LINE, line)                                                                                \
    ROW(PLANE, plane)                                                                              \
    ROW(VALIDATION, validation)

#define PROBE_ID(id, name) PROBE_##id,
enum probe_id { PROBE_LIST(PROBE_ID) PROBE_COUNT };
#undef PROBE_ID

#endif
