package bourse.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The first five minutes of the README, against the packaged jar: start, mint a token, trade from the shell and other languages, see the book, stop. */
class FirstTradeSystemTest {
    private static final String BOURSE = Terminal.ROOT.resolve("bourse").toString();

    @TempDir
    private Path directory;
    private RunningVenue venue;

    @BeforeEach
    void start() throws Exception {
        venue = RunningVenue.start(directory);
    }

    @AfterEach
    void stop() throws Exception {
        venue.close();
    }

    @Test
    void shouldTradeFromTheShellAndStopInOrder() throws Exception {
        final Terminal second = venue.terminal();
        second.run(BOURSE, "order", "buy", "--account", "1", "--instrument", "DEMO", "--price", "100.25", "--quantity", "10").expectSuccess();

        final String sold = second.run(BOURSE, "order", "sell", "--account", "2", "--instrument", "DEMO", "--price", "100.25", "--quantity", "4")
            .expectSuccess();
        final String book = second.run(BOURSE, "book", "--instrument", "DEMO").expectSuccess();
        final String elsewhere = second.run(BOURSE, "book", "--instrument", "DEMO", "--address", venue.address("marketData")).expectSuccess();

        final String status = second.run(BOURSE, "status").expectSuccess();

        assertThat(status).contains("The venue trades", "engine, gateway, marketdata: ready", " 1 orders on 1 levels", "order entry    " + venue.address("orderEntry"));
        assertThat(sold).contains("100.25");
        assertThat(book).contains("100.25").containsPattern("\\b6\\b").containsPattern("\\b4\\b");
        assertThat(elsewhere).isEqualTo(book);
        assertThat(venue.terminate()).as(venue.log()).isZero();
    }

    @Test
    void shouldKeepAcknowledgedOrdersThroughKillNine() throws Exception {
        venue.terminal().run(BOURSE, "order", "buy", "--account", "1", "--instrument", "ACME", "--price", "55.5", "--quantity", "7").expectSuccess();

        venue.kill();
        venue = RunningVenue.start(directory);

        assertThat(venue.terminal().run(BOURSE, "book", "--instrument", "ACME").expectSuccess()).contains("55.5").containsPattern("\\b7\\b");
    }

    @Test
    void shouldTradeFromPython() throws Exception {
        final String python = python();
        final Terminal second = venue.terminal();
        second.run(BOURSE, "order", "buy", "--account", "1", "--instrument", "DEMO", "--price", "100.25", "--quantity", "10").expectSuccess();
        final String token = second.run(BOURSE, "token", "--account", "2").expectSuccess().trim();

        final String printed = second.with("BOURSE_TOKEN", token).run(python, Terminal.ROOT.resolve("proto/clients/python/trader.py").toString(),
            "--instrument", "DEMO", "--orders-at", venue.address("orderEntry"), "--book-at", venue.address("marketData"),
            "sell:4@100.25", "buy:2@99.50").expectSuccess();

        assertThat(printed.lines().filter(line -> line.startsWith("accepted"))).hasSize(2);
        assertThat(printed.lines().filter(line -> line.startsWith("execution"))).singleElement().asString().contains("price: 10025", "quantity: 4");
        assertThat(printed.lines().map(line -> line.replaceAll(" +", " "))).contains("bid 6 @ 100.25", "bid 2 @ 99.50", "last 4 @ 100.25");
    }

    @Test
    void shouldAgreeWithEachClientAboutTheTapes() throws Exception {
        final Terminal.Result result = venue.terminal().patient(Duration.ofMinutes(5)).run(Terminal.ROOT.resolve("proto/conformance/run").toString());
        System.out.println(result.out() + result.err());
        assertThat(result.status()).as(result.out() + result.err()).isZero();
        assertThat(result.out()).contains("Java").containsPattern("the book, rebuilt from the feed( +ok)+")
            .containsPattern("events that are no longer kept( +ok)+").containsPattern("a venue that goes away( +ok)+")
            .containsPattern("a venue that falls silent( +ok)+").doesNotContain("FAILED");
    }

    private static String python() throws IOException, InterruptedException {
        final String python = interpreterWith(List.of("python3", "/usr/bin/python3"), "-c", "import grpc, google.protobuf");
        assumeTrue(python != null, "SKIPPED: no Python with grpcio (Debian: python3-grpcio, python3-protobuf, protobuf-compiler)");
        return python;
    }

    /** The first of the interpreters that runs the probe well, or null. */
    private static String interpreterWith(final List<String> interpreters, final String... probe) throws IOException, InterruptedException {
        for (final String interpreter : interpreters) {
            try {
                if (new Terminal().run(interpreter, probe[0], probe[1]).status() == 0) {
                    return interpreter;
                }
            } catch (final IOException absent) {
                // the next one may be there
            }
        }
        return null;
    }
}
