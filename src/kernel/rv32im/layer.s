# A layer for one sample; mod.rs explains it. a0 = `Call`.
#
# Registers of the loops: s0, s1, a0 to a5 sums 256 A + B of the row pairs 0 to 7, s2 to s9 their
# sums B; a6, a7, s10, s11 weights of the blocks; t0 inputs, t1 end of the segment; t2, t3 inputs of
# two columns; t4, t5, t6, ra products.

# Compilers assemble naked functions without the target's extensions when they list symbols.
.option push
.option arch, +m

# Two columns of two rows.
.macro FLOWLET_WORD sum, b, weights, at
    lh t4, \at(\weights)
    lb t5, \at(\weights)
    lh t6, \at+2(\weights)
    lb ra, \at+2(\weights)
    mul t4, t4, t2
    mul t5, t5, t2
    mul t6, t6, t3
    mul ra, ra, t3
    add \sum, \sum, t4
    add \b, \b, t5
    add \sum, \sum, t6
    add \b, \b, ra
.endm

# Two columns of a block, and of four blocks.
.macro FLOWLET_BLOCK at
    FLOWLET_WORD s0, s2, a6, \at
    FLOWLET_WORD s1, s3, a6, \at+4
.endm
.macro FLOWLET_BLOCKS at
    FLOWLET_BLOCK \at
    FLOWLET_WORD a0, s4, a7, \at
    FLOWLET_WORD a1, s5, a7, \at+4
    FLOWLET_WORD a2, s6, s10, \at
    FLOWLET_WORD a3, s7, s10, \at+4
    FLOWLET_WORD a4, s8, s11, \at
    FLOWLET_WORD a5, s9, s11, \at+4
.endm

.macro FLOWLET_INPUTS at
    lh t2, \at(t0)
    lh t3, \at+2(t0)
.endm

# The first segment of a row pair: stores its A and B.
.macro FLOWLET_DECODE sum, b, pair
    sub \sum, \sum, \b
    srai \sum, \sum, 8
    sw \sum, {sums}+8*\pair(sp)
    sw \b, {sums}+8*\pair+4(sp)
.endm

# A later segment of a row pair: adds its A, and stores its B.
.macro FLOWLET_ADD sum, b, pair
    sub \sum, \sum, \b
    lw t4, {sums}+8*\pair(sp)
    srai \sum, \sum, 8
    add \sum, \sum, t4
    sw \sum, {sums}+8*\pair(sp)
    sw \b, {sums}+8*\pair+4(sp)
.endm

# s0 = pre-activation + 32768 of a row, not yet limited to 0 to 65535.
.macro FLOWLET_REQUANTISE row
    lw s0, 4*\row(a5)
    lb s1, 4*\row(a2)
    lh a0, 4*\row+2(a2)
    lh a1, 2*\row(a3)
    sra s0, s0, s1
    mul s0, s0, a0
    add s0, s0, t1
    srai s0, s0, 10
    add s0, s0, a1
.endm

.macro FLOWLET_SATURATE
    srai s0, s0, 31
    not s0, s0
    and s0, s0, t2
.endm

# Writes the activation of a row.
.macro FLOWLET_CURVE row
    srl s1, s0, t3
    slli s1, s1, 1
    add s1, s1, a6
    lh a0, 0(s1)
    lh a1, 2(s1)
    and s0, s0, t4
    sub a1, a1, a0
    mul s0, s0, a1
    sll a0, a0, t3
    add a0, a0, ra
    add s0, s0, a0
    sra s0, s0, t6
    sh s0, 2*\row(a4)
.endm

.macro FLOWLET_LINEAR row
    add s0, s0, t4
    sh s0, 2*\row(a4)
.endm

# Moves to the next two rows.
.macro FLOWLET_NEXT_ROWS
    addi a2, a2, 8
    addi a3, a3, 4
    addi a4, a4, 4
    addi a5, a5, 8
.endm

