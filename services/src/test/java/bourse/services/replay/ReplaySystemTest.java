package bourse.services.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bourse.gateway.auth.KeyFile;
import bourse.gateway.auth.TokenMinter;
import bourse.services.client.OwnVenue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole way, in processes of their own: a synthetic day through gRPC, compared row by row with the public feed; killed and taken up again. */
@Timeout(300)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ReplaySystemTest {
    private static final int ROWS = 4_000;

    @TempDir
    private static Path folder;

    private static final List<ReplayVenue> OPENED = new ArrayList<>();

    private static OwnVenue venue;
    private static List<FlowCommand> flow;
    private static ReferenceBook book;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        flow = SyntheticFlow.write(folder.resolve("day.csv"), folder.resolve("book.csv"), ROWS, 7, 5);
        book = ReferenceBook.read(folder.resolve("book.csv"));
        venue = OwnVenue.startIn(Files.createDirectory(folder.resolve("venue")), List.of("-XX:+UseSerialGC", "-Xmx1g",
                "-XX:TieredStopAtLevel=1"), List.of("engine.warmUp=0"));
    }

    @AfterAll
    static void stop() {
        OPENED.forEach(ReplayVenue::close);
        if (venue != null) {
            venue.close();
        }
    }

    @Test
    @Order(1)
    void shouldTakeUpAReplayWhoseVenueWasKilled() throws Exception {
        final ReplayPlan plan = ReplayPlan.of(flow, false, 1, "KILLED");
        final Path cursor = folder.resolve("cursor");
        final ReplayReport begun = replay(plan, cursor, 1_500);
        assertThat(begun.sent()).isBetween(1_500L, 2_000L);
        assertThat(begun.holds()).isFalse();

        venue.kill();
        venue.restart();
        final ReplayReport whole = replay(plan, cursor, 0);

        assertThat(whole.resumed()).isTrue();
        assertThat(whole.sent()).isEqualTo(plan.orders().size() - begun.acknowledged());
        assertWhole(whole);
        assertThat(replay(plan, cursor, 0).sent()).isZero();
    }

    @Test
    @Order(2)
    void shouldCompareAggressorsAsSweepingOrders() throws Exception {
        final ReplayReport report = replay(ReplayPlan.of(flow, true, 1, "GROUPED"), null, 0);

        assertThat(report.holds()).as(report + String.join("\n", report.complaints())).isTrue();
        assertThat(report.namedSets()).isEqualTo(report.aggressors());
        assertThat(report.commands()).isLessThan(flow.size());
    }

    @Test
    @Order(3)
    void shouldRefuseABookThatHoldsOrders() {
        assertThatThrownBy(() -> replay(ReplayPlan.of(flow, false, 1, "KILLED"), null, 0))
                .hasMessageContaining("the book of KILLED holds orders");
    }

    @Test
    @Order(4)
    void shouldRefuseAnotherReplaysCursor() throws Exception {
        final Path cursor = folder.resolve("cursor");
        assertThatThrownBy(() -> new ReplayRun(open(), ReplayPlan.of(flow, false, 1, "OTHER"), book, options(cursor, 0), "other", 4)
                .run("day.csv", false, null, false)).hasMessageContaining("is the cursor of another replay");
    }

    @Test
    @Order(5)
    void shouldCheckWhatAFileExpectsOfAnAuction() throws Exception {
        final Path file = folder.resolve("auction.csv");
        Files.writeString(file, """
                action,order_id,side,price,qty,phase,maker,taker
                PHASE,,,,,AUCTION_CALL,,
                NEW,1,BUY,105,10,,,
                NEW,2,SELL,100,4,,,
                NEW,3,SELL,103,4,,,
                PHASE,,,,,CONTINUOUS,,
                EXPECT_TRADE,,,105,4,,1,2
                EXPECT_TRADE,,,105,4,,1,3
                CANCEL,1,BUY,,,,,
                NEW,4,SELL,90,5,,,
                IOC,4,BUY,90,5,,,
                EXPECT_TRADE,,,90,5,,4,
                EXPECT_TRADE,,,90,5,,4,
                """);
        final ReplayReport report = new ReplayRun(open(), ReplayPlan.of(FlowFile.read(file), false, 1, "AUCTION"), null, options(null, 0),
                "auction", 4).run("auction.csv", false, null, false);

        assertThat(report.rejected()).isZero();
        assertThat(report.trades()).isEqualTo(3);
        assertThat(report.assertionsChecked()).isEqualTo(4);
        assertThat(report.assertionsFailed()).as(String.join("\n", report.complaints())).isEqualTo(1);
        assertThat(report.complaints()).anySatisfy(complaint -> assertThat(complaint).contains("line 13: expected trade 2"));
    }

    private static void assertWhole(final ReplayReport report) {
        assertThat(report.holds()).as(String.join("\n", report.complaints())).isTrue();
        assertThat(report.rowsCompared()).isEqualTo(ROWS);
        assertThat(report.rejected()).isZero();
        assertThat(report.makerAgreement()).isEqualTo(report.executions()).isGreaterThan(100);
    }

    private static ReplayReport replay(final ReplayPlan plan, final Path cursor, final int mayStop) throws Exception {
        return new ReplayRun(open(), plan, book, options(cursor, mayStop), plan.symbols().getFirst(), 4).run("day.csv", false, null, false);
    }

    private static ReplayOptions options(final Path cursor, final int mayStop) {
        return new ReplayOptions(64, 1_024, 0, cursor, Duration.ofSeconds(30), mayStop);
    }

    private static ReplayVenue open() throws IOException {
        final TokenMinter minter = new TokenMinter(KeyFile.openOrCreate(venue.data()));
        final ReplayVenue opened = new EndpointVenue(venue.endpoints(), null, (account, rights) -> minter.mint("test", account, rights,
                new int[0], Duration.ofHours(1)), 1);
        OPENED.add(opened);
        return opened;
    }
}
