package bourse.services.cli;

import bourse.marketdata.receiver.FeedPacketHandler;
import org.agrona.DirectBuffer;

import java.util.SplittableRandom;

/** A bad network on purpose: drops a share of the packets of every line, each on its own, answers and snapshots included. Thread: one. */
final class LossyPackets implements FeedPacketHandler {
    private final FeedPacketHandler next;
    private final double share;
    private final SplittableRandom random;
    private long taken;
    private long dropped;

    /** @param share 0 to below 1 */
    LossyPackets(final FeedPacketHandler next, final double share, final long seed) {
        this.next = next;
        this.share = share;
        this.random = new SplittableRandom(seed);
    }

    long dropped() {
        return dropped;
    }

    long taken() {
        return taken;
    }

    @Override
    public void onPacket(final int line, final DirectBuffer packet, final int offset, final int length, final long nowNs) {
        taken++;
        if (random.nextDouble() < share) {
            dropped++;
        } else {
            next.onPacket(line, packet, offset, length, nowNs);
        }
    }
}
