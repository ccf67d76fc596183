package bourse.engine.log;

/** Ends the process when going on would be wrong. Injected, so that tests can watch. */
@FunctionalInterface
public interface Terminator {
    /** Exit code of a process that stopped itself. */
    int EXIT_CODE = 70;

    /** Does not return in production. {@code reason} was logged already. */
    void terminate(String reason, Throwable cause);

    /** {@link Runtime#halt}: no shutdown hook may write what the failure has spoilt. */
    static Terminator halt() {
        return (reason, cause) -> Runtime.getRuntime().halt(EXIT_CODE);
    }
}
