package bourse.engine.log;

import static org.assertj.core.api.Assertions.assertThat;

import bourse.engine.store.SnapshotFile;
import bourse.sbe.engine.EventBatchDecoder;
import bourse.sbe.engine.MessageHeaderDecoder;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is saved beside the state: one fold for a life, built anew when what it stands on is gone. */
@Timeout(60)
class EventFoldsTest {
    @TempDir
    Path directory;

    private final Numbers numbers = new Numbers("numbers");
    /** Its file comes when the other has been read back. */
    private final Numbers second = new Numbers("second");
    private TranscriptService service;

    /** Remembers the number of every event. */
    private static final class Numbers implements SnapshotPart {
        private final String name;
        private volatile int begun;
        private volatile int restored;
        private volatile boolean fails;

        Numbers(final String name) {
            this.name = name;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Fold begin() {
            begun++;
            final List<Long> seen = new ArrayList<>();
            return new Fold() {
                @Override
                public void restore(final SnapshotFile.Reader previous) {
                    restored++;
                    seen.addAll(rest(previous));
                }

                @Override
                public void onEvents(final DirectBuffer buffer, final int offset, final int length, final long recordingId, final long startPosition) {
                    seen.add(new EventBatchDecoder().wrap(buffer, offset + MessageHeaderDecoder.ENCODED_LENGTH, EventBatchDecoder.BLOCK_LENGTH,
                        EventBatchDecoder.SCHEMA_VERSION).firstEventSeq());
                }

                @Override
                public void write(final SnapshotFile.Writer target) {
                    if (fails) {
                        throw new IllegalStateException("planted");
                    }
                    final UnsafeBuffer chunk = new UnsafeBuffer(new byte[8 * seen.size()]);
                    for (int i = 0; i < seen.size(); i++) {
                        chunk.putLong(8 * i, seen.get(i), ByteOrder.LITTLE_ENDIAN);
                    }
                    target.write(chunk, 0, chunk.capacity());
                }
            };
        }

        static List<Long> rest(final SnapshotFile.Reader reader) {
            final List<Long> all = new ArrayList<>();
            while (reader.next((buffer, offset, length) -> {
                for (int at = 0; at < length; at += 8) {
                    all.add(buffer.getLong(offset + at, ByteOrder.LITTLE_ENDIAN));
                }
            })) {
                Thread.onSpinWait();
            }
            return all;
        }
    }

    private Path file(final long position) {
        return file(position, numbers);
    }

    private Path file(final long position, final SnapshotPart part) {
        return new SnapshotDirectory(DataDirectory.snapshots(directory.resolve("data"))).file(position, part.name());
    }

    private List<Long> saved(final long position) {
        try (SnapshotFile.Reader reader = new SnapshotFile.Reader(file(position))) {
            SnapshotPart.Next.read(reader);
            return Numbers.rest(reader);
        }
    }

    private static List<Long> upTo(final long last) {
        return LongStream.rangeClosed(1, last).boxed().toList();
    }

    private AeronRig life() {
        service = new TranscriptService();
        final AeronRig rig = new AeronRig(directory, AeronLayout.ORDINARY).with(numbers, second);
        rig.start(service);
        return rig;
    }

    private void submit(final AeronRig rig, final int count) {
        final int before = service.entries.size();
        for (int i = 0; i < count; i++) {
            rig.submit(("entry " + before + i).getBytes(StandardCharsets.US_ASCII));
        }
        rig.runUntil(() -> service.entries.size() == before + count);
    }

    private long snapshot(final AeronRig rig) {
        final long position = rig.log().takeSnapshot(20_000);
        assertThat(position).isPositive();
        rig.runUntil(() -> Files.exists(file(position, second)));
        return position;
    }

    @Test
    void shouldGoOnFromTheLastSnapshotsFolds() {
        try (AeronRig rig = life()) {
            for (int round = 1; round <= 4; round++) {
                submit(rig, 10);
                assertThat(saved(snapshot(rig))).isEqualTo(upTo(10L * round));
            }
            assertThat(numbers.begun).isOne();
            assertThat(numbers.restored).isZero();
        }
    }

    @Test
    void shouldBeginAnewAtTheOlderSnapshotWhenTheLastIsDamaged() throws IOException {
        try (AeronRig rig = life()) {
            submit(rig, 10);
            snapshot(rig);
            submit(rig, 10);
            final Path last = file(snapshot(rig));
            final byte[] bytes = Files.readAllBytes(last);
            bytes[bytes.length - 20] ^= 1;
            Files.write(last, bytes);
            submit(rig, 10);
            assertThat(saved(snapshot(rig))).isEqualTo(upTo(30));
            assertThat(numbers.begun).isEqualTo(2);
            assertThat(numbers.restored).isOne();
        }
    }

    @Test
    void shouldBeginAnewAfterAnAttemptThatCameToNothing() {
        try (AeronRig rig = life()) {
            submit(rig, 10);
            snapshot(rig);
            submit(rig, 10);
            numbers.fails = true;
            final long before = rig.log().failedSnapshots();
            rig.log().takeSnapshot(20_000);
            rig.runUntil(() -> rig.log().failedSnapshots() > before);
            numbers.fails = false;
            submit(rig, 10);
            assertThat(saved(snapshot(rig))).isEqualTo(upTo(30));
            assertThat(numbers.begun).isEqualTo(2);
        }
    }

    @Test
    void shouldGoOnFromTheLastLifesSnapshot() {
        try (AeronRig rig = life()) {
            submit(rig, 10);
            snapshot(rig);
        }
        try (AeronRig rig = life()) {
            rig.runUntil(() -> service.entries.size() == 10);
            submit(rig, 10);
            assertThat(saved(snapshot(rig))).isEqualTo(upTo(20));
            assertThat(numbers.restored).isOne();
        }
    }
}
