/* What the program asks of the board. */
#ifndef BOARD_H
#define BOARD_H

/* Writes a text to the terminal of the host that debugs or emulates the board. */
void board_write(const char *text);

/* Ends the emulation; 0 is well. */
void board_exit(int status);

#endif
