package bourse.marketdata.analytics;

import bourse.marketdata.receiver.FeedListener;
import bourse.marketdata.receiver.OrderBook;
import bourse.sbe.feed.TradeReportDecoder;
import bourse.sbe.fold.RecordReader;
import bourse.sbe.fold.RecordWriter;
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

    /** Writes every session. */
    public void write(final long kind, final RecordWriter writer) {
        byInstrument.forEach((instrumentId, session) -> session.write(kind, instrumentId, writer));
    }

    /** Takes back one record of {@link #write}. */
    public void restore(final RecordReader reader) {
        of(reader.nextInt()).restore(reader);
    }

    /** A fold of the past says how many there were. */
    public void restoreTrades(final long count) {
        trades = count;
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
