package bourse.services.transport;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SequenceIndexTest {
    @Test
    void shouldFindLastEntryAtOrBeforeEvent() {
        final SequenceIndex index = new SequenceIndex(64, 100);
        assertThat(index.floor(5)).isEqualTo(-1);
        for (int i = 0; i < 10; i++) {
            index.offer(1 + i * 10L, 3, i * 100L);
        }
        assertThat(index.position(index.floor(1))).isZero();
        assertThat(index.position(index.floor(10))).isZero();
        assertThat(index.position(index.floor(11))).isEqualTo(100);
        assertThat(index.position(index.floor(5_000))).isEqualTo(900);
        assertThat(index.position(index.floor(0))).isZero();
    }

    @Test
    void shouldThinItselfAndKeepBeginningsOfRecordings() {
        final SequenceIndex index = new SequenceIndex(16, 1);
        long eventSeq = 1;
        for (int recording = 0; recording < 3; recording++) {
            for (int i = 0; i < 1_000; i++) {
                index.offer(eventSeq, recording, i);
                eventSeq++;
            }
        }
        assertThat(index.size()).isLessThanOrEqualTo(16);
        for (int recording = 0; recording < 3; recording++) {
            final int entry = index.floor(1 + recording * 1_000L);
            assertThat(index.recordingId(entry)).isEqualTo(recording);
            assertThat(index.position(entry)).isZero();
        }
    }
}
