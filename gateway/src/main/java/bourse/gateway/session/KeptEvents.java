package bourse.gateway.session;

import java.util.Arrays;

import bourse.gateway.egress.EventWriter;

/**
 * Events of an account that happen while a stream of it is told the last of the past: it gets them when that has come to the first of them. A busy account would never
 * let it catch up otherwise. Bounded. Thread: the agent.
 */
final class KeptEvents {
    /** Several frames: far less than a stream's queue takes. */
    private static final int MAX_BYTES = 256 * 1024;
    private static final int FIRST_BYTES = 4 * 1024;

    private long firstAccountSeq;
    private byte[] bytes = new byte[FIRST_BYTES];
    private int end;

    /** @param firstAccountSeq of the next event that happens */
    KeptEvents(final long firstAccountSeq) {
        this.firstAccountSeq = firstAccountSeq;
    }

    /** Of the first that is kept, or of the next one; no number is as high when more happened than is kept: this is of no use any more then. */
    long firstAccountSeq() {
        return firstAccountSeq;
    }

    boolean overflowed() {
        return firstAccountSeq == Long.MAX_VALUE;
    }

    /** In the order of the account's numbers. */
    void add(final byte[] event, final int length) {
        if (overflowed() || end + 1 + length > MAX_BYTES) {
            firstAccountSeq = Long.MAX_VALUE;
            return;
        }
        if (end + 1 + length > bytes.length) {
            bytes = Arrays.copyOf(bytes, 2 * bytes.length);
        }
        // At most EventWriter.MAX_EVENT_BYTES.
        bytes[end] = (byte) length;
        System.arraycopy(event, 0, bytes, end + 1, length);
        end += 1 + length;
    }

    /** Appends them all to the stream, which may end by it. */
    void deliver(final ClientStream stream, final StreamDelivery delivery) {
        final byte[] event = new byte[EventWriter.MAX_EVENT_BYTES];
        long accountSeq = firstAccountSeq;
        for (int at = 0; at < end && stream.phase != ClientStream.Phase.ENDED; accountSeq++) {
            final int length = bytes[at];
            System.arraycopy(bytes, at + 1, event, 0, length);
            delivery.append(stream, accountSeq, event, length);
            at += 1 + length;
        }
    }
}
