package bourse.gateway.audit;

import java.util.Map;

/** Where it is written down who did what. Any thread; must not block. */
@FunctionalInterface
public interface AuditSink {
    /** Nothing is written down. */
    AuditSink NONE = entry -> { };

    /**
     * Something that somebody did, or was refused.
     *
     * @param action  what: {@code login}, {@code refused}, {@code SetKillSwitch}, …
     * @param subject who, as the credential says; empty = nobody that is known
     * @param account 0 = none
     * @param address where from, {@code host:port}; empty = unknown
     * @param outcome {@code ok}, or the reason of the refusal
     * @param details more, by name; short
     */
    record Entry(String action, String subject, int account, String address, String outcome, Map<String, String> details) {
        public static final String OK = "ok";

        public Entry {
            details = Map.copyOf(details);
        }
    }

    void record(Entry entry);
}
