@ Layer of two samples, which share the loads of the weights: eight rows at a time, as two blocks of
@ four. mod.rs explains it and defines the frame. r11 points to the frame's field `input`, r9 to the
@ rest of the program of the two blocks.
    push {{r4-r11, lr}}
    vpush {{d8-d15}}
    flowlet_mve_constants
    b.w 1f

@ ---- Loop: 4 rows, 2 times 16 columns. r1 and r3 inputs, r5 block, r7 iterations. S and B of
@ samples 0 and 1: for the first pair r0 r2, r4 r6, for the second r8 r10, r12 lr. It leaves q4 and
@ q5 alone.
    .macro flowlet_mve_pair_macs x0, x1
    vmladava.s16 r0, q0, \x0
    vmladava.s16 r4, q0, \x1
    vmovlb.s8 q0, q0
    vmladava.s16 r8, q1, \x0
    vmladava.s16 r12, q1, \x1
    vmovlb.s8 q1, q1
    vmladava.s16 r2, q0, \x0
    vmladava.s16 r6, q0, \x1
    vmladava.s16 r10, q1, \x0
    vmladava.s16 lr, q1, \x1
    .endm
    .macro flowlet_mve_group x0, x1
    vld20.32 {{q0, q1}}, [r5]
    vld21.32 {{q0, q1}}, [r5]!
    flowlet_mve_pair_macs \x0, \x1
    .endm
