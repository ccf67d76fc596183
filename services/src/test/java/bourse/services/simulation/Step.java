package bourse.services.simulation;

/**
 * One thing that the plan does to the venue.
 *
 * @param atMs   virtual time from the beginning
 * @param target client or member
 * @param amount milliseconds or a number, by the kind
 * @param seed   what is random within it: independent of all other steps, so that they can be left out
 */
record Step(long atMs, Kind kind, int target, int amount, long seed) {
    enum Kind {
        /** A client sends {@code amount} commands. */
        TRADE,
        /** A client sends its last {@code amount} commands again. */
        REPEAT,
        /** A client's connection ends, at once for both. */
        DISCONNECT,
        /** A client's connection carries nothing any more; both must find out. */
        SILENCE,
        /** A client does not read for {@code amount} ms. */
        SLOW_READER,
        /** A client dies and never comes back. */
        GONE,
        /** A member's process dies and starts again {@code amount} ms later. */
        KILL,
        /** The same, and what was not synced is lost. */
        POWER_LOSS,
        /** A member loses its disk, and is given a copy of the leader's. */
        WIPE,
        /** A gateway alone dies and starts again. */
        GATEWAY_KILL,
        /** A member's market data alone dies and starts again. */
        FEED_KILL,
        /** The feed's packets are lost for {@code amount} ms. */
        FEED_LOSS,
        /** A receiver starts again, with nothing. */
        FEED_JOIN,
        /** A member reaches no other for {@code amount} ms. */
        PARTITION,
        /** Messages between members take {@code amount} ms longer for a second. */
        DELAY,
        /** A member writes a snapshot. */
        SNAPSHOT,
        /** A bit of a member's newest snapshot flips. */
        CORRUPT_SNAPSHOT,
        /** A member's clock jumps by {@code amount} ms. */
        CLOCK
    }

    @Override
    public String toString() {
        return atMs + " ms " + kind + " target=" + target + " amount=" + amount;
    }
}
