package bourse.services.node;

import bourse.engine.store.FrameScan;
import bourse.engine.store.Recording;
import bourse.engine.store.RecordingReader;
import bourse.services.transport.EventOrigin;
import org.agrona.DirectBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/**
 * What was recorded behind a reader's snapshot, read straight from the files while the engine applies its log: by the archive's replay, which shares the
 * engine's thread, it would take its turn afterwards. The end is left to the replay: there a torn frame may be cut, and market data keep what they read
 * there for re-requests. Whatever this does not like it leaves to the replay, too. Cold.
 */
final class RecordedTail {
    /** Bytes of events that are left. */
    static final long LEFT_BYTES = 8L << 20;
    private static final Logger LOG = LoggerFactory.getLogger(RecordedTail.class);

    /** Takes a fragment of events. */
    @FunctionalInterface
    interface Target {
        void onEvents(DirectBuffer buffer, int offset, int length);
    }

    private final Path archive;
    private final List<Recording> recordings;
    private final long leftBytes;

    /**
     * @param recordings of events, ascending
     * @param leftBytes  at the end that are not read, at least 0
     */
    RecordedTail(final Path archive, final List<Recording> recordings, final long leftBytes) {
        this.archive = archive;
        this.recordings = recordings;
        this.leftBytes = leftBytes;
    }

    /**
     * Brings a reader nearer to the end.
     *
     * @param known what it knows; null = nothing
     * @return the same further on; null when it still knows nothing
     */
    EventOrigin read(final EventOrigin known, final Target target) {
        if (recordings.isEmpty() || known == null && recordings.getFirst().startPosition() > 0) {
            return known;
        }
        final EventOrigin origin = known == null ? EventOrigin.beginning(recordings.getFirst()) : known;
        final long begunNs = System.nanoTime();
        long bytes = 0;
        try {
            for (int i = 0; i < recordings.size(); i++) {
                final Recording recording = recordings.get(i);
                if (recording.recordingId() < origin.recordingId()) {
                    continue;
                }
                final boolean isLast = i == recordings.size() - 1;
                final long from = recording.recordingId() == origin.recordingId() ? origin.position() : recording.startPosition();
                final long end = FrameScan.storedEnd(archive, recording);
                final long to = isLast ? end - leftBytes : end;
                bytes += read(recording, from, to, origin, target);
                if (!isLast && to < recording.knownEnd()) {
                    break;
                }
            }
        } catch (final UncheckedIOException e) {
            LOG.debug("the rest is left to the replay", e);
        }
        if (bytes > 0) {
            LOG.info("read {} KiB of recorded events up to number {}, ms={}", bytes >> 10, origin.lastEventSeq(), (System.nanoTime() - begunNs) / 1_000_000);
        }
        return origin.lastEventSeq() == 0 ? known : origin;
    }

    private long read(final Recording recording, final long from, final long to, final EventOrigin origin, final Target target) {
        if (to <= from) {
            return 0;
        }
        try (RecordingReader reader = new RecordingReader(archive, recording, from)) {
            return reader.read(to, (buffer, offset, length, start, end) -> {
                target.onEvents(buffer, offset, length);
                origin.advance(buffer, offset, recording.recordingId(), start, end);
            }) - from;
        }
    }
}
