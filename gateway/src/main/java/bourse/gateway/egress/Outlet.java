package bourse.gateway.egress;

import java.util.concurrent.atomic.AtomicBoolean;

import org.agrona.DirectBuffer;
import org.jctools.queues.SpscArrayQueue;

import com.google.protobuf.MessageLite;

import bourse.gateway.refusal.RichStatus;

/**
 * Where one stream's frames go: written by the agent, sent by the network thread of the stream's connection, bounded between
 * the two. A stream whose queue is full is not waited for: {@link #append} says so, and the agent cuts it off.
 *
 * <p>Events are appended to an open frame, which is queued when it is full, or at the end of a duty cycle when the network thread has
 * little left to send: what is ready goes out together. Hot path.
 */
public final class Outlet {
    /** Shape of the frames of one kind of stream. */
    public enum Kind {
        /** {@code ServerFrame}: {@code first_account_seq = 1, applied_client_seq = 2, event_columns = 13, events = 3}. */
        SESSION(18, 3),
        /** {@code DropCopyFrame}: {@code first_account_seq = 1, events = 2}. */
        DROP_COPY(9, 2);

        private final int headLength;
        private final byte eventTag;

        Kind(final int headLength, final int eventField) {
            this.headLength = headLength;
            this.eventTag = (byte) (eventField << 3 | 2);
        }
    }

    private static final int DUPLICATE_TAG = 4 << 3 | 2;
    /** Frames that may wait while the open one is still filled up. */
    private static final int EAGER_FRAMES = 2;
    /** What is repeated waits in the recording until the client has read; so much of the queue keeps the network thread busy (at least one frame of 16). */
    private static final int REPLAY_SHARE = 16;

    private final Kind kind;
    private FramePool pool;
    private final SpscArrayQueue<Frame> queue;
    private final int maxFrames;
    private final Runnable wake;
    private final AtomicBoolean woken = new AtomicBoolean();

    private boolean readsColumns;
    /** What goes before all else in the open frame; null = no events in columns. */
    private EventColumnsWriter columns;
    private Frame open;
    private long openFirstAccountSeq;
    private long openNextAccountSeq;
    private long appliedClientSeq;
    private boolean appliedChanged;
    private boolean overflowed;

    private volatile RichStatus end;
    private volatile long progressNs;

    /**
     * @param maxFrames frames that may wait for a client that does not read
     * @param wake      makes the network thread send what is queued; called from the agent, once per {@link #sending()}
     */
    public Outlet(final Kind kind, final FramePool pool, final int maxFrames, final Runnable wake, final long nowNs) {
        progressNs = nowNs;
        this.kind = kind;
        this.pool = pool;
        this.maxFrames = maxFrames;
        this.queue = new SpscArrayQueue<>(maxFrames);
        this.wake = wake;
    }

    /** Takes its frames from this pool instead: that of the agent which will write. Before any agent has heard of the stream. */
    public void drawFrom(final FramePool frames) {
        pool = frames;
    }

    // ------------------------------------------------------------------------------------------ the agent's side

    /** Appends an event, in a new frame where it does not follow the one before; false when the queue is full. */
    public boolean append(final long accountSeq, final byte[] event, final int length) {
        final int at = claim(accountSeq);
        if (at < 0) {
            return false;
        }
        System.arraycopy(event, 0, open.bytes, at, length);
        commit(accountSeq, length);
        return true;
    }

    /** The client reads events in columns, too: {@link #write} puts them there where they fit. */
    public void useColumns() {
        readsColumns = true;
    }

    /**
     * Writes an event where it is sent from, in a new frame where it does not follow the one before; false when the queue is full. Of its arguments
     * {@link EventWriter#write(byte[], int, int, DirectBuffer, int, boolean, long, long, long, long)} tells.
     */
    public boolean write(final long accountSeq, final int templateId, final DirectBuffer buffer, final int blockAt, final boolean maker,
                         final long eventSeq, final long timeNs, final long sessionId, final long clientSeq) {
        if (readsColumns && claimRow(accountSeq) && columns.append(templateId, buffer, blockAt, maker, eventSeq, timeNs, sessionId, clientSeq)) {
            follow(accountSeq);
            return true;
        }
        final int at = claim(accountSeq);
        if (at < 0) {
            return false;
        }
        commit(accountSeq, EventWriter.write(open.bytes, at, templateId, buffer, blockAt, maker, eventSeq, timeNs, sessionId, clientSeq));
        return true;
    }

    /** An open frame that takes a row: columns come before all else in a frame. */
    private boolean claimRow(final long accountSeq) {
        if (open != null && (columns != null && columns.isFull() || openNextAccountSeq != 0 && accountSeq != openNextAccountSeq)) {
            queueOpen();
        }
        if (open == null ? !begin() : open.length > kind.headLength) {
            return false;
        }
        if (columns == null) {
            columns = pool.columns();
        }
        return true;
    }

    /** What is written now comes after the rows. */
    private void sealColumns() {
        if (columns != null) {
            if (columns.rows() > 0) {
                open.length = columns.write(open.bytes, open.length);
            }
            pool.giveBack(columns);
            columns = null;
        }
    }

    /** Room for an event: {@link EventWriter#MAX_EVENT_BYTES} and its slack from the returned index of the open frame on; -1 when the queue is full. */
    private int claim(final long accountSeq) {
        if (open != null && openNextAccountSeq != 0 && accountSeq != openNextAccountSeq) {
            queueOpen();
        }
        return room(EventWriter.MAX_EVENT_BYTES + EventWriter.SLACK_BYTES) ? open.length + 2 : -1;
    }

