package bourse.engine.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.aeron.cluster.ConsensusModule;
import io.aeron.cluster.ElectionState;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ElectionPaceTest {
    private static final long SETTLED_NS = 60_000_000;
    private static final long COLD_NS = 1_000_000_000;

    @Test
    void shouldTakeTheShortTimeoutAfterTwoSecondsOutsideOfElectionsAndKeepIt() {
        final ConsensusModule.Context context = new ConsensusModule.Context().electionTimeoutNs(COLD_NS);
        final AtomicLong state = new AtomicLong(ElectionState.CANVASS.code());
        final ElectionPace pace = new ElectionPace(context, state::get, SETTLED_NS);
        pace.timeMillis();
        pace.timeMillis();
        state.set(ElectionState.CLOSED.code());
        pace.timeMillis();
        state.set(ElectionState.CANVASS.code());
        pace.timeMillis();
        assertThat(context.electionTimeoutNs()).as("never changed within an election").isEqualTo(COLD_NS);

        state.set(ElectionState.CLOSED.code());
        pace.timeMillis();

        assertThat(context.electionTimeoutNs()).isEqualTo(SETTLED_NS);
        state.set(ElectionState.CANVASS.code());
        pace.timeMillis();
        assertThat(context.electionTimeoutNs()).isEqualTo(SETTLED_NS);
    }

    @Test
    void shouldLetMembersStandOneAfterTheOther() {
        for (int member = 0; member < 5; member++) {
            final double earliest = member * 4 / 3.0;
            final Random standing = ElectionPace.standing(member, () -> false);
            final Random cold = ElectionPace.standing(member, () -> true);
            for (int i = 0; i < 1_000; i++) {
                assertThat(standing.nextDouble()).isBetween(earliest, earliest + 0.25);
                assertThat(cold.nextDouble() * COLD_NS).as("behind four warm members").isGreaterThan((4 * 4 / 3.0 + 0.25) * SETTLED_NS);
            }
        }
    }

    /** As Aeron 1.51 words it: Election.onTruncateLogEntry. */
    @Test
    void shouldTellTheLossOfCommittedEntries() {
        final String event = "WARN - Truncating Cluster Log - memberId=0 state=CANVASS this.logLeadershipTermId=0 this.leadershipTermId=0 "
            + "this.candidateTermId=1 this.commitPosition=%d this.logPosition=256 this.appendPosition=256 oldPosition=256 newPosition=%d";
        assertThat(ElectionPace.lost(event.formatted(256, 0))).contains("ends at position 0", "committed up to 256");
        assertThat(ElectionPace.lost(event.formatted(256, 128))).isNotNull();
        assertThat(ElectionPace.lost(event.formatted(256, 256))).isNull();
        assertThat(ElectionPace.lost(event.formatted(0, 0))).isNull();
        assertThat(ElectionPace.lost("WARN - leader heartbeat timeout")).isNull();
        assertThat(ElectionPace.lost(null)).isNull();
    }
}
