package bourse.gateway.egress;

import java.util.ArrayDeque;

import org.jctools.queues.MpscArrayQueue;

/**
 * The frames of all streams, bounded together. Thread: the agent acquires, network threads release.
 */
public final class FramePool {
    private final MpscArrayQueue<Frame> released;
    /** One for each open frame with events in columns. */
    private final ArrayDeque<EventColumnsWriter> columns = new ArrayDeque<>();
    private final int maxFrames;
    private int frameCount;

    /** @param maxFrames all frames that may exist, of {@link Frame#CAPACITY} bytes each */
    public FramePool(final int maxFrames) {
        this.maxFrames = maxFrames;
        released = new MpscArrayQueue<>(maxFrames);
    }

    /** An empty frame, or null when all are in use. */
    public Frame acquire() {
        final Frame frame = released.relaxedPoll();
        if (frame == null) {
            return acquireSlowPath();
        }
        frame.clear();
        return frame;
    }

    private Frame acquireSlowPath() {
        if (frameCount == maxFrames) {
            return null;
        }
        frameCount++;
        return new Frame();
    }

    /** Frames that exist, in use or not. */
    public int frameCount() {
        return frameCount;
    }

    /** An empty one, for a frame that is open; it comes back by {@link #giveBack}. Thread: the agent. */
    EventColumnsWriter columns() {
        final EventColumnsWriter idle = columns.poll();
        return idle == null ? new EventColumnsWriter() : idle;
    }

    /** Thread: the agent. */
    void giveBack(final EventColumnsWriter writer) {
        writer.clear();
        columns.push(writer);
    }

    public void release(final Frame frame) {
        if (!released.offer(frame)) {
            throw new IllegalStateException("frame released twice");
        }
    }
}
