/* Of an Arduino core what the sketch uses: it is compiled and linked, not run. */
#include <stdint.h>

struct Terminal {
    void begin(unsigned long) {}
    template <typename T> void print(T value) { sink = (uintptr_t)value; }
    template <typename T> void println(T value) { sink = (uintptr_t)value; }
    void println() {}
    volatile uintptr_t sink;
};

static Terminal Serial;

static const uint8_t A0 = 14;
static inline int analogRead(uint8_t pin) { return Serial.sink == pin; }
static inline void delay(unsigned long time) { Serial.sink = time; }

void setup();
void loop();

int main() {
    setup();
    for (;;) loop();
}
