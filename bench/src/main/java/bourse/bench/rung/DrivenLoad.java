package bourse.bench.rung;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Closed and open loop over a {@link Driver}, spinning: one thread sends, reads and takes the time. Hot path. Thread: the rig's. */
final class DrivenLoad implements Load {
    static final long LONGEST_NS = TimeUnit.SECONDS.toNanos(60);
    private static final long STALLED_NS = TimeUnit.SECONDS.toNanos(30);
    private static final int IN_FLIGHT = 1 << 16;

    private final Driver driver;
    private final int window;
    private final long[] dueNs = new long[IN_FLIGHT];
    private final long[] endSeq = new long[IN_FLIGHT];
    private final int[] counts = new int[IN_FLIGHT];
    private final Histogram latency = new Histogram(LONGEST_NS, 3);
    private long sent;
    private long applied;

    /** @param window commands in flight, at least two batches */
    DrivenLoad(final Driver driver, final int window) {
        this.driver = driver;
        this.window = window;
    }

    @Override
    public void complete(final long commands) {
        while (sent < commands) {
            sendOne();
        }
        settle();
        if (sent != commands) {
            throw new IllegalStateException("sent: " + sent + " (expected: a batch that ends at " + commands + ")");
        }
    }

    @Override
    public void saturate(final long deadlineNs) {
        do {
            for (int i = 0; i < 16; i++) {
                sendOne();
            }
        } while (System.nanoTime() - deadlineNs < 0);
    }

    /** One batch, when the window has room; then whatever has come back. */
    private void sendOne() {
        final long before = applied;
        if (sent - before < window) {
            sent += driver.send();
        }
        applied = driver.poll();
        if (applied == before && sent - applied >= window) {
            awaitProgress(before);
        }
    }

    private void awaitProgress(final long before) {
        final long giveUpNs = System.nanoTime() + STALLED_NS;
        while ((applied = driver.poll()) == before) {
            Thread.onSpinWait();
            if (System.nanoTime() - giveUpNs > 0) {
                throw new IllegalStateException("no outcome within 30 s, sent=" + sent + ", applied=" + applied);
            }
        }
    }

    @Override
    public void settle() {
        while (applied < sent) {
            final long before = applied;
            applied = driver.poll();
            if (applied == before) {
                awaitProgress(before);
            }
        }
    }

    @Override
    public long pace(final double ordersPerSecond, final long deadlineNs) {
        latency.reset();
        final long startNs = System.nanoTime();
        final double nsPerOrder = 1e9 / ordersPerSecond;
        long head = 0;
        long tail = 0;
        final long first = sent;
        long due = startNs;
        while (due < deadlineNs) {
            due = startNs + (long) ((sent - first) * nsPerOrder);
            int count = 0;
            while (count == 0) {
                if (System.nanoTime() >= due && tail - head < IN_FLIGHT) {
                    count = driver.send();
                }
                if (count > 0) {
                    final int slot = (int) tail++ & IN_FLIGHT - 1;
                    dueNs[slot] = due;
                    counts[slot] = count;
                    sent += count;
                    endSeq[slot] = sent;
                }
                head = take(head, tail);
                if (count == 0) {
                    Thread.onSpinWait();
                }
            }
        }
        final long behindNs = System.nanoTime() - due;
        final long giveUpNs = System.nanoTime() + STALLED_NS;
        while (head < tail) {
            head = take(head, tail);
            if (System.nanoTime() - giveUpNs > 0) {
                throw new IllegalStateException("no outcome within 30 s, sent=" + sent + ", applied=" + applied);
            }
        }
        return behindNs;
    }

    private long take(final long from, final long tail) {
        applied = driver.poll();
        long head = from;
        if (head < tail && endSeq[(int) head & IN_FLIGHT - 1] <= applied) {
            final long nowNs = System.nanoTime();
            while (head < tail && endSeq[(int) head & IN_FLIGHT - 1] <= applied) {
                final int slot = (int) head++ & IN_FLIGHT - 1;
                latency.recordValueWithCount(Math.clamp(nowNs - dueNs[slot], 1, LONGEST_NS), counts[slot]);
            }
        }
        return head;
    }

    @Override
    public long applied() {
        return applied;
    }

    @Override
    public Histogram latency() {
        return latency;
    }

    @Override
    public void fold(final StateFold fold) {
        driver.fold(fold);
    }

    @Override
    public void close() {
        driver.close();
    }
}
