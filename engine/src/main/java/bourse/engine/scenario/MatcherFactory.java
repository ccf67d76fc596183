package bourse.engine.scenario;

import bourse.engine.match.MatchListener;
import bourse.engine.match.Matcher;

/** Makes a fresh, empty matcher that tells {@code listener} what it decides. */
@FunctionalInterface
public interface MatcherFactory {
    Matcher create(MatchListener listener);
}
