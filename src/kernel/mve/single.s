@ Layer of one sample, eight rows at a time. mod.rs explains it and defines the frame. r11 points to
@ the frame's field `input`, r9 to the rest of a block's program.
    push {{r4-r11, lr}}
    vpush {{d8-d15}}
    flowlet_mve_constants
    add.w r9, r11, #{list}
    cmp r2, r1
    blo.w 2f
    ands r2, r1, #8 * {groups} - 1
    bne.w 2f
    lsrs r1, r1, #3 + {groups_log2}
    strd r1, r9, [r11, #{count}]
    adr.w r2, 30f + 1
    str.w r2, [r11, #{entry}]
    adr.w r3, 61f + 1
    str.w r3, [r9]
1: @ start of the rows
    ldmdb.w r11, {{r0-r4, r6-r10, r12, lr}}
    vdup.16 q5, r2
    cmp.w lr, #0
    bge.w 20f
    b.w 64f

@ ---- Loop: 8 rows, 4 times 16 columns. r1 input, r3 and r5 two blocks, r7 iterations. S and B of
@ four pairs: r0 r2, r4 r6, r8 r10, r12 lr. It leaves q4 and q5 alone.
    .macro flowlet_mve_group x
    vld20.32 {{q0, q1}}, [r3]
    vld21.32 {{q0, q1}}, [r3]!
    vld20.32 {{q6, q7}}, [r5]
    flowlet_mve_macs q0, q1, \x, r0, r2, r4, r6
    vld21.32 {{q6, q7}}, [r5]!
    flowlet_mve_macs q6, q7, \x, r8, r10, r12, lr
    .endm
31: @ an odd number of groups
    vldrh.u16 q3, [r1], #16
    ldr.w pc, [r11, #{odd}]
30:
    .rept {groups} / 2 - 1
    vldmia r1!, {{d4-d7}}
    flowlet_mve_group q2
    flowlet_mve_group q3
    .endr
32:
    vldmia r1!, {{d4-d7}}
    flowlet_mve_group q2
33:
    flowlet_mve_group q3
34:
    FLOWLET_CHECK 32b, 33b, {second_group}
    FLOWLET_CHECK 30b, 34b, {groups} / 2 * {two_groups}
    subs r7, #1
    bne.w 30b
    ldr.w pc, [r9], #4
    .purgem flowlet_mve_group

@ ---- Loop for the last 1 to 4 rows of a layer with one segment: one group of 8 columns. r5 stays
@ at the start of the block, from which the last columns are read for the rows that do not exist.
35:
    dls lr, r7
36:
    vld20.32 {{q0, q1}}, [r3]
    vld21.32 {{q0, q1}}, [r3]!
    vldrh.u16 q2, [r1], #16
    flowlet_mve_macs q0, q1, q2, r0, r2, r4, r6
    le lr, 36b
    ldr.w pc, [r9], #4

@ ---- The last 1 to 7 columns. Loads under a predicate give 0 for columns that do not exist.
40:
    ldr.w r7, [r11, #{tail}]
    vldrw.u32 q7, [r11, #{offsets}]
    vctp.16 r7
    vadd.i32 q6, q7, r3
    vpsttt
    vldrht.u16 q2, [r1]
    vldrwt.u32 q0, [q6]
    vldrwt.u32 q1, [q6, #4]
    vadd.i32 q6, q7, r5
    flowlet_mve_macs q0, q1, q2, r0, r2, r4, r6
    vpstt
    vldrwt.u32 q0, [q6]
    vldrwt.u32 q1, [q6, #4]
    ldr.w r7, [r11, #{tail_bytes}]
    flowlet_mve_macs q0, q1, q2, r8, r10, r12, lr
    add r5, r7
    ldr.w pc, [r9], #4

    flowlet_mve_segments {count}

@ ---- End of a block: requantises 8 rows, applies the activation, stores them.
@ r0 bytes of a block, r1 2^25, r2 −shift, r3 16 − shift, r4 and r6 table, r7 shift − drop,
@ r8 activation, r9 scales, r10 biases, r12 output, lr rows left − 8. q5 is −shift.
60: @ several segments
    flowlet_mve_last_segment q7, d14, d15
    ldmdb.w r11, {{r0-r4, r6-r10, r12, lr}}
    vld20.32 {{q0, q1}}, [r9]
    vld21.32 {{q0, q1}}, [r9]!
    b 62f
61: @ one segment
    flowlet_mve_sums d8, d9, d14, d15
    ldmdb.w r11, {{r0-r4, r6-r10, r12, lr}}
    vsub.i32 q4, q4, q7
    vld20.32 {{q0, q1}}, [r9]
    vshr.s32 q4, q4, #8
    vld21.32 {{q0, q1}}, [r9]!
62:
    vneg.s32 q2, q0
    vneg.s32 q6, q1
    vshr.s32 q0, q0, #16
    vshl.s32 q4, q4, q2
    vshr.s32 q1, q1, #16
    vshl.s32 q7, q7, q6
    vmlas.i32 q4, q0, r1
    vldrh.u16 q2, [r10], #16
    vmlas.i32 q7, q1, r1
    vshllb.s16 q6, q2, #10
    vshllt.s16 q2, q2, #10
    vadd.i32 q4, q4, q6
    vadd.i32 q7, q7, q2
    vqrshrunb.s32 q0, q4, #10
    vqrshrunt.s32 q0, q7, #10
    add pc, r8
69:
70:
    flowlet_mve_table q2, q6, q5, r3, r4, r6
    vqdmulh.s16 q6, q6, q0
    vadd.i16 q0, q2, q6
    vrshl.s16 q0, r7
63:
    vstrh.16 q0, [r12], #16
    subs.w lr, lr, #8
    stmdb.w r11, {{r9, r10, r12, lr}}
    blt 64f
@ ---- Start of a block.
20:
    mov r3, r5
    add r5, r0
    flowlet_mve_clear
    ldm.w r11, {{r1, r7, r9, pc}}
71:
    flowlet_mve_table q2, q6, q5, r3, r4, r6
    vshl.s16 q6, r7
    vqrdmulh.s16 q6, q6, q0
    vshl.s16 q2, r7
    vadd.i16 q0, q2, q6
    b 63b
72:
    vmov.i16 q1, #0x8000
    veor q0, q0, q1
    b 63b
    FLOWLET_CHECK 69b, 71b, {fine}
    FLOWLET_CHECK 69b, 72b, {linear}

@ ---- The last 1 to 7 rows run in copies of their biases, outputs and scales.
64:
    adds.w lr, lr, #8
    beq 67f
    bmi 66f
    vctp.16 lr
    vpst
    vldrht.u16 q0, [r10]
    add.w r10, r11, #{scratch}
    vstrh.16 q0, [r10]
    str r12, [r11, #{saved}]
    mov r12, r10
    cmp.w lr, #4
    bgt 65f
    @ One block, which serves as the second too.
    movs r0, #0
    vldrw.u32 q0, [r9]
    add.w r9, r11, #{scratch} + 16
    vstrw.32 q0, [r9]
    ldrd r2, r3, [r11, #{columns}]
    cmp r3, r2
    blo 65f
    lsrs r2, r2, #3
    beq 65f
    str.w r2, [r11, #{count}]
    adr.w r2, 35b + 1
    str.w r2, [r11, #{entry}]
65:
    sub.w lr, lr, #16
    stmdb.w r11, {{r9, r10, r12, lr}}
    b 20b
66:
    add.w lr, lr, #16
    vctp.16 lr
    vldrh.u16 q0, [r11, #{scratch}]
    ldr r12, [r11, #{saved}]
    vpst
    vstrht.16 q0, [r12]
67:
    vpop {{d8-d15}}
    pop {{r4-r11, pc}}

@ ---- Layers with several segments, or with columns that do not fill a group.
2:
    str.w r9, [r11, #{program}]
    ldrd r1, r2, [r11, #{columns}]
    flowlet_mve_shape
    flowlet_mve_program 61b, 60b
    b.w 1b
