/* The flowlet runtime for C and C++: samples of a flow-matching model, in fixed point, the same bits on every core.
   Made by cbindgen from firmware-examples/c/src; edit it there. MIT or Apache-2.0.

   Nothing here allocates, or keeps state of its own: all memory is the caller's. No function may be called for the
   same sampler from two threads, or from an interrupt, at once. A pointer that must not be null and is, and a buffer
   that is too small, give an error and change nothing. What stands under "Safety" the library cannot check. */

#ifndef FLOWLET_H
#define FLOWLET_H

#include <stddef.h>
#include <stdint.h>

/* Bytes of memory for flowlet_new(): of a sampler, and of one that guides (flowlet_set_guidance()). With the sizes
   that `flowlet export --c` writes for a model they are constants:
       static uintptr_t memory[FLOWLET_SAMPLER_BYTES(BEATS_DIM, BEATS_WIDTH) / sizeof(uintptr_t)];
*/
#define FLOWLET_SAMPLER_BYTES(dim, width) \
  (FLOWLET_SAMPLER_WORDS * sizeof(uintptr_t) + FLOWLET_LANE_BYTES(dim, width))
#define FLOWLET_GUIDED_SAMPLER_BYTES(dim, width) \
  (FLOWLET_SAMPLER_WORDS * sizeof(uintptr_t) + 2 * FLOWLET_LANE_BYTES(dim, width))
/* Of it, what one sample under way takes. */
#define FLOWLET_LANE_BYTES(dim, width) \
  ((size_t)8 * (((size_t)(dim) + 1) / 2 * 2) + (size_t)4 * (((size_t)(width) + 1) / 2 * 2))


// Words of uintptr_t that a sampler takes beside its lanes.
#define FLOWLET_SAMPLER_WORDS 52

// For flowlet_set_class(): draw the class of each sample in the training proportions.
#define FLOWLET_ANY_CLASS -1

// For flowlet_set_guidance(): none.
#define FLOWLET_UNGUIDED -1

// What a function says of itself; 0 is well.
enum flowlet_error
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  // Nothing went wrong.
  FLOWLET_OK = 0,
  // A pointer is null that must not be.
  FLOWLET_NULL = 1,
  // A pointer is not aligned as its type asks for; memory for flowlet_new() as uintptr_t does.
  FLOWLET_ALIGNMENT = 2,
  // A buffer is too small.
  FLOWLET_SHORT = 3,
  // What the pointer leads to was not made by flowlet_open() or flowlet_new().
  FLOWLET_NOT_OPEN = 4,
  // There is no such column or class.
  FLOWLET_RANGE = 5,
  // No sample has been started, or the one that was is not finished.
  FLOWLET_NO_SAMPLE = 6,
  // The caller's source of random numbers failed.
  FLOWLET_RANDOM = 7,
  // Steps are 1 to 256.
  FLOWLET_STEPS = 8,
  // There is no such solver.
  FLOWLET_SOLVER = 9,
  // The model was trained without label dropout, and so cannot be guided.
  FLOWLET_NOT_GUIDABLE = 10,
  // Guidance takes FLOWLET_GUIDED_SAMPLER_BYTES of memory.
  FLOWLET_LANES = 11,
  // Not a model: it does not begin with FLOW.
  FLOWLET_MODEL_MAGIC = 12,
  // A model in a version of the format that this library does not read.
  FLOWLET_MODEL_VERSION = 13,
  // The model is longer than the bytes that are there.
  FLOWLET_MODEL_TRUNCATED = 14,
  // More bytes are there than belong to the model.
  FLOWLET_MODEL_TRAILING = 15,
  // The model is damaged: its checksum is another.
  FLOWLET_MODEL_CHECKSUM = 16,
  // Not a model: its fields cannot be decoded.
  FLOWLET_MODEL_ENCODING = 17,
  // A field of the model has a value that cannot be run.
  FLOWLET_MODEL_INVALID = 18,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum flowlet_error flowlet_error;
#else
typedef int32_t flowlet_error;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

// Methods of integration. A step evaluates the network once, of the midpoint rule and of Heun's twice.
enum flowlet_solver
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  // Euler's.
  FLOWLET_EULER = 0,
  // Euler's for the network, with the Gaussian base exactly.
  FLOWLET_EXPONENTIAL_EULER = 1,
  // The midpoint rule.
  FLOWLET_MIDPOINT = 2,
  // Heun's.
  FLOWLET_HEUN = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum flowlet_solver flowlet_solver;
#else
typedef int32_t flowlet_solver;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

