package bourse.engine.shard;

/** A snapshot that cannot be trusted: damaged, incomplete, or of another version. Nothing of it may be used. */
public final class SnapshotException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public SnapshotException(final String message) {
        super(message);
    }
}
