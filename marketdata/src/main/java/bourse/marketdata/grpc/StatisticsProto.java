package bourse.marketdata.grpc;

import bourse.marketdata.analytics.BookFigures;
import bourse.marketdata.analytics.InstrumentSession;
import bourse.marketdata.analytics.VenueSessions;
import bourse.marketdata.receiver.OrderBook;
import bourse.marketdata.v1.Bar;
import bourse.marketdata.v1.Statistics;

/** An instrument's session as a message. Thread: the market-data agent's. */
final class StatisticsProto {
    static final int DEFAULT_BAR_SECONDS = 60;
    static final int MAX_BAR_SECONDS = 3_600;
    private static final int MAX_BARS = 60;

    private final VenueSessions sessions;
    private final BookFigures figures = new BookFigures();

    StatisticsProto(final VenueSessions sessions) {
        this.sessions = sessions;
    }

    Statistics of(final OrderBook book, final long feedSeq, final int barSeconds) {
        final InstrumentSession session = sessions.of(book.instrumentId());
        final Statistics.Builder statistics = Statistics.newBuilder()
            .setInstrumentId(book.instrumentId())
            .setFeedSeq(feedSeq)
            .setTimeNs(book.timeNs())
            .setOpen(session.open())
            .setHigh(session.high())
            .setLow(session.low())
            .setLast(session.last())
            .setVolume(session.volume())
            .setTrades(session.trades())
            .setTurnover(session.turnover())
            .setVwap(session.vwap())
            .setRecentVwap(session.recentVwap())
            .setSpread(figures.spread(book))
            .setImbalance(figures.imbalance(book));
        session.bars(barSeconds, MAX_BARS, (start, open, high, low, close, volume) -> statistics.addBars(Bar.newBuilder()
            .setStartSeconds(start).setOpen(open).setHigh(high).setLow(low).setClose(close).setVolume(volume)));
        return statistics.build();
    }
}
