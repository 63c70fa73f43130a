@ A layer of complete blocks of four rows. dsp.s or plain.s has the macros, mod.rs the frame at sp.
@
@ In a block: r3 weights, r5 input; r6, r8 sums 256 A + B and 256 C + D, r7, r9 sums of B and D. The
@ other registers are free for a step. After a pass r0 scales, r1 biases, r2 output.

@ The code at which the first pass over some columns is entered: r9 other steps before the last one,
@ or -1 without any. r10 last step of a pass, r11 bytes of a step.
.macro FLOWLET_ENTRY entry, columns
    subs r9, \columns, #8
    ubfx r9, r9, #3, #{pass_log2}
    it lo
    movlo r9, #-1
    mls \entry, r9, r11, r10
.endm

@ Builds the frame, from its end to its start. r0 columns, r1 columns of a segment, r2 input, r3
@ rows after the complete blocks.
    push {{r4, r5, r6, r7, r8, r9, r10, r11, lr}}
    sub sp, sp, #{saved}-{segment}
    adr.w r10, 21f - {step_code} + 1
    mov r11, #{step_code}
    bic r6, r0, #7
    add r6, r2, r6, lsl #1
    cmp r1, r0
    blo.w 70f
    @ r10 entry, r4 code after a pass; r6 end, r7 then, r8 tail, r9 code after the tail.
    subs r9, r0, #8
    blo 9f
    ubfx r9, r9, #3, #{pass_log2}
0:
    mls r10, r9, r11, r10
    adr.w r9, 40f + 1
    mov r7, r9
    mov r4, r9
    ands r8, r0, #7
    bne 7f
    cmp r0, #8*({pass}+1)
    bhs 8f
