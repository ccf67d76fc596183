package bourse.gateway.session;

import java.util.Arrays;

/**
 * From an account's numbers to those of the event stream, sparsely: enough to open the recording a little before an event of the
 * account. Bounded: when it is full every second entry goes and the stride doubles. Thread: the agent.
 */
final class SequenceIndex {
    private static final int INITIAL_ENTRIES = 16;
    private static final int MAX_ENTRIES = 16_384;
    private static final int INITIAL_STRIDE = 64;

    private long[] accountSeqs = new long[INITIAL_ENTRIES];
    private long[] eventSeqs = new long[INITIAL_ENTRIES];
    private int entryCount;
    private long stride = INITIAL_STRIDE;
    private long nextIndexed;

    /** The account's next event; called for each, in order. */
    void add(final long accountSeq, final long eventSeq) {
        if (accountSeq >= nextIndexed) {
            addSlowPath(accountSeq, eventSeq);
        }
    }

    private void addSlowPath(final long accountSeq, final long eventSeq) {
        if (entryCount == MAX_ENTRIES) {
            for (int i = 0; i < MAX_ENTRIES / 2; i++) {
                accountSeqs[i] = accountSeqs[2 * i];
                eventSeqs[i] = eventSeqs[2 * i];
            }
            entryCount = MAX_ENTRIES / 2;
            stride *= 2;
        } else if (entryCount == accountSeqs.length) {
            accountSeqs = Arrays.copyOf(accountSeqs, 2 * entryCount);
            eventSeqs = Arrays.copyOf(eventSeqs, 2 * entryCount);
        }
        accountSeqs[entryCount] = accountSeq;
        eventSeqs[entryCount++] = eventSeq;
        nextIndexed = accountSeq + stride;
    }

    /** Takes (account number, event number). */
    interface EntryConsumer {
        void accept(long accountSeq, long eventSeq);
    }

    void forEach(final EntryConsumer consumer) {
        for (int i = 0; i < entryCount; i++) {
            consumer.accept(accountSeqs[i], eventSeqs[i]);
        }
    }

    /** What {@link #forEach} gave, in its order: the stride of then goes on. */
    void restore(final long accountSeq, final long eventSeq) {
        if (entryCount > 0) {
            stride = Math.max(stride, accountSeq - accountSeqs[entryCount - 1]);
        }
        addSlowPath(accountSeq, eventSeq);
    }

    /** Number of an event at or before the account's event {@code accountSeq}; 0 when that is older than the first one known. */
    long floorEventSeq(final long accountSeq) {
        final int found = Arrays.binarySearch(accountSeqs, 0, entryCount, accountSeq);
        final int index = found >= 0 ? found : -found - 2;
        return index < 0 ? 0 : eventSeqs[index];
    }

    /** Smallest account number whose index entry is not below {@code eventSeq}; 0 when there is none. */
    long firstAccountSeqFrom(final long eventSeq) {
        final int found = Arrays.binarySearch(eventSeqs, 0, entryCount, eventSeq);
        final int index = found >= 0 ? found : -found - 1;
        return index == entryCount ? 0 : accountSeqs[index];
    }
}
