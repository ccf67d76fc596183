package bourse.marketdata.publisher;

import java.nio.ByteBuffer;

/** Sends to one group. Never blocks: what the operating system does not take now is lost. Thread: one. */
interface MulticastSocket extends AutoCloseable {
    /**
     * Sends packets that stand side by side from position to limit, each {@code packetLength} long but for the last, which may be shorter.
     *
     * @return packets that were not taken
     */
    int send(ByteBuffer packets, int packetLength);

    @Override
    void close();
}
