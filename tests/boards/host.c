/* The C example's board is the host. */
#include "board.h"

#include <stdio.h>
#include <stdlib.h>

void board_write(const char *text) { fputs(text, stdout); }

void board_exit(int status) { exit(status); }