31: @ an odd number of groups
    vldrh.u16 q3, [r1], #16
    vldrh.u16 q7, [r3], #16
    ldr.w pc, [r11, #{odd}]
30:
    .rept {groups} / 2 - 1
    vldmia r1!, {{d4-d7}}
    vldmia r3!, {{d12-d15}}
    flowlet_mve_group q2, q6
    flowlet_mve_group q3, q7
    .endr
32:
    vldmia r1!, {{d4-d7}}
    vldmia r3!, {{d12-d15}}
    flowlet_mve_group q2, q6
33:
    flowlet_mve_group q3, q7
34:
    FLOWLET_CHECK 32b, 33b, {second_group}
    FLOWLET_CHECK 30b, 34b, {groups} / 2 * {two_groups}
    subs r7, #1
    bne.w 30b
    ldr.w pc, [r9], #4
    .purgem flowlet_mve_group

@ ---- The last 1 to 7 columns. Loads under a predicate give 0 for columns that do not exist.
40:
    ldr.w r7, [r11, #{tail}]
    vldrw.u32 q6, [r11, #{offsets}]
    vctp.16 r7
    vadd.i32 q6, q6, r5
    vpsttt
    vldrht.u16 q2, [r1]
    vldrht.u16 q3, [r3]
    vldrwt.u32 q0, [q6]
    vpst
    vldrwt.u32 q1, [q6, #4]
    ldr.w r7, [r11, #{tail_bytes}]
    flowlet_mve_pair_macs q2, q3
    add r5, r7
    ldr.w pc, [r9], #4
    .purgem flowlet_mve_pair_macs

    flowlet_mve_segments {count}

@ ---- End of the first block: its sums go to the stash.
60: @ several segments
    flowlet_mve_last_segment q5, d10, d11
    add.w r7, r11, #{stash}
    vst20.32 {{q4, q5}}, [r7]
    vst21.32 {{q4, q5}}, [r7]
    b 20f
61: @ one segment
    add.w r7, r11, #{stash}
    stm.w r7, {{r0, r2, r4, r6, r8, r10, r12, lr}}
20: @ start of the second block
    flowlet_mve_clear
    ldm.w r11, {{r1, r3, r7, pc}}

@ ---- End of the second block: requantises 8 rows of both samples, applies the activation, stores
@ them. r0 2^25, r1 −shift, r2 16 − shift, r3 and r4 table, r6 shift − drop, r7
@ activation, r8 scales, r9 biases, r10 output, r12 rows left − 8.
    .macro flowlet_mve_load_stash
    sub.w r7, r7, #32
    vld40.32 {{q4, q5, q6, q7}}, [r7]
    vld41.32 {{q4, q5, q6, q7}}, [r7]
    vld42.32 {{q4, q5, q6, q7}}, [r7]
    vld43.32 {{q4, q5, q6, q7}}, [r7]
    .endm
62: @ several segments
    flowlet_mve_last_segment q5, d10, d11
    add.w r7, r11, #{stash} + 32
    vst20.32 {{q4, q5}}, [r7]
    vst21.32 {{q4, q5}}, [r7]
    flowlet_mve_load_stash
    b 64f
63: @ one segment
    add.w r7, r11, #{stash} + 32
    stm.w r7, {{r0, r2, r4, r6, r8, r10, r12, lr}}
    flowlet_mve_load_stash
    vsub.i32 q4, q4, q5
    vsub.i32 q6, q6, q7
    vshr.s32 q4, q4, #8
    vshr.s32 q6, q6, #8
64:
    ldmdb.w r11, {{r0-r4, r6-r10, r12}}
    vld20.32 {{q0, q1}}, [r8]
    vld21.32 {{q0, q1}}, [r8]!
    vneg.s32 q2, q0
    vshr.s32 q0, q0, #16
    vneg.s32 q3, q1
    vshr.s32 q1, q1, #16
    vshl.s32 q4, q4, q2
    vshl.s32 q6, q6, q2
    vshl.s32 q5, q5, q3
    vshl.s32 q7, q7, q3
    vmlas.i32 q4, q0, r0
    vmlas.i32 q6, q0, r0
    vmlas.i32 q5, q1, r0
    vmlas.i32 q7, q1, r0
    .macro flowlet_mve_add_biases a, b
    vldrh.u16 q2, [r9], #16
    vshllb.s16 q3, q2, #10
    vshllt.s16 q2, q2, #10
    vadd.i32 \a, \a, q3
    vadd.i32 \b, \b, q2
    vqrshrunb.s32 q0, \a, #10
    vqrshrunt.s32 q0, \b, #10
    .endm
    flowlet_mve_add_biases q4, q5
    vdup.16 q4, r1
    blx r7
    vstrh.16 q0, [r10], #16
    subs.w r12, r12, #8
    stmdb.w r11, {{r8, r9, r10, r12}}
    ldrd r9, r10, [r11, #{second}]
    flowlet_mve_add_biases q6, q7
    blx r7
    vstrh.16 q0, [r10], #16
    strd r9, r10, [r11, #{second}]
    bge 21f
    vpop {{d8-d15}}
    pop {{r4-r11, pc}}
    .purgem flowlet_mve_load_stash
    .purgem flowlet_mve_add_biases

@ ---- Activations: q0 to q0. q4 has −shift in each lane.
70:
    flowlet_mve_table q2, q3, q4, r2, r3, r4
    vqdmulh.s16 q3, q3, q0
    vadd.i16 q0, q2, q3
    vrshl.s16 q0, r6
    bx lr
71:
    flowlet_mve_table q2, q3, q4, r2, r3, r4
    vshl.s16 q3, r6
    vqrdmulh.s16 q3, q3, q0
    vshl.s16 q2, r6
    vadd.i16 q0, q2, q3
    bx lr
72:
    vmov.i16 q1, #0x8000
    veor q0, q0, q1
    bx lr
    FLOWLET_CHECK 70b, 71b, {fine}
    FLOWLET_CHECK 70b, 72b, {linear}

@ ---- Start of a layer.
1:
    add.w r9, r11, #{list}
    flowlet_mve_shape
    flowlet_mve_program 61b, 60b
    flowlet_mve_program 63b, 62b
    adr.w r1, 70b
    ldr r2, [r11, #{activation}]
    add r2, r1
    str r2, [r11, #{activation}]
@ ---- Start of two blocks.
21:
    add.w r9, r11, #{list}
    flowlet_mve_clear
    ldm.w r11, {{r1, r3, r7, pc}}
