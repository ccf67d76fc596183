package bourse.bench.regime;

/**
 * MT19937 (Matsumoto and Nishimura, 1998), 32 bits, as C++ has it in {@code std::mt19937}: the one generator whose numbers are the same
 * everywhere. The distributions are those of the public benchmark's documents, so that a seed means the same run there and here.
 */
final class MersenneTwister {
    private static final int LENGTH = 624;
    private static final int MIDDLE = 397;
    private static final double TINIEST = 1e-300;

    private final int[] state = new int[LENGTH];
    private int next = LENGTH;

    /** @param seed 0..2^32-1 */
    MersenneTwister(final long seed) {
        if (seed < 0 || seed > 0xFFFF_FFFFL) {
            throw new IllegalArgumentException("seed: " + seed + " (expected: 0..4294967295)");
        }
        state[0] = (int) seed;
        for (int i = 1; i < LENGTH; i++) {
            state[i] = 1_812_433_253 * (state[i - 1] ^ state[i - 1] >>> 30) + i;
        }
    }

    /** The next 32 bits, unsigned. */
    long word() {
        if (next == LENGTH) {
            refill();
        }
        int y = state[next++];
        y ^= y >>> 11;
        y ^= y << 7 & 0x9d2c5680;
        y ^= y << 15 & 0xefc60000;
        return (y ^ y >>> 18) & 0xFFFF_FFFFL;
    }

    private void refill() {
        for (int i = 0; i < LENGTH; i++) {
            final int y = state[i] & 0x80000000 | state[(i + 1) % LENGTH] & 0x7fffffff;
            state[i] = state[(i + MIDDLE) % LENGTH] ^ y >>> 1 ^ ((y & 1) == 0 ? 0 : 0x9908b0df);
        }
        next = 0;
    }

    /** 0 and up, below 1, 53 bits of two words. */
    double uniform() {
        final long high = word() >>> 5;
        final long low = word() >>> 6;
        return (high * 67_108_864.0 + low) * (1.0 / 9_007_199_254_740_992.0);
    }

    /** {@code least..most}. */
    int between(final int least, final int most) {
        return least + (int) (uniform() * (most - least + 1.0));
    }

    /** Standard normal: Box and Muller's cosine. */
    double normal() {
        final double first = Math.max(TINIEST, uniform());
        final double second = uniform();
        return Math.sqrt(-2.0 * Math.log(first)) * Math.cos(2.0 * Math.PI * second);
    }

    /** Exponential with this rate. */
    double exponential(final double rate) {
        return -Math.log(Math.max(TINIEST, uniform())) / rate;
    }
}
