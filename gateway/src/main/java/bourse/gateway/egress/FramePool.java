package bourse.gateway.egress;

import org.jctools.queues.MpscArrayQueue;

/**
 * The frames of all streams, bounded together. Thread: the agent acquires, network threads release.
 */
public final class FramePool {
    private final MpscArrayQueue<Frame> released;
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

    public void release(final Frame frame) {
        if (!released.offer(frame)) {
            throw new IllegalStateException("frame released twice");
        }
    }
}
