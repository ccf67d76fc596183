package bourse.services.transport;

import bourse.engine.log.DriverClock;
import bourse.sbe.Streams;
import bourse.sbe.engine.EventBatchDecoder;
import bourse.sbe.engine.EventBatchEncoder;
import bourse.sbe.engine.MessageHeaderDecoder;
import bourse.sbe.engine.MessageHeaderEncoder;
import bourse.sbe.port.EventSource;
import io.aeron.Aeron;
import io.aeron.ChannelUriStringBuilder;
import io.aeron.ExclusivePublication;
import io.aeron.archive.Archive;
import io.aeron.archive.ArchiveThreadingMode;
import io.aeron.archive.ArchivingMediaDriver;
import io.aeron.archive.checksum.Checksums;
import io.aeron.archive.client.AeronArchive;
import io.aeron.archive.codecs.SourceLocation;
import io.aeron.archive.status.RecordingPos;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.CountersReader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(60)
class AeronEventSourceTest {
    private static final int TERM_LENGTH = 64 * 1024 * 4;
    private static final String CONTROL = "aeron:ipc?term-length=64k";

    @TempDir
    private Path dir;
    private String aeronDirectory;
    private ArchivingMediaDriver driver;
    private AeronArchive archive;
    private Aeron aeron;
    private ExclusivePublication publication;
    private ShardConnection connection;
    private AeronEventSource source;
    private long published;
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[64 * 1024]);
    private final Check check = new Check();

    /** Every number once, in order. */
    private static final class Check implements EventSource.Handler {
        long first;
        long last;

        @Override
        public void onEvents(final DirectBuffer fragment, final int offset, final int length) {
            final EventBatchDecoder batch = new EventBatchDecoder().wrapAndApplyHeader(fragment, offset, new MessageHeaderDecoder());
            if (first == 0) {
                first = batch.firstEventSeq();
            } else {
                assertThat(batch.firstEventSeq()).isEqualTo(last + 1);
            }
            last = batch.firstEventSeq() + batch.count() - 1;
        }
    }

    @BeforeEach
    void launch() {
        aeronDirectory = Path.of(System.getProperty("java.io.tmpdir"), "bourse-test-" + UUID.randomUUID()).toString();
        driver = ArchivingMediaDriver.launch(
            new MediaDriver.Context().epochClock(DriverClock.INSTANCE).aeronDirectoryName(aeronDirectory)
                .threadingMode(ThreadingMode.SHARED).dirDeleteOnShutdown(true)
                .ipcTermBufferLength(TERM_LENGTH).timerIntervalNs(10_000_000L).untetheredWindowLimitTimeoutNs(50_000_000L).untetheredRestingTimeoutNs(100_000_000L),
            new Archive.Context().epochClock(DriverClock.INSTANCE).aeronDirectoryName(aeronDirectory).recordChecksum(Checksums.crc32c())
               .archiveDir(dir.resolve("archive").toFile()).threadingMode(ArchiveThreadingMode.SHARED)
                .controlChannelEnabled(false).localControlChannel(CONTROL)
                .archiveClientContext(new AeronArchive.Context().controlResponseChannel("aeron:udp?endpoint=localhost:0")).recordingEventsEnabled(false).replicationChannel("aeron:udp?endpoint=localhost:0"));
        aeron = Aeron.connect(new Aeron.Context().epochClock(DriverClock.INSTANCE).aeronDirectoryName(aeronDirectory));
        archive = AeronArchive.connect(new AeronArchive.Context().aeron(aeron).ownsAeronClient(false)
            .controlRequestChannel(CONTROL).controlResponseChannel(CONTROL));
        connection = new ShardConnection(
            new ShardAddress(aeronDirectory, "aeron:ipc", null, 101, CONTROL, AeronArchive.Configuration.localControlStreamId()), "test",
            Throwable::printStackTrace).open(null);
        source = new AeronEventSource(connection, null, dir.resolve("archive"));
    }

    @AfterEach
    void close() {
        CloseHelper.quietCloseAll(source, connection, publication, archive, aeron, driver);
    }

    private void record() {
        final String channel = "aeron:ipc?alias=" + Streams.EVENTS_ALIAS;
        publication = archive.addRecordedExclusivePublication(channel, Streams.EVENTS_STREAM_ID);
        awaitRecorder();
    }

    private void recordAgain() {
        final long[] found = new long[4];
        archive.listRecordingsForUri(0, 10, Streams.EVENTS_ALIAS, Streams.EVENTS_STREAM_ID,
            (controlSessionId, correlationId, recordingId, startTimestamp, stopTimestamp, startPosition, stopPosition, initialTermId,
             segmentFileLength, termBufferLength, mtuLength, sessionId, streamId, strippedChannel, originalChannel, sourceIdentity) -> {
                found[0] = recordingId;
                found[1] = stopPosition;
                found[2] = initialTermId;
                found[3] = termBufferLength;
            });
        final String channel = new ChannelUriStringBuilder("aeron:ipc?alias=" + Streams.EVENTS_ALIAS)
            .initialPosition(found[1], (int) found[2], (int) found[3]).build();
        publication = aeron.addExclusivePublication(channel, Streams.EVENTS_STREAM_ID);
        archive.extendRecording(found[0], "aeron:ipc?alias=" + Streams.EVENTS_ALIAS + "|session-id=" + publication.sessionId(),
            Streams.EVENTS_STREAM_ID, SourceLocation.LOCAL);
        awaitRecorder();
    }

    private void awaitRecorder() {
        await(() -> RecordingPos.findCounterIdBySession(aeron.countersReader(), publication.sessionId()) != CountersReader.NULL_COUNTER_ID);
    }

    private static void await(final BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            Thread.onSpinWait();
        }
    }

    /** Fragments of varying size, some larger than the MTU. */
    private void publish(final int fragments) {
        for (int i = 0; i < fragments; i++) {
            final int count = 1 + i % 5;
            new EventBatchEncoder().wrapAndApplyHeader(buffer, 0, new MessageHeaderEncoder()).firstEventSeq(published + 1).count(count);
            published += count;
            final int length = 40 + i * 37 % 4000;
            while (publication.offer(buffer, 0, length) < 0) {
                Thread.onSpinWait();
            }
        }
    }

    private void pollUntil(final BooleanSupplier condition) {
        await(() -> {
            source.poll(check, 10);
            return condition.getAsBoolean();
        });
    }

    @Test
    void shouldReplayHistoryThenGoLiveWithoutHoleOrRepeat() {
        record();
        publish(2_000);
        pollUntil(() -> check.last == published && source.isLive());
        assertThat(source.isCaughtUp()).isTrue();
        for (int i = 0; i < 200; i++) {
            publish(10);
            pollUntil(() -> check.last == published);
        }
        assertThat(source.isLive()).isTrue();
        assertThat(check.first).isEqualTo(1);
        assertThat(source.firstAvailableEventSeq()).isEqualTo(1);
        assertThat(source.replays()).isEqualTo(1);
    }

    @Test
    void shouldNotHoldThePublisherUpAndComeBackByReplay() {
        record();
        publish(10);
        pollUntil(source::isLive);
        publish(2_000);
        pollUntil(() -> check.last == published && source.isLive());
        assertThat(source.replays()).isGreaterThan(1);
        publish(100);
        pollUntil(() -> check.last == published);
    }

    @Test
    void shouldGoOnWhenThePublisherComesBack() {
        record();
        publish(500);
        pollUntil(() -> source.isLive() && check.last == published);
        publication.close();
        await(() -> RecordingPos.findCounterIdBySession(aeron.countersReader(), publication.sessionId()) == CountersReader.NULL_COUNTER_ID);
        for (int i = 0; i < 1000; i++) {
            source.poll(check, 10);
        }
        recordAgain();
        publish(500);
        pollUntil(() -> source.isLive() && check.last == published);
    }

    @Test
    void shouldWaitForARecordingToAppear() {
        for (int i = 0; i < 1000; i++) {
            source.poll(check, 10);
        }
        assertThat(source.isCaughtUp()).isFalse();
        record();
        publish(3);
        pollUntil(() -> check.last == published && source.isCaughtUp());
    }

    @Test
    void shouldReadAgainFromAnyEvent() {
        record();
        publish(3_000);
        pollUntil(() -> check.last == published);
        for (final long from : new long[] {1, 2, 777, published / 2, published}) {
            final Check again = new Check();
            final EventSource.Cursor cursor = source.openCursor(from, null);
            await(() -> {
                cursor.poll(again, 7);
                return cursor.isCaughtUp();
            });
            assertThat(again.first).isBetween(from - 4, from);
            assertThat(again.last).isEqualTo(published);
            assertThat(cursor.poll(again, 7)).isZero();
            publish(5);
            pollUntil(() -> check.last == published);
            await(() -> {
                cursor.poll(again, 7);
                return cursor.isCaughtUp();
            });
            assertThat(again.last).isEqualTo(published);
            cursor.close();
        }
    }

    @Test
    void shouldLeaveOutWhatACursorDoesNotWant() {
        record();
        publish(3_000);
        pollUntil(() -> check.last == published);
        final List<Long> seen = new ArrayList<>();
        final EventSource.Cursor cursor = source.openCursor(1, (fragment, offset, length) -> firstOf(fragment, offset) % 3 == 1);
        await(() -> {
            cursor.poll((fragment, offset, length) -> seen.add(firstOf(fragment, offset)), 7);
            return cursor.isCaughtUp();
        });
        assertThat(seen).hasSizeGreaterThan(500).allMatch(first -> first % 3 == 1).isSorted();
    }

    @Test
    void shouldTellWhenWhatComesNextIsGone() throws IOException {
        record();
        publish(10);
        pollUntil(() -> check.last == published);
        try (Stream<Path> files = Files.list(dir.resolve("archive"))) {
            for (final Path segment : (Iterable<Path>) files.filter(file -> file.toString().endsWith(".rec"))::iterator) {
                Files.delete(segment);
            }
        }
        final EventSource.Cursor cursor = source.openCursor(1, null);
        await(() -> cursor.poll(check, 7) == 0 && cursor.isCut());
        assertThat(cursor.isCaughtUp()).isFalse();
    }

    @Test
    void shouldLetAHandlerCloseItsCursor() {
        record();
        publish(3_000);
        pollUntil(() -> check.last == published);
        for (int i = 0; i < 2 * AeronEventSource.MAX_CURSORS; i++) {
            final EventSource.Cursor[] cursor = new EventSource.Cursor[1];
            await(() -> (cursor[0] = source.openCursor(1, null)) != null);
            final Check again = new Check();
            await(() -> cursor[0].poll((fragment, offset, length) -> {
                again.onEvents(fragment, offset, length);
                cursor[0].close();
            }, 1) == 1);
            assertThat(again.first).isEqualTo(1);
        }
    }

    private static long firstOf(final DirectBuffer fragment, final int offset) {
        return new EventBatchDecoder().wrapAndApplyHeader(fragment, offset, new MessageHeaderDecoder()).firstEventSeq();
    }

    @Test
    void shouldBoundCursors() {
        record();
        publish(1);
        pollUntil(() -> check.last == published);
        final EventSource.Cursor[] cursors = new EventSource.Cursor[AeronEventSource.MAX_CURSORS];
        for (int i = 0; i < cursors.length; i++) {
            cursors[i] = source.openCursor(1, null);
            assertThat(cursors[i]).isNotNull();
        }
        assertThat(source.openCursor(1, null)).isNull();
        cursors[2].close();
        await(() -> source.openCursor(1, null) != null);
    }
}
