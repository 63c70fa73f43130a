@ A layer of complete blocks of four rows. dsp.s or plain.s has the macros.
@
@ In a block: r0 weights, r1 input, r2 passes left; r3, r8 sums 256 A + B and 256 C + D, r12, r9
@ sums of B and D; lr scales. All other values are in the frame, at sp.

@ Offsets in the frame; `Frame` has the same fields.
.equ PASSES, 4
.equ AFTER, 28
.equ THEN, 32
.equ ACTIVATION, 36
.equ BIASES, 40
.equ TABLE, 44
.equ OUTPUT, 64
.equ SCALES_END, 68
.equ TAIL, 72
.equ SUMS, 76
.equ LEFT, 84
.equ LAST_PASSES, 88
.equ LAST_AFTER, 96
.equ SEGMENTS, 100
.equ SAVED, 104

.macro flowlet_label name
    .thumb_func
    .type \name, %function
    .hidden \name
    .globl \name
\name:
.endm

    .syntax unified
    .section .text.flowlet_armv7, "ax", %progbits
    .balign 4
flowlet_label flowlet_armv7_run
    @ r0 weights, r1 scales, r2 and r3 the first two words of the frame. The others are on the
    @ stack.
    push {r2, r3}
    add r12, sp, #SAVED
    stm r12, {r4, r5, r6, r7, r8, r9, r10, r11, lr}
    mov lr, r1

@ A block of rows: input, passes, four zeros, and the entry of the first pass.
1:
    ldm sp, {r1, r2, r3, r8, r9, r12, pc}

@ A pass: 32 columns, the first one fewer.
    .balign 4
flowlet_label flowlet_armv7_pass
    .rept 8
    flowlet_step
    .endr
    subs r2, #1
    bne flowlet_armv7_pass
    ldr pc, [sp, #AFTER]

@ The last one to three columns.
flowlet_label flowlet_armv7_tail
    ldr r2, [sp, #TAIL]
    cmp r2, #2
    blo 2f
    flowlet_tail_two
    beq 3f
2:
    flowlet_tail_one
3:
    ldr pc, [sp, #THEN]

@ The end of a segment that is not the last: adds A and C to their sums; 256 A + B continues from B.
flowlet_label flowlet_armv7_segment
    ldrd r6, r7, [sp, #SUMS]
    subs r4, r3, r12
    sub r5, r8, r9
    add r6, r6, r4, asr #8
    add r7, r7, r5, asr #8
    strd r6, r7, [sp, #SUMS]
    mov r3, r12
    mov r8, r9
    ldr r2, [sp, #PASSES]
    ldr r4, [sp, #LEFT]
    subs r4, #1
    str r4, [sp, #LEFT]
    bne flowlet_armv7_pass
    ldr r4, [sp, #LAST_AFTER]
    str r4, [sp, #AFTER]
    ldrd r2, r4, [sp, #LAST_PASSES]
    bx r4

@ The end of a block of several segments.
flowlet_label flowlet_armv7_segments_done
    ldrd r6, r7, [sp, #SUMS]
    subs r4, r3, r12
    sub r5, r8, r9
    add r3, r6, r4, asr #8
    add r8, r7, r5, asr #8
    movs r4, #0
    strd r4, r4, [sp, #SUMS]
    ldr r4, [sp, #SEGMENTS]
    str r4, [sp, #LEFT]
    adr.w r4, flowlet_armv7_segment
    orr r4, r4, #1
    str r4, [sp, #AFTER]
    b 4f

@ The end of a block of one segment.
flowlet_label flowlet_armv7_done
    sub r3, r3, r12
    sub r8, r8, r9
    asr r3, r3, #8
    asr r8, r8, #8
4:
    ldm.w lr!, {r4, r5, r6, r7}
    flowlet_requantise
    ldr pc, [sp, #ACTIVATION]

.macro flowlet_next
    flowlet_store
    ldr r4, [sp, #SCALES_END]
    cmp lr, r4
    bne 1b
    b 5f
.endm
flowlet_label flowlet_armv7_silu_7
    flowlet_silu 7
    flowlet_next
flowlet_label flowlet_armv7_silu_8
    flowlet_silu 8
    flowlet_next
flowlet_label flowlet_armv7_silu_9
    flowlet_silu 9
    flowlet_next
flowlet_label flowlet_armv7_linear
    ldr r11, [sp, #OUTPUT]
    flowlet_next
5:
    add r12, sp, #SAVED
    ldm r12, {r4, r5, r6, r7, r8, r9, r10, r11, lr}
    add sp, sp, #8
    bx lr