    /** The event that was claimed is written. */
    private void commit(final long accountSeq, final int length) {
        follow(accountSeq);
        final int at = open.length;
        open.bytes[at] = kind.eventTag;
        open.bytes[at + 1] = (byte) length;
        open.length = at + 2 + length;
    }

    private void follow(final long accountSeq) {
        if (openNextAccountSeq == 0) {
            openFirstAccountSeq = accountSeq;
        }
        openNextAccountSeq = accountSeq + 1;
    }

    /** Appends a {@code DuplicateOutcome}, which has no number; false when the queue is full. */
    public boolean appendDuplicate(final byte[] duplicate, final int length) {
        if (!room(length)) {
            return false;
        }
        final byte[] bytes = open.bytes;
        final int at = open.length;
        bytes[at] = (byte) DUPLICATE_TAG;
        bytes[at + 1] = (byte) length;
        System.arraycopy(duplicate, 0, bytes, at + 2, length);
        open.length = at + 2 + length;
        return true;
    }

    private boolean room(final int length) {
        if (open != null) {
            sealColumns();
            if (open.length + length + 2 > Frame.CAPACITY) {
                queueOpen();
            }
        }
        if (open == null && !begin()) {
            overflowed = true;
            return false;
        }
        return true;
    }

    private boolean begin() {
        if (queue.size() >= maxFrames - 1) {
            return false;
        }
        open = pool.acquire();
        if (open == null) {
            return false;
        }
        open.length = kind.headLength;
        openFirstAccountSeq = 0;
        openNextAccountSeq = 0;
        return true;
    }

    /** Every command up to here has been applied; told with the next frame, which is sent even without events. */
    public void applied(final long clientSeq) {
        if (clientSeq > appliedClientSeq) {
            appliedClientSeq = clientSeq;
            appliedChanged = true;
        }
    }

    public long appliedClientSeq() {
        return appliedClientSeq;
    }

    /** Queues a whole message after all that was appended; false when the queue is full. For what is rare. */
    public boolean send(final MessageLite message) {
        if (open != null) {
            queueOpen();
        }
        if (!begin()) {
            overflowed = true;
            return false;
        }
        final Frame frame = open;
        open = null;
        frame.set(message);
        queue.offer(frame);
        wakeUp();
        return true;
    }

    /** End of a duty cycle: queues what was appended unless enough waits already. True when something is still open. */
    public boolean flush() {
        if (open == null && appliedChanged && kind == Kind.SESSION) {
            begin();
        }
        if (open != null && queue.size() <= EAGER_FRAMES) {
            queueOpen();
        }
        return open != null;
    }

    private void queueOpen() {
        sealColumns();
        final Frame frame = open;
        open = null;
        frame.bytes[0] = 1 << 3 | 1;
        EventBytes.putLong(frame.bytes, 1, openFirstAccountSeq);
        if (kind == Kind.SESSION) {
            frame.bytes[9] = 2 << 3 | 1;
            EventBytes.putLong(frame.bytes, 10, appliedClientSeq);
            appliedChanged = false;
        }
        queue.offer(frame);
        wakeUp();
    }

    /** Frames that wait for the network thread. */
    public int queuedFrames() {
        return queue.size();
    }

    /** Whether a whole fragment of events surely fits: a replay goes on, and a heartbeat is answered, only then. */
    public boolean hasRoomForReplay() {
        return queue.size() < maxFrames / REPLAY_SHARE;
    }

    /** The client does not read: {@link #end} will not wait until it has. */
    public void overflow() {
        overflowed = true;
    }

    /** An append or a send found no room, or {@link #overflow()}: nothing more can be told without a hole. */
    public boolean isOverflowed() {
        return overflowed;
    }

    /** Ends the stream after what is queued, or at once when the client does not read ({@link #isOverflowed()}). First call wins. */
    public void end(final RichStatus status) {
        if (end == null) {
            if (open != null) {
                queueOpen();
            }
            end = status;
        }
        wakeUp();
    }

    public boolean isEnding() {
        return end != null;
    }

    /** Time of the last frame that the network thread could send, or found nothing to send; nanoTime. */
    public long progressNs() {
        return progressNs;
    }

    /** Makes the network thread look at this stream: something to send, or room for more from the client. */
    public void wakeUp() {
        // A full fence either way: what was queued before is seen by the network thread, or its reset of the flag is seen here.
        if (woken.compareAndSet(false, true)) {
            wake.run();
        }
    }

    /** The stream is gone and its network thread polls no more: gives back what it holds. After this nothing is appended. */
    public void discard() {
        if (open != null) {
            pool.release(open);
            open = null;
        }
        if (columns != null) {
            pool.giveBack(columns);
            columns = null;
        }
        discardQueued();
    }

    /** Gives back what is queued; by whichever thread is the only one to poll. */
    public void discardQueued() {
        for (Frame frame = queue.poll(); frame != null; frame = queue.poll()) {
            pool.release(frame);
        }
    }

    // ------------------------------------------------------------------------------------------ the network thread's side

    /** The network thread begins to send: from now on the agent wakes it again. */
    public void sending() {
        woken.set(false);
    }

    /** Next frame to send, or null. */
    public Frame poll() {
        return queue.relaxedPoll();
    }

    public boolean isEmpty() {
        return queue.isEmpty();
    }

    /** The client takes what it is sent, or nothing waits for it. */
    public void progress(final long nowNs) {
        progressNs = nowNs;
    }

    public void release(final Frame frame) {
        pool.release(frame);
    }

    /** What the stream ends with, or null. */
    public RichStatus end() {
        return end;
    }
}
