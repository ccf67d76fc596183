package bourse.marketdata.analytics;

import bourse.marketdata.receiver.FeedListener;
import bourse.marketdata.receiver.OrderBook;
import bourse.sbe.feed.TradeReportDecoder;
import org.agrona.collections.Int2ObjectHashMap;

/** The sessions of all instruments, fed by the folded books. Hot path. Thread: the market-data agent's. */
public final class VenueSessions implements FeedListener {
    private final Int2ObjectHashMap<InstrumentSession> byInstrument = new Int2ObjectHashMap<>();
    private long trades;

    /** The session of an instrument; an empty one before its first trade. */
    public InstrumentSession of(final int instrumentId) {
        InstrumentSession session = byInstrument.get(instrumentId);
        if (session == null) {
            session = new InstrumentSession();
            byInstrument.put(instrumentId, session);
        }
        return session;
    }

    /** Trades of all instruments. */
    public long trades() {
        return trades;
    }

    @Override
    public void onTrade(final OrderBook book, final TradeReportDecoder trade) {
        trades++;
        of(book.instrumentId()).onTrade(trade.tradeId(), trade.price(), trade.quantity(), trade.takerSideRaw(), trade.timeNs());
    }
}
