@ Euler step, four coordinates per turn. step.rs explains it. r0 state, r1 velocity and input, r2
@ levels, r3 means, r4 coefficients, r5 coordinates, r6 dt, r7 shift from the state to the input.
    push {{r4-r7, lr}}
    ldm r0, {{r0-r7}}
    wlstp.32 lr, r5, 2f
1:
    vldrb.u32 q1, [r2], #4
    vldrh.u32 q3, [r3], #8
    vbic.i32 q1, #0xf8
    vldrw.u32 q0, [r0]
    vshl.i32 q3, q3, #16
    vldrw.u32 q2, [r4, q1, uxtw #2]
    vqrshrnb.s32 q3, q0, #15
    vmullb.s16 q1, q2, q3
    vmullt.s16 q2, q2, q3
    vadd.i32 q1, q1, q2
    vldrh.s32 q2, [r1]
    vrshr.s32 q1, q1, #11
    vadd.i32 q1, q1, q2
    vqmovnb.s32 q2, q1
    vmovlb.s16 q2, q2
    vmla.i32 q0, q2, r6
    vqshl.s32 q0, q0, #1
    vshr.s32 q0, q0, #1
    vstrw.32 q0, [r0], #16
    vrshl.s32 q0, r7
    vstrh.32 q0, [r1], #8
    letp lr, 1b
2:
    pop {{r4-r7, pc}}
