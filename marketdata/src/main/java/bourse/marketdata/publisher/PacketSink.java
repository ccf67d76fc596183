package bourse.marketdata.publisher;

import java.nio.ByteBuffer;

/** Where packets go: a multicast line, a test. Never blocks: what cannot be sent now is lost, and receivers recover it. */
public interface PacketSink {
    /** Increments, line A. */
    int LINE_A = 0;
    /** Increments, line B. */
    int LINE_B = 1;
    /** The snapshot channel. */
    int SNAPSHOTS = 2;

    /** No lines. */
    PacketSink NONE = (line, packet) -> { };

    /** Sends the bytes from position to limit; the position afterwards is not defined. */
    void send(int line, ByteBuffer packet);

    /**
     * Sends packets that stand side by side, from position to limit, on both lines of increments: each is {@code packetLength} long, but for the
     * last, which may be shorter. Position and limit afterwards are not defined.
     */
    default void sendIncrements(final ByteBuffer packets, final int packetLength) {
        final int end = packets.limit();
        for (int at = packets.position(); at < end; at += packetLength) {
            final int to = Math.min(end, at + packetLength);
            send(LINE_A, packets.limit(to).position(at));
            send(LINE_B, packets.limit(to).position(at));
        }
    }
}
