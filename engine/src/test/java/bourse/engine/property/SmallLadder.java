package bourse.engine.property;

import bourse.engine.match.LadderMatcher;
import bourse.engine.match.MatchListener;
import bourse.engine.match.Matcher;
import bourse.engine.match.MatcherLimits;
import bourse.engine.scenario.MatcherFactory;

/** The fast matcher in little memory: quick to make, and its ladder so short that far prices leave it all the time, its pool so small that it is full now and then. */
final class SmallLadder implements MatcherFactory {
    static final MatcherLimits LIMITS = new MatcherLimits(4, 48, 256, 8, 4096, 64, 256);

    @Override
    public Matcher create(final MatchListener listener) {
        return new LadderMatcher(LIMITS, LadderMatcher.offHeapMemory(LIMITS), listener);
    }

    @Override
    public void release(final Matcher matcher) {
        ((LadderMatcher) matcher).memory().close();
    }
}
