package bourse.services.transport;

/**
 * Where in the recordings an event number is: entries (first event of a fragment, recording, position of the fragment), sparse and bounded; when
 * full, every second entry is dropped and the distance doubled. No allocation after construction.
 */
final class SequenceIndex {
    private final long[] eventSeqs;
    private final long[] recordingIds;
    private final long[] positions;
    private long distanceBytes;
    private int size;

    /**
     * @param capacity      entries, an even number, at least 4
     * @param distanceBytes of the stream between two entries, at first
     */
    SequenceIndex(final int capacity, final long distanceBytes) {
        if (capacity < 4 || capacity % 2 != 0) {
            throw new IllegalArgumentException("capacity: " + capacity + " (expected: an even number, 4 or more)");
        }
        eventSeqs = new long[capacity];
        recordingIds = new long[capacity];
        positions = new long[capacity];
        this.distanceBytes = distanceBytes;
    }

    /** In ascending order of {@code firstEventSeq}; entries too near to the last one are left out, but never the first of a recording. */
    void offer(final long firstEventSeq, final long recordingId, final long position) {
        final int last = size - 1;
        if (size == 0 || recordingIds[last] != recordingId || position - positions[last] >= distanceBytes) {
            if (size == eventSeqs.length) {
                thin();
            }
            eventSeqs[size] = firstEventSeq;
            recordingIds[size] = recordingId;
            positions[size] = position;
            size++;
        }
    }

    /** Index of the last entry that does not begin behind {@code eventSeq}; 0 when all do; -1 when there is none. */
    int floor(final long eventSeq) {
        int low = 0;
        int high = size - 1;
        while (low <= high) {
            final int middle = (low + high) >>> 1;
            if (eventSeqs[middle] <= eventSeq) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return size == 0 ? -1 : Math.max(0, low - 1);
    }

    /** An entry that another index had, in its order: the distance of then goes on. */
    void restore(final long firstEventSeq, final long recordingId, final long position) {
        if (size > 0 && recordingIds[size - 1] == recordingId) {
            distanceBytes = Math.max(distanceBytes, position - positions[size - 1]);
        }
        if (size == eventSeqs.length) {
            thin();
        }
        eventSeqs[size] = firstEventSeq;
        recordingIds[size] = recordingId;
        positions[size] = position;
        size++;
    }

    /** Forgets entries in front of {@code startPosition} of a recording, and those of older recordings: they are pruned. True if there were any. */
    boolean dropBelow(final long recordingId, final long startPosition) {
        int dropped = 0;
        while (dropped < size && (recordingIds[dropped] < recordingId || recordingIds[dropped] == recordingId && positions[dropped] < startPosition)) {
            dropped++;
        }
        System.arraycopy(eventSeqs, dropped, eventSeqs, 0, size - dropped);
        System.arraycopy(recordingIds, dropped, recordingIds, 0, size - dropped);
        System.arraycopy(positions, dropped, positions, 0, size - dropped);
        size -= dropped;
        return dropped > 0;
    }

    long eventSeq(final int index) {
        return eventSeqs[index];
    }

    long recordingId(final int index) {
        return recordingIds[index];
    }

    long position(final int index) {
        return positions[index];
    }

    int size() {
        return size;
    }

    private void thin() {
        int kept = 0;
        for (int i = 0; i < size; i++) {
            if (i % 2 == 0 || recordingIds[i] != recordingIds[i - 1]) {
                eventSeqs[kept] = eventSeqs[i];
                recordingIds[kept] = recordingIds[i];
                positions[kept] = positions[i];
                kept++;
            }
        }
        if (kept == size) {
            throw new IllegalStateException("more recordings than index entries, entries=" + size);
        }
        size = kept;
        distanceBytes *= 2;
    }
}
