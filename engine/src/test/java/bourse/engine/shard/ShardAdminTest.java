package bourse.engine.shard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import bourse.engine.book.BookMemory;
import bourse.engine.events.EventText;
import bourse.engine.log.SimulatedLog;
import bourse.engine.log.SimulationFaults;
import bourse.engine.match.LadderMatcher;
import bourse.engine.match.MatcherLimits;
import bourse.sbe.WireLimits;
import bourse.sbe.engine.Side;
import bourse.sbe.engine.TradingState;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What administrators do, on the real matcher. */
class ShardAdminTest {
    private static final long START_NS = 1_800_000_000_000_000_000L;
    private static final MatcherLimits LIMITS = MatcherLimits.small();

    private final BookMemory memory = LadderMatcher.offHeapMemory(LIMITS);
    private final Commands commands = new Commands();
    private final SimulatedLog log = new SimulatedLog(1, START_NS, SimulationFaults.none());
    private int seen;

    @BeforeEach
    void open() {
        log.start(new Shard(new ShardConfig(0, 4, 4, 8, WireLimits.MAX_EVENT_FRAGMENT_BYTES),
                listener -> new LadderMatching(LIMITS, memory, listener)));
        apply(commands.instrument(1, "AAPL"));
        apply(commands.establish(10, 100, 0, 0));
    }

    @AfterEach
    void closeMemory() {
        memory.close();
    }

    private List<String> apply(final Commands message) {
        log.submit(message.buffer(), 0, message.length());
        log.drain();
        return events();
    }

    private List<String> events() {
        final List<String> all = EventText.of(log.recordedEvents().fragments());
        final List<String> fresh = all.subList(seen, all.size());
        seen = all.size();
        return fresh;
    }

    @Test
    void shouldDepositAndWithdraw() {
        assertThat(apply(commands.transfer(77, "USD", 500))).containsExactly("admin NONE NONE value=500");
        assertThat(apply(commands.transfer(77, "USD", -200))).containsExactly("admin NONE NONE value=300");
        assertThat(apply(commands.transfer(77, "USD", -301))).containsExactly("admin INSUFFICIENT_BALANCE BALANCE value=300");
        assertThat(apply(commands.transfer(77, "", 1))).containsExactly("admin MALFORMED BALANCE value=0");
        assertThat(apply(commands.transfer(0, "USD", 1))).containsExactly("admin MALFORMED BALANCE value=0");
    }

    @Test
    void shouldRefuseAccountsBeyondTheConfiguredNumber() {
        for (int account = 11; account <= 13; account++) {
            assertThat(apply(commands.transfer(account, "USD", 1))).containsExactly("admin NONE NONE value=1");
        }
        assertThat(apply(commands.transfer(14, "USD", 1))).containsExactly("admin CAPACITY BALANCE value=0");
        assertThat(apply(commands.establish(14, 200, 0, 0))).containsExactly("established session=200 CAPACITY epoch=0 next=0 last=0");
    }

    @Test
    void shouldApplyLimitsFromTheNextCommandOn() {
        assertThat(apply(commands.openOrderLimit(10, 2))).containsExactly("admin NONE NONE value=0");
        assertThat(apply(commands.limits(10, 100, 1, 1, 3, 1, Side.BUY, 50, 10)).getLast()).startsWith("rejected NEW OPEN_ORDER_LIMIT");
    }

    @Test
    void shouldCancelAndRefuseWhenAnAccountIsKilled() {
        apply(commands.limits(10, 100, 1, 1, 2, 1, Side.BUY, 50, 10));
        assertThat(apply(commands.killSwitch(10, true))).containsExactly(
                "cancelled order=1 KILL_SWITCH seq=3 feed=4 cause=0/0", "cancelled order=2 KILL_SWITCH seq=4 feed=5 cause=0/0",
                "massCancelled 2 seq=5", "admin NONE NONE value=2");
        assertThat(apply(commands.limits(10, 100, 1, 3, 1, 1, Side.BUY, 50, 10)).getFirst()).startsWith("rejected NEW ACCOUNT_KILLED");
        apply(commands.killSwitch(10, false));
        assertThat(apply(commands.limits(10, 100, 1, 4, 1, 1, Side.BUY, 50, 10)).getFirst()).startsWith("accepted");
        assertThat(apply(commands.killSwitch(99, true))).as("an account without a session")
                .containsExactly("massCancelled 0 seq=1", "admin NONE NONE value=0");
    }

