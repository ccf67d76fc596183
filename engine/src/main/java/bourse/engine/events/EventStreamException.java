package bourse.engine.events;

/** The event stream cannot be recorded, or its recording cannot be read. Fatal: an engine without it would make promises that nobody can look up. */
public final class EventStreamException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public EventStreamException(final String message) {
        super(message);
    }

    public EventStreamException(final String message, final Throwable cause) {
        super(message, cause);
    }
}
