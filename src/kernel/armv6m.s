@ A layer for one sample; armv6m.rs explains it. r0 = `Call`.
@
@ Registers in the inner loop: r0 weights; r1 stream of activations and addresses; r2, r3, r7
@ weight words; r4, r5 activations; r6 product; r8, r10 sums 256·A + B and r9, r11 sums B of the
@ two row pairs; r12, lr their A of the previous segments.

@ Two columns of four rows.
.macro FLOWLET_WORD word, sum, b
    sxth r6, \word
    muls r6, r4, r6
    add \sum, r6
    sxtb r6, \word
    muls r6, r4, r6
    add \b, r6
    asrs \word, \word, #16
    sxtb r6, \word
    muls r6, r5, r6
    add \b, r6
    muls \word, r5, \word
    add \sum, \word
.endm
@ r2 to r5 = A and B of the first row pair, then of the second.
.macro FLOWLET_DECODE
    mov r2, r8
    mov r3, r9
    subs r2, r2, r3
    asrs r2, r2, #8
    mov r4, r10
    mov r5, r11
    subs r4, r4, r5
    asrs r4, r4, #8
.endm
@ r0 = rounded sum of the next row, r1 = its lower half; equal unless it must be saturated.
.macro FLOWLET_REQUANTISE
    pop {{r0}}
    ldm r3!, {{r1}}
    asrs r0, r1
    asrs r1, r1, #16
    muls r0, r1, r0
    mov r1, r8
    ldrsh r1, [r1, r4]
    lsls r1, r1, #10
    adds r0, r0, r1
    asrs r0, r0, #10
    adcs r0, r7
    sxth r1, r0
    cmp r1, r0
.endm
@ r0 = i16::MAX or i16::MIN, by the sign of r0.
.macro FLOWLET_SATURATE
    movs r1, #0xff
    lsls r1, r1, #7
    adds r1, #0x7f
    asrs r0, r0, #31
    eors r0, r1
