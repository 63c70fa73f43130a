/* The flowlet runtime for C and C++: samples of a flow-matching model, in fixed point, with the
   same bits on every core. Made by cbindgen from firmware-examples/c/src; edit it there. MIT or
   Apache-2.0.

   The library does not allocate and keeps no state of its own: all memory is the caller's. Calls
   for the same sampler must not overlap, neither from two threads nor from an interrupt. A null
   pointer and a buffer that is too small give an error and change nothing. The sections "Safety"
   say what the library cannot check. */

#ifndef FLOWLET_H
#define FLOWLET_H

#include <stddef.h>
#include <stdint.h>

/* Bytes of memory for flowlet_new(), without and with guidance (flowlet_set_guidance()). They are
   constants, with the sizes that `flowlet export --c` writes for a model:
       static uintptr_t memory[FLOWLET_SAMPLER_BYTES(BEATS_DIM, BEATS_WIDTH) / sizeof(uintptr_t)];
*/
#define FLOWLET_SAMPLER_BYTES(dim, width) \
  (FLOWLET_SAMPLER_WORDS * sizeof(uintptr_t) + FLOWLET_SLOT_BYTES(dim, width))
#define FLOWLET_GUIDED_SAMPLER_BYTES(dim, width) \
  (FLOWLET_SAMPLER_WORDS * sizeof(uintptr_t) + 2 * FLOWLET_SLOT_BYTES(dim, width))
/* Bytes of memory for flowlet_new_filler(). `dim` is the number of values and conditions. */
#define FLOWLET_FILLER_BYTES(dim, width) \
  (FLOWLET_FILLER_WORDS * sizeof(uintptr_t) + 12 * FLOWLET_EVEN(dim) + 6 * FLOWLET_EVEN(width))
/* Most bytes of stack that a function of the library takes, with guidance too, without your
   generator. It is an upper bound for all processors of a kind; flowlet_model_sizes() has the one
   for the model and the library. */
#if defined(__ARM_ARCH_6M__)
#define FLOWLET_STACK_BYTES(dim, width) \
  (1160 + 23 * FLOWLET_SMALLER(FLOWLET_LARGER(dim, width), 512) / 5)
#else
#define FLOWLET_STACK_BYTES(dim, width) 1280
#endif
#define FLOWLET_SMALLER(a, b) ((a) < (b) ? (a) : (b))
#define FLOWLET_LARGER(a, b) ((a) > (b) ? (a) : (b))
/* Bytes of a slot: the memory in which one sample is integrated. */
#define FLOWLET_SLOT_BYTES(dim, width) (8 * FLOWLET_EVEN(dim) + 4 * FLOWLET_EVEN(width))
/* The next even number, as size_t: sizeof(char) is 1. */
#define FLOWLET_EVEN(number) (((number) + sizeof(char)) / 2 * 2)


// Number of uintptr_t that a sampler takes in addition to its slots.
#define FLOWLET_SAMPLER_WORDS 52

// Number of uintptr_t that a filler takes in addition to its buffers.
#define FLOWLET_FILLER_WORDS 80

// Argument of flowlet_set_class(): draw the class of each sample in the training proportions.
#define FLOWLET_ANY_CLASS -1

// Argument of flowlet_set_guidance(): no guidance.
#define FLOWLET_UNGUIDED -1

// Major version of this header.
#define FLOWLET_VERSION_MAJOR 0

// Minor version of this header.
#define FLOWLET_VERSION_MINOR 1

// Patch version of this header.
#define FLOWLET_VERSION_PATCH 0

// Version of this header as a number: 10203 for 1.2.3.
#define FLOWLET_VERSION (((FLOWLET_VERSION_MAJOR * 10000) + (FLOWLET_VERSION_MINOR * 100)) + FLOWLET_VERSION_PATCH)

