@ Biases of a conditioned layer, four rows per turn. r0 before, r1 after, r2 classes, r3 biases,
@ r4 turns, r5 fraction and its complement, r6 half, r7 mask.

.macro FLOWLET_BIAS_PAIR to, before, after
    pkhbt \to, \before, \after, lsl #16
    pkhtb \before, \after, \before, asr #16
    smlad \to, \to, r5, r6
    smlad \before, \before, r5, r6
    asr \to, \to, #14
    pkhbt \to, \to, \before, lsl #2
.endm

    push {{r4, r5, r6, r7, r8, r9, r10, r11, lr}}
    ldm r0, {{r0, r1, r2, r3, r4, r5, r6, r7}}
1:
    ldrd r8, r9, [r0], #8
    ldrd r10, r11, [r1], #8
    FLOWLET_BIAS_PAIR r12, r8, r10
    FLOWLET_BIAS_PAIR lr, r9, r11
    ldrd r8, r9, [r2], #8
    and r8, r8, r7
    and r9, r9, r7
    qadd16 r12, r12, r8
    qadd16 lr, lr, r9
    strd r12, lr, [r3], #8
    subs r4, #1
    bne 1b
    pop {{r4, r5, r6, r7, r8, r9, r10, r11, pc}}
    .purgem FLOWLET_BIAS_PAIR
