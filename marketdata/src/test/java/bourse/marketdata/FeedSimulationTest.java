package bourse.marketdata;

import static org.assertj.core.api.Assertions.assertThat;

import bourse.marketdata.ImpairmentProxy.Conditions;
import bourse.marketdata.receiver.BookChecksum;
import bourse.marketdata.receiver.ReceiverConfig;
import java.util.Collections;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole feed from events to a receiver's books, over bad networks, in virtual time. */
class FeedSimulationTest {
    private static final long SECOND_NS = 1_000_000_000L;
    /** {@code -Dsurefire.extra=-Dbourse.simulation.messages=10000000} for a long run. */
    private static final long MESSAGES = Long.getLong("bourse.simulation.messages", 75_000);

    @Test
    void shouldRebuildTheVenuesBooksFromTheFirstMessage() {
        final SimulatedFeed sim = simulate(1, Conditions.PERFECT);
        run(sim, 500);
        assertThat(sim.settle(SECOND_NS)).isLessThan(SECOND_NS);
        assertBooksEqual(sim);
        assertThat(sim.trades).isEqualTo(sim.flow.trades()).isPositive();
        assertThat(sim.receiver.counters().gaps()).isZero();
        assertThat(sim.receiver.counters().duplicates(0) + sim.receiver.counters().duplicates(1)).isPositive();
        assertThat(sim.receiver.counters().checksumsVerified()).isPositive();
        assertThat(sim.receiver.counters().checksumsFailed()).isZero();
    }

    @Test
    void shouldEqualTheVenueWithinASecondAfterJoiningInTheMiddle() {
        final SimulatedFeed sim = simulate(2, Conditions.PERFECT);
        sim.receiverJoined(false);
        run(sim, 400);
        sim.receiverJoined(true);
        final long startNs = sim.nowNs;
        while (!sim.isInSync() && sim.nowNs - startNs < 3 * SECOND_NS) {
            sim.publish(sim.flow.next(2));
            sim.step();
            sim.step();
        }
        System.out.println("seed=2 late joiner in sync after " + (sim.nowNs - startNs) / 1_000 + " us");
        assertThat(sim.nowNs - startNs).isLessThan(SECOND_NS);
        run(sim, 200);
        sim.settle(SECOND_NS);
        assertBooksEqual(sim);
        assertThat(sim.receiver.counters().snapshots()).isEqualTo(sim.flow.books().size());
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    @DisplayName("20% loss on both lines, 25% reordering, 2% duplication, and as much on the way of requests and answers")
    void shouldNeverDivergeWhenBothLinesLose(final long seed) {
        final SimulatedFeed sim = simulate(seed, Conditions.of(0.20, 0.25, 0.02));
        while (sim.flow.feedSeq() < MESSAGES) {
            run(sim, 400);
            assertThat(sim.divergent()).isEmpty();
        }
        assertThat(sim.settle(3 * SECOND_NS)).isLessThan(3 * SECOND_NS);
        assertBooksEqual(sim);
        assertThat(sim.receiver.counters().gaps()).isPositive();
        assertThat(sim.receiver.counters().checksumsFailed()).isZero();
        Collections.sort(sim.recoveriesNs);
        final long p99 = sim.recoveriesNs.get(sim.recoveriesNs.size() * 99 / 100);
        System.out.println("seed=" + seed + " messages=" + sim.receiver.counters().messages() + " gaps=" + sim.receiver.counters().gaps()
            + " recoveries=" + sim.recoveriesNs.size() + " recoveryP99Us=" + p99 / 1_000 + " longestUs="
            + sim.recoveriesNs.getLast() / 1_000 + " givenUp=" + sim.receiver.counters().lostMessages() + " checksumsEqual="
            + sim.receiver.counters().checksumsVerified() + " divergentBooks=0");
        assertThat(p99).isLessThan(100_000_000L);
    }

    @Test
    void shouldIgnoreAndCountTornAndCorruptPackets() {
        final SimulatedFeed sim = simulate(21, new Conditions(0, 0, 0, 0, 0, 0, 0.3, 20_000));
        run(sim, 600);
        sim.settle(3 * SECOND_NS);
        assertBooksEqual(sim);
        assertThat(sim.receiver.counters().malformedPackets()).isPositive();
        assertThat(sim.receiver.counters().checksumsFailed()).isZero();
    }

    @Test
    void shouldRecoverFromBurstsByRequest() {
        final SimulatedFeed sim = simulate(31, new Conditions(0, 0.01, 40, 0, 0, 0, 0, 20_000));
        run(sim, 1_000);
        sim.settle(3 * SECOND_NS);
        assertBooksEqual(sim);
        assertThat(sim.receiver.counters().retransmitted()).isPositive();
    }

    @Test
    void shouldRecoverBySnapshotWhenNobodyAnswers() {
        final ReceiverConfig alone = new ReceiverConfig(0, 1 << 14, 256, 2_000_000, 20_000_000, 3, false);
        final SimulatedFeed sim = new SimulatedFeed(41, 3, alone, Conditions.of(0.1, 0, 0), Conditions.of(0.1, 0, 0), Conditions.PERFECT);
        sim.publish(sim.flow.define());
        run(sim, 1_000);
        sim.network.conditions(0, Conditions.PERFECT);
        sim.network.conditions(1, Conditions.PERFECT);
        assertThat(sim.settle(5 * SECOND_NS)).isLessThan(5 * SECOND_NS);
        assertBooksEqual(sim);
        assertThat(sim.receiver.counters().lostMessages()).isPositive();
        assertThat(sim.receiver.counters().requests()).isZero();
        assertThat(sim.desyncs).isNotEmpty();
    }

    @Test
    void shouldReadOneLineWhenTheOtherIsDead() {
        final SimulatedFeed sim = new SimulatedFeed(51, 2, ReceiverConfig.defaults(), new Conditions(1, 0, 0, 0, 0, 0, 0, 0),
            Conditions.PERFECT, Conditions.PERFECT);
        sim.publish(sim.flow.define());
        run(sim, 200);
        sim.settle(SECOND_NS);
        assertBooksEqual(sim);
        assertThat(sim.receiver.counters().packets(0)).isZero();
    }

    @Test
    void shouldReportACleanEnd() {
        final SimulatedFeed sim = simulate(61, Conditions.PERFECT);
        run(sim, 10);
        sim.endSession();
        sim.settle(SECOND_NS);
        sim.step();
        assertThat(sim.receiver.isEnded()).isTrue();
    }

    private static SimulatedFeed simulate(final long seed, final Conditions all) {
        final SimulatedFeed sim = new SimulatedFeed(seed, 4, ReceiverConfig.defaults(), all, all, all);
        sim.publish(sim.flow.define());
        return sim;
    }

    private static void run(final SimulatedFeed sim, final int fragments) {
        for (int i = 0; i < fragments; i++) {
            sim.publish(sim.flow.next(20));
            sim.step();
        }
    }

    private static void assertBooksEqual(final SimulatedFeed sim) {
        assertThat(sim.receiver.nextSeq()).isEqualTo(sim.flow.feedSeq() + 1);
        sim.flow.books().forEach((id, reference) -> {
            assertThat(sim.receiver.books().get(id).isSynced()).as("instrument %d synced", id).isTrue();
            assertThat(BookChecksum.of(sim.receiver.books().get(id))).as("instrument %d", id).isEqualTo(reference.checksum());
            assertThat(BookChecksum.of(sim.feed.books().get(id))).as("fold of instrument %d", id).isEqualTo(reference.checksum());
            assertThat(sim.receiver.books().get(id).unknownOrders()).isZero();
        });
    }
}
