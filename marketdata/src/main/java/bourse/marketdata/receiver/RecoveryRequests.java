package bourse.marketdata.receiver;

import org.agrona.DirectBuffer;

/** The receiver's way to ask: sends one datagram to the venue's recovery address. Never blocks; a lost one is sent again later. */
@FunctionalInterface
public interface RecoveryRequests {
    /** Nobody to ask. */
    RecoveryRequests NONE = (buffer, offset, length) -> { };

    /** Sends a request of {@link bourse.sbe.feed.RecoveryLayout}. */
    void send(DirectBuffer buffer, int offset, int length);
}
