package bourse.marketdata.receiver;

import static org.agrona.UnsafeApi.getByte;
import static org.agrona.UnsafeApi.getLong;

import bourse.sbe.BlockAddress;
import bourse.sbe.feed.AddOrderDecoder;
import bourse.sbe.feed.AuctionIndicativeDecoder;
import bourse.sbe.feed.DeleteOrderDecoder;
import bourse.sbe.feed.FeedMessageLayout;
import bourse.sbe.feed.InstrumentDefinitionDecoder;
import bourse.sbe.feed.InstrumentStatusDecoder;
import bourse.sbe.feed.ReduceOrderDecoder;
import bourse.sbe.feed.ReplaceOrderDecoder;
import bourse.sbe.feed.TradeReportDecoder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.collections.Int2ObjectHashMap;

/**
 * The books of a channel, and the rule by which each numbered message changes one. It decides nothing about sequences: the caller hands
 * messages in order. Hot path. Thread: one.
 */
public final class MarketBooks {
    private final Int2ObjectHashMap<OrderBook> byInstrument = new Int2ObjectHashMap<>();
    private final List<OrderBook> all = new ArrayList<>();
    private final List<OrderBook> view = Collections.unmodifiableList(all);
    private final FeedListener user;
    private FeedListener listener;
    /** The book of the last message: the next is often about the same instrument. */
    private OrderBook claimed;
    private final ReplaceOrderDecoder replace = new ReplaceOrderDecoder();
    private final TradeReportDecoder trade = new TradeReportDecoder();
    private final InstrumentDefinitionDecoder definition = new InstrumentDefinitionDecoder();
    private final InstrumentStatusDecoder status = new InstrumentStatusDecoder();
    private final AuctionIndicativeDecoder auction = new AuctionIndicativeDecoder();

    /** Books that report to {@code listener}. */
    public MarketBooks(final FeedListener listener) {
        this.user = listener;
        this.listener = listener;
    }

    /** The book of an instrument, or null while the feed has not named it. */
    public OrderBook get(final int instrumentId) {
        return byInstrument.get(instrumentId);
    }

    /** All books, in the order in which they were met. */
    public List<OrderBook> all() {
        return view;
    }

    /** The book of an instrument, made when there is none. */
    public OrderBook claim(final int instrumentId) {
        final OrderBook last = claimed;
        if (last != null && last.instrumentId() == instrumentId) {
            return last;
        }
        final OrderBook known = byInstrument.get(instrumentId);
        claimed = known != null ? known : make(instrumentId);
        return claimed;
    }

    private OrderBook make(final int instrumentId) {
        final OrderBook book = new OrderBook(instrumentId);
        byInstrument.put(instrumentId, book);
        all.add(book);
        return book;
    }

    /** Forgets every book. */
    public void clear() {
        byInstrument.clear();
        claimed = null;
        all.clear();
    }

    /** Applies one numbered message of a known template to its book and tells the listener; returns the book. */
    public OrderBook apply(final long feedSeq, final DirectBuffer buffer, final int offset) {
        final int templateId = FeedMessageLayout.templateId(buffer, offset);
        final OrderBook book = claim(FeedMessageLayout.instrumentId(buffer, offset, templateId));
        apply(book, feedSeq, templateId, buffer, offset);
        return book;
    }

