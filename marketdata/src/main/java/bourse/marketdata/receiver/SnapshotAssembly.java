package bourse.marketdata.receiver;

import bourse.sbe.feed.FeedMessageLayout;
import bourse.sbe.feed.SnapshotBeginDecoder;
import bourse.sbe.feed.SnapshotOrderDecoder;
import java.util.Arrays;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** The parts of one instrument's snapshot that have come so far, in any order, with repeats. Thread: the receiver's. */
final class SnapshotAssembly {
    final UnsafeBuffer definition = new UnsafeBuffer(new byte[FeedMessageLayout.MAX_MESSAGE_LENGTH]);
    private long[] ids = new long[64];
    private long[] prices = new long[64];
    private long[] quantities = new long[64];
    private byte[] sides = new byte[64];
    private boolean[] present = new boolean[64];
    private int orders;
    private int received;

    long lastFeedSeq;
    long eventSeq;
    long timeNs;
    long lastPrice;
    long lastQuantity;
    long lastTradeId;
    long checksum;
    long lastActivityNs;
    long askAtNs;
    int rptSeq;
    int state;
    boolean hasDefinition;
    boolean hasEnd;
    boolean active;

    /** Begins anew when the packet is of a newer snapshot; false when it is of an older one. */
    boolean begin(final SnapshotBeginDecoder begin, final long nowNs) {
        if (active && begin.lastFeedSeq() < lastFeedSeq) {
            return false;
        }
        lastActivityNs = nowNs;
        if (active && begin.lastFeedSeq() == lastFeedSeq) {
            return true;
        }
        active = true;
        hasDefinition = false;
        hasEnd = false;
        received = 0;
        lastFeedSeq = begin.lastFeedSeq();
        eventSeq = begin.eventSeq();
        timeNs = begin.timeNs();
        lastPrice = begin.lastPrice();
        lastQuantity = begin.lastQuantity();
        lastTradeId = begin.lastTradeId();
        rptSeq = (int) begin.rptSeq();
        state = begin.stateRaw();
        orders = (int) begin.orders();
        if (present.length < orders) {
            final int length = Math.max(orders, present.length * 2);
            ids = new long[length];
            prices = new long[length];
            quantities = new long[length];
            sides = new byte[length];
            present = new boolean[length];
        }
        Arrays.fill(present, 0, orders, false);
        return true;
    }

    void definition(final DirectBuffer buffer, final int offset) {
        definition.putBytes(0, buffer, offset, FeedMessageLayout.MAX_MESSAGE_LENGTH);
        hasDefinition = true;
    }

    void order(final int index, final SnapshotOrderDecoder order) {
        if (index < 0 || index >= orders || present[index]) {
            return;
        }
        present[index] = true;
        ids[index] = order.orderId();
        prices[index] = order.price();
        quantities[index] = order.quantity();
        sides[index] = (byte) order.sideRaw();
        received++;
    }

    void end(final long bookChecksum) {
        checksum = bookChecksum;
        hasEnd = true;
    }

    boolean isComplete() {
        return active && hasDefinition && hasEnd && received == orders;
    }

    /** First order index at or after {@code from} that is missing, or the number of orders. */
    int missingFrom(final int from) {
        int index = from;
        while (index < orders && present[index]) {
            index++;
        }
        return index;
    }

    /** First order index at or after {@code from} that is present, or the number of orders. */
    int presentFrom(final int from) {
        int index = from;
        while (index < orders && !present[index]) {
            index++;
        }
        return index;
    }

    int orders() {
        return orders;
    }

    boolean isIntact() {
        long hash = BookChecksum.EMPTY;
        for (int i = 0; i < orders; i++) {
            hash = BookChecksum.add(hash, ids[i], prices[i], quantities[i]);
        }
        return hash == checksum;
    }

    /** Fills the book with the orders. */
    void load(final OrderBook book) {
        book.clear();
        for (int i = 0; i < orders; i++) {
            book.add(ids[i], sides[i], prices[i], quantities[i]);
        }
        book.lastTrade(lastPrice, lastQuantity, lastTradeId);
        book.at(lastFeedSeq, eventSeq, timeNs);
        book.rptSeq(rptSeq);
        active = false;
    }
}
