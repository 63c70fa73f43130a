@ Macros of single.s and pair.s, which end.s removes. They and the numbered labels are local, so
@ several versions of this crate can be linked together.
    .balign 4

@ Halfwords \s0 and \s1 are 256·a + b of two pairs of rows, \x their columns. Adds the sums of the
@ halfwords to \sum0 and \sum1 and those of the low bytes to \low0 and \low1. Clobbers \s0 and \s1.
    .macro flowlet_mve_macs s0, s1, x, sum0, low0, sum1, low1
    vmladava.s16 \sum0, \s0, \x
    vmovlb.s8 \s0, \s0
    vmladava.s16 \sum1, \s1, \x
    vmovlb.s8 \s1, \s1
    vmladava.s16 \low0, \s0, \x
    vmladava.s16 \low1, \s1, \x
    .endm

@ Moves the four sums of halfwords to a vector of the halves \s0 and \s1, those of low bytes to \b0
@ and \b1.
    .macro flowlet_mve_sums s0, s1, b0, b1
    vmov \s0, r0, r4
    vmov \s1, r8, r12
    vmov \b0, r2, r6
    vmov \b1, r10, lr
    .endm

@ Starts four sums of pairs, S and B: r0 r2, r4 r6, r8 r10, r12 lr.
    .macro flowlet_mve_clear
    clrm {{r0, r2, r4, r6, r8, r10, r12, lr}}
    .endm

@ End of a segment but the last. The registers keep their sums over all columns, S modulo 2^32. q4
@ becomes A over all columns so far: S − B less 256 times the A before is 256 times the A of this
@ segment, which fits 32 bits. \count is the offset of the frame's number of iterations.
    .macro flowlet_mve_segments count
    @ End of the first segment of at least three.
