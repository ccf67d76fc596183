package bourse.services.node;

import bourse.engine.store.SnapshotFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Watches the space on the disk of the data directory, so that it never runs out under a command that was taken. Thread: its own; {@link #state} any.
 *
 * <pre>
 *   plenty ── less than 8 reserves free ──► low: a warning ── less than 1 ──► full: new orders are refused, the reserve file is
 *      ▲                                                                      │ given back to the disk, cancellations use its space
 *      └──────── more than 3 free: the reserve file is made again ◄───────────┘
 * </pre>
 */
final class DiskGuard implements AutoCloseable {
    /** How much room there is. */
    enum State { PLENTY, LOW, FULL }

    private static final Logger LOG = LoggerFactory.getLogger(DiskGuard.class);
    private static final String RESERVE = "reserve";
    private static final long INTERVAL_MS = 100;
    private static final int LOW_RESERVES = 8;
    private static final int AGAIN_RESERVES = 3;

    private final Path directory;
    private final long reserveBytes;
    private final boolean ownsReserve;
    private final Consumer<Boolean> refusesNewOrders;
    private final ScheduledExecutorService timer;
    private volatile State state = State.PLENTY;
    private volatile long freeBytes;

    /**
     * Begins to watch.
     *
     * @param reserveBytes     0 = nothing is watched
     * @param ownsReserve      this process holds the reserve file: the engine's does
     * @param refusesNewOrders told when that changes
     */
    DiskGuard(final Path directory, final long reserveBytes, final boolean ownsReserve, final Consumer<Boolean> refusesNewOrders) {
        this.directory = directory;
        this.reserveBytes = reserveBytes;
        this.ownsReserve = ownsReserve;
        this.refusesNewOrders = refusesNewOrders;
        timer = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("disk").factory());
        if (reserveBytes > 0) {
            check();
            timer.execute(this::setAside);
            timer.scheduleWithFixedDelay(this::check, INTERVAL_MS, INTERVAL_MS, TimeUnit.MILLISECONDS);
        }
    }

    /** Beside the start, which need not wait for it. */
    private void setAside() {
        if (ownsReserve && free() > AGAIN_RESERVES * reserveBytes) {
            makeReserve();
        }
    }

    State state() {
        return state;
    }

    boolean isWatching() {
        return reserveBytes > 0;
    }

    /** As last seen, at most {@link #INTERVAL_MS} ago; 0 when nothing is watched. */
    long freeBytes() {
        return freeBytes;
    }

    private void check() {
        freeBytes = free();
        final State before = state;
        final State now = next(before, freeBytes);
        if (now == before) {
            return;
        }
        state = now;
        switch (now) {
            case FULL -> {
                LOG.error("disk nearly full: {} bytes free in {}; new orders are refused, cancellations pass. Free some space, or add some: trading goes on by itself",
                    freeBytes, directory);
                refusesNewOrders.accept(true);
                if (ownsReserve) {
                    removeReserve();
                }
            }
            case LOW -> LOG.warn("disk low: {} bytes free in {}; below {} new orders are refused", freeBytes, directory, reserveBytes);
            case PLENTY -> LOG.info("disk has room: {} bytes free in {}", freeBytes, directory);
        }
        if (before == State.FULL) {
            if (ownsReserve) {
                makeReserve();
            }
            refusesNewOrders.accept(false);
            LOG.info("new orders are taken again");
        }
    }

    private State next(final State before, final long free) {
        // The process that holds the reserve may have given it back already: then there is more room, and the disk is full all the same.
        final boolean isReserveSpent = !ownsReserve && !Files.exists(directory.resolve(RESERVE));
        if (free < (before == State.FULL || isReserveSpent ? AGAIN_RESERVES : 1) * reserveBytes) {
            return State.FULL;
        }
        return free < LOW_RESERVES * reserveBytes ? State.LOW : State.PLENTY;
    }

    private long free() {
        try {
            return Files.getFileStore(directory).getUsableSpace();
        } catch (final IOException e) {
            LOG.warn("the space on the disk is not known: {}", e.toString());
            return Long.MAX_VALUE;
        }
    }

    /** Space that is really taken: written, not only promised. */
    private void makeReserve() {
        final Path file = directory.resolve(RESERVE);
        try {
            if (Files.exists(file) && Files.size(file) == reserveBytes) {
                return;
            }
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                final ByteBuffer zeros = ByteBuffer.allocateDirect(1 << 20);
                for (long at = 0; at < reserveBytes; at += zeros.capacity()) {
                    zeros.clear().limit((int) Math.min(zeros.capacity(), reserveBytes - at));
                    while (zeros.hasRemaining()) {
                        channel.write(zeros, at + zeros.position());
                    }
                }
            }
        } catch (final IOException e) {
            LOG.warn("no reserve of {} bytes in {}: {}", reserveBytes, directory, e.toString());
            removeReserve();
        }
    }

    private void removeReserve() {
        try {
            Files.deleteIfExists(directory.resolve(RESERVE));
            SnapshotFile.syncDirectory(directory);
        } catch (final IOException e) {
            LOG.warn("the reserve in {} cannot be removed: {}", directory, e.toString());
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
