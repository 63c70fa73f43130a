@ Steps of a layer for Armv7-M, without DSP. layer.s has the control flow.

@ Four columns of four rows, 36 instructions of 4 bytes.
.equ FLOWLET_STEP, 144

.macro flowlet_step
    flowlet_column 2, "[r1, #2]", "[r0, #2]"
    flowlet_column 8, "[r1, #4]", "[r0, #8]"
    flowlet_column 10, "[r1, #6]", "[r0, #10]"
    flowlet_column 0, "[r1], #8", "[r0], #16"
.endm

@ One column: r4 activation, r5 256 a + b of a pair of rows, r6 b.
.macro flowlet_column at, x, ab
    ldrsh r4, \x
    ldrsh r5, [r0, #\at + 4]
    sxtb.w r6, r5
    mla r8, r5, r4, r8
    mla r9, r6, r4, r9
    ldrsh r5, \ab
    sxtb.w r6, r5
    mla r3, r5, r4, r3
    mla r12, r6, r4, r12
.endm

@ The last two columns, or the last one.
.macro flowlet_tail_two
    flowlet_column 2, "[r1, #2]", "[r0, #2]"
    flowlet_column 0, "[r1], #4", "[r0], #8"
.endm
.macro flowlet_tail_one
    flowlet_column 0, "[r1]", "[r0], #8"
.endm

@ Converts the sums of four rows, r3, r12, r8, r9, to pre-activations.
.macro flowlet_requantise
    ldr r10, [sp, #BIASES]
    mov r11, #512
    flowlet_requantise_row r3, r4
    flowlet_requantise_row r12, r5
    flowlet_requantise_row r8, r6
    flowlet_requantise_row r9, r7
    str r10, [sp, #BIASES]
.endm

@ ((sum >> shift) * multiplier + 512 + bias * 1024) >> 10, saturated.
.macro flowlet_requantise_row sum, scale
    ldrsh r1, [r10], #2
    asr \sum, \sum, \scale
    asr \scale, \scale, #16
    add r1, r11, r1, lsl #10
    mla \sum, \sum, \scale, r1
    ssat \sum, #16, \sum, asr #10
.endm

@ Activation of four rows. r4 table, r5 drop, r6 rounding half, r11 output.
.macro flowlet_silu shift
    add r10, sp, #TABLE
    ldm r10, {r4, r5, r6, r7, r10, r11}
    .irp pre, r3, r12, r8, r9
    asr r1, \pre, #\shift
    ubfx r2, \pre, #0, #\shift
    ldr r1, [r4, r1, lsl #1]
    @ Two nodes of the table: the first, and the difference to the second.
    sxth r7, r1
    rsb r1, r7, r1, asr #16
    add r7, r6, r7, lsl #\shift
    mla \pre, r1, r2, r7
    asr \pre, \pre, r5
    .endr
.endm

@ Stores r3, r12, r8, r9 to the output, r11.
.macro flowlet_store
    strh r12, [r11, #2]
    strh r8, [r11, #4]
    strh r9, [r11, #6]
    strh r3, [r11], #8
    str r11, [sp, #OUTPUT]
.endm
