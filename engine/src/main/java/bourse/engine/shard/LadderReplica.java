package bourse.engine.shard;

import bourse.engine.book.BookMemory;
import bourse.engine.log.LogListener;
import bourse.engine.log.Replica;
import bourse.engine.match.LadderMatcher;
import bourse.engine.match.MatcherLimits;
import bourse.engine.store.StateMemory;

import java.lang.foreign.Arena;

/** A shard with the fast matcher on memory of its own, which the system gives page by page as it is used. */
public final class LadderReplica implements Replica {
    private final BookMemory memory;
    /** Of sessions and numbers, a gigabyte where there are a thousand sessions: the collector would not see that. */
    private final Arena arena = Arena.ofShared();
    private final Shard shard;

    private LadderReplica(final ShardConfig config, final MatcherLimits limits) {
        memory = BookMemory.untouched(LadderMatcher.stateBytes(limits), LadderMatcher.publishedBytes(limits));
        shard = new Shard(config, listener -> new LadderMatching(limits, memory, listener), StateMemory.of(arena));
    }

    public static LadderReplica of(final ShardConfig config, final MatcherLimits limits) {
        return new LadderReplica(config, limits);
    }

    @Override
    public LogListener listener() {
        return shard;
    }

    public Shard shard() {
        return shard;
    }

    @Override
    public void close() {
        memory.close();
        arena.close();
    }
}
