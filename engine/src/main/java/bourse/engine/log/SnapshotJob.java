package bourse.engine.log;

import bourse.engine.store.DamageException;
import bourse.engine.store.Recording;
import bourse.engine.store.RecordingCatalog;
import bourse.engine.store.SnapshotFile;
import bourse.engine.thread.ThreadPriority;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * Writes snapshots beside the running engine: a replica starts from the newest whole snapshot, reads the recorded log up to the marked position, and is
 * written down. The engine only marks the position, so it stands still for as long as the cluster needs for that, however many orders rest.
 *
 * <pre>
 *   engine:  … ─ entry ─ mark P ─ entry ─ …          (cluster's snapshot: a marker of 56 bytes)
 *   here:    newest snapshot ─► replica ─ log up to P ─► P.state, synced, read back ─► events up to P ─► P.NAME … ─► prune
 * </pre>
 *
 * <p>A marker without its file is a snapshot that does not exist: see {@link RecoveryPlan}. Thread: its own, at the lowest priority; {@link #request} any.
 */
final class SnapshotJob implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotJob.class);
    private static final long IDLE_NS = 5_000_000L;
    private static final long STOP_TIMEOUT_MS = 10_000;

    private final RecordedLog log;
    private final SnapshotDirectory files;
    private final SnapshotSetup setup;
    private final Pruning pruning;
    private final EventFolds folds;
    private final AtomicReference<SnapshotMarker> requested = new AtomicReference<>();
    private final Thread thread;
    private volatile boolean isClosing;
    private volatile boolean needsEngine;
    private volatile long writtenByEngine = -1;
    private final AtomicLong completed = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private volatile long lastPosition;
    private volatile long lastDurationMs;

    /** @param startPosition of the snapshot that this life starts from, 0 = none */
    SnapshotJob(final Path root, final SnapshotSetup setup, final Pruning pruning, final long startPosition) {
        lastPosition = startPosition;
        this.setup = setup;
        this.pruning = pruning;
        log = new RecordedLog(root);
        files = new SnapshotDirectory(DataDirectory.snapshots(root));
        folds = new EventFolds(log.archive(), files, setup.parts(), new LostEvents(log, files, setup));
        thread = Thread.ofPlatform().name("snapshot").daemon().unstarted(this::run);
        thread.start();
    }

    /** The cluster's snapshot holds this marker; a request that was not begun yet is given up for it. Never waits. */
    void request(final SnapshotMarker marker) {
        requested.set(marker);
        LockSupport.unpark(thread);
    }

    /**
     * Writes the state on the caller's thread, the engine's, which applies nothing meanwhile: a disk that does not take it costs the next start time, nothing else.
     *
     * @return false when it came to nothing
     */
    boolean writeNow(final SnapshotMarker marker, final LogListener state) throws IOException {
        try {
            Files.createDirectories(files.root());
            writeFile(marker, state);
            written(marker.position());
            return true;
        } catch (final UncheckedIOException e) {
            failed.incrementAndGet();
            LOG.warn("no snapshot at log position {}: {}; the next start reads more of the log", marker.position(), e.getMessage());
            return false;
        }
    }

    /**
     * The log behind the newest whole snapshot is damaged: no replica gets through it, and only the engine's own thread can write the state, once; those after it stand on
     * that one.
     */
    boolean needsEngine() {
        return needsEngine;
    }

    /** Likewise to {@link #writeNow}, and what belongs to it follows on this job's thread. */
    void writeForReplica(final SnapshotMarker marker, final LogListener state) throws IOException {
        LOG.warn("the engine writes the snapshot at log position {} itself, and applies nothing meanwhile: the log before it is damaged", marker.position());
        sync(log.recording(), lastPosition, marker.position());
        if (writeNow(marker, state)) {
            needsEngine = false;
            writtenByEngine = marker.position();
            request(marker);
        }
    }

    private void written(final long position) {
        lastPosition = position;
        completed.incrementAndGet();
    }

    /** Snapshots of this life whose files, the parts too, were written and read back. */
    long completed() {
        return completed.get();
    }

    /** Attempts of this life that came to nothing. */
    long failed() {
        return failed.get();
    }

    /** Log position of the last one, that of the start included; 0 = none. */
    long lastPosition() {
        return lastPosition;
    }

    /** How long it took. */
    long lastDurationMs() {
        return lastDurationMs;
    }

    private void run() {
        ThreadPriority.lowest();
        while (!isClosing) {
            final SnapshotMarker marker = requested.getAndSet(null);
            if (marker == null) {
                LockSupport.parkNanos(IDLE_NS);
            } else {
                attempt(marker);
            }
        }
    }

    private void attempt(final SnapshotMarker marker) {
        final long begunNs = System.nanoTime();
        try {
            if (writtenByEngine == marker.position()) {
                writeParts(marker);
            } else {
                writeState(marker);
                writeParts(marker);
                lastDurationMs = (System.nanoTime() - begunNs) / 1_000_000;
                written(marker.position());
            }
            pruning.run(files, log, partNames());
        } catch (final RuntimeException | IOException | OutOfMemoryError | InternalError e) {
            // Memory for a second book may be short now and there later; the thread must live to try again.
            if (!isClosing) {
                LOG.warn("no snapshot at log position {}: {}; the log is kept back to the one before", marker.position(), e.getMessage(), e);
            }
            failed.incrementAndGet();
        }
    }

    private List<String> partNames() {
        final List<String> names = new ArrayList<>();
        names.add(SnapshotDirectory.STATE);
        setup.parts().forEach(part -> names.add(part.name()));
        return names;
    }

    private void writeState(final SnapshotMarker marker) throws IOException {
        Files.createDirectories(files.root());
        try (Replica replica = setup.replicas().get()) {
            final LogListener state = replica.listener();
            final long from = restore(state, marker.position());
            state.onStart(new OfflineControl());
            replay(from, marker.position(), state);
            if (state.fingerprint() != marker.fingerprint() || state.lastEventSeq() != marker.eventSeq()) {
                throw new IllegalStateException("the replica is not what the engine is: lastEventSeq=" + state.lastEventSeq() + ", fingerprint="
                    + Long.toHexString(state.fingerprint()) + " (expected: " + marker.eventSeq() + ", " + Long.toHexString(marker.fingerprint()) + ")");
            }
            sync(log.recording(), from, marker.position());
            writeFile(marker, state);
        }
        final String damage = files.damageOf(marker.position(), SnapshotDirectory.STATE);
        if (damage != null) {
            throw new DamageException(damage);
        }
    }

    private void replay(final long from, final long to, final LogListener state) {
        try {
            log.replay(from, to, state);
        } catch (final DamageException e) {
            needsEngine = true;
            throw new DamageException("the log is damaged: " + e.getMessage() + ". The engine, which has what it did in memory, writes the next snapshot itself: take one now "
                + "(bourse snapshot), since a start without it would not get through the log either. bourse verify says more", e);
        }
    }

    private void writeFile(final SnapshotMarker marker, final LogListener state) {
        final SnapshotFile.Head head = new SnapshotFile.Head(marker.position(), marker.fingerprint(), marker.eventSeq(), System.currentTimeMillis());
        try (SnapshotFile.Writer writer = new SnapshotFile.Writer(files.file(marker.position(), SnapshotDirectory.STATE), head)) {
            state.onTakeSnapshot(writer::write);
            writer.commit();
        }
    }

    /** Into the replica the newest whole snapshot; returns its position. */
    private long restore(final LogListener state, final long limit) {
        final long position = files.newestWhole(limit, List.of(SnapshotDirectory.STATE));
        try {
            LogLimits.checkFrom(files.root().getParent(), Math.max(0, position));
        } catch (final DamageException e) {
            needsEngine = true;
            throw new DamageException(e.getMessage() + "; the engine writes the next one itself", e);
        }
        if (position >= 0) {
            StateRestore.read(files.file(position, SnapshotDirectory.STATE), state);
            return position;
        }
        for (final RecordedLog.Entry entry : log.snapshots()) {
            if (entry.position() < limit && log.marker(entry) == null) {
                state.onRestore(log.chunks(entry));
                return entry.position();
            }
        }
        return 0;
    }

    private void writeParts(final SnapshotMarker marker) throws IOException {
        if (setup.parts().isEmpty() || marker.eventRecordingId() < 0) {
            return;
        }
        sync(RecordingCatalog.find(log.archive(), marker.eventRecordingId()), 0, marker.eventPosition());
        folds.write(marker);
    }

    /** What a snapshot stands on must not be less durable than the snapshot: a log that ends before it could not go on. */
    private void sync(final Recording recording, final long from, final long to) throws IOException {
        if (recording == null) {
            return;
        }
        long base = recording.segmentBase(Math.max(recording.startPosition(), from));
        for (; base < to; base += recording.segmentBytes()) {
            final Path segment = recording.segmentFile(log.archive(), base);
            if (Files.exists(segment)) {
                try (FileChannel channel = FileChannel.open(segment, StandardOpenOption.WRITE)) {
                    channel.force(false);
                }
            }
        }
    }

    /** A snapshot under way is given up when it does not end soon: the next start does without it. */
    @Override
    public void close() {
        isClosing = true;
        LockSupport.unpark(thread);
        try {
            thread.join(STOP_TIMEOUT_MS);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
