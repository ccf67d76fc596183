package bourse.engine.log;

import bourse.engine.store.LinuxFile;
import bourse.engine.store.Recording;
import bourse.engine.store.RecordingCatalog;
import io.aeron.archive.status.RecordingPos;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.status.CountersReader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.SyncFailedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Keeps the page cache of what is recorded at one size: what lies further behind is written to the disk and its memory given back, to be taken again by what is recorded next.
 * Left to itself a log takes all memory there is, page by page that nobody has touched since the machine started: on a virtual machine, whose host
 * finds memory for such a page first, writing to one took thirteen times what writing to one of a moment ago does (docs/BENCH.md). Snapshots and readers that resume from further
 * back bring pages back for a while. Cold. Thread: its own.
 */
final class RecordedPages implements AutoCloseable {
    /** Written and given back at once. */
    static final int STEP_BYTES = 8 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(RecordedPages.class);
    private static final long BUSY_NS = TimeUnit.MILLISECONDS.toNanos(25);
    private static final long IDLE_NS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long CLOSE_TIMEOUT_MS = 5_000;

    private final Path archive;
    private final int cachedBytes;
    private final Consumer<Map<Long, Long>> source;
    private final ErrorHandler errors;
    private final Map<Long, Long> positions = new HashMap<>();
    private final Map<Long, Written> written = new HashMap<>();
    private final Thread thread;
    private boolean hasMoved;
    private volatile boolean isClosing;

    /** A recording that is being written. */
    private static final class Written {
        final Recording recording;
        final int stepBytes;
        long position;
        long releasedTo;

        Written(final Recording recording) {
            this.recording = recording;
            stepBytes = Math.min(STEP_BYTES, recording.segmentBytes());
            releasedTo = recording.segmentBase(recording.startPosition());
        }
    }

    private RecordedPages(final Path archive, final int cachedBytes, final Consumer<Map<Long, Long>> source, final ErrorHandler errors) {
        this.archive = archive;
        this.errors = errors;
        this.cachedBytes = cachedBytes;
        this.source = source;
        thread = Thread.ofPlatform().daemon().name("recorded-pages").start(this::run);
    }

    /**
     * Null where nothing is to be given back, or the system has no call for it.
     *
     * @param archive     directory of the recordings
     * @param cachedBytes of each recording are left in memory
     * @param source      adds how far each recording that is being written has got, in bytes, by its id: see {@link #positions}; asked again and again
     * @param errors      told when the disk does not take what was recorded
     */
    static RecordedPages start(final Path archive, final int cachedBytes, final Consumer<Map<Long, Long>> source, final ErrorHandler errors) {
        return cachedBytes > 0 && LinuxFile.isSupported() ? new RecordedPages(archive, cachedBytes, source, errors) : null;
    }

    /** What {@code source} adds. */
    static void positions(final CountersReader counters, final Map<Long, Long> positions) {
        for (int id = 0; id <= counters.maxCounterId() && counters.getCounterState(id) != CountersReader.RECORD_UNUSED; id++) {
            final long recordingId = RecordingPos.getRecordingId(counters, id);
            if (recordingId != RecordingPos.NULL_RECORDING_ID) {
                positions.put(recordingId, counters.getCounterValue(id));
            }
        }
    }

    private void run() {
        while (!isClosing) {
            hasMoved = false;
            try {
                positions.clear();
                source.accept(positions);
                written.keySet().retainAll(positions.keySet());
                positions.forEach(this::moved);
                for (final Written recording : written.values()) {
                    release(recording);
                }
            } catch (final SyncFailedException e) {
                errors.onError(e);
            } catch (final IOException | RuntimeException e) {
                LOG.debug("pages of the log are left to the system for now", e);
            }
            LockSupport.parkNanos(hasMoved ? BUSY_NS : IDLE_NS);
        }
    }

    private void moved(final long recordingId, final long position) {
        final Written known = written.computeIfAbsent(recordingId, id -> {
            final Recording recording = RecordingCatalog.find(archive, id);
            return recording == null ? null : new Written(recording);
        });
        if (known != null) {
            hasMoved |= known.position != position;
            known.position = position;
        }
    }

    private void release(final Written it) throws IOException {
        while (it.position - it.releasedTo >= (long) cachedBytes + it.stepBytes && !isClosing) {
            final long base = it.recording.segmentBase(it.releasedTo);
            final Path segment = it.recording.segmentFile(archive, base);
            final long offset = it.releasedTo - base;
            it.releasedTo += it.stepBytes;
            if (Files.exists(segment)) {
                try (LinuxFile file = LinuxFile.open(segment)) {
                    file.release(offset, it.stepBytes);
                }
            }
        }
    }

    /** Waits, a few seconds at most, until nothing is asked of {@code source} any more. */
    @Override
    public void close() {
        isClosing = true;
        LockSupport.unpark(thread);
        try {
            thread.join(CLOSE_TIMEOUT_MS);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
