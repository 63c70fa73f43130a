@ A layer of complete blocks of four rows, for three samples. batch.rs explains it.
@
@ In a pair of rows: r0 weights, r1 activations, r2 passes left; r3, r5, r7 sums 256 A + B of the
@ samples, r4, r6, r8 their sums of B; lr minus the remaining bytes of output. All other values are
@ in the frame, at sp.

@ Offsets in the frame; `BatchFrame` of batch.rs has the same fields.
.equ L_INPUT, 0
.equ L_PASSES, 4
.equ L_AFTER, 36
.equ L_REQUANTISE, 40
.equ L_SILU, 64
.equ L_OUTPUTS, 84
.equ L_SUMS, 96
.equ L_LEFT, 108
.equ L_LAST_PASSES, 112
.equ L_LAST_AFTER, 120
.equ L_SEGMENTS, 124
.equ L_FIRST_AFTER, 128
.equ L_WEIGHTS, 132
.equ L_SECOND_SWEEP, 140
.equ L_COLUMNS, 144
.equ L_INPUTS, 148
.equ L_FRAME, 160

@ Two columns of two rows of three samples.
.macro flowlet_batch_step
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

@ Continues where the frame says: r2 end of the scales, r9 end of the shared biases, r10 512, r11
@ 1024, r12 8 if the sums of the upper row are 8 bits high, otherwise 0.
.macro flowlet_batch_then_requantise
    add r9, sp, #L_REQUANTISE
    ldm r9, {r2, r9, r10, r11, r12, pc}
.endm

@ Loads the scales of two rows to r1 and r2.
.macro flowlet_batch_scales
    add r2, r2, lr, lsl #1
    ldrd r1, r2, [r2]
    add r1, r1, r12
.endm

@ Shifts the sums of a row, and replaces the scale by its multiplier.
.macro flowlet_batch_shift scale, first, second, third
    asr \first, \first, \scale
    asr \second, \second, \scale
    asr \third, \third, \scale
    asr \scale, \scale, #16
.endm

