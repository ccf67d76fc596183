package bourse.marketdata.publisher;

import static org.agrona.UnsafeApi.getByte;
import static org.agrona.UnsafeApi.getInt;
import static org.agrona.UnsafeApi.getLong;

import bourse.sbe.BlockAddress;
import bourse.sbe.EventBatchHead;
import bourse.sbe.engine.AuctionIndicationDecoder;
import bourse.sbe.engine.CommandRejectedDecoder;
import bourse.sbe.engine.EventBatchDecoder;
import bourse.sbe.engine.InstrumentChangedDecoder;
import bourse.sbe.engine.InstrumentDefinedDecoder;
import bourse.sbe.engine.MassCancelledDecoder;
import bourse.sbe.engine.MessageHeaderDecoder;
import bourse.sbe.engine.OrderAcceptedDecoder;
import bourse.sbe.engine.OrderBookedDecoder;
import bourse.sbe.engine.OrderCancelledDecoder;
import bourse.sbe.engine.OrderReducedDecoder;
import bourse.sbe.engine.OrderReplacedDecoder;
import bourse.sbe.engine.OrderRestatedDecoder;
import bourse.sbe.engine.QuoteAcceptedDecoder;
import bourse.sbe.engine.TradeDecoder;
import bourse.sbe.engine.TradingStateChangedDecoder;
import bourse.sbe.feed.FeedMessageLayout;
import bourse.sbe.port.EventSource;
import org.agrona.DirectBuffer;

/**
 * Turns fragments of the event stream into public messages, one for each event with a feed sequence. What it makes depends on the
 * fragments alone, so a replay gives the same bytes as the live feed did.
 *
 * <p>END_OF_EVENT stands on the last public message that one command caused. Commands of a batch are told apart by the session and
 * client sequence that events carry, so a message waits here until the next event shows whether it was the last. A fragment
 * that is not the last of its log entry goes on in the next one: its last message waits for that.
 *
 * <p>Hot path: no allocation. Thread: one.
 */
public final class EventTranslator implements EventSource.Handler {
    private final FeedMessageHandler handler;
    private final FeedMessageWriter writer = new FeedMessageWriter();
    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final EventBatchDecoder batch = new EventBatchDecoder();
    private final OrderBookedDecoder booked = new OrderBookedDecoder();
    private final TradeDecoder trade = new TradeDecoder();
    private final OrderReducedDecoder reduced = new OrderReducedDecoder();
    private final OrderReplacedDecoder replaced = new OrderReplacedDecoder();
    private final OrderRestatedDecoder restated = new OrderRestatedDecoder();
    private final CommandRejectedDecoder rejected = new CommandRejectedDecoder();
    private final MassCancelledDecoder massCancelled = new MassCancelledDecoder();
    private final QuoteAcceptedDecoder quoted = new QuoteAcceptedDecoder();
    private final InstrumentDefinedDecoder defined = new InstrumentDefinedDecoder();
    private final TradingStateChangedDecoder stateChanged = new TradingStateChangedDecoder();
    private final AuctionIndicationDecoder auction = new AuctionIndicationDecoder();

    private long pendingSeq;
    private long session;
    private long clientSeq;
    private long logPosition;
    private long lastEventSeq;
    private long lastTimeNs;
    private int epoch;

    /** Hands what it makes to {@code handler}. */
    public EventTranslator(final FeedMessageHandler handler) {
        this.handler = handler;
    }

    /** Goes on behind an event that ended a log entry. */
    public void restore(final int venueEpoch, final long eventSeq, final long timeNs) {
        epoch = venueEpoch;
        lastEventSeq = eventSeq;
        lastTimeNs = timeNs;
    }

    /** The venue's epoch; 0 before the first fragment. */
    public int epoch() {
        return epoch;
    }

    /** Last event read. */
    public long lastEventSeq() {
        return lastEventSeq;
    }

    /** Log time of that event, nanoseconds since the epoch. */
    public long lastTimeNs() {
        return lastTimeNs;
    }

