package bourse.engine.shard;

import bourse.engine.match.MatchListener;

/** Makes the empty matcher of one shard's life. */
@FunctionalInterface
public interface MatchingStateFactory {
    MatchingState create(MatchListener listener);
}
