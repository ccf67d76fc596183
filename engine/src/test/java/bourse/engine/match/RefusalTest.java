package bourse.engine.match;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import bourse.engine.book.BookMemory;
import bourse.sbe.engine.Field;
import bourse.sbe.engine.RejectReason;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every refusal of the fast matcher: reason, field, limit and value. */
class RefusalTest {
    private static final long BTC = AccountPort.asset("BTC");
    private static final long EUR = AccountPort.asset("EUR");
    private static final InstrumentSpec SPEC = new InstrumentSpec(1, "ABC", "", "", 2, 0, 5, 10, 10, 1_000, 1_000, 50_000, 0, 0, 0, 0, 0, false, 2);
    private static final InstrumentSpec BANDED = new InstrumentSpec(2, "BND", "", "", 2, 0, 1, 1, 1, 1_000, 1_000, 0, 20, 100, 0, 0, 0, false, 2);
    private static final InstrumentSpec CHECKED = new InstrumentSpec(3, "BTCEUR", "BTC", "EUR", 2, 0, 1, 1, 1, 1_000, 1_000, 0, 0, 0, 0, 0, 10_000,
        true, 2);

    private final RecordingListener listener = new RecordingListener();
    private final ExtendedTerms terms = new ExtendedTerms();
    private BookMemory memory;
    private LadderMatcher matcher;
    private long id = 1_000;

    @BeforeEach
    void start() {
        memory = LadderMatcher.offHeapMemory(MatcherLimits.small());
        matcher = new LadderMatcher(MatcherLimits.small(), memory, listener);
        matcher.defineInstrument(SPEC);
        matcher.defineInstrument(BANDED);
        matcher.defineInstrument(CHECKED);
        matcher.advanceTime(5_000_000_000L);
    }

    @AfterEach
    void end() {
        memory.close();
    }

    private String order(final int instrument, final int side, final int type, final int tif, final int flags, final long price, final long quantity,
                         final Consumer<ExtendedTerms> fill) {
        terms.clear();
        fill.accept(terms);
        matcher.newOrder(7, 1, ++id, instrument, side, type, tif, flags, 0, price, quantity, terms);
        final String first = listener.take().getFirst();
        return first.startsWith("rejected") ? first.substring(first.indexOf("reason=")) : first;
    }

    private String limit(final int instrument, final int side, final long price, final long quantity) {
        return order(instrument, side, 0, 0, 0, price, quantity, t -> { });
    }

    private static String refusal(final RejectReason reason, final Field field, final long limit, final long value) {
        return "reason=" + reason.value() + " field=" + field.value() + " limit=" + limit + " value=" + value;
    }