    @Override
    public void onEvents(final DirectBuffer buffer, final int offset, final int length) {
        header.wrap(buffer, offset);
        batch.wrap(buffer, offset + MessageHeaderDecoder.ENCODED_LENGTH, header.blockLength(), header.version());
        final long firstEventSeq = batch.firstEventSeq();
        final long timeNs = batch.timeNs();
        epoch = (int) batch.venueEpoch();
        if (batch.logPosition() != logPosition) {
            flush();
            logPosition = batch.logPosition();
        }
        int at = offset + MessageHeaderDecoder.ENCODED_LENGTH + header.blockLength();
        final int count = batch.count();
        for (int i = 0; i < count; i++) {
            header.wrap(buffer, at);
            writer.event(firstEventSeq + i, timeNs);
            onEvent(buffer, at + MessageHeaderDecoder.ENCODED_LENGTH, header.templateId(), header.blockLength(), header.version());
            at += MessageHeaderDecoder.ENCODED_LENGTH + header.blockLength();
        }
        lastEventSeq = firstEventSeq + count - 1;
        lastTimeNs = timeNs;
        if (EventBatchHead.isEndOfEntry(buffer, offset)) {
            flush();
        }
    }

    /** Nothing more belongs to the last command: hands on the message that waits, if any. */
    public void flush() {
        if (pendingSeq != 0) {
            release(true);
        }
        session = 0;
        clientSeq = 0;
    }

    /** Whether a message waits to learn whether it was the last of its command. */
    public boolean hasPending() {
        return pendingSeq != 0;
    }

    private void onEvent(final DirectBuffer buffer, final int at, final int templateId, final int blockLength, final int version) {
        switch (templateId) {
            case OrderAcceptedDecoder.TEMPLATE_ID -> onAccepted(BlockAddress.of(buffer, at, OrderAcceptedDecoder.BLOCK_LENGTH));
            case OrderBookedDecoder.TEMPLATE_ID -> onBooked(booked.wrap(buffer, at, blockLength, version));
            case TradeDecoder.TEMPLATE_ID -> onTrade(trade.wrap(buffer, at, blockLength, version));
            case OrderCancelledDecoder.TEMPLATE_ID -> onCancelled(BlockAddress.of(buffer, at, OrderCancelledDecoder.BLOCK_LENGTH));
            case OrderReducedDecoder.TEMPLATE_ID -> onReduced(reduced.wrap(buffer, at, blockLength, version));
            case OrderReplacedDecoder.TEMPLATE_ID -> onReplaced(replaced.wrap(buffer, at, blockLength, version));
            case OrderRestatedDecoder.TEMPLATE_ID -> onRestated(restated.wrap(buffer, at, blockLength, version));
            case CommandRejectedDecoder.TEMPLATE_ID -> {
                rejected.wrap(buffer, at, blockLength, version);
                causedBy(rejected.sessionId(), rejected.clientSeq());
            }
            case MassCancelledDecoder.TEMPLATE_ID -> {
                massCancelled.wrap(buffer, at, blockLength, version);
                causedBy(massCancelled.sessionId(), massCancelled.clientSeq());
            }
            case QuoteAcceptedDecoder.TEMPLATE_ID -> {
                quoted.wrap(buffer, at, blockLength, version);
                causedBy(quoted.sessionId(), quoted.clientSeq());
            }
            case InstrumentDefinedDecoder.TEMPLATE_ID, InstrumentChangedDecoder.TEMPLATE_ID -> {
                defined.wrap(buffer, at, blockLength, version);
                begin(defined.feedSeq());
                writer.definition(defined, templateId == InstrumentChangedDecoder.TEMPLATE_ID ? FeedMessageLayout.CHANGED : 0);
            }
            case TradingStateChangedDecoder.TEMPLATE_ID -> {
                stateChanged.wrap(buffer, at, blockLength, version);
                begin(stateChanged.feedSeq());
                writer.status(stateChanged);
            }
            case AuctionIndicationDecoder.TEMPLATE_ID -> {
                auction.wrap(buffer, at, blockLength, version);
                begin(auction.feedSeq());
                writer.auction(auction);
            }
            default -> {
            }
        }
    }

    private void onAccepted(final long at) {
        final long feedSeq = getLong(at + OrderAcceptedDecoder.feedSeqEncodingOffset());
        final long orderId = getLong(at + OrderAcceptedDecoder.orderIdEncodingOffset());
        final long price = getLong(at + OrderAcceptedDecoder.priceEncodingOffset());
        final long quantity = getLong(at + OrderAcceptedDecoder.visibleQuantityEncodingOffset());
        final int instrumentId = getInt(at + OrderAcceptedDecoder.instrumentIdEncodingOffset());
        final int rptSeq = getInt(at + OrderAcceptedDecoder.rptSeqEncodingOffset());
        final int side = getByte(at + OrderAcceptedDecoder.sideEncodingOffset());
        causedBy(getLong(at + OrderAcceptedDecoder.sessionIdEncodingOffset()), getLong(at + OrderAcceptedDecoder.clientSeqEncodingOffset()));
        if (feedSeq != 0) {
            begin(feedSeq);
            writer.add(orderId, price, quantity, instrumentId, rptSeq, side);
        }
    }

