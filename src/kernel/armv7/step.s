@ Condition biases and the Euler step, with DSP. step.rs explains them.

    .section .text.flowlet_armv7_step, "ax", %progbits
    .balign 4

@ Biases of a conditioned layer, four rows per turn. r0 before, r1 after, r2 classes, r3 biases,
@ r4 turns, r5 fraction and its complement, r6 half, r7 mask.
flowlet_label flowlet_armv7_condition_bias
    push {r4, r5, r6, r7, r8, r9, r10, r11, lr}
    ldm r0, {r0, r1, r2, r3, r4, r5, r6, r7}
1:
    ldrd r8, r9, [r0], #8
    ldrd r10, r11, [r1], #8
.macro flowlet_bias_pair to, before, after
    pkhbt \to, \before, \after, lsl #16
    pkhtb \before, \after, \before, asr #16
    smlad \to, \to, r5, r6
    smlad \before, \before, r5, r6
    asr \to, \to, #14
    pkhbt \to, \to, \before, lsl #2
.endm
    flowlet_bias_pair r12, r8, r10
    flowlet_bias_pair lr, r9, r11
    ldrd r8, r9, [r2], #8
    and r8, r8, r7
    and r9, r9, r7
    qadd16 r12, r12, r8
    qadd16 lr, lr, r9
    strd r12, lr, [r3], #8
    subs r4, #1
    bne 1b
    pop {r4, r5, r6, r7, r8, r9, r10, r11, pc}

@ Euler step, two coordinates per turn. r0 state, r1 velocity and input, r2 levels, r3 means,
@ r4 coefficients, r5 turns, r6 dt and the shift from state to input, r7 2^10.
flowlet_label flowlet_armv7_euler
    push {r4, r5, r6, r7, r8, r9, r10, r11, lr}
    ldm r0, {r0, r1, r2, r3, r4, r5, r6, r7}
1:
    ldrd r8, r9, [r0]
    ldrh r10, [r2], #2
.macro flowlet_euler_coordinate x, level
    ubfx r12, r10, #\level, #3
    ldr r12, [r4, r12, lsl #2]
    add r11, \x, #0x4000
    ssat r11, #16, r11, asr #15
    ldrsh lr, [r3], #2
    smlabb r11, r12, r11, r7
    smlatb r11, r12, lr, r11
    ldrsh r12, [r1]
    add r11, r12, r11, asr #11
    ssat r11, #16, r11
    smlabt \x, r11, r6, \x
    ssat \x, #31, \x
    @ The carry is the last bit that was shifted out.
    asrs r11, \x, r6
    adc r11, r11, #0
    strh r11, [r1], #2
.endm
    flowlet_euler_coordinate r8, 0
    flowlet_euler_coordinate r9, 8
    strd r8, r9, [r0], #8
    subs r5, #1
    bne 1b
    pop {r4, r5, r6, r7, r8, r9, r10, r11, pc}