// What a value of a sample is.
enum flowlet_kind
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  // Any number.
  FLOWLET_REAL = 0,
  // A whole number.
  FLOWLET_WHOLE = 1,
  // The first of a column of categories, which has a value for each: 1 in one of them, 0 in the others.
  FLOWLET_CATEGORY = 2,
  // A further category of the column that the value before belongs to.
  FLOWLET_NEXT_CATEGORY = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum flowlet_kind flowlet_kind;
#else
typedef int32_t flowlet_kind;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

// A sampler, in memory that flowlet_new() was given. That memory must not be moved or copied.
typedef struct flowlet_sampler flowlet_sampler;

// A model that has been checked. Its members are the library's own. It may be copied, and be gone while samplers of
// it are still used; the bytes that it was opened with may not.
typedef struct flowlet_model {
  // Set by flowlet_open().
  size_t open;
  // Where the model's parts are.
  const void *parts[13];
} flowlet_model;

// Sizes of a model, and what its trainer recommends.
typedef struct flowlet_sizes {
  // Values in a sample, 1 to 1024.
  uint16_t dim;
  // Units of the widest hidden layer, 1 to 1024.
  uint16_t width;
  // Classes; 0 for a model without.
  uint16_t classes;
  // Steps of the solver, 1 to 256.
  uint16_t steps;
  // The solver, an enum flowlet_solver.
  int32_t solver;
  // 1 where the model can be guided, else 0.
  int32_t guidable;
  // Bytes that flowlet_new() needs.
  size_t sampler_bytes;
  // Bytes that flowlet_new() needs for guidance.
  size_t guided_sampler_bytes;
} flowlet_sizes;

// A value of a sample: real = fixed / 2^frac.
typedef struct flowlet_column {
  // What it is, an enum flowlet_kind.
  int32_t kind;
  // Fractional bits, -96 to 126; 0 for categories.
  int32_t frac;
  // The smallest fixed value; INT32_MIN where there is none.
  int32_t min;
  // The largest fixed value; INT32_MAX where there is none.
  int32_t max;
} flowlet_column;

// A source of random numbers: a generator of the caller's, or hardware.
typedef struct flowlet_random {
  // The next 32 uniform random bits. It must return, and must not call the library with the sampler that asks.
  uint32_t (*next)(void *context);
  // Asked after each call of `next`: whether that failed (not 0), so that what it gave must not be used. Null for
  // sources that cannot fail.
  int32_t (*failed)(void *context);
  // What both are given; the library does not look at it.
  void *context;
} flowlet_random;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

// The name of an error, such as "FLOWLET_SHORT", for all time; "unknown" for a number that is none.
const char *flowlet_error_name(int32_t error);

// Checks a .flow file that stands in memory, and opens it.
//
// # Safety
// `bytes` leads to `length` bytes, which stay and do not change as long as the model or a sampler of it is used;
// `model` to a flowlet_model that may be written.
flowlet_error flowlet_open(struct flowlet_model *model, const uint8_t *bytes, size_t length);

// Sizes of a model, and what its trainer recommends.
//
// # Safety
// `model` was opened by flowlet_open(); `sizes` leads to a flowlet_sizes that may be written.
flowlet_error flowlet_model_sizes(const struct flowlet_model *model, struct flowlet_sizes *sizes);

// What value `index` of a sample is. FLOWLET_RANGE beyond the last.
//
// # Safety
// `model` was opened by flowlet_open(); `column` leads to a flowlet_column that may be written.
flowlet_error flowlet_model_column(const struct flowlet_model *model, size_t index, struct flowlet_column *column);

// The name of value `index` of a sample, UTF-8, with the zero that ends it: that of its column, or `column=category`.
// FLOWLET_RANGE beyond the last, FLOWLET_SHORT where `size` bytes are too few.
//
// # Safety
// `model` was opened by flowlet_open(); `name` leads to `size` bytes that may be written.
flowlet_error flowlet_column_name(const struct flowlet_model *model, size_t index, char *name, size_t size);

// The name of a class, as flowlet_column_name() gives it.
//
// # Safety
// `model` was opened by flowlet_open(); `name` leads to `size` bytes that may be written.
flowlet_error flowlet_class_name(const struct flowlet_model *model, uint16_t class_number, char *name, size_t size);

// Makes a sampler of a model in memory of the caller's, with the steps and the solver that the trainer recommends,
// without guidance, drawing classes in their training proportions, and leaves a pointer to it in `sampler`. There is
// nothing to free.
//
// `memory` is aligned as uintptr_t is. How many bytes are needed flowlet_model_sizes() tells, and the macros above;
// more do no harm. They need not be cleared.
//
// # Safety
// `model` was opened by flowlet_open(), and the bytes that it was opened with stay as long as the sampler is used.
// `memory` leads to `size` bytes that nothing else uses and that stay where they are as long as the sampler is used;
// `sampler` to a pointer that may be written.
flowlet_error flowlet_new(struct flowlet_sampler **sampler,
                          const struct flowlet_model *model,
                          void *memory,
                          size_t size);

