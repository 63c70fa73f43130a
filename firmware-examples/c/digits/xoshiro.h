/* xoshiro128++ (Blackman and Vigna), seeded by SplitMix64. It gives the numbers of rand_xoshiro's
   Xoshiro128PlusPlus, so that C and Rust draw the same samples. Not for secrets. */
#ifndef XOSHIRO_H
#define XOSHIRO_H

#include <stdint.h>

typedef struct {
    uint32_t s[4];
} xoshiro;

static inline void xoshiro_seed(xoshiro *generator, uint64_t seed) {
    int i;
    for (i = 0; i < 4; i += 2) {
        uint64_t z = seed += UINT64_C(0x9e3779b97f4a7c15);
        z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
        z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
        z ^= z >> 31;
        generator->s[i] = (uint32_t)z;
        generator->s[i + 1] = (uint32_t)(z >> 32);
    }
}

static inline uint32_t xoshiro_rotate(uint32_t x, int by) { return (x << by) | (x >> (32 - by)); }

/* Function `next` of a flowlet_random whose context is a generator. */
static uint32_t xoshiro_next(void *context) {
    uint32_t *s = ((xoshiro *)context)->s;
    uint32_t next = xoshiro_rotate(s[0] + s[3], 7) + s[0], t = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = xoshiro_rotate(s[3], 11);
    return next;
}

#endif
