package bourse.services.cli;

import bourse.marketdata.receiver.BookChecksum;
import bourse.marketdata.receiver.FeedAddresses;
import bourse.marketdata.receiver.FeedAgent;
import bourse.marketdata.receiver.FeedListener;
import bourse.marketdata.receiver.FeedReceiver;
import bourse.marketdata.receiver.FeedSockets;
import bourse.marketdata.receiver.OrderBook;
import bourse.marketdata.receiver.ReceiverConfig;
import bourse.marketdata.v1.BookSnapshot;
import bourse.marketdata.v1.Depth;
import bourse.marketdata.v1.SnapshotRequest;
import bourse.reference.v1.Instrument;
import bourse.services.client.VenueEndpoints;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * An instrument's book as a customer of the multicast feed builds it: joins in the middle, recovers what it missed. On request it loses packets on
 * purpose, and compares its book with the venue's at the same message, order by order by their checksums.
 */
final class MulticastBook {
    /** Comparisons of {@code --verify}. */
    static final int COMPARISONS = 5;
    private static final long SYNC_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(15);
    private static final long COMPARISON_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long IDLE_NS = TimeUnit.MICROSECONDS.toNanos(200);
    private static final long WATCH_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(250);

    private final VenueOptions venue;
    private final Instrument instrument;
    private final int levels;
    private final VenueEndpoints.Multicast multicast;
    private final FeedAgent agent;
    private final LossyPackets network;
    private boolean isSynced;
    private boolean isChanged;
    private boolean isEnded;
    private BookSnapshot expected;
    private long ownChecksum;
    private boolean isCompared;

    /** Joins the feed; {@code loss} of each line's packets, 0 to below 1, are dropped, those of the seed. */
    MulticastBook(final VenueOptions venue, final Instrument instrument, final int levels, final double loss, final long seed) throws IOException {
        this.venue = venue;
        this.instrument = instrument;
        this.levels = levels;
        multicast = requireMulticast(venue);
        final FeedSockets sockets = new FeedSockets(addresses(multicast));
        final FeedReceiver receiver = new FeedReceiver(ReceiverConfig.defaults(), new Changes(), sockets);
        network = new LossyPackets(receiver, loss, seed);
        agent = new FeedAgent(sockets, receiver, network);
    }

    static VenueEndpoints.Multicast requireMulticast(final VenueOptions venue) {
        final VenueEndpoints.Multicast multicast = venue.endpoints().multicast();
        if (multicast == null) {
            throw new CommandFailure("the venue here sends no multicast (marketdata.multicast: false, or the network refused it); "
                + "`bourse book` without --multicast takes the gRPC feed");
        }
        return multicast;
    }

    static FeedAddresses addresses(final VenueEndpoints.Multicast multicast) {
        return FeedAddresses.of(multicast.lineA(), multicast.lineB(), multicast.snapshots(), multicast.recovery(), multicast.interfaceAddress());
    }

    /** @return the exit status. */
    int show(final JsonOutput json, final boolean watch) {
        try {
            long shownNs = System.nanoTime() - WATCH_INTERVAL_NS;
            if (!watch) {
                awaitSync();
                print(json, false, null);
                return 0;
            }
            while (!isEnded) {
                work();
                if (isSynced && isChanged && System.nanoTime() - shownNs >= WATCH_INTERVAL_NS) {
                    isChanged = false;
                    shownNs = System.nanoTime();
                    print(json, true, null);
                }
            }
            json.human().println("the venue ended its session");
            return 0;
        } finally {
            agent.onClose();
        }
    }

    /** @return the exit status: 1 when a comparison fails. */
    int verify(final JsonOutput json) {
        try {
            int equal = 0;
            for (int i = 0; i < COMPARISONS; i++) {
                compare();
                final boolean same = ownChecksum == expected.getChecksum();
                equal += same ? 1 : 0;
                json.human().printf(Locale.ROOT, "message %d of %s: %016x here, %016x at the venue: %s%n", expected.getRptSeq(), instrument.getSymbol(),
                    ownChecksum, expected.getChecksum(), same ? "equal" : "DIFFERENT");
                json.human().flush();
                follow(COMPARISON_INTERVAL_NS);
            }
            final var counters = agent.receiver().counters();
            json.human().printf(Locale.ROOT, "%,d packets, %,d of them dropped on purpose; %,d gaps, %,d messages sent again, %,d snapshots, longest recovery %.1f ms%n",
                network.taken(), network.dropped(), counters.gaps(), counters.retransmitted(), counters.snapshots(), counters.longestRecoveryNs() / 1e6);
            print(json, false, equal);
            return equal == COMPARISONS ? 0 : 1;
        } finally {
            agent.onClose();
        }
    }

