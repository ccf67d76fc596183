package bourse.engine.log;

import bourse.engine.store.SnapshotFile;

import java.nio.file.Path;

/** Reads the state from its file on a thread of its own while the log starts. Threads: the starter's; then the service's, which waits for it. */
final class StateRestore {
    private final Path file;
    private final Thread thread;
    private volatile Throwable failure;

    private StateRestore(final Path file, final LogListener listener, final StageClock clock) {
        this.file = file;
        thread = Thread.ofPlatform().name("restore").daemon().unstarted(() -> {
            try (StageClock.Span ignored = clock.begin("state")) {
                read(file, listener);
            } catch (final RuntimeException | Error e) {
                failure = e;
            }
        });
    }

    static StateRestore begin(final Path file, final LogListener listener, final StageClock clock) {
        final StateRestore restore = new StateRestore(file, listener, clock);
        restore.thread.start();
        return restore;
    }

    /** Hands every chunk of a file to a state machine. */
    static SnapshotFile.Head read(final Path file, final LogListener listener) {
        try (SnapshotFile.Reader reader = new SnapshotFile.Reader(file)) {
            listener.onRestore(handler -> reader.next(handler::onChunk));
            return reader.head();
        }
    }

    /** Waits until it is read; throws what went wrong. */
    void await() {
        try {
            thread.join();
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the snapshot was read: " + file, e);
        }
        if (failure != null) {
            // Its checksums were right.
            throw new IllegalStateException("snapshot cannot be read: " + file + " (" + failure.getMessage() + "); it may hold more than the limits allow that this"
                + " start has (engine.maxOrders, engine.maxInstruments, …): set them back to what they were", failure);
        }
    }
}