    @Test
    void shouldRefuseValuesOutOfRange() {
        assertThat(limit(9, 0, 100, 10)).isEqualTo(refusal(RejectReason.UNKNOWN_INSTRUMENT, Field.INSTRUMENT, 0, 9));
        assertThat(limit(1, 2, 100, 10)).isEqualTo(refusal(RejectReason.MALFORMED, Field.SIDE, 1, 2));
        assertThat(order(1, 0, 6, 0, 0, 100, 10, t -> { })).isEqualTo(refusal(RejectReason.MALFORMED, Field.ORDER_TYPE, 5, 6));
        assertThat(order(1, 0, 0, 6, 0, 100, 10, t -> { })).isEqualTo(refusal(RejectReason.MALFORMED, Field.TIME_IN_FORCE, 5, 6));
        assertThat(order(1, 0, 0, 0, 64, 100, 10, t -> { })).isEqualTo(refusal(RejectReason.MALFORMED, Field.FLAGS, 63, 64));
        assertThat(limit(1, 0, 100, 0)).isEqualTo(refusal(RejectReason.INVALID_QUANTITY, Field.QUANTITY, 1, 0));
        assertThat(limit(1, 0, 100, Long.MIN_VALUE)).isEqualTo(refusal(RejectReason.INVALID_QUANTITY, Field.QUANTITY, 1, Long.MIN_VALUE));
        assertThat(limit(1, 0, 100, 15)).isEqualTo(refusal(RejectReason.QUANTITY_NOT_ON_LOT, Field.QUANTITY, 10, 15));
        assertThat(limit(1, 0, 100, 1_010)).isEqualTo(refusal(RejectReason.QUANTITY_LIMIT, Field.QUANTITY, 1_000, 1_010));
        assertThat(limit(1, 0, 5, 10)).isEqualTo(refusal(RejectReason.INVALID_PRICE, Field.PRICE, 10, 5));
        assertThat(limit(1, 0, Long.MAX_VALUE, 10)).isEqualTo(refusal(RejectReason.INVALID_PRICE, Field.PRICE, 1_000, Long.MAX_VALUE));
        assertThat(limit(1, 0, 101, 10)).isEqualTo(refusal(RejectReason.PRICE_NOT_ON_TICK, Field.PRICE, 5, 101));
        assertThat(limit(1, 0, 100, 510)).isEqualTo(refusal(RejectReason.NOTIONAL_LIMIT, Field.NOTIONAL, 50_000, 51_000));
        assertThat(limit(2, 0, 121, 1)).isEqualTo(refusal(RejectReason.PRICE_OUT_OF_BAND, Field.PRICE, 120, 121));
        assertThat(limit(2, 1, 79, 1)).isEqualTo(refusal(RejectReason.PRICE_OUT_OF_BAND, Field.PRICE, 80, 79));
        assertThat(order(1, 0, 1, 0, 0, 5, 10, t -> { })).isEqualTo(refusal(RejectReason.INVALID_PRICE, Field.PRICE, 0, 5));
    }

    @Test
    void shouldRefuseTermsThatMakeNoSense() {
        assertThat(order(1, 0, 2, 0, 16, 0, 10, t -> t.stopPrice = 7)).isEqualTo(refusal(RejectReason.INVALID_STOP_PRICE, Field.STOP_PRICE, 10, 7));
        assertThat(order(1, 0, 0, 0, 16, 100, 10, t -> t.stopPrice = 10))
            .isEqualTo(refusal(RejectReason.INVALID_STOP_PRICE, Field.STOP_PRICE, 0, 10));
        assertThat(order(1, 0, 0, 0, 16, 100, 10, t -> t.displayQuantity = 20))
            .isEqualTo(refusal(RejectReason.INVALID_DISPLAY_QUANTITY, Field.DISPLAY_QUANTITY, 10, 20));
        assertThat(order(1, 0, 0, 0, 16, 100, 10, t -> t.minQuantity = -1))
            .isEqualTo(refusal(RejectReason.INVALID_MIN_QUANTITY, Field.MIN_QUANTITY, 0, -1));
        assertThat(order(1, 0, 0, 4, 16, 100, 10, t -> t.expireTimeNs = 5_000_000_000L))
            .isEqualTo(refusal(RejectReason.INVALID_EXPIRY, Field.EXPIRE_TIME, 5_000_000_000L, 5_000_000_000L));
        assertThat(order(1, 0, 5, 0, 16, 0, 10, t -> t.pegReference = 4)).isEqualTo(refusal(RejectReason.INVALID_PEG, Field.PEG, 3, 4));
        assertThat(order(1, 0, 5, 0, 16, 0, 10, t -> t.pegReference = 1)).isEqualTo(refusal(RejectReason.NO_REFERENCE_PRICE, Field.PEG, 0, 0));
        assertThat(order(1, 0, 4, 0, 16, 0, 10, t -> t.offset = 10))
            .isEqualTo(refusal(RejectReason.NO_REFERENCE_PRICE, Field.STOP_PRICE, 0, 0));
        assertThat(order(1, 0, 0, 1, 1, 100, 10, t -> { })).isEqualTo(refusal(RejectReason.UNSUPPORTED_COMBINATION, Field.FLAGS, 0, 1));
        assertThat(order(1, 0, 0, 5, 0, 100, 10, t -> { })).isEqualTo(refusal(RejectReason.NOT_ALLOWED_IN_STATE, Field.TIME_IN_FORCE, 0, 2));
        order(1, 0, 0, 0, 16, 100, 10, t -> t.linkId = 3);
        assertThat(order(1, 1, 0, 0, 16, 200, 10, t -> t.linkId = 3)).isEqualTo(refusal(RejectReason.INVALID_LINK, Field.LINK, 0, 3));
        order(1, 0, 0, 0, 16, 95, 10, t -> t.linkId = 3);
        assertThat(order(1, 0, 0, 0, 16, 90, 10, t -> t.linkId = 3)).isEqualTo(refusal(RejectReason.INVALID_LINK, Field.LINK, 2, 3));
    }