    /** Brings the book to a message of which the venue has told the checksum. */
    private void compare() {
        final long deadlineNs = System.nanoTime() + SYNC_TIMEOUT_NS;
        awaitSync();
        do {
            // Nothing is read meanwhile, so the venue's snapshot is at this book's message or behind it.
            isCompared = false;
            expected = venue.marketData().snapshot(SnapshotRequest.newBuilder().setInstrumentId(instrument.getInstrumentId())
                .setDepth(Depth.DEPTH_ORDERS).build()).getBook();
            if (isSynced) {
                compareAt(book());
            }
            while (!isCompared && !isPast() && System.nanoTime() - deadlineNs < 0) {
                work();
            }
            if (System.nanoTime() - deadlineNs >= 0) {
                throw new CommandFailure("the multicast feed did not reach message " + expected.getRptSeq() + " of " + instrument.getSymbol()
                    + " within " + TimeUnit.NANOSECONDS.toSeconds(SYNC_TIMEOUT_NS) + " s");
            }
        } while (!isCompared);
    }

    /** A snapshot has taken the book over the message. */
    private boolean isPast() {
        return isSynced && Integer.compareUnsigned(book().rptSeq(), expected.getRptSeq()) > 0;
    }

    private void compareAt(final OrderBook book) {
        if (expected != null && !isCompared && book.rptSeq() == expected.getRptSeq()) {
            ownChecksum = BookChecksum.of(book);
            isCompared = true;
        }
    }

    private void follow(final long durationNs) {
        final long startNs = System.nanoTime();
        while (System.nanoTime() - startNs < durationNs) {
            work();
        }
    }

    private void awaitSync() {
        final long startNs = System.nanoTime();
        while (!isSynced) {
            work();
            if (System.nanoTime() - startNs > SYNC_TIMEOUT_NS) {
                throw new CommandFailure("no snapshot of " + instrument.getSymbol() + " came by multicast within "
                    + TimeUnit.NANOSECONDS.toSeconds(SYNC_TIMEOUT_NS) + " s from " + multicast.snapshots() + " on interface "
                    + multicast.interfaceAddress() + "; does the network carry multicast?");
            }
        }
    }

    private void work() {
        if (agent.doWork() == 0) {
            LockSupport.parkNanos(IDLE_NS);
        }
    }

    private OrderBook book() {
        return agent.receiver().books().get(instrument.getInstrumentId());
    }

    private void print(final JsonOutput json, final boolean watch, final Integer equal) {
        if (watch) {
            BookText.clearScreen(json.human());
        }
        final BookSnapshot snapshot = ReceivedBook.snapshot(book(), levels);
        json.human().print(BookText.of(instrument, snapshot));
        json.human().flush();
        if (!watch && json.isOn()) {
            final Map<String, Object> result = new LinkedHashMap<>();
            result.put("symbol", instrument.getSymbol());
            result.put("book", OrderSubmission.tree(snapshot));
            result.put("checksum", String.format(Locale.ROOT, "%016x", BookChecksum.of(book())));
            if (equal != null) {
                result.put("comparisons", COMPARISONS);
                result.put("equal", equal);
            }
            result.put("packets", network.taken());
            result.put("droppedOnPurpose", network.dropped());
            result.put("gaps", agent.receiver().counters().gaps());
            result.put("retransmitted", agent.receiver().counters().retransmitted());
            json.write(result);
        }
    }

    private final class Changes implements FeedListener {
        @Override
        public void onBook(final OrderBook book, final int templateId, final boolean endOfEvent) {
            if (book.instrumentId() == instrument.getInstrumentId()) {
                isChanged = true;
                compareAt(book);
            }
        }

        @Override
        public void onSynced(final OrderBook book) {
            if (book.instrumentId() == instrument.getInstrumentId()) {
                isSynced = true;
                isChanged = true;
                compareAt(book);
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
