package bourse.engine.scenario;

import bourse.engine.match.MatchListener;
import bourse.engine.match.Matcher;

/** Makes a fresh, empty matcher that tells {@code listener} what it decides. */
@FunctionalInterface
public interface MatcherFactory {
    Matcher create(MatchListener listener);

    /** Gives back what {@link #create} took besides the heap; the matcher is not used again. */
    default void release(final Matcher matcher) {
        // Most live on the heap alone.
    }
}