    @Test
    void shouldCancelForAnOperatorWhoMayName() {
        apply(commands.instrument(2, "MSFT"));
        apply(commands.establish(20, 200, 0, 0));
        apply(commands.limits(20, 200, 1, 1, 1, 1, Side.SELL, 90, 10));
        apply(commands.limits(10, 100, 1, 1, 1, 1, Side.BUY, 50, 10));
        apply(commands.limits(10, 100, 1, 2, 1, 2, Side.BUY, 50, 10));
        apply(commands.limits(10, 100, 1, 3, 1, 2, Side.SELL, 60, 10));
        assertThat(apply(commands.cancelOrders(10, 2, Side.SELL))).as("one side").containsExactly(
                "cancelled order=4 ADMIN seq=4 feed=7 cause=0/0", "massCancelled 1 seq=5", "admin NONE NONE value=1");
        assertThat(apply(commands.cancelOrders(0, 1, Side.BOTH))).as("all accounts, ascending").containsExactly(
                "cancelled order=2 ADMIN seq=6 feed=8 cause=0/0", "massCancelled 1 seq=7",
                "cancelled order=1 ADMIN seq=2 feed=9 cause=0/0", "massCancelled 1 seq=3", "admin NONE NONE value=2");
        assertThat(apply(commands.limits(20, 200, 1, 2, 1, 1, Side.SELL, 90, 10)).getFirst()).as("may go on").startsWith("accepted");
        assertThat(apply(commands.cancelOrders(0, 0, Side.BOTH)).getLast()).isEqualTo("admin NONE NONE value=2");
        assertThat(apply(commands.cancelOrders(0, 0, Side.BOTH))).containsExactly("admin NONE NONE value=0");
        assertThat(apply(commands.cancelOrders(77, 0, Side.BOTH))).as("nobody").containsExactly("admin NONE NONE value=0");
        assertThat(apply(commands.cancelOrders(10, 9, Side.BOTH))).containsExactly("admin UNKNOWN_INSTRUMENT INSTRUMENT value=0");
    }

    private static final int FEES = 1 << 9 | 1 << 10;
    private static final int BAND = 1 << 6;
    private static final int TICK = 1;

    @Test
    void shouldChangeAnInstrumentAndTellEverybody() {
        assertThat(apply(commands.changeInstrument(1, FEES, 50, 9, 9))).as("only what is named")
                .containsExactly("changed 1 AAPL maker=50 band=0 feed=2", "admin NONE NONE value=0");
        assertThat(apply(commands.changeInstrument(1, BAND, 0, 5, 0))).containsExactly("changed 1 AAPL maker=50 band=5 feed=3", "admin NONE NONE value=0");
        apply(commands.limits(10, 100, 1, 1, 1, 1, Side.BUY, 50, 10));
        assertThat(apply(commands.changeInstrument(1, TICK, 0, 0, 2))).containsExactly("admin OPEN_ORDERS INSTRUMENT value=0");
        apply(commands.cancelOrders(0, 1, Side.BOTH));
        assertThat(apply(commands.changeInstrument(1, TICK, 0, 0, 2)).getLast()).isEqualTo("admin NONE NONE value=0");
        assertThat(apply(commands.limits(10, 100, 1, 2, 1, 1, Side.BUY, 51, 10)).getFirst()).startsWith("rejected NEW PRICE_NOT_ON_TICK");
        assertThat(apply(commands.changeInstrument(1, TICK, 0, 0, 0))).containsExactly("admin MALFORMED PRICE value=0");
        assertThat(apply(commands.changeInstrument(1, FEES, -1, 0, 0))).containsExactly("admin MALFORMED INSTRUMENT value=0");
        assertThat(apply(commands.changeInstrument(1, 1 << 12, 0, 0, 0))).as("of a later version").containsExactly("admin MALFORMED FLAGS value=0");
        assertThat(apply(commands.changeInstrument(7, FEES, 0, 0, 0))).containsExactly("admin UNKNOWN_INSTRUMENT INSTRUMENT value=0");
        assertThat(apply(commands.instrument(1, "AAPL"))).as("the configuration file as it was").containsExactly("admin NONE NONE value=1");
    }

