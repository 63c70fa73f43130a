@ Euler step, two coordinates per turn. r0 state, r1 velocity and input, r2 levels, r3 means,
@ r4 coefficients, r5 turns, r6 dt and the shift from state to input, r7 2^10.

.macro FLOWLET_EULER x, level
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

    push {{r4, r5, r6, r7, r8, r9, r10, r11, lr}}
    ldm r0, {{r0, r1, r2, r3, r4, r5, r6, r7}}
1:
    ldrd r8, r9, [r0]
    ldrh r10, [r2], #2
    FLOWLET_EULER r8, 0
    FLOWLET_EULER r9, 8
    strd r8, r9, [r0], #8
    subs r5, #1
    bne 1b
    pop {{r4, r5, r6, r7, r8, r9, r10, r11, pc}}
    .purgem FLOWLET_EULER