    @Test
    void shouldRefuseWhatStateAndAccountForbid() {
        limit(1, 1, 100, 10);
        assertThat(order(1, 0, 0, 0, 1, 100, 10, t -> { })).isEqualTo(refusal(RejectReason.POST_ONLY_WOULD_TRADE, Field.PRICE, 100, 100));
        matcher.setLimits(7, 0, 50, 4_000, 0, 3, 0);
        assertThat(limit(1, 0, 10, 60)).isEqualTo(refusal(RejectReason.QUANTITY_LIMIT, Field.QUANTITY, 50, 60));
        assertThat(limit(1, 0, 95, 50)).isEqualTo(refusal(RejectReason.NOTIONAL_LIMIT, Field.NOTIONAL, 4_000, 4_750));
        limit(1, 0, 10, 10);
        limit(1, 0, 10, 10);
        assertThat(limit(1, 0, 10, 10)).isEqualTo(refusal(RejectReason.OPEN_ORDER_LIMIT, Field.NONE, 3, 4));
        matcher.setLimits(7, 0, 0, 0, 0, 0, 1);
        limit(1, 0, 10, 10);
        assertThat(limit(1, 0, 10, 10)).isEqualTo(refusal(RejectReason.ORDER_RATE_LIMIT, Field.RATE, 1, 2));
        matcher.advanceTime(6_000_000_000L);
        assertThat(limit(1, 0, 10, 10)).startsWith("accepted");
        matcher.setLimits(7, 0, 0, 0, 0, 0, 0);
        matcher.setTradingState(1, 3);
        listener.take();
        assertThat(limit(1, 0, 10, 10)).isEqualTo(refusal(RejectReason.INSTRUMENT_HALTED, Field.INSTRUMENT, 0, 1));
        matcher.setTradingState(1, 4);
        listener.take();
        assertThat(limit(1, 0, 10, 10)).isEqualTo(refusal(RejectReason.INSTRUMENT_CLOSED, Field.INSTRUMENT, 0, 1));
        assertThat(matcher.setTradingState(1, 2)).isEqualTo(RejectReason.NOT_ALLOWED_IN_STATE.value());
        matcher.setKillSwitch(7, true);
        listener.take();
        assertThat(limit(2, 0, 100, 10)).isEqualTo(refusal(RejectReason.ACCOUNT_KILLED, Field.ACCOUNT, 0, 7));
    }

