package bourse.services.simulation;

import bourse.marketdata.receiver.BookChecksum;
import bourse.marketdata.receiver.FeedListener;
import bourse.marketdata.receiver.FeedReceiver;
import bourse.marketdata.receiver.OrderBook;
import bourse.marketdata.receiver.ReceiverConfig;
import bourse.sbe.feed.TradeReportDecoder;

import org.agrona.concurrent.UnsafeBuffer;

/** A customer with the reference receiver, who compares its books with the oracle's. */
final class FeedReader implements FeedListener {
    private static final ReceiverConfig CONFIG = new ReceiverConfig(0, 4_096, 64, 2 * Timeline.MS, 8 * Timeline.MS, 6, true);
    private static final long TICK_NS = 20 * Timeline.MS;
    private static final int TICKS_PER_CHECK = 5;

    private final SimulatedVenue venue;
    private final int id;
    private FeedReceiver receiver;
    private int ticks;

    FeedReader(final SimulatedVenue venue, final int id) {
        this.venue = venue;
        this.id = id;
        restart();
        tick();
    }

    /** Begins with nothing. */
    void restart() {
        receiver = new FeedReceiver(CONFIG, this, (buffer, offset, length) -> {
            if (!venue.has(Bug.FEED_GAP_NOT_RECOVERED)) {
                final byte[] request = new byte[length];
                buffer.getBytes(offset, request);
                venue.feedNetwork.request(this, request);
            }
        });
    }

    void onPacket(final int line, final byte[] packet) {
        if (!venue.has(Bug.FEED_GAP_NOT_RECOVERED) || line != FeedReceiver.LINE_OTHER) {
            receiver.onPacket(line, new UnsafeBuffer(packet), 0, packet.length, venue.time.nowNs());
        }
    }

    private void tick() {
        receiver.onTime(venue.time.nowNs());
        if (++ticks % TICKS_PER_CHECK == 0) {
            for (final OrderBook book : receiver.books().all()) {
                if (book.isSynced() && !book.isSuspect()) {
                    venue.counters.booksCompared++;
                    venue.tape.onBook(id, book.instrumentId(), book.rptSeq(), BookChecksum.of(book));
                }
            }
        }
        venue.time.after(TICK_NS, this::tick);
    }

    @Override
    public void onTrade(final OrderBook book, final TradeReportDecoder trade) {
        venue.tape.onTrade(id, trade.tradeId(), trade.price(), trade.quantity());
    }

    @Override
    public void onRecovered(final long durationNs) {
        venue.counters.gapsClosed++;
    }

    /** At the end. */
    void checkComplete() {
        Violation.unless(receiver.nextSeq() == venue.tape.lastFeedSeq() + 1, "a receiver has the whole feed in the end",
            () -> "receiver " + id + ": " + (receiver.nextSeq() - 1) + " of " + venue.tape.lastFeedSeq());
        for (final int instrument : venue.tape.instruments()) {
            final OrderBook book = receiver.books().get(instrument);
            Violation.unless(book != null && book.isSynced() && !book.isSuspect() && book.rptSeq() == venue.tape.rptSeq(instrument)
                && BookChecksum.of(book) == venue.tape.checksum(instrument), "a receiver has the whole feed in the end",
                () -> "receiver " + id + ", book of instrument " + instrument + (book == null ? ": none"
                    : ": is at " + book.rptSeq() + " of " + venue.tape.rptSeq(instrument) + (book.isSynced() ? "" : ", not synced") + (book.isSuspect() ? ", suspect" : "")));
        }
    }
}
