package bourse.engine.log;

/** A second state machine, with memory of its own: reads the log for a snapshot, while the first one goes on. Thread: one. */
public interface Replica extends AutoCloseable {

    LogListener listener();

    /** Frees its memory. */
    @Override
    void close();

    /** One that has nothing to free. */
    static Replica of(final LogListener listener) {
        return new Replica() {
            @Override
            public LogListener listener() {
                return listener;
            }

            @Override
            public void close() {
                // garbage
            }
        };
    }
}
