package bourse.marketdata.publisher;

import static org.assertj.core.api.Assertions.assertThat;

import bourse.sbe.engine.CancelReason;
import bourse.sbe.engine.EventBatchEncoder;
import bourse.sbe.engine.MessageHeaderEncoder;
import bourse.sbe.engine.OrderAcceptedEncoder;
import bourse.sbe.engine.OrderBookedEncoder;
import bourse.sbe.engine.OrderCancelledEncoder;
import bourse.sbe.engine.OrderReplacedEncoder;
import bourse.sbe.engine.OrderRestatedEncoder;
import bourse.sbe.engine.OrderType;
import bourse.sbe.engine.RestateReason;
import bourse.sbe.engine.Side;
import bourse.sbe.engine.TimeInForce;
import bourse.sbe.engine.TradeEncoder;
import bourse.sbe.feed.FeedMessageLayout;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** What each event says publicly, and where END_OF_EVENT stands. */
class EventTranslatorTest {
    private static final String[] NAMES = {"", "add", "reduce", "delete", "replace", "trade", "definition", "status", "auction"};

    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[128 * 1024]);
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final List<String> out = new ArrayList<>();
    private final EventTranslator translator = new EventTranslator((feedSeq, template, message, offset, length) -> out.add(
        feedSeq + " " + NAMES[template] + ((FeedMessageLayout.flags(message, offset, template) & 1) != 0 ? " end" : "")));
    private int at = MessageHeaderEncoder.ENCODED_LENGTH + EventBatchEncoder.BLOCK_LENGTH;
    private int count;
    private long position = 64;

    @Test
    void shouldEndEachCommandOfABatch() {
        accepted(1, 7, 1);
        accepted(0, 7, 2);
        trade(2, 7, 2);
        trade(3, 7, 2);
        booked(4);
        cancelled(5, 7, 3);
        fragment();
        assertThat(out).containsExactly("1 add end", "2 trade", "3 trade", "4 add end", "5 delete end");
    }

    @Test
    void shouldCountEventsOfOthersToTheCommandThatCausedThem() {
        accepted(0, 7, 1);
        cancelled(1, 0, 0);
        booked(2);
        accepted(3, 7, 2);
        fragment();
        assertThat(out).containsExactly("1 delete", "2 add end", "3 add end");
    }

    @Test
    void shouldSayNothingOfWhatIsNotPublic() {
        accepted(0, 7, 1);
        cancelled(0, 7, 2);
        replaced(0, 7, 3, true, 0);
        restated(0, RestateReason.TRAILING_STOP_MOVED, 5);
        fragment();
        assertThat(out).isEmpty();
    }

    @Test
    void shouldChooseTheMessageByWhatTheOrderBecomes() {
        replaced(1, 7, 1, true, 5);
        replaced(2, 7, 2, false, 0);
        restated(3, RestateReason.ICEBERG_REFILL, 5);
        restated(4, RestateReason.PEG_MOVED, 5);
        restated(5, RestateReason.SELF_TRADE_DECREMENT, 5);
        restated(6, RestateReason.PEG_MOVED, 0);
        fragment();
        assertThat(out).containsExactly("1 replace end", "2 delete", "3 add", "4 replace", "5 reduce", "6 delete end");
    }

    @Test
    void shouldWaitForTheRestOfACommandThatFillsAFragment() {
        while (at < 65_100) {
            trade(1 + count, 7, 1);
        }
        final int first = count;
        fragment(false);
        assertThat(out).hasSize(first - 1).noneMatch(line -> line.endsWith("end"));
        trade(first + 1, 7, 1);
        fragment();
        assertThat(out).hasSize(first + 1);
        assertThat(out.getLast()).endsWith("end");
        assertThat(out.get(first - 1)).doesNotEndWith("end");
    }

    private void accepted(final long feedSeq, final long session, final long clientSeq) {
        new OrderAcceptedEncoder().wrapAndApplyHeader(buffer, at, header).feedSeq(feedSeq).sessionId(session).clientSeq(clientSeq).orderId(9)
            .price(10).quantity(5).visibleQuantity(5).instrumentId(1).side(Side.BUY).orderType(OrderType.LIMIT).timeInForce(TimeInForce.GTC);
        done(OrderAcceptedEncoder.BLOCK_LENGTH);
    }

    private void booked(final long feedSeq) {
        new OrderBookedEncoder().wrapAndApplyHeader(buffer, at, header).feedSeq(feedSeq).orderId(9).price(10).leaves(5).visibleQuantity(5)
            .instrumentId(1).side(Side.BUY);
        done(OrderBookedEncoder.BLOCK_LENGTH);
    }

    private void trade(final long feedSeq, final long session, final long clientSeq) {
        new TradeEncoder().wrapAndApplyHeader(buffer, at, header).feedSeq(feedSeq).takerSessionId(session).takerClientSeq(clientSeq)
            .price(10).quantity(1).instrumentId(1).takerSide(Side.BUY);
        done(TradeEncoder.BLOCK_LENGTH);
    }

    private void cancelled(final long feedSeq, final long session, final long clientSeq) {
        new OrderCancelledEncoder().wrapAndApplyHeader(buffer, at, header).feedSeq(feedSeq).sessionId(session).clientSeq(clientSeq)
            .orderId(9).instrumentId(1).side(Side.BUY).reason(CancelReason.REQUESTED);
        done(OrderCancelledEncoder.BLOCK_LENGTH);
    }

    private void replaced(final long feedSeq, final long session, final long clientSeq, final boolean resting, final long visible) {
        new OrderReplacedEncoder().wrapAndApplyHeader(buffer, at, header).feedSeq(feedSeq).sessionId(session).clientSeq(clientSeq).orderId(9)
            .price(10).leaves(5).visibleQuantity(visible).instrumentId(1).side(Side.BUY).resting((short) (resting ? 1 : 0));
        done(OrderReplacedEncoder.BLOCK_LENGTH);
    }

    private void restated(final long feedSeq, final RestateReason reason, final long visible) {
        new OrderRestatedEncoder().wrapAndApplyHeader(buffer, at, header).feedSeq(feedSeq).orderId(9).price(10).leaves(5)
            .visibleQuantity(visible).instrumentId(1).side(Side.BUY).reason(reason);
        done(OrderRestatedEncoder.BLOCK_LENGTH);
    }

    private void done(final int blockLength) {
        at += MessageHeaderEncoder.ENCODED_LENGTH + blockLength;
        count++;
    }

    private void fragment() {
        fragment(true);
    }

    private void fragment(final boolean endOfEntry) {
        new EventBatchEncoder().wrapAndApplyHeader(buffer, 0, header).firstEventSeq(1).logPosition(position).timeNs(5).count(count)
            .venueEpoch(1);
        if (!endOfEntry) {
            buffer.putShort(2, (short) bourse.sbe.engine.EventBatchPartEncoder.TEMPLATE_ID, java.nio.ByteOrder.LITTLE_ENDIAN);
        }
        translator.onEvents(buffer, 0, at);
        at = MessageHeaderEncoder.ENCODED_LENGTH + EventBatchEncoder.BLOCK_LENGTH;
        count = 0;
    }
}
