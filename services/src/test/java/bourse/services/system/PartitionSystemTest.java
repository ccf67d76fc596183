package bourse.services.system;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Predicate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Three members on hosts of their own whose network is cut, one way or both, once or again and again, while each gateway keeps its clients. Real processes in network
 * namespaces: needs root and iproute2. The first test is among the ordinary ones; all of them run by {@code make test-partitions}.
 */
@Timeout(300)
class PartitionSystemTest {
    private static final String ALL = "bourse.partitions";
    private static final String NOT_ALL = "SKIPPED: the whole suite of partitions runs by `make test-partitions`";
    private static final long SEED = Long.getLong("bourse.seed", 20_261_122L);
    private static final int CUTS = Integer.getInteger(ALL, 40);
    private static final int MEMBERS = 3;
    private static final long ANSWER_NS = 60_000_000_000L;

    /** One way between members that are cut, the leader being first, some other one second. */
    enum OneWay {
        LEADER_IS_HEARD_BY_NOBODY, LEADER_HEARS_NOBODY, FOLLOWER_DOES_NOT_HEAR_THE_LEADER, LEADER_DOES_NOT_HEAR_A_FOLLOWER
    }

    @TempDir
    private Path dir;
    private final Promises promises = new Promises();
    /** Go to any gateway. */
    private final List<FaultTrader> traders = new ArrayList<>();
    /** By member: knows no other gateway. */
    private final List<FaultTrader> loyal = new ArrayList<>();
    private MemberNetwork network;
    private ReplicatedVenue venue;

    @BeforeEach
    void start() throws Exception {
        final String missing = MemberNetwork.missing();
        assumeTrue(missing == null, () -> "SKIPPED: " + missing);
        network = new MemberNetwork(MEMBERS);
        venue = new ReplicatedVenue(dir, MEMBERS, network).startAll();
        for (int i = 0; i < MEMBERS; i++) {
            traders.add(venue.trader(i, i + 1, SEED));
            loyal.add(venue.loyalTrader(i, MEMBERS + i + 1, SEED));
        }
        awaitAnswers(everybody(), "all are connected");
    }

    @AfterEach
    void stop() throws Exception {
        if (network == null) {
            return;
        }
        promises.print(System.out);
        everybody().forEach(FaultTrader::close);
        if (venue != null) {
            venue.printOutputs(System.out);
            venue.close();
        }
        network.close();
    }

    @Test
    void shouldGoOnWithoutALeaderThatIsCutOff() throws Exception {
        final int cutOff = venue.awaitLeader();
        network.isolate(cutOff);
        promises.fault("leader cut off from both others");
        everybody().forEach(FaultTrader::mark);
        final List<FaultTrader> others = new ArrayList<>(traders);
        loyal.stream().filter(trader -> trader != loyal.get(cutOff)).forEach(others::add);
        awaitMarked(others, "the leader is cut off");
        venue.member(cutOff).await("not in a quorum", () -> !venue.isReady(cutOff));
        Thread.sleep(1_000);
        promises.check("a minority acknowledges nothing", loyal.get(cutOff).answeredNs() == 0, () -> "member " + cutOff);
        network.mendAll();
        awaitMarked(List.of(loyal.get(cutOff)), "the leader is back");
        venue.awaitServing(cutOff);
        promises.check("a leader that was cut off follows", venue.health(cutOff).path("member").asText().contains(", follower, "),
            () -> venue.health(cutOff).path("member").asText());
        check();
    }

    @ParameterizedTest
    @EnumSource
    @EnabledIfSystemProperty(named = ALL, matches = "\\d+", disabledReason = NOT_ALL)
    void shouldGoOnWhenALinkIsCutOneWay(final OneWay way) throws Exception {
        final int leader = venue.awaitLeader();
        final int next = (leader + 1) % MEMBERS;
        final int last = (leader + 2) % MEMBERS;
        switch (way) {
            case LEADER_IS_HEARD_BY_NOBODY -> {
                network.cut(leader, next);
                network.cut(leader, last);
            }
            case LEADER_HEARS_NOBODY -> {
                network.cut(next, leader);
                network.cut(last, leader);
            }
            case FOLLOWER_DOES_NOT_HEAR_THE_LEADER -> network.cut(leader, next);
            case LEADER_DOES_NOT_HEAR_A_FOLLOWER -> network.cut(next, leader);
        }
        promises.fault("cut one way: " + way);
        everybody().forEach(FaultTrader::mark);
        awaitMarked(traders, "one way is cut");
        Thread.sleep(3_000);
        everybody().forEach(FaultTrader::mark);
        network.mendAll();
        awaitMarked(everybody(), "the link is whole");
        check();
    }

    @Test
    @EnabledIfSystemProperty(named = ALL, matches = "\\d+", disabledReason = NOT_ALL)
    void shouldBearALinkThatComesAndGoes() throws Exception {
        final SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < CUTS; i++) {
            cutAtRandom(random);
            Thread.sleep(50 + random.nextInt(750));
            if (random.nextInt(4) != 0) {
                network.mendAll();
                Thread.sleep(random.nextInt(random.nextBoolean() ? 200 : 1_500));
            }
        }
        network.mendAll();
        everybody().forEach(FaultTrader::mark);
        awaitMarked(everybody(), "the network is whole again");
        check();
    }

    private void cutAtRandom(final SplittableRandom random) throws IOException, InterruptedException {
        final int one = random.nextInt(MEMBERS);
        final int other = (one + 1 + random.nextInt(MEMBERS - 1)) % MEMBERS;
        switch (random.nextInt(4)) {
            case 0 -> {
                network.isolate(one);
                promises.fault("a member cut off for 50..800 ms");
            }
            case 1 -> {
                network.part(one, other);
                promises.fault("two members parted for 50..800 ms");
            }
            case 2 -> {
                network.cut(one, other);
                promises.fault("cut one way for 50..800 ms");
            }
            default -> {
                network.down(one);
                promises.fault("a member's interface down for 50..800 ms");
            }
        }
    }

    private List<FaultTrader> everybody() {
        final List<FaultTrader> all = new ArrayList<>(traders);
        all.addAll(loyal);
        return all;
    }

    private static void awaitAnswers(final List<FaultTrader> these, final String since) throws InterruptedException {
        await(these, trader -> trader.eventCount() > 0, since);
    }

    /** Each gets an answer to something that it sent after the mark. */
    private static void awaitMarked(final List<FaultTrader> these, final String since) throws InterruptedException {
        await(these, trader -> trader.answeredNs() != 0, since);
    }

    private static void await(final List<FaultTrader> these, final Predicate<FaultTrader> isAnswered, final String since) throws InterruptedException {
        final long sinceNs = System.nanoTime();
        for (final FaultTrader trader : these) {
            while (!isAnswered.test(trader)) {
                assertThat(System.nanoTime() - sinceNs).as("no answer to account %d since %s", trader.account, since).isLessThan(ANSWER_NS);
                Thread.sleep(2);
            }
        }
    }

    private void check() throws Exception {
        for (final FaultTrader trader : everybody()) {
            trader.finish();
        }
        final long bookHash = new ReplicaCheck(venue, promises).killAllAndCompare();
        // The slow matcher has its turn in the tests of replication and of faults.
        new VenueChecker(venue.directory(0).resolve("data/log"), promises).checkFast(everybody(), bookHash);
        assertThat(promises.broken()).isEmpty();
        assertThat(promises.checked("what a client was told is in the event stream, the same")).isGreaterThan(500L);
    }
}