    @Test
    void shouldKeepChangesInSnapshots() {
        apply(commands.changeInstrument(1, FEES | BAND | TICK, 50, 5, 2));
        final String before = apply(commands.stateHash(1)).getFirst();
        log.takeSnapshot();
        log.drain();
        log.crash();
        try (BookMemory fresh = LadderMatcher.offHeapMemory(LIMITS)) {
            log.start(new Shard(new ShardConfig(0, 4, 4, 8, WireLimits.MAX_EVENT_FRAGMENT_BYTES),
                    listener -> new LadderMatching(LIMITS, fresh, listener)));
            log.drain();
            events();
            assertThat(apply(commands.changeInstrument(1, 0, 0, 0, 0)).getFirst()).startsWith("changed 1 AAPL maker=50 band=5");
            assertThat(apply(commands.limits(10, 100, 1, 1, 1, 1, Side.BUY, 51, 10)).getFirst()).startsWith("rejected NEW PRICE_NOT_ON_TICK");
            assertThat(apply(commands.instrument(1, "AAPL"))).as("the definition, too").containsExactly("admin NONE NONE value=1");
            assertThat(before).startsWith("hash");
        }
    }

    @Test
    void shouldCheckRightsItselfWhateverAGatewayLetsThrough() {
        apply(commands.instrument(2, "MSFT"));
        apply(commands.limits(10, 100, 1, 1, 1, 1, Side.BUY, 50, 10));
        apply(commands.limits(10, 100, 1, 2, 1, 2, Side.BUY, 50, 10));
        assertThat(apply(commands.rights(10, 3, 2))).containsExactly("cancelled order=1 ADMIN seq=3 feed=5 cause=0/0",
                "massCancelled 1 seq=4", "admin NONE NONE value=1");
        assertThat(apply(commands.limits(10, 100, 1, 3, 1, 1, Side.BUY, 50, 10)).getFirst()).startsWith("rejected NEW NOT_PERMITTED INSTRUMENT");
        assertThat(apply(commands.limits(10, 100, 1, 4, 1, 2, Side.BUY, 50, 10)).getFirst()).startsWith("accepted");
        apply(commands.rights(10, 2));
        assertThat(apply(commands.limits(10, 100, 1, 5, 1, 2, Side.BUY, 50, 10)).getFirst()).startsWith("rejected NEW NOT_PERMITTED ACCOUNT");
        assertThat(apply(commands.cancel(10, 100, 1, 6, 4)).getFirst()).startsWith("cancelled");
        apply(commands.rights(10, 0));
        assertThat(apply(commands.massCancel(10, 100, 1, 7)).getFirst()).startsWith("rejected MASS_CANCEL NOT_PERMITTED");
        apply(commands.rights(10, 3));
        assertThat(apply(commands.limits(10, 100, 1, 8, 1, 1, Side.BUY, 50, 10)).getFirst()).startsWith("accepted");
        assertThat(apply(commands.rights(10, 4))).containsExactly("admin MALFORMED ACCOUNT value=0");
    }

    @Test
    void shouldReportBalancesLimitsAndRightsOfAnAccount() {
        apply(commands.transfer(10, "USD", 500));
        apply(commands.transfer(10, "EUR", 20));
        apply(commands.openOrderLimit(10, 9));
        apply(commands.rights(10, 2, 1));
        assertThat(apply(commands.accountQuery(10))).containsExactly("balance USD total=500 reserved=0", "balance EUR total=20 reserved=0",
                "account 10 last=0 firm=0 killed=0 actions=2 instruments=1 maxOpen=9");
        assertThat(apply(commands.accountQuery(99))).containsExactly("account 99 last=0 firm=0 killed=0 actions=3 all maxOpen=0");
    }

    @Test
    void shouldKeepRightsInSnapshots() {
        apply(commands.rights(10, 2, 1));
        apply(commands.rights(11, 3, 1, 5));
        final String before = apply(commands.stateHash(1)).getFirst();
        apply(commands.rights(11, 3));
        assertThat(apply(commands.stateHash(1)).getFirst()).isNotEqualTo(before);
        apply(commands.rights(11, 3, 5, 1));
        log.takeSnapshot();
        log.drain();
        log.crash();
        try (BookMemory fresh = LadderMatcher.offHeapMemory(LIMITS)) {
            log.start(new Shard(new ShardConfig(0, 4, 4, 8, WireLimits.MAX_EVENT_FRAGMENT_BYTES),
                    listener -> new LadderMatching(LIMITS, fresh, listener)));
            log.drain();
            events();
            assertThat(apply(commands.limits(10, 100, 1, 1, 1, 1, Side.BUY, 50, 10)).getFirst()).startsWith("rejected NEW NOT_PERMITTED");
            assertThat(apply(commands.accountQuery(11)).getFirst()).contains("actions=3 instruments=2");
        }
    }

