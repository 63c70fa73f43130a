@ Biases of a conditioned layer, eight rows per turn. step.rs explains it. r0 before, r1 after, r2
@ classes, r3 biases, r4 rows. q5 is the mask, q6 the factor of before, q7 that of after.
    push {{r4-r7, lr}}
    vpush {{d8-d15}}
    ldm r0, {{r0-r7}}
    vdup.16 q5, r7
    vdup.16 q6, r5
    vdup.16 q7, r6
    wlstp.16 lr, r4, 2f
1:
    vldrh.u16 q0, [r0], #16
    vldrh.u16 q1, [r1], #16
    vmullb.s16 q2, q0, q6
    vmullb.s16 q3, q1, q7
    vmullt.s16 q0, q0, q6
    vmullt.s16 q1, q1, q7
    vadd.i32 q2, q2, q3
    vldrh.u16 q4, [r2], #16
    vadd.i32 q0, q0, q1
    vqrshrnb.s32 q1, q2, #14
    vand q4, q4, q5
    vqrshrnt.s32 q1, q0, #14
    vqadd.s16 q1, q1, q4
    vstrh.16 q1, [r3], #16
    letp lr, 1b
2:
    vpop {{d8-d15}}
    pop {{r4-r7, pc}}
