package bourse.engine.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

import io.aeron.archive.client.ArchiveException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogErrorsTest {
    private static final long LOG = 1;
    private static final String WHERE = "=203712 (segmentFilePosition=0, segmentOffset=0, termOffset=0, frameOffset=203712), recordingId=%d, replaySessionId=6714496846, segmentFile=1-0.rec";

    private final List<String> ends = new ArrayList<>();
    private boolean isServing;
    private final LogErrors errors = new LogErrors((reason, cause) -> ends.add(reason), () -> false, () -> isServing, () -> LOG);

    private void replayFails(final String what, final long recordingId) {
        errors.onError(new ArchiveException("ERROR - " + what + String.format(WHERE, recordingId), ArchiveException.GENERIC));
    }

    @ParameterizedTest
    @ValueSource(strings = {"CRC checksum mismatch at position", "unexpected end of recording at position"})
    void shouldEndAStartWhoseLogIsDamaged(final String what) {
        replayFails(what, LOG);
        assertThat(ends).singleElement().asString().contains("the log is damaged").contains("bourse verify");
    }

    /** A gateway replays the events while the engine replays its log; they are written again. */
    @Test
    void shouldBearDamageOfOtherRecordings() {
        replayFails("CRC checksum mismatch at position", 11);
        assertThat(ends).isEmpty();
        assertThat(errors.count()).isOne();
    }

    /** Another member may ask for what nobody here needs any more. */
    @Test
    void shouldBearWhatOthersAskForWhileItServes() {
        isServing = true;
        replayFails("CRC checksum mismatch at position", LOG);
        assertThat(ends).isEmpty();
    }
}
