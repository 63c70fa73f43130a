@ A layer of whole blocks of four rows, three samples at once. lanes.rs says why.
@
@ Over a pair of rows: r0 weights, r1 activations, r2 passes left; r3, r5, r7 the samples' sums
@ 256 A + B, r4, r6, r8 those of B; lr scales. Everything else waits in the frame, at sp.

@ Offsets in the frame; `Frame` of lanes.rs has the same fields.
.equ L_WEIGHTS, 0
.equ L_INPUT, 4
.equ L_PASSES, 8
.equ L_AFTER, 40
.equ L_ACTIVATION, 44
.equ L_BIASES, 48
.equ L_TABLE, 60
.equ L_OUTPUTS, 80
.equ L_SCALES_END, 92
.equ L_SUMS, 96
.equ L_LEFT, 108
.equ L_LAST_PASSES, 112
.equ L_LAST_AFTER, 120
.equ L_SEGMENTS, 124
.equ L_FIRST_AFTER, 128
.equ L_REQUANTISE, 132
.equ L_SECOND_SWEEP, 136
.equ L_COLUMNS, 164
.equ L_INPUTS, 168
.equ L_FRAME, 180

@ Two columns of two rows of three samples.
.macro flowlet_lanes_step
    ldr.w r12, [r0], #8
    ldm r1!, {r9, r10, r11}
    smlad r3, r12, r9, r3
    smlad r5, r12, r10, r5
    smlad r7, r12, r11, r7
    sxtb16 r12, r12
    smlad r4, r12, r9, r4
    smlad r6, r12, r10, r6
    smlad r8, r12, r11, r8
.endm

@ The rounded and saturated pre-activation of `sum`: r10 512, r11 1024.
.macro flowlet_lanes_row sum, multiplier, bias, half
    mla \sum, \sum, \multiplier, r10
    smla\half\()b \sum, \bias, r11, \sum
    ssat \sum, #16, \sum, asr #10
.endm