// Result of a function; 0 means success.
enum flowlet_error
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  // Success.
  FLOWLET_OK = 0,
  // A pointer is null.
  FLOWLET_NULL = 1,
  // A pointer is not aligned for its type. Memory for flowlet_new() is aligned like uintptr_t.
  FLOWLET_ALIGNMENT = 2,
  // A buffer is too small.
  FLOWLET_SHORT = 3,
  // The model was not opened with flowlet_open(), or the sampler not made with flowlet_new().
  FLOWLET_NOT_OPEN = 4,
  // There is no such column or class.
  FLOWLET_RANGE = 5,
  // No sample was started, or the sample is not finished.
  FLOWLET_NO_SAMPLE = 6,
  // The caller's source of random numbers failed.
  FLOWLET_RANDOM = 7,
  // The caller's source of random numbers returned the same number four times in a row: it is
  // broken, not seeded or switched off.
  FLOWLET_STUCK = 8,
  // The number of steps is not 1 to 256.
  FLOWLET_STEPS = 9,
  // There is no such solver.
  FLOWLET_SOLVER = 10,
  // The model was trained without label dropout, so guidance is impossible.
  FLOWLET_NOT_GUIDABLE = 11,
  // Guidance needs two slots, that is FLOWLET_GUIDED_SAMPLER_BYTES of memory.
  FLOWLET_SLOTS = 12,
  // The bytes are not a model: they do not begin with "FLOW".
  FLOWLET_MODEL_MAGIC = 13,
  // The model has a version of the format that this library does not read.
  FLOWLET_MODEL_VERSION = 14,
  // The model is longer than the given bytes.
  FLOWLET_MODEL_TRUNCATED = 15,
  // The model is shorter than the given bytes.
  FLOWLET_MODEL_TRAILING = 16,
  // The model is damaged: its checksum does not match.
  FLOWLET_MODEL_CHECKSUM = 17,
  // The fields of the model cannot be decoded.
  FLOWLET_MODEL_ENCODING = 18,
  // A field of the model has an invalid value.
  FLOWLET_MODEL_INVALID = 19,
  // The model was not trained to fill in rows.
  FLOWLET_NO_FILL = 20,
  // A condition is not known, or the model has no query with these known columns.
  FLOWLET_UNKNOWN = 21,
  // The model was not trained to predict in one evaluation.
  FLOWLET_NO_PREDICTION = 22,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum flowlet_error flowlet_error;
#else
typedef int32_t flowlet_error;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

// Method of integration. The midpoint rule and Heun's method evaluate the network twice per step,
// the others once.
enum flowlet_solver
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  // Euler's method.
  FLOWLET_EULER = 0,
  // Euler's method for the network, with the exact step for the Gaussian drift.
  FLOWLET_EXPONENTIAL_EULER = 1,
  // Midpoint rule.
  FLOWLET_MIDPOINT = 2,
  // Heun's method.
  FLOWLET_HEUN = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum flowlet_solver flowlet_solver;
#else
typedef int32_t flowlet_solver;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

// Kind of a value of a sample.
enum flowlet_column_kind
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  // Real number.
  FLOWLET_REAL = 0,
  // Integer.
  FLOWLET_INTEGER = 1,
  // First category of a category column. The column has a value per category: 1 for the chosen
  // category, 0 for the others.
  FLOWLET_CATEGORY = 2,
  // Next category of the same column.
  FLOWLET_NEXT_CATEGORY = 3,
  // Circular column, which starts again after a period, as hours and angles do. Its value is
  // from `min` up to `max`, which it never reaches.
  FLOWLET_CIRCULAR = 4,
  // Second value of the same column: always 0.
  FLOWLET_NEXT_CIRCULAR = 5,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum flowlet_column_kind flowlet_column_kind;
#else
typedef int32_t flowlet_column_kind;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

// Filler in the memory that was passed to flowlet_new_filler(). The memory must not be moved or
// copied.
typedef struct flowlet_filler flowlet_filler;

// Sampler in the memory that was passed to flowlet_new(). The memory must not be moved or copied.
typedef struct flowlet_sampler flowlet_sampler;

// Scorer in the memory that was passed to flowlet_new_scorer(). The memory must not be moved or
// copied.
typedef struct flowlet_scorer flowlet_scorer;

// Value with a fixed number of decimal places: real = digits / 10^decimals.
typedef struct flowlet_decimal {
  // Value times 10^decimals.
  int32_t digits;
  // Decimal places, 0 to 9. Numbers beyond count as these.
  int32_t decimals;
} flowlet_decimal;

// Model that flowlet_open() has checked. Its members are private. It may be copied, and samplers
// may outlive it. The bytes of the file must stay in place.
typedef struct flowlet_model {
  // Mark set by flowlet_open().
  size_t open;
  // Parts of the model.
  const void *parts[14];
} flowlet_model;

