package bourse.marketdata.web;

import bourse.marketdata.analytics.BookFigures;
import bourse.marketdata.analytics.InstrumentSession;
import bourse.marketdata.analytics.Kernels;
import bourse.marketdata.analytics.LatencyWindow;
import bourse.marketdata.analytics.VenueSessions;
import bourse.marketdata.receiver.BookLevels;
import bourse.marketdata.receiver.InstrumentFacts;
import bourse.marketdata.receiver.OrderBook;
import bourse.marketdata.recovery.PublishedBooks;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Makes what pages show, as JSON, on the market-data agent's thread: the book, tape and statistics of each instrument that a page watches,
 * a summary of all, and the bars when a page asks. Frames are published as immutable values that any thread may read.
 */
public final class WebFrames {
    /** One published state. */
    record Frame(long version, byte[] json) {
        static final Frame NONE = new Frame(0, new byte[0]);
    }

    /** What pages watch. */
    static final class Watched {
        final AtomicInteger watchers = new AtomicInteger();
        volatile Frame book = Frame.NONE;
        volatile Frame bars = Frame.NONE;
        volatile boolean barsWanted = true;
        private int shownRptSeq = -1;
    }

    private static final long FRAME_NS = 16_000_000L;
    private static final long SUMMARY_NS = 500_000_000L;
    private static final int LEVELS = 20;
    private static final int TAPE = 48;
    private static final int NS_PER_MS = 1_000_000;

    private final PublishedBooks feed;
    private final VenueSessions sessions;
    private final LatencyWindow latency;
    private final ConcurrentHashMap<Integer, Watched> watched = new ConcurrentHashMap<>();
    private final AtomicInteger pages = new AtomicInteger();
    private final Json json = new Json();
    private final BookFigures figures = new BookFigures();
    private final Set<Integer> known = ConcurrentHashMap.newKeySet();
    private volatile Frame summary = Frame.NONE;
    private long lastFrameNs;
    private long lastSummaryNs;
    private long lastSummaryFeedSeq;
    private long lastSummaryTrades;
    private long version;
    private long[] bids = new long[16];
    private long[] bidQuantities = new long[16];
    private long[] asks = new long[16];
    private long[] askQuantities = new long[16];
    private long[] spreads = new long[16];

    /** Frames of {@code feed}; {@code latency} is filled by the agent and emptied here with each summary. */
    public WebFrames(final PublishedBooks feed, final VenueSessions sessions, final LatencyWindow latency) {
        this.feed = feed;
        this.sessions = sessions;
        this.latency = latency;
    }

    /** Pages that are open. */
    public int pages() {
        return pages.get();
    }

    AtomicInteger pageCount() {
        return pages;
    }

    /** Whether a summary has named the instrument; 0 = none, for the summary alone. Any thread. */
    boolean isKnown(final int instrumentId) {
        return instrumentId == 0 || known.contains(instrumentId);
    }

    /** State of an instrument for a page; any thread. */
    Watched watch(final int instrumentId) {
        return watched.computeIfAbsent(instrumentId, id -> new Watched());
    }

    /** The newest summary; any thread. */
    Frame summary() {
        return summary;
    }

    /** The agent's part; returns work done. */
    public int onCycle(final long nowNs) {
        if (nowNs - lastSummaryNs >= SUMMARY_NS) {
            summarise(nowNs);
        }
        if (nowNs - lastFrameNs < FRAME_NS || pages.get() == 0) {
            return 0;
        }
        lastFrameNs = nowNs;
        int made = 0;
        for (final OrderBook book : feed.books().all()) {
            final Watched state = watched.get(book.instrumentId());
            if (state != null && state.watchers.get() > 0) {
                if (state.barsWanted) {
                    state.barsWanted = false;
                    state.bars = new Frame(++version, bars(book));
                }
                if (state.shownRptSeq != book.rptSeq() || state.book == Frame.NONE) {
                    state.shownRptSeq = book.rptSeq();
                    state.book = new Frame(++version, frame(book));
                    made++;
                }
            }
        }
        return made;
    }

    private byte[] frame(final OrderBook book) {
        final InstrumentSession session = sessions.of(book.instrumentId());
        json.open('{').key("i").value(book.instrumentId()).key("seq").value(feed.lastFeedSeq()).key("rpt").value(book.rptSeq() & 0xFFFF_FFFFL)
            .key("t").value(book.timeNs() / NS_PER_MS).key("state").value(book.facts().state()).key("orders").value(book.orderCount());
        side("bids", book.buys());
        side("asks", book.sells());
        json.key("imb").value(figures.imbalance(book));
        json.key("stats").open('{').key("open").value(session.open()).key("high").value(session.high()).key("low").value(session.low())
            .key("last").value(session.last()).key("vwap").value(session.vwap()).key("rvwap").value(session.recentVwap())
            .key("vol").value(session.volume()).key("turnover").value(session.turnover()).key("trades").value(session.trades()).close('}');
        tape(session);
        bar(session, session.bars() - 1);
        return json.close('}').take();
    }

