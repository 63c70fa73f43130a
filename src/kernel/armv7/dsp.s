@ Steps and ends of a layer for Armv7E-M, and Armv8-M with DSP. layer.s has the control flow.

@ Eight columns of four rows.
.macro FLOWLET_STEP
    ldm r5!, {{r10, r11, r12, lr}}
    ldm r3!, {{r0, r1, r2, r4}}
    FLOWLET_PAIR r0, r1, r10
    FLOWLET_PAIR r2, r4, r11
    ldm r3!, {{r0, r1, r2, r4}}
    FLOWLET_PAIR r0, r1, r12
    FLOWLET_PAIR r2, r4, lr
.endm

@ Two columns of four rows.
.macro FLOWLET_PAIR ab, cd, x
    smlad r6, \ab, \x, r6
    sxtb16 \ab, \ab
    smlad r7, \ab, \x, r7
    smlad r8, \cd, \x, r8
    sxtb16 \cd, \cd
    smlad r9, \cd, \x, r9
.endm

@ The next four columns, the next two, and the last one, which is paired with zero. Flags stay.
.macro FLOWLET_FOUR
    ldrd r10, r11, [r5], #8
    ldm r3!, {{r0, r1, r2, r4}}
    FLOWLET_PAIR r0, r1, r10
    FLOWLET_PAIR r2, r4, r11
.endm
.macro FLOWLET_TWO
    ldr r10, [r5], #4
    ldrd r0, r1, [r3], #8
    FLOWLET_PAIR r0, r1, r10
.endm
.macro FLOWLET_ONE
    ldrh r10, [r5]
    ldrd r0, r1, [r3], #8
    FLOWLET_PAIR r0, r1, r10
.endm

@ r4, r10, r11, r12 scales; r5, lr biases; r0 = 2, r1 = 4; r3 the other constants.
.macro FLOWLET_ROWS
    ldm r0!, {{r4, r10, r11, r12}}
    ldrd r5, lr, [r1], #8
    adds r2, #8
    stm sp, {{r0, r1, r2, r3}}
    add r3, sp, #{constants}
    ldm r3!, {{r0, r1}}
    asr r6, r6, r4
    asr r8, r8, r11
.endm

@ (sum >> shift) * 256 of the upper rows. Their sums are 256 A and 256 C, or A and C.
.macro FLOWLET_REQUANTISE
    FLOWLET_ROWS
    bic r6, r6, #255
    bic r8, r8, #255
.endm
.macro FLOWLET_REQUANTISE_SUMS
    FLOWLET_ROWS
    lsl r6, r6, #8
    lsl r8, r8, #8
.endm

@ Pre-activations: (((sum >> shift) * 256 * multiplier >> 16) + 2 + bias * 4) >> 2, saturated.
.macro FLOWLET_REQUANTISED
    asr r7, r7, r10
    asr r9, r9, r12
    lsl r7, r7, #8
    lsl r9, r9, #8
    smlawt r6, r6, r4, r0
    smlawt r7, r7, r10, r0
    smlawt r8, r8, r11, r0
    smlawt r9, r9, r12, r0
    smlabb r6, r5, r1, r6
    smlatb r7, r5, r1, r7
    smlabb r8, lr, r1, r8
    smlatb r9, lr, r1, r9
    ssat r6, #16, r6, asr #2
    ssat r7, #16, r7, asr #2
    ssat r8, #16, r8, asr #2
    ssat r9, #16, r9, asr #2
    ldm r3, {{r0, r1, r3, r4, r5, r10, r11, pc}}
.endm

@ Constants of an activation. r0 and r1 fractional bits of the pre-activation and of the activation,
@ r3 table, r5 shift, r6 2^shift - 1, r8 2^shift, lr end of the output. The first form scales
@ r7 0xffff, r8 2^shift and r9, the rounding half, so that activations are the upper halves. It needs
@ 2^shift below 2^15. r11 is the end of the output; in the other form it is the drop. r12 is the code.
.macro FLOWLET_CONSTANTS
    movw r7, #0xffff
    subs r0, r1, r0
    adds r0, #9
    bmi 3f
    cmp r1, #9
    bhi 3f
    lsls r7, r0
    lsl r8, r8, r0
    mov r9, #0x8000
    mov r11, lr
    adr.w r12, 45f + 1
.endm
.macro FLOWLET_FINE_CONSTANTS
    rsb r11, r0, #16
    mov r9, #1
    lsl r9, r9, r11
    lsr r9, r9, #1
    adr.w r12, 50f + 1
.endm

@ Interpolates between two nodes of the table, times 2^shift - f and f. r0 table, r1 shift,
@ r3 2^shift - 1; r4 0xffff, r5 2^shift and r10 the rounding half, all times the same power of 2.
.macro FLOWLET_INTERPOLATE
    .irp pre, r6, r7, r8, r9
    asr r12, \pre, r1
    and lr, \pre, r3
    mla lr, lr, r4, r5
    .if {strict_align}
    add r12, r0, r12, lsl #1
    ldrsh \pre, [r12]
    ldrsh r12, [r12, #2]
    smlabb \pre, \pre, lr, r10
    smlabt \pre, r12, lr, \pre
    .else
    ldr r12, [r0, r12, lsl #1]
    smlad \pre, r12, lr, r10
    .endif
    .endr
.endm

@ The power of 2 makes activations the upper halves; r11 is the end of the output.
.macro FLOWLET_CURVE
    FLOWLET_INTERPOLATE
    pkhtb r6, r7, r6, asr #16
    pkhtb r8, r9, r8, asr #16
.endm

@ The power of 2 is 1, because constants would overflow; r11 is the drop.
.macro FLOWLET_FINE_CURVE
    FLOWLET_INTERPOLATE
    asr r6, r6, r11
    asr r7, r7, r11
    asr r8, r8, r11
    asr r9, r9, r11
.endm
.macro FLOWLET_PACK
    pkhbt r6, r6, r7, lsl #16
    pkhbt r8, r8, r9, lsl #16
.endm
.macro FLOWLET_STORE
    strd r6, r8, [r2, #-8]
.endm
