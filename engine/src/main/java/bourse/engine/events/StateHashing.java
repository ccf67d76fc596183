package bourse.engine.events;

/** The mixing step of state hashes: 64-bit finaliser of SplitMix64 (Steele, Lea, Flood 2014). Hot path. */
public final class StateHashing {
    private StateHashing() {
    }

    public static long mix(final long hash, final long value) {
        long z = hash * 0x9E3779B97F4A7C15L + value + 0x632BE59BD9B4E019L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
