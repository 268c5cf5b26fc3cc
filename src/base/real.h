/* SPDX-License-Identifier: MIT
 * The number type of the engine: float in the program, double in the build that is held against the
 * float64 reference runs (make test builds the engine once more with -DOUBLI_DOUBLE). */
#ifndef OUBLI_BASE_REAL_H
#define OUBLI_BASE_REAL_H

#ifdef OUBLI_DOUBLE
typedef double real;
#else
typedef float real;
#endif

#endif
