package bourse.engine.store;

import java.nio.file.Path;

/** A stored file does not hold what was written into it. The message says which file, where, and what is wrong. */
public final class DamageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public DamageException(final Path file, final long offset, final String what) {
        super(file + " at byte " + offset + " " + what);
    }

    public DamageException(final String message) {
        super(message);
    }

    public DamageException(final String message, final Throwable cause) {
        super(message, cause);
    }
}
