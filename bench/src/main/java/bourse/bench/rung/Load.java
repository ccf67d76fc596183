package bourse.bench.rung;

import org.HdrHistogram.Histogram;

/** Commands on their way through one rung. Blocking calls of one thread, the rig's. */
interface Load extends AutoCloseable {
    /** Closed loop until {@code commands} in all have their outcomes; throws when that takes minutes. */
    void complete(long commands) throws InterruptedException;

    /** Closed loop: keeps the window full until {@code deadlineNs}; what is in flight then stays there. */
    void saturate(long deadlineNs) throws InterruptedException;

    /** Waits for the outcomes of all that is in flight. */
    void settle() throws InterruptedException;

    /**
     * Open loop: batches at fixed times whatever comes back, then {@link #settle}. Latencies count from when a batch was due, so that a stall
     * counts against every order that it delays.
     *
     * @return how far behind its plan the sender was at the end, ns
     */
    long pace(double ordersPerSecond, long deadlineNs) throws InterruptedException;

    /** Commands with outcomes so far. */
    long applied();

    /** Of the last {@link #pace}, ns from due to outcome. */
    Histogram latency();

    /** Of the last {@link #pace}: ns from due until the order was in the public feed; null where nobody listens to it. */
    default Histogram feedLatency() {
        return null;
    }

    /** While set, each report is folded, too. */
    void fold(StateFold fold);

    @Override
    void close();
}
