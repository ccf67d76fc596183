package bourse.services.replay;

import static org.assertj.core.api.Assertions.assertThat;

import bourse.engine.match.LadderMatcher;
import bourse.engine.match.MatchListener;
import bourse.engine.match.Matcher;
import bourse.engine.match.MatcherLimits;
import bourse.engine.reference.ReferenceMatcher;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Recorded and synthetic days against the matcher itself: every row of the reference book, every named execution. */
class MatcherReplayTest {
    private static final MatcherLimits LIMITS = new MatcherLimits(2, 1 << 17, 1 << 15, 16, 1 << 17, 64, 1 << 13);

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"amzn5.commands.csv.gz, AMZN, 5, false, 155907, 8974, 8933, 6593, 1512, 6571",
        "aapl1.commands.csv.gz, AAPL, 1, false, 118490, 23658, 23353, 18695, 3603, 18516",
        "amzn5.commands.csv.gz, AMZN, 5, true, 0, 8974, 0, 6593, 1512, 6571",
        "aapl1.commands.csv.gz, AAPL, 1, true, 0, 23658, 0, 18695, 3603, 18516"})
    void shouldReproduceARecordedDay(final String commands, final String ticker, final int levels, final boolean grouped,
                                     final long rows, final long executions, final long exact, final long aggressors,
                                     final long sweeps, final long namedSets) throws IOException {
        final Path data = LobsterConversionTest.sharedData();
        final List<FlowCommand> flow = FlowFile.read(data.resolve(commands));
        final var comparison = new RowComparison(ReferenceBook.read(data.resolve(ticker + "_2012-06-21_34200000_57600000_orderbook_"
                + levels + ".csv.gz")));
        final var replay = new MatcherReplay(ReplayPlan.of(flow, grouped, 1, "TEST"));

        final TradeLedger.Verdict verdict = replay.run(MatcherReplayTest::ladder, comparison);

        assertThat(replay.refusals()).isEmpty();
        assertThat(comparison.differences()).isEmpty();
        assertThat(comparison.equal()).isEqualTo(comparison.compared());
        assertThat(verdict.executions()).isEqualTo(executions);
        assertThat(verdict.aggressors()).isEqualTo(aggressors);
        assertThat(verdict.sweeps()).isEqualTo(sweeps);
        assertThat(verdict.namedSets()).isEqualTo(namedSets);
        assertThat(verdict.failures()).isEmpty();
        if (!grouped) {
            assertThat(comparison.compared()).isEqualTo(rows);
            assertThat(verdict.makerAgreement()).isEqualTo(exact);
            assertThat(verdict.assertionsChecked()).isEqualTo(exact);
        }
    }

    private static Matcher ladder(final MatchListener listener) {
        return new LadderMatcher(LIMITS, LadderMatcher.offHeapMemory(LIMITS), listener);
    }

    @Test
    void shouldReproduceASyntheticDay() throws IOException {
        final Path file = folder.resolve("day.csv.gz");
        final Path book = folder.resolve("book.csv.gz");
        final List<FlowCommand> written = SyntheticFlow.write(file, book, 20_000, 42, 5);
        final List<FlowCommand> flow = FlowFile.read(file);
        assertThat(flow.stream().map(FlowCommand::toCsv)).isEqualTo(written.stream().map(FlowCommand::toCsv).toList());

        final var comparison = new RowComparison(ReferenceBook.read(book));
        final var replay = new MatcherReplay(ReplayPlan.of(flow, false, 1, "TEST"));
        final TradeLedger.Verdict verdict = replay.run(listener -> new ReferenceMatcher(listener, LIMITS), comparison);

        assertThat(replay.refusals()).isEmpty();
        assertThat(comparison.compared()).isEqualTo(20_000);
        assertThat(comparison.differences()).isEmpty();
        assertThat(verdict.executions()).isGreaterThan(2_000);
        assertThat(verdict.makerAgreement()).isEqualTo(verdict.executions());
    }
}
