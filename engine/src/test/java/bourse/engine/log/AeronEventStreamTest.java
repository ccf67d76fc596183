package bourse.engine.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

import bourse.sbe.Streams;

import io.aeron.Subscription;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AeronEventStreamTest {
    private static final int COMMANDS = 20_000;

    @TempDir
    Path directory;

    /** 20,000 fragments of 80 bytes are three times the window of a live reader of these terms. */
    @ParameterizedTest
    @EnumSource(AeronLayout.class)
    void shouldNotWaitForAReaderThatNeverReads(final AeronLayout layout) {
        try (AeronRig rig = new AeronRig(directory, layout)) {
            final TranscriptService service = new TranscriptService();
            rig.start(service);
            try (Subscription idle = rig.client().aeron().addSubscription("aeron:ipc?tether=false", Streams.EVENTS_STREAM_ID)) {
                rig.runUntil(idle::isConnected);
                final byte[] command = "x".getBytes(StandardCharsets.US_ASCII);
                for (int i = 0; i < COMMANDS; i++) {
                    rig.submit(command);
                }
                rig.runUntil(() -> service.positions.size() >= COMMANDS);
            }
            assertThat(rig.recordedEventSeqs()).hasSize(COMMANDS);
        }
    }
}