    private void onBooked(final OrderBookedDecoder event) {
        if (event.feedSeq() != 0) {
            begin(event.feedSeq());
            writer.add(event.orderId(), event.price(), event.visibleQuantity(), (int) event.instrumentId(), (int) event.rptSeq(), event.sideRaw());
        }
    }

    private void onTrade(final TradeDecoder event) {
        causedBy(event.takerSessionId(), event.takerClientSeq());
        if (event.feedSeq() != 0) {
            begin(event.feedSeq());
            writer.trade(event);
        }
    }

    private void onCancelled(final long at) {
        final long feedSeq = getLong(at + OrderCancelledDecoder.feedSeqEncodingOffset());
        final long orderId = getLong(at + OrderCancelledDecoder.orderIdEncodingOffset());
        final int instrumentId = getInt(at + OrderCancelledDecoder.instrumentIdEncodingOffset());
        final int rptSeq = getInt(at + OrderCancelledDecoder.rptSeqEncodingOffset());
        causedBy(getLong(at + OrderCancelledDecoder.sessionIdEncodingOffset()), getLong(at + OrderCancelledDecoder.clientSeqEncodingOffset()));
        if (feedSeq != 0) {
            begin(feedSeq);
            writer.delete(orderId, instrumentId, rptSeq);
        }
    }

    private void onReduced(final OrderReducedDecoder event) {
        causedBy(event.sessionId(), event.clientSeq());
        if (event.feedSeq() != 0) {
            begin(event.feedSeq());
            writer.reduce(event.orderId(), event.visibleQuantity(), (int) event.instrumentId(), (int) event.rptSeq());
        }
    }

    private void onReplaced(final OrderReplacedDecoder event) {
        causedBy(event.sessionId(), event.clientSeq());
        if (event.feedSeq() == 0) {
            return;
        }
        begin(event.feedSeq());
        if (event.resting() != 0 && event.visibleQuantity() > 0) {
            writer.replace(event.orderId(), event.price(), event.visibleQuantity(), event.instrumentId(), event.rptSeq(), event.sideRaw(),
                event.priorityKept() != 0);
        } else {
            writer.delete(event.orderId(), (int) event.instrumentId(), (int) event.rptSeq());
        }
    }

    private void onRestated(final OrderRestatedDecoder event) {
        if (event.feedSeq() == 0) {
            return;
        }
        begin(event.feedSeq());
        if (event.visibleQuantity() <= 0) {
            writer.delete(event.orderId(), (int) event.instrumentId(), (int) event.rptSeq());
            return;
        }
        switch (event.reason()) {
            case ICEBERG_REFILL -> writer.add(event.orderId(), event.price(), event.visibleQuantity(), (int) event.instrumentId(),
                (int) event.rptSeq(), event.sideRaw());
            case SELF_TRADE_DECREMENT -> writer.reduce(event.orderId(), event.visibleQuantity(), (int) event.instrumentId(), (int) event.rptSeq());
            default -> writer.replace(event.orderId(), event.price(), event.visibleQuantity(), event.instrumentId(), event.rptSeq(),
                event.sideRaw(), event.priorityKept() != 0);
        }
    }

    /** An event names the command that caused it; when it is another one, what waits was the last of its own. */
    private void causedBy(final long bySession, final long byClientSeq) {
        if (bySession == 0 || bySession == session && byClientSeq == clientSeq) {
            return;
        }
        if (pendingSeq != 0) {
            release(true);
        }
        session = bySession;
        clientSeq = byClientSeq;
    }

    /** A public message begins: the one that waits was not the last of its command. */
    private void begin(final long feedSeq) {
        if (pendingSeq != 0) {
            release(false);
        }
        pendingSeq = feedSeq;
    }

    private void release(final boolean endOfEvent) {
        final long feedSeq = pendingSeq;
        pendingSeq = 0;
        if (endOfEvent) {
            FeedMessageLayout.markEndOfEvent(writer.buffer(), 0, writer.templateId());
        }
        handler.onMessage(feedSeq, writer.templateId(), writer.buffer(), 0, writer.length());
    }
}
