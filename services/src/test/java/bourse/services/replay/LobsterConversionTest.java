package bourse.services.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LobsterConversionTest {

    @ParameterizedTest
    @CsvSource({"AMZN, 5, amzn5, 28, 182988", "AAPL, 1, aapl1, 7, 157882"})
    void shouldMakeTheRecordedCommands(final String ticker, final int levels, final String commands, final int start,
                                       final int lines) throws IOException {
        final Path folder = sharedData();
        final var messages = LobsterMessages.read(folder.resolve(ticker + "_2012-06-21_34200000_57600000_message_" + levels
                + ".csv.gz"));
        final var book = ReferenceBook.read(folder.resolve(ticker + "_2012-06-21_34200000_57600000_orderbook_" + levels
                + ".csv.gz"));
        assertThat(LobsterConversion.openingLoad(messages)).isEqualTo(start);

        final List<FlowCommand> made = LobsterConversion.convert(messages, book, start);

        assertThat(made).hasSize(lines);
        try (BufferedReader in = TextLines.reader(folder.resolve(commands + ".commands.csv.gz"))) {
            assertThat(FlowCommand.CSV_HEADER).isEqualTo(in.readLine());
            for (int i = 0; i < lines; i++) {
                final String expected = in.readLine();
                if (!made.get(i).toCsv().equals(expected)) {
                    assertThat(made.get(i).toCsv()).as("line " + (i + 2)).isEqualTo(expected);
                }
            }
            assertThat(in.readLine()).isNull();
        }
    }

    /** Where the recorded samples are; skips the test, saying so, where they are not. */
    static Path sharedData() {
        for (Path up = Path.of("").toAbsolutePath(); up != null; up = up.getParent()) {
            final Path folder = up.resolve("shared/data/lobster");
            if (Files.isDirectory(folder)) {
                return folder;
            }
        }
        System.err.println("SKIPPED: no folder shared/data/lobster above " + Path.of("").toAbsolutePath()
                + ": the replay of recorded days is not tested");
        Assumptions.abort("no recorded samples (shared/data/lobster) here");
        throw new AssertionError();
    }
}
