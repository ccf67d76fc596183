package bourse.services.client;

import io.grpc.Status;

/** The session has ended for good: refused, displaced, or not reachable for too long. Commands without an answer may have been applied. */
public final class SessionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Status status;

    public SessionException(final String message, final Status status) {
        super(message, status == null ? null : status.getCause());
        this.status = status;
    }

    /** What the venue said; null when the client gave up by itself. */
    public Status status() {
        return status;
    }
}
