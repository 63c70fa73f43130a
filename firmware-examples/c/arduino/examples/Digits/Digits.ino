/* Prints a handwritten digit on the serial monitor every two seconds. */
#include <Flowlet.h>

#define DIGITS_IMPLEMENTATION
#include "digits.h" // flowlet export digits.flow --c -o digits.h

static uintptr_t memory[FLOWLET_SAMPLER_BYTES(DIGITS_DIM, DIGITS_WIDTH) / sizeof(uintptr_t)];
static flowlet_model model;
static flowlet_sampler *sampler;

// Hashes a counter (splitmix32), for noise, not for secrets.
static uint32_t next(void *state) {
  uint32_t x = *static_cast<uint32_t *>(state) += 0x9e3779b9;
  x = (x ^ (x >> 16)) * 0x21f0aaad;
  x = (x ^ (x >> 15)) * 0x735a2d97;
  return x ^ (x >> 15);
}

static uint32_t state = 0;
static const flowlet_random noise = {next, NULL, &state};

static void check(flowlet_error error) {
  while (error != FLOWLET_OK) {
    Serial.println(flowlet_error_name(error));
    delay(1000);
  }
}

void setup() {
  Serial.begin(115200);
  // The lowest bits of a pin with nothing connected are random.
  for (int i = 0; i < 1000; i++) state = next(&state) ^ static_cast<uint32_t>(analogRead(A0));
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
