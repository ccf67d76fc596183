package bourse.services.simulation;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;

import bourse.marketdata.publisher.PacketSink;
import bourse.marketdata.receiver.FeedReceiver;

/**
 * Datagrams between market data and receivers: lost, late, overtaken, repeated, damaged. Line A comes from the first member and line B from the
 * second, or both from the only one; snapshots come from the last.
 */
final class FeedNetwork {
    private static final long MIN_DELAY_NS = 20_000;
    private static final int MORE_DELAY_NS = 300_000;
    private static final double DUPLICATE = 0.02;
    private static final double DAMAGE = 0.01;

    private final SimulatedVenue venue;
    private final SplittableRandom random;
    private final double loss;
    private long deafUntilNs;

    FeedNetwork(final SimulatedVenue venue, final long seed) {
        this.venue = venue;
        random = new SplittableRandom(seed);
        loss = random.nextInt(3) * 0.04;
    }

    /** Nothing arrives for so long. */
    void lose(final long forNs) {
        deafUntilNs = venue.time.nowNs() + forNs;
    }

    void publish(final int member, final int line, final ByteBuffer packet) {
        final int members = venue.plan.members();
        final boolean isTaken = line == PacketSink.SNAPSHOTS ? member == members - 1 : members == 1 || line == member;
        if (isTaken) {
            final byte[] bytes = new byte[packet.remaining()];
            packet.get(bytes);
            for (final FeedReader reader : venue.readers()) {
                send(() -> reader.onPacket(Math.min(line, FeedReceiver.LINE_OTHER), damaged(bytes)));
            }
        }
    }

    void request(final FeedReader from, final byte[] request) {
        send(() -> venue.feed(random.nextInt(venue.plan.members())).onRequest(request, from));
    }

    void answer(final FeedReader to, final ByteBuffer packet) {
        final byte[] bytes = new byte[packet.remaining()];
        packet.get(bytes);
        send(() -> to.onPacket(FeedReceiver.LINE_OTHER, bytes));
    }

    private byte[] damaged(final byte[] bytes) {
        if (random.nextDouble() >= DAMAGE) {
            return bytes;
        }
        // A datagram is cut short, or is somebody else's; one whose bits flipped the system throws away.
        final byte[] damaged = new byte[random.nextInt(bytes.length)];
        System.arraycopy(bytes, 0, damaged, 0, damaged.length);
        return damaged;
    }

    private void send(final Runnable arrival) {
        if (venue.time.nowNs() < deafUntilNs || random.nextDouble() < loss) {
            return;
        }
        venue.time.after(MIN_DELAY_NS + random.nextInt(MORE_DELAY_NS), arrival);
        if (random.nextDouble() < DUPLICATE) {
            venue.time.after(MIN_DELAY_NS + random.nextInt(4 * MORE_DELAY_NS), arrival);
        }
    }
}
