/* Start-up of a Cortex-M4 with hardware floats, and Arm semihosting. */
#include "board.h"

#include <stdint.h>

int main(void);
void reset(void) __attribute__((noreturn));

extern uint32_t data_start, data_end, data_load, bss_start, bss_end, stack_top;

__attribute__((noreturn)) static void stop(void) { board_exit(1); }

/* Initial stack, reset and faults. The program uses no interrupts. */
__attribute__((section(".vectors"), used)) static const struct {
    uint32_t *stack;
    void (*handlers[15])(void);
} vectors = {&stack_top, {reset, stop, stop, stop, stop, stop}};

void reset(void) {
    volatile uint32_t *const coprocessors = (volatile uint32_t *)0xe000ed88u; /* CPACR */
    uint32_t *from = &data_load, *to;
    *coprocessors |= 0xfu << 20;
    __asm__ volatile("dsb\n isb" ::: "memory");
    for (to = &data_start; to < &data_end;) *to++ = *from++;
    for (to = &bss_start; to < &bss_end;) *to++ = 0;
    board_exit(main());
}

static void semihosting(uintptr_t operation, uintptr_t argument) {
    register uintptr_t r0 __asm__("r0") = operation;
    register uintptr_t r1 __asm__("r1") = argument;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
}

void board_write(const char *text) { semihosting(0x04, (uintptr_t)text); /* SYS_WRITE0 */ }

void board_exit(int status) {
    /* SYS_EXIT with the reason: normal end, or run-time error. */
    for (;;) semihosting(0x18, status == 0 ? 0x20026u : 0x20023u);
}