    void apply(final OrderBook book, final long feedSeq, final int templateId, final DirectBuffer buffer, final int offset) {
        final int block = offset + FeedMessageLayout.HEADER_LENGTH;
        final long message = BlockAddress.of(buffer, offset, FeedMessageLayout.lengthOf(templateId));
        final long fields = message + FeedMessageLayout.HEADER_LENGTH;
        final int flags = FeedMessageLayout.flags(message, templateId);
        book.at(feedSeq, getLong(fields), getLong(fields + Long.BYTES));
        if (FeedMessageLayout.hasRptSeq(templateId)) {
            book.rptSeq(FeedMessageLayout.rptSeq(message, templateId));
        }
        switch (templateId) {
            case AddOrderDecoder.TEMPLATE_ID -> book.add(getLong(fields + AddOrderDecoder.orderIdEncodingOffset()),
                getByte(fields + AddOrderDecoder.sideEncodingOffset()), getLong(fields + AddOrderDecoder.priceEncodingOffset()),
                getLong(fields + AddOrderDecoder.quantityEncodingOffset()));
            case ReduceOrderDecoder.TEMPLATE_ID -> book.reduce(getLong(fields + ReduceOrderDecoder.orderIdEncodingOffset()),
                getLong(fields + ReduceOrderDecoder.quantityEncodingOffset()));
            case DeleteOrderDecoder.TEMPLATE_ID -> book.delete(getLong(fields + DeleteOrderDecoder.orderIdEncodingOffset()));
            case ReplaceOrderDecoder.TEMPLATE_ID -> {
                replace.wrap(buffer, block, ReplaceOrderDecoder.BLOCK_LENGTH, ReplaceOrderDecoder.SCHEMA_VERSION);
                book.replace(replace.orderId(), replace.sideRaw(), replace.price(), replace.quantity(),
                    (flags & FeedMessageLayout.PRIORITY_KEPT) != 0);
            }
            case TradeReportDecoder.TEMPLATE_ID -> applyTrade(book, buffer, block, flags);
            case InstrumentDefinitionDecoder.TEMPLATE_ID -> define(book, buffer, offset);
            case InstrumentStatusDecoder.TEMPLATE_ID -> {
                status.wrap(buffer, block, InstrumentStatusDecoder.BLOCK_LENGTH, InstrumentStatusDecoder.SCHEMA_VERSION);
                book.facts().state(status.stateRaw(), status.referencePrice());
                listener.onInstrument(book);
            }
            case AuctionIndicativeDecoder.TEMPLATE_ID -> {
                auction.wrap(buffer, block, AuctionIndicativeDecoder.BLOCK_LENGTH, AuctionIndicativeDecoder.SCHEMA_VERSION);
                listener.onAuction(book, auction);
            }
            default -> {
                return;
            }
        }
        listener.onBook(book, templateId, (flags & FeedMessageLayout.END_OF_EVENT) != 0);
    }

    /** Applies a message that the listener need not hear of: what lies between a snapshot and now. */
    void applyQuietly(final OrderBook book, final long feedSeq, final int templateId, final DirectBuffer buffer, final int offset) {
        listener = FeedListener.NONE;
        try {
            apply(book, feedSeq, templateId, buffer, offset);
        } finally {
            listener = user;
        }
    }

    /** Takes the definition alone, without the numbers: what a snapshot carries. */
    void define(final OrderBook book, final DirectBuffer buffer, final int offset) {
        definition.wrap(buffer, offset + FeedMessageLayout.HEADER_LENGTH, InstrumentDefinitionDecoder.BLOCK_LENGTH,
            InstrumentDefinitionDecoder.SCHEMA_VERSION);
        book.facts().define(definition);
        listener.onInstrument(book);
    }

    /** Tells the listener of a trade in a book that is not followed yet. */
    void reportTrade(final OrderBook book, final DirectBuffer buffer, final int offset) {
        trade.wrap(buffer, offset + FeedMessageLayout.HEADER_LENGTH, TradeReportDecoder.BLOCK_LENGTH, TradeReportDecoder.SCHEMA_VERSION);
        listener.onTrade(book, trade);
    }

    private void applyTrade(final OrderBook book, final DirectBuffer buffer, final int block, final int flags) {
        trade.wrap(buffer, block, TradeReportDecoder.BLOCK_LENGTH, TradeReportDecoder.SCHEMA_VERSION);
        if ((flags & FeedMessageLayout.MAKER_HIDDEN) == 0) {
            book.fill(trade.makerOrderId(), trade.quantity());
        }
        if ((flags & FeedMessageLayout.TAKER_RESTING) != 0) {
            book.fill(trade.takerOrderId(), trade.quantity());
        }
        book.lastTrade(trade.price(), trade.quantity(), trade.tradeId());
        listener.onTrade(book, trade);
    }
}
