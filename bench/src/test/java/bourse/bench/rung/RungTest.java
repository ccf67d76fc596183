package bourse.bench.rung;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bourse.bench.stream.CommandStream;
import bourse.bench.stream.StreamGenerator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rungs that live in one process: they reach the same state, round after round, and are measured. */
class RungTest {
    private static final int PREFIX = 3_000;

    @TempDir
    private Path folder;
    private RungPlan plan;

    @BeforeEach
    void writeStream() throws IOException {
        final Path stream = folder.resolve("stream");
        StreamGenerator.write(stream, 200, 20, 8_000, 7);
        plan = new RungPlan(stream.toString(), folder.toString(), PREFIX, 20, 60, 2, 30, 20_000, 2, 20, Map.of(), null, null, Map.of());
    }

    @Test
    void shouldReachTheSameStateOnEveryRungAndGoOnForManyRounds() throws IOException, InterruptedException {
        try (CommandStream stream = CommandStream.open(Path.of(plan.stream())); RungFactory factory = new RungFactory(stream, plan)) {
            final RungResult core = measure(factory, RungName.CORE);
            final RungResult engine = measure(factory, RungName.ENGINE);
            final RungResult queue = measure(factory, RungName.QUEUE);

            assertThat(core.stateHash()).matches("[0-9a-f]{16}").isEqualTo(engine.stateHash()).isEqualTo(queue.stateHash());
            assertThat(engine.trades()).isPositive().isEqualTo(queue.trades());
            assertThat(engine.ordersPerSecond()).isBetween(engine.ordersPerSecondMin(), engine.ordersPerSecondMax());
            assertThat(engine.p50Us()).isPositive().isLessThanOrEqualTo(engine.p99Us());
            assertThat(engine.knee()).hasSize(2);
            assertThat(engine.processes()).hasSize(1).allSatisfy(cost -> assertThat(cost.cpuNsPerOrder()).isPositive());
        }
    }

    private RungResult measure(final RungFactory factory, final RungName name) throws IOException, InterruptedException {
        try (Rung rung = factory.open(name)) {
            return new RungMeasurement(rung, plan).run(plan.warmUpMs());
        } finally {
            bourse.services.placement.Affinity.release();
        }
    }

    @Test
    void shouldNoticeAReportThatIsMissing() {
        final StateFold fold = new StateFold();
        fold.accepted(1, true, 100, 10, true);
        assertThatThrownBy(() -> fold.traded(2, 0, 100)).hasMessageContaining("id=2");
    }

    @Test
    void shouldTellQueuesApart() {
        final StateFold one = new StateFold();
        one.accepted(1, true, 100, 10, true);
        one.accepted(2, true, 100, 10, true);
        final StateFold other = new StateFold();
        other.accepted(2, true, 100, 10, true);
        other.accepted(1, true, 100, 10, true);
        assertThat(one.hash()).isNotEqualTo(other.hash());
        one.replaced(1, 101, 10, false, true);
        one.replaced(1, 100, 10, false, true);
        assertThat(one.hash()).as("order 1 went away and came back behind order 2").isEqualTo(other.hash());
        assertThat(one.resting()).isEqualTo(2);
    }

    @Test
    void shouldSayWhichRungsThereAre() {
        assertThatThrownBy(() -> RungName.of("udp")).hasMessageContaining("rung: udp (expected: one of [empty, core, engine");
    }
}