.macro FLOWLET_SAVED op
    \op ra, {saved}(sp)
    \op s0, {saved}+4(sp)
    \op s1, {saved}+8(sp)
    \op s2, {saved}+12(sp)
    \op s3, {saved}+16(sp)
    \op s4, {saved}+20(sp)
    \op s5, {saved}+24(sp)
    \op s6, {saved}+28(sp)
    \op s7, {saved}+32(sp)
    \op s8, {saved}+36(sp)
    \op s9, {saved}+40(sp)
    \op s10, {saved}+44(sp)
    \op s11, {saved}+48(sp)
.endm

    addi sp, sp, -{frame}
    FLOWLET_SAVED sw
    sw a0, {call}(sp)
    mv t5, a0

# ---- the next rows: 16, or a block of 4 ----------------------------------------------------------
20:
    lw t6, {rows}(t5)
    lw a6, {weights}(t5)
    lw ra, {block}(t5)
    lw t2, {last}(t5)
    lw t3, {last}+4(t5)
    lw t0, {input}(t5)
    lw t1, {first_end}(t5)
    lh t2, 0(t2)
    lh t3, 0(t3)
    lw t4, {skip}(t5)
    add a7, a6, ra
    li s0, 0
    li s1, 0
    li s2, 0
    li s3, 0
    li s10, {several}
    bltu t6, s10, 40f
    add s10, a7, ra
    add s11, s10, ra
    add ra, s11, ra
    sw ra, {weights}(t5)
    li a0, 0
    li a1, 0
    li a2, 0
    li a3, 0
    li a4, 0
    li a5, 0
    li s4, 0
    li s5, 0
    li s6, 0
    li s7, 0
    li s8, 0
    li s9, 0
    beqz t4, 11f
    addi t4, t4, -2
    bltz t4, 12f
    beqz t4, 13f
    j 14f

# ---- a block: passes of eight columns, from last to first ----------------------------------------
40:
    sw a7, {weights}(t5)
    beqz t4, 51f
    addi t4, t4, -2
    bltz t4, 52f
    beqz t4, 53f
    j 54f
50:
    FLOWLET_INPUTS 12
51:
    FLOWLET_BLOCK 24
    FLOWLET_INPUTS 8
52:
    FLOWLET_BLOCK 16
    FLOWLET_INPUTS 4
53:
    FLOWLET_BLOCK 8
    FLOWLET_INPUTS 0
54:
    FLOWLET_BLOCK 0
    addi a6, a6, -32
    addi t0, t0, -16
    bne t0, t1, 50b
    lw t5, {call}(sp)
    lw t6, {first_end}(t5)
    beq t1, t6, 31f
    j 34f

# ---- four blocks: the same -----------------------------------------------------------------------
10:
    FLOWLET_INPUTS 12
11:
    FLOWLET_BLOCKS 24
    FLOWLET_INPUTS 8
12:
    FLOWLET_BLOCKS 16
    FLOWLET_INPUTS 4
13:
    FLOWLET_BLOCKS 8
    FLOWLET_INPUTS 0
14:
    FLOWLET_BLOCKS 0
    addi a6, a6, -32
    addi a7, a7, -32
    addi s10, s10, -32
    addi s11, s11, -32
    addi t0, t0, -16
    bne t0, t1, 10b
    lw t5, {call}(sp)
    lw t6, {first_end}(t5)
    bne t1, t6, 33f

# ---- the end of a segment ------------------------------------------------------------------------
    FLOWLET_DECODE a5, s9, 7
    FLOWLET_DECODE a4, s8, 6
    FLOWLET_DECODE a3, s7, 5
    FLOWLET_DECODE a2, s6, 4
    FLOWLET_DECODE a1, s5, 3
    FLOWLET_DECODE a0, s4, 2
31:
    FLOWLET_DECODE s1, s3, 1
    FLOWLET_DECODE s0, s2, 0
    lw t6, {begin}(t5)
    beq t1, t6, 60f
