package bourse.services.transport;

import bourse.sbe.Streams;
import io.aeron.Aeron;
import io.aeron.Image;
import io.aeron.Subscription;
import io.aeron.logbuffer.ControlledFragmentHandler;
import org.agrona.CloseHelper;

import java.util.concurrent.TimeUnit;

/**
 * One replay of a recording: asked for, awaited and read in the course of polls. Ends when the recording ends, fails, or is closed; it never
 * ends by itself while the recording goes on. Thread: one agent.
 */
final class RecordingReplay implements ArchiveSession.Answer, AutoCloseable {
    private static final long IMAGE_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(5);

    private final ShardConnection connection;
    private final ArchiveSession archive;
    private long replaySessionId = Aeron.NULL_VALUE;
    private long subscriptionId = Aeron.NULL_VALUE;
    private long answeredNs;
    private Subscription subscription;
    private Image image;
    private boolean isEnded;
    private boolean isClosed;
    private String failure;

    RecordingReplay(final ShardConnection connection, final ArchiveSession archive, final long recordingId, final long position) {
        this.connection = connection;
        this.archive = archive;
        archive.replay(recordingId, position, "aeron:ipc", Streams.EVENTS_REPLAY_STREAM_ID, this);
    }

    @Override
    public void onDone(final long value) {
        replaySessionId = value;
        answeredNs = System.nanoTime();
        if (isClosed) {
            archive.stopReplay(value);
            return;
        }
        subscriptionId = connection.aeron().asyncAddSubscription(
            "aeron:ipc?session-id=" + (int) value, Streams.EVENTS_REPLAY_STREAM_ID);
    }

    @Override
    public void onFailed(final String reason) {
        failure = reason;
        isEnded = true;
    }

    /** @return fragments read. */
    int poll(final ControlledFragmentHandler handler, final int fragmentLimit) {
        if (image != null) {
            final int work = image.controlledPoll(handler, fragmentLimit);
            if (work == 0 && (image.isClosed() || image.isEndOfStream())) {
                isEnded = true;
            }
            return work;
        }
        return isEnded ? 0 : awaitImage();
    }

    /** Position of the stream up to which this has read, padding included; 0 = nothing yet. */
    long position() {
        return image == null ? 0 : image.position();
    }

    /** Nothing more will come. */
    boolean isEnded() {
        return isEnded;
    }

    /** Why it ended early; null = it did not. */
    String failure() {
        return failure;
    }

    private int awaitImage() {
        if (subscriptionId == Aeron.NULL_VALUE) {
            return 0;
        }
        if (subscription == null) {
            subscription = connection.aeron().getSubscription(subscriptionId);
        }
        if (subscription != null && subscription.imageCount() > 0) {
            image = subscription.imageAtIndex(0);
            return 1;
        }
        if (System.nanoTime() - answeredNs > IMAGE_TIMEOUT_NS) {
            failure = "the replay did not begin";
            isEnded = true;
        }
        return 0;
    }

    /** The media driver is gone, and the replay with it. */
    void forget() {
        isClosed = true;
        isEnded = true;
        image = null;
        subscription = null;
    }

    @Override
    public void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        final boolean isRunning = replaySessionId != Aeron.NULL_VALUE && !isEnded;
        isEnded = true;
        if (subscription != null) {
            CloseHelper.quietClose(subscription);
        } else if (subscriptionId != Aeron.NULL_VALUE) {
            connection.aeron().asyncRemoveSubscription(subscriptionId);
        }
        if (isRunning) {
            archive.stopReplay(replaySessionId);
        }
    }
}