// Value in fixed point: real = raw / 2^frac. A shift by `frac` is wrong if `frac` is negative or
// above 31, as for very large and very small units; flowlet_rescale() is always right.
typedef struct flowlet_fixed {
  // Value times 2^frac.
  int32_t raw;
  // Fractional bits, -96 to 126 in samples. Numbers beyond -128 to 127 count as these.
  int32_t frac;
} flowlet_fixed;

// Source of random numbers: the caller's generator, or hardware.
typedef struct flowlet_random {
  // Returns the next 32 uniform random bits. It must return, and must not call the library with
  // the same sampler.
  uint32_t (*next)(void *context);
  // Returns 0 if the last call of `next` succeeded. It is called after each call of `next`. Null
  // for sources that cannot fail.
  int32_t (*failed)(void *context);
  // Argument of both functions; the library does not look at it.
  void *context;
} flowlet_random;

// Format of a value of a sample: real = fixed / 2^frac.
typedef struct flowlet_column {
  // Kind, an enum flowlet_column_kind.
  int32_t kind;
  // Fractional bits, -96 to 126; 0 for categories.
  int32_t frac;
  // Smallest fixed value; INT32_MIN if there is no limit.
  int32_t min;
  // Largest fixed value; INT32_MAX if there is no limit.
  int32_t max;
  // Decimal places in the training data, 0 to 9; 0 for integers and categories, -1 if there is
  // no common number of places.
  int32_t decimals;
} flowlet_column;

// Score of a row.
typedef struct flowlet_scored {
  // Score, with 16 fractional bits; larger is more unusual. With a calibration, 0 is the median
  // and 65536 the 90th percentile of normal rows.
  int32_t score;
  // Class to which the row was compared; FLOWLET_ANY_CLASS for a model without classes.
  int32_t class_number;
  // Share of normal rows with at least this score, in units of 1/65536. 65535 without a
  // calibration. An alarm at p_value <= alpha * 65536 is false for a share of alpha of normal
  // rows.
  uint16_t p_value;
  // Share of normal rows with at most this score, in units of 1/65536; a small one means that
  // the row is too regular. 65535 without a calibration.
  uint16_t lower_tail;
  // 1 if the model has a calibration, otherwise 0.
  uint8_t calibrated;
  // 1 if a value is beyond the limits of its column or of the device, or if all values of a
  // category column are 0, otherwise 0.
  uint8_t out_of_range;
} flowlet_scored;

// Sizes of a model and its recommended settings.
typedef struct flowlet_sizes {
  // Values per sample, 1 to 1024.
  uint16_t dim;
  // Units of the widest hidden layer, 1 to 1024.
  uint16_t width;
  // Number of classes; 0 for a model without classes.
  uint16_t classes;
  // Recommended solver steps, 1 to 256.
  uint16_t steps;
  // Recommended solver, an enum flowlet_solver.
  int32_t solver;
  // 1 if guidance is possible, else 0.
  int32_t guidable;
  // Bytes of memory for flowlet_new().
  size_t sampler_bytes;
  // Bytes of memory for flowlet_new() with guidance.
  size_t guided_sampler_bytes;
  // Most bytes of stack that a function of the library takes, without your generator.
  size_t stack_bytes;
  // Most bytes of stack if the memory has room for guidance.
  size_t guided_stack_bytes;
} flowlet_sizes;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

// Reads value `index` of the finished sample with the decimal places of its column, rounded.
// Integers and categories have 0 places and are exact. Returns FLOWLET_RANGE if there is no such
// value, or if its column has no known number of places, and FLOWLET_NO_SAMPLE if no sample is
// finished.
//
// # Safety
// `sampler` was made with flowlet_new(). `value` points to a flowlet_decimal that may be written.
flowlet_error flowlet_value_decimal(const struct flowlet_sampler *sampler, size_t index, struct flowlet_decimal *value);

// Writes a value as text with all its places, such as "12.30", and a terminating zero. 13 bytes
// are always enough. Returns FLOWLET_SHORT if `size` bytes are not.
//
// # Safety
// `text` points to `size` bytes that may be written.
flowlet_error flowlet_decimal_text(struct flowlet_decimal value, char *text, size_t size);

// Returns the name of an error, such as "FLOWLET_SHORT", or "unknown" if there is no such error.
// The text is a constant.
const char *flowlet_error_name(int32_t error);

