package bourse.marketdata.publisher;

import static org.agrona.UnsafeApi.putInt;
import static org.agrona.UnsafeApi.putLong;

import bourse.sbe.engine.AuctionIndicationDecoder;
import bourse.sbe.engine.InstrumentDefinedDecoder;
import bourse.sbe.engine.TradeDecoder;
import bourse.sbe.engine.TradingStateChangedDecoder;
import bourse.sbe.feed.AddOrderEncoder;
import bourse.sbe.feed.AuctionIndicativeEncoder;
import bourse.sbe.feed.DeleteOrderEncoder;
import bourse.sbe.feed.FeedMessageLayout;
import bourse.sbe.feed.FeedSide;
import bourse.sbe.feed.FeedState;
import bourse.sbe.feed.InstrumentDefinitionEncoder;
import bourse.sbe.feed.InstrumentStatusEncoder;
import bourse.sbe.feed.MessageHeaderEncoder;
import bourse.sbe.feed.ReduceOrderEncoder;
import bourse.sbe.feed.ReplaceOrderEncoder;
import bourse.sbe.feed.TradeReportEncoder;
import org.agrona.BufferUtil;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Writes one public message at a time into its own buffer. Hot path: no allocation. Thread: one. */
final class FeedMessageWriter {
    /** Message headers: block length, template, schema, version. */
    private static final long ADD_HEAD = head(AddOrderEncoder.TEMPLATE_ID, AddOrderEncoder.BLOCK_LENGTH,
        AddOrderEncoder.BLOCK_LENGTH - AddOrderEncoder.sideEncodingOffset());
    private static final long REDUCE_HEAD = head(ReduceOrderEncoder.TEMPLATE_ID, ReduceOrderEncoder.BLOCK_LENGTH,
        ReduceOrderEncoder.BLOCK_LENGTH - ReduceOrderEncoder.flagsEncodingOffset());
    private static final long DELETE_HEAD = head(DeleteOrderEncoder.TEMPLATE_ID, DeleteOrderEncoder.BLOCK_LENGTH,
        DeleteOrderEncoder.BLOCK_LENGTH - DeleteOrderEncoder.flagsEncodingOffset());

    private final UnsafeBuffer buffer = new UnsafeBuffer(BufferUtil.allocateDirectAligned(128, 64));
    private final long address = buffer.addressOffset();
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final ReplaceOrderEncoder replace = new ReplaceOrderEncoder();
    private final TradeReportEncoder trade = new TradeReportEncoder();
    private final InstrumentDefinitionEncoder definition = new InstrumentDefinitionEncoder();
    private final InstrumentStatusEncoder status = new InstrumentStatusEncoder();
    private final AuctionIndicativeEncoder auction = new AuctionIndicativeEncoder();
    private final byte[] text = new byte[16];
    private long eventSeq;
    private long timeNs;
    private int length;
    private int templateId;

    MutableDirectBuffer buffer() {
        return buffer;
    }

    int length() {
        return length;
    }

    int templateId() {
        return templateId;
    }

    /** The event that the next message comes from. */
    void event(final long seq, final long atNs) {
        eventSeq = seq;
        timeNs = atNs;
    }

    void add(final long orderId, final long price, final long quantity, final int instrumentId, final int rptSeq, final int side) {
        final long block = begin(ADD_HEAD);
        putLong(block + AddOrderEncoder.orderIdEncodingOffset(), orderId);
        putLong(block + AddOrderEncoder.priceEncodingOffset(), price);
        putLong(block + AddOrderEncoder.quantityEncodingOffset(), quantity);
        putInt(block + AddOrderEncoder.instrumentIdEncodingOffset(), instrumentId);
        putInt(block + AddOrderEncoder.rptSeqEncodingOffset(), rptSeq);
        // The flags and what is reserved, up to the end of the block, are 0.
        putLong(block + AddOrderEncoder.sideEncodingOffset(), side == 0 ? FeedSide.BUY.value() : FeedSide.SELL.value());
        done(AddOrderEncoder.TEMPLATE_ID, AddOrderEncoder.BLOCK_LENGTH);
    }

    void reduce(final long orderId, final long quantity, final int instrumentId, final int rptSeq) {
        final long block = begin(REDUCE_HEAD);
        putLong(block + ReduceOrderEncoder.orderIdEncodingOffset(), orderId);
        putLong(block + ReduceOrderEncoder.quantityEncodingOffset(), quantity);
        putInt(block + ReduceOrderEncoder.instrumentIdEncodingOffset(), instrumentId);
        putInt(block + ReduceOrderEncoder.rptSeqEncodingOffset(), rptSeq);
        putLong(block + ReduceOrderEncoder.flagsEncodingOffset(), 0);
        done(ReduceOrderEncoder.TEMPLATE_ID, ReduceOrderEncoder.BLOCK_LENGTH);
    }

    void delete(final long orderId, final int instrumentId, final int rptSeq) {
        final long block = begin(DELETE_HEAD);
        putLong(block + DeleteOrderEncoder.orderIdEncodingOffset(), orderId);
        putInt(block + DeleteOrderEncoder.instrumentIdEncodingOffset(), instrumentId);
        putInt(block + DeleteOrderEncoder.rptSeqEncodingOffset(), rptSeq);
        putLong(block + DeleteOrderEncoder.flagsEncodingOffset(), 0);
        done(DeleteOrderEncoder.TEMPLATE_ID, DeleteOrderEncoder.BLOCK_LENGTH);
    }

