package bourse.engine.property;

import static org.assertj.core.api.Assertions.assertThat;

import bourse.engine.match.Matcher;
import bourse.engine.scenario.MatcherChoice;
import bourse.sbe.engine.CancelReason;
import bourse.sbe.engine.RejectReason;
import bourse.sbe.engine.RestateReason;
import java.util.EnumSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The random streams reach every call and every reason that a matcher can give: what they never reach, they do not test. */
class StreamCoverageTest {
    private static final int STREAMS = 400;

    /** Given by the engine around the matcher, or where capacity ends. */
    private static final Set<RejectReason> NOT_THE_MATCHERS = EnumSet.of(RejectReason.NONE, RejectReason.NOT_PERMITTED, RejectReason.BOOK_FULL,
        RejectReason.STALE_EPOCH, RejectReason.SEQUENCE_GAP, RejectReason.UNKNOWN_SESSION, RejectReason.ALREADY_EXISTS, RejectReason.CAPACITY,
        RejectReason.OPEN_ORDERS, RejectReason.NULL_VAL);
    /** Reserved, or chosen by the engine around the matcher. */
    private static final Set<CancelReason> NEVER_GIVEN = EnumSet.of(CancelReason.NONE, CancelReason.INSTRUMENT_CLOSED, CancelReason.ADMIN,
        CancelReason.NULL_VAL);

    @Test
    void shouldReachEveryCallAndReason() {
        final Map<String, Integer> reached = new TreeMap<>();
        final CallTape tape = new CallTape();
        for (int seed = 0; seed < STREAMS; seed++) {
            final Matcher matcher = MatcherChoice.REFERENCE.create(tape);
            StreamGenerator.instruments().forEach(matcher::defineInstrument);
            for (final Command command : new StreamGenerator(new Random(seed)).stream(250)) {
                tape.clear();
                command.applyTo(matcher, tape);
                tape.calls().forEach(call -> reached.merge(nameOf(call), 1, Integer::sum));
            }
        }
        System.out.println(reached);

        final Set<RejectReason> rejects = EnumSet.complementOf(EnumSet.copyOf(NOT_THE_MATCHERS));
        final Set<CancelReason> cancels = EnumSet.complementOf(EnumSet.copyOf(NEVER_GIVEN));
        assertThat(reached.keySet()).containsAll(rejects.stream().map(r -> "rejected " + r).collect(Collectors.toSet()));
        assertThat(reached.keySet()).containsAll(cancels.stream().map(r -> "cancelled " + r).collect(Collectors.toSet()));
        assertThat(reached.keySet()).contains("restated ICEBERG_REFILL", "restated PEG_MOVED", "restated POST_ONLY_REPRICED",
            "restated TRAILING_STOP_MOVED", "restated SELF_TRADE_DECREMENT", "accepted", "booked", "booked at any price", "trade", "auctionTrade", "trade of two that rest",
            "reduced", "replaced", "triggered", "quoted", "massCancelled", "tradingState", "auctionIndication", "instrumentChanged", "answer OPEN_ORDERS");
    }

    private static String nameOf(final String call) {
        final String name = call.substring(0, call.indexOf('['));
        final long[] a = java.util.Arrays.stream(call.substring(call.indexOf('[') + 1, call.length() - 1).split(", ")).mapToLong(Long::parseLong).toArray();
        return switch (name) {
            case "answer" -> a[0] > 0 ? name + " " + RejectReason.get((short) a[0]) : name;
            case "rejected" -> name + " " + RejectReason.get((short) a[5]);
            case "cancelled" -> name + " " + CancelReason.get((short) a[8]);
            case "restated" -> name + " " + RestateReason.get((short) a[9]);
            case "booked" -> a[5] == 0 ? "booked at any price" : name;
            case "trade" -> a[17] != 0 ? "auctionTrade" : a[12] != 0 ? "trade of two that rest" : name;
            default -> name;
        };
    }
}