    @Test
    void shouldKeepMoneyWhereItIs() {
        assertThat(limit(3, 0, 100, 5)).isEqualTo(refusal(RejectReason.INSUFFICIENT_BALANCE, Field.BALANCE, 0, 505));
        matcher.transfer(7, EUR, 1_000);
        matcher.transfer(8, BTC, 5);
        assertThat(limit(3, 0, 100, 5)).startsWith("accepted");
        assertThat(matcher.reserved(7, EUR)).isEqualTo(505);
        assertThat(matcher.transfer(7, EUR, -500)).isEqualTo(RejectReason.INSUFFICIENT_BALANCE.value());
        matcher.newOrder(8, 1, 1, 3, 1, 0, 0, 0, 0, 100, 4, null);
        assertThat(listener.take()).contains("trade 1(1) 2(0) 4@100 fees=0,4");
        assertThat(matcher.balance(7, EUR)).isEqualTo(600);
        assertThat(matcher.balance(7, BTC)).isEqualTo(4);
        assertThat(matcher.balance(8, EUR)).isEqualTo(396);
        assertThat(matcher.feesCollected(EUR)).isEqualTo(4);
        assertThat(matcher.position(7, 3)).isEqualTo(4);
        assertThat(matcher.position(8, 3)).isEqualTo(-4);
        matcher.setLimits(7, 0, 0, 0, 5, 0, 0);
        assertThat(limit(3, 0, 10, 1)).isEqualTo(refusal(RejectReason.POSITION_LIMIT, Field.POSITION, 5, 6));
    }

    @Test
    void shouldRefuseUnknownOrders() {
        matcher.cancel(7, 99, 0);
        matcher.reduce(7, 0, 98, 1);
        matcher.replace(7, 0, 97, 100, 10);
        assertThat(listener.take()).containsExactly("rejected kind=4 order=99 client=0 reason=3 field=13 limit=0 value=99",
            "rejected kind=3 order=0 client=98 reason=3 field=12 limit=0 value=98",
            "rejected kind=2 order=0 client=97 reason=3 field=12 limit=0 value=97");
        limit(2, 0, 100, 1);
        matcher.cancel(8, 1, 0);
        assertThat(listener.take().getFirst()).contains("reason=3");
    }

    @Test
    void shouldSayThatTheBookIsFull() {
        final MatcherLimits limits = new MatcherLimits(1, 16, 16, 4, 64, 16, 256);
        try (BookMemory small = LadderMatcher.offHeapMemory(limits)) {
            final LadderMatcher full = new LadderMatcher(limits, small, listener);
            full.defineInstrument(InstrumentSpec.plain(1, "ABC"));
            for (int i = 1; i <= 16; i++) {
                full.newOrder(1, 0, i, 1, 0, 0, 0, 0, 0, 100, 1, null);
            }
            listener.take();
            full.newOrder(1, 0, 17, 1, 0, 0, 0, 0, 0, 100, 1, null);
            assertThat(listener.take().getFirst()).endsWith(refusal(RejectReason.BOOK_FULL, Field.NONE, 16, 16));
            assertThat(full.slotsInUse()).isEqualTo(full.capacity());
            for (int account = 2; account <= 4; account++) {
                full.newOrder(account, 0, 1, 1, 0, 0, 0, 0, 0, 100, 1, null);
            }
            listener.take();
            full.newOrder(5, 0, 1, 1, 0, 0, 0, 0, 0, 100, 1, null);
            assertThat(listener.take().getFirst()).endsWith(refusal(RejectReason.CAPACITY, Field.ACCOUNT, 4, 5));
        }
    }

    @Test
    void shouldRefuseDefinitionsThatCouldOverflow() {
        assertThatThrownBy(() -> matcher.defineInstrument(SPEC)).hasMessageContaining("instrumentId: 1");
        assertThatThrownBy(() -> matcher.defineInstrument(InstrumentSpec.plain(20_000, "X"))).hasMessageContaining("expected: 1..16384");
        assertThatThrownBy(() -> matcher.defineInstrument(new InstrumentSpec(4, "X", "", "", 0, 0, 1, 1, 1, 1L << 43, 1, 0, 0, 0, 0, 0, 0, false, 2)))
            .hasMessageContaining("maxPrice");
        assertThatThrownBy(() -> matcher.defineInstrument(new InstrumentSpec(4, "X", "A", "A", 0, 0, 1, 1, 1, 10, 1, 0, 0, 0, 0, 0, 0, true, 2)))
            .hasMessageContaining("assets");
    }
}
