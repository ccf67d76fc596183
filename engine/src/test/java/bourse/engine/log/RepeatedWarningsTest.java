package bourse.engine.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

class RepeatedWarningsTest {
    private final RepeatedWarnings warnings = new RepeatedWarnings();

    @Test
    void shouldTellTheFirstOfAKindAndCountTheRest() {
        final List<String> told = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            final String text = warnings.toTell("failed to send datagram to /10.0.0.2:" + (7_320 + i % 6), i);
            if (text != null) {
                told.add(text);
            }
        }
        assertThat(told).hasSize(RepeatedWarnings.TOLD);
        assertThat(told.getFirst()).isEqualTo("failed to send datagram to /10.0.0.2:7320");
        assertThat(told.getLast()).endsWith("7324 (more like it are left out for some seconds)");
        assertThat(warnings.toTell("failed to send datagram to /10.0.0.3:1", RepeatedWarnings.SPAN_NS)).endsWith("(995 more like it before)");
        assertThat(warnings.toTell("failed to send datagram to /10.0.0.3:1", RepeatedWarnings.SPAN_NS + 1)).endsWith(":1");
    }

    @Test
    void shouldTellEachKind() {
        for (int i = 0; i < 1_000; i++) {
            warnings.toTell("failed to send datagram", i);
        }
        assertThat(warnings.toTell("leader heartbeat timeout", 1_000)).isEqualTo("leader heartbeat timeout");
        assertThat(warnings.toTell("leader heartbeat timeout", 2 * RepeatedWarnings.SPAN_NS)).isEqualTo("leader heartbeat timeout");
    }
}
