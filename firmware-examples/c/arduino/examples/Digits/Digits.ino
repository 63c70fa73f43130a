/* Prints a handwritten digit on the serial monitor every two seconds. */
#include <Flowlet.h>

#define DIGITS_IMPLEMENTATION
#include "digits.h" // flowlet export digits.flow --c -o digits.h

static uintptr_t memory[FLOWLET_SAMPLER_BYTES(DIGITS_DIM, DIGITS_WIDTH) / sizeof(uintptr_t)];
static flowlet_model model;
static flowlet_sampler *sampler;

// xorshift32 (Marsaglia), for noise, not for secrets. Its state is never 0.
static uint32_t next(void *state) {
  uint32_t *x = static_cast<uint32_t *>(state);
  *x ^= *x << 13;
  *x ^= *x >> 17;
  *x ^= *x << 5;
  return *x;
}

static uint32_t state = 1;
static const flowlet_random noise = {next, NULL, &state};

static void check(flowlet_error error) {
  while (error != FLOWLET_OK) {
    Serial.println(flowlet_error_name(error));
    delay(1000);
  }
}

void setup() {
  Serial.begin(115200);
  state = 2 * micros() + 1;
  check(flowlet_open(&model, digits_model, DIGITS_LENGTH));
  check(flowlet_new(&sampler, &model, memory, sizeof memory));
}

void loop() {
  uint16_t digit = 0;
  check(flowlet_sample(sampler, &noise));
  check(flowlet_sample_class(sampler, &digit));
  Serial.println(digit);
  for (uint16_t i = 0; i < DIGITS_DIM; i++) {
    flowlet_fixed value; // 0 for paper to 16 for full ink
    check(flowlet_value(sampler, i, &value));
    int32_t ink = flowlet_rescale_saturating(value, 0);
    Serial.print(ink < 4 ? "  " : ink < 10 ? "++" : "##");
    if (i % 8 == 7) Serial.println();
  }
  delay(2000);
}
