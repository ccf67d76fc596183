package bourse.engine.log;

import bourse.engine.store.DamageException;
import bourse.engine.store.SnapshotFile;
import bourse.sbe.engine.EventBatchDecoder;
import bourse.sbe.engine.MessageHeaderDecoder;
import org.agrona.DirectBuffer;

import java.nio.file.Path;

/**
 * Events whose recording is damaged, made once more: a replica reads the log behind a snapshot that is older than they are, and publishes the same fragments. What was
 * recorded stays as it is, for an operator to look at. Cold. Thread: the snapshot's.
 */
final class LostEvents {
    private final RecordedLog log;
    private final SnapshotDirectory files;
    private final SnapshotSetup setup;

    LostEvents(final RecordedLog log, final SnapshotDirectory files, final SnapshotSetup setup) {
        this.log = log;
        this.files = files;
        this.setup = setup;
    }

    /**
     * Hands on the fragments that hold certain events.
     *
     * @param first      with which a fragment begins
     * @param last       with which one ends
     * @param upToEntry  log position behind an entry of which they all are known
     * @throws DamageException when the log does not have those entries any more, or is damaged itself
     */
    void make(final long first, final long last, final long upToEntry, final OfflineControl.Taker taker) {
        final Span span = new Span(first, last, taker);
        try (Replica replica = setup.replicas().get()) {
            final LogListener state = replica.listener();
            final long from = restore(state, first);
            state.onStart(new OfflineControl(first - 1, span));
            log.replay(from, upToEntry, state);
        }
        if (span.next <= last) {
            throw new DamageException("the log gives no events from " + span.next + " to " + last + " up to position " + upToEntry);
        }
    }

    /** Into the replica the newest whole snapshot from before that event; returns its position, 0 = from the log's beginning. */
    private long restore(final LogListener state, final long eventSeq) {
        final Path root = files.root().getParent();
        for (final long position : files.positions(SnapshotDirectory.STATE)) {
            if (files.isWhole(position, SnapshotDirectory.STATE) && SnapshotFile.head(files.file(position, SnapshotDirectory.STATE)).eventSeq() < eventSeq) {
                LogLimits.checkFrom(root, position);
                StateRestore.read(files.file(position, SnapshotDirectory.STATE), state);
                return position;
            }
        }
        LogLimits.checkFrom(root, 0);
        return 0;
    }

    /** Takes the wanted ones of all that are made. */
    private static final class Span implements OfflineControl.Taker {
        private final long last;
        private final OfflineControl.Taker taker;
        private final EventBatchDecoder batch = new EventBatchDecoder();
        private long next;

        Span(final long first, final long last, final OfflineControl.Taker taker) {
            next = first;
            this.last = last;
            this.taker = taker;
        }

        @Override
        public void onEvents(final DirectBuffer buffer, final int offset, final int length) {
            batch.wrap(buffer, offset + MessageHeaderDecoder.ENCODED_LENGTH, EventBatchDecoder.BLOCK_LENGTH, EventBatchDecoder.SCHEMA_VERSION);
            final long begin = batch.firstEventSeq();
            final long end = begin + batch.count() - 1;
            if (begin > last) {
                return;
            }
            if (begin != next || end > last) {
                throw new DamageException("the log gives events " + begin + " to " + end + " (expected: from " + next + " to at most " + last + ')');
            }
            taker.onEvents(buffer, offset, length);
            next = end + 1;
        }
    }
}
