package bourse.services.simulation;

import java.util.SplittableRandom;

/** Between members: takes time, and carries nothing from or to a member that is cut off. */
final class Network {
    private static final long MIN_DELAY_NS = 50_000;
    private static final int MORE_DELAY_NS = 400_000;

    private final Timeline time;
    private final SplittableRandom random;
    private final int[] cuts;
    private long slowUntilNs;
    private long slowNs;

    Network(final Timeline time, final SplittableRandom random, final int members) {
        this.time = time;
        this.random = random;
        cuts = new int[members];
    }

    boolean isReachable(final int from, final int to) {
        return from == to || cuts[from] == 0 && cuts[to] == 0;
    }

    void send(final int from, final int to, final Runnable arrival) {
        if (isReachable(from, to)) {
            time.after(delayNs(), () -> {
                if (isReachable(from, to)) {
                    arrival.run();
                }
            });
        }
    }

    long delayNs() {
        return MIN_DELAY_NS + random.nextInt(MORE_DELAY_NS) + (time.nowNs() < slowUntilNs ? random.nextLong(slowNs) : 0);
    }

    void cut(final int member, final long forNs) {
        cuts[member]++;
        time.after(forNs, () -> cuts[member]--);
    }

    void slow(final long byNs, final long forNs) {
        slowNs = byNs;
        slowUntilNs = time.nowNs() + forNs;
    }
}