// Writes the bytes of memory for flowlet_new_filler() to `size`, which FLOWLET_FILLER_BYTES() also
// gives. Returns FLOWLET_NO_FILL for a model that only samples.
//
// # Safety
// `model` was opened with flowlet_open(). `size` points to a number that may be written.
flowlet_error flowlet_filler_bytes(const struct flowlet_model *model, size_t *size);

// Makes a filler of a model in the caller's memory and writes a pointer to it to `filler`. Nothing
// is known yet. There is nothing to free. Returns FLOWLET_NO_FILL for a model that only samples.
//
// `memory` is aligned like uintptr_t and need not be cleared. flowlet_filler_bytes() gives its
// size in bytes; it may be larger.
//
// # Safety
// `model` was opened with flowlet_open(), and the bytes of the file stay in place as long as the
// filler is used. `memory` points to `size` bytes that nothing else uses or moves as long as the
// filler is used. `filler` points to a pointer that may be written.
flowlet_error flowlet_new_filler(struct flowlet_filler **filler,
                                 const struct flowlet_model *model,
                                 void *memory,
                                 size_t size);

// Gives the value of the column that starts at value `index`. The values of conditions follow
// those of the model. The value of a category column is the number of the category. What is known
// comes back exactly, and stays known until flowlet_forget(). Discards a row that was started.
// Returns FLOWLET_RANGE if no column starts there, if the category does not exist, or if the value
// does not fit the fractional bits of its column.
//
// # Safety
// `filler` was made with flowlet_new_filler().
flowlet_error flowlet_know(struct flowlet_filler *filler, size_t index, struct flowlet_fixed value);

// Forgets all known values. Discards a row that was started.
//
// # Safety
// `filler` was made with flowlet_new_filler().
flowlet_error flowlet_forget(struct flowlet_filler *filler);

// Sets the class of the next rows, or FLOWLET_ANY_CLASS. Returns FLOWLET_RANGE if the model has no
// such class.
//
// # Safety
// `filler` was made with flowlet_new_filler().
flowlet_error flowlet_fill_class(struct flowlet_filler *filler, int32_t class_number);

// Starts a row by drawing noise, like flowlet_start(). Returns FLOWLET_UNKNOWN if a condition is
// not known, or if the model has no query with these known columns and is not masked.
//
// # Safety
// `filler` was made with flowlet_new_filler(). `random` points to a flowlet_random whose functions
// may be called with its context. Neither has to stay after the call.
flowlet_error flowlet_fill_start(struct flowlet_filler *filler, const struct flowlet_random *random);

// Takes one solver step of the row that was started; does nothing if no step is left. Writes the
// number of steps that remain to `remaining`. Returns FLOWLET_NO_SAMPLE if none was started.
//
// # Safety
// `filler` was made with flowlet_new_filler(). `remaining` is null or points to a number that may
// be written.
flowlet_error flowlet_fill_step(struct flowlet_filler *filler, uint16_t *remaining);

// Draws a row: calls flowlet_fill_start() and takes all steps.
//
// # Safety
// Same as for flowlet_fill_start().
flowlet_error flowlet_fill(struct flowlet_filler *filler, const struct flowlet_random *random);

// Computes the conditional mean of the unknown columns, in one evaluation of the network, without
// random numbers. Returns FLOWLET_NO_PREDICTION if the model was not trained for it, FLOWLET_RANGE
// if it needs a class, and the errors of flowlet_fill_start().
//
// # Safety
// `filler` was made with flowlet_new_filler().
flowlet_error flowlet_predict(struct flowlet_filler *filler);

// Reads the values of the finished row in fixed point, like flowlet_values().
//
// # Safety
// `filler` was made with flowlet_new_filler(). `values` points to `count` numbers that may be
// written.
flowlet_error flowlet_filled_values(const struct flowlet_filler *filler, int32_t *values, size_t count);

// Reads value `index` of the finished row, like flowlet_value().
//
// # Safety
// `filler` was made with flowlet_new_filler(). `value` points to a flowlet_fixed that may be
// written.
flowlet_error flowlet_filled_value(const struct flowlet_filler *filler, size_t index, struct flowlet_fixed *value);

// Reads the CRC-32 of the finished row, like flowlet_sample_crc32().
//
// # Safety
// `filler` was made with flowlet_new_filler(). `crc32` points to a number that may be written.
flowlet_error flowlet_filled_crc32(const struct flowlet_filler *filler, uint32_t *crc32);

