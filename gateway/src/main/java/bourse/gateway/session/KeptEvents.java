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
    private static final int LENGTH_BYTES = 2;

    private final long firstAccountSeq;
    private byte[] bytes = new byte[FIRST_BYTES];
    private int end;
    private boolean overflowed;

    /** @param firstAccountSeq of the next event that happens */
    KeptEvents(final long firstAccountSeq) {
        this.firstAccountSeq = firstAccountSeq;
    }

    long firstAccountSeq() {
        return firstAccountSeq;
    }

    /** More happened than is kept: this is of no use any more. */
    boolean overflowed() {
        return overflowed;
    }

    /** In the order of the account's numbers. */
    void add(final byte[] event, final int length) {
        if (overflowed || end + LENGTH_BYTES + length > MAX_BYTES) {
            overflowed = true;
            return;
        }
        if (end + LENGTH_BYTES + length > bytes.length) {
            bytes = Arrays.copyOf(bytes, 2 * bytes.length);
        }
        bytes[end] = (byte) length;
        bytes[end + 1] = (byte) (length >> Byte.SIZE);
        System.arraycopy(event, 0, bytes, end + LENGTH_BYTES, length);
        end += LENGTH_BYTES + length;
    }

    /** Appends them all to the stream, which may end by it. */
    void deliver(final ClientStream stream, final StreamDelivery delivery) {
        final byte[] event = new byte[EventWriter.MAX_EVENT_BYTES];
        long accountSeq = firstAccountSeq;
        for (int at = 0; at < end && stream.phase != ClientStream.Phase.ENDED; accountSeq++) {
            final int length = bytes[at] & 0xFF | (bytes[at + 1] & 0xFF) << Byte.SIZE;
            System.arraycopy(bytes, at + LENGTH_BYTES, event, 0, length);
            delivery.append(stream, accountSeq, event, length);
            at += LENGTH_BYTES + length;
        }
    }
}
