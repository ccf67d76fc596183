package bourse.services.cli;

import bourse.marketdata.receiver.BookLevels;
import bourse.marketdata.receiver.FeedAddresses;
import bourse.marketdata.receiver.FeedAgent;
import bourse.marketdata.receiver.FeedListener;
import bourse.marketdata.receiver.OrderBook;
import bourse.marketdata.receiver.ReceiverConfig;
import bourse.marketdata.v1.BookSnapshot;
import bourse.marketdata.v1.Level;
import bourse.reference.v1.Instrument;
import bourse.reference.v1.TradingState;
import bourse.services.client.VenueEndpoints;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** An instrument's book as a customer of the multicast feed builds it: joins in the middle, recovers what it missed. */
final class MulticastBook {
    private static final long SYNC_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(15);
    private static final long IDLE_NS = TimeUnit.MICROSECONDS.toNanos(200);
    private static final long WATCH_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(250);

    private final VenueOptions venue;
    private final Instrument instrument;
    private final int levels;
    private boolean isSynced;
    private boolean isChanged;
    private boolean isEnded;

    MulticastBook(final VenueOptions venue, final Instrument instrument, final int levels) {
        this.venue = venue;
        this.instrument = instrument;
        this.levels = levels;
    }

    /** @return the exit status. */
    int show(final JsonOutput json, final boolean watch) throws IOException {
        final VenueEndpoints.Multicast multicast = venue.endpoints().multicast();
        if (multicast == null) {
            throw new CommandFailure("the venue here sends no multicast (marketdata.multicast: false, or the network refused it); leave --multicast out");
        }
        final FeedAgent agent = FeedAgent.open(
            FeedAddresses.of(multicast.lineA(), multicast.lineB(), multicast.snapshots(), multicast.recovery(), multicast.interfaceAddress()),
            ReceiverConfig.defaults(), new Changes());
        try {
            final long deadlineNs = System.nanoTime() + SYNC_TIMEOUT_NS;
            long shownNs = System.nanoTime() - WATCH_INTERVAL_NS;
            while (!isEnded) {
                final long nowNs = System.nanoTime();
                if (agent.doWork() == 0) {
                    LockSupport.parkNanos(IDLE_NS);
                }
                final OrderBook book = agent.receiver().books().get(instrument.getInstrumentId());
                if (isSynced && isChanged && nowNs - shownNs >= WATCH_INTERVAL_NS) {
                    isChanged = false;
                    shownNs = nowNs;
                    print(json, book, watch);
                    if (!watch) {
                        return 0;
                    }
                }
                if (!isSynced && !watch && nowNs - deadlineNs > 0) {
                    throw new CommandFailure("no snapshot of " + instrument.getSymbol() + " came by multicast within "
                        + TimeUnit.NANOSECONDS.toSeconds(SYNC_TIMEOUT_NS) + " s from " + multicast.snapshots() + " on interface "
                        + multicast.interfaceAddress() + "; does the network carry multicast?");
                }
            }
            json.human().println("the venue ended its session");
            return 0;
        } finally {
            agent.onClose();
        }
    }

    private void print(final JsonOutput json, final OrderBook book, final boolean watch) {
        if (watch) {
            BookText.clearScreen(json.human());
        }
        final BookSnapshot snapshot = snapshot(book);
        json.human().print(BookText.of(instrument, snapshot));
        json.human().flush();
        if (!watch && json.isOn()) {
            final Map<String, Object> result = new LinkedHashMap<>();
            result.put("symbol", instrument.getSymbol());
            result.put("book", OrderSubmission.tree(snapshot));
            json.write(result);
        }
    }

    private BookSnapshot snapshot(final OrderBook book) {
        final BookSnapshot.Builder snapshot = BookSnapshot.newBuilder().setInstrumentId(book.instrumentId()).setEventSeq(book.eventSeq())
            .setFeedSeq(book.feedSeq()).setRptSeq(book.rptSeq()).setLastPrice(book.lastPrice()).setLastQuantity(book.lastQuantity())
            .setLastTradeId(book.lastTradeId()).setTimeNs(book.timeNs())
            .setState(TradingState.forNumber(book.facts().state() + 1));
        for (int i = 0, count = Math.min(levels, book.buys().count()); i < count; i++) {
            snapshot.addBids(level(book.buys(), i));
        }
        for (int i = 0, count = Math.min(levels, book.sells().count()); i < count; i++) {
            snapshot.addAsks(level(book.sells(), i));
        }
        return snapshot.build();
    }

    private static Level level(final BookLevels side, final int index) {
        return Level.newBuilder().setPrice(side.price(index)).setQuantity(side.quantity(index)).setOrders(side.orders(index)).build();
    }

    private final class Changes implements FeedListener {
        @Override
        public void onBook(final OrderBook book, final int templateId, final boolean endOfEvent) {
            isChanged |= book.instrumentId() == instrument.getInstrumentId();
        }

        @Override
        public void onSynced(final OrderBook book) {
            if (book.instrumentId() == instrument.getInstrumentId()) {
                isSynced = true;
                isChanged = true;
            }
        }

        @Override
        public void onDesynced(final OrderBook book, final String reason) {
            if (book.instrumentId() == instrument.getInstrumentId()) {
                isSynced = false;
            }
        }

        @Override
        public void onEndOfSession(final long nextFeedSeq) {
            isEnded = true;
        }
    }
}
