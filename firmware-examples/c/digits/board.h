/* Functions that the program needs from the board. */
#ifndef BOARD_H
#define BOARD_H

/* Writes a text to the terminal of the host that emulates or debugs the board. */
void board_write(const char *text);

/* Ends the emulation; status 0 means success. */
void board_exit(int status) __attribute__((noreturn));

#endif
