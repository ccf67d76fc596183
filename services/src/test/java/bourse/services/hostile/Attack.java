package bourse.services.hostile;

import java.net.InetSocketAddress;
import java.util.function.Predicate;

/**
 * A way to misbehave.
 *
 * @param name     of the case
 * @param what     is sent
 * @param threads  that do it at once
 * @param deed     runs again and again until the time is up
 * @param expected what must have come back
 */
record Attack(String name, String what, int threads, Deed deed, Predicate<Answers> expected) {
    /** One turn of an attack; an {@link java.io.IOException} is the venue's way of saying no. */
    @FunctionalInterface
    interface Deed {
        void run(Target target, Answers answers) throws Exception;
    }

    /** The same at another door. */
    Attack named(final String other) {
        return new Attack(other, what, threads, deed, expected);
    }

    /**
     * What is attacked.
     *
     * @param door       address that is attacked
     * @param path       of a call that streams there
     * @param from       address of the attacker, on this machine
     * @param token      a good one, of {@link #ACCOUNT}, with the right to trade
     * @param untilNs    {@link System#nanoTime} at which the attack is over
     */
    record Target(InetSocketAddress door, String path, String from, String token, long untilNs) {
        static final int ACCOUNT = 66;

        boolean goesOn() {
            return System.nanoTime() - untilNs < 0;
        }
    }
}
