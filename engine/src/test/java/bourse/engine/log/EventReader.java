package bourse.engine.log;

import bourse.sbe.Streams;

import io.aeron.Aeron;
import io.aeron.CommonContext;
import io.aeron.FragmentAssembler;
import io.aeron.Image;
import io.aeron.Subscription;
import io.aeron.archive.client.AeronArchive;

import org.agrona.collections.MutableLong;

/** Reads the recorded event stream of a running engine as another process would: finds it by alias, replays from the start to what is recorded now. */
public final class EventReader {
    private static final long TIMEOUT_NS = 10_000_000_000L;

    private EventReader() {
    }

    public static void readRecorded(final String aeronDirectory, final SnapshotReader.ChunkHandler handler) {
        try (Aeron aeron = Aeron.connect(new Aeron.Context().epochClock(DriverClock.INSTANCE).aeronDirectoryName(aeronDirectory));
             AeronArchive archive = AeronArchive.connect(new AeronArchive.Context().aeron(aeron).ownsAeronClient(false)
                     .controlRequestChannel(AeronLog.ARCHIVE_CONTROL_CHANNEL)
                     .controlRequestStreamId(AeronLog.ARCHIVE_CONTROL_STREAM_ID)
                     .controlResponseChannel(AeronLog.ARCHIVE_CONTROL_CHANNEL).controlResponseStreamId(399))) {
            final MutableLong newest = new MutableLong(-1);
            final MutableLong start = new MutableLong();
            archive.listRecordingsForUri(0, 1_000, "alias=" + Streams.EVENTS_ALIAS, Streams.EVENTS_STREAM_ID,
                    (controlSessionId, correlationId, recordingId, startTimestamp, stopTimestamp, startPosition, stopPosition,
                     initialTermId, segmentFileLength, termBufferLength, mtuLength, sessionId, streamId, strippedChannel,
                     originalChannel, sourceIdentity) -> {
                        newest.set(recordingId);
                        start.set(startPosition);
                    });
            final long end = archive.getMaxRecordedPosition(newest.get());
            if (end == start.get()) {
                return;
            }
            try (Subscription replay = archive.replay(newest.get(), start.get(), end - start.get(), CommonContext.IPC_CHANNEL,
                    Streams.EVENTS_REPLAY_STREAM_ID)) {
                final FragmentAssembler assembler = new FragmentAssembler(
                        (buffer, offset, length, header) -> handler.onChunk(buffer, offset, length));
                final long deadlineNs = System.nanoTime() + TIMEOUT_NS;
                long reached = start.get();
                while (reached < end) {
                    final Image image = replay.imageCount() == 0 ? null : replay.imageAtIndex(0);
                    if (image != null) {
                        image.poll(assembler, 100);
                        reached = image.position();
                    }
                    if (System.nanoTime() - deadlineNs > 0) {
                        throw new AssertionError("replay reached " + reached + " (expected: " + end + ")");
                    }
                    Thread.yield();
                }
            }
        }
    }
}