    private void tape(final InstrumentSession session) {
        json.key("tape").open('[');
        final long trades = session.trades();
        for (long n = Math.max(0, trades - TAPE); n < trades; n++) {
            final int slot = InstrumentSession.slot(n);
            json.open('[').value(session.tradeId(slot)).value(session.tradePrice(slot)).value(session.tradeQuantity(slot))
                .value(session.tradeSide(slot)).value(session.tradeTimeNs(slot) / NS_PER_MS).close(']');
        }
        json.close(']');
    }

    private void bar(final InstrumentSession session, final int n) {
        if (n >= 0) {
            json.key("bar").open('[').value(session.barTimeSeconds(n)).value(session.barOpen(n)).value(session.barHigh(n))
                .value(session.barLow(n)).value(session.barClose(n)).value(session.barVolume(n)).close(']');
        }
    }

    private byte[] bars(final OrderBook book) {
        final InstrumentSession session = sessions.of(book.instrumentId());
        json.open('{').key("i").value(book.instrumentId()).key("bars").open('[');
        for (int n = Math.max(0, session.bars() - InstrumentSession.BARS); n < session.bars(); n++) {
            json.open('[').value(session.barTimeSeconds(n)).value(session.barOpen(n)).value(session.barHigh(n)).value(session.barLow(n))
                .value(session.barClose(n)).value(session.barVolume(n)).close(']');
        }
        return json.close(']').close('}').take();
    }

    private void side(final String name, final BookLevels levels) {
        json.key(name).open('[');
        for (int i = 0, count = Math.min(LEVELS, levels.count()); i < count; i++) {
            json.open('[').value(levels.price(i)).value(levels.quantity(i)).value(levels.orders(i)).close(']');
        }
        json.close(']');
    }

    private void summarise(final long nowNs) {
        final double seconds = (nowNs - lastSummaryNs) / 1e9;
        final boolean first = lastSummaryNs == 0;
        lastSummaryNs = nowNs;
        final List<OrderBook> books = feed.books().all();
        tops(books);
        json.open('{').key("seq").value(feed.lastFeedSeq()).key("epoch").value(feed.epoch() & 0xFFFF_FFFFL)
            .key("mps").value(first ? 0 : Math.round((feed.lastFeedSeq() - lastSummaryFeedSeq) / seconds))
            .key("tps").value(first ? 0 : Math.round((sessions.trades() - lastSummaryTrades) / seconds))
            .key("p50").value(latency.quantile(0.5)).key("p99").value(latency.quantile(0.99)).key("samples").value(latency.count())
            .key("pages").value(pages.get()).key("list").open('[');
        for (int i = 0; i < books.size(); i++) {
            instrument(books.get(i), i);
        }
        json.close(']').close('}');
        lastSummaryFeedSeq = feed.lastFeedSeq();
        lastSummaryTrades = sessions.trades();
        latency.reset();
        summary = new Frame(++version, json.take());
    }

    private void instrument(final OrderBook book, final int at) {
        final InstrumentFacts facts = book.facts();
        final InstrumentSession session = sessions.of(book.instrumentId());
        known.add(book.instrumentId());
        json.open('{').key("id").value(book.instrumentId()).key("s").value(facts.symbol()).key("pd").value(facts.priceDecimals())
            .key("qd").value(facts.quantityDecimals()).key("tick").value(facts.tickSize()).key("base").value(facts.baseAsset())
            .key("quote").value(facts.quoteAsset()).key("state").value(facts.state()).key("bid").value(bids[at])
            .key("bq").value(bidQuantities[at]).key("ask").value(asks[at]).key("aq").value(askQuantities[at]).key("spread").value(spreads[at])
            .key("last").value(session.last()).key("open").value(session.open()).key("vol").value(session.volume())
            .key("trades").value(session.trades()).close('}');
    }

    private void tops(final List<OrderBook> books) {
        final int count = books.size();
        if (count > bids.length) {
            final int length = Math.max(count, bids.length * 2);
            bids = new long[length];
            bidQuantities = new long[length];
            asks = new long[length];
            askQuantities = new long[length];
            spreads = new long[length];
        }
        for (int i = 0; i < count; i++) {
            final BookLevels buys = books.get(i).buys();
            final BookLevels sells = books.get(i).sells();
            bids[i] = buys.count() == 0 ? 0 : buys.price(0);
            bidQuantities[i] = buys.count() == 0 ? 0 : buys.quantity(0);
            asks[i] = sells.count() == 0 ? 0 : sells.price(0);
            askQuantities[i] = sells.count() == 0 ? 0 : sells.quantity(0);
        }
        Kernels.spreads(bids, bidQuantities, asks, askQuantities, spreads, count);
    }
}
