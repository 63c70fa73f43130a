@ Steps of a layer for Armv7E-M, and Armv8-M with DSP. layer.s has the control flow.

@ Four columns of four rows, 14 instructions of 4 bytes.
.equ FLOWLET_STEP, 56

.macro flowlet_step
    ldrd r10, r11, [r1], #8
    ldm.w r0!, {r4, r5, r6, r7}
    flowlet_pair r4, r5, r10
    flowlet_pair r6, r7, r11
.endm

@ Two columns of four rows.
.macro flowlet_pair ab, cd, x
    smlad r3, \ab, \x, r3
    sxtb16 \ab, \ab
    smlad r12, \ab, \x, r12
    smlad r8, \cd, \x, r8
    sxtb16 \cd, \cd
    smlad r9, \cd, \x, r9
.endm

@ The last two columns, or the last one paired with zero.
.macro flowlet_tail load:vararg
    \load
    ldrd r4, r5, [r0], #8
    flowlet_pair r4, r5, r10
.endm
.macro flowlet_tail_two
    flowlet_tail ldr r10, [r1], #4
.endm
.macro flowlet_tail_one
    flowlet_tail ldrh r10, [r1]
.endm

@ Converts the sums of four rows, r3, r12, r8, r9, to pre-activations. r1, r2 biases.
.macro flowlet_requantise
    ldr r10, [sp, #BIASES]
    ldrd r1, r2, [r10], #8
    str r10, [sp, #BIASES]
    mov r10, #1024
    mov r11, #512
    flowlet_requantise_row r3, r4, r1, b
    flowlet_requantise_row r12, r5, r1, t
    flowlet_requantise_row r8, r6, r2, b
    flowlet_requantise_row r9, r7, r2, t
.endm

@ ((sum >> shift) * multiplier + 512 + bias * 1024) >> 10, saturated.
.macro flowlet_requantise_row sum, scale, bias, half
    asr \sum, \sum, \scale
    asr \scale, \scale, #16
    mla \sum, \sum, \scale, r11
    smla\half\()b \sum, \bias, r10, \sum
    ssat \sum, #16, \sum, asr #10
.endm

@ Activation of four rows. r4 table, r5 drop, r6 rounding half, r7 2^shift, r10 0xffff, r11 output.
.macro flowlet_silu shift
    add r10, sp, #TABLE
    ldm r10, {r4, r5, r6, r7, r10, r11}
    .irp pre, r3, r12, r8, r9
    asr r1, \pre, #\shift
    ubfx r2, \pre, #0, #\shift
    ldr r1, [r4, r1, lsl #1]
    @ Two nodes of the table times 2^shift - f and f.
    mla r2, r2, r10, r7
    smlad \pre, r1, r2, r6
    asr \pre, \pre, r5
    .endr
.endm

@ Stores r3, r12, r8, r9 to the output, r11.
.macro flowlet_store
    pkhbt r3, r3, r12, lsl #16
    pkhbt r8, r8, r9, lsl #16
    strd r3, r8, [r11], #8
    str r11, [sp, #OUTPUT]
.endm
