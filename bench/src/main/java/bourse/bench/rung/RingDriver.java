package bourse.bench.rung;

import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBuffer;

/**
 * Rungs {@code engine}, {@code queue} and {@code ipc}: SBE batches to a shard, reports back through a ring. In {@code engine} the shard is called
 * by the rig; in the others it reads a second ring, on a thread or in a process of its own. Hot path. Thread: the rig's.
 */
final class RingDriver implements Driver {
    /** Of either ring. */
    static final int RING_BYTES = 4 << 20;
    static final int COMMANDS = 1;

    private final RoundMessages messages;
    private final ReportReader reports = new ReportReader();
    private final RingBuffer toRig;
    private final RingBuffer toShard;
    private final ShardHost host;
    private final Runnable onClose;
    private final MessageHandler reading = (type, buffer, index, length) -> reports.onEvents(buffer, index, length);

    /**
     * @param toShard null = {@code host} is called directly
     * @param host    null = somebody else reads {@code toShard}
     */
    RingDriver(final RoundMessages messages, final RingBuffer toRig, final RingBuffer toShard, final ShardHost host,
               final Runnable onClose) {
        this.messages = messages;
        this.toRig = toRig;
        this.toShard = toShard;
        this.host = host;
        this.onClose = onClose;
        final var setup = new ExpandableArrayBuffer();
        give(setup, ShardHost.defineInstrument(setup));
        give(setup, ShardHost.establish(setup));
    }

    private void give(final ExpandableArrayBuffer setup, final int length) {
        if (toShard == null) {
            host.apply(setup, 0, length);
        } else if (!toShard.write(COMMANDS, setup, 0, length)) {
            throw new IllegalStateException("an empty ring took no message, bytes=" + length);
        }
    }

    /** Bytes of a ring with its trailer. */
    static int ringLength() {
        return RING_BYTES + org.agrona.concurrent.ringbuffer.RingBufferDescriptor.TRAILER_LENGTH;
    }

    /** A ring in this process. */
    static RingBuffer ring() {
        return new OneToOneRingBuffer(new org.agrona.concurrent.UnsafeBuffer(
                org.agrona.BufferUtil.allocateDirectAligned(ringLength(), 64)));
    }

    @Override
    public int send() {
        final int count = messages.next();
        if (toShard == null) {
            host.apply(messages.buffer(), 0, messages.length());
        } else if (!toShard.write(COMMANDS, messages.buffer(), 0, messages.length())) {
            return 0;
        }
        messages.sent();
        return count;
    }

    @Override
    public long poll() {
        toRig.read(reading);
        return reports.applied();
    }

    @Override
    public void fold(final StateFold fold) {
        reports.fold(fold);
    }

    @Override
    public void close() {
        onClose.run();
        messages.close();
    }
}