// Reads value `index` of the finished sample. Returns FLOWLET_RANGE if there is no such value, and
// FLOWLET_NO_SAMPLE if no sample is finished.
//
// # Safety
// `sampler` was made with flowlet_new(). `value` points to a flowlet_fixed that may be written.
flowlet_error flowlet_value(const struct flowlet_sampler *sampler, size_t index, struct flowlet_fixed *value);

// Reads the smallest and the largest value that the values `first` to `end` - 1 of a sample can
// take, for flowlet_to_range(). Returns FLOWLET_RANGE if there are no such values.
//
// # Safety
// `model` was opened with flowlet_open(). `low` and `high` point to two flowlet_fixed that may be
// written.
flowlet_error flowlet_limits(const struct flowlet_model *model,
                             size_t first,
                             size_t end,
                             struct flowlet_fixed *low,
                             struct flowlet_fixed *high);

// Converts a value to an integer with `frac` fractional bits, rounded. With 0 bits that is the
// nearest integer. Returns FLOWLET_RANGE, and writes nothing, if the result does not fit.
//
// # Safety
// `result` points to a number that may be written.
flowlet_error flowlet_rescale(struct flowlet_fixed value, int32_t frac, int32_t *result);

// Converts a value like flowlet_rescale(), but returns INT32_MIN or INT32_MAX if the result does
// not fit.
int32_t flowlet_rescale_saturating(struct flowlet_fixed value, int32_t frac);

// Maps a value linearly, so that `low` becomes `first` and `high` becomes `last`, rounded: 0 and
// 4095 for a DAC of 12 bits. Values beyond are limited. The three values may have different
// fractional bits. If `low` is above `high`, the direction is reversed. `first` is at most `last`.
int32_t flowlet_to_range(struct flowlet_fixed value,
                         struct flowlet_fixed low,
                         struct flowlet_fixed high,
                         int32_t first,
                         int32_t last);

// Checks a .flow file in memory and opens it. The file may be anywhere, but if it is not aligned
// to 4 bytes, samples take up to 100 times as long: see flowlet_is_aligned().
//
// # Safety
// `bytes` points to `length` bytes. They stay in place and do not change as long as the model or a
// sampler of it is used. `model` points to a flowlet_model that may be written.
flowlet_error flowlet_open(struct flowlet_model *model, const uint8_t *bytes, size_t length);

// Opens a model in a slot of flash, which may be longer than the file: like flowlet_open(), but
// the length of the file is that in its header, and the bytes after it are ignored.
//
// # Safety
// Same as for flowlet_open(). `length` is that of the slot.
flowlet_error flowlet_open_slot(struct flowlet_model *model, const uint8_t *bytes, size_t length);

// Returns 1 if the file is aligned to 4 bytes, so that samples take the least time, else 0. Also 0
// if the model is not open.
//
// # Safety
// `model` is null or points to a flowlet_model.
int32_t flowlet_is_aligned(const struct flowlet_model *model);

// Reads the format of value `index` of a sample. Returns FLOWLET_RANGE if there is no such value.
//
// # Safety
// `model` was opened with flowlet_open(). `column` points to a flowlet_column that may be written.
flowlet_error flowlet_model_column(const struct flowlet_model *model, size_t index, struct flowlet_column *column);

// Reads the card of a model as UTF-8 with a terminating zero: a text of at most 255 bytes in which
// the trainer says how the model was made. Returns FLOWLET_SHORT if `size` bytes are not enough.
//
// # Safety
// `model` was opened with flowlet_open(). `card` points to `size` bytes that may be written.
flowlet_error flowlet_card(const struct flowlet_model *model, char *card, size_t size);

// Reads the name of value `index` of a sample as UTF-8 with a terminating zero: the column's name,
// "column=category", or "column=cos" and "column=sin" for a circular column. Returns FLOWLET_RANGE
// if there is no such value, and FLOWLET_SHORT if `size` bytes are not enough.
//
// # Safety
// `model` was opened with flowlet_open(). `name` points to `size` bytes that may be written.
flowlet_error flowlet_column_name(const struct flowlet_model *model, size_t index, char *name, size_t size);

