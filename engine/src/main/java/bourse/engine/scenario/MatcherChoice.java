package bourse.engine.scenario;

import bourse.engine.match.MatchListener;
import bourse.engine.match.Matcher;
import bourse.engine.match.MatcherLimits;
import bourse.engine.reference.ReferenceMatcher;

/** The matchers that scenarios can run on. */
public enum MatcherChoice implements MatcherFactory {
    /** The slow, obvious one. */
    REFERENCE {
        @Override
        public Matcher create(final MatchListener listener) {
            return new ReferenceMatcher(listener, MatcherLimits.small());
        }
    }
}
