package bourse.engine.log;

/** What an acknowledged command survives. */
public enum SyncLevel {
    /** The process dies; the operating system writes later. */
    PROCESS(0),
    /** Power is lost: written to the medium before it is acknowledged, many at once. */
    POWER(1);

    private final int fileSyncLevel;

    SyncLevel(final int fileSyncLevel) {
        this.fileSyncLevel = fileSyncLevel;
    }

    /** Aeron's number for it. */
    int fileSyncLevel() {
        return fileSyncLevel;
    }
}
