package bourse.services.node;

/**
 * When a venue that has nothing to do takes a snapshot before its time: the log has grown so much since the last one that a start would be slow, and for
 * some seconds it has hardly grown. Under load the ordinary interval holds. Cold. Thread: one, which looks once a second.
 */
final class QuietSnapshot {
    /** About 300,000 orders: applied again in half a second. */
    static final long GROWN_BYTES = 16L << 20;
    private static final long QUIET_BYTES = 64 << 10;
    private static final int QUIET_LOOKS = 5;

    private long positionBefore = -1;
    private int quietLooks;

    /**
     * Looks once.
     *
     * @param appliedPosition      of the log
     * @param lastSnapshotPosition 0 = none
     */
    boolean isDue(final long appliedPosition, final long lastSnapshotPosition) {
        final boolean isQuiet = positionBefore >= 0 && appliedPosition - positionBefore < QUIET_BYTES;
        positionBefore = appliedPosition;
        quietLooks = isQuiet ? quietLooks + 1 : 0;
        if (quietLooks < QUIET_LOOKS || appliedPosition - lastSnapshotPosition < GROWN_BYTES) {
            return false;
        }
        quietLooks = 0;
        return true;
    }
}
