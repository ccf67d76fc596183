package bourse.services.node;

import bourse.engine.log.SnapshotDirectory;
import bourse.engine.log.SnapshotPart;
import bourse.engine.store.DamageException;
import bourse.engine.store.Recording;
import bourse.engine.store.RecordingCatalog;
import bourse.engine.store.SnapshotFile;
import bourse.gateway.session.VenueFold;
import bourse.marketdata.FeedFold;
import bourse.sbe.fold.RecordWriter;
import bourse.services.transport.EventOrigin;
import org.agrona.DirectBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/**
 * The snapshots from which readers of the event stream start, so that a start takes as long after a year as after an hour: written beside the engine's,
 * read by gateways and market data of this host. Cold.
 */
public final class ReaderSnapshots {
    private static final Logger LOG = LoggerFactory.getLogger(ReaderSnapshots.class);
    private static final String GATEWAY = "gateway";
    private static final String FEED = "feed";

    /** What a reader begins with; {@code origin} null = from the oldest event. */
    record Start<T>(T fold, EventOrigin origin) {
    }

    /** A fold, as snapshots see it. */
    private interface Folding {
        void expect(long bytes);

        void onEvents(DirectBuffer buffer, int offset, int length);

        void restore(DirectBuffer buffer, int offset, int length);

        void write(RecordWriter.Sink sink);
    }

    private ReaderSnapshots() {
    }

    /** Everything that is saved beside the state. */
    public static List<SnapshotPart> parts(final int shard) {
        return List.of(EventOrigin.part(), part(GATEWAY, () -> of(new VenueFold(shard))), part(FEED, () -> of(new FeedFold())));
    }

    /** What a gateway begins with. */
    static Start<VenueFold> gateway(final Path logDirectory, final int shard) {
        final VenueFold fold = new VenueFold(shard);
        final EventOrigin origin = restore(logDirectory, GATEWAY, of(fold));
        return new Start<>(fold, origin);
    }

    /** What market data begin with. */
    static Start<FeedFold> feed(final Path logDirectory) {
        final FeedFold fold = new FeedFold();
        final EventOrigin origin = restore(logDirectory, FEED, of(fold));
        return new Start<>(fold, origin);
    }

    private static Folding of(final VenueFold fold) {
        return new Folding() {
            @Override
            public void expect(final long bytes) {
                fold.expect(bytes);
            }

            @Override
            public void onEvents(final DirectBuffer buffer, final int offset, final int length) {
                fold.onEvents(buffer, offset, length);
            }

            @Override
            public void restore(final DirectBuffer buffer, final int offset, final int length) {
                fold.restore(buffer, offset, length);
            }

            @Override
            public void write(final RecordWriter.Sink sink) {
                fold.write(sink);
            }
        };
    }

    private static Folding of(final FeedFold fold) {
        return new Folding() {
            @Override
            public void expect(final long bytes) {
                // its books grow one by one
            }

            @Override
            public void onEvents(final DirectBuffer buffer, final int offset, final int length) {
                fold.onEvents(buffer, offset, length);
            }

            @Override
            public void restore(final DirectBuffer buffer, final int offset, final int length) {
                fold.restore(buffer, offset, length);
            }

            @Override
            public void write(final RecordWriter.Sink sink) {
                fold.write(sink);
            }
        };
    }

    private static SnapshotPart part(final String name, final Supplier<Folding> folds) {
        return new SnapshotPart() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Fold begin() {
                final Folding fold = folds.get();
                return new Fold() {
                    @Override
                    public void restore(final SnapshotFile.Reader previous) {
                        while (previous.next(fold::restore)) {
                            Thread.onSpinWait();
                        }
                    }

                    @Override
                    public void onEvents(final DirectBuffer buffer, final int offset, final int length, final long recordingId, final long startPosition) {
                        fold.onEvents(buffer, offset, length);
                    }

                    @Override
                    public void write(final SnapshotFile.Writer target) {
                        fold.write(target::write);
                    }
                };
            }
        };
    }

    /** Null when there is nothing; then the recording must begin with the first event. */
    private static EventOrigin restore(final Path logDirectory, final String part, final Folding target) {
        final Path archive = logDirectory.resolve("archive");
        if (!RecordingCatalog.exists(archive)) {
            return null;
        }
        final List<Recording> recordings = RecordingCatalog.events(archive);
        final EventOrigin snapshot = restore(new SnapshotDirectory(logDirectory.resolve("snapshots")), recordings, part, target);
        return new RecordedTail(archive, recordings, RecordedTail.LEFT_BYTES).read(snapshot, target::onEvents);
    }

    private static EventOrigin restore(final SnapshotDirectory files, final List<Recording> recordings, final String part, final Folding target) {
        long limit = Long.MAX_VALUE;
        while (true) {
            final long position = files.newestWhole(limit, List.of(EventOrigin.PART, part));
            if (position < 0) {
                return null;
            }
            limit = position - 1;
            try (SnapshotFile.Reader index = new SnapshotFile.Reader(files.file(position, EventOrigin.PART));
                 SnapshotFile.Reader fold = new SnapshotFile.Reader(files.file(position, part))) {
                final SnapshotPart.Next next = SnapshotPart.Next.read(index);
                if (!next.equals(SnapshotPart.Next.read(fold)) || !isCovered(next, recordings)) {
                    LOG.warn("snapshot at log position {} does not fit the recorded events; an older one is used", position);
                    continue;
                }
                final EventOrigin origin = EventOrigin.read(index, next.recordingId(), next.position(), recordings);
                target.expect(Files.size(files.file(position, part)));
                while (fold.next(target::restore)) {
                    Thread.onSpinWait();
                }
                LOG.info("{} begins with the snapshot at log position {}", part, position);
                return origin;
            } catch (final DamageException | IOException | UncheckedIOException e) {
                throw new IllegalStateException("snapshot changed while it was read: " + e.getMessage(), e);
            }
        }
    }

    private static boolean isCovered(final SnapshotPart.Next next, final List<Recording> recordings) {
        return recordings.stream().anyMatch(recording -> recording.recordingId() == next.recordingId()
            && recording.startPosition() <= next.position() && next.position() <= recording.knownEnd());
    }
}
