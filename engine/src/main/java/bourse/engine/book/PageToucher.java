package bourse.engine.book;

import bourse.engine.thread.ThreadPriority;
import org.agrona.UnsafeApi;

import java.util.ArrayList;
import java.util.List;

/**
 * Makes pages that are allocated ready for use, one after the other, beside whoever uses the memory already: it changes no byte. Cold. Thread: its own,
 * of the lowest priority; the others the owner's.
 */
final class PageToucher implements AutoCloseable {
    private static final int PAGE = 4096;

    private final List<long[]> ranges = new ArrayList<>();
    private Thread thread;
    private volatile boolean isStopped;

    /** Before {@link #start}. */
    void add(final long address, final long bytes) {
        ranges.add(new long[] {address, bytes});
    }

    /** Begins when there is something to do. */
    void start() {
        if (!ranges.isEmpty()) {
            thread = Thread.ofPlatform().name("book-memory").daemon().start(this::run);
        }
    }

    private void run() {
        ThreadPriority.lowest();
        for (final long[] range : ranges) {
            for (long at = range[0]; at < range[0] + range[1] && !isStopped; at += PAGE) {
                UnsafeApi.getAndAddInt(null, at, 0);
            }
        }
    }

    /** When it returns, nothing is touched any more. */
    @Override
    public void close() {
        isStopped = true;
        if (thread == null) {
            return;
        }
        boolean isInterrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (final InterruptedException e) {
                isInterrupted = true;
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
