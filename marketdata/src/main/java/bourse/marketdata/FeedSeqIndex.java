package bourse.marketdata;

import bourse.sbe.fold.RecordReader;
import bourse.sbe.fold.RecordWriter;

import java.util.Arrays;

/**
 * Which event a feed sequence came from, for every {@code stride}-th message; the stride doubles when the table is full, so it is bounded for
 * ever. Thread: one.
 */
final class FeedSeqIndex {
    private static final int ENTRIES = 1 << 16;

    private final long[] feedSeqs = new long[ENTRIES];
    private final long[] eventSeqs = new long[ENTRIES];
    private int count;
    private long stride = 64;

    /** Notes a message; they come in order. */
    void add(final long feedSeq, final long eventSeq) {
        if (count == 0 || feedSeq - feedSeqs[count - 1] >= stride) {
            if (count == ENTRIES) {
                thin();
            }
            feedSeqs[count] = feedSeq;
            eventSeqs[count] = eventSeq;
            count++;
        }
    }

    void write(final long kind, final RecordWriter writer) {
        for (int i = 0; i < count; i++) {
            writer.begin(kind).put(feedSeqs[i]).put(eventSeqs[i]);
        }
    }

    /** What {@link #write} wrote, in its order: the stride of then goes on. */
    void restore(final RecordReader reader) {
        feedSeqs[count] = reader.next();
        eventSeqs[count] = reader.next();
        if (count > 0) {
            stride = Math.max(stride, feedSeqs[count] - feedSeqs[count - 1]);
        }
        count++;
    }

    /** First message ever noted; 0 before. */
    long firstFeedSeq() {
        return count == 0 ? 0 : feedSeqs[0];
    }

    /** An event at or before the one that caused {@code feedSeq}. */
    long eventSeqBefore(final long feedSeq) {
        final int found = Arrays.binarySearch(feedSeqs, 0, count, feedSeq);
        final int at = found >= 0 ? found : -found - 2;
        return at < 0 ? 1 : eventSeqs[at];
    }

    private void thin() {
        for (int i = 0; i < ENTRIES / 2; i++) {
            feedSeqs[i] = feedSeqs[2 * i];
            eventSeqs[i] = eventSeqs[2 * i];
        }
        count = ENTRIES / 2;
        stride *= 2;
    }
}