@ The scales of two rows: their shifts done, their multipliers in r1 and r2.
.macro flowlet_lanes_scale
    str r0, [sp, #L_WEIGHTS]
    ldrd r1, r2, [lr], #16
    asr r3, r3, r1
    asr r5, r5, r1
    asr r7, r7, r1
    asr r1, r1, #16
    asr r4, r4, r2
    asr r6, r6, r2
    asr r8, r8, r2
    asr r2, r2, #16
.endm

.macro flowlet_lanes_silu shift
    add r9, sp, #L_TABLE
    ldm r9, {r0, r9, r10, r11, r12}
    .irp pre, r3, r4, r5, r6, r7, r8
    asr r1, \pre, #\shift
    ubfx r2, \pre, #0, #\shift
    ldr r1, [r9, r1, lsl #1]
    mla r2, r2, r0, r12
    smlad \pre, r1, r2, r11
    asr \pre, \pre, r10
    .endr
.endm

.macro flowlet_lanes_next
    pkhbt r3, r3, r4, lsl #16
    pkhbt r5, r5, r6, lsl #16
    pkhbt r7, r7, r8, lsl #16
    add r9, sp, #L_OUTPUTS
    ldm r9, {r10, r11, r12}
    str r3, [r10], #8
    str r5, [r11], #8
    str r7, [r12], #8
    stm r9, {r10, r11, r12}
    ldr r1, [sp, #L_SCALES_END]
    cmp lr, r1
    bne.w 10b
    b 19f
.endm

    .section .text.flowlet_armv7_lanes, "ax", %progbits
    .balign 4
flowlet_label flowlet_armv7_lanes_run
    push {r4, r5, r6, r7, r8, r9, r10, r11, lr}
    @ Room for the activations, 12 bytes a pair of columns, and the frame below it.
    ldr r1, [r0, #L_COLUMNS]
    adds r2, r1, #1
    lsrs r2, r2, #1
    add r2, r2, r2, lsl #1
    lsls r2, r2, #2
    mov lr, sp
    sub sp, sp, r2
    mov r11, sp
    push {r0, lr}
    add r0, r0, #L_FRAME
    .rept 5
    ldmdb r0!, {r1, r2, r3, r4, r5, r6, r7, r8, r9}
    push {r1, r2, r3, r4, r5, r6, r7, r8, r9}
    .endr
    str r11, [sp, #L_INPUT]

    @ The activations, interleaved by pairs of columns.
    ldr r0, [sp, #L_COLUMNS]
    add r9, sp, #L_INPUTS
    ldm r9, {r9, r10, r12}
    lsrs r1, r0, #2
    beq 2f
1:
    ldrd r3, r4, [r9], #8
    ldrd r5, r6, [r10], #8
    ldrd r7, r8, [r12], #8
    stm r11!, {r3, r5, r7}
    stm r11!, {r4, r6, r8}
    subs r1, #1
    bne 1b
2:
    tst r0, #2
    beq 3f
    ldr r3, [r9], #4
    ldr r5, [r10], #4
    ldr r7, [r12], #4
    stm r11!, {r3, r5, r7}
3:
    tst r0, #1
    beq 4f
    ldrh r3, [r9]
    ldrh r5, [r10]
    ldrh r7, [r12]
    stm r11!, {r3, r5, r7}
4:
    ldr lr, [sp, #L_SECOND_SWEEP + 4]

@ A pair of rows: weights, activations, passes, six zeros, and where the first pass is entered.
10:
    ldm sp, {r0, r1, r2, r3, r4, r5, r6, r7, r8, pc}

@ A pass: 64 columns, the first one fewer.
    .balign 4
flowlet_label flowlet_armv7_lanes_pass
    .rept 32
    flowlet_lanes_step
    .endr
    subs r2, #1
    bne.w flowlet_armv7_lanes_pass
    ldr pc, [sp, #L_AFTER]

@ The end of a segment that is not the last.
flowlet_label flowlet_armv7_lanes_segment
    add r9, sp, #L_SUMS
    ldm r9, {r10, r11, r12}
    sub r3, r3, r4
    sub r5, r5, r6
    sub r7, r7, r8
    add r10, r10, r3, asr #8
    add r11, r11, r5, asr #8
    add r12, r12, r7, asr #8
    stm r9, {r10, r11, r12}
    mov r3, r4
    mov r5, r6
    mov r7, r8
    ldr r2, [sp, #L_PASSES]
    ldr r9, [sp, #L_LEFT]
    subs r9, r9, #1
    str r9, [sp, #L_LEFT]
    bne 11f
    ldr r9, [sp, #L_LAST_AFTER]
    str r9, [sp, #L_AFTER]
    ldrd r2, r9, [sp, #L_LAST_PASSES]
    bx r9
11:
    ldr pc, [sp, #36]

@ The end of a pair of rows of several segments.
flowlet_label flowlet_armv7_lanes_segments_done
    add r9, sp, #L_SUMS
    ldm r9, {r10, r11, r12}
    sub r3, r3, r4
    sub r5, r5, r6
    sub r7, r7, r8
    add r3, r10, r3, asr #8
    add r5, r11, r5, asr #8
    add r7, r12, r7, asr #8
    movs r1, #0
    movs r2, #0
    mov r10, #0
    stm r9, {r1, r2, r10}
    ldr r9, [sp, #L_SEGMENTS]
    str r9, [sp, #L_LEFT]
    ldr r9, [sp, #L_FIRST_AFTER]
    str r9, [sp, #L_AFTER]
    ldr pc, [sp, #L_REQUANTISE]

@ The end of a pair of rows of one segment.
flowlet_label flowlet_armv7_lanes_done
    sub r3, r3, r4
    sub r5, r5, r6
    sub r7, r7, r8
    asr r3, r3, #8
    asr r5, r5, #8
    asr r7, r7, #8
    ldr pc, [sp, #L_REQUANTISE]

@ Biases that the samples share.
flowlet_label flowlet_armv7_lanes_shared
    flowlet_lanes_scale
    add r9, sp, #L_BIASES
    ldm r9, {r9, r10, r11}
    ldr r12, [r9], #8
    str r9, [sp, #L_BIASES]
    flowlet_lanes_row r3, r1, r12, b
    flowlet_lanes_row r5, r1, r12, b
    flowlet_lanes_row r7, r1, r12, b
    flowlet_lanes_row r4, r2, r12, t
    flowlet_lanes_row r6, r2, r12, t
    flowlet_lanes_row r8, r2, r12, t
    ldr pc, [sp, #L_ACTIVATION]

@ Biases that stand in each sample's output.
flowlet_label flowlet_armv7_lanes_own
    flowlet_lanes_scale
    mov r10, #512
    mov r11, #1024
    ldr r12, [sp, #L_OUTPUTS]
    ldr r12, [r12]
    flowlet_lanes_row r3, r1, r12, b
    flowlet_lanes_row r4, r2, r12, t
    ldr r12, [sp, #L_OUTPUTS + 4]
    ldr r12, [r12]
    flowlet_lanes_row r5, r1, r12, b
    flowlet_lanes_row r6, r2, r12, t
    ldr r12, [sp, #L_OUTPUTS + 8]
    ldr r12, [r12]
    flowlet_lanes_row r7, r1, r12, b
    flowlet_lanes_row r8, r2, r12, t
    ldr pc, [sp, #L_ACTIVATION]

flowlet_label flowlet_armv7_lanes_silu_7
    flowlet_lanes_silu 7
    flowlet_lanes_next
flowlet_label flowlet_armv7_lanes_silu_8
    flowlet_lanes_silu 8
    flowlet_lanes_next
flowlet_label flowlet_armv7_lanes_silu_9
    flowlet_lanes_silu 9
    flowlet_lanes_next
flowlet_label flowlet_armv7_lanes_linear
    flowlet_lanes_next

@ The end of a sweep over the first rows of all blocks' pairs, or of the second.
19:
    add r9, sp, #L_SECOND_SWEEP
    ldm r9, {r1, r2, r3, r4, r5, r6, r7}
    cbz r1, 20f
    @ Weights, scales, biases, outputs from the second pair of rows on.
    adds r1, r1, #4
    adds r2, r2, #8
    adds r3, r3, #4
    adds r4, r4, #4
    adds r5, r5, #4
    adds r6, r6, #4
    str r1, [sp, #L_WEIGHTS]
    mov lr, r2
    str r3, [sp, #L_BIASES]
    add r9, sp, #L_OUTPUTS
    stm r9, {r4, r5, r6}
    adds r7, r7, #8
    str r7, [sp, #L_SCALES_END]
    movs r1, #0
    str r1, [sp, #L_SECOND_SWEEP]
    b.w 10b
20:
    add sp, sp, #L_FRAME
    pop {r0, lr}
    mov sp, lr
    pop {r4, r5, r6, r7, r8, r9, r10, r11, pc}