50:
    ldr r7, [r11, #{middle}]
    str r7, [r11, #{left}]
    @ End of the first segment.
51:
    flowlet_mve_sums d0, d1, d2, d3
    vsub.i32 q0, q0, q1
    vshr.s32 q4, q0, #8
    ldm.w r9!, {{r7, pc}}
    @ End of a segment in the middle.
52:
    flowlet_mve_sums d0, d1, d2, d3
    vsub.i32 q0, q0, q1
    vshl.i32 q1, q4, #8
    vsub.i32 q0, q0, q1
    vshr.s32 q0, q0, #8
    vadd.i32 q4, q4, q0
    ldr r7, [r11, #{left}]
    subs r7, #1
    str r7, [r11, #{left}]
    beq 53f
    sub.w r9, r9, #4
    ldr.w r7, [r11, #\count]
    ldr.w pc, [r11, #{entry}]
53:
    ldm.w r9!, {{r7, pc}}
    .endm

@ End of the last segment: A of all columns to q4, B to \low, whose halves are \b0 and \b1.
    .macro flowlet_mve_last_segment low, b0, b1
    flowlet_mve_sums d0, d1, \b0, \b1
    vshl.i32 q1, q4, #8
    vsub.i32 q0, q0, \low
    vsub.i32 q0, q0, q1
    vshr.s32 q0, q0, #8
    vadd.i32 q4, q4, q0
    .endm

@ Turns \groups groups of 8 columns into \count iterations of the loop at 30 and the address \entry
@ where the first one begins. If their number is odd, that is 31, which loads the columns of one
@ group and goes on at the second group of a pair. Clobbers \groups, r8 and r12.
    .macro flowlet_mve_iterations count, entry, groups
    rsb.w r8, \groups, #0
    and.w r8, r8, #{groups} - 1
    add.w \count, \groups, r8
    lsr.w \count, \count, #{groups_log2}
    adr.w \entry, 30b + 1
    lsr.w r12, r8, #1
    mov.w \groups, #{two_groups}
    mla \entry, r12, \groups, \entry
    lsls.w r8, r8, #31
    beq 15f
    add.w r12, \entry, #{second_group}
    str.w r12, [r11, #{odd}]
    adr.w \entry, 31b + 1
15:
    .endm

@ Loads what the start of a layer needs from r0: r1 columns, r2 columns of a segment, r5 weights, r6
@ nodes of the table, r7 pre_frac. Writes the constants of the rows: 2^25 and those of the
@ activation. The table has steps of 1/16, so shift = pre_frac − 4, and index 0 is 2^(15 − shift)
@ before node 256. Points r11 to the frame's field `input`. Clobbers r0, r3, r4, r8, r9 and r10.
    .macro flowlet_mve_constants
    ldm.w r0!, {{r1, r2, r5, r6, r7, r8}}
    mov.w r3, #1 << 25
    rsb.w r4, r7, #4
    add.w r8, r4, #16
    mov.w r9, #1 << 20
    lsr.w r9, r9, r7
    sub.w r9, r6, r9
    addw r10, r9, #2 * 257
    add.w r9, r9, #2 * 256
    stm.w r0, {{r3, r4, r8, r9, r10}}
    add.w r11, r0, #{base}
    .endm

@ Prepares the loop for r1 columns in segments of r2. r0 becomes the number of segments before the
@ last, r1 the number of columns for the code at 40, r6 and r7 the iterations and the entry of a
@ block, which go to the frame too, r4 and r10 those of the last segment.
    .macro flowlet_mve_shape
    lsr.w r3, r1, #3
    movs r0, #0
    cmp r2, r1
    bhs 10f
    subs r4, r1, #1
    udiv r0, r4, r2
    lsr.w r2, r2, #3
    mls r3, r0, r2, r3
    flowlet_mve_iterations r4, r10, r3
    mov r3, r2
10:
    flowlet_mve_iterations r6, r7, r3
    ands r1, r1, #7
    beq 11f
    str.w r1, [r11, #{tail}]
    adds r3, r1, #1
    lsrs r3, r3, #1
    lsls r3, r3, #3
    str.w r3, [r11, #{tail_bytes}]
    movs r2, #0
    vidup.u32 q0, r2, #8
    add.w r2, r11, #{offsets}
    vstrw.32 q0, [r2]
    cbnz r6, 11f
    adr.w r7, 40b + 1
    movs r1, #0
11:
    str.w r6, [r11, #{count}]
    str.w r7, [r11, #{entry}]
    .endm

@ Appends the program of a block to r9, from the registers that flowlet_mve_shape sets: the code
@ after the loop and after each part; after a segment also the iterations and the entry of the next
@ one. \done or \last is the end of a block with one segment or several. Clobbers r2 and r3.
    .macro flowlet_mve_program done, last
    adr.w r3, \done + 1
    cbz r0, 13f
    adr.w r3, \last + 1
    adr.w r2, 51b + 1
    cmp r0, #1
    beq 12f
    sub.w r2, r0, #1
    str r2, [r11, #{middle}]
    adr.w r2, 50b + 1
    stm.w r9!, {{r2, r6, r7}}
    adr.w r2, 52b + 1
12:
    stm.w r9!, {{r2, r4, r10}}
    cbnz r4, 13f
    @ The last segment has only the last columns, whose code replaces the entry.
    sub.w r9, r9, #4
13:
    cbz r1, 14f
    adr.w r2, 40b + 1
    str.w r2, [r9], #4
14:
    str.w r3, [r9], #4
    .endm

@ Nodes of the table at the indices that the upper bits of q0 are, to \node, and the steps to the
@ next nodes, to \step. q0 keeps the fraction, Q0.15. \shift has −shift in each lane. \left is 16 −
@ shift, \table and \next are the table and its second node.
    .macro flowlet_mve_table node, step, shift, left, table, next
    vshl.u16 q1, q0, \shift
    vldrh.u16 \node, [\table, q1, uxtw #1]
    vldrh.u16 \step, [\next, q1, uxtw #1]
    vshl.u16 q0, \left
    vshr.u16 q0, q0, #1
    vsub.i16 \step, \step, \node
    .endm
