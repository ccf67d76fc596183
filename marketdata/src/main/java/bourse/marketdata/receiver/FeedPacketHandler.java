package bourse.marketdata.receiver;

import org.agrona.DirectBuffer;

/** Takes packets as they come: a receiver, a recorder. */
@FunctionalInterface
public interface FeedPacketHandler {
    /**
     * One packet; the buffer is valid during the call only.
     *
     * @param line  {@link FeedReceiver#LINE_A}, {@link FeedReceiver#LINE_B} or {@link FeedReceiver#LINE_OTHER}
     * @param nowNs of a monotonic clock
     */
    void onPacket(int line, DirectBuffer packet, int offset, int length, long nowNs);
}
