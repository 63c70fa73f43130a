/* Draws a handwritten digit of each class, step by step. It prints what the Rust firmware prints,
   so that tests can compare them. */
#include "board.h"
#include "flowlet.h"
#include "xoshiro.h"

#define DIGITS_IMPLEMENTATION
#include "digits.h"

/* All memory of the sampler. Its size is known at compile time. */
static uintptr_t memory[FLOWLET_SAMPLER_BYTES(DIGITS_DIM, DIGITS_WIDTH) / sizeof(uintptr_t)];

/* Writes "0x" and eight hexadecimal digits. */
static void write_hex(uint32_t number) {
    char text[11] = "0x";
    int i;
    for (i = 0; i < 8; i++) text[2 + i] = "0123456789abcdef"[number >> (28 - 4 * i) & 15];
    board_write(text);
}

/* Returns the characters for a pixel. Its ink is 0 to 16. */
static const char *shade(flowlet_fixed ink) {
    static const char *const shades[] = {"  ", "..", "::", "--", "==", "++", "**", "##", "@@"};
    int32_t level = flowlet_rescale_saturating(ink, 10) / 2048; /* two units of ink per level */
    return shades[level < 0 ? 0 : level > 8 ? 8 : level];
}

static flowlet_error draw(flowlet_sampler *sampler, int32_t number) {
    xoshiro generator;
    flowlet_random random = {xoshiro_next, NULL, &generator};
    flowlet_error error;
    uint16_t remaining;
    xoshiro_seed(&generator, 1);
    if ((error = flowlet_set_class(sampler, number)) != FLOWLET_OK) return error;
    if ((error = flowlet_start(sampler, &random)) != FLOWLET_OK) return error;
    do { /* firmware that must not block does other work between steps */
        if ((error = flowlet_step(sampler, &remaining)) != FLOWLET_OK) return error;
    } while (remaining > 0);
    return FLOWLET_OK;
}

static flowlet_error report(const flowlet_sampler *sampler, int32_t number) {
    const char name[] = {(char)('0' + number), 0};
    flowlet_error error;
    flowlet_fixed ink;
    uint32_t crc32;
    size_t i;
    if ((error = flowlet_sample_crc32(sampler, &crc32)) != FLOWLET_OK) return error;
    board_write("model=digits class=");
    board_write(name);
    board_write(" steps=file solver=file guidance=0 seed=1 crc32=");
    write_hex(crc32);
    board_write("\n");
    for (i = 0; i < DIGITS_DIM; i++) {
        if ((error = flowlet_value(sampler, i, &ink)) != FLOWLET_OK) return error;
        board_write(shade(ink));
        if (i % 8 == 7) board_write("|\n");
    }
    return FLOWLET_OK;
}

int main(void) {
    flowlet_model model;
    flowlet_sampler *sampler = NULL;
    int32_t number;
    flowlet_error error = flowlet_open(&model, digits_model, DIGITS_LENGTH);
    if (error == FLOWLET_OK) error = flowlet_new(&sampler, &model, memory, sizeof memory);
    for (number = 0; error == FLOWLET_OK && number < DIGITS_CLASSES; number++) {
        error = draw(sampler, number);
        if (error == FLOWLET_OK) error = report(sampler, number);
    }
    if (error == FLOWLET_OK) return 0;
    board_write(flowlet_error_name(error));
    board_write("\n");
    return 1;
}
