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
}
