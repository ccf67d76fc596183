package bourse.services.node;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class QuietSnapshotTest {
    private static final long GROWN = QuietSnapshot.GROWN_BYTES;

    private final QuietSnapshot quiet = new QuietSnapshot();

    private int looksUntilDue(final long position, final long snapshot) {
        for (int look = 1; look <= 20; look++) {
            if (quiet.isDue(position, snapshot)) {
                return look;
            }
        }
        return -1;
    }

    @Test
    void shouldWaitForFiveQuietSeconds() {
        assertThat(looksUntilDue(GROWN, 0)).isEqualTo(6);
        assertThat(looksUntilDue(GROWN, 0)).as("failed: again only after as long").isEqualTo(5);
    }

    @Test
    void shouldNotDisturbALoadedVenue() {
        for (int look = 0; look < 100; look++) {
            assertThat(quiet.isDue(GROWN + look * 1_000_000L, 0)).isFalse();
        }
        assertThat(looksUntilDue(GROWN + 99_000_000L, 0)).isEqualTo(5);
    }

    @Test
    void shouldLeaveASmallLogAlone() {
        assertThat(looksUntilDue(GROWN - 1, 0)).isEqualTo(-1);
        assertThat(looksUntilDue(5 * GROWN, 4 * GROWN + 1)).isEqualTo(-1);
        assertThat(looksUntilDue(5 * GROWN, 4 * GROWN)).isPositive();
    }
}
