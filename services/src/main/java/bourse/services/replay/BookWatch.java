package bourse.services.replay;

import bourse.marketdata.receiver.OrderBook;
import bourse.marketdata.v1.BookSnapshot;
import bourse.marketdata.v1.FeedMessage;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Joins what the session was told with what everyone saw: the book folded from the feed is held at the last event of each row until that row is
 * compared. Two threads meet here: the session's says when a row is complete and how far its events have come; the feed's folds, and waits
 * before it goes beyond what the session knows.
 */
final class BookWatch implements FeedFollower.Reader {
    private record DueRow(int row, long eventSeq) {
    }

    /** A feed message of someone else is not waited for longer than this. */
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(20);

    private final RowComparison comparison;
    private final OrderBook book = new OrderBook(0);
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();
    private final ArrayDeque<DueRow> due = new ArrayDeque<>();
    /** The session has seen every event of its own up to here, and the rows before it are in {@link #due}. */
    private long knownEventSeq;
    private long knownPublicEventSeq;
    private long foldedEventSeq;
    private boolean complete;
    private boolean began;
    private long skippedRows;
    private long startFeedSeq;
    private boolean beganEmpty;

    BookWatch(final RowComparison comparison) {
        this.comparison = comparison;
    }

    // ------------------------------------------------------------------------------------------------ the session's side

    /** Row {@code row} ends with event {@code eventSeq}. */
    void rowDue(final int row, final long eventSeq) {
        lock.lock();
        try {
            due.addLast(new DueRow(row, eventSeq));
        } finally {
            lock.unlock();
        }
    }

    /** All events up to {@code eventSeq} have come; the newest that is surely in the public feed is {@code publicEventSeq}. */
    void eventKnown(final long eventSeq, final long publicEventSeq) {
        lock.lock();
        try {
            knownEventSeq = Math.max(knownEventSeq, eventSeq);
            knownPublicEventSeq = Math.max(knownPublicEventSeq, publicEventSeq);
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Nothing more will come: what is due is compared when the feed has come as far as the session's last public event. */
    void finish(final long timeoutNs) throws InterruptedException {
        lock.lock();
        try {
            complete = true;
            moved.signalAll();
            long left = timeoutNs;
            while (began && foldedEventSeq < knownPublicEventSeq && left > 0) {
                left = moved.awaitNanos(left);
            }
            if (foldedEventSeq >= knownPublicEventSeq) {
                compareBelow(Long.MAX_VALUE);
            }
            skippedRows += due.size();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the first snapshot; returns its feed_seq, or -1 when it did not come. */
    long awaitStart(final long timeoutNs) throws InterruptedException {
        lock.lock();
        try {
            long left = timeoutNs;
            while (!began && left > 0) {
                left = moved.awaitNanos(left);
            }
            return began ? startFeedSeq : -1;
        } finally {
            lock.unlock();
        }
    }

    boolean beganEmpty() {
        lock.lock();
        try {
            return beganEmpty;
        } finally {
            lock.unlock();
        }
    }

    /** Rows that could not be compared. */
    long skippedRows() {
        return skippedRows;
    }

    /** The fold begins with an empty book at the first message: what a resumed replay does. */
    void beginEmpty() {
        began = true;
        beganEmpty = true;
    }

    // ------------------------------------------------------------------------------------------------ the feed's side

    @Override
    public void onBook(final BookSnapshot snapshot) {
        lock.lock();
        try {
            GrpcFold.load(book, snapshot);
            began = true;
            beganEmpty = book.orderCount() == 0;
            startFeedSeq = snapshot.getFeedSeq();
            foldedEventSeq = snapshot.getEventSeq();
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void onMessage(final FeedMessage message) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            final long eventSeq = message.getEventSeq();
            long left = PATIENCE_NS;
            while (knownEventSeq < eventSeq && !complete && left > 0) {
                left = moved.awaitNanos(left);
            }
            compareBelow(eventSeq);
            GrpcFold.apply(book, message);
            foldedEventSeq = eventSeq;
            if (complete) {
                moved.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Rows that end before {@code eventSeq} are as the book is now. With lock. */
    private void compareBelow(final long eventSeq) {
        while (!due.isEmpty() && due.getFirst().eventSeq < eventSeq) {
            comparison.compare(due.removeFirst().row, book);
        }
    }

    @Override
    public void onHole(final long firstAvailable, final BookSnapshot snapshot) {
        lock.lock();
        try {
            while (!due.isEmpty() && due.getFirst().eventSeq < snapshot.getEventSeq()) {
                due.removeFirst();
                skippedRows++;
            }
            GrpcFold.load(book, snapshot);
            foldedEventSeq = snapshot.getEventSeq();
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
