package bourse.gateway.auth;

import java.util.concurrent.atomic.LongAdder;

/** How often who was let in or not. Any thread. */
public final class AuthCounters {
    /** Tokens and certificates that were not accepted. */
    public final LongAdder credentialsRefused = new LongAdder();
    /** Calls without the right for their method. */
    public final LongAdder callsRefused = new LongAdder();
    /** Streams that went on with a new token. */
    public final LongAdder reauthenticated = new LongAdder();
}