// Reads the name of a class as UTF-8 with a terminating zero. Returns FLOWLET_RANGE if there is no
// such class, and FLOWLET_SHORT if `size` bytes are not enough.
//
// # Safety
// `model` was opened with flowlet_open(). `name` points to `size` bytes that may be written.
flowlet_error flowlet_class_name(const struct flowlet_model *model, uint16_t class_number, char *name, size_t size);

// Makes a sampler of a model in the caller's memory and writes a pointer to it to `sampler`. The
// sampler has the recommended steps and solver, no guidance, and draws classes in the training
// proportions. There is nothing to free. Returns FLOWLET_UNKNOWN for a model with conditions,
// which needs a filler.
//
// `memory` is aligned like uintptr_t and need not be cleared. The macros above and
// flowlet_model_sizes() give its size in bytes; it may be larger.
//
// # Safety
// `model` was opened with flowlet_open(), and the bytes of the file stay in place as long as the
// sampler is used. `memory` points to `size` bytes that nothing else uses or moves as long as the
// sampler is used. `sampler` points to a pointer that may be written.
flowlet_error flowlet_new(struct flowlet_sampler **sampler,
                          const struct flowlet_model *model,
                          void *memory,
                          size_t size);

// Sets the class of the next samples, or FLOWLET_ANY_CLASS. Returns FLOWLET_RANGE if the model has
// no such class. The other settings discard a sample that was started or finished; this does not.
//
// # Safety
// `sampler` was made with flowlet_new().
flowlet_error flowlet_set_class(struct flowlet_sampler *sampler, int32_t class_number);

// Sets the number of solver steps, 1 to 256, of uniform length. They replace the recommended
// steps.
//
// # Safety
// `sampler` was made with flowlet_new().
flowlet_error flowlet_set_steps(struct flowlet_sampler *sampler, uint16_t steps);

// Sets the solver, an enum flowlet_solver.
//
// # Safety
// `sampler` was made with flowlet_new().
flowlet_error flowlet_set_solver(struct flowlet_sampler *sampler, int32_t solver);

// Sets the strength of classifier-free guidance, or FLOWLET_UNGUIDED. The strength has 12
// fractional bits. A strength of 1, which is 4096, has no effect; larger values give samples that
// are more typical of the class. Returns FLOWLET_RANGE for a strength of 8 or more,
// FLOWLET_NOT_GUIDABLE if the model was trained without label dropout, and FLOWLET_SLOTS if the
// memory is too small for guidance.
//
// # Safety
// `sampler` was made with flowlet_new().
flowlet_error flowlet_set_guidance(struct flowlet_sampler *sampler, int32_t strength);

// Starts a sample by drawing noise: 32 bits for the class, if it is drawn, then 32 bits per value.
// A sample that was started or finished before is discarded. Returns FLOWLET_RANDOM if the source
// failed, and FLOWLET_STUCK if it repeats a number.
//
// # Safety
// `sampler` was made with flowlet_new(). `random` points to a flowlet_random whose functions may
// be called with its context. Neither has to stay after the call.
flowlet_error flowlet_start(struct flowlet_sampler *sampler, const struct flowlet_random *random);

// Takes one solver step of the sample that was started; does nothing if no step is left. Writes
// the number of steps that remain to `remaining`. Returns FLOWLET_NO_SAMPLE if none was started.
//
// # Safety
// `sampler` was made with flowlet_new(). `remaining` is null or points to a number that may be
// written.
flowlet_error flowlet_step(struct flowlet_sampler *sampler, uint16_t *remaining);

// Takes the steps that remain, if any, after which the values can be read. Returns
// FLOWLET_NO_SAMPLE if no sample was started.
//
// # Safety
// `sampler` was made with flowlet_new().
flowlet_error flowlet_finish(struct flowlet_sampler *sampler);

// Draws a sample: calls flowlet_start() and flowlet_finish().
//
// # Safety
// Same as for flowlet_start().
flowlet_error flowlet_sample(struct flowlet_sampler *sampler, const struct flowlet_random *random);

// Makes a scorer of a model in the caller's memory and writes a pointer to it to `scorer`. The
// memory has the size and the rules of that of flowlet_new(), without guidance. If the model has
// classes, the scorer finds the class of each row. There is nothing to free. Returns
// FLOWLET_MODEL_INVALID if the calibration of the model is invalid, and FLOWLET_UNKNOWN for a
// model with conditions, which scores no rows.
//
// # Safety
// Same as for flowlet_new().
flowlet_error flowlet_new_scorer(struct flowlet_scorer **scorer,
                                 const struct flowlet_model *model,
                                 void *memory,
                                 size_t size);