# The next segment: 256 A + B continues from B, so their difference starts from 0.
32:
    mv a5, s9
    mv a4, s8
    mv a3, s7
    mv a2, s6
    mv a1, s5
    mv a0, s4
    mv s1, s3
    mv s0, s2
    lw t6, {segment}(t5)
    sub t1, t1, t6
    lw t6, {rows}(t5)
    li t4, {several}
    bgeu t6, t4, 10b
    j 50b
33:
    FLOWLET_ADD a5, s9, 7
    FLOWLET_ADD a4, s8, 6
    FLOWLET_ADD a3, s7, 5
    FLOWLET_ADD a2, s6, 4
    FLOWLET_ADD a1, s5, 3
    FLOWLET_ADD a0, s4, 2
34:
    FLOWLET_ADD s1, s3, 1
    FLOWLET_ADD s0, s2, 0
    lw t6, {begin}(t5)
    bne t1, t6, 32b

# ---- the epilogue of these rows ------------------------------------------------------------------
# a2 scales, a3 biases, a4 output, a5 sums; a7 rows after these; t0 end of the output, t1 32768 and
# 1/2 in the format of a product, t2 65535, t3 shift, t5 `Call`. For a curve t4 2^shift - 1, t6
# drop, ra half, a6 table; for a linear layer t4 -32768.
60:
    lw a7, {rows}(t5)
    li a0, 16
    li a1, {several}
    bgeu a7, a1, 61f
    li a0, 4
61:
    bgeu a7, a0, 62f
    mv a0, a7
62:
    sub a7, a7, a0
    lw a2, {scales}(t5)
    lw a3, {biases}(t5)
    lw a4, {output}(t5)
    lw t3, {shift}(t5)
    addi a5, sp, {sums}
    li t1, (32768 << 10) + (1 << 9)
    li t2, 65535
    slli t0, a0, 1
    add t0, t0, a4
    sw a7, {rows}(t5)
    andi a0, a0, 1
    beqz a0, 63f
    # An odd number of rows begins with the second row of a pass.
    addi a2, a2, -4
    addi a3, a3, -2
    addi a4, a4, -2
    addi a5, a5, -4
63:
    beqz t3, 70f
    lw t4, {mask}(t5)
    lw t6, {drop}(t5)
    lw ra, {half}(t5)
    lw a6, {table}(t5)
    bnez a0, 66f
64:
    FLOWLET_REQUANTISE 0
    bltu t2, s0, 68f
65:
    FLOWLET_CURVE 0
66:
    FLOWLET_REQUANTISE 1
    bltu t2, s0, 69f
67:
    FLOWLET_CURVE 1
    FLOWLET_NEXT_ROWS
    bne a4, t0, 64b
    j 80f
68:
    FLOWLET_SATURATE
    j 65b
69:
    FLOWLET_SATURATE
    j 67b
70:
    li t4, -32768
    bnez a0, 73f
71:
    FLOWLET_REQUANTISE 0
    bltu t2, s0, 75f
72:
    FLOWLET_LINEAR 0
73:
    FLOWLET_REQUANTISE 1
    bltu t2, s0, 76f
74:
    FLOWLET_LINEAR 1
    FLOWLET_NEXT_ROWS
    bne a4, t0, 71b
    j 80f
75:
    FLOWLET_SATURATE
    j 72b
76:
    FLOWLET_SATURATE
    j 74b
80:
    sw a2, {scales}(t5)
    sw a3, {biases}(t5)
    sw a4, {output}(t5)
    bnez a7, 20b
    FLOWLET_SAVED lw
    addi sp, sp, {frame}
    ret

.purgem FLOWLET_WORD
.purgem FLOWLET_BLOCK
.purgem FLOWLET_BLOCKS
.purgem FLOWLET_INPUTS
.purgem FLOWLET_DECODE
.purgem FLOWLET_ADD
.purgem FLOWLET_REQUANTISE
.purgem FLOWLET_SATURATE
.purgem FLOWLET_CURVE
.purgem FLOWLET_LINEAR
.purgem FLOWLET_NEXT_ROWS
.purgem FLOWLET_SAVED
.option pop
