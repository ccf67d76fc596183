package bourse.bench.rung;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import bourse.bench.rung.RungResult.CounterReading;
import org.junit.jupiter.api.Test;

class HardwareCountersTest {
    @Test
    void shouldReadWhatTheMachineCountsAndLeaveOutTheRest() {
        final CounterReading reading = HardwareCounters.read("rig", "3000,,cycles:u,500,100.00,,\n6000,,instructions:u,500,100.00,,\n"
                + "<not supported>,,cache-misses,0,100.00,,\n40,,branch-misses,500,100.00,,\nwarning, of perf\n", 10);

        assertThat(reading.instructionsPerCycle()).isEqualTo(2.0);
        assertThat(reading.perOrder()).containsEntry("cycles", 300.0).containsEntry("branch-misses", 4.0).doesNotContainKey("cache-misses");
    }

    /** Page faults are counted by any kernel, with or without counters in the hardware. */
    @Test
    void shouldCountThisProcess() throws InterruptedException {
        assumeThat(HardwareCounters.isInstalled()).isTrue();
        final HardwareCounters counters = HardwareCounters.start("rig", ProcessHandle.current().pid());
        Thread.sleep(500);
        final CounterReading reading = counters.stop(1);
        assertThat(reading.process()).isEqualTo("rig");
        assertThat(reading.perOrder()).containsKey("page-faults");
    }
}
