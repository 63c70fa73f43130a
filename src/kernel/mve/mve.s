@ Loops for mod.rs, which defines the frame. r11 points to its field `input`.
    .section .text.flowlet_mve, "ax", %progbits
    .syntax unified
    .thumb

    .macro flowlet_mve_label name
    .global \name
    .hidden \name
    .type \name, %function
    .thumb_func
\name:
    .endm

    .macro flowlet_mve_clear
    clrm {r0, r2, r4, r6, r8, r10, r12, lr}
    .endm

@ 8 rows, 8 columns. r1 input, r3 and r5 blocks. S and B of their pairs: r0 r2, r4 r6, r8 r10, r12
@ lr.
    .macro flowlet_mve_eight_group
    vld20.32 {q0, q1}, [r3]
    vld21.32 {q0, q1}, [r3]!
    vldrh.u16 q2, [r1], #16
    vmladava.s16 r0, q0, q2
    vmovlb.s8 q0, q0
    vmladava.s16 r4, q1, q2
    vmovlb.s8 q1, q1
    vmladava.s16 r2, q0, q2
    vld20.32 {q6, q7}, [r5]
    vmladava.s16 r6, q1, q2
    vld21.32 {q6, q7}, [r5]!
    vmladava.s16 r8, q6, q2
    vmovlb.s8 q6, q6
    vmladava.s16 r12, q7, q2
    vmovlb.s8 q7, q7
    vmladava.s16 r10, q6, q2
    vmladava.s16 lr, q7, q2
    .endm

@ 4 rows, 8 columns, 2 samples. r1 and r3 inputs, r5 block. S and B of samples 0 and 1: for the
@ first pair r0 r2, r4 r6, for the second r8 r10, r12 lr.
    .macro flowlet_mve_pair_macs
    vmladava.s16 r0, q0, q2
    vmovlb.s8 q6, q0
    vmladava.s16 r4, q0, q3
    vmovlb.s8 q7, q1
    vmladava.s16 r8, q1, q2
    vmladava.s16 r12, q1, q3
    vmladava.s16 r2, q6, q2
    vmladava.s16 r6, q6, q3
    vmladava.s16 r10, q7, q2
    vmladava.s16 lr, q7, q3
    .endm

    .macro flowlet_mve_pair_group
    vld20.32 {q0, q1}, [r5]
    vldrh.u16 q2, [r1], #16
    vld21.32 {q0, q1}, [r5]!
    vldrh.u16 q3, [r3], #16
    flowlet_mve_pair_macs
    .endm

@ Rounds the sums times multipliers q4 (a rows) and q5 (b rows) to 8 halfwords in q0, applies the
@ activation and stores the result to [r10]. r9 biases. P0 is set for the rows that exist.
    .macro flowlet_mve_finish_rows a, b
    vpst
    vldrht.u16 q2, [r9], #16
    vshllb.s16 q3, q2, #10
    vshllt.s16 q2, q2, #10
    vadd.i32 \a, \a, q3
    vadd.i32 \b, \b, q2
    vqrshrnb.s32 q0, \a, #10
    vqrshrnt.s32 q0, \b, #10
    blx r7
    vpst
    vstrht.16 q0, [r10], #16
    .endm

