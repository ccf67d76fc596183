package bourse.engine.scenario;

import bourse.engine.match.LadderMatcher;
import bourse.engine.match.MatchListener;
import bourse.engine.match.Matcher;
import bourse.engine.match.MatcherLimits;
import bourse.engine.reference.ReferenceMatcher;

/** The matchers that scenarios can run on. */
public enum MatcherChoice implements MatcherFactory {
    /** The venue's own, fast one. */
    LADDER {
        @Override
        public Matcher create(final MatchListener listener) {
            return new LadderMatcher(LIMITS, LadderMatcher.offHeapMemory(LIMITS), listener);
        }

        @Override
        public void release(final Matcher matcher) {
            ((LadderMatcher) matcher).memory().close();
        }
    },
    /** The slow, obvious one. */
    REFERENCE {
        @Override
        public Matcher create(final MatchListener listener) {
            return new ReferenceMatcher(listener, LIMITS);
        }
    };

    private static final MatcherLimits LIMITS = MatcherLimits.small();
}