.endm
@ ---- the stream -----------------------------------------------------------------
    push {{r4, r5, r6, r7, lr}}
    mov r4, r8
    mov r5, r9
    mov r6, r10
    mov r7, r11
    push {{r4, r5, r6, r7}}
    mov r1, sp
    str r1, [r0, #{pointer}]
@ Reserve the stream. For p pairs it has 2·p words of activations and one address per pass
@ and per segment: n/4 + 1 ≤ 5/16·n in a segment of n pairs, at most n/4 + 13/4 in the
@ last. Add one word for `call` and five to reset: at most 37/16·p + 10 words. A block has
@ 8·p bytes. The size is a multiple of 8.
    ldr r2, [r0, #{block}]
    lsrs r3, r2, #2
    adds r3, r3, r2
    lsrs r3, r3, #6
    lsls r3, r3, #3
    adds r3, #48
    subs r1, r1, r2
    subs r1, r1, r3
    mov sp, r1
    str r0, [r1]
    adds r1, #4
    ldr r3, [r0, #{columns}]
    lsls r4, r3, #1
    ldr r2, [r0, #{input}]
    adds r4, r4, r2
    mov r9, r4
@ A segment: r4 = its columns, then its pairs; r8 = number of columns after it.
20:
    ldr r4, [r0, #{segment}]
    cmp r4, r3
    bls 21f
    mov r4, r3
21:
    subs r3, r3, r4
    mov r8, r3
    adds r4, #1
    lsrs r4, r4, #1
    movs r0, #2
    movs r3, #0
@ A pass: r5 = its pairs, r7 = its code; r6 = end of its input, minus one value.
22:
    movs r5, #4
    adr r7, 50f
    subs r4, #4
    bhs 23f
    adds r4, #3
    blo 27f
    movs r5, #1
    adr r7, 52f
23:
    stm r1!, {{r7}}
    lsls r6, r5, #2
    adds r6, r6, r2
    cmp r6, r9
    bls 24f
    mov r6, r9
24:
    subs r6, #2
    b 26f
25:
    ldrsh r5, [r2, r3]
    ldrsh r7, [r2, r0]
    adds r2, #4
    stm r1!, {{r5, r7}}
26:
    cmp r2, r6
    blo 25b
    bne 22b
@ An odd last column: the weights next to it are multiplied by zero.
    ldrsh r5, [r2, r3]
    movs r7, #0
    adds r2, #4
    stm r1!, {{r5, r7}}
    b 22b
27:
    ldr r0, [sp]
    adr r7, 60f
    mov r3, r8
    cmp r3, #0
    beq 28f
    stm r1!, {{r7}}
    b 20b
28:
    adr r7, 72f
    ldr r5, [r0, #{segment}]
    ldr r6, [r0, #{columns}]
    cmp r5, r6
    bhs 29f
    adr r7, 70f
29:
    stm r1!, {{r7}}
@ Values to reset for a block: r1 stream, r2 end of the first block of the chunk, r3 zero,
@ r4 first address of the stream, r6 distance from the end of a block to the start of the
@ block before it.
    str r1, [r0, #{reset}]
    mov r3, sp
    ldr r5, [r3, #4]
    adds r3, #8
    movs r4, #0
    ldr r6, [r0, #{block}]
    lsls r6, r6, #1
    stm r1!, {{r3}}
    adds r1, #4
    stm r1!, {{r4, r5, r6}}
@ ---- a chunk of 64 rows or the rest -------------------------------------------------
30:
    ldr r7, [sp]
    ldr r1, [r7, #{rows}]
    adds r1, #3
    lsrs r1, r1, #2
    cmp r1, #16
    bls 31f
    movs r1, #16
31:
    ldr r3, [r7, #{block}]
    muls r1, r3, r1
    ldr r2, [r7, #{weights}]
    adds r0, r2, r1
    str r0, [r7, #{weights}]
    adds r0, r0, r3
    ldr r1, [r7, #{reset}]
    adds r2, r2, r3
    str r2, [r1, #4]
    movs r2, #0
    mov r12, r2
    mov lr, r2
    b 74f
@ ---- four column pairs, by three words of weights -------------------------------------
    .p2align 2
50:
    ldm r0!, {{r2, r3, r7}}
    ldm r1!, {{r4, r5}}
    FLOWLET_WORD r2, r8, r9
    FLOWLET_WORD r3, r10, r11
    ldm r1!, {{r4, r5}}
    FLOWLET_WORD r7, r8, r9
    ldm r0!, {{r2, r3, r7}}
    FLOWLET_WORD r2, r10, r11
    ldm r1!, {{r4, r5}}
    FLOWLET_WORD r3, r8, r9
    FLOWLET_WORD r7, r10, r11
    ldm r0!, {{r2, r3}}
    ldm r1!, {{r4, r5}}
    FLOWLET_WORD r2, r8, r9
    FLOWLET_WORD r3, r10, r11
    ldm r1!, {{r6}}
    mov pc, r6
@ ---- one column pair ------------------------------------------------------------------
    .p2align 2
52:
    ldm r0!, {{r2, r3}}
    ldm r1!, {{r4, r5}}
    FLOWLET_WORD r2, r8, r9
    FLOWLET_WORD r3, r10, r11
    ldm r1!, {{r6}}
    mov pc, r6
@ The end of a segment that is not the last.
    .p2align 2
60:
    FLOWLET_DECODE
    add r12, r2
    add lr, r4
    mov r8, r3
    mov r10, r5
    ldm r1!, {{r6}}
    mov pc, r6
@ The end of a block of several segments.
    .p2align 2
70:
    FLOWLET_DECODE
    add r2, r12
    add r4, lr
    movs r6, #0
    mov r12, r6
    mov lr, r6
    b 73f
@ The end of a block of one segment.
    .p2align 2
72:
    FLOWLET_DECODE
73:
    push {{r2, r3, r4, r5}}
74:
    ldm r1, {{r1, r2, r3, r4, r6}}
    cmp r0, r2
    beq 80f
    subs r0, r0, r6
    mov r8, r3
    mov r9, r3
    mov r10, r3
    mov r11, r3
    mov pc, r4
@ ---- the epilogue of a chunk ----------------------------------------------------------
@ r1 stream, r3 scales, r4 minus the remaining bytes of output, r5 end of the output, r6
@ table, r7 zero, r8 end of the biases, r9 16 − shift, r10 16 − shift + drop, r11 `call`.
80:
    subs r1, #8
    ldr r7, [r1]
    mov r11, r7
    ldr r0, [r7, #{rows}]
    movs r4, #64
    cmp r0, r4
    bhs 81f
    mov r4, r0
81:
    subs r0, r0, r4
    str r0, [r7, #{rows}]
    lsls r4, r4, #1
    ldr r0, [r7, #{biases}]
    adds r0, r0, r4
    str r0, [r7, #{biases}]
    mov r8, r0
    ldr r5, [r7, #{output}]
    adds r5, r5, r4
    str r5, [r7, #{output}]
    rsbs r4, r4, #0
    ldr r3, [r7, #{scales}]
    ldr r6, [r7, #{table}]
    ldr r1, [r7, #{shift}]
    ldr r2, [r7, #{drop}]
    movs r0, #16
    subs r0, r0, r1
    adds r2, r2, r0
    mov r9, r0
    mov r10, r2
    movs r7, #0
    cmp r0, #0
    beq 87f
@ SiLU.
84:
    FLOWLET_REQUANTISE
    bne 86f
85:
    mov r1, r9
    lsls r0, r1
    asrs r1, r0, #16
    uxth r0, r0
    lsls r1, r1, #1
    ldrsh r2, [r6, r1]
    adds r1, #2
    ldrsh r1, [r6, r1]
    subs r1, r1, r2
    muls r0, r1, r0
    lsls r2, r2, #16
    adds r0, r0, r2
    mov r1, r10
    asrs r0, r1
    adcs r0, r7
    strh r0, [r5, r4]
    adds r4, #2
    bne 84b
    b 90f
86:
    FLOWLET_SATURATE
    b 85b
@ Linear.
87:
    FLOWLET_REQUANTISE
    bne 89f
88:
    strh r0, [r5, r4]
    adds r4, #2
    bne 87b
    b 90f
89:
    FLOWLET_SATURATE
    b 88b
@ Next chunk, or return.
90:
    mov r7, r11
    str r3, [r7, #{scales}]
    ldr r0, [r7, #{rows}]
    cmp r0, #0
    beq 91f
    b 30b
91:
    ldr r0, [r7, #{pointer}]
    mov sp, r0
    pop {{r4, r5, r6, r7}}
    mov r8, r4
    mov r9, r5
    mov r10, r6
    mov r11, r7
    pop {{r4, r5, r6, r7, pc}}
.purgem FLOWLET_WORD
.purgem FLOWLET_DECODE
.purgem FLOWLET_REQUANTISE
.purgem FLOWLET_SATURATE
