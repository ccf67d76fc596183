package bourse.bench.core;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.LockSupport;

/**
 * Once a millisecond: how long the measured thread had to wait for a core (the kernel's run-queue delay), how much the hypervisor stole, and by
 * how much this thread itself woke late. Linux; elsewhere it samples only itself. Thread: its own, started and joined by the bench; the samples
 * are read after {@link #stop}. No allocation while it runs.
 */
final class PauseSampler {
    private static final int MAX_SAMPLES = 1 << 18;
    private static final long PERIOD_NS = 1_000_000;
    private static final long NS_PER_TICK = 10_000_000;
    private static final int STEAL_COLUMN = 8;

    private final long[] atNs = new long[MAX_SAMPLES];
    private final long[] waitedNs = new long[MAX_SAMPLES];
    private final long[] stolenNs = new long[MAX_SAMPLES];
    private final long[] lateNs = new long[MAX_SAMPLES];
    private final ByteBuffer text = ByteBuffer.allocateDirect(512);
    private final FileChannel schedule;
    private final FileChannel cpus = open(Path.of("/proc/stat"));
    private final Thread thread = Thread.ofPlatform().name("pause-sampler").daemon().unstarted(this::run);
    private volatile boolean stopped;
    private int count;

    /** Of the calling thread. */
    PauseSampler() {
        Path self = null;
        try {
            self = Path.of("/proc/thread-self").toRealPath().resolve("schedstat");
        } catch (final IOException e) {
            // not Linux: nothing to read there
        }
        schedule = open(self);
    }

    private static FileChannel open(final Path file) {
        try {
            return file == null ? null : FileChannel.open(file, StandardOpenOption.READ);
        } catch (final IOException e) {
            return null;
        }
    }

    void start() {
        thread.start();
    }

    void stop() throws InterruptedException {
        stopped = true;
        thread.join();
        close(schedule);
        close(cpus);
    }

    private static void close(final FileChannel file) {
        try {
            if (file != null) {
                file.close();
            }
        } catch (final IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void run() {
        long expected = System.nanoTime();
        while (!stopped && count < MAX_SAMPLES) {
            final long now = System.nanoTime();
            atNs[count] = now;
            lateNs[count] = Math.max(0, now - expected);
            waitedNs[count] = number(schedule, 1);
            stolenNs[count] = number(cpus, STEAL_COLUMN) * NS_PER_TICK;
            count++;
            expected = System.nanoTime() + PERIOD_NS;
            LockSupport.parkNanos(PERIOD_NS);
        }
    }

    /** The number in this column (0 = first) of the file's first line, 0 where there is none. */
    private long number(final FileChannel file, final int column) {
        if (file == null) {
            return 0;
        }
        try {
            text.clear();
            file.read(text, 0);
            text.flip();
        } catch (final IOException e) {
            return 0;
        }
        int at = 0;
        boolean inWord = false;
        long value = 0;
        while (text.hasRemaining()) {
            final byte next = text.get();
            if (next == '\n') {
                break;
            }
            final boolean isWord = next != ' ';
            if (isWord && at == column) {
                value = value * 10 + next - '0';
            } else if (!isWord && inWord) {
                at++;
            }
            inWord = isWord;
        }
        return at >= column ? value : 0;
    }

    /** How long the measured thread waited for a core around this span. */
    long waitedNs(final long fromNs, final long toNs) {
        return change(waitedNs, fromNs, toNs);
    }

    /** CPU time that the hypervisor took from the machine around this span, in steps of {@value #NS_PER_TICK} ns. */
    long stolenNs(final long fromNs, final long toNs) {
        return change(stolenNs, fromNs, toNs);
    }

    /** The latest that the sampler itself woke in this span. */
    long lateNs(final long fromNs, final long toNs) {
        long most = 0;
        for (int i = 0; i < count; i++) {
            if (atNs[i] >= fromNs && atNs[i] - lateNs[i] <= toNs) {
                most = Math.max(most, lateNs[i]);
            }
        }
        return most;
    }

    private long change(final long[] values, final long fromNs, final long toNs) {
        int before = 0;
        int after = count - 1;
        for (int i = 0; i < count; i++) {
            if (atNs[i] <= fromNs) {
                before = i;
            }
            if (atNs[i] >= toNs) {
                after = Math.min(i, after);
            }
        }
        return count == 0 ? 0 : values[after] - values[before];
    }
}