@ ---- Activations: q0 to q0. r0 2^15, r1 −shift, r2 16 − shift, r3 and r4 table, r6 shift − drop.
    .macro flowlet_mve_table_step
    vadd.i16 q1, q0, r0
    vshl.u16 q1, r1
    vldrh.u16 q2, [r3, q1, uxtw #1]
    vldrh.u16 q3, [r4, q1, uxtw #1]
    vshl.u16 q0, r2
    vshr.u16 q0, q0, #1
    vsub.i16 q3, q3, q2
    .endm

    flowlet_mve_label flowlet_mve_silu_coarse
    flowlet_mve_table_step
    vqdmulh.s16 q3, q3, q0
    vadd.i16 q0, q2, q3
    vrshl.s16 q0, r6
    flowlet_mve_label flowlet_mve_linear
    bx lr

    flowlet_mve_label flowlet_mve_silu_fine
    flowlet_mve_table_step
    vshl.s16 q3, r6
    vqrdmulh.s16 q3, q3, q0
    vshl.s16 q2, r6
    vadd.i16 q0, q2, q3
    bx lr

@ ---- One sample.
    flowlet_mve_label flowlet_mve_single
    push {r4-r11, lr}
    vpush {d8-d15}
    add.w r11, r0, #44
    ldr.w r5, [r11, #24]
.Lsingle_rows:
    flowlet_mve_clear
    mov r3, r5
    ldm.w r11, {r1, r5, r7}
    add r5, r3
    ldr.w pc, [r11, #12]

    flowlet_mve_label flowlet_mve_eight_0
    flowlet_mve_eight_group
    flowlet_mve_label flowlet_mve_eight_1
    flowlet_mve_eight_group
    flowlet_mve_label flowlet_mve_eight_2
    flowlet_mve_eight_group
    flowlet_mve_label flowlet_mve_eight_3
    flowlet_mve_eight_group
    subs r7, #1
    bne.w flowlet_mve_eight_0
    ldr.w pc, [r11, #16]

    flowlet_mve_label flowlet_mve_four
    dls lr, r7
.Lfour:
    vld20.32 {q0, q1}, [r3]
    vld21.32 {q0, q1}, [r3]!
    vldrh.u16 q2, [r1], #16
    vmladava.s16 r0, q0, q2
    vmovlb.s8 q0, q0
    vmladava.s16 r4, q1, q2
    vmovlb.s8 q1, q1
    vmladava.s16 r2, q0, q2
    vmladava.s16 r6, q1, q2
    le lr, .Lfour
    ldr.w pc, [r11, #16]

    flowlet_mve_label flowlet_mve_eight_tail
    ldr.w r7, [r11, #28]
    vldrw.u32 q7, [r11, #36]
    vctp.16 r7
    vadd.i32 q6, q7, r3
    ldr.w r7, [r11, #32]
    vadd.i32 q7, q7, r5
    add r5, r7
    vpst
    vldrht.u16 q2, [r1]
    vpstttt
    vldrwt.u32 q0, [q6]
    vldrwt.u32 q1, [q6, #4]
    vldrwt.u32 q3, [q7]
    vldrwt.u32 q6, [q7, #4]
    vmladava.s16 r0, q0, q2
    vmovlb.s8 q0, q0
    vmladava.s16 r4, q1, q2
    vmovlb.s8 q1, q1
    vmladava.s16 r8, q3, q2
    vmovlb.s8 q3, q3
    vmladava.s16 r12, q6, q2
    vmovlb.s8 q6, q6
    vmladava.s16 r2, q0, q2
    vmladava.s16 r6, q1, q2
    vmladava.s16 r10, q3, q2
    vmladava.s16 lr, q6, q2
    ldr.w pc, [r11, #20]

    flowlet_mve_label flowlet_mve_four_tail
    ldr.w r7, [r11, #28]
    vldrw.u32 q7, [r11, #36]
    vctp.16 r7
    vadd.i32 q6, q7, r3
    vpsttt
    vldrht.u16 q2, [r1]
    vldrwt.u32 q0, [q6]
    vldrwt.u32 q1, [q6, #4]
    vmladava.s16 r0, q0, q2
    vmovlb.s8 q0, q0
    vmladava.s16 r4, q1, q2
    vmovlb.s8 q1, q1
    vmladava.s16 r2, q0, q2
    vmladava.s16 r6, q1, q2
    ldr.w pc, [r11, #20]

    flowlet_mve_label flowlet_mve_single_segments
    vmov.i32 q4, #0
    vmov.i32 q5, #0
    ldr.w r9, [r11, #56]
    ldr.w pc, [r11, #52]

    flowlet_mve_label flowlet_mve_single_segment
    vmov d0, r0, r4
    vmov d1, r8, r12
    vmov d2, r2, r6
    vmov d3, r10, lr
    vsub.i32 q0, q0, q1
    subs.w r9, r9, #1
    vadd.i32 q5, q5, q1
    vshr.s32 q0, q0, #8
    vadd.i32 q4, q4, q0
    bmi flowlet_mve_single_finish
    flowlet_mve_clear
    beq .Lsingle_then
    cmp.w r9, #1
    beq .Lsingle_part
    ldr.w r7, [r11, #8]
    ldr.w pc, [r11, #52]
.Lsingle_part:
    ldr.w r7, [r11, #60]
    ldr.w pc, [r11, #64]
.Lsingle_then:
    ldr.w pc, [r11, #68]

    flowlet_mve_label flowlet_mve_single_decode
    vmov d8, r0, r4
    vmov d10, r2, r6
    vmov d9, r8, r12
    vmov d11, r10, lr
    vsub.i32 q4, q4, q5
    vshr.s32 q4, q4, #8
    flowlet_mve_label flowlet_mve_single_finish
    ldmdb r11, {r0-r4, r6-r10, r12}
    vidup.u32 q3, r8, #8
    vctp.16 r12
    vpstt
    vldrwt.u32 q0, [q3]
    vldrwt.u32 q1, [q3, #4]
    vneg.s32 q2, q0
    vshr.s32 q0, q0, #16
    vneg.s32 q3, q1
    vshr.s32 q1, q1, #16
    vshl.s32 q4, q4, q2
    vmul.i32 q4, q4, q0
    vshl.s32 q5, q5, q3
    vmul.i32 q5, q5, q1
    flowlet_mve_finish_rows q4, q5
    subs.w r12, r12, #8
    stmdb r11, {r8, r9, r10, r12}
    bgt.w .Lsingle_rows
    b.w .Lreturn

@ ---- Two samples.
    flowlet_mve_label flowlet_mve_pair
    push {r4-r11, lr}
    vpush {d8-d15}
    add.w r11, r0, #44
    ldr.w r5, [r11, #24]
    add.w r9, r11, #84
.Lpair_block:
    flowlet_mve_clear
    ldm.w r11, {r1, r3, r7}
    ldr.w pc, [r11, #12]

    flowlet_mve_label flowlet_mve_pair_0
    flowlet_mve_pair_group
    flowlet_mve_label flowlet_mve_pair_1
    flowlet_mve_pair_group
    flowlet_mve_label flowlet_mve_pair_2
    flowlet_mve_pair_group
    flowlet_mve_label flowlet_mve_pair_3
    flowlet_mve_pair_group
    subs r7, #1
    bne.w flowlet_mve_pair_0
    ldr.w pc, [r11, #16]

    flowlet_mve_label flowlet_mve_pair_tail
    ldr.w r7, [r11, #28]
    vldrw.u32 q6, [r11, #36]
    vctp.16 r7
    vadd.i32 q6, q6, r5
    vpstttt
    vldrht.u16 q2, [r1]
    vldrht.u16 q3, [r3]
    vldrwt.u32 q0, [q6]
    vldrwt.u32 q1, [q6, #4]
    ldr.w r7, [r11, #32]
    flowlet_mve_pair_macs
    add r5, r7
    ldr.w pc, [r11, #20]

    flowlet_mve_label flowlet_mve_pair_segments
    vmov.i32 q4, #0
    vmov.i32 q5, #0
    ldr.w r0, [r11, #56]
    str.w r0, [r11, #80]
    movs r0, #0
    ldr.w pc, [r11, #52]

    flowlet_mve_label flowlet_mve_pair_segment
    vmov d0, r0, r4
    vmov d1, r8, r12
    vmov d2, r2, r6
    vmov d3, r10, lr
    ldr.w r0, [r11, #80]
    vsub.i32 q0, q0, q1
    vadd.i32 q5, q5, q1
    vshr.s32 q0, q0, #8
    vadd.i32 q4, q4, q0
    subs r0, #1
    str.w r0, [r11, #80]
    bmi flowlet_mve_pair_done
    beq .Lpair_then
    cmp r0, #1
    flowlet_mve_clear
    beq .Lpair_part
    ldr.w r7, [r11, #8]
    ldr.w pc, [r11, #52]
.Lpair_part:
    ldr.w r7, [r11, #60]
    ldr.w pc, [r11, #64]
.Lpair_then:
    flowlet_mve_clear
    ldr.w pc, [r11, #68]

    flowlet_mve_label flowlet_mve_pair_done
    vst20.32 {q4, q5}, [r9]
    vst21.32 {q4, q5}, [r9]!
    tst.w r9, #32
    bne.w .Lpair_block
    sub.w r9, r9, #64
    vld40.32 {q4, q5, q6, q7}, [r9]
    vld41.32 {q4, q5, q6, q7}, [r9]
    vld42.32 {q4, q5, q6, q7}, [r9]
    vld43.32 {q4, q5, q6, q7}, [r9]
    b .Lpair_finish

    flowlet_mve_label flowlet_mve_pair_decode
    stm.w r9!, {r0, r2, r4, r6, r8, r10, r12, lr}
    tst.w r9, #32
    bne.w .Lpair_block
    sub.w r9, r9, #64
    vld40.32 {q4, q5, q6, q7}, [r9]
    vld41.32 {q4, q5, q6, q7}, [r9]
    vld42.32 {q4, q5, q6, q7}, [r9]
    vld43.32 {q4, q5, q6, q7}, [r9]
    vsub.i32 q4, q4, q5
    vsub.i32 q6, q6, q7
    vshr.s32 q4, q4, #8
    vshr.s32 q6, q6, #8
.Lpair_finish:
    ldmdb r11, {r0-r4, r6-r10, r12}
    vidup.u32 q3, r8, #8
    vctp.16 r12
    vpstt
    vldrwt.u32 q0, [q3]
    vldrwt.u32 q1, [q3, #4]
    vneg.s32 q2, q0
    vshr.s32 q0, q0, #16
    vneg.s32 q3, q1
    vshr.s32 q1, q1, #16
    vshl.s32 q4, q4, q2
    vmul.i32 q4, q4, q0
    vshl.s32 q6, q6, q2
    vmul.i32 q6, q6, q0
    vshl.s32 q5, q5, q3
    vmul.i32 q5, q5, q1
    vshl.s32 q7, q7, q3
    vmul.i32 q7, q7, q1
    flowlet_mve_finish_rows q4, q5
    subs.w r12, r12, #8
    stmdb r11, {r8, r9, r10, r12}
    ldrd r9, r10, [r11, #72]
    flowlet_mve_finish_rows q6, q7
    strd r9, r10, [r11, #72]
    add.w r9, r11, #84
    bgt.w .Lpair_block
.Lreturn:
    str.w r5, [r11, #24]
    vpop {d8-d15}
    pop {r4-r11, pc}
    .size flowlet_mve_single, . - flowlet_mve_single