1:
    push {{r3, r6, r7, r8, r9}}
    @ Constants of the activation.
    ldrd r0, r1, [sp, #{pre_frac}-{rest}]
    ldrd r3, lr, [sp, #{table}-{rest}]
    cbz r0, 4f
    subs r5, r0, #4
    movs r6, #1
    lsl r8, r6, r5
    subs r6, r8, #1
    FLOWLET_CONSTANTS
5:
    movs r0, #2
    movs r1, #4
    push {{r0, r1, r3, r5, r6, r7, r8, r9, r11, r12, lr}}
    @ Start of a block.
    mov r5, r2
    ldrd r0, r1, [sp, #{scales}-{constants}]
    ldrd r2, r3, [sp, #{output}-{constants}]
    movs r6, #0
    movs r7, #0
    mov r8, r7
    mov r9, r7
    push {{r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, r10}}
    cmp r2, lr
    it ne
    bxne r10
    b.w 61f
    @ Less common: no activation, columns after the steps, several passes, less than a step, and
    @ constants of the second form.
4:
    adr.w r12, 55f + 1
    b 5b
7:
    adr.w r7, 25f + 1
    mov r4, r7
    cmp r0, #8*({pass}+1)
    blo 1b
8:
    adr.w r4, 22f + 1
    b 1b
9:
    mov r9, #-1
    b 0b
3:
    FLOWLET_FINE_CONSTANTS
    b 5b

@ A block of rows: r3 weights, r5 input, four zeros, and the entry of the first pass. The words for
@ r0, r1, r2 and r4 are in between.
10:
    ldm sp, {{r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, pc}}

@ A pass, and the scales, biases and output for the code after it.
    .balign 4
20:
    .rept {pass}
    FLOWLET_STEP
    .endr
21:
    FLOWLET_CHECK 20b, 21b, {pass}*{step_code}
    ldm sp, {{r0, r1, r2, r4, pc}}

@ After a pass that may not be the last of its segment.
22:
    ldr r10, [sp, #{end}]
    cmp r5, r10
    blo 20b
    ldr pc, [sp, #{then}]

@ The last one to seven columns.
25:
    ldr r12, [sp, #{tail}]
    lsls r4, r12, #30
    bcc 26f
    FLOWLET_FOUR
26:
    bpl 27f
    FLOWLET_TWO
27:
    lsls r12, r12, #31
    beq 28f
    FLOWLET_ONE
28:
    ldm sp, {{r0, r1, r2}}
    ldr pc, [sp, #{tail_then}]

@ The end of a segment that is not the last: adds A and C to their sums; 256 A + B continues from B.
30:
    ldrd r10, r11, [sp, #{sums}]
    sub r6, r6, r7
    sub r8, r8, r9
    add r10, r10, r6, asr #8
    add r11, r11, r8, asr #8
    strd r10, r11, [sp, #{sums}]
    mov r6, r7
    mov r8, r9
    ldr r10, [sp, #{end}]
    ldrd r11, r12, [sp, #{segment}]
    add r10, r10, r11
    cmp r10, r12
    bhs 31f
    str r10, [sp, #{end}]
    ldr pc, [sp, #{entry}]
31:
    ldrd r10, r11, [sp, #{last_end}]
    strd r10, r11, [sp, #{end}]
    ldr pc, [sp, #{last_entry}]

@ The end of a block of several segments.
35:
    ldrd r10, r11, [sp, #{sums}]
    sub r6, r6, r7
    sub r8, r8, r9
    add r6, r10, r6, asr #8
    add r8, r11, r8, asr #8
    movs r4, #0
    strd r4, r4, [sp, #{sums}]
    ldrd r10, r11, [sp, #{first_end}]
    strd r10, r11, [sp, #{end}]
    FLOWLET_REQUANTISE_SUMS
    b 41f

@ The end of a block of one segment.
40:
    sub r6, r6, r7
    sub r8, r8, r9
    FLOWLET_REQUANTISE
41:
    FLOWLET_REQUANTISED

@ Activations of four rows: by the second form of the constants, none, or by the first form.
50:
    FLOWLET_FINE_CURVE
55:
    FLOWLET_PACK
    ldr r11, [sp, #{output_end}]
    b 60f
45:
    FLOWLET_CURVE
60:
    FLOWLET_STORE
    cmp r2, r11
    bne 10b

@ The end of the complete blocks, or of the rows after them.
61:
    ldr r0, [sp, #{rest}]
    cbnz r0, 63f
62:
    add sp, sp, #{saved}
    pop {{r4, r5, r6, r7, r8, r9, r10, r11, pc}}

@ One to three rows are left: they run as a block whose biases and output are in the frame.
63:
    cmp r0, #3
    bhi 65f
    str r2, [sp, #{rest}]
    str r0, [sp, #{rest_rows}]
    ldr r1, [sp, #{biases}]
    add r3, sp, #{rest_io}
    strd r3, r3, [sp, #{biases}]
    add r4, r3, #8
    str r4, [sp, #{output_end}]
    ldr r5, [sp, #{end_or_drop}]
    cmp r5, r2
    it eq
    streq r4, [sp, #{end_or_drop}]
64:
    ldrh r5, [r1], #2
    strh r5, [r3], #2
    subs r0, #1
    bne 64b
    b.w 10b
65:
    ldr r2, [sp, #{rest_rows}]
    add r3, sp, #{rest_io}
66:
    ldrh r5, [r3], #2
    strh r5, [r0], #2
    subs r2, #1
    bne 66b
    b 62b

@ The values of r4 and r6 to r10 for several segments.
70:
    subs r4, r0, #1
    udiv r9, r4, r1
    mls r4, r9, r1, r4
    adds r4, #1
    FLOWLET_ENTRY r4, r4
    str r4, [sp, #{last_entry}-{segment}]
    FLOWLET_ENTRY r10, r1
    adr.w r9, 35b + 1
    mov r4, r9
    ands r8, r0, #7
    it ne
    adrne.w r4, 25b + 1
    strd r6, r4, [sp, #{last_end}-{segment}]
    add r6, r2, r1, lsl #1
    adr.w r7, 30b + 1
    strd r6, r7, [sp, #{first_end}-{segment}]
    lsls r1, r1, #1
    add r0, r2, r0, lsl #1
    strd r1, r0, [sp]
    movs r0, #0
    strd r0, r0, [sp, #{sums}-{segment}]
    adr.w r4, 22b + 1
    b.w 1b

    .irp macro, ENTRY, CONSTANTS, FINE_CONSTANTS, STEP, FOUR, TWO, ONE, REQUANTISE, REQUANTISE_SUMS, REQUANTISED, CURVE, FINE_CURVE, PACK, STORE
    .purgem FLOWLET_\macro
    .endr
