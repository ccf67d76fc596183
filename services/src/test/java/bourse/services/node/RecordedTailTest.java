package bourse.services.node;

import bourse.engine.log.DriverClock;
import bourse.engine.store.RecordingCatalog;
import bourse.sbe.Streams;
import bourse.sbe.engine.EventBatchDecoder;
import bourse.sbe.engine.EventBatchEncoder;
import bourse.sbe.engine.MessageHeaderDecoder;
import bourse.sbe.engine.MessageHeaderEncoder;
import bourse.services.transport.AeronEventSource;
import bourse.services.transport.EventOrigin;
import bourse.services.transport.ShardAddress;
import bourse.services.transport.ShardConnection;
import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.archive.Archive;
import io.aeron.archive.ArchiveThreadingMode;
import io.aeron.archive.ArchivingMediaDriver;
import io.aeron.archive.checksum.Checksums;
import io.aeron.archive.client.AeronArchive;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(60)
class RecordedTailTest {
    private static final String CONTROL = "aeron:ipc?term-length=64k";
    private static final int FRAGMENTS = 2_000;

    @TempDir
    private Path dir;
    private String aeronDirectory;
    private ArchivingMediaDriver driver;
    private Aeron aeron;
    private AeronArchive archive;
    private ExclusivePublication publication;
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[8 * 1024]);
    private long published;
    private long last;

    @BeforeEach
    void record() {
        aeronDirectory = Path.of(System.getProperty("java.io.tmpdir"), "bourse-test-" + UUID.randomUUID()).toString();
        driver = ArchivingMediaDriver.launch(
            new MediaDriver.Context().epochClock(DriverClock.INSTANCE).aeronDirectoryName(aeronDirectory)
                .threadingMode(ThreadingMode.SHARED).dirDeleteOnShutdown(true).ipcTermBufferLength(256 * 1024),
            new Archive.Context().epochClock(DriverClock.INSTANCE).aeronDirectoryName(aeronDirectory)
               .archiveDir(archiveDirectory().toFile()).threadingMode(ArchiveThreadingMode.SHARED)
                .segmentFileLength(1 << 20).recordChecksum(Checksums.crc32c()).replayChecksum(Checksums.crc32c())
                .controlChannelEnabled(false).localControlChannel(CONTROL).recordingEventsEnabled(false).replicationChannel("aeron:udp?endpoint=localhost:0")
                .archiveClientContext(new AeronArchive.Context().controlResponseChannel("aeron:udp?endpoint=localhost:0")));
        aeron = Aeron.connect(new Aeron.Context().epochClock(DriverClock.INSTANCE).aeronDirectoryName(aeronDirectory));
        archive = AeronArchive.connect(new AeronArchive.Context().aeron(aeron).ownsAeronClient(false).controlRequestChannel(CONTROL).controlResponseChannel(CONTROL));
        publication = archive.addRecordedExclusivePublication("aeron:ipc?alias=" + Streams.EVENTS_ALIAS, Streams.EVENTS_STREAM_ID);
        for (int i = 0; i < FRAGMENTS; i++) {
            final int count = 1 + i % 5;
            new EventBatchEncoder().wrapAndApplyHeader(buffer, 0, new MessageHeaderEncoder()).firstEventSeq(published + 1).count(count);
            published += count;
            while (publication.offer(buffer, 0, 40 + i * 37 % 4_000) < 0) {
                Thread.onSpinWait();
            }
        }
        while (archive.getMaxRecordedPosition(RecordingCatalog.events(archiveDirectory()).getFirst().recordingId()) < publication.position()) {
            Thread.onSpinWait();
        }
    }

    @AfterEach
    void close() {
        CloseHelper.quietCloseAll(publication, archive, aeron, driver);
    }

    private Path archiveDirectory() {
        return dir.resolve("archive");
    }

    /** Every number once, in order. */
    private void onEvents(final DirectBuffer fragment, final int offset, final int length) {
        final EventBatchDecoder batch = new EventBatchDecoder().wrapAndApplyHeader(fragment, offset, new MessageHeaderDecoder());
        assertThat(batch.firstEventSeq()).isEqualTo(last + 1);
        last = batch.firstEventSeq() + batch.count() - 1;
    }

    private EventOrigin read(final EventOrigin known, final long leftBytes) {
        return new RecordedTail(archiveDirectory(), RecordingCatalog.events(archiveDirectory()), leftBytes).read(known, this::onEvents);
    }

    @Test
    void shouldLeaveTheEndToTheReplayWhichGoesOnBehindIt() {
        final EventOrigin origin = read(null, 500_000);
        assertThat(origin.lastEventSeq()).isEqualTo(last).isBetween(published / 2, published - 1);
        assertThat(publication.position() - origin.position()).isBetween(400_000L, 500_000L);
        try (ShardConnection connection = new ShardConnection(
            new ShardAddress(aeronDirectory, "aeron:ipc", null, 101, CONTROL, AeronArchive.Configuration.localControlStreamId()), "test", error -> { }).open(null);
             AeronEventSource source = new AeronEventSource(connection, origin, null)) {
            assertThat(source.nextEventSeq()).isEqualTo(last + 1);
            assertThat(source.firstAvailableEventSeq()).isOne();
            while (last < published) {
                source.poll(this::onEvents, 16);
            }
        }
    }

    @Test
    void shouldGoOnFromWhatIsKnown() {
        final EventOrigin first = read(null, 2_000_000);
        final long lastThen = last;
        final EventOrigin second = read(first, 0);
        assertThat(lastThen).isBetween(1L, published - 1);
        assertThat(second.lastEventSeq()).isEqualTo(published).isEqualTo(last);
        assertThat(second.position()).isEqualTo(publication.position());
    }

    @Test
    void shouldLeaveAShortTailAlone() {
        assertThat(read(null, 1L << 30)).isNull();
        assertThat(last).isZero();
        assertThat(new RecordedTail(archiveDirectory(), List.of(), 0).read(null, this::onEvents)).isNull();
    }

    @Test
    void shouldStopInFrontOfADamagedFrame() throws IOException {
        final long at = publication.position() / 2;
        final Path segment = archiveDirectory().resolve(RecordingCatalog.events(archiveDirectory()).getFirst().recordingId() + "-" + (at >> 20 << 20) + ".rec");
        try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
            for (int i = 0; i < 64; i++) {
                file.seek((at & (1 << 20) - 1) + i);
                file.write(0x5A);
            }
        }
        final EventOrigin origin = read(null, 0);
        assertThat(origin.position()).isLessThanOrEqualTo(at + 64).isGreaterThan(at - 8_192);
        assertThat(origin.lastEventSeq()).isEqualTo(last);
    }
}
