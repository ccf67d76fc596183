package bourse.engine.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.function.BooleanSupplier;

import bourse.sbe.engine.EventBatchDecoder;
import bourse.sbe.engine.MessageHeaderDecoder;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class SimulatedLogTest extends SequencedLogContract {
    private static final long START_NS = 1_800_000_000_000_000_000L;

    @Override
    Rig rig() {
        return new SimulatedRig(new SimulatedLog(1, START_NS, SimulationFaults.none()));
    }

    @Test
    void shouldDelayRepeatAndReorderByTheSeedAlone() {
        final List<String> one = run(42);
        assertThat(run(42)).isEqualTo(one);
        assertThat(run(43)).isNotEqualTo(one);
        assertThat(one.size()).as("some arrive twice").isGreaterThan(100);
        assertThat(new HashSet<>(one)).as("none is lost without a crash").hasSize(100);
    }

    @Test
    void shouldLoseWhatIsOnItsWayWhenItCrashes() {
        final SimulatedLog log = new SimulatedLog(5, START_NS, new SimulationFaults(1_000_000, 0, 3));
        final TranscriptService first = new TranscriptService();
        log.start(first);
        submitNumbered(log, 50);
        log.runUntil(START_NS + 500_000);
        final int applied = first.entries.size();
        assertThat(applied).isBetween(1, 49);
        log.crash();
        final TranscriptService second = new TranscriptService();
        log.start(second);
        log.drain();
        assertThat(second.entries).isEqualTo(first.entries);
        assertThat(new SimulatedRig(log).recordedEventSeqs()).hasSize(applied).isSorted().doesNotHaveDuplicates();
    }

    private static List<String> run(final long seed) {
        final SimulatedLog log = new SimulatedLog(seed, START_NS, new SimulationFaults(5_000_000, 0.2, 0));
        final TranscriptService service = new TranscriptService();
        log.start(service);
        submitNumbered(log, 100);
        log.drain();
        return service.entries;
    }

    private static void submitNumbered(final SimulatedLog log, final int count) {
        for (int i = 0; i < count; i++) {
            final UnsafeBuffer buffer = new UnsafeBuffer(new byte[16]);
            log.submit(buffer, 0, buffer.putStringWithoutLengthAscii(0, "command " + i));
        }
    }

    private record SimulatedRig(SimulatedLog log) implements Rig {
        @Override
        public SequencedLog start(final LogListener service) {
            log.start(service);
            return log;
        }

        @Override
        public void submit(final byte[] command) {
            log.submit(new UnsafeBuffer(command), 0, command.length);
        }

        @Override
        public void crash() {
            log.crash();
        }

        @Override
        public void runUntil(final BooleanSupplier reached) {
            log.drain();
            final long end = log.timeNs() + 1_000_000_000L;
            while (!reached.getAsBoolean() && log.step(end)) {
                Thread.onSpinWait();
            }
            assertThat(reached.getAsBoolean()).isTrue();
        }

        @Override
        public List<Long> recordedEventSeqs() {
            final List<Long> numbers = new ArrayList<>();
            for (final byte[] fragment : log.recordedEvents().fragments()) {
                numbers.add(new EventBatchDecoder().wrapAndApplyHeader(new UnsafeBuffer(fragment), 0,
                        new MessageHeaderDecoder()).firstEventSeq());
            }
            return numbers;
        }

        @Override
        public void close() {
            log.close();
        }
    }
}