@ SiLU of two rows of three samples, in the upper halves.
@ r9 table, r10 0xffff and r12 2^shift, both times 2^(16 - drop), r11 2^15.
.macro flowlet_batch_silu shift
    .irp pre, r3, r4, r5, r6, r7, r8
    asr r1, \pre, #\shift
    ubfx r2, \pre, #0, #\shift
    ldr r1, [r9, r1, lsl #1]
    mla r2, r2, r10, r12
    smlad \pre, r1, r2, r11
    .endr
    pkhtb r3, r4, r3, asr #16
    pkhtb r5, r6, r5, asr #16
    pkhtb r7, r8, r7, asr #16
.endm

.macro flowlet_batch_next
    add r9, sp, #L_OUTPUTS
    ldm r9, {r10, r11, r12}
    str r3, [r10, lr]
    str r5, [r11, lr]
    str r7, [r12, lr]
    adds lr, #8
    bne.w 10b
    b 19f
.endm

    .section .text.flowlet_armv7_batch, "ax", %progbits
    .balign 4
flowlet_label flowlet_armv7_batch_run
    push {r4, r5, r6, r7, r8, r9, r10, r11, lr}
    @ Reserve the activations, 12 bytes per pair of columns, and the frame below them.
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
    .rept 4
    ldmdb r0!, {r1, r2, r3, r4, r5, r6, r7, r8, r9, r10}
    push {r1, r2, r3, r4, r5, r6, r7, r8, r9, r10}
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
    ldrd r0, lr, [sp, #L_WEIGHTS]

@ A pair of rows: activations, passes, six zeros, and the entry of the first pass.
10:
    ldm sp, {r1, r2, r3, r4, r5, r6, r7, r8, pc}

@ A pass: 64 columns, the first one fewer.
    .balign 4
flowlet_label flowlet_armv7_batch_pass
    .rept 32
    flowlet_batch_step
    .endr
    subs r2, #1
    bne.w flowlet_armv7_batch_pass
    ldr pc, [sp, #L_AFTER]

@ The end of a segment that is not the last.
flowlet_label flowlet_armv7_batch_segment
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
    ldr pc, [sp, #L_AFTER - 4]

@ The end of a pair of rows of several segments.
flowlet_label flowlet_armv7_batch_segments_done
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
    flowlet_batch_then_requantise

@ The end of a pair of rows of one segment: the sums of the upper row stay 8 bits high.
flowlet_label flowlet_armv7_batch_done
    sub r3, r3, r4
    sub r5, r5, r6
    sub r7, r7, r8
    flowlet_batch_then_requantise

@ ((sum >> shift) * multiplier + 512 + bias * 1024) >> 10, saturated. The samples share the biases.
flowlet_label flowlet_armv7_batch_shared
    flowlet_batch_scales
    ldr r12, [r9, lr]
    flowlet_batch_shift r1, r3, r5, r7
    smlabb r9, r12, r11, r10
    mla r3, r3, r1, r9
    mla r5, r5, r1, r9
    mla r7, r7, r1, r9
    flowlet_batch_shift r2, r4, r6, r8
    smlatb r9, r12, r11, r10
    mla r4, r4, r2, r9
    mla r6, r6, r2, r9
    mla r8, r8, r2, r9
    .irp sum, r3, r4, r5, r6, r7, r8
    ssat \sum, #16, \sum, asr #10
    .endr
    add r9, sp, #L_SILU
    ldm r9, {r9, r10, r11, r12, pc}

@ The same with the biases in the output of each sample.
flowlet_label flowlet_armv7_batch_own
    flowlet_batch_scales
    flowlet_batch_shift r1, r3, r5, r7
    flowlet_batch_shift r2, r4, r6, r8
.macro flowlet_batch_own output, upper, lower
    ldr r12, [sp, #L_OUTPUTS + \output]
    ldr r12, [r12, lr]
    smlabb r9, r12, r11, r10
    mla \upper, \upper, r1, r9
    ssat \upper, #16, \upper, asr #10
    smlatb r9, r12, r11, r10
    mla \lower, \lower, r2, r9
    ssat \lower, #16, \lower, asr #10
.endm
    flowlet_batch_own 0, r3, r4
    flowlet_batch_own 4, r5, r6
    flowlet_batch_own 8, r7, r8
    add r9, sp, #L_SILU
    ldm r9, {r9, r10, r11, r12, pc}

flowlet_label flowlet_armv7_batch_silu_7
    flowlet_batch_silu 7
    flowlet_batch_next
flowlet_label flowlet_armv7_batch_silu_8
    flowlet_batch_silu 8
    flowlet_batch_next
flowlet_label flowlet_armv7_batch_silu_9
    flowlet_batch_silu 9
    flowlet_batch_next
flowlet_label flowlet_armv7_batch_linear
    pkhbt r3, r3, r4, lsl #16
    pkhbt r5, r5, r6, lsl #16
    pkhbt r7, r7, r8, lsl #16
    flowlet_batch_next

@ The end of a sweep over the first pairs of rows of all blocks, or over the second.
19:
    ldr r1, [sp, #L_SECOND_SWEEP]
    cbz r1, 20f
    movs r1, #0
    str r1, [sp, #L_SECOND_SWEEP]
    @ Weights, scales, biases, outputs from the second pair of rows on.
    ldrd r0, lr, [sp, #L_WEIGHTS]
    adds r0, #4
    ldrd r1, r2, [sp, #L_REQUANTISE]
    adds r1, #8
    adds r2, #4
    strd r1, r2, [sp, #L_REQUANTISE]
    add r9, sp, #L_OUTPUTS
    ldm r9, {r4, r5, r6}
    adds r4, #4
    adds r5, #4
    adds r6, #4
    stm r9, {r4, r5, r6}
    b.w 10b
20:
    add sp, sp, #L_FRAME
    pop {r0, lr}
    mov sp, lr
    pop {r4, r5, r6, r7, r8, r9, r10, r11, pc}
