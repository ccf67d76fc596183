package bourse.engine.log;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class StageClockTest {
    @Test
    void shouldTellStagesByTheirEndsInSecondsSinceTheStart() throws InterruptedException {
        final StageClock clock = new StageClock(System.nanoTime() - 1_200_000_000L);
        final StageClock.Span outer = clock.begin("state");
        clock.sinceStart("jvm");
        Thread.sleep(30);
        outer.close();

        assertThat(clock.stages()).extracting(StageClock.Stage::name).containsExactly("jvm", "state");
        assertThat(clock.stages().getFirst().beginMs()).isZero();
        assertThat(clock.stages().getLast().beginMs()).isGreaterThanOrEqualTo(1_200);
        assertThat(clock.stages().getLast().endMs()).isGreaterThanOrEqualTo(clock.stages().getLast().beginMs() + 30);
        assertThat(clock.toString()).matches("jvm 0\\.00-1\\.\\d\\d, state 1\\.\\d\\d-1\\.\\d\\d");
    }
}
