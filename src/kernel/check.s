@ Fails to assemble unless there are so many bytes of code from one label to another. `.if` cannot
@ compare labels before their addresses are known, but no space has a negative size.
.macro FLOWLET_CHECK from, to, bytes
    .space (\to - \from) - (\bytes)
    .space (\bytes) - (\to - \from)
.endm
