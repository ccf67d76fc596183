package bourse.gateway.ingress;

import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

import bourse.sbe.engine.CloseReason;

import java.nio.ByteBuffer;

/**
 * Between the network threads and the agent: batches as {@link CommandBatchWriter} lays them out. The last part of the ring is kept for what
 * takes risk away, so that cancellations get through when new orders are refused. Hot path.
 */
public final class IngressRing {
    /** {@code connectionId int64}, then an SBE {@code CommandBatch} with header. */
    public static final int BATCH = 1;
    /** {@code connectionId int64, reason int64}: the raw {@code CloseReason} that the session is closed with. */
    public static final int TERMINATE = 2;

    private static final int RESERVED_SHARE = 4;
    private static final int PAUSE_SHARE = 2;

    private final ManyToOneRingBuffer ring;
    private final int openBytes;
    private final int pauseBytes;
    private final Waker waker = new Waker();

    /** @param capacityBytes a power of two */
    public IngressRing(final int capacityBytes) {
        ring = new ManyToOneRingBuffer(new UnsafeBuffer(
            ByteBuffer.allocateDirect(capacityBytes + RingBufferDescriptor.TRAILER_LENGTH)));
        openBytes = capacityBytes - capacityBytes / RESERVED_SHARE;
        pauseBytes = capacityBytes / PAUSE_SHARE;
    }

    /** The agent's end. */
    public ManyToOneRingBuffer ring() {
        return ring;
    }

    /** False: no room, for this kind of batch; nothing was written. */
    public boolean offer(final CommandBatchWriter batch, final int length) {
        if (batch.addsRisk() && ring.size() + length > openBytes) {
            return false;
        }
        return woken(ring.write(BATCH, batch.buffer(), 0, length));
    }

    /** False: no room; nothing was written. */
    public boolean offerTerminate(final UnsafeBuffer scratch, final long connectionId, final CloseReason reason) {
        scratch.putLong(0, connectionId);
        scratch.putLong(Long.BYTES, reason.value());
        return woken(ring.write(TERMINATE, scratch, 0, 2 * Long.BYTES));
    }

    private boolean woken(final boolean isWritten) {
        waker.wake();
        return isWritten;
    }

    /** Told of everything that is written, for a consumer that sleeps. */
    public Waker waker() {
        return waker;
    }

    /** Time to ask clients for no more. */
    public boolean isFilling() {
        return ring.size() > pauseBytes;
    }
}
