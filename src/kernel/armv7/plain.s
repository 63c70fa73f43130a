@ Steps and ends of a layer for Armv7-M, without DSP. layer.s has the control flow.

@ Eight columns of four rows.
.macro FLOWLET_STEP
    FLOWLET_COLUMN 2, "[r5, #2]", "[r3, #2]"
    FLOWLET_COLUMN 8, "[r5, #4]", "[r3, #8]"
    FLOWLET_COLUMN 10, "[r5, #6]", "[r3, #10]"
    FLOWLET_COLUMN 16, "[r5, #8]", "[r3, #16]"
    FLOWLET_COLUMN 18, "[r5, #10]", "[r3, #18]"
    FLOWLET_COLUMN 24, "[r5, #12]", "[r3, #24]"
    FLOWLET_COLUMN 26, "[r5, #14]", "[r3, #26]"
    FLOWLET_COLUMN 0, "[r5], #16", "[r3], #32"
.endm

@ One column: r10 activation, r11 256 a + b of a pair of rows, r12 b.
.macro FLOWLET_COLUMN at, x, ab, b=r12
    ldrsh r10, \x
    ldrsh r11, [r3, #\at + 4]
    sxtb \b, r11
    mla r8, r11, r10, r8
    mla r9, \b, r10, r9
    ldrsh r11, \ab
    sxtb \b, r11
    mla r6, r11, r10, r6
    mla r7, \b, r10, r7
.endm

@ The next four columns, the next two, and the last one. Flags and r12 stay.
.macro FLOWLET_FOUR
    FLOWLET_TWO
    FLOWLET_TWO
.endm
.macro FLOWLET_TWO
    FLOWLET_COLUMN 2, "[r5, #2]", "[r3, #2]", lr
    FLOWLET_COLUMN 0, "[r5], #4", "[r3], #8", lr
.endm
.macro FLOWLET_ONE
    FLOWLET_COLUMN 0, "[r5]", "[r3], #8", lr
.endm

@ Pre-activations. r6 and r8 are 256 A and 256 C, or A and C of several segments.
.macro FLOWLET_REQUANTISE
    asr r6, r6, #8
    asr r8, r8, #8
.endm
.macro FLOWLET_REQUANTISE_SUMS
.endm
.macro FLOWLET_REQUANTISED
    ldm r0!, {{r4, r10, r11, r12}}
    adds r1, #8
    adds r2, #8
    stm sp, {{r0, r1, r2, r3}}
    mov r3, #512
    FLOWLET_REQUANTISE_ROW r6, r4, 8
    FLOWLET_REQUANTISE_ROW r7, r10, 6
    FLOWLET_REQUANTISE_ROW r8, r11, 4
    FLOWLET_REQUANTISE_ROW r9, r12, 2
    add r3, sp, #{constants} + 8
    ldm r3, {{r0, r1, r3, r4, r5, r10, r11, pc}}
.endm

@ ((sum >> shift) * multiplier + 512 + bias * 1024) >> 10, saturated.
.macro FLOWLET_REQUANTISE_ROW sum, scale, bias
    ldrsh r5, [r1, #-\bias]
    asr \sum, \sum, \scale
    asr \scale, \scale, #16
    add r5, r3, r5, lsl #10
    mla \sum, \sum, \scale, r5
    ssat \sum, #16, \sum, asr #10
.endm

@ Constants of an activation. r0 and r1 fractional bits of the pre-activation and of the activation,
@ r3 table, r5 shift, r6 2^shift - 1, r8 2^shift; r7 the table's next node, r9 the rounding half,
@ r11 the drop, r12 the code.
.macro FLOWLET_CONSTANTS
    adds r7, r3, #2
    subs r0, r1, r0
    adds r0, #9
    b 3f
.endm
.macro FLOWLET_FINE_CONSTANTS
    rsb r11, r0, #16
    mov r9, #1
    lsl r9, r9, r11
    lsr r9, r9, #1
    adr.w r12, 50f + 1
.endm

@ Interpolates between two nodes of the table. r0 table, r1 shift, r3 2^shift - 1, r4 the table's
@ next node, r5 2^shift, r10 the rounding half, r11 the drop.
.macro FLOWLET_CURVE
.endm
.macro FLOWLET_FINE_CURVE
    .irp pre, r6, r7, r8, r9
    asr r12, \pre, r1
    and lr, \pre, r3
    ldrsh \pre, [r0, r12, lsl #1]
    ldrsh r12, [r4, r12, lsl #1]
    sub r12, r12, \pre
    mla lr, r12, lr, r10
    mla \pre, \pre, r5, lr
    asr \pre, \pre, r11
    .endr
.endm
.macro FLOWLET_PACK
.endm
.macro FLOWLET_STORE
    strh r6, [r2, #-8]
    strh r7, [r2, #-6]
    strh r8, [r2, #-4]
    strh r9, [r2, #-2]
.endm
