package bourse.services.cli;

/** Ends a command with exit status 1 and its message as the one line on stderr: what failed, where, and what to do. */
public final class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public CommandFailure(final String message) {
        super(message);
    }

    public CommandFailure(final String message, final Throwable cause) {
        super(message, cause);
    }
}
