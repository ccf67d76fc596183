package bourse.engine.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What every {@link SequencedLog} promises; each implementation's test extends it. */
abstract class SequencedLogContract {

    /** A log under test: started, stopped and fed. */
    interface Rig extends AutoCloseable {
        /** Starts a life, the first or a later one on the same data; returns when commands are sequenced. */
        SequencedLog start(LogListener service);

        void submit(byte[] command);

        /** Ends a life without warning. */
        void crash();

        /** Goes on until {@code reached}, for at most some seconds. */
        void runUntil(java.util.function.BooleanSupplier reached);

        /** event_seq of every recorded fragment, in order. */
        List<Long> recordedEventSeqs();

        @Override
        void close();
    }

    abstract Rig rig();

    private Rig rig;

    @AfterEach
    void closeRig() {
        if (rig != null) {
            rig.close();
        }
    }

    private Rig openRig() {
        rig = rig();
        return rig;
    }

    private static byte[] text(final String text) {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[text.length()]);
        buffer.putStringWithoutLengthAscii(0, text);
        return buffer.byteArray();
    }

    private static List<String> numbered(final int from, final int to) {
        final List<String> texts = new ArrayList<>();
        for (int i = from; i < to; i++) {
            texts.add("command " + i);
        }
        return texts;
    }

    private void submitAll(final int from, final int to) {
        numbered(from, to).forEach(text -> rig.submit(text(text)));
    }

    private static List<Long> upTo(final int last) {
        final List<Long> numbers = new ArrayList<>();
        for (long i = 1; i <= last; i++) {
            numbers.add(i);
        }
        return numbers;
    }

    @Test
    void shouldApplyCommandsOnceInOrderAtGrowingPositions() {
        final TranscriptService service = new TranscriptService();
        final SequencedLog log = openRig().start(service);
        assertThat(log.isLeader()).isTrue();
        assertThat(log.isReady()).isTrue();
        submitAll(0, 200);
        rig.runUntil(() -> service.entries.size() >= 200);
        assertThat(service.entries).isEqualTo(numbered(0, 200));
        assertThat(service.positions).isSorted().doesNotHaveDuplicates();
        assertThat(service.times.getFirst()).isGreaterThan(1_600_000_000_000_000_000L);
        rig.runUntil(() -> log.appliedPosition() == service.positions.getLast());
    }

    @Test
    void shouldCarryCommandsOfAnyAllowedLength() {
        final TranscriptService service = new TranscriptService();
        openRig().start(service);
        final List<String> texts = List.of("x", "y".repeat(1_400), "z".repeat(17_000), "w".repeat(64 * 1024));
        texts.forEach(text -> rig.submit(text(text)));
        rig.runUntil(() -> service.entries.size() >= 4);
        assertThat(service.entries).isEqualTo(texts);
    }

    @Test
    void shouldRepeatTheWholeLogAfterACrash() {
        final TranscriptService first = new TranscriptService();
        openRig().start(first);
        submitAll(0, 100);
        rig.runUntil(() -> first.entries.size() >= 100);
        rig.crash();

        final TranscriptService second = new TranscriptService();
        rig.start(second);
        rig.runUntil(() -> second.entries.size() >= 100);
        assertThat(second.entries).isEqualTo(first.entries);
        assertThat(second.positions).isEqualTo(first.positions);
        assertThat(second.times).isEqualTo(first.times);
        assertThat(second.wasRestored).isFalse();
        submitAll(100, 150);
        rig.runUntil(() -> second.entries.size() >= 150);
        assertThat(rig.recordedEventSeqs()).isEqualTo(upTo(150));
    }

    @Test
    void shouldRestoreTheSnapshotAndRepeatTheTail() {
        final TranscriptService first = new TranscriptService();
        final SequencedLog log = openRig().start(first);
        submitAll(0, 60);
        rig.runUntil(() -> first.entries.size() >= 60);
        assertThat(log.takeSnapshot()).isTrue();
        rig.runUntil(() -> log.snapshotCount() == 1);
        submitAll(60, 80);
        rig.runUntil(() -> first.entries.size() >= 80);
        rig.crash();

        final TranscriptService second = new TranscriptService();
        rig.start(second);
        rig.runUntil(() -> second.entries.size() >= 80);
        assertThat(second.wasRestored).isTrue();
        assertThat(second.restoredEntries).isEqualTo(60);
        assertThat(second.entries).isEqualTo(numbered(0, 80));
        assertThat(second.positions).isEqualTo(first.positions.subList(60, 80));
        assertThat(rig.recordedEventSeqs()).isEqualTo(upTo(80));
    }

    @Test
    void shouldFireTimersAlsoWhenTheyWereArmedBeforeTheCrash() {
        final TranscriptService first = new TranscriptService();
        openRig().start(first);
        rig.submit(text("timer 7"));
        rig.runUntil(() -> first.entries.contains("fired 7"));
        rig.submit(text("timer 8"));
        rig.runUntil(() -> first.entries.contains("timer 8"));
        rig.crash();

        final TranscriptService second = new TranscriptService();
        rig.start(second);
        rig.runUntil(() -> second.entries.contains("fired 8"));
        assertThat(second.entries).containsExactly("timer 7", "fired 7", "timer 8", "fired 8");
    }
}