// Sets the class of the next rows, or FLOWLET_ANY_CLASS to find the class in which a row is least
// unusual. That takes two evaluations of the network per class. Returns FLOWLET_RANGE if the model
// has no such class.
//
// # Safety
// `scorer` was made with flowlet_new_scorer().
flowlet_error flowlet_set_row_class(struct flowlet_scorer *scorer, int32_t class_number);

// Scores a row of numbers in fixed point, real = value / 2^frac, and writes the result to
// `scored`. With `frac` = 0 they are integers. The row has the model's `dim` values, in the order
// of its columns; those of a category column are 1 for its category and 0 for the others, and
// those of a circular column are its value and 0. Returns FLOWLET_SHORT if `count` is below `dim`,
// and FLOWLET_RANGE if `frac` is not -96 to 126.
//
// # Safety
// `scorer` was made with flowlet_new_scorer(). `values` points to `count` numbers. `scored` points
// to memory for a result.
flowlet_error flowlet_score(struct flowlet_scorer *scorer,
                            const int32_t *values,
                            size_t count,
                            int32_t frac,
                            struct flowlet_scored *scored);

// Scores a row of floats, otherwise like flowlet_score(). No float arithmetic is used.
//
// # Safety
// Same as for flowlet_score().
flowlet_error flowlet_score_float(struct flowlet_scorer *scorer,
                                  const float *values,
                                  size_t count,
                                  struct flowlet_scored *scored);

// Reads the contributions of all `dim` values to the last score, with 8 fractional bits. Returns
// FLOWLET_SHORT if `count` is below the model's `dim`, and FLOWLET_NO_SAMPLE if no row was scored.
//
// # Safety
// `scorer` was made with flowlet_new_scorer(). `contributions` points to `count` numbers that may
// be written.
flowlet_error flowlet_contributions(const struct flowlet_scorer *scorer, uint16_t *contributions, size_t count);

// Reads the sizes of a model and its recommended settings.
//
// # Safety
// `model` was opened with flowlet_open(). `sizes` points to a flowlet_sizes that may be written.
flowlet_error flowlet_model_sizes(const struct flowlet_model *model, struct flowlet_sizes *sizes);

// Reads the values of the finished sample in fixed point: real = fixed / 2^frac, with `frac` from
// flowlet_model_column(). Returns FLOWLET_SHORT if `count` is below the model's `dim`, and
// FLOWLET_NO_SAMPLE if no sample is finished.
//
// # Safety
// `sampler` was made with flowlet_new(). `values` points to `count` numbers that may be written.
flowlet_error flowlet_values(const struct flowlet_sampler *sampler, int32_t *values, size_t count);

// Reads the values of the finished sample as float, otherwise like flowlet_values(). The library
// uses float in this function only.
//
// # Safety
// `sampler` was made with flowlet_new(). `values` points to `count` numbers that may be written.
flowlet_error flowlet_values_float(const struct flowlet_sampler *sampler, float *values, size_t count);

// Reads the CRC-32 (ISO-HDLC) of the finished sample's standardised values. It is the same on
// every core and on the host for the same model, settings and random numbers.
//
// # Safety
// `sampler` was made with flowlet_new(). `crc32` points to a number that may be written.
flowlet_error flowlet_sample_crc32(const struct flowlet_sampler *sampler, uint32_t *crc32);

// Reads the class of the finished sample. Returns FLOWLET_RANGE for a model without classes.
//
// # Safety
// `sampler` was made with flowlet_new(). `class_number` points to a number that may be written.
flowlet_error flowlet_sample_class(const struct flowlet_sampler *sampler, uint16_t *class_number);

// Reads the category of the finished sample, counted from 0, in the category column whose first
// value is `first`. Its name is that of value `first` + category. Returns FLOWLET_RANGE if `first`
// is not the first value of a category column.
//
// # Safety
// `sampler` was made with flowlet_new(). `category` points to a number that may be written.
flowlet_error flowlet_sample_category(const struct flowlet_sampler *sampler, size_t first, uint16_t *category);

// Returns the version of the linked library as a number. It equals FLOWLET_VERSION, unless the
// header is that of another version.
uint32_t flowlet_version(void);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* FLOWLET_H */