    @Test
    void shouldChangeTheStateOfOneInstrumentOrOfAll() {
        apply(commands.instrument(2, "MSFT"));
        assertThat(apply(commands.tradingState(1, TradingState.HALTED))).containsExactly("state", "admin NONE NONE value=1");
        assertThat(apply(commands.limits(10, 100, 1, 1, 1, 1, Side.BUY, 50, 10)).getFirst())
                .startsWith("rejected NEW INSTRUMENT_HALTED");
        assertThat(apply(commands.tradingState(0, TradingState.CONTINUOUS))).containsExactly("state", "state", "admin NONE NONE value=2");
        assertThat(apply(commands.tradingState(7, TradingState.CLOSED))).containsExactly("admin UNKNOWN_INSTRUMENT INSTRUMENT value=0");
    }

    @Test
    void shouldChangeStatesByTheTimeOfTheLogWithoutTraffic() {
        final long second = 1_000_000_000L;
        assertThat(apply(commands.schedule(0, TradingState.CLOSED, START_NS + 3 * second, 0))).containsExactly("admin NONE NONE value=0");
        assertThat(apply(commands.schedule(1, TradingState.AUCTION_CALL, START_NS + second, 4 * second))).containsExactly("admin NONE NONE value=0");
        assertThat(apply(commands.schedule(1, TradingState.CONTINUOUS, START_NS + 2 * second, 0))).containsExactly("admin NONE NONE value=0");
        log.runUntil(START_NS + second / 2);
        assertThat(events()).isEmpty();
        log.runUntil(START_NS + 3 * second / 2);
        assertThat(events()).as("the call").containsExactly("state");
        apply(commands.limits(10, 100, 1, 1, 1, 1, Side.BUY, 50, 10));
        apply(commands.limits(10, 100, 1, 2, 1, 1, Side.SELL, 50, 10));
        log.runUntil(START_NS + 5 * second / 2);
        assertThat(events()).as("the uncross").hasSize(2).last().isEqualTo("state");
        log.runUntil(START_NS + 7 * second / 2);
        assertThat(events()).as("the close").containsExactly("state");
        log.runUntil(START_NS + 11 * second / 2);
        assertThat(events()).as("the call again").containsExactly("state");
    }

    @Test
    void shouldRefuseOrTakeBackScheduledChanges() {
        assertThat(apply(commands.schedule(1, TradingState.CLOSED, START_NS - 1, 0))).containsExactly("admin INVALID_EXPIRY EXPIRE_TIME value=0");
        assertThat(apply(commands.schedule(1, TradingState.CLOSED, START_NS * 2, 5))).containsExactly("admin INVALID_EXPIRY EXPIRE_TIME value=0");
        assertThat(apply(commands.schedule(7, TradingState.CLOSED, START_NS * 2, 0))).containsExactly("admin UNKNOWN_INSTRUMENT INSTRUMENT value=0");
        for (int i = 0; i < TradingSchedule.CAPACITY; i++) {
            assertThat(apply(commands.schedule(i & 1, TradingState.CLOSED, START_NS * 2 - i, 0))).containsExactly("admin NONE NONE value=0");
        }
        assertThat(apply(commands.schedule(1, TradingState.CLOSED, START_NS * 2, 0))).containsExactly("admin CAPACITY NONE value=0");
        assertThat(apply(commands.schedule(1, TradingState.CLOSED, 0, 0))).containsExactly("admin NONE NONE value=128");
        assertThat(apply(commands.schedule(1, TradingState.CLOSED, 0, 0))).containsExactly("admin NONE NONE value=0");
    }

    @Test
    void shouldExpireGtdOrdersWithoutTraffic() {
        assertThat(apply(commands.gtd(10, 100, 1, 1, 1, 5, START_NS + 600_000_000L))).hasSize(1);
        log.runUntil(START_NS + 2_000_000_000L);
        assertThat(events()).containsExactly("cancelled order=1 EXPIRED seq=2 feed=3 cause=0/0");
    }

    @Test
    void shouldSayTheStateHash() {
        apply(commands.limits(10, 100, 1, 1, 2, 1, Side.BUY, 50, 10));
        final String first = apply(commands.stateHash(1)).getFirst();
        assertThat(first).startsWith("hash ").endsWith("orders=2");
        assertThat(apply(commands.stateHash(1)).getFirst()).as("the request itself is an event").isNotEqualTo(first);
    }
}
