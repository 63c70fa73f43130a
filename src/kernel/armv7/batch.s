@ A layer of complete blocks of four rows, for three samples. batch.rs explains it.
@
@ In a pair of rows: r0 weights, r1 activations, r2 passes left; r3, r5, r7 sums 256 A + B of the
@ samples, r4, r6, r8 their sums of B; lr minus the remaining bytes of output. All other values are
@ in the frame, at sp.

@ Two columns of two rows of three samples.
.macro FLOWLET_STEP
    ldr.w r12, [r0], #8
    ldm r1!, {{r9, r10, r11}}
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
.macro FLOWLET_THEN_REQUANTISE
    add r9, sp, #{scales_end}
    ldm r9, {{r2, r9, r10, r11, r12, pc}}
.endm

@ Loads the scales of two rows to r1 and r2.
.macro FLOWLET_SCALES
    add r2, r2, lr, lsl #1
    ldrd r1, r2, [r2]
    add r1, r1, r12
.endm

@ Shifts the sums of a row, and replaces the scale by its multiplier.
.macro FLOWLET_SHIFT scale, first, second, third
    asr \first, \first, \scale
    asr \second, \second, \scale
    asr \third, \third, \scale
    asr \scale, \scale, #16
.endm

@ Activations of two rows of three samples, in the upper halves.
@ r9 table, r10 0xffff and r12 2^shift, both times 2^(16 - drop), r11 2^15.
.macro FLOWLET_CURVE shift
    .irp pre, r3, r4, r5, r6, r7, r8
    asr r1, \pre, #\shift
    ubfx r2, \pre, #0, #\shift
    mla r2, r2, r10, r12
    .if {strict_align}
    add r1, r9, r1, lsl #1
    ldrsh \pre, [r1]
    ldrsh r1, [r1, #2]
    smlabb \pre, \pre, r2, r11
    smlabt \pre, r1, r2, \pre
    .else
    ldr r1, [r9, r1, lsl #1]
    smlad \pre, r1, r2, r11
    .endif
    .endr
    pkhtb r3, r4, r3, asr #16
    pkhtb r5, r6, r5, asr #16
    pkhtb r7, r8, r7, asr #16
.endm

@ Requantises a sample whose biases are in its output.
.macro FLOWLET_OWN output, upper, lower
    ldr r12, [sp, #{outputs} + \output]
    ldr r12, [r12, lr]
    smlabb r9, r12, r11, r10
    mla \upper, \upper, r1, r9
    ssat \upper, #16, \upper, asr #10
    smlatb r9, r12, r11, r10
    mla \lower, \lower, r2, r9
    ssat \lower, #16, \lower, asr #10
.endm

.macro FLOWLET_NEXT
    add r9, sp, #{outputs}
    ldm r9, {{r10, r11, r12}}
    str r3, [r10, lr]
    str r5, [r11, lr]
    str r7, [r12, lr]
    adds lr, #8
    bne.w 10b
    b 24f
.endm

    push {{r4, r5, r6, r7, r8, r9, r10, r11, lr}}
    @ Reserve the activations, 12 bytes per pair of columns, and the frame below them.
    ldr r1, [r0, #{columns}]
    adds r2, r1, #1
    lsrs r2, r2, #1
    add r2, r2, r2, lsl #1
    lsls r2, r2, #2
    mov lr, sp
    sub sp, sp, r2
    mov r11, sp
    push {{r0, lr}}
    add r0, r0, #{frame}
    .rept {frame}/40
    ldmdb r0!, {{r1, r2, r3, r4, r5, r6, r7, r8, r9, r10}}
    push {{r1, r2, r3, r4, r5, r6, r7, r8, r9, r10}}
    .endr
    str r11, [sp, #{interleaved}]

    @ Numbers in the frame become addresses of code.
    adr.w r3, 20f + 1
    ldr r1, [sp, #{entry}]
    add r1, r3
    str r1, [sp, #{entry}]
    ldr r1, [sp, #{last_entry}]
    add r1, r3
    str r1, [sp, #{last_entry}]
    adr.w r2, 40f + 1
    mov r3, r2
    ldr r1, [sp, #{segments}]
    cbz r1, 1f
    adr.w r2, 30f + 1
    adr.w r3, 35f + 1
1:
    str r2, [sp, #{after}]
    str r2, [sp, #{first_after}]
    str r3, [sp, #{last_after}]
    adr.w r2, 43f + 1
    ldr r1, [sp, #{biases_end}]
    cbz r1, 2f
    adr.w r2, 42f + 1
2:
    str r2, [sp, #{requantise}]
    adr.w r2, 50f + 1
    ldr r1, [sp, #{activation}]
    cmp r1, #7
    it eq
    adreq.w r2, 47f + 1
    cmp r1, #8
    it eq
    adreq.w r2, 48f + 1
    cmp r1, #9
    it eq
    adreq.w r2, 49f + 1
    str r2, [sp, #{activation}]

    @ The activations, interleaved by pairs of columns.
    ldr r0, [sp, #{columns}]
    add r9, sp, #{inputs}
    ldm r9, {{r9, r10, r12}}
    lsrs r1, r0, #2
    beq 2f
1:
    ldrd r3, r4, [r9], #8
    ldrd r5, r6, [r10], #8
    ldrd r7, r8, [r12], #8
    stm r11!, {{r3, r5, r7}}
    stm r11!, {{r4, r6, r8}}
    subs r1, #1
    bne 1b
2:
    tst r0, #2
    beq 3f
    ldr r3, [r9], #4
    ldr r5, [r10], #4
    ldr r7, [r12], #4
    stm r11!, {{r3, r5, r7}}
3:
    tst r0, #1
    beq 4f
    ldrh r3, [r9]
    ldrh r5, [r10]
    ldrh r7, [r12]
    stm r11!, {{r3, r5, r7}}
4:
    ldrd r0, lr, [sp, #{weights}]

@ A pair of rows: activations, passes, six zeros, and the entry of the first pass.
10:
    ldm sp, {{r1, r2, r3, r4, r5, r6, r7, r8, pc}}

@ A pass: 64 columns, the first one fewer.
    .balign 4
20:
    .rept {pass}
    FLOWLET_STEP
    .endr
21:
    FLOWLET_CHECK 20b, 21b, {pass}*{step_code}
    subs r2, #1
    bne.w 20b
    ldr pc, [sp, #{after}]

@ The end of a segment that is not the last.
30:
    add r9, sp, #{sums}
    ldm r9, {{r10, r11, r12}}
    sub r3, r3, r4
    sub r5, r5, r6
    sub r7, r7, r8
    add r10, r10, r3, asr #8
    add r11, r11, r5, asr #8
    add r12, r12, r7, asr #8
    stm r9, {{r10, r11, r12}}
    mov r3, r4
    mov r5, r6
    mov r7, r8
    ldr r2, [sp, #{passes}]
    ldr r9, [sp, #{left}]
    subs r9, r9, #1
    str r9, [sp, #{left}]
    bne 11f
    ldr r9, [sp, #{last_after}]
    str r9, [sp, #{after}]
    ldrd r2, r9, [sp, #{last}]
    bx r9
11:
    ldr pc, [sp, #{entry}]

@ The end of a pair of rows of several segments.
35:
    add r9, sp, #{sums}
    ldm r9, {{r10, r11, r12}}
    sub r3, r3, r4
    sub r5, r5, r6
    sub r7, r7, r8
    add r3, r10, r3, asr #8
    add r5, r11, r5, asr #8
    add r7, r12, r7, asr #8
    movs r1, #0
    movs r2, #0
    mov r10, #0
    stm r9, {{r1, r2, r10}}
    ldr r9, [sp, #{segments}]
    str r9, [sp, #{left}]
    ldr r9, [sp, #{first_after}]
    str r9, [sp, #{after}]
    FLOWLET_THEN_REQUANTISE

@ The end of a pair of rows of one segment: the sums of the upper row stay 8 bits high.
40:
    sub r3, r3, r4
    sub r5, r5, r6
    sub r7, r7, r8
    FLOWLET_THEN_REQUANTISE

@ ((sum >> shift) * multiplier + 512 + bias * 1024) >> 10, saturated. The samples share the biases.
42:
    FLOWLET_SCALES
    ldr r12, [r9, lr]
    FLOWLET_SHIFT r1, r3, r5, r7
    smlabb r9, r12, r11, r10
    mla r3, r3, r1, r9
    mla r5, r5, r1, r9
    mla r7, r7, r1, r9
    FLOWLET_SHIFT r2, r4, r6, r8
    smlatb r9, r12, r11, r10
    mla r4, r4, r2, r9
    mla r6, r6, r2, r9
    mla r8, r8, r2, r9
    .irp sum, r3, r4, r5, r6, r7, r8
    ssat \sum, #16, \sum, asr #10
    .endr
    add r9, sp, #{curve}
    ldm r9, {{r9, r10, r11, r12, pc}}

@ The same with the biases in the output of each sample.
43:
    FLOWLET_SCALES
    FLOWLET_SHIFT r1, r3, r5, r7
    FLOWLET_SHIFT r2, r4, r6, r8
    FLOWLET_OWN 0, r3, r4
    FLOWLET_OWN 4, r5, r6
    FLOWLET_OWN 8, r7, r8
    add r9, sp, #{curve}
    ldm r9, {{r9, r10, r11, r12, pc}}

47:
    FLOWLET_CURVE 7
    FLOWLET_NEXT
48:
    FLOWLET_CURVE 8
    FLOWLET_NEXT
49:
    FLOWLET_CURVE 9
    FLOWLET_NEXT
50:
    pkhbt r3, r3, r4, lsl #16
    pkhbt r5, r5, r6, lsl #16
    pkhbt r7, r7, r8, lsl #16
    FLOWLET_NEXT

@ The end of a sweep over the first pairs of rows of all blocks, or over the second.
24:
    ldr r1, [sp, #{second_sweep}]
    cbz r1, 25f
    movs r1, #0
    str r1, [sp, #{second_sweep}]
    @ Weights, scales, biases, outputs from the second pair of rows on.
    ldrd r0, lr, [sp, #{weights}]
    adds r0, #4
    ldrd r1, r2, [sp, #{scales_end}]
    adds r1, #8
    adds r2, #4
    strd r1, r2, [sp, #{scales_end}]
    add r9, sp, #{outputs}
    ldm r9, {{r4, r5, r6}}
    adds r4, #4
    adds r5, #4
    adds r6, #4
    stm r9, {{r4, r5, r6}}
    b.w 10b
25:
    add sp, sp, #{frame}
    pop {{r0, lr}}
    mov sp, lr
    pop {{r4, r5, r6, r7, r8, r9, r10, r11, pc}}
    .purgem FLOWLET_STEP
    .purgem FLOWLET_THEN_REQUANTISE
    .purgem FLOWLET_SCALES
    .purgem FLOWLET_SHIFT
    .purgem FLOWLET_CURVE
    .purgem FLOWLET_OWN
    .purgem FLOWLET_NEXT