// Sets the class of the samples to come, or FLOWLET_ANY_CLASS. FLOWLET_RANGE for a class that the model does not have.
// This and the other settings give up a sample that was started or finished.
//
// # Safety
// `sampler` was made by flowlet_new().
flowlet_error flowlet_set_class(struct flowlet_sampler *sampler, int32_t class_number);

// Sets the number of equal steps, 1 to 256, in the place of those that the trainer recommends.
//
// # Safety
// `sampler` was made by flowlet_new().
flowlet_error flowlet_set_steps(struct flowlet_sampler *sampler, uint16_t steps);

// Sets the solver, an enum flowlet_solver.
//
// # Safety
// `sampler` was made by flowlet_new().
flowlet_error flowlet_set_solver(struct flowlet_sampler *sampler, int32_t solver);

// Sets the strength of classifier-free guidance, with 12 fractional bits (4096 is 1, the class's own velocity), below
// 8, or FLOWLET_UNGUIDED. FLOWLET_NOT_GUIDABLE for a model that cannot be guided, FLOWLET_LANES where there is too
// little memory for it.
//
// # Safety
// `sampler` was made by flowlet_new().
flowlet_error flowlet_set_guidance(struct flowlet_sampler *sampler, int32_t strength);

// Draws noise: 32 bits for each value, after 32 for the class where it is to be drawn. A sample that was started or
// finished before is given up. FLOWLET_RANDOM where the source failed.
//
// # Safety
// `sampler` was made by flowlet_new(); `random` leads to a flowlet_random whose functions may be called with its
// context. Neither it nor the context need stay.
flowlet_error flowlet_start(struct flowlet_sampler *sampler, const struct flowlet_random *random);

// Takes one step of the sample that was started, or none where all are taken, and leaves in `remaining`, unless it is
// null, how many are left. FLOWLET_NO_SAMPLE where none was started.
//
// # Safety
// `sampler` was made by flowlet_new(); `remaining` is null or leads to a number that may be written.
flowlet_error flowlet_step(struct flowlet_sampler *sampler, uint16_t *remaining);

// Takes the steps that are left of the sample that was started, so that its values can be read.
// FLOWLET_NO_SAMPLE where none was started.
//
// # Safety
// `sampler` was made by flowlet_new().
flowlet_error flowlet_finish(struct flowlet_sampler *sampler);

// flowlet_start() and flowlet_finish() in one.
//
// # Safety
// As for flowlet_start().
flowlet_error flowlet_sample(struct flowlet_sampler *sampler, const struct flowlet_random *random);

// The values of the finished sample in fixed point: real = fixed / 2^frac, with the `frac` that
// flowlet_model_column() tells. FLOWLET_SHORT where `count`, which `values` has room for, is below the model's `dim`,
// FLOWLET_NO_SAMPLE where no sample is finished.
//
// # Safety
// `sampler` was made by flowlet_new(); `values` leads to `count` numbers that may be written.
flowlet_error flowlet_values(const struct flowlet_sampler *sampler, int32_t *values, size_t count);

// The values of the finished sample as float, otherwise as flowlet_values(). A program that does not call it
// links no float.
//
// # Safety
// `sampler` was made by flowlet_new(); `values` leads to `count` numbers that may be written.
flowlet_error flowlet_values_float(const struct flowlet_sampler *sampler, float *values, size_t count);

// The CRC-32 (ISO-HDLC) of the finished sample's standardised values: the same on every core and on the host for the same
// model, settings and random numbers.
//
// # Safety
// `sampler` was made by flowlet_new(); `crc32` leads to a number that may be written.
flowlet_error flowlet_sample_crc32(const struct flowlet_sampler *sampler,
                                   uint32_t *crc32);

// The class of the finished sample. FLOWLET_RANGE for a model without classes.
//
// # Safety
// `sampler` was made by flowlet_new(); `class_number` leads to a number that may be written.
flowlet_error flowlet_sample_class(const struct flowlet_sampler *sampler, uint16_t *class_number);

// The category of the finished sample in the column that begins at value `first`, counted from 0; its name is that of
// value `first` + category. FLOWLET_RANGE where no column of categories begins.
//
// # Safety
// `sampler` was made by flowlet_new(); `category` leads to a number that may be written.
flowlet_error flowlet_sample_category(const struct flowlet_sampler *sampler, size_t first, uint16_t *category);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* FLOWLET_H */
