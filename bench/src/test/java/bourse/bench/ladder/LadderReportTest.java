package bourse.bench.ladder;

import static org.assertj.core.api.Assertions.assertThat;

import bourse.bench.report.Environment;
import bourse.bench.rung.RungResult;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class LadderReportTest {
    private static RungResult rung(final String name, final long perSecond, final double p50) {
        return new RungResult(name, 64, 8_192, perSecond, perSecond * 98 / 100, perSecond * 102 / 100, p50, p50, p50, 2 * p50, 3 * p50, 4 * p50, 1,
                100_000, false, new RungResult.LatencySpread(p50, 1.1 * p50, 2 * p50, 3 * p50), 1e9 / perSecond, 0, "00000000000000aa", 5, -1, -1, -1, List.of(), List.of(
                        new RungResult.KneeStep(perSecond / 2, p50, 2 * p50, 3 * p50, false),
                        new RungResult.KneeStep(perSecond, 9 * p50, 99 * p50, 99 * p50, false)), List.of(), List.of(), null);
    }

    private static LadderReport report(final List<RungResult> rungs) throws InterruptedException {
        final LadderReport bare = new LadderReport("quick", "2026-01-01T00:00:00Z", 60, true, "stream", 20_000, 10, true, 2.5, rungs,
                Waterfall.of(rungs), List.of(new LadderReport.PlantFound("engine", 1_000, 0, 1_050, 40, 30, 5, true)), null,
                new LadderReport.Threads(1, 2, 3), null, Environment.since(Environment.CpuTicks.now()), Machine.look());
        return new LadderReport(bare.form(), bare.begun(), bare.seconds(), bare.complete(), bare.stream(), bare.prefix(),
                bare.networkToEngineRatio(), bare.hashesEqual(), bare.rigNsPerOrder(), rungs, bare.waterfall(), bare.plants(), Verdict.of(bare),
                bare.threads(), bare.placement(), bare.environment(), bare.machine());
    }

    @Test
    void shouldGiveEachLayerWhatItAdds() {
        final List<LadderReport.WaterfallStep> steps = Waterfall.of(List.of(rung("core", 20_000_000, 1), rung("engine", 8_000_000, 1),
                rung("log", 1_000_000, 1)));

        assertThat(steps).extracting(LadderReport.WaterfallStep::addedNs).containsExactly(50.0, 75.0, 875.0);
        assertThat(steps.getLast().below()).as("queue and ipc were left out").isEqualTo("engine");
    }

    @Test
    void shouldJudgeByThePlansScenarios() throws InterruptedException {
        assertThat(Verdict.scenario(9_999)).contains("below 10,000");
        assertThat(Verdict.scenario(10_000)).contains("10,000 to 100,000");
        assertThat(Verdict.scenario(100_000)).contains("above 100,000");
        assertThat(Verdict.scenario(1_000_000)).contains("above 1,000,000");
        final Verdict verdict = report(List.of(rung("engine", 8_000_000, 1), rung("log", 1_200_000, 1), rung("grpc-batch-64", 500_000, 300)))
                .verdict();
        assertThat(verdict.bottleneck()).isEqualTo("network");
        assertThat(verdict.basis()).anyMatch(line -> line.contains("500,000 orders/s"));
    }

    @Test
    void shouldReadItsOwnJsonAndShowItself() throws Exception {
        final LadderReport report = report(List.of(rung("core", 20_000_000, 1), rung("engine", 8_000_000, 1), RungResult.failed("tcp", "no <port>")));
        final ObjectMapper json = new ObjectMapper();
        final LadderReport again = json.readValue(json.writeValueAsString(report), LadderReport.class);
        assertThat(again.rungs()).isEqualTo(report.rungs());
        assertThat(json.valueToTree(report).at("/rungs/0/noisePercent").asDouble()).as("intervals spread by 4%, but 30% is the least").isEqualTo(30);
        assertThat(json.valueToTree(report).at("/rungs/0/p50NoisePercent").asDouble()).isEqualTo(40);
        assertThat(json.valueToTree(report).at("/rungs/0/kneePerSecond").asLong()).isEqualTo(10_000_000);

        final String page = new HtmlReport(report).page();
        assertThat(page).startsWith("<!doctype html>").endsWith("</html>\n").contains("<svg").contains("prefers-color-scheme:dark")
                .contains("no &lt;port&gt;").doesNotContain("http://").doesNotContain("https://").doesNotContain("<script");

        final var text = new ByteArrayOutputStream();
        new TextReport(report, new PrintStream(text, true, StandardCharsets.UTF_8)).print();
        assertThat(text.toString(StandardCharsets.UTF_8)).contains("Waterfall").contains("Verdict: engine above 1,000,000")
                .contains("planted in engine: 1000 ns beside 0, found 1050.0 ± 40 ns");
    }

    @Test
    void shouldDrawProfilesInsideThePage() throws InterruptedException {
        final RungResult bare = rung("core", 20_000_000, 1);
        final RungResult profiled = new RungResult(bare.name(), bare.batch(), bare.window(), bare.ordersPerSecond(), bare.ordersPerSecondMin(),
                bare.ordersPerSecondMax(), 1, 1, 1, 1, 1, 1, 1, 1, false, null, 1, 0, bare.stateHash(), 1, -1, -1, -1, List.of(), List.of(),
                List.of(new RungResult.TopMethods("rig", "cpu", List.of("60.0% bourse/engine/A.<init>"), "0 10 all\n1 6 A.<init>\n")), List.of(), null);

        final String page = new HtmlReport(report(List.of(profiled))).page();

        assertThat(page).contains("core, rig, cpu").contains("60.0% bourse/engine/A.&lt;init&gt;").contains("1 6 A.&lt;init&gt;").contains("<script>")
                .doesNotContain("http://").doesNotContain("https://").doesNotContain("src=");
    }

    @Test
    void shouldTellAChangeFromNoise() throws InterruptedException {
        final LadderReport before = report(List.of(rung("engine", 8_000_000, 10), rung("tcp", 1_000_000, 100)));
        final LadderReport after = report(List.of(rung("engine", 7_500_000, 11), rung("tcp", 2_000_000, 400)));

        final Comparison comparison = Comparison.of(before, after);

        assertThat(comparison.hashesEqual()).isTrue();
        assertThat(comparison.changes()).filteredOn(change -> "engine".equals(change.rung())).extracting(Comparison.Change::verdict).containsOnly("same");
        assertThat(comparison.changes()).filteredOn(change -> "tcp".equals(change.rung())).extracting(Comparison.Change::verdict)
                .containsExactly("better", "better", "worse", "worse", "same");
    }

    @Test
    void shouldTakeTheSpreadOfTheIntervalsForTheNoiseOfALatency() throws InterruptedException {
        final RungResult steady = rung("tcp", 1_000_000, 100);
        final RungResult restless = new RungResult(steady.name(), 64, 8_192, 1_000_000, 980_000, 1_020_000, 350, 350, 350, 500, 600, 700, 1, 100_000, false,
                new RungResult.LatencySpread(100, 364, 200, 1_000), 1_000, 0, steady.stateHash(), 5, -1, -1, -1, List.of(), List.of(), List.of(), List.of(), null);

        assertThat(restless.p50NoisePercent()).isEqualTo(264);
        assertThat(restless.p99NoisePercent()).isEqualTo(400);
        assertThat(Comparison.of(report(List.of(steady)), report(List.of(restless))).changed()).as("3.5 times the median, but the intervals say 3.64").isZero();
        assertThat(Comparison.of(report(List.of(steady)), report(List.of(rung("tcp", 1_000_000, 350)))).changes()).filteredOn(change -> "p50 us".equals(change
                .figure())).extracting(Comparison.Change::verdict).containsExactly("worse");
    }
}
