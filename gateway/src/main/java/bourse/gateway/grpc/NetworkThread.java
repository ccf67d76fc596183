package bourse.gateway.grpc;

import java.io.IOException;
import java.io.InputStream;

import org.agrona.concurrent.SystemEpochNanoClock;
import org.agrona.concurrent.UnsafeBuffer;

import bourse.gateway.ingress.BatchDecoder;
import bourse.gateway.ingress.CommandBatchWriter;
import bourse.sbe.WireLimits;

import io.netty.util.concurrent.EventExecutor;

/** What one event loop uses again and again for all its streams. Thread: the event loop's, or, in a simulation, the one there is. */
public final class NetworkThread {
    static final int TOO_LARGE = -1;

    final EventExecutor loop;
    final byte[] bytes = new byte[WireLimits.MAX_CLIENT_MESSAGE_BYTES + BatchDecoder.SLACK_BYTES];
    final BatchDecoder decoder = new BatchDecoder();
    final CommandBatchWriter batch = new CommandBatchWriter();
    final UnsafeBuffer scratch = new UnsafeBuffer(new byte[2 * Long.BYTES]);

    private int untilSample = 1;

    /** The time in ns since the epoch for one call in {@code oneIn}, else 0: the batch is not traced. */
    long sample(final int oneIn) {
        if (--untilSample > 0) {
            return 0;
        }
        untilSample = oneIn;
        return SystemEpochNanoClock.INSTANCE.nanoTime();
    }

    public NetworkThread(final EventExecutor loop) {
        this.loop = loop;
    }

    /** Copies one message to {@link #bytes}. Returns its length, or {@link #TOO_LARGE}. */
    int read(final InputStream message) {
        try {
            if (message.available() > WireLimits.MAX_CLIENT_MESSAGE_BYTES) {
                return TOO_LARGE;
            }
            int length = 0;
            while (length < WireLimits.MAX_CLIENT_MESSAGE_BYTES) {
                final int count = message.read(bytes, length, WireLimits.MAX_CLIENT_MESSAGE_BYTES - length);
                if (count <= 0) {
                    break;
                }
                length += count;
            }
            return length;
        } catch (final IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