    /** The frequent messages are written at addresses: the buffer is longer than any of them. */
    private long begin(final long head) {
        putLong(address, head);
        final long block = address + FeedMessageLayout.HEADER_LENGTH;
        putLong(block, eventSeq);
        putLong(block + Long.BYTES, timeNs);
        return block;
    }

    private static long head(final int templateId, final int blockLength, final int flagsToEnd) {
        if (flagsToEnd != Long.BYTES) {
            throw new ExceptionInInitializerError("FeedMessageWriter: template " + templateId + " ends " + flagsToEnd + " bytes behind its last words (expected: 8)");
        }
        return blockLength | templateId << 16 | (long) AddOrderEncoder.SCHEMA_ID << 32 | (long) AddOrderEncoder.SCHEMA_VERSION << 48;
    }

    void replace(final long orderId, final long price, final long quantity, final long instrumentId, final long rptSeq, final int side,
                 final boolean priorityKept) {
        replace.wrapAndApplyHeader(buffer, 0, header).eventSeq(eventSeq).timeNs(timeNs).orderId(orderId).price(price).quantity(quantity)
            .instrumentId(instrumentId).rptSeq(rptSeq).side(side(side)).reserved2(0).reserved3(0);
        flags(ReplaceOrderEncoder.flagsEncodingOffset(), priorityKept ? FeedMessageLayout.PRIORITY_KEPT : 0);
        done(ReplaceOrderEncoder.TEMPLATE_ID, ReplaceOrderEncoder.BLOCK_LENGTH);
    }

    void trade(final TradeDecoder event) {
        trade.wrapAndApplyHeader(buffer, 0, header).eventSeq(eventSeq).timeNs(timeNs).tradeId(event.tradeId())
            .makerOrderId(event.makerOrderId()).takerOrderId(event.takerOrderId()).price(event.price()).quantity(event.quantity())
            .instrumentId(event.instrumentId()).rptSeq(event.rptSeq()).takerSide(side(event.takerSideRaw())).reserved1(0).reserved2(0);
        flags(TradeReportEncoder.flagsEncodingOffset(), (event.auction() != 0 ? FeedMessageLayout.AUCTION : 0)
            | (event.makerHidden() != 0 ? FeedMessageLayout.MAKER_HIDDEN : 0)
            | (event.takerResting() != 0 ? FeedMessageLayout.TAKER_RESTING : 0));
        done(TradeReportEncoder.TEMPLATE_ID, TradeReportEncoder.BLOCK_LENGTH);
    }

    /** @param flags {@link FeedMessageLayout#CHANGED} where the instrument was there before */
    void definition(final InstrumentDefinedDecoder event, final int flags) {
        definition.wrapAndApplyHeader(buffer, 0, header).eventSeq(eventSeq).timeNs(timeNs).tickSize(event.tickSize())
            .lotSize(event.lotSize()).minPrice(event.minPrice()).maxPrice(event.maxPrice()).referencePrice(event.referencePrice())
            .instrumentId(event.instrumentId()).priceDecimals(event.priceDecimals()).quantityDecimals(event.quantityDecimals())
            .state(FeedState.get(event.stateRaw()));
        event.getSymbol(text, 0);
        definition.putSymbol(text, 0);
        event.getBaseAsset(text, 0);
        definition.putBaseAsset(text, 0);
        event.getQuoteAsset(text, 0);
        definition.putQuoteAsset(text, 0);
        flags(InstrumentDefinitionEncoder.flagsEncodingOffset(), flags);
        done(InstrumentDefinitionEncoder.TEMPLATE_ID, InstrumentDefinitionEncoder.BLOCK_LENGTH);
    }

    void status(final TradingStateChangedDecoder event) {
        status.wrapAndApplyHeader(buffer, 0, header).eventSeq(eventSeq).timeNs(timeNs).referencePrice(event.referencePrice())
            .instrumentId(event.instrumentId()).rptSeq(event.rptSeq()).state(FeedState.get(event.stateRaw())).reserved1(0).reserved2(0);
        flags(InstrumentStatusEncoder.flagsEncodingOffset(), 0);
        done(InstrumentStatusEncoder.TEMPLATE_ID, InstrumentStatusEncoder.BLOCK_LENGTH);
    }

    void auction(final AuctionIndicationDecoder event) {
        auction.wrapAndApplyHeader(buffer, 0, header).eventSeq(eventSeq).timeNs(timeNs).price(event.price()).volume(event.volume())
            .surplus(event.surplus()).instrumentId(event.instrumentId()).rptSeq(event.rptSeq()).reserved1((short) 0).reserved2(0)
            .reserved3(0);
        flags(AuctionIndicativeEncoder.flagsEncodingOffset(), 0);
        done(AuctionIndicativeEncoder.TEMPLATE_ID, AuctionIndicativeEncoder.BLOCK_LENGTH);
    }

    private void flags(final int offset, final int flags) {
        buffer.putByte(FeedMessageLayout.HEADER_LENGTH + offset, (byte) flags);
    }

    private void done(final int template, final int blockLength) {
        templateId = template;
        length = FeedMessageLayout.HEADER_LENGTH + blockLength;
    }

    private static FeedSide side(final int raw) {
        return raw == 0 ? FeedSide.BUY : FeedSide.SELL;
    }
}
