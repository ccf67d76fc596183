package bourse.engine.log;

import io.aeron.cluster.ConsensusModule;
import io.aeron.cluster.ElectionState;

import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Keeps candidates apart. Aeron 1.51 lets two win successive terms at once: a member that gave its vote for the later term still follows the leader of the
 * earlier one when it hears of it first ({@code Election.onNewLeadershipTerm} takes any while it canvasses), and when the later leader speaks, what the
 * earlier one committed is cut off. That needs two candidates within the time that an answer takes, so
 *
 * <ul>
 * <li>members stand one after the other, each two thirds of an election timeout behind the one before it, give or take an eighth ({@link #standing});
 * <li>as long as a member is cold, the election timeout is {@value #COLD_TIMEOUT_MS} ms: members that start together all become candidates at the moment
 * when the last one is heard of, and a cold JVM takes tens of milliseconds to answer. A start does not wait for it, because all vote. A member that has
 * followed or led for {@value #SETTLED_SECONDS} s takes the short one that a failover wants, from then on;
 * <li>a member whose log is cut off below what it has applied stops ({@link #lost}): it could never join again.
 * </ul>
 *
 * <p>The consensus module's clock is the one place where its thread calls us regularly.
 */
final class ElectionPace extends SteadyClock {
    static final long COLD_TIMEOUT_MS = 1_000;
    private static final int SETTLED_SECONDS = 2;
    private static final double APART = 4 / 3.0;
    private static final Pattern TRUNCATION = Pattern.compile("Truncating Cluster Log .*this\\.commitPosition=(\\d+).* newPosition=(\\d+)");

    private final ConsensusModule.Context context;
    private final LongSupplier electionState;
    private final long settledTimeoutNs;
    private int settledSeconds;

    /**
     * @param context          its election timeout is set; the module reads it anew in each election
     * @param electionState    code of an {@link ElectionState}, -1 = not known
     * @param settledTimeoutNs once the member is warm
     */
    ElectionPace(final ConsensusModule.Context context, final LongSupplier electionState, final long settledTimeoutNs) {
        this.context = context;
        this.electionState = electionState;
        this.settledTimeoutNs = settledTimeoutNs;
    }

    /**
     * What Aeron multiplies half of the election timeout by before a member stands: up to a quarter for the first member, four thirds to a quarter more for the next; half more
     * for a cold one, behind all that are warm: it would wait out its long timeout where one vote is missing.
     */
    static Random standing(final int memberId, final BooleanSupplier isCold) {
        return new Random() {
            private static final long serialVersionUID = 1L;

            @Override
            public double nextDouble() {
                return APART * memberId + super.nextDouble() / 4 + (isCold.getAsBoolean() ? 0.5 : 0);
            }
        };
    }

    /**
     * Whether an event of Aeron says that committed entries of this member were cut off.
     *
     * @return what to tell, or null
     */
    static String lost(final String event) {
        final Matcher truncation = event == null ? null : TRUNCATION.matcher(event);
        if (truncation == null || !truncation.find() || Long.parseLong(truncation.group(2)) >= Long.parseLong(truncation.group(1))) {
            return null;
        }
        return "the leader's log ends at position " + truncation.group(2) + ", where this member had committed up to " + truncation.group(1)
            + ": this member starts anew from what is left; if its start refuses, acknowledged orders are missing from the leader's log (docs/OPERATIONS.md)";
    }

    /** Asked once a second, for the mark file. */
    @Override
    public long timeMillis() {
        if (settledSeconds < SETTLED_SECONDS && electionState.getAsLong() == ElectionState.CLOSED.code() && ++settledSeconds == SETTLED_SECONDS) {
            context.electionTimeoutNs(settledTimeoutNs);
        }
        return super.timeMillis();
    }
}
