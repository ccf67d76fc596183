package bourse.services.simulation;

/**
 * One entry of the log.
 *
 * @param position behind it, bytes from the log's beginning
 * @param timeNs   the leader's clock, nanoseconds since the epoch
 * @param timerId  of a timer that is due; 0 = a command, or with null bytes the beginning of a leader's term
 */
record Entry(long term, long position, long timeNs, long timerId, byte[] bytes) {
    private static final long HEADER_LENGTH = 64;
    private static final long ALIGNMENT = 32;

    static Entry of(final Entry before, final long term, final long timeNs, final long timerId, final byte[] bytes) {
        final long length = HEADER_LENGTH + (bytes == null ? 0 : bytes.length);
        return new Entry(term, (before == null ? 0 : before.position) + (length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT, timeNs, timerId, bytes);
    }

    boolean isTermStart() {
        return timerId == 0 && bytes == null;
    }
}
