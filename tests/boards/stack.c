/* Prints the stack that the functions of the library take, and what is stated for all of them. */
#include "board.h"
#include "flowlet.h"

#define WIDE_IMPLEMENTATION
#include "wide.h"

extern uint32_t bss_end;

static uintptr_t memory[SAMPLER_BYTES(WIDE_DIM, WIDE_WIDTH) / sizeof(uintptr_t)];
static int32_t values[WIDE_DIM];
static flowlet_model model;
static flowlet_sizes sizes;
static flowlet_sampler *sampler;

static uint32_t next(void *state) {
    uint32_t *x = state;
    *x ^= *x << 13;
    *x ^= *x >> 17;
    *x ^= *x << 5;
    return *x;
}

static uint32_t state = 1;
static const flowlet_random noise = {next, NULL, &state};

static flowlet_error open_model(void) { return flowlet_open(&model, wide_model, WIDE_LENGTH); }
static flowlet_error size(void) { return flowlet_model_sizes(&model, &sizes); }
static flowlet_error make(void) { return flowlet_new(&sampler, &model, memory, sizeof memory); }
static flowlet_error guide(void) { return flowlet_set_guidance(sampler, 6000); }
static flowlet_error draw(void) { return flowlet_sample(sampler, &noise); }
static flowlet_error read(void) { return flowlet_values(sampler, values, WIDE_DIM); }

static void write_number(const char *name, size_t number) {
    static char text[11];
    int i = 10;
    do text[--i] = (char)('0' + number % 10);
    while ((number /= 10) > 0);
    board_write(name);
    board_write(text + i);
}

/* Paints the free stack, calls a function, and looks how much paint is gone. */
static void measure(const char *name, flowlet_error (*call)(void)) {
    const uint32_t paint = 0x55aa55aa;
    volatile uint32_t *const top = __builtin_frame_address(0);
    volatile uint32_t *place;
    flowlet_error error;
    for (place = &bss_end; place < top - 16; place++) *place = paint;
    error = call();
    for (place = &bss_end; *place == paint;) place++;
    board_write(name);
    board_write(flowlet_error_name(error));
    write_number(" stack=", (size_t)(top - place) * sizeof *place);
    board_write("\n");
}

int main(void) {
    measure("open ", open_model);
    measure("sizes ", size);
    measure("new ", make);
    measure("sample ", draw);
    measure("values ", read);
    measure("guidance ", guide);
    measure("guided ", draw);
    write_number("stated=", sizes.stack_bytes);
    write_number(" guided=", sizes.guided_stack_bytes);
    write_number(" macro=", FLOWLET_STACK_BYTES(WIDE_DIM, WIDE_WIDTH));
    board_write("\n");
    return 0;
}
